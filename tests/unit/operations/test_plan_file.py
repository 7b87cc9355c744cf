"""A saved plan: what is written is what is read, for its owner alone, and a spoilt file says where it is spoilt."""

import json
import stat
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType, PendingMutation
from seam_tui.domain.account import Workspace
from seam_tui.domain.action import ACTIONS, ActionId, ActionTarget
from seam_tui.domain.grant import AccessGrant
from seam_tui.domain.issue import FieldChange, Issue, IssueKind, IssueLevel
from seam_tui.domain.pin import Pin
from seam_tui.domain.text import plain_text
from seam_tui.operations.effect import is_unchanged
from seam_tui.operations.journal_records import CodeRecord
from seam_tui.operations.plan import Friction, Plan, PlanStep, Refusal, Values
from seam_tui.operations.plan_file import (
    LARGEST,
    SavedPlan,
    plan_file_name,
    plans_folder,
    read_plan,
    save_plan,
)
from seam_tui.operations.plan_problems import PlanFileError
from tests.unit.operations.journal_making import codes, moments, pins

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
WORKSPACE = Workspace("w1", "Harbour Stays", is_sandbox=True)
OLD_PIN, NEW_PIN = "482915", "730164"
CODE = AccessCode("c1", "d1", "Guest", Pin(OLD_PIN), True, AccessCodeType.ONGOING, AccessCodeStatus.SET)
STEP = PlanStep(
    ActionId.CHANGE_PIN,
    "Guest",
    CODE,
    "d1",
    values=Values(pin=Pin(NEW_PIN), name="Room 7", starts_at=NOW),
    changes=(
        FieldChange("code", Pin(OLD_PIN), Pin(NEW_PIN)),
        FieldChange("starts_at", None, NOW),
        FieldChange("name", "Guest", "Room 7"),
    ),
)
PLAN = Plan(ActionId.CHANGE_PIN, (STEP,), (), ("Tell the guest.",), Friction.TYPE_COUNT, (Refusal("c2", "Two", "No."),))

texts = st.text(max_size=30).map(plain_text)
times = st.none() | moments
changes = st.one_of(
    st.builds(FieldChange, field=texts, old=st.none() | texts, new=st.none() | texts),
    st.builds(FieldChange, field=texts, old=times, new=times),
    st.builds(FieldChange, field=texts, old=st.none() | pins, new=st.none() | pins),
)
issues = st.just(Issue(IssueKind.ERROR, "failed_to_set_on_device", IssueLevel.ACCESS_CODE, "No."))
all_values = st.builds(
    Values,
    pin=st.none() | pins,
    name=st.none() | texts,
    starts_at=times,
    ends_at=times,
    code_type=st.none() | st.sampled_from(AccessCodeType),
    is_external_modification_allowed=st.none() | st.booleans(),
    time_zone=st.none() | texts,
    code_lengths=st.none() | st.lists(st.integers(0, 20), max_size=5).map(tuple),
)
grants = st.builds(
    AccessGrant,
    access_grant_id=texts,
    name=texts,
    starts_at=times,
    ends_at=times,
    access_method_count=st.integers(0, 10**6),
)
sent_actions = [action for action in ActionId if ACTIONS[action].writes and action is not ActionId.FREE_SLOTS]


def steps_of(action: ActionId) -> st.SearchStrategy[PlanStep]:
    """Steps that an action may have: on a code, on a lock or on an account."""
    target = ACTIONS[action].target
    named = codes.map(lambda code: replace(code, name=plain_text(code.name)))
    with_issues = st.builds(lambda code, found: replace(code, errors=(found,)), named, issues)
    return st.builds(
        PlanStep,
        action_id=st.just(action),
        name=texts,
        code=named | with_issues if target is ActionTarget.ACCESS_CODE else st.none(),
        device_id=st.none() | texts if action in {ActionId.RENAME, ActionId.DELETE} else texts,
        connected_account_id=texts,
        values=all_values,
        changes=st.lists(changes, max_size=3).map(tuple),
        force=st.booleans(),
        grant=st.none() | grants,
        makes_new=st.booleans(),
        wait_until_gone=st.none() | texts,
        asked_on=st.none() | texts,
        also=st.lists(texts, max_size=2).map(tuple),
    )


