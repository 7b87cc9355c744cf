"""The validator has teeth, and the overlay adds only what the schema lacks."""

import copy
import json
from typing import Any

import pytest

from tests.contract.schema import (
    HERE,
    SchemaMismatchError,
    overlay_document,
    validate_error,
    validate_request,
    validate_response,
)

SOME_ID = "3f0c1d52-9a4e-4b7c-8d21-6a5b4c3d2e1f"
CODE: dict[str, Any] = {
    "access_code_id": SOME_ID,
    "code": "4831",
    "common_code_key": None,
    "created_at": "2026-11-22T15:30:00.000Z",
    "device_id": SOME_ID,
    "display_status": "Active",
    "errors": [
        {
            "error_code": "failed_to_issue",
            "message": "Late.",
            "created_at": "2026-11-22T15:30:00.000Z",
            "is_access_code_error": True,
        }
    ],
    "is_backup_access_code_available": False,
    "is_external_modification_allowed": False,
    "is_managed": True,
    "is_offline_access_code": False,
    "is_one_time_use": False,
    "name": "Ada",
    "pending_mutations": [],
    "status": "set",
    "type": "ongoing",
    "warnings": [],
    "workspace_id": SOME_ID,
}


def answer(**changes: Any) -> dict[str, Any]:
    return {"ok": True, "access_code": copy.deepcopy(CODE) | changes}


def test_a_right_answer_passes() -> None:
    validate_response("/access_codes/get", answer())


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "ready"},
        {"access_code_id": "17"},
        {"created_at": "yesterday"},
        {"is_managed": False},
        {"errors": [{"error_code": "made_up", "message": "?", "is_access_code_error": True}]},
        {"errors": [{"error_code": "failed_to_issue", "message": "No flag."}]},
        {"pending_mutations": [{"mutation_code": "updating_code", "message": "", "created_at": CODE["created_at"]}]},
    ],
)
def test_a_wrong_answer_is_found(changes: dict[str, Any]) -> None:
    with pytest.raises(SchemaMismatchError):
        validate_response("/access_codes/get", answer(**changes))


@pytest.mark.parametrize(
    ("path", "params", "method"),
    [
        ("/access_codes/get_timeline", {}, None),
        ("/access_codes/update", {"access_code_id": SOME_ID}, "GET"),
        ("/access_codes/update", {}, "PATCH"),
        ("/access_codes/update", {"access_code_id": SOME_ID, "pin": "4831"}, "PATCH"),
        ("/access_codes/create", {"device_id": SOME_ID, "code": 4831}, "POST"),
        ("/devices/list", {"limit": "many"}, "GET"),
        ("/connected_accounts/sync", {}, "POST"),
    ],
)
def test_a_wrong_request_is_found(path: str, params: dict[str, Any], method: str | None) -> None:
    with pytest.raises(SchemaMismatchError):
        validate_request(path, params, method)


def test_texts_of_a_query_stand_for_numbers_and_booleans() -> None:
    validate_request("/devices/list", {"limit": "50", "_strict": "true"}, "GET")
    validate_request("/access_codes/delete", {"access_code_id": SOME_ID, "sync": "false"}, "DELETE")


def test_a_refusal_without_a_request_id_is_found() -> None:
    with pytest.raises(SchemaMismatchError):
        validate_error({"ok": False, "error": {"type": "invalid_input", "message": "No."}})


def test_every_addition_of_the_overlay_is_missing_from_the_schema_and_names_its_source() -> None:
    base = json.loads((HERE / "seam_api_schema.json").read_text(encoding="utf-8"))
    overlay = overlay_document()
    schemas = base["components"]["schemas"]
    for addition in overlay["issues"]:
        for name in addition["schemas"]:
            if addition["codes"] == ["insufficient_permissions"]:
                continue  # there with the flag of another level
            known = json.dumps(schemas[name]["properties"][addition["field"]])
            assert not [code for code in addition["codes"] if f'"{code}"' in known], name
    for addition in overlay["properties"]:
        for name in addition["schemas"]:
            assert not set(addition["properties"]) & set(schemas[name]["properties"])
    for kind in ("action_types", "events"):
        known = json.dumps(schemas["action_attempt" if kind == "action_types" else "event"])
        for addition in overlay[kind]:
            assert not [name for name in addition["types"] if f'"{name}"' in known]
    for addition in overlay["paths"]:
        assert addition["path"] not in base["paths"]
    lists = [value for value in overlay.values() if isinstance(value, list)]
    assert all(addition["source"] for additions in lists for addition in additions)
