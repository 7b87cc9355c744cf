"""One key saves the screen as a picture and says where; nothing stands in it that the screen should not show."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from seam_tui.tui.app import SeamTuiApp
from seam_tui.tui.rebinding import make_keymap
from tests.flows.driver import RunningApp, demo_launch, running_app


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Path]]:
    """The pictures that were saved, the oldest first; none of another test's."""
    monkeypatch.setenv("SEAM_TUI_STATE_DIR", str(tmp_path / "state"))
    return lambda: sorted((tmp_path / "state" / "pictures").glob("*"), key=lambda path: (len(path.name), path.name))


def words_of(path: Path) -> str:
    """What a person reads in a picture."""
    text = re.sub(r"<style>.*?</style>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"&#160;", " ", re.sub(r"<[^>]+>", "\n", text))


async def save(app: RunningApp, key: str = "f7") -> None:
    """Press the key, and wait until it is said that there is one more picture."""
    before = len(toasts(app))
    await app.press(key)
    await app.until(lambda: len(toasts(app)) > before, "a word on the picture")


def toasts(app: RunningApp) -> list[str]:
    """What was said in the corner, the newest last."""
    return [notification.message for notification in app.app._notifications]


async def test_a_key_saves_the_screen_and_says_where(pictures: Callable[[], list[Path]]) -> None:
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        await save(app)
        (path,) = pictures()
        assert re.fullmatch(r"seam-tui-\d{8}-\d{6}\.svg", path.name)
        assert toasts(app) == [f"The picture is saved:\n{path.name}\nin {path.parent}"]
        await app.shows("The picture is saved")
        await app.shows(path.name)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert "Hiro Tanaka" in words_of(path)
        assert "https" not in path.read_text(encoding="utf-8").replace("https://www.textualize.io", "")


async def test_a_second_picture_overwrites_nothing_and_does_not_show_what_was_said_of_the_first(
    pictures: Callable[[], list[Path]],
) -> None:
    async with running_app() as app:
        await save(app)
        first = pictures()[0].read_text(encoding="utf-8")
        await save(app)
        assert len(pictures()) == 2
        assert pictures()[0].read_text(encoding="utf-8") == first
        assert "The picture is saved" in app.text
        assert "The picture" not in words_of(pictures()[1])


async def test_it_works_above_a_dialog_and_while_somebody_types_and_before_there_is_a_workspace(
    pictures: Callable[[], list[Path]],
) -> None:
    async with running_app() as app:
        await app.press("slash")
        await app.type("Hiro")
        await save(app)
        assert "Hiro" in words_of(pictures()[-1])
        await app.press("enter", "x")
        await app.confirm.opens()
        await save(app)
        assert "Delete the duplicate?" in words_of(pictures()[-1])
        assert app.confirm.is_open
    async with running_app(connection=None, demo=demo_launch, load=False) as app:
        await app.dialog.says("Welcome to seam-tui")
        await save(app)
        assert "Welcome to seam-tui" in words_of(pictures()[-1])


async def test_a_pin_that_is_shown_is_covered_first(pictures: Callable[[], list[Path]]) -> None:  # UX 12
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        pin = app.code("Hiro Tanaka").code
        assert pin is not None
        await app.press("v")
        await app.detail.shows("REVEALED", pin)
        await app.says("The PIN is shown for 10 s.")
        await save(app)
        assert pin not in words_of(pictures()[-1])
        assert "REVEALED" not in words_of(pictures()[-1])
        assert "The PIN is shown" not in words_of(pictures()[-1])
        assert app.said == ""
        await app.press("v")
        await app.detail.shows("REVEALED", pin)
        await app.press("x")
        await app.confirm.opens()
        assert pin in app.text
        await save(app)
        assert pin not in words_of(pictures()[-1])


async def test_a_pin_that_is_typed_in_the_open_is_covered_first(pictures: Callable[[], list[Path]]) -> None:  # UX 12
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("p")
        await app.form.opens()
        await app.type("918273")
        await app.press("ctrl+t")
        await app.shows("918273")
        await save(app)
        assert "918273" not in words_of(pictures()[-1])


async def test_a_pin_that_is_searched_for_is_not_in_it(pictures: Callable[[], list[Path]]) -> None:  # UX 20
    async with running_app() as app:
        await app.press("slash")
        await app.type("pin:918273")
        await save(app)
        assert "pin:" in words_of(pictures()[-1])
        assert "918273" not in pictures()[-1].read_text(encoding="utf-8")


async def test_in_share_mode_it_names_nobody(pictures: Callable[[], list[Path]]) -> None:
    async with running_app(share=True) as app:
        codes = app.sandbox.world.codes.values()
        guests = {code.name for code in codes if code.name and code.name != "Delivery"}
        for key in ("", "d", "H", "question_mark"):
            if key:
                await app.press(key)
                await app.dialog.opens()
            await app.drawn()
            await save(app)
            words = words_of(pictures()[-1])
            assert "SHARED" in words
            assert not [name for name in guests if name in words]
            if key:
                await app.dialog.leave()


async def test_in_a_browser_no_file_is_left_on_the_machine_that_serves_it(
    pictures: Callable[[], list[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_app(share_fixed=True) as app:
        await save(app)
        assert "No picture was saved: it would stand on the machine that serves this page." in toasts(app)[-1]
    async with running_app() as app:
        monkeypatch.setattr(SeamTuiApp, "is_web", True)
        await save(app)
        assert "No picture was saved" in toasts(app)[-1]
    assert pictures() == []


async def test_a_disk_that_takes_no_picture_is_said_so(pictures: Callable[[], list[Path]], tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file stands where the folder should")
    async with running_app(journal_folder=tmp_path / "runs") as app:
        await app.press("f7")
        await app.shows("The picture could not be saved")
        assert pictures() == []


async def test_it_can_have_another_key(pictures: Callable[[], list[Path]]) -> None:  # UX 23
    keymap, problems = make_keymap({"picture.save": ["ctrl+g"]}, "keys")
    assert not problems
    async with running_app(keymap=keymap) as app:
        await app.press("f7")
        await app.settle()
        await save(app, "ctrl+g")
        assert len(pictures()) == 1
