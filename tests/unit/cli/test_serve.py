"""`serve` says in one sentence why it cannot, before it listens to anybody."""

from __future__ import annotations

import socket
import sys

import pytest

from seam_tui.cli.sharing import app_arguments
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


def test_a_visitors_app_is_read_only_unless_the_one_who_shares_says_otherwise() -> None:
    assert "--read-only" in app_arguments(demo=False, scenario="default", write=False)
    assert "--read-only" not in app_arguments(demo=False, scenario="default", write=True)
