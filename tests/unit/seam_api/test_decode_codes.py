"""The quick way from an answer to an access code, against the long one: field by field, by name."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.pin import MASK, Pin
from seam_tui.domain.text import plain_text
from seam_tui.seam_api.decode_codes import managed_code, managed_codes, unmanaged_code, unmanaged_codes
from seam_tui.seam_api.decode_fields import moment

FLAGS = [
    "is_backup", "is_backup_access_code_available", "is_external_modification_allowed", "is_offline_access_code",
    "is_one_time_use", "is_scheduled_on_device", "is_waiting_for_code_assignment", "cannot_be_managed",
    "cannot_delete_unmanaged_access_code",
]  # fmt: skip
TEXTS = ["access_code_id", "device_id", "name", "common_code_key", "pulled_backup_access_code_id", "display_status"]
TIMES = ["created_at", "starts_at", "ends_at"]
LEAST = AccessCode("", "", "", None, True, AccessCodeType.ONGOING, AccessCodeStatus.UNKNOWN)

texts = st.text() | st.text("a \x1b\t-9", max_size=9) | st.sampled_from(["", " a", "a  b", "a ", "x" * 2_001, "set"])
odd = st.none() | st.booleans() | st.integers() | st.floats() | texts
times = (
    odd | st.datetimes().map(datetime.isoformat) | st.sampled_from(["2026-11-22T15:00:00.123Z", "9999-12-31T23:59Z"])
)
records = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys([*TEXTS, "code"], odd),
        **dict.fromkeys(TIMES, times),
        **dict.fromkeys(FLAGS, odd),
        "type": odd | st.sampled_from(["ongoing", "time_bound"]),
        "status": odd | st.sampled_from([status.value for status in AccessCodeStatus]),
        **dict.fromkeys(["errors", "warnings", "pending_mutations"], st.sampled_from([None, [], [{}]])),
    },
)


def _the_long_way(record: dict[str, Any]) -> dict[str, Any]:
    """What a code without issues and changes must hold, by field."""
    pin = Pin(record["code"]) if isinstance(record.get("code"), str) and record["code"] else None
    display_status = plain_text(record.get("display_status"))
    pulled = record.get("pulled_backup_access_code_id")
    statuses = {status.value: status for status in AccessCodeStatus}
    return {
        "access_code_id": plain_text(record.get("access_code_id")),
        "device_id": plain_text(record.get("device_id")),
        "name": plain_text(record.get("name")),
        "pin": pin,
        "is_managed": True,
        "type": AccessCodeType.TIME_BOUND if record.get("type") == "time_bound" else AccessCodeType.ONGOING,
        "status": statuses.get(record.get("status"), AccessCodeStatus.UNKNOWN),
        **{name: moment(record.get(name)) for name in TIMES},
        "display_status": (display_status if pin is None else pin.scrub(display_status)) or None,
        "common_code_key": plain_text(record.get("common_code_key")) or None,
        "pulled_backup_access_code_id": plain_text(pulled) if isinstance(pulled, str) and pulled else None,
        **{name: record.get(name) is True for name in FLAGS},
    }


@given(record=records)
@example(record={"code": "4829", "display_status": "4829 is on its way"})
@example(record={"code": "\x1b", "display_status": "\x1b[31m"})
def test_whatever_a_code_says_reads_as_its_fields_say_one_by_one(record) -> None:
    code = managed_code(record)
    wanted = _the_long_way(record)
    assert {name: getattr(code, name) for name in wanted} == wanted
    assert wanted.keys() | {"errors", "warnings", "pending_mutations"} == {field.name for field in fields(AccessCode)}
    told = [bool(getattr(code, name)) for name in ("errors", "warnings", "pending_mutations")]
    assert told == [bool(record.get(name)) for name in ("errors", "warnings", "pending_mutations")]


@pytest.mark.parametrize("name", [*FLAGS, *TEXTS, *TIMES])
def test_each_field_stands_in_its_own_place(name) -> None:
    value: Any = True if name in FLAGS else "2026-11-22T15:00:00Z"
    code = managed_code({name: value})
    kept = datetime(2026, 11, 22, 15, tzinfo=UTC) if name in TIMES else value
    assert {field.name: getattr(code, field.name) for field in fields(code)} == {
        field.name: getattr(LEAST, field.name) for field in fields(code)
    } | {name: kept}


def test_a_code_is_frozen_and_equals_one_that_was_made_by_hand() -> None:
    code = unmanaged_code({"access_code_id": "c1", "device_id": "d1", "code": "4829"})
    assert code == AccessCode("c1", "d1", "", Pin("4829"), False, AccessCodeType.ONGOING, AccessCodeStatus.UNKNOWN)
    with pytest.raises(AttributeError):
        code.name = "Another"  # type: ignore[misc]


def test_what_many_codes_share_is_kept_once() -> None:
    def record() -> dict[str, Any]:
        time = "".join(["2026-11-22T", "15:00:00Z"])
        return {"device_id": "".join(["de", "vice 1"]), "ends_at": time, "display_status": "".join(["Act", "ive"])}

    one, other = managed_codes([record(), record()])
    assert one.device_id is other.device_id
    assert one.ends_at is other.ends_at
    assert one.display_status is other.display_status


def test_a_page_of_managed_codes_leaves_out_what_says_that_it_is_unmanaged() -> None:
    page = [{"access_code_id": "a"}, {"access_code_id": "b", "is_managed": False}, {"access_code_id": "c"}]
    assert [code.access_code_id for code in managed_codes(page)] == ["a", "c"]
    assert [(code.access_code_id, code.is_managed) for code in unmanaged_codes(page)] == [
        ("a", False), ("b", False), ("c", False),
    ]  # fmt: skip


def test_codes_of_several_devices_in_one_page_each_keep_their_own() -> None:
    ids = ["d1", "d1", None, 7, "d2", "", "d1", " d1", "7"]
    codes = unmanaged_codes([{"device_id": id_} for id_ in ids])
    assert [code.device_id for code in codes] == ["d1", "d1", "", "7", "d2", "", "d1", "d1", "7"]


def test_a_display_status_that_quotes_the_pin_is_masked_for_that_code_only() -> None:
    page = [{"code": "4829", "display_status": "Setting 4829"}, {"code": "1111", "display_status": "Setting 4829"}]
    assert [code.display_status for code in managed_codes(page)] == [f"Setting {MASK}", "Setting 4829"]
