"""`serve` says in one sentence why it cannot, before it listens to anybody."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable

import pytest

from seam_tui.cli import run
from seam_tui.cli.sharing import app_arguments
from seam_tui.tui.app import SeamTuiApp
from seam_tui.tui.launch import Launch
from tests.unit.cli.command import Run, one_line


def test_without_its_extra_it_says_how_to_get_it(run_seam_tui: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [name for name in sys.modules if name.startswith(("textual_serve", "seam_tui.cli.web"))]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "textual_serve", None)
    one_line(run_seam_tui("serve", "--demo"), "textual-serve", "pip install 'seam-tui[share]'")


def test_without_a_key_it_says_where_one_goes_and_offers_the_sandbox(run_seam_tui: Run) -> None:
    ended = run_seam_tui("serve")
    assert (ended.code, ended.out) == (2, "")
    assert "SEAM_API_KEY" in ended.err
    assert "seam-tui serve --demo" in ended.err


def test_a_scenario_that_does_not_exist_is_refused_before_a_visitor_meets_it(run_seam_tui: Run) -> None:
    one_line(run_seam_tui("serve", "--demo", "--scenario", "atlantis"), "atlantis", "museum")


def test_a_port_that_is_taken_is_said(run_seam_tui: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        one_line(run_seam_tui("serve", "--demo", "--port", port), f"port {port}", "Address already in use", "--port")


def test_an_address_that_is_not_of_this_machine_is_said(run_seam_tui: Run) -> None:
    one_line(run_seam_tui("serve", "--demo", "--port", "0", "--host", "192.0.2.1"), "192.0.2.1", "--host")


def arguments(*, demo: bool = False, write: bool = False, share: bool = True) -> list[str]:
    return app_arguments(demo=demo, scenario="museum", write=write, share=share)


def test_a_visitors_app_is_read_only_unless_the_one_who_shares_says_otherwise() -> None:
    assert "--read-only" in arguments()
    assert "--read-only" not in arguments(write=True)


def test_a_visitors_app_stays_in_share_mode_unless_the_one_who_shares_says_otherwise() -> None:
    assert "--share-fixed" in arguments()
    assert "--share-fixed" in arguments(write=True)
    assert "--share-fixed" not in arguments(share=False)


@pytest.mark.parametrize("demo", [False, True])
@pytest.mark.parametrize("loose", ["false", "0"])
def test_no_setting_loosens_what_holds_for_a_visitor(monkeypatch: pytest.MonkeyPatch, loose: str, demo: bool) -> None:
    monkeypatch.setenv("SEAM_TUI_SHARE", loose)
    monkeypatch.setenv("SEAM_TUI_READ_ONLY", loose)
    launch = launched(arguments(demo=demo)[3:], monkeypatch)
    assert (launch.read_only, launch.share, launch.share_fixed) == (True, True, True)


def test_share_mode_is_asked_for_by_an_option_or_by_a_setting_and_can_then_be_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not launched([], monkeypatch).share
    launch = launched(["--demo", "--share"], monkeypatch)
    assert (launch.share, launch.share_fixed) == (True, False)
    monkeypatch.setenv("SEAM_TUI_SHARE", "true")
    launch = launched([], monkeypatch)
    assert (launch.share, launch.share_fixed) == (True, False)


def launched(words: list[str], monkeypatch: pytest.MonkeyPatch) -> Launch:
    """What the app is started with by a command line; there is no screen here."""
    seen: list[Launch] = []

    def run_app(make: Callable[[], SeamTuiApp]) -> int:
        seen.append(make().launch)
        return 0

    monkeypatch.setattr("seam_tui.tui.crash.run_app", run_app)
    monkeypatch.setattr(sys, "argv", ["seam-tui", *words])
    assert run() == 0
    return seen[0]
