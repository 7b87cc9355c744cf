"""`seam-tui apply`: sends what a saved plan says and nothing else, asks first, and says what became of every code."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from seam_tui.domain.app_log import FILE_NAME
from seam_tui.sandbox import routes_workspace
from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.server import SANDBOX_TOKEN
from tests.unit.cli.command import Run, Town, one_line

RESULT = {"run_id", "counts", "results"}
ROW = {"title", "access_code_id", "device_title", "outcome", "said", "request_id", "new_access_code_id"}


def answer(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    """Sit at the terminal and type this."""
    monkeypatch.setattr("seam_tui.cli.sending.is_interactive", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))


def test_a_plan_is_sent_and_done_once_the_lock_has_it(town: Town) -> None:
    ids, plan = town.renaming(3)
    ended = town.run("apply", str(plan), "--yes", "--json")
    assert ended.code == 0, ended.told
    assert ended.json["counts"] == {"done": 3}
    assert set(ended.json) == RESULT
    for row, key in zip(ended.json["results"], ids, strict=True):
        assert set(row) == ROW
        assert (row["access_code_id"], row["said"]) == (key, "Seam shows it, and nothing is pending.")
    assert [town.world.codes[key].name for key in ids] == ["New 0", "New 1", "New 2"]
    assert len(town.writes) == 3
    assert "3 of 3" in ended.err
    assert f"seam-tui history undo {ended.json['run_id']}" in ended.err


def test_a_run_is_logged_by_its_counts_and_no_name(town: Town, tmp_path: Path) -> None:
    _, plan = town.renaming(2)
    ended = town.run("apply", str(plan), "--yes", "--json")
    log = (tmp_path / "logs" / FILE_NAME).read_text(encoding="utf-8")
    assert f"rename, run {ended.json['run_id']}: 2 of 2 steps: 2 asked" in log
    names = {row["title"] for row in ended.json["results"]} | {"New 0", "New 1"}
    assert not [name for name in names if name in log]


def test_an_old_plan_says_how_old_it_is_and_overwrites_nothing_that_was_changed_since(town: Town) -> None:
    (first, second), plan = town.renaming(2)
    content = json.loads(plan.read_text())
    made_at = datetime.now(UTC) - timedelta(days=45)
    plan.write_text(json.dumps(content | {"made_at": made_at.isoformat()}))
    town.world.codes[first].name = "Another guest"
    ended = town.run("apply", str(plan), "--yes", "--json")
    assert f"The plan is 45 days old ({made_at:%Y-%m-%d}). Each code is read again first" in ended.err
    assert [row["outcome"] for row in ended.json["results"]] == ["skipped", "done"]
    assert (town.world.codes[first].name, town.world.codes[second].name) == ("Another guest", "New 1")
    fresh = town.plan("access_code_id,name", f"{first},Somebody")
    assert "old (" not in town.run("apply", str(fresh), "--dry-run").err


def test_a_deleted_code_is_done_when_it_is_gone(town: Town) -> None:
    ids = town.codes(2)
    ended = town.run("apply", str(town.plan("access_code_id", *ids, action="delete")), "--yes", "--json")
    assert (ended.code, ended.json["counts"]) == (0, {"done": 2})
    assert {row["said"] for row in ended.json["results"]} == {"Gone from the lock."}
    assert not set(ids) & set(town.world.codes)


def test_a_code_that_was_created_again_is_done_under_its_new_id(town: Town) -> None:
    (key,) = town.codes(1)
    ended = town.run("apply", str(town.plan("access_code_id", key, action="recreate")), "--yes", "--json")
    assert ended.code == 0, ended.told
    (row,) = ended.json["results"]
    assert row["outcome"] == "done"
    assert row["new_access_code_id"] in town.world.codes
    assert key not in town.world.codes


def test_asked_is_the_last_word_when_nobody_waits(town: Town) -> None:
    _, plan = town.renaming()
    ended = town.run("apply", str(plan), "--yes", "--wait", "0")
    assert ended.code == 0
    assert ended.out.startswith("2 asked\n")
    assert "Asked; waiting for the lock." in ended.out


def test_a_pin_is_sent_and_never_printed(town: Town) -> None:
    key, other = town.codes(2)
    plan = town.plan("access_code_id,code", f"{key},730198", f"{other},730199")
    pins = {*town.world.pins(), "730198", "730199"}
    for form in ((), ("--json",)):
        ended = town.run("apply", str(plan), "--yes", "--wait", "0", *form)
        assert not [pin for pin in pins if pin in ended.told]
    assert town.world.codes[key].code == "730198"


def test_a_failure_is_said_with_its_reason_and_the_rest_goes_on(town: Town) -> None:
    _, plan = town.renaming(3)
    town.sandbox.faults.add(FaultRule("status", "/access_codes/update", status=403, count=1))
    ended = town.run("apply", str(plan), "--yes", "--json", "--wait", "0")
    assert ended.code == 1
    assert ended.json["counts"] == {"failed": 1, "asked": 2}
    failed = next(row for row in ended.json["results"] if row["outcome"] == "failed")
    assert "403" in failed["said"] or failed["request_id"]
    assert "1 failed" in ended.err


def test_what_has_changed_since_is_not_overwritten(town: Town) -> None:
    ids, plan = town.renaming()
    town.world.codes[ids[0]].name = "Somebody's own"
    ended = town.run("apply", str(plan), "--yes", "--json", "--wait", "0")
    assert (ended.code, ended.json["counts"]) == (1, {"skipped": 1, "asked": 1})
    assert town.world.codes[ids[0]].name == "Somebody's own"


# -- looking first


def test_a_dry_run_sends_nothing_and_says_what_would_be_skipped(town: Town) -> None:
    ids, plan = town.renaming(3)
    assert town.run("apply", str(plan), "--dry-run", "--json").json["counts"] == {"ready": 3}
    town.world.codes[ids[0]].name = "Somebody's own"
    del town.world.codes[ids[1]]
    ended = town.run("apply", str(plan), "--dry-run", "--json")
    assert ended.code == 1
    said = [(row["outcome"], row["said"]) for row in ended.json["results"]]
    assert said == [
        ("skipped", "It would not be sent: the code has changed since it was shown."),
        ("skipped", "It would not be sent: the code is gone."),
        ("ready", "It would be sent: the code is as it was."),
    ]
    assert town.writes == []
    assert town.run("history", "--json").json == []


def test_the_plan_is_shown_before_it_is_sent(town: Town) -> None:
    _, plan = town.renaming()
    shown = re.sub(r"\s+", " ", town.run("apply", str(plan), "--dry-run").err)
    assert "Rename 2 codes in Harbour & Pine Stays (a sandbox)" in shown
    assert "→ New 0" in shown
    assert "each change is done only when the lock has it" in shown


# -- asking


@pytest.mark.parametrize(
    ("typed", "is_sent"), [("y\n", True), ("\n", False), ("", False), ("n\n", False), ("2\n", False)]
)
def test_enter_alone_never_says_yes(town: Town, monkeypatch, typed, is_sent) -> None:
    _, plan = town.renaming(2)
    answer(monkeypatch, typed)
    ended = town.run("apply", str(plan), "--wait", "0")
    assert (ended.code == 0) == bool(town.writes) == is_sent
    assert "Type y:" in ended.err
    assert is_sent or (ended.code, ended.out) == (2, "")
    assert is_sent or ended.err.endswith("Nothing was sent.\n")


@pytest.mark.parametrize(("typed", "is_sent"), [("10\n", True), ("y\n", False), ("9\n", False)])
def test_from_ten_codes_on_the_count_is_typed(town: Town, monkeypatch, typed, is_sent) -> None:
    _, plan = town.renaming(10)
    answer(monkeypatch, typed)
    ended = town.run("apply", str(plan), "--wait", "0")
    assert "Type the number of codes (10):" in ended.err
    assert bool(town.writes) == is_sent


def test_a_code_that_is_live_in_production_wants_the_count(town: Town, monkeypatch) -> None:
    (key,) = town.codes(1, time_bound=False)
    plan = town.plan("access_code_id", key, action="delete")
    assert json.loads(plan.read_text(encoding="utf-8"))["friction"] == "confirm"
    told = routes_workspace.workspace_json(town.world.workspace) | {"is_sandbox": False}
    monkeypatch.setattr(routes_workspace, "workspace_json", lambda workspace: told)
    answer(monkeypatch, "y\n")
    ended = town.run("apply", str(plan))
    assert ended.code == 2
    assert "PRODUCTION? Type the number of codes (1):" in ended.err
    assert town.writes == []


def test_without_a_terminal_nothing_is_sent_unless_yes_is_said(town: Town, monkeypatch) -> None:
    _, plan = town.renaming()
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    ended = town.run("apply", str(plan))
    assert (ended.code, ended.out) == (2, "")
    assert "--yes" in ended.err.splitlines()[-1]
    assert town.writes == []


# -- what stands in the way


def test_a_plan_of_another_workspace_is_refused_with_both_named(town: Town) -> None:
    _, plan = town.renaming()
    other = town.world.workspaces[1].workspace_id
    environment = {"SEAM_API_KEY": "", "SEAM_PERSONAL_ACCESS_TOKEN": SANDBOX_TOKEN, "SEAM_WORKSPACE_ID": other}
    ended = town.run("apply", str(plan), "--yes", **environment)
    assert (ended.code, ended.out) == (2, "")
    assert "“Harbour & Pine Stays”" in ended.err
    assert "“Old Town Lofts”" in ended.err
    assert town.writes == []


def test_a_plan_of_another_endpoint_is_refused_before_anything_is_asked(town: Town) -> None:
    _, plan = town.renaming()
    ended = town.run("apply", str(plan), "--yes", SEAM_ENDPOINT="http://127.0.0.1:1")
    assert (ended.code, ended.out) == (2, "")
    assert town.endpoint in ended.err
    assert "http://127.0.0.1:1." in ended.err
    assert not list(town.sandbox.requests)


@pytest.mark.parametrize("where", ["everywhere", "here"])
def test_read_only_refuses_before_anything_is_sent(town: Town, where) -> None:
    _, plan = town.renaming()
    here = {"SEAM_TUI_READ_ONLY_WORKSPACES": town.world.workspace.workspace_id}
    environment = {"SEAM_TUI_READ_ONLY": "true"} if where == "everywhere" else here
    one_line(town.run("apply", str(plan), "--yes", **environment), "Read-only", "Nothing was sent")
    assert town.run("apply", str(plan), "--dry-run", **environment).code == 0
    assert town.writes == []


def test_a_spoilt_plan_is_refused_with_the_field(town: Town) -> None:
    _, plan = town.renaming()
    content = json.loads(plan.read_text(encoding="utf-8"))
    content["steps"][0]["action"] = "paint"
    plan.write_text(json.dumps(content), encoding="utf-8")
    ended = town.run("apply", str(plan), "--yes")
    assert (ended.code, ended.out) == (2, "")
    assert "steps[0].action: “paint” is unknown" in ended.err
    assert not list(town.sandbox.requests)


def test_a_journal_that_cannot_be_written_stops_it_before_anything_is_sent(town: Town) -> None:
    _, plan = town.renaming()
    (town.folder / "state").write_text("in the way", encoding="utf-8")
    ended = town.run("apply", str(plan), "--yes")
    assert (ended.code, ended.out) == (2, "")
    assert "journal" in ended.err
    assert town.writes == []


def test_the_demo_keeps_no_journal(seam_tui: Run, tmp_path) -> None:
    key = next(
        issue["access_code_id"]
        for issue in seam_tui("report", "--demo", "--json").json["issues"]
        if issue["access_code_id"] and issue["kind"] == "warning"
    )
    (tmp_path / "a.csv").write_text(f"access_code_id\n{key}\n", encoding="utf-8")
    plan = str(tmp_path / "plan.json")
    seam_tui("plan", "--demo", "--csv", str(tmp_path / "a.csv"), "--action", "delete", "--output", plan)
    ended = seam_tui("apply", plan, "--demo", "--yes", "--wait", "0", "--json")
    assert ended.json["run_id"] is not None
    assert "history undo" not in ended.err
    assert seam_tui("history", "--json").json == []
