"""The runner of the benchmarks: its table tells what was measured, and its exit code whether that is good enough."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from tests.benchmarks import poll
from tests.benchmarks.lines import Budget, Line, percentile, skipped, table
from tests.benchmarks.running import BENCHMARKS, main
from tests.benchmarks.serving import make_sandbox
from tests.benchmarks.stage import FULL, QUICK, Stage

GOOD = Line("load", 1.2, "s", 1.0, Budget(ratio=1.25))
BAD = Line("memory", 260.0, "MB", None, Budget(250.0))


def run(capsys: pytest.CaptureFixture[str], *lines: Line, arguments: tuple[str, ...] = ()) -> tuple[int, list[str]]:
    code = main(list(arguments), {"only": lambda _stage: lines})
    return code, capsys.readouterr().out.splitlines()


def test_what_keeps_within_its_budget_passes(capsys) -> None:
    code, out = run(capsys, GOOD)
    assert code == 0
    assert out[2].split() == ["load", "1.2", "s", "1", "s", "1.20", "x", "≤", "1.25", "x", "pass"]


def test_one_line_over_its_budget_fails_the_run(capsys) -> None:
    code, out = run(capsys, GOOD, BAD)
    assert code == 1
    assert out[3].endswith("≤ 250 MB               FAIL")


def test_what_could_not_be_measured_says_why_and_fails_nothing(capsys) -> None:
    code, out = run(capsys, skipped("poll", "nobody polls yet"))
    assert (code, out[2].split()) == (0, ["poll", "skip", "(nobody", "polls", "yet)"])


def test_a_benchmark_that_breaks_fails_the_run_and_hides_no_other(capsys) -> None:
    def broken(_stage: Stage) -> list[Line]:
        raise RuntimeError("no terminal")

    assert main([], {"broken": broken, "good": lambda _stage: [GOOD]}) == 1
    out = capsys.readouterr().out
    assert "BROKEN  (RuntimeError: no terminal)" in out
    assert "pass" in out


def test_a_run_that_is_told_to_end_shows_what_it_has_measured(capsys) -> None:
    def endless(_stage: Stage) -> list[Line]:
        os.kill(os.getpid(), signal.SIGTERM)
        return []

    before = signal.getsignal(signal.SIGTERM)
    try:
        assert main([], {"good": lambda _stage: [GOOD], "endless": endless, "bad": lambda _stage: [BAD]}) == 1
    finally:
        signal.signal(signal.SIGTERM, before)
    out = capsys.readouterr().out
    assert "pass" in out
    assert "BROKEN  (told to end)" in out
    assert "FAIL" not in out


def test_what_keeps_its_budget_at_the_second_try_passes(capsys) -> None:
    tries = iter([[BAD], [GOOD]])
    assert main(["--quick"], {"only": lambda _stage: next(tries)}) == 0
    assert "(at the second try)" in capsys.readouterr().out
    assert main(["--quick"], {"only": lambda _stage: [BAD]}) == 1


def test_only_the_named_ones_run_in_the_size_that_was_asked_for(capsys) -> None:
    seen = []
    benchmarks = {"a": lambda stage: seen.append(stage.size) or [GOOD], "b": lambda _stage: [BAD]}
    assert main(["--quick", "--codes", "10", "a"], benchmarks) == 0
    assert [(size.devices, size.codes, size.slack) for size in seen] == [(2_000, 10, QUICK.slack)]
    assert main(["c"], benchmarks) == 2
    assert "there are a, b" in capsys.readouterr().err


def test_the_results_go_into_a_file_as_well(capsys, tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    assert run(capsys, GOOD, BAD, arguments=("--json", str(path)))[0] == 1
    content = json.loads(path.read_text())
    assert (content["devices"], content["codes"]) == (FULL.devices, FULL.codes)
    assert [(line["what"], line["verdict"], line["ratio"]) for line in content["lines"]] == [
        ("load", "pass", 1.2),
        ("memory", "FAIL", None),
    ]


def test_a_move_of_the_cursor_always_comes_to_another_name() -> None:
    names = [code.name for code in make_sandbox(30, 3_000).world.codes.values()]
    assert len({name[:6] for name in names}) == len(names) == 3_000


@pytest.mark.parametrize(
    ("budget", "value", "floor", "verdict"),
    [
        (Budget(16.0, 1.5), 20.0, 14.0, "pass"),  # over the first limit, within the second
        (Budget(16.0, 1.5), 15.0, 1.0, "pass"),
        (Budget(16.0, 1.5), 20.0, 10.0, "FAIL"),
        (Budget(16.0, 1.5), 20.0, None, "FAIL"),
        (Budget(ratio=1.5), 15.0, 10.0, "pass"),
        (Budget(ratio=1.5), 15.1, 10.0, "FAIL"),
        (Budget(0.0), 0.0, None, "pass"),
        (Budget(0.0), 1.0, None, "FAIL"),
        (None, 1.0, 1.0, ""),
    ],
)
def test_one_of_two_limits_is_enough(budget, value, floor, verdict) -> None:
    assert Line("any", value, "ms", floor, budget).verdict == verdict


def test_slack_widens_both_limits() -> None:
    assert Budget(16.0, 1.5).scaled(2) == Budget(32.0, 3.0)
    assert Budget(16.0, 1.5).words("ms") == "≤ 16 ms or 1.5 x"


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(number) for number in range(1, 101)]
    assert [percentile(values, percent) for percent in (0, 50, 95, 99, 100)] == [1, 51, 96, 100, 100]


def test_the_table_has_a_row_for_each_line_and_all_benchmarks_can_be_found() -> None:
    assert len(table([GOOD, BAD]).splitlines()) == 3
    from importlib import import_module

    for where in BENCHMARKS.values():
        module, _, name = where.rpartition(".")
        assert callable(getattr(import_module(f"tests.benchmarks.{module}"), name))


def told(kind: str, codes: int, devices: int = 1) -> list[dict[str, str]]:
    """Events of so many codes on so many devices."""
    return [
        {"event_type": kind, "access_code_id": f"c{number}", "device_id": f"d{number % devices}"}
        for number in range(codes)
    ]


@pytest.mark.parametrize(
    ("events", "requests"),
    [
        ([], 1),
        (told("access_code.changed", 1) * 4, 1 + 1),
        (told("access_code.changed", 150, 150), 1 + 2),
        (told("access_code.changed", 600), 2 + 6),
        (told("access_code.unmanaged.created", 40, 3), 1 + 3),
        (told("device.disconnected", 101, 101), 1 + 2),
        (told("access_code.set_on_device", 100) + told("device.disconnected", 1), 1 + 1 + 1),
        (told("connected_account.connected", 3), 1),
    ],
)
def test_a_poll_may_ask_what_the_design_says(events, requests) -> None:
    assert poll.allowed_for(events) == requests
