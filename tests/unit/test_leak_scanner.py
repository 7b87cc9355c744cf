"""The leak scanner finds what is leaked on purpose, whichever way; and nothing where nothing leaks."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.widgets import Static

from seam_tui.domain.action import ACTIONS
from seam_tui.remedies.catalogue import load_catalogue
from seam_tui.sandbox.server import SANDBOX_KEY, Sandbox, create_sandbox
from tests.flows.driver import RunningApp, lines_of, running_app, sandbox_of
from tests.scanner.scanner import Scanner, listening
from tests.settling import settled

CODE = "Hiro Tanaka"


@pytest.fixture
def scanner() -> Iterator[Scanner]:
    made = Scanner(with_names=True)
    with listening(made):
        yield made


@pytest.fixture
def sandbox(scanner: Scanner) -> Sandbox:
    return create_sandbox(traceable=True)


@pytest.fixture
def pin(sandbox: Sandbox) -> str:
    return min(sandbox.world.pins())


@pytest.fixture
def name(sandbox: Sandbox) -> str:
    return next(code.name for code in sandbox.world.codes.values() if code.name and code.name.isalpha())


class Teller(App[None]):
    """Shows whatever it is told."""

    CSS = "Static { width: 40; height: 6; border: solid white; } #second { height: 1; }"

    def compose(self) -> ComposeResult:
        yield Static("first", id="first")
        yield Static("second", id="second")

    def show(self, text: str) -> None:
        self.query_one("#first", Static).update(Content(text))


@pytest.fixture
async def app(scanner: Scanner) -> AsyncIterator[Teller]:
    made = Teller()
    async with made.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        yield made


async def seen(app: Teller) -> None:
    """Let what was changed be painted."""
    await settled(app)


def channels(scanner: Scanner) -> set[str]:
    return {leak.channel for leak in scanner.leaks()}


# -- frames


async def test_an_app_that_tells_nothing_leaks_nothing(scanner: Scanner, app: Teller, sandbox: Sandbox) -> None:
    app.show("Guest K7M4 •••• until 22 Nov 2026, 15:00, 93 codes on 16 devices")
    await seen(app)
    assert scanner.frames > 1
    assert scanner.leaks() == []


async def test_a_pin_in_a_frame_is_found(scanner: Scanner, app: Teller, pin: str) -> None:
    app.show(f"the PIN is {pin}.")
    await seen(app)
    app.show("gone again")
    await seen(app)
    assert [(leak.channel, leak.secret) for leak in scanner.leaks()] == [("frame", pin)]


async def test_a_pin_is_found_where_a_terminal_puts_it_together_from_two_updates(
    scanner: Scanner, app: Teller, pin: str
) -> None:
    app.show(f"宿 {pin[:3]}")
    await seen(app)
    assert scanner.leaks() == []
    app.show(f"宿 {pin}")
    await seen(app)
    assert channels(scanner) == {"frame"}


@pytest.mark.parametrize("before", range(30, 40))
async def test_a_pin_that_is_broken_at_the_edge_of_its_box_is_found(
    scanner: Scanner, app: Teller, pin: str, before: int
) -> None:
    app.show("x" * before + "-" + pin)
    await seen(app)
    assert channels(scanner) <= {"frame", "frame, over two lines"}
    assert channels(scanner)


async def test_the_api_key_is_found(scanner: Scanner, app: Teller, sandbox: Sandbox) -> None:
    app.show(f"Bearer {SANDBOX_KEY}")
    await seen(app)
    assert channels(scanner) == {"frame"}


async def test_a_name_is_found_and_so_is_one_that_was_cut(scanner: Scanner, app: Teller, name: str) -> None:
    for shown in (name, name.upper(), f"{name[:4]}…", f"{name[:6]}-", f"…{name[-6:]}", f"«{name}»_{name}"):
        scanner.told.clear()
        app.show(shown)
        await seen(app)
        assert channels(scanner) == {"frame"}


async def test_a_login_and_an_id_are_found_but_not_the_end_of_one(
    scanner: Scanner, app: Teller, sandbox: Sandbox
) -> None:
    account = next(iter(sandbox.world.accounts.values()))
    for shown in (account.email, account.account_id, account.account_id[:8], account.account_id[-12:]):
        scanner.told.clear()
        app.show(shown)
        await seen(app)
        assert channels(scanner) == {"frame"}, shown
    scanner.told.clear()
    app.show(f"…{account.account_id[-4:]}")
    await seen(app)
    assert scanner.leaks() == []


def test_a_log_may_name_ids_and_no_guests(scanner: Scanner, sandbox: Sandbox, name: str) -> None:
    scanner.tell("log", f"GET /devices/get {next(iter(sandbox.world.devices))}")
    assert scanner.leaks() == []
    scanner.tell("log", f"renamed to {name}")
    assert [leak.kind for leak in scanner.leaks()] == ["name"]


def test_digits_of_a_reckoned_number_are_no_pin(scanner: Scanner, pin: str) -> None:
    scanner.tell("log", f"asleep seconds=0.4{pin}642950903".ljust(35, "1"))
    assert channels(scanner) == set()


def test_a_pin_behind_a_point_is_found(scanner: Scanner, pin: str) -> None:
    scanner.tell("log", f"the code is 1.{pin}")
    assert channels(scanner) == {"log"}


def test_without_share_mode_names_and_ids_are_no_secret() -> None:
    scanner = Scanner()
    with listening(scanner):
        world = create_sandbox(traceable=True).world
        scanner.tell("frame", " ".join(code.name or "" for code in world.codes.values()) + " ".join(world.devices))
    assert scanner.leaks() == []


# -- the other ways


def toast(app: Teller, pin: str) -> None:
    app.notify("Changed", title=f"PIN {pin}")


def title(app: Teller, pin: str) -> None:
    app.title = f"seam-tui {pin}"


def sub_title(app: Teller, pin: str) -> None:
    app.screen.sub_title = pin


def terminal(app: Teller, pin: str) -> None:
    assert app._driver is not None
    app._driver.write(f"\x1b]2;{pin}\a")


def clipboard(app: Teller, pin: str) -> None:
    app.copy_to_clipboard(f"{pin}\n")


def log(_app: Teller, pin: str) -> None:
    logging.getLogger("seam_tui.somewhere").debug("sent %s", {"code": pin})


def textual_log(app: Teller, pin: str) -> None:
    app.log.info("painted", pin=pin)


def picture(app: Teller, pin: str) -> None:
    app.show(f"the PIN is {pin}.")
    app.export_screenshot()


@pytest.mark.parametrize(
    ("leak", "channel"),
    [
        (toast, "toast"), (title, "title"), (sub_title, "title"), (terminal, "terminal"), (clipboard, "clipboard"),
        (log, "log"), (textual_log, "log"), (picture, "picture"),
    ],
)  # fmt: skip
async def test_a_pin_is_found_in_whatever_else_is_told(
    scanner: Scanner, app: Teller, pin: str, leak: object, channel: str
) -> None:
    assert callable(leak)
    leak(app, pin)
    app.show("something that is painted")
    await seen(app)
    assert channel in channels(scanner)


@pytest.mark.parametrize("way", ["out", "err"])
def test_a_pin_that_is_printed_is_found(
    scanner: Scanner, pin: str, way: str, capfd: pytest.CaptureFixture[str]
) -> None:
    import os

    os.write({"out": 1, "err": 2}[way], f"Traceback: {pin}".encode())
    scanner.tell_output(capfd)
    assert channels(scanner) == {f"standard {way}"}


# -- files


def wrote(scanner: Scanner, path: Path, text: str, mode: int = 0o600) -> set[str]:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    scanner.tell_files([path.parent])
    return channels(scanner)


def test_a_pin_in_a_file_is_found(scanner: Scanner, pin: str, tmp_path: Path) -> None:
    assert wrote(scanner, tmp_path / "crash.log", f"code={pin}") == {"log"}
    assert wrote(scanner, tmp_path / "result.md", f"code={pin}") == {"log", "file"}


def test_a_pin_in_the_name_of_a_file_is_found(scanner: Scanner, pin: str, tmp_path: Path) -> None:
    assert wrote(scanner, tmp_path / f"{pin}.log", "") == {"file"}


def test_a_pin_in_a_saved_picture_is_found_and_the_numbers_that_draw_it_are_not(
    scanner: Scanner, pin: str, tmp_path: Path
) -> None:
    assert wrote(scanner, tmp_path / "one.svg", f'<svg><text x="{pin}">nothing</text></svg>') == set()
    assert wrote(scanner, tmp_path / "two.svg", f"<svg><text>&#160;{pin}&#160;</text></svg>") == {"file"}


def test_a_plan_and_the_side_of_a_journal_hold_pins_for_their_owner_alone(
    scanner: Scanner, pin: str, tmp_path: Path
) -> None:
    plan = f'{{"version": 1, "action": "x", "steps": ["{pin}"]}}'
    for name, text in (("run.pins", pin), ("plan.json", plan)):
        assert wrote(scanner, tmp_path / name, text) == set()
        assert wrote(scanner, tmp_path / f"open-{name}", text, 0o644) == {"file that others can read"}
        scanner.told.clear()
    assert wrote(scanner, tmp_path / "other.json", f'{{"pin": "{pin}"}}') == {"file"}


def test_a_file_is_read_again_when_it_has_changed(scanner: Scanner, pin: str, tmp_path: Path) -> None:
    assert wrote(scanner, tmp_path / "a.log", "nothing") == set()
    assert wrote(scanner, tmp_path / "a.log", f"{pin} now") == {"log"}


def test_share_mode_keeps_the_truth_in_the_apps_own_files_and_in_no_other(
    scanner: Scanner, name: str, tmp_path: Path
) -> None:
    assert wrote(scanner, tmp_path / "run.jsonl", name) == set()
    assert wrote(scanner, tmp_path / "result.md", name) == {"file"}


# -- what a person asks for


async def leaks_of(scanner: Scanner, app: RunningApp) -> set[str]:
    await app.drawn()
    return channels(scanner)


@pytest.fixture
def pins_only() -> Iterator[Scanner]:
    made = Scanner()
    with listening(made):
        yield made


async def test_the_pin_that_was_asked_for_may_stand_before_its_badge_and_nowhere_else(pins_only: Scanner) -> None:
    async with running_app() as app:
        await app.codes.choose(CODE)
        await app.press("v")
        await app.detail.shows("REVEALED")
        assert await leaks_of(pins_only, app) == set()
        app.app.notify(app.code(CODE).code or "")
        assert "toast" in await leaks_of(pins_only, app)


async def test_a_pin_that_nobody_has_asked_for_is_found_beside_its_badge_too(pins_only: Scanner) -> None:
    async with running_app() as app:
        await app.codes.choose(CODE)
        app.triage.uncovered.reveal(app.code(CODE).access_code_id)
        app.triage.show_detail()
        await app.detail.shows("REVEALED")
        assert await leaks_of(pins_only, app) == {"frame"}


async def test_the_pin_of_another_code_is_found_beside_the_badge(pins_only: Scanner) -> None:
    async with running_app() as app:
        await app.codes.choose(CODE)
        other = app.code("Tess Murphy")
        pins_only.asks_to_reveal(app.triage, other.access_code_id)
        app.triage.uncovered.reveal(app.code(CODE).access_code_id)
        app.triage.show_detail()
        await app.detail.shows("REVEALED")
        assert await leaks_of(pins_only, app) == {"frame"}


async def test_the_pin_that_was_asked_for_may_be_on_the_clipboard_once(pins_only: Scanner) -> None:
    async with running_app() as app:
        await app.codes.choose(CODE)
        await app.press("c")
        await app.says("on the clipboard")
        assert await leaks_of(pins_only, app) == set()
        app.app.copy_to_clipboard(app.code(CODE).code or "")
        assert await leaks_of(pins_only, app) == {"clipboard"}


async def test_a_pin_is_known_that_was_sent_or_made_while_the_app_ran(pins_only: Scanner) -> None:
    world = sandbox_of()
    before = set(world.world.pins())
    async with running_app(world=world) as app:
        await app.codes.choose(CODE)
        await app.press("g")
        await app.confirm.yes()
        await app.until(lambda: app.sent("/access_codes/update") == 1, "a new PIN")
        await app.drawn()
    new = world.world.pins() - before
    pins_only.tell("frame", f"now {next(iter(new))}")
    assert channels(pins_only) == {"frame"}


# -- that the scan sees what a person sees, and finds nothing by chance


async def test_the_lines_are_those_that_the_app_shows(pins_only: Scanner) -> None:
    async with running_app(size=(100, 30)) as app:
        for key in ("2", "down", "down", "3", "pagedown", "f", "f", "1", "down", "question_mark", "escape", "slash"):
            await app.press(key)
            await app.drawn()
            (glass,) = pins_only._glasses.values()
            if app.app.screen is app.triage:
                assert glass.lines == lines_of(app.triage)
    assert pins_only.frames > 12


def test_nothing_is_found_by_chance_in_what_every_world_is_told(scanner: Scanner, sandbox: Sandbox) -> None:
    for remedy in load_catalogue().all():
        scanner.tell("frame", repr(remedy))
    for action in ACTIONS.values():
        scanner.tell("frame", repr(action))
    scanner.tell("frame", " ".join(device.name for device in sandbox.world.devices.values()))
    assert scanner.leaks() == []
