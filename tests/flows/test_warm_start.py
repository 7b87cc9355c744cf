"""The next start: the picture of the last run at once, said to be one, caught up, then verified."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from seam_tui.sandbox.issues import code_event, put_issue, trouble_event
from seam_tui.sandbox.server import Sandbox
from seam_tui.sync.pace import WatchPace
from tests.flows.driver import running_app, sandbox_of
from tests.flows.test_staying_fresh import CALM, add, fails, remove
from tests.flows.warm import (
    PACE,
    all_held,
    differences,
    is_verified,
    kept_in,
    leave,
    picture_is_shown,
    records_of,
    run_once,
)
from tests.flows.wire import about


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def picture_of(cache: Path) -> Path:
    (path,) = cache.glob("*.picture")
    return path


def names_in(cache: Path) -> list[str]:
    return [path.suffix for path in cache.iterdir()] if cache.exists() else []


def fail_some(world: Sandbox, count: int) -> None:
    """Locks refuse codes, and Seam tells of each."""
    for code in [code for code in world.world.codes.values() if code.managed][:count]:
        put_issue(world.world, code, "error", "failed_to_set_on_device", "Failed to set code on device.")
        trouble_event(world.world, code, "failed_to_set_on_device")


async def test_the_picture_of_the_last_run_is_there_before_seam_has_answered(cache: Path) -> None:
    world = sandbox_of()
    await run_once(cache, world)
    async with running_app(world=world, arrange_wire=all_held, load=False, **kept_in(cache)) as app:
        await picture_is_shown(app)
        assert "as of " in app.top
        assert ", catching up" in app.top
        assert app.codes.has(CALM)
        app.wire.release()
        await app.is_loaded()
        await app.drawn()
        assert "updated" in app.top
        assert "as of" not in app.top


async def test_what_happened_meanwhile_is_there_and_flagged_once_it_is_caught_up(cache: Path) -> None:
    world = sandbox_of()
    await run_once(cache, world)
    async with running_app(world=world, arrange_wire=all_held, load=False, **kept_in(cache)) as app:
        add(app, "Walk-in Guest")
        remove(app, "Hiro Tanaka")
        fails(app, CALM)
        await picture_is_shown(app)
        assert app.codes.has("Hiro Tanaka")
        app.wire.release()
        await app.is_loaded()
        await app.drawn()
        assert app.codes.has("Walk-in Guest")
        assert not app.codes.has("Hiro Tanaka")
        assert "~ issues" in app.codes.row(CALM)
        assert "+1 new" in app.codes.note


@pytest.mark.parametrize("changed", [0, 1, 150])
async def test_it_is_caught_up_with_the_requests_of_a_poll_and_one_more(cache: Path, changed: int) -> None:
    world = sandbox_of(devices=40, codes=400)
    await run_once(cache, world)
    fail_some(world, changed)
    world.requests.clear()
    asked: list[str] = []
    async with running_app(world=world, **kept_in(cache)) as app:
        store = app.triage.board.store
        asked = [record.path for record in world.requests]
        assert sum(1 for code in store.codes.values() if code.errors) >= changed
    # Once it is caught up, the rolling re-read begins: its first request may have been made.
    batches = -(-changed // 100)
    assert asked[: 2 + batches] == ["/workspaces/get", "/events/list"] + ["/access_codes/list"] * batches
    assert len(asked) <= 2 + batches + 1


async def test_after_the_rest_was_verified_all_is_as_at_seam_also_what_no_event_told(cache: Path) -> None:
    sandbox = sandbox_of(devices=12, codes=90)
    await run_once(cache, sandbox)
    world = sandbox.world
    told, renamed, repinned, dropped, copied, *_ = list(world.codes.values())
    put_issue(world, told, "error", "failed_to_set_on_device", "Failed to set code on device.")
    trouble_event(world, told, "failed_to_set_on_device")
    renamed.name = "Renamed without a word"
    repinned.code = "908172"
    world.drop_code(dropped)
    world.add_code(replace(copied, access_code_id=world.seeds.uuid(), name="Came without a word"))
    lock = replace(next(iter(world.devices.values())), device_id=world.seeds.uuid(), name="New lock without a word")
    world.add_device(lock)
    async with running_app(world=sandbox, **kept_in(cache)) as app:
        await is_verified(app)
        await app.codes.gains("Came without a word", within=3_600)
        await app.devices.gains("New lock without a word", within=3_600)
        assert not app.triage.board.store.awaited_pin_ids
        warm = records_of(app)
    assert await differences(warm, sandbox) == []


async def test_events_that_are_no_longer_kept_mean_a_load_behind_the_picture(cache: Path) -> None:
    world = sandbox_of()
    async with running_app(world=world, **kept_in(cache)) as app:
        fails(app, CALM)
        app.triage.session._watcher.poll_now()  # type: ignore[union-attr]
        codes = app.triage.board.store.codes
        await app.until(lambda: codes[app.code(CALM).access_code_id].errors, "the error")
        await leave(app)
    world.world.events.clear()
    world.world._event_times.clear()
    world.requests.clear()
    async with running_app(world=world, arrange_wire=all_held, load=False, **kept_in(cache)) as app:
        code_event(world.world, app.code("Hiro Tanaka"), "set_on_device")
        await picture_is_shown(app)
        app.wire.release()
        app.wire.hold(about("/devices/list"))  # what is said of the load's end would take its place
        await app.says("Everything is read again.")
        app.wire.release()
        await app.is_loaded()
        assert app.sent("/devices/list") > 0
        assert not app.triage.board.store.kept_ids
        warm = records_of(app)
    assert await differences(warm, world) == []


async def test_a_damaged_picture_is_put_aside_and_everything_is_loaded(cache: Path) -> None:
    world = sandbox_of()
    await run_once(cache, world)
    path = picture_of(cache)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    world.requests.clear()
    async with running_app(world=world, **kept_in(cache)) as app:
        assert "is damaged and was put aside. Everything is read anew." in app.said
        assert app.sent("/devices/list") > 0
        assert app.codes.has(CALM)
        assert ".aside" in names_in(cache)
        await leave(app)
    assert picture_of(cache)


async def test_a_picture_of_another_workspace_is_not_shown_on(cache: Path) -> None:
    world, other = sandbox_of(), sandbox_of("museum")
    await run_once(cache, world)
    async with running_app(world=other, arrange_wire=all_held, load=False, **kept_in(cache)) as app:
        await picture_is_shown(app)
        app.wire.release()
        await app.is_loaded()
        await app.drawn()
        assert not app.codes.has(CALM)
        warm = records_of(app)
    assert await differences(warm, other) == []


async def test_without_a_network_the_picture_is_stale_and_caught_up_when_it_is_back(cache: Path) -> None:  # UX 16
    world = sandbox_of()
    await run_once(cache, world)

    def cut(wire: object) -> None:
        wire.is_down = True  # type: ignore[attr-defined]

    async with running_app(world=world, arrange_wire=cut, load=False, **kept_in(cache)) as app:
        await app.until(lambda: app.has_panes and "STALE" in app.top, "that it is stale")
        assert app.codes.has(CALM)
        fails(app, CALM)
        app.wire.is_down = False
        await app.until(lambda: "updated" in app.top, "a fresh picture", within=600)
        await app.until(lambda: "~ issues" in app.codes.row(CALM), "what happened meanwhile")


async def test_without_a_rolling_re_read_everything_is_loaded_behind_the_picture(cache: Path) -> None:
    world = sandbox_of()
    await run_once(cache, world)
    world.requests.clear()
    async with running_app(world=world, **kept_in(cache, pace=replace(PACE, requests_per_minute=0))) as app:
        assert app.sent("/devices/list") > 0
        assert not app.triage.board.store.kept_ids


async def test_nothing_is_kept_where_it_is_not_wanted(cache: Path) -> None:
    world = sandbox_of()
    await run_once(cache, world, cache_folder=None)
    assert names_in(cache) == []


async def test_while_the_app_runs_a_changed_picture_is_written_every_few_minutes(cache: Path) -> None:
    world = sandbox_of()
    pace = WatchPace(interval=60.0)
    async with running_app(world=world, **kept_in(cache, pace=pace)) as app:
        keeper = app.triage.session.keeper
        await app.until(lambda: list(cache.glob("*.picture")), "the picture of the load")
        keeper.wait()
        before = picture_of(cache).read_bytes()
        fails(app, CALM)
        await app.look_passes(2)
        keeper.wait()
        assert picture_of(cache).read_bytes() == before
        await app.look_passes(4)
        await app.until(lambda: picture_of(cache).read_bytes() != before, "the next picture")
        keeper.wait()


async def test_the_picture_on_disk_holds_no_pin(cache: Path) -> None:  # UX 13
    world = sandbox_of(keeps_names=False)
    await run_once(cache, world)
    content = picture_of(cache).read_bytes()
    pins = world.world.pins()
    assert pins
    assert [pin for pin in pins if pin.encode() in content] == []


async def test_a_picture_that_cannot_be_written_is_said_and_hurts_nobody() -> None:
    no_folder = Path(__file__)
    async with running_app(**kept_in(no_folder)) as app:
        await app.says("The picture for the next start could not be written")
        assert app.codes.has(CALM)
        await leave(app)