steps = st.sampled_from(sent_actions).flatmap(steps_of)
plans = st.builds(
    Plan,
    action_id=st.sampled_from(ActionId),
    steps=st.lists(steps, max_size=3).map(tuple),
    refusals=st.lists(texts, max_size=2).map(tuple),
    notes=st.lists(texts, max_size=2).map(tuple),
    friction=st.sampled_from(Friction),
    left_out=st.lists(st.builds(Refusal, access_code_id=texts, name=texts, reason=texts), max_size=2).map(tuple),
    undoes=st.none() | texts,
).map(
    lambda plan: replace(plan, undoes="a-run") if any(step.action_id is ActionId.UNDO for step in plan.steps) else plan
)


def as_kept(plan: Plan) -> Plan:
    """A plan without what is Seam's own word on its codes: issues and what is pending."""
    return replace(
        plan,
        steps=tuple(
            step if step.code is None else replace(step, code=CodeRecord.of(step.code).as_access_code(step.code.pin))
            for step in plan.steps
        ),
    )


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    save_plan(PLAN, path, workspace=WORKSPACE, endpoint="https://seam", now=NOW)
    return path


@pytest.fixture
def spoilt(saved: Path) -> Callable[..., PlanFileError]:
    """What is said of the file once something in it was changed."""

    def spoil(change: Callable[[Any], object]) -> PlanFileError:
        content = json.loads(saved.read_text(encoding="utf-8"))
        change(content)
        saved.write_text(json.dumps(content), encoding="utf-8")
        with pytest.raises(PlanFileError) as raised:
            read_plan(saved)
        return raised.value

    return spoil


@given(plan=plans)
def test_what_is_saved_is_what_is_read(tmp_path_factory: pytest.TempPathFactory, plan: Plan) -> None:
    path = tmp_path_factory.mktemp("plan") / "plan.json"
    save_plan(plan, path, workspace=WORKSPACE, endpoint="https://seam", now=NOW)
    assert read_plan(path) == SavedPlan(as_kept(plan), "w1", "Harbour Stays", "https://seam", NOW)


@pytest.mark.parametrize(
    "trace",
    [
        {"pending_mutations": (PendingMutation("deleting", "Being deleted.", NOW),)},
        {"warnings": (Issue(IssueKind.WARNING, "being_deleted", IssueLevel.ACCESS_CODE, "It is being deleted."),)},
        {"status": AccessCodeStatus.REMOVING},
        {},
    ],
)
def test_a_removal_that_was_asked_for_before_is_still_known(tmp_path: Path, trace: dict[str, Any]) -> None:
    code = replace(CODE, **trace)
    plan = Plan(ActionId.DELETE, (PlanStep(ActionId.DELETE, "Guest", code, "d1"),))
    save_plan(plan, tmp_path / "plan.json", workspace=WORKSPACE, endpoint="https://seam", now=NOW)
    read = read_plan(tmp_path / "plan.json").plan.steps[0]
    assert read.code is not None
    assert read.code.is_being_deleted is bool(trace)
    assert is_unchanged(read, code)


def test_every_field_of_a_plan_is_one_that_the_file_keeps() -> None:
    """A field that is new in the records must be added to the file's form, or it would be lost without a word."""
    assert {item.name for item in fields(PlanStep)} == {
        "action_id", "name", "code", "device_id", "connected_account_id", "values", "changes", "force", "grant",
        "makes_new", "wait_until_gone", "asked_on", "also",
    }  # fmt: skip
    assert {item.name for item in fields(Values)} == {
        "pin", "name", "starts_at", "ends_at", "code_type", "is_external_modification_allowed", "time_zone",
        "code_lengths",
    }  # fmt: skip
    assert {item.name for item in fields(Plan)} == {
        "action_id", "steps", "refusals", "notes", "friction", "left_out", "undoes",
    }  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_its_owner_can_read_it(saved: Path) -> None:
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600


def test_a_file_that_is_there_already_is_left_alone(saved: Path) -> None:
    before = saved.read_bytes()
    with pytest.raises(FileExistsError):
        save_plan(Plan(ActionId.DELETE, ()), saved, workspace=WORKSPACE, endpoint="https://seam", now=NOW)
    assert saved.read_bytes() == before


def test_the_folder_that_is_offered_is_made_for_its_owner_alone() -> None:
    path = plans_folder() / plan_file_name(ActionId.CHANGE_PIN, NOW)
    save_plan(PLAN, path, workspace=WORKSPACE, endpoint="https://seam", now=NOW)
    assert read_plan(path).plan == PLAN
    assert path.name.startswith("seam-tui-plan-change-pin-2026112")
    if sys.platform != "win32":
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_another_folder_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        save_plan(PLAN, tmp_path / "no" / "plan.json", workspace=WORKSPACE, endpoint="https://seam", now=NOW)


