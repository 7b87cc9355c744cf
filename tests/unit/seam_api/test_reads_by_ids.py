"""Reading some codes or devices by their ids, and events of a span."""

from datetime import UTC, datetime, timedelta
from itertools import islice

import httpx

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


def body(*ids: str, cursor: str | None = None) -> dict:
    codes = [{"access_code_id": id_, "device_id": "d1", "type": "ongoing", "is_managed": True} for id_ in ids]
    pages = {"has_next_page": cursor is not None, "next_page_cursor": cursor, "next_page_url": None}
    return {"access_codes": codes, "pagination": pages}


async def test_codes_read_by_their_ids_equal_those_read_alone(sandbox, connect) -> None:
    client = connect(sandbox)
    ids = [key for key, code in islice(sandbox.world.codes.items(), 40) if code.managed and not code.is_backup]
    codes = await client.list_access_codes_by_ids(ids)
    assert [code.access_code_id for code in codes] == ids
    assert list(codes[:5]) == [await client.get_access_code(key) for key in ids[:5]]


async def test_what_is_unmanaged_or_not_there_is_left_out(sandbox, connect) -> None:
    world = sandbox.world
    unmanaged = next(key for key, code in world.codes.items() if not code.managed)
    managed = next(key for key, code in world.codes.items() if code.managed and not code.is_backup)
    gone = "00000000-0000-4000-8000-000000000000"
    codes = await connect(sandbox).list_access_codes_by_ids([unmanaged, managed, gone])
    assert [code.access_code_id for code in codes] == [managed]


async def test_devices_are_read_by_their_ids(sandbox, connect) -> None:
    client = connect(sandbox)
    ids = list(sandbox.world.devices)[2:5]
    assert [device.device_id for device in await client.list_devices_by_ids(ids)] == ids


async def test_only_the_ids_that_were_asked_for_count(saying) -> None:
    codes = await saying(body("c1", "c2", "c3")).list_access_codes_by_ids(["c2", "c9"])
    assert [code.access_code_id for code in codes] == ["c2"]


async def test_a_server_with_smaller_pages_is_read_on(saying) -> None:
    client = saying(body("c1", cursor="p2"), body("c2", cursor="p3"), body("c3"))
    assert len(await client.list_access_codes_by_ids(["c1", "c2", "c3"])) == 3


async def test_a_server_that_ignores_the_filter_is_not_read_to_its_end(connect) -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=body(f"x{len(asked)}", cursor=f"p{len(asked)}"))

    assert await connect(httpx.MockTransport(answer)).list_access_codes_by_ids(["c1"]) == ()
    assert len(asked) == 1


async def test_events_of_a_span_are_those_inside_it(sandbox, connect) -> None:
    client = connect(sandbox)
    everything = await client.list_events(NOW - timedelta(days=30), limit=5_000)
    middle = everything[len(everything) // 2].created_at
    later = await client.list_events_between(middle, NOW + timedelta(hours=1), limit=5_000)
    assert {event.event_id for event in later} <= {event.event_id for event in everything}
    assert all(event.created_at >= middle for event in later)
    assert len(later) >= len([event for event in everything if event.created_at > middle])
