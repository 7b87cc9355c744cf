"""Errors and warnings as the client reads them: levels, unknown codes, extra fields, and messages without PINs."""

from typing import Any

import pytest

from seam_tui.domain.issue import FieldChange, IssueLevel
from seam_tui.domain.pin import MASK, Pin

ACCESS_CODE, DEVICE, ACCOUNT = IssueLevel.ACCESS_CODE, IssueLevel.DEVICE, IssueLevel.CONNECTED_ACCOUNT


def _error(code: str = "something_new", **fields: Any) -> dict[str, Any]:
    return {"error_code": code, "message": "It failed.", "created_at": "2026-11-22T15:00:00.000Z", **fields}


@pytest.mark.parametrize(
    ("code", "flags", "level"),
    [
        ("failed_to_issue", {"is_access_code_error": True}, ACCESS_CODE),
        ("device_disconnected", {"is_device_error": True}, DEVICE),
        ("account_disconnected", {"is_connected_account_error": True, "is_device_error": False}, ACCOUNT),
        ("bridge_disconnected", {}, ACCOUNT),
        ("bridge_disconnected", {"is_bridge_error": True}, ACCOUNT),
        ("bridge_disconnected", {"is_bridge_error": False, "is_connected_account_error": True}, ACCOUNT),
        ("insufficient_permissions", {"is_access_code_error": True}, ACCESS_CODE),
        ("insufficient_permissions", {"is_connected_account_error": True}, ACCOUNT),
        ("never_heard_of", {"is_device_error": True}, DEVICE),
        ("never_heard_of", {"is_connected_account_error": True}, ACCOUNT),
        ("never_heard_of", {}, ACCESS_CODE),
        ("never_heard_of", {"is_device_error": False, "is_connected_account_error": False}, ACCESS_CODE),
        ("never_heard_of", {"is_device_error": "true"}, ACCESS_CODE),
    ],
)
async def test_an_error_of_a_code_has_the_level_that_its_flags_say(saying, code_body, code, flags, level) -> None:
    read = await saying(code_body(errors=[_error(code, **flags)])).get_access_code("c1")
    assert [(issue.code, issue.level) for issue in read.errors] == [(code, level)]


async def test_a_warning_has_the_level_of_its_owner(saying, code_body, device_body) -> None:
    warning = {"warning_code": "provider_issue", "message": "Hm.", "is_device_error": True}
    assert (await saying(code_body(warnings=[warning])).get_access_code("c1")).warnings[0].level is ACCESS_CODE
    assert (await saying(device_body(warnings=[warning])).get_device("d1")).warnings[0].level is DEVICE
    account = {"connected_account": {"connected_account_id": "a1", "warnings": [warning]}}
    assert (await saying(account).get_connected_account("a1")).warnings[0].level is ACCOUNT


async def test_an_error_without_flags_stands_at_its_owner(saying, device_body) -> None:
    assert (await saying(device_body(errors=[_error()])).get_device("d1")).errors[0].level is DEVICE
    account = {"connected_account": {"connected_account_id": "a1", "errors": [_error()]}}
    assert (await saying(account).get_connected_account("a1")).errors[0].level is ACCOUNT


async def test_an_unknown_code_keeps_seams_words_and_extra_fields(saying, code_body) -> None:
    error = _error("brand_new", is_access_code_error=True, change_type="modified", unmanaged_access_code_id="u1")
    issue = (await saying(code_body(errors=[error])).get_access_code("c1")).errors[0]
    assert (issue.code, issue.message, issue.change_type) == ("brand_new", "It failed.", "modified")
    assert issue.unmanaged_access_code_id == "u1"
    assert issue.created_at is not None


@pytest.mark.parametrize("entry", [{}, {"error_code": None}, {"error_code": ""}, {"message": "Words only."}])
async def test_an_error_without_a_code_is_still_shown(saying, code_body, entry) -> None:
    issues = (await saying(code_body(errors=[entry])).get_access_code("c1")).errors
    assert [issue.code for issue in issues] == ["unknown"]


async def test_the_duplicate_that_an_error_names_is_kept(saying, code_body) -> None:
    error = _error("duplicate_code_on_device", is_access_code_error=True, managed_access_code_id="m1")
    issue = (await saying(code_body(errors=[error])).get_access_code("c1")).errors[0]
    assert (issue.managed_access_code_id, issue.unmanaged_access_code_id) == ("m1", None)


