"""What was said or journaled is shown as share mode has it now: kept true, told by pseudonyms."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from seam_tui.domain.action import ActionId
from seam_tui.domain.device import Device
from seam_tui.domain.issue import FieldChange
from seam_tui.domain.pin import MASK, Pin
from seam_tui.domain.veil import VEIL
from seam_tui.operations.journal_records import CodeRecord, Ended, Header, Outcome, Planned, SentValues
from seam_tui.operations.journal_state import RunState, StepState
from seam_tui.operations.plan import PlanStep, Values
from seam_tui.operations.step_result import StepResult
from seam_tui.tui.detail import change_words
from seam_tui.tui.flags import CODE_WORDS, Flags
from seam_tui.tui.plan_calls import calls_of
from seam_tui.tui.run_words import past_rows
from seam_tui.tui.screens.result import result_rows
from seam_tui.tui.told import Told, names_about, names_on
from seam_tui.workspace.changes import Changes
from seam_tui.workspace.store import WorkspaceStore
from tests.unit.operations.journal_making import a_code

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
ANNA = a_code("11111111-2222-4333-8444-5555aaaa0001", name="Anna Meyer", device_id="lock-a")
BO = a_code("11111111-2222-4333-8444-5555aaaa0002", name="Bo Lund", device_id="lock-a")


def store() -> WorkspaceStore:
    made = WorkspaceStore()
    made.apply_devices([Device("lock-a", "Front Door", "lock")])
    made.apply_codes([ANNA, BO])
    return made


def test_a_kept_sentence_changes_with_share_mode_and_back() -> None:
    told = Told("✖ Rename: Seam refused “Carla Diaz” and ANNA MEYER.", ("Anna Meyer",))
    assert told.shown == told.text
    VEIL.is_drawn = True
    assert told.shown == f"✖ Rename: Seam refused “{VEIL.guest('Carla Diaz')}” and {VEIL.guest('Anna Meyer')}."
    VEIL.is_drawn = False
    assert told.shown == told.text


def test_a_text_about_a_lock_may_name_any_of_its_guests_and_whom_they_are_to_be() -> None:
    step = PlanStep(ActionId.RENAME, "Anna Meyer", ANNA, "lock-a", values=Values(name="Carla Diaz"))
    assert set(names_on(store(), "lock-a")) == {"Anna Meyer", "Bo Lund"}
    assert set(names_about(store(), step)) == {"Anna Meyer", "Bo Lund", "Carla Diaz"}
    assert names_on(store(), None) == ()
    assert names_on(store(), "another") == ()


def test_a_result_names_nobody_and_the_same_one_names_everybody_later() -> None:
    step = PlanStep(ActionId.DELETE, "Anna Meyer", ANNA, "lock-a")
    results = [StepResult(step, Outcome.FAILED, "Seam would not let go of Anna Meyer, nor of Bo Lund.")]
    before = result_rows(results, store().devices)
    VEIL.is_drawn = True
    (row,) = result_rows(results, store().devices, lambda of: names_about(store(), of))
    assert row.title == VEIL.guest("Anna Meyer")
    assert row.said == f"Seam would not let go of {VEIL.guest('Anna Meyer')}, nor of {VEIL.guest('Bo Lund')}."
    VEIL.is_drawn = False
    assert result_rows(results, store().devices) == before
    assert before[0].title == "Anna Meyer"


def test_a_run_of_the_past_names_nobody() -> None:
    values = SentValues(name="Carla Diaz")
    planned = Planned(step=1, action="rename", title="Anna Meyer", code=CodeRecord.of(ANNA), values=values)
    sync = Planned(step=2, action="sync_account", title="ops@hotel.example", connected_account_id="acct-12345678")
    grant = Planned(
        step=3, action="delete", title="Access grant “Party”", code=CodeRecord.of(BO), access_grant_id="grant-1"
    )
    ended = Ended(step=1, outcome=Outcome.FAILED, at=NOW, said="Carla Diaz is taken; “Bo Lund” has it.")
    header = Header(
        run_id="r", workspace_id="w", workspace_name="Hotel", action="rename", count=3, created_at=NOW, endpoint="x"
    )
    steps = {1: StepState(planned=planned, ended=ended), 2: StepState(planned=sync), 3: StepState(planned=grant)}
    state = RunState(header=header, steps=steps)
    assert [row.title for row in past_rows(state, {})] == ["Anna Meyer", "ops@hotel.example", "Access grant “Party”"]
    VEIL.is_drawn = True
    rename, account, of_grant = past_rows(state, {})
    assert rename.title == VEIL.guest("Anna Meyer")
    assert rename.said == f"{VEIL.guest('Carla Diaz')} is taken; “{VEIL.guest('Bo Lund')}” has it."
    assert account.title == "account …5678"
    assert of_grant.title == f"Access grant “{VEIL.guest('Party')}”"


def test_calls_show_pseudonyms_and_the_ends_of_ids() -> None:
    step = PlanStep(ActionId.RENAME, "Anna Meyer", ANNA, "lock-a", values=Values(name="Carla Diaz", pin=Pin("4821")))
    (update,) = [call for call in calls_of(step) if call.path == "/access_codes/update"]
    assert dict(update.fields) == {"access_code_id": ANNA.access_code_id, "name": "Carla Diaz", "code": MASK}
    VEIL.is_drawn = True
    (update,) = [call for call in calls_of(step) if call.path == "/access_codes/update"]
    assert dict(update.fields) == {"access_code_id": "…0001", "name": VEIL.guest("Carla Diaz"), "code": MASK}


def test_before_and_after_of_a_name_are_two_pseudonyms() -> None:
    change = FieldChange("name", "Anna Meyer", "Carla Diaz")
    VEIL.is_drawn = True
    assert change_words(change, None) == f"Name: {VEIL.guest('Anna Meyer')} → {VEIL.guest('Carla Diaz')}"
    assert change_words(replace(change, new=""), None) == f"Name: {VEIL.guest('Anna Meyer')} → nothing"


def test_what_is_gone_is_told_as_it_may_be_told_now() -> None:
    flags = Flags(CODE_WORDS)
    flags.take(Changes(removed=frozenset({"c1"})), {"c1": "Anna Meyer"})
    assert flags.notes(lambda _: True, ".", "")[0] == "-1 gone: Anna Meyer"
    VEIL.is_drawn = True
    assert flags.notes(lambda _: True, ".", "")[0] == f"-1 gone: {VEIL.guest('Anna Meyer')}"
