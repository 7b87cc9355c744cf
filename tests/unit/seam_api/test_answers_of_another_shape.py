"""Answers that are JSON, but not Seam's: each read takes them for a failure, never for an empty list or a record."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from seam_tui.seam_api.client import SeamClient
from seam_tui.seam_api.errors import BadAnswer

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
PAGED = {
    "connected_accounts": lambda client: client.list_connected_accounts(),
    "devices": lambda client: client.list_devices(),
    "access_codes": lambda client: client.list_access_codes("d1"),
    "access_codes, unmanaged": lambda client: client.list_unmanaged_access_codes("d1"),
}
AT_ONCE = {
    "access_codes": lambda client: client.list_access_codes_by_ids(["c1", "c2"]),
    "devices": lambda client: client.list_devices_by_ids(["d1", "d2"]),
    "events": lambda client: client.list_events(NOW),
    "events, between": lambda client: client.list_events_between(NOW, NOW),
    "access_grants": lambda client: client.find_access_grants("c1"),
}
ALONE = {
    "workspace": lambda client: client.get_workspace(),
    "connected_account": lambda client: client.get_connected_account("a1"),
    "device": lambda client: client.get_device("d1"),
    "access_code": lambda client: client.get_access_code("c1"),
    "access_code, unmanaged": lambda client: client.get_unmanaged_access_code("c1"),
    "access_code, created": lambda client: client.create_access_code("d1"),
    "access_code, pulled": lambda client: client.pull_backup_access_code("c1"),
    "generated_code": lambda client: client.generate_pin("d1"),
    "connect_webview": lambda client: client.create_connect_webview(),
}
NOT_SEAMS = [None, [], "text", 7, {}, {"ok": True}, {"Key": []}]
"""Whole bodies."""
NO_LIST = [None, {}, "abc", 7, True]
NO_RECORD = [None, [], "abc", 7, True]


async def _read(client: SeamClient, call: Any) -> Any:
    answer = call(client)
    return [page async for page in answer] if isinstance(answer, AsyncIterator) else await answer


@pytest.mark.parametrize("body", NOT_SEAMS)
@pytest.mark.parametrize("name", [*PAGED, *AT_ONCE, *ALONE])
async def test_a_body_without_what_was_asked_for_is_a_bad_answer(saying, name, body) -> None:
    calls = {**ALONE, **AT_ONCE, **PAGED}
    with pytest.raises(BadAnswer):
        await _read(saying(body), calls[name])


@pytest.mark.parametrize("value", NO_LIST)
@pytest.mark.parametrize("name", [*PAGED, *AT_ONCE])
async def test_what_is_no_list_is_a_bad_answer(saying, name, value) -> None:
    for call in (calls[name] for calls in (PAGED, AT_ONCE) if name in calls):
        with pytest.raises(BadAnswer):
            await _read(saying({name.partition(",")[0]: value}), call)


@pytest.mark.parametrize("value", NO_RECORD)
@pytest.mark.parametrize("name", [*PAGED, *AT_ONCE])
async def test_a_list_of_something_else_than_records_is_a_bad_answer(saying, name, value) -> None:
    for call in (calls[name] for calls in (PAGED, AT_ONCE) if name in calls):
        with pytest.raises(BadAnswer):
            await _read(saying({name.partition(",")[0]: [value]}), call)


@pytest.mark.parametrize("value", NO_RECORD)
@pytest.mark.parametrize("name", ALONE)
async def test_what_is_no_record_is_a_bad_answer(saying, name, value) -> None:
    with pytest.raises(BadAnswer):
        await _read(saying({name.partition(",")[0]: value}), ALONE[name])


@pytest.mark.parametrize("pagination", [[1], "next", 7, True, {"has_next_page": True, "next_page_cursor": ["x"]}])
@pytest.mark.parametrize("name", PAGED)
async def test_pagination_of_another_shape_is_a_bad_answer_and_not_the_end(saying, name, pagination) -> None:
    with pytest.raises(BadAnswer):
        await _read(saying({name.partition(",")[0]: [], "pagination": pagination}), PAGED[name])


@pytest.mark.parametrize("name", PAGED)
async def test_an_empty_list_is_an_empty_page(saying, name) -> None:
    assert await _read(saying({name.partition(",")[0]: [], "pagination": None}), PAGED[name]) == [()]


@pytest.mark.parametrize("issues", ["abc", 5, [None], ["x"], [[]], {"a": 1}])
@pytest.mark.parametrize("field", ["errors", "warnings", "pending_mutations"])
async def test_issues_and_changes_of_another_shape_are_a_bad_answer(saying, code_body, field, issues) -> None:
    """A code whose errors cannot be read must not look like one without."""
    with pytest.raises(BadAnswer):
        await saying(code_body(**{field: issues})).get_access_code("c1")


@pytest.mark.parametrize("name", ["access_code, created", "access_code, pulled", "connect_webview"])
async def test_of_what_was_made_it_is_then_not_known_whether_it_was(saying, name) -> None:
    with pytest.raises(BadAnswer) as caught:
        await _read(saying({name.partition(",")[0]: 7}), ALONE[name])
    assert caught.value.outcome_unknown
