"""An answer that nobody can read: the picture is stale and says why, and the next good answer makes up for it."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from seam_tui.sandbox.issues import device_fields
from tests.flows.driver import running_app
from tests.flows.test_a_cut_network import LIVE, happen_meanwhile, healthy_world
from tests.flows.warm import differences, records_of

BROKEN = {
    "cut": b'{"events": [{"event_id": "a',
    "a-page": b"<html>Sign in to the hotel's network</html>",
    "empty": b"",
    "a-list": b'["surprise"]',
    "nothing-of-it": b'{"ok": true}',
}
"""What a proxy, a hotel's network or a fault puts in the place of what was asked for."""


@pytest.mark.parametrize("body", BROKEN)
async def test_events_that_cannot_be_read_are_said_until_the_next_good_look_and_lose_nothing(
    body: str,
) -> None:  # UX 16
    async with running_app(pace=LIVE, world=healthy_world()) as app:
        happen_meanwhile(app)
        app.wire.answers["/events/list"] = httpx.Response(200, content=BROKEN[body])
        for _ in range(3):
            await app.look_passes()
            assert "STALE: Reading the events: what came back is no answer of Seam's" in app.top
            assert not app.codes.has("Walk-in Guest")
        app.wire.answers.clear()
        await app.look_passes()
        assert "STALE" not in app.top
        assert "updated 0 s ago" in app.top
        shown = records_of(app)
    assert await differences(shown, app.sandbox) == []


@pytest.mark.parametrize("record", ["codes", "devices"])
async def test_what_the_events_name_is_read_once_its_answers_are_good_again(record: str) -> None:  # UX 16
    async with running_app(pace=replace(LIVE, requests_per_minute=60), world=healthy_world()) as app:
        happen_meanwhile(app)
        world = app.sandbox.world
        device = next(iter(world.devices.values()))
        device.name = "Renamed Lock"
        world.emit("device.connected", device_fields(device))
        paths = ("/access_codes/list", "/access_codes/get") if record == "codes" else ("/devices/list", "/devices/get")
        for path in paths:
            app.wire.answers[path] = httpx.Response(200, content=BROKEN["cut"])
        told = "STALE: Reading the code: what came back is no" if record == "codes" else "1 device not read"
        await app.until(lambda: told in app.top, told, within=60)
        assert (record == "codes") is not app.codes.has("Walk-in Guest")
        app.wire.answers.clear()
        await app.until(lambda: told not in app.top and "STALE" not in app.top, "a whole picture", within=600)
        await app.codes.gains("Walk-in Guest", within=60)
        await app.devices.gains("Renamed Lock", within=60)
        shown = records_of(app)
    assert await differences(shown, app.sandbox) == []


async def test_a_person_who_asks_for_all_anew_is_told_where_to_look() -> None:  # UX 16
    async with running_app(pace=LIVE, world=healthy_world(), size=(230, 50)) as app:
        app.wire.answers["/devices/list"] = httpx.Response(200, content=BROKEN["a-page"])
        await app.press("r")
        await app.says("what came back is no answer of Seam's. Try again. A sign-in page of the network", within=300)
        app.wire.answers.clear()
        await app.press("r")
        await app.until(lambda: "STALE" not in app.top and "Could not" not in app.said, "a whole picture")
