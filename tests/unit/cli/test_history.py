"""`seam-tui history`: what was run is listed, put back, gone on with or ended, without a screen."""

from __future__ import annotations

import asyncio
import io
import sys
from pathlib import Path

import pytest

from seam_tui.domain.clock import SystemClock
from seam_tui.operations.journal import Journal
from seam_tui.operations.plan_file import read_plan
from seam_tui.operations.recording import Recording
from tests.unit.cli.command import Ended, Town, one_line

LISTED = {
    "run_id", "created_at", "workspace_id", "workspace_name", "endpoint", "action", "undoes", "status", "count",
    "outcomes", "not_known", "undo_until",
}  # fmt: skip


def applied(town: Town, plan: Path) -> str:
    """The id of a run that was just applied."""
    ended = town.run("apply", str(plan), "--yes", "--wait", "30", "--json")
    assert ended.code == 0, ended.told
    return str(ended.json["run_id"])


def cut_off(town: Town, plan: Path) -> str:
    """The id of a run that was planned to its end and cut off before anything was sent."""
    saved = read_plan(plan)

    async def begin() -> str:
        clock = SystemClock()
        writer = await Journal().start_run(
            workspace_id=saved.workspace_id,
            workspace_name=saved.workspace_name,
            action=saved.plan.action_id.value,
            count=len(saved.plan.steps),
            endpoint=saved.endpoint,
            now=clock.now(),
        )
        async with writer:
            await Recording(clock, writer).plan(saved.plan.steps)
        return writer.run_id

    return asyncio.run(begin())


def names(town: Town, ids: list[str]) -> list[str]:
    return [town.world.codes[key].name for key in ids]


def test_nothing_was_run_in_the_beginning(town: Town) -> None:
    assert town.run("history") == Ended(0, "Nothing was run yet.\n", "")
    assert town.run("history", "--json") == Ended(0, "[]\n", "")


def test_runs_are_listed_with_what_became_of_them(town: Town) -> None:
    _, plan = town.renaming(2)
    run = applied(town, plan)
    (listed,) = town.run("history", "--json").json
    assert set(listed) == LISTED
    assert (listed["run_id"], listed["action"], listed["status"], listed["count"]) == (run, "rename", "finished", 2)
    assert listed["outcomes"] == {"done": 2}, "the locks have answered while it was waited for"
    assert listed["undo_until"] > listed["created_at"]
    text = town.run("history").out
    assert f"{run}  20" in text
    assert "Rename 2 codes in Harbour & Pine Stays" in text
    assert "can be put back until 20" in text


def test_the_newest_runs_come_first_and_only_so_many(town: Town) -> None:
    ids, plan = town.renaming(1)
    runs = [applied(town, plan), applied(town, town.plan("access_code_id,name", f"{ids[0]},Newer"))]
    listed = town.run("history", "--json").json
    assert {run["run_id"] for run in listed} == set(runs)
    assert len(town.run("history", "--json", "--limit", "1").json) == 1


def test_the_list_needs_no_key(seam_tui) -> None:
    assert seam_tui("history", "--json") == Ended(0, "[]\n", "")


# -- putting back


def test_a_run_is_put_back_once(town: Town) -> None:
    ids = town.codes(2)
    before = names(town, ids)
    plan = town.plan("access_code_id,name", *(f"{key},New" for key in ids))
    run = applied(town, plan)
    assert names(town, ids) == ["New", "New"]

    tried = town.run("history", "undo", run, "--dry-run")
    assert (tried.code, names(town, ids)) == (0, ["New", "New"])
    assert "2 ready" in tried.out

    ended = town.run("history", "undo", run, "--yes", "--json")
    assert (ended.code, ended.json["counts"]) == (0, {"done": 2})
    assert names(town, ids) == before
    newest = max(town.run("history", "--json").json, key=lambda listed: listed["created_at"])
    assert newest["undoes"] == run

    town.sandbox.requests.clear()
    again = town.run("history", "undo", run, "--yes")
    assert (again.code, again.out, town.writes) == (2, "", [])
    assert "It was undone already." in again.err


