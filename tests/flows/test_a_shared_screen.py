"""In share mode nobody who watches learns a name, a login or an id, whatever is pressed: the scanner looks for each."""

from __future__ import annotations

import random
from pathlib import Path
from typing import NoReturn

import pytest

from seam_tui.domain.action import ActionId
from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.server import Sandbox
from seam_tui.tui.actions import BOUND, NAVIGATION
from tests.flows.driver import RunningApp, running_app, sandbox_of
from tests.flows.shared import share, stop_sharing
from tests.flows.wandering import Wanderer
from tests.flows.warm import all_held, kept_in, picture_is_shown, run_once
from tests.scanner.scanner import Scanner

SIZES = ((160, 50), (100, 30), (80, 24), (60, 20))
ROOM = (120, 30)
"""Where all three panes stand side by side, and no more: what is painted is what takes long here."""
ENDS = {"app.quit", "share.toggle"}
"""Keys that would end what is looked at."""


@pytest.fixture
def scanner() -> Scanner:
    """One that looks for names, logins and ids too."""
    return Scanner(with_names=True)


def world(scenario: str = "default") -> Sandbox:
    """A world in which every guest's name is a word of its own."""
    return sandbox_of(scenario, keeps_names=False)


async def back(app: RunningApp) -> None:
    """Escape from wherever one is."""
    for _ in range(4):
        await app.settle()
        if app.app.screen is app.triage and app.triage.focused is app.codes.table:
            return
        await app.press("escape")


async def test_every_action_is_done_where_it_can_be(tmp_path: Path) -> None:
    done = dict.fromkeys(BOUND, 0)
    for scenario in ("default", "museum"):
        async with running_app(world=world(scenario), share=True, size=ROOM, journal_folder=tmp_path / scenario) as app:
            wanderer = Wanderer(app, tmp_path)
            for action_id, bound in BOUND.items():
                if not done[action_id]:
                    done[action_id] = await wanderer.tries(action_id, bound.key, times=1)
            assert "SHARED" in app.text
    assert [action_id for action_id, times in done.items() if not times and action_id is not ActionId.COPY_IDS] == []


async def test_many_are_changed_looked_at_saved_and_undone(tmp_path: Path) -> None:
    async with running_app(world=world(), share=True, size=ROOM, journal_folder=tmp_path / "runs") as app:
        wanderer = Wanderer(app, tmp_path)
        for key in ("f2", "t", "d", "H"):
            await wanderer.sees_runs_end()
            await app.press("2", "home", "u", *["shift+down"] * 6)
            await app.press(key)
            await app.until(lambda: app.app.screen is not app.triage, "what comes of it")
            await wanderer.answers_all()
        assert {"PlanScreen", "ResultScreen", "HistoryScreen"} <= wanderer.seen
        await app.time_passes(30)


@pytest.mark.parametrize("size", [SIZES[0], SIZES[-1]], ids=str)
async def test_every_other_key_is_pressed_at_every_size(size: tuple[int, int], tmp_path: Path) -> None:
    async with running_app(world=world(), share=True, size=size) as app:
        wanderer = Wanderer(app, tmp_path)
        for move in NAVIGATION:
            if move.id not in ENDS:
                await app.press(move.key, "down")
                await wanderer.answers_all()
                await back(app)
        await app.press("ctrl+p")
        await app.type("guest")
        await back(app)


async def test_every_exhibit_is_looked_at(scanner: Scanner) -> None:
    async with running_app(world=world("museum"), share=True, size=ROOM) as app:
        codes = sorted(app.triage.board.store.codes.values(), key=lambda code: len(code.issues))
        for access_code_id in {code.device_id: code.access_code_id for code in codes}.values():
            app.triage.show_code(access_code_id)
            await app.settle()
            scanner.tell("detail", app.detail.document)  # also what one would have to scroll to


async def test_a_terminal_changes_its_size() -> None:
    async with running_app(world=world(), share=True) as app:
        for width, height in (*SIZES, *reversed(SIZES)):
            await app.pilot.resize_terminal(width, height)
            await app.press("2", "down", "3", "pagedown")


@pytest.mark.parametrize("fixed", [False, True])
async def test_the_address_on_which_one_signs_in_is_copied_unseen(fixed: bool) -> None:
    async with running_app(world=world(), share=True, share_fixed=fixed) as app:
        await app.devices.choose("Kai 7 – Wohnung 3")
        await app.press("w")
        await app.dialog.says("Connect Webview", "Its address is hidden in share mode")
        await app.press("c")
        await app.settle()
        page = next(iter(app.sandbox.world.webviews.values()))
        assert (page.token in app.clipboard) is not fixed


