"""The log: scrubbed by type, whatever gets into a line; its owner's alone; never larger than it may be."""

from __future__ import annotations

import ast
import logging
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import seam_tui
from seam_tui.domain import app_log
from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.action import ActionId
from seam_tui.domain.app_log import FILE_NAME, LARGEST, LOG, OLDER_KEPT, Word, keep_log, line_of
from seam_tui.domain.device import Device
from seam_tui.domain.grant import AccessGrant
from seam_tui.domain.pin import Pin

WRITES = {f"LOG.{name}" for name in ("debug", "info", "warning", "error", "exception", "critical")}
PIN, GUEST, KEY = "481516", "Zebedee Quillfeather", "seam_live_9f3cKEY"
CODE = AccessCode("code-1", "lock-1", GUEST, Pin(PIN), True, AccessCodeType.ONGOING, AccessCodeStatus.SET)


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """The log's text."""
    with keep_log(tmp_path / "logs"):
        yield lambda: (tmp_path / "logs" / FILE_NAME).read_text(encoding="utf-8")


class SpeakingError(Exception):
    """Has a PIN and a name in its text, its repr and its attributes."""

    def __init__(self) -> None:
        super().__init__(f"{GUEST} has {PIN}, {KEY}")
        self.guest = GUEST

    __repr__ = Exception.__str__


def raised() -> SpeakingError:
    """With a frame whose locals hold all of it."""
    guest, pin = GUEST, PIN
    try:
        raise SpeakingError  # noqa: TRY301
    except SpeakingError as error:
        assert guest
        assert pin
        return error


LEAKS: dict[str, Any] = {
    "a PIN": Pin(PIN),
    "a PIN as text": PIN,
    "a code": CODE,
    "a code's repr": repr(CODE),
    "a title": CODE.title,
    "a list of codes": [CODE],
    "a name among others": {"name": GUEST},
    "a grant": AccessGrant("grant-1", GUEST),
    "a device": Device("lock-1", f"{GUEST}'s door", "yale"),
    "an account": ConnectedAccount("account-1", f"{GUEST}@example.com"),
    "a workspace": Workspace("workspace-1", GUEST, is_sandbox=True),
    "an exception": raised(),
    "a group of exceptions": ExceptionGroup(GUEST, [raised()]),
    "bytes": GUEST.encode(),
    "a path in a person's folder": Path("/somewhere") / GUEST / "crash.log",
    "a key": KEY,
}


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS.keys())
def test_nothing_secret_gets_out_whatever_its_type(told: Callable[[], str], leak: object) -> None:
    LOG.warning("it was %s", leak)
    LOG.warning("it was %r", leak)
    LOG.error("it failed", exc_info=raised())
    logging.getLogger("httpx").warning("it was %s", leak)
    logging.getLogger("some.library").warning(f"{leak}")
    text = told()
    assert len(text.splitlines()) >= 5
    for secret in (PIN, GUEST, "Zebedee", "Quillfeather", KEY):
        assert secret not in text


def test_a_line_that_does_not_fit_what_is_put_into_it_tells_neither() -> None:
    record = logging.LogRecord("seam_tui", logging.INFO, "here.py", 7, "it was %d of %s", (PIN,), None)
    assert line_of(record).endswith("(a line of here:7 that does not fit what is put into it)\n")


@given(st.text(min_size=3))
def test_no_text_gets_out_of_a_line(text: str) -> None:
    record = logging.LogRecord("seam_tui", logging.INFO, "", 0, "it was %s", (text,), None)
    assert line_of(record).endswith(f"it was (text of {len(text)}, not told)\n")


def test_what_helps_is_told(told: Callable[[], str]) -> None:
    moment = datetime(2026, 11, 22, 15, tzinfo=UTC)
    LOG.info("%s %s %s %s", 3, True, None, timedelta(seconds=5))
    LOG.info("%s, %s", ActionId.DELETE, moment)
    LOG.info("request %s of %s", Word("req-7f [x]\n"), CODE)
    LOG.error("see %s: %s", Path("/logs/crash-1.log"), raised())
    lines = [line.partition("INFO    ")[2] or line.partition("ERROR   ")[2] for line in told().splitlines()]
    assert lines == [
        "3 True None 0:00:05",
        "delete, 2026-11-22T15:00:00+00:00",
        "request req-7f _x_ of AccessCode code-1",
        "see crash-1.log: SpeakingError",
    ]


def test_an_exception_is_told_by_its_frames(told: Callable[[], str]) -> None:
    LOG.error("it failed", exc_info=raised())
    assert "\n    SpeakingError\n" in told()
    assert "test_app_log.py:" in told()
    assert " in raised" in told()


def test_of_a_library_that_a_line_came_is_told_and_of_ours_only_what_matters(told: Callable[[], str]) -> None:
    logging.getLogger("httpcore.connection").warning("words")
    logging.getLogger("httpx").info("GET https://example.com")
    LOG.debug("words")
    LOG.info("ours")
    first, second = told().splitlines()
    assert "(words of httpcore.connection at test_app_log:" in first
    assert second.endswith("ours")


def test_a_key_of_the_environment_is_masked(told: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEAM_API_KEY", KEY)
    LOG.info("%s", Word(KEY))
    assert "••••" in told()
    assert KEY not in told()


def test_it_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "logs"
    with keep_log(folder):
        LOG.info("one")
        (folder / FILE_NAME).chmod(0o644)
        LOG.info("two")
    assert stat.S_IMODE((folder / FILE_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_full_file_is_put_aside_and_the_oldest_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_log, "LARGEST", 500)
    with keep_log(tmp_path):
        for number in range(100):
            LOG.info("line %s", number)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == [FILE_NAME, f"{FILE_NAME}.1", f"{FILE_NAME}.2"]
    assert len(files) == OLDER_KEPT + 1
    assert all(file.stat().st_size <= 500 < LARGEST for file in files)
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    lines = [line for file in reversed(files) for line in file.read_text().splitlines()]
    numbers = [int(line.rpartition(" ")[2]) for line in lines]
    assert numbers == list(range(numbers[0], 100))


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    with keep_log(tmp_path / "file" / "logs"):
        LOG.error("words")
    (tmp_path / "elsewhere").touch()
    (tmp_path / FILE_NAME).symlink_to(tmp_path / "elsewhere")
    with keep_log(tmp_path):
        LOG.error("words")
    assert (tmp_path / "elsewhere").read_text() == ""
    assert capsys.readouterr() == ("", "")


def test_nothing_is_kept_once_it_is_over(tmp_path: Path) -> None:
    with keep_log(tmp_path):
        pass
    LOG.error("words")
    assert list(tmp_path.iterdir()) == []


def test_a_line_that_nobody_keeps_is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, root.handlers = root.handlers, []
    try:
        LOG.error("words")
    finally:
        root.handlers = before
    assert capsys.readouterr() == ("", "")


def test_every_line_of_ours_is_a_literal() -> None:
    """A name in the words themselves would be told: only what is put into them is looked at."""
    found = 0
    for path in Path(seam_tui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in WRITES:
                found += 1
                assert isinstance(node.args[0], ast.Constant), f"{path}:{node.lineno}"
    assert found > 5
