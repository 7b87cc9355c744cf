"""Share mode hides what is shown, never what is kept or sent: plans, journal and plan files are the same with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.action import ActionId
from seam_tui.domain.device import Device
from seam_tui.domain.grant import AccessGrant
from seam_tui.domain.pin import Pin
from seam_tui.domain.veil import NO_NAME, VEIL
from seam_tui.operations.bulk import Edit, make_bulk_plan
from seam_tui.operations.grants import Grants, with_grants
from seam_tui.operations.journal_records import Planned, planned_records
from seam_tui.operations.plan import Plan, PlanStep, Refusal, Values, make_plan
from seam_tui.operations.plan_file import save_plan
from seam_tui.operations.subject import Subject
from tests.unit.operations.journal_making import a_code

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
WORKSPACE = Workspace("w1", "Harbour", is_sandbox=True)
LOCK = Device("d1", "Front Door", "august_lock", can_program_online_access_codes=True, online=True)


def subject(name: str, neighbours: tuple[AccessCode, ...] = ()) -> Subject:
    code = replace(a_code(), name=name, device_id="d1", ends_at=None)
    return Subject(workspace=WORKSPACE, device=LOCK, code=code, neighbours=neighbours)


def plans() -> list[Plan]:
    """One of each kind that names somebody."""
    anna = subject("Anna Meyer")
    assert anna.code is not None
    twin = replace(anna.code, access_code_id="c2", name="Bo “B” Lund", pin=Pin("4821"))
    grant = AccessGrant("g1", "Party of Anna Meyer", access_method_count=2)
    deletion = make_plan(ActionId.DELETE, anna, NOW)
    return [
        deletion,
        make_plan(ActionId.RENAME, anna, NOW, Values(name="Carla Diaz")),
        make_plan(ActionId.CHANGE_PIN, subject("Anna Meyer", (twin,)), NOW, Values(pin=Pin("4821"))),
        make_bulk_plan(ActionId.RENAME, [anna, subject("")], NOW, Edit(name_template="{name} again")),
        with_grants(deletion, Grants(found={anna.code.access_code_id: (grant,)}), NOW),
    ]


def test_a_plan_is_the_same_in_share_mode() -> None:
    before = plans()
    VEIL.is_drawn = True
    assert plans() == before


def test_what_is_journaled_and_written_to_a_file_is_the_same_in_share_mode(tmp_path: Path) -> None:
    made = plans()

    def kept(name: str) -> list[object]:
        records = [planned_records(1, step) for plan in made for step in plan.steps]
        for number, plan in enumerate(made):
            save_plan(plan, tmp_path / f"{name}{number}", workspace=WORKSPACE, endpoint="https://x", now=NOW)
        return [*records, *((tmp_path / f"{name}{number}").read_bytes() for number in range(len(made)))]

    before = kept("before")
    assert any(b"Anna Meyer" in text for text in before if isinstance(text, bytes))
    assert any(record.title == "Anna Meyer" for records in before if isinstance(records, tuple)
               for record in records if isinstance(record, Planned))  # fmt: skip
    VEIL.is_drawn = True
    assert kept("after") == before


def test_a_step_and_a_refusal_show_a_pseudonym_and_hold_the_name() -> None:
    VEIL.is_drawn = True
    (step,) = make_plan(ActionId.DELETE, subject("Anna Meyer"), NOW).steps
    assert (step.name, step.title) == ("Anna Meyer", VEIL.guest("Anna Meyer"))
    out = Refusal("c1", "Anna Meyer", "It is offline.")
    assert (out.name, out.title) == ("Anna Meyer", step.title)
    assert Refusal("c1", NO_NAME, "It is offline.").title == NO_NAME


def test_a_step_of_a_grant_an_account_and_a_lock_are_called_by_what_may_be_told() -> None:
    by_grant = plans()[-1].steps[0]
    account = ConnectedAccount("acct-12345678", "ops@hotel.example", "august")
    sync = make_plan(ActionId.SYNC_ACCOUNT, Subject(workspace=WORKSPACE, account=account), NOW).steps[0]
    lock = PlanStep(ActionId.LOCK, "Door of ops@hotel.example", device_id="d1")
    assert (by_grant.title, sync.title) == ("Access grant “Party of Anna Meyer” (2 credentials)", "ops@hotel.example")
    VEIL.is_drawn = True
    assert by_grant.title == f"Access grant “{VEIL.guest('Party of Anna Meyer')}” (2 credentials)"
    assert sync.title == "account …5678"
    assert lock.title == "Door of (e-mail hidden)"


@pytest.mark.parametrize("name", ["Anna Meyer", "Bo “B” Lund", "Al", "a@b.example", "“", "(no name)x"])
def test_no_name_is_left_in_a_sentence_of_a_plan_that_passed_the_veil(name: str) -> None:
    anna = subject("Somebody")
    assert anna.code is not None
    twin = replace(anna.code, access_code_id="c2", name=name, pin=Pin("4821"))
    plan = make_plan(ActionId.CHANGE_PIN, subject("Somebody", (twin,)), NOW, Values(pin=Pin("4821")))
    said = " ".join((*plan.refusals, *plan.notes))
    VEIL.is_drawn = True
    shown = VEIL.text(said)
    assert VEIL.guest(name) in shown
    assert f"“{name}”" not in shown