@pytest.mark.parametrize("text", ["name:{name}", "name:{start}", "!name:{name}"])
async def test_a_filter_finds_a_true_name_and_does_not_show_it(text: str) -> None:
    async with running_app(world=world(), share=True) as app:
        name = next(code.name for code in app.sandbox.world.codes.values() if code.name)
        await app.press("slash")
        await app.type(text.format(name=name, start=name[:3]))
        await app.press("enter", "down", "S", "down", "enter", "escape")
        await back(app)


FAULTS: list[dict[str, object]] = [
    {"kind": "status", "status": 400}, {"kind": "status", "status": 429}, {"kind": "status", "status": 503},
    {"kind": "apply_then_fail"}, {"kind": "cut"},
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_requests_fail(fault: dict[str, object], tmp_path: Path) -> None:
    async with running_app(world=world(), share=True, size=ROOM, journal_folder=tmp_path / "runs") as app:
        for method in ("POST", "PATCH", "PUT", "DELETE"):
            app.sandbox.faults.add(FaultRule(method=method, **fault))  # type: ignore[arg-type]
        wanderer = Wanderer(app, tmp_path)
        for key in ("d", "f2", "l"):
            await app.press("2", "home", "down")
            await app.press(key)
            await wanderer.answers_all()
        await app.press("r")
        await app.settle()


async def test_an_app_starts_from_its_picture(tmp_path: Path) -> None:
    sandbox = world()
    await run_once(tmp_path / "cache", sandbox, share=True)
    async with running_app(
        world=sandbox, load=False, arrange_wire=all_held, **kept_in(tmp_path / "cache", share=True)
    ) as app:
        await picture_is_shown(app)
        await app.press("2", "down", "3", "1", "down")
        app.wire.release()
        await app.is_loaded()


@pytest.mark.parametrize("seed", range(2))
async def test_a_walk_at_random_ends_nowhere_near_a_name(seed: int) -> None:
    keys = [*(bound.key for bound in BOUND.values()), *(move.key for move in NAVIGATION if move.id != "app.quit")]
    keys += ["down", "up", "pagedown", "enter", "enter", "y", "tab", "escape", "ctrl+t", "ctrl+s", "f7"]
    chance = random.Random(seed)
    async with running_app(world=world(), share_fixed=True, size=chance.choice(SIZES)) as app:
        for _ in range(100):
            await app.press(chance.choice(keys))
            if chance.random() < 0.1:
                await app.pilot.resize_terminal(*chance.choice(SIZES))
        await app.settle()


@pytest.mark.survives
async def test_a_failure_of_the_app_itself_tells_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running_app(world=world(), share=True) as app:
        told = f"{app.sandbox.world.pins()} {[code.name for code in app.sandbox.world.codes.values()]}"

        def fail(*_: object) -> NoReturn:
            raise ValueError(told)

        monkeypatch.setattr(app.triage, "action_zoom", fail)
        await app.press("f")
        await app.dialog.says("Something in seam-tui failed unexpectedly", "ValueError")
        await app.press("escape")


# -- the key while something is open


async def test_the_first_frame_after_the_key_tells_no_name_whatever_is_open(scanner: Scanner, tmp_path: Path) -> None:
    keys: list[tuple[ActionId | None, str]] = [(action_id, bound.key) for action_id, bound in BOUND.items()]
    keys += [(None, move.key) for move in NAVIGATION if move.id not in {*ENDS, "app.read_only"}]
    async with running_app(world=world(), size=(80, 24), journal_folder=tmp_path / "runs") as app:
        wanderer = Wanderer(app, tmp_path)
        for action_id, key in [*keys, (None, "ctrl+p")]:
            if action_id is not None:
                app.triage.show_code(next(iter(wanderer.able(action_id)), app.codes.table.ids[0]))
            await app.drawn()
            await app.press(key)
            await app.drawn()
            scanner.forget()
            await share(app)
            scanner.tell_what_stands()
            await app.press("down", "up")
            assert scanner.leaks() == [], key
            await stop_sharing(app)
            await back(app)
        scanner.forget()


async def test_the_first_frame_after_the_key_tells_no_name_while_a_plan_or_a_result_is_open(
    scanner: Scanner, tmp_path: Path
) -> None:
    async with running_app(world=world(), journal_folder=tmp_path / "runs") as app:
        await app.press("2", "home", *["shift+down"] * 4)
        await app.press("f2")
        await app.form.opens()
        await app.form.fill("{name} 2")
        await app.press("enter")
        await app.drawn()
        scanner.forget()
        await share(app)
        scanner.tell_what_stands()