def test_deleted_codes_come_back_under_new_ids(town: Town) -> None:
    (key,) = town.codes(1)
    held = town.world.codes[key]
    run = applied(town, town.plan("access_code_id", key, action="delete"))
    assert key not in town.world.codes
    ended = town.run("history", "undo", run, "--yes", "--json")
    assert ended.code == 0, ended.told
    made = town.world.codes[ended.json["results"][0]["new_access_code_id"]]
    assert (made.name, made.code) == (held.name, held.code)
    assert held.code not in ended.told


def test_undo_asks_first(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    _, plan = town.renaming(1)
    run = applied(town, plan)
    town.sandbox.requests.clear()
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert town.run("history", "undo", run).code == 2
    monkeypatch.setattr("seam_tui.cli.sending.is_interactive", lambda: True)
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    assert town.run("history", "undo", run).code == 2
    assert town.writes == []
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert town.run("history", "undo", run, "--wait", "0").code == 0
    assert len(town.writes) == 1


# -- what was cut off


def test_a_run_that_was_cut_off_is_gone_on_with(town: Town) -> None:
    ids, plan = town.renaming(2)
    run = cut_off(town, plan)
    assert "cut off" in town.run("history").out
    ended = town.run("history", "resume", run, "--yes", "--json")
    assert (ended.code, ended.json["counts"], ended.json["run_id"]) == (0, {"done": 2}, run)
    assert names(town, ids) == ["New 0", "New 1"]
    assert len(town.writes) == 2
    again = town.run("history", "resume", run, "--yes")
    assert (again.code, again.out) == (2, "")


def test_a_run_that_nobody_says_yes_to_is_offered_again(town: Town) -> None:
    _, plan = town.renaming(1)
    run = cut_off(town, plan)
    for _ in range(2):
        ended = town.run("history", "resume", run)
        assert (ended.code, ended.out) == (2, "")
        assert "--yes" in ended.err
    assert town.writes == []
    assert town.run("history", "--json").json[0]["status"] == "unfinished"


def test_a_run_that_was_cut_off_is_ended_where_it_stands(town: Town) -> None:
    _, plan = town.renaming(1)
    run = cut_off(town, plan)
    assert town.run("history", "stop", run).code == 0
    assert town.run("history", "--json").json[0]["status"] == "stopped"
    one_line(town.run("history", "stop", run), "come to its end already")
    assert town.writes == []


# -- what stands in the way


@pytest.mark.parametrize("what", ["undo", "resume", "stop"])
def test_a_run_that_is_not_there_is_said(town: Town, what) -> None:
    ended = town.run("history", what, "nobody")
    assert (ended.code, ended.out) == (2, "")
    assert "nobody" in ended.err
    assert town.writes == []


@pytest.mark.parametrize("what", ["undo", "resume"])
def test_without_a_key_the_way_to_one_is_said(seam_tui, what) -> None:
    one_line(seam_tui("history", what, "nobody"), "SEAM_API_KEY")


@pytest.mark.parametrize("what", ["undo", "resume"])
def test_read_only_refuses_before_anything_is_sent(town: Town, what) -> None:
    _, plan = town.renaming(1)
    run = applied(town, plan) if what == "undo" else cut_off(town, plan)
    town.sandbox.requests.clear()
    one_line(town.run("history", what, run, "--yes", SEAM_TUI_READ_ONLY="true"), "Read-only")
    assert town.writes == []


def test_a_damaged_run_hides_no_other(town: Town) -> None:
    _, plan = town.renaming(1)
    run = applied(town, plan)
    (town.folder / "state" / "runs" / "20261122T150000Z-abcdefghjk.jsonl").write_text("{}\n{}\n", encoding="utf-8")
    ended = town.run("history", "--json")
    assert ended.code == 1
    assert [listed["run_id"] for listed in ended.json] == [run]
    assert "abcdefghjk" in ended.err