# -- a spoilt file


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda file: file.update(action="paint"), ["action: “paint” is unknown", "'delete'"]),
        (lambda file: file.update(friction="much"), ["friction: “much” is unknown", "'type_count'"]),
        (lambda file: file.update(colour="red"), ["colour: There is no such field"]),
        (lambda file: file.update(steps={}), ["steps: an object does not fit"]),
        (lambda file: file.pop("endpoint"), ["endpoint: It is missing"]),
        (lambda file: file.pop("version"), ["version: It is missing: this is no plan"]),
        (lambda file: file.update(version=2), ["version: 2 is not 1", "another release", "Make the plan again"]),
        (lambda file: file.update(version=True), ["version: It is missing"]),
        (lambda file: file["steps"][0].pop("title"), ["steps[0].title: It is missing"]),
        (lambda file: file["steps"][0].pop("code"), ["steps[0].code: It is missing"]),
        (lambda file: file["steps"][0].update(action="reveal_pin"), ["steps[0].action", "nothing that a step can do"]),
        (lambda file: file["steps"][0].update(action="free_slots"), ["steps[0].action", "nothing that a step can do"]),
        (lambda file: file["steps"][0].update(action="sync_account"), ["steps[0].connected_account_id: It is missing"]),
        (lambda file: file["steps"][0].update(action="generate_pin", device_id=None), ["steps[0].device_id"]),
        (lambda file: file["steps"][0].update(action="undo"), ["undoes: It is missing"]),
        (lambda file: file["steps"][0].update(force="yes"), ["steps[0].force: “yes” does not fit"]),
        (lambda file: file["steps"][0]["values"].update(starts_at="noon"),
         ["steps[0].values.starts_at: “noon” is no time", "2026-11-25T15:00:00+01:00"]),
        (lambda file: file["steps"][0]["values"].update(starts_at="2026-11-25T15:00:00"),
         ["steps[0].values.starts_at: It has no zone"]),
        (lambda file: file["steps"][0]["changes"][1].update(new="2026-11-25T15:00:00"),
         ["steps[0].changes[1]", "no time"]),
        (lambda file: file["steps"][0]["code"].update(type="daily"), ["steps[0].code.type: “daily” is unknown"]),
        (lambda file: file["steps"][0]["values"].update(name=7), ["steps[0].values.name: “7” does not fit"]),
    ],
)  # fmt: skip
def test_a_field_that_does_not_fit_is_named_with_its_value_and_the_way_out(spoilt, change, words) -> None:
    said = str(spoilt(change))
    for word in words:
        assert word in said
    assert said.endswith("Nothing was sent. Mend the file, or make the plan again.")


@pytest.mark.parametrize("place", [("code_pin",), ("values", "pin"), ("changes", 0, "old"), ("title",)])
def test_no_digits_of_a_pin_are_in_what_is_said(spoilt, place) -> None:
    def number(file: Any) -> None:
        holder = file["steps"][0]
        for part in place[:-1]:
            holder = holder[part]
        holder[place[-1]] = int(NEW_PIN)

    problem = spoilt(number)
    assert "••••" in str(problem)
    assert NEW_PIN not in str(problem) + repr(problem.problems) + repr(problem.__context__)


@pytest.mark.parametrize("content", [b"", b"{", b"null", b"[1]", b'"plan"', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_plan_at_all_is_refused(saved: Path, content: bytes) -> None:
    saved.write_bytes(content)
    with pytest.raises(PlanFileError, match=r"no JSON|no plan"):
        read_plan(saved)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(PlanFileError, match=r"plan\.json: It cannot be read: no such file"):
        read_plan(tmp_path / "plan.json")


def test_a_file_of_any_size_is_not_read(saved: Path) -> None:
    with saved.open("r+b") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(PlanFileError, match="too large"):
        read_plan(saved)


def test_many_problems_are_counted_and_the_first_ones_told(spoilt) -> None:
    said = str(spoilt(lambda file: file.update({f"x{number}": 1 for number in range(30)})))
    assert said.count("There is no such field") == 10
    assert "And 20 more." in said


def test_text_that_somebody_wrote_into_it_is_made_plain(saved: Path) -> None:
    content = json.loads(saved.read_text(encoding="utf-8"))
    content["notes"] = ["\x1b[31mred\u202e"]
    content["steps"][0]["title"] = "two\nlines"
    content["workspace_name"] = "\x1b]0;title\x07Work"
    saved.write_text(json.dumps(content), encoding="utf-8")
    read = read_plan(saved)
    assert (read.plan.notes, read.plan.steps[0].title, read.workspace_name) == (("red",), "two lines", "Work")