async def test_counts_of_a_full_lock_are_whole_numbers(saying, device_body) -> None:
    warning = {
        "warning_code": "max_access_codes_reached", "message": "Full.", "active_access_code_count": 30.0,
        "max_active_access_code_count": 30,
    }  # fmt: skip
    issue = (await saying(device_body(warnings=[warning])).get_device("d1")).warnings[0]
    assert (issue.active_access_code_count, issue.max_active_access_code_count) == (30, 30)


@pytest.mark.parametrize("code", ["conflicting_external_modification", "a_code_of_next_year"])
async def test_changes_made_outside_seam_are_read_with_their_pins_wrapped(saying, code_body, code) -> None:
    fields = [
        {"field": "code", "from": "482915", "to": "739164"},
        {"field": "name", "from": "Old", "to": None},
        {"field": "ends_at", "from": "2026-11-23T10:00:00Z", "to": "never"},
    ]
    error = _error(code, message="482915 became 739164.", change_type="modified", modified_fields=fields)
    issue = (await saying(code_body(errors=[error])).get_access_code("c1")).errors[0]
    assert issue.modified_fields[0] == FieldChange("code", Pin("482915"), Pin("739164"))
    assert issue.modified_fields[1] == FieldChange("name", "Old", None)
    assert issue.modified_fields[2].old.hour == 10
    assert issue.modified_fields[2].new == "never"
    assert issue.message == f"{MASK} became {MASK}."


async def test_the_codes_own_pin_is_masked_in_every_message(saying, code_body) -> None:
    words = "PIN 482915 does not fit."
    body = code_body(
        errors=[_error(message=words)],
        warnings=[{"warning_code": "w", "message": words}],
        pending_mutations=[{"mutation_code": "creating", "message": words}],
        display_status=words,
    )
    code = await saying(body).get_access_code("c1")
    told = [*(issue.message for issue in code.issues), code.pending_mutations[0].message, code.display_status]
    assert told == [f"PIN {MASK} does not fit."] * 4


async def test_pins_of_pending_changes_are_masked_in_every_message(saying, code_body) -> None:
    """An error often speaks of the PIN that could not be set, which stands in the pending change only."""
    mutation = {
        "mutation_code": "updating_code", "message": "482915 to 739164", "from": {"code": "482915"},
        "to": {"code": "739164"},
    }  # fmt: skip
    body = code_body(
        code="555666",
        errors=[_error("failed_to_update", message="Could not set 739164; 482915 stays.")],
        warnings=[{"warning_code": "w", "message": "739164 is late."}],
        pending_mutations=[mutation],
    )
    code = await saying(body).get_access_code("c1")
    assert "739164" not in repr(code)
    assert "482915" not in repr(code)
    assert code.errors[0].message == f"Could not set {MASK}; {MASK} stays."


async def test_pins_of_one_issue_are_masked_in_the_messages_of_the_others(saying, code_body) -> None:
    fields = [{"field": "code", "from": "482915", "to": "739164"}]
    errors = [_error(message="739164 is on the lock."), _error(modified_fields=fields)]
    assert "739164" not in repr(await saying(code_body(errors=errors)).get_access_code("c1"))


async def test_a_pending_change_of_a_kind_that_nobody_knows_is_read(saying, code_body) -> None:
    mutation = {"mutation_code": "updating_colour", "message": "", "from": {"colour": "red"}, "to": {"colour": "blue"}}
    code = await saying(code_body(pending_mutations=[mutation, {}])).get_access_code("c1")
    assert code.pending_mutations[0].changes == (FieldChange("colour", "red", "blue"),)
    assert code.pending_mutations[1].changes == ()


@pytest.mark.parametrize("missing", ["from", "to"])
async def test_a_pending_change_may_lack_one_side(saying, code_body, missing) -> None:
    mutation: dict[str, Any] = {"mutation_code": "updating_code", "from": {"code": "482915"}, "to": {"code": "739164"}}
    mutation[missing] = None
    changes = (await saying(code_body(pending_mutations=[mutation])).get_access_code("c1")).pending_mutations[0].changes
    assert [(change.old is None, change.new is None) for change in changes] == [(missing == "from", missing == "to")]
