"""A minute without a network: it is said at once, what was known is still of use, and afterwards nothing is missing."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from seam_tui.sandbox.issues import code_event, device_fields, put_issue, trouble_event
from seam_tui.sandbox.server import Sandbox
from seam_tui.sync.pace import WatchPace
from tests.flows.driver import RunningApp, running_app, sandbox_of
from tests.flows.warm import differences, records_of
from tests.flows.wire import about

LIVE: Final = WatchPace(requests_per_minute=0)
"""A look at the events every 15 s; nothing else finds what has changed."""
RENAMED, REFUSED, LEFT = "Rosa Marinova", "Tess Murphyson", "Hiro Tanakamura"
CUT: Final = 60.0
"""Seconds for which nothing gets through."""
HAIR: Final = 0.1
"""Seconds by which a look may be late where spans are rounded."""


def healthy_world() -> Sandbox:
    """A world in which nothing happens by itself, with three guests of whom the tests tell."""
    sandbox = sandbox_of(devices=12, codes=80, seed=7)
    guests = [code for code in sandbox.world.codes.values() if code.managed and not code.is_offline and not code.issues]
    for code, name in zip(guests, (RENAMED, REFUSED, LEFT), strict=False):
        code.name = name
    return sandbox


def happen_meanwhile(app: RunningApp) -> None:
    """Somebody renames a code, a lock refuses one, a guest leaves and another one comes."""
    world = app.sandbox.world
    renamed, refused, left = app.code(RENAMED), app.code(REFUSED), app.code(LEFT)
    renamed.name = "Rosa Somebody"
    code_event(world, renamed, "changed")
    put_issue(world, refused, "error", "failed_to_set_on_device", "Failed to set code on device.")
    trouble_event(world, refused, "failed_to_set_on_device")
    new = world.add_code(replace(refused, access_code_id=world.seeds.uuid(), name="Walk-in Guest", issues=[]))
    code_event(world, new, "created")
    code_event(world, left, "deleted")
    world.drop_code(left)


async def work_goes_on(app: RunningApp) -> None:
    """Everything that needs no network does what it always does."""
    codes = len(app.codes.titles)
    await app.codes.choose(LEFT)
    code = app.triage.chosen_code()
    assert code is not None
    await app.devices.choose(app.triage.board.store.devices[code.device_id].title)
    await app.press("enter")
    await app.until(lambda: app.codes.has_focus and len(app.codes.titles) < codes, "the codes of that lock alone")
    await app.codes.choose(LEFT)
    await app.detail.shows(LEFT)
    await app.devices.choose("All devices")
    await app.codes.focus()
    await app.press("/")
    await app.type("marinova")
    await app.press("enter")
    await app.until(lambda: app.codes.titles == [RENAMED], "the code of that name alone")
    await app.press("space")
    await app.until(lambda: "1 marked" in app.footer, "a mark")
    await app.press("escape")
    await app.until(lambda: len(app.codes.titles) == codes, "every code again")
    assert app.codes.at == RENAMED


async def test_a_minute_without_a_network_is_said_within_one_interval_and_made_up_for_within_another() -> None:
    # UX 16
    async with running_app(pace=LIVE, world=healthy_world()) as app:
        cut_at = app.clock.monotonic()
        app.wire.is_down = True
        happen_meanwhile(app)
        await app.look_passes()
        assert app.clock.monotonic() - cut_at <= LIVE.interval + HAIR
        assert "STALE: Reading the events: Seam could not be reached · as of" in app.top
        await work_goes_on(app)
        while app.clock.monotonic() - cut_at < CUT:
            await app.look_passes()
            assert "STALE" in app.top
        assert app.codes.has(LEFT)
        assert not app.codes.has("Walk-in Guest")
        back_at = app.clock.monotonic()
        app.wire.is_down = False
        await app.look_passes()
        assert app.clock.monotonic() - back_at <= LIVE.interval + HAIR
        assert "updated 0 s ago" in app.top
        assert app.codes.at == "Rosa Somebody"
        assert "~ name" in app.codes.row("Rosa Somebody")
        assert len(app.codes.table.marked) == 1
        assert app.codes.has("Walk-in Guest")
        assert not app.codes.has(LEFT)
        assert "+1 new · ~2 changed (. next) · -1 gone: " + LEFT in app.codes.note
        shown = records_of(app)
    assert await differences(shown, app.sandbox) == []


@pytest.mark.parametrize("path", ["/access_codes/list", "/devices/list"])
async def test_a_network_that_is_cut_between_the_events_and_what_they_name_loses_nothing(path: str) -> None:  # UX 16
    async with running_app(pace=LIVE, world=healthy_world()) as app:
        happen_meanwhile(app)
        world = app.sandbox.world
        world.emit("device.connected", device_fields(next(iter(world.devices.values()))))
        app.wire.fails_at = about(path)
        await app.look_passes()
        assert "STALE" in app.top
        app.wire.fails_at = None
        await app.look_passes()
        assert "updated 0 s ago" in app.top
        shown = records_of(app)
    assert await differences(shown, app.sandbox) == []


async def test_a_key_that_needs_the_network_says_why_it_did_nothing_and_the_rest_goes_on() -> None:  # UX 16
    async with running_app(pace=LIVE, world=healthy_world()) as app:
        await app.codes.choose(LEFT)
        app.wire.is_down = True
        await app.press("r")
        await app.until(lambda: "STALE" in app.top, "the picture being stale")
        await app.says("Could not load: ")
        await app.detail.shows(LEFT)
        app.wire.is_down = False
        await app.look_passes()
        assert "updated 0 s ago" in app.top
        shown = records_of(app)
    assert await differences(shown, app.sandbox) == []
