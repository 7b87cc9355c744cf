"""`seam-tui plan`: from a CSV to a saved plan, by reads alone; what is wrong with the file is said all at once."""

from __future__ import annotations

import re

import pytest

from seam_tui.operations.csv_plan import CSV_ACTIONS
from seam_tui.operations.csv_rows import COLUMNS
from seam_tui.operations.plan_file import read_plan
from tests.unit.cli.command import Town, one_line

NOBODY = "11111111-2222-4333-8444-555555555555"


def test_a_csv_becomes_a_plan_that_is_shown_and_saved(town: Town) -> None:
    ids = town.codes(3)
    csv = town.csv("access_code_id,name", *(f"{key},New {index}" for index, key in enumerate(ids)))
    ended = town.run("plan", "--csv", str(csv), "--output", str(town.folder / "plan.json"))
    assert ended.code == 0
    assert "Rename 3 codes in Harbour & Pine Stays (a sandbox)" in ended.out
    told = re.sub(r"\s+", " ", ended.out)
    assert all(f"→ New {index}" in told for index in range(3))
    assert "seam-tui apply" in ended.err
    saved = read_plan(town.folder / "plan.json")
    assert [step.access_code_id for step in saved.plan.steps] == ids
    assert saved.endpoint == town.endpoint
    assert saved.workspace_id == town.world.workspace.workspace_id
    assert town.writes == []


def test_lines_that_cannot_be_done_are_left_out_with_line_and_reason(town: Town) -> None:
    (good,) = town.codes(1)
    unmanaged = next(key for key, code in town.world.codes.items() if not code.managed)
    csv = town.csv("access_code_id,name", f"{good},New", f"{unmanaged},New", f"{NOBODY},New", "x,New")
    ended = town.run("plan", "--csv", str(csv), "--output", str(town.folder / "plan.json"))
    assert ended.code == 1
    told = re.sub(r"\s+", " ", ended.out)
    assert re.search(r"line 3, [^·]*: This code is unmanaged: convert it to managed first\.", told)
    assert "line 4, New: This workspace has no such code" in told
    assert "line 5, New: Seam takes this for no access_code_id at all." in told
    assert [step.access_code_id for step in read_plan(town.folder / "plan.json").plan.steps] == [good]


def test_a_plan_of_which_nothing_is_left_is_not_saved(town: Town) -> None:
    csv = town.csv("access_code_id,name", "nobody,New")
    ended = town.run("plan", "--csv", str(csv), "--output", str(town.folder / "plan.json"))
    assert ended.code == 1
    assert "nothing was saved" in ended.err
    assert not (town.folder / "plan.json").exists()


def test_without_an_output_the_plan_is_only_shown(town: Town) -> None:
    (key,) = town.codes(1)
    ended = town.run("plan", "--csv", str(town.csv("access_code_id,name", f"{key},New")))
    assert ended.code == 0
    assert "→ New" in ended.out
    assert "--output" in ended.err
    assert not list(town.folder.glob("*.json"))


# -- mistakes


def test_all_mistakes_are_said_at_once_and_nothing_is_written(town: Town) -> None:
    lock = next(device for device in town.world.devices.values() if device.time_zone == "America/New_York")
    key = next(key for key, code in town.world.codes.items() if code.device_id == lock.device_id and code.managed)
    csv = town.csv(
        "access_code_id,type,code,ends_at",
        "a,daily,,",
        "b,,12,",
        f"{key},,,2027-03-14 02:30",
        "a,,,noon",
    )
    ended = town.run("plan", "--csv", str(csv), "--output", str(town.folder / "plan.json"))
    assert (ended.code, ended.out) == (2, "")
    *told, last = ended.err.splitlines()
    assert [re.search(r"csv: (line \d+, \w+)", line)[1] for line in told] == [  # type: ignore[index]
        "line 2, type", "line 3, code", "line 4, ends_at", "line 5, ends_at", "line 5, access_code_id",
    ]  # fmt: skip
    assert "The clocks skip 02:30 on 2027-03-14 in America/New_York" in told[2]
    assert last == "Nothing was planned."
    assert not (town.folder / "plan.json").exists()


@pytest.mark.parametrize(
    ("columns", "arguments", "words"),
    [
        ("access_code_id", (), ["No column says what to change", "--action"]),
        ("access_code_id,name", ("--action", "delete"), ["“name”", "--action delete changes no values"]),
        ("access_code_id,colour", (), ["“colour”", "no such column"]),
        ("name", (), ["access_code_id is missing"]),
    ],
)
def test_columns_that_do_not_fit_are_a_mistake(town: Town, columns, arguments, words) -> None:
    ended = town.run("plan", "--csv", str(town.csv(columns, "x,x")), *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert all(word in ended.err for word in words)


def test_an_action_that_is_none_for_a_file_is_said_with_those_that_are(town: Town) -> None:
    csv = str(town.csv("access_code_id", "x"))
    one_line(town.run("plan", "--csv", csv, "--action", "rename"), "rename", *CSV_ACTIONS)


def test_a_file_in_the_way_is_left_alone(town: Town) -> None:
    (town.folder / "plan.json").write_text("mine", encoding="utf-8")
    csv = town.csv("access_code_id,name", f"{town.codes(1)[0]},New")
    one_line(town.run("plan", "--csv", str(csv), "--output", str(town.folder / "plan.json")), "plan.json", "--output")
    assert (town.folder / "plan.json").read_text(encoding="utf-8") == "mine"


def test_a_folder_that_is_not_there_is_said(town: Town) -> None:
    csv = town.csv("access_code_id,name", f"{town.codes(1)[0]},New")
    ended = town.run("plan", "--csv", str(csv), "--output", str(town.folder / "no" / "plan.json"))
    assert ended.code == 2
    assert "It cannot be written: no such file or directory" in ended.err


def test_a_csv_that_is_not_there_is_said(town: Town) -> None:
    ended = town.run("plan", "--csv", str(town.folder / "no.csv"))
    assert (ended.code, ended.out) == (2, "")
    assert "no.csv: The file cannot be read: no such file or directory." in ended.err


def test_without_a_key_the_way_to_one_and_the_demo_are_said(seam_tui, tmp_path) -> None:
    (tmp_path / "a.csv").write_text("access_code_id,name\nx,y\n", encoding="utf-8")
    ended = seam_tui("plan", "--csv", str(tmp_path / "a.csv"))
    assert (ended.code, ended.out) == (2, "")
    assert "SEAM_API_KEY" in ended.err
    assert "seam-tui plan --csv FILE --demo" in ended.err


def test_a_wrong_key_ends_with_2(town: Town) -> None:
    csv = town.csv("access_code_id,name", "x,New")
    one_line(town.run("plan", "--csv", str(csv), SEAM_API_KEY="seam_test_wrong"), "401")


# -- what it does for whom


@pytest.mark.parametrize("action", ["delete", "recreate", "generate-pin"])
def test_a_list_of_ids_gets_one_action(town: Town, action) -> None:
    ids = town.codes(2)
    saved = read_plan(town.plan("access_code_id", *ids, action=action))
    assert [(step.access_code_id, step.action_id) for step in saved.plan.steps] == [
        (key, action.replace("-", "_")) for key in ids
    ]


def test_the_demo_can_be_planned_for_without_a_key(seam_tui, tmp_path) -> None:
    shown = seam_tui("report", "--demo", "--json").json
    key = next(issue["access_code_id"] for issue in shown["issues"] if issue["access_code_id"])
    (tmp_path / "a.csv").write_text(f"access_code_id,name\n{key},New\n", encoding="utf-8")
    ended = seam_tui("plan", "--demo", "--csv", str(tmp_path / "a.csv"))
    assert ended.code in {0, 1}
    assert "no such code" not in ended.out


def test_no_pin_and_no_key_is_printed(town: Town) -> None:
    ids = town.codes(3)
    csv = town.csv("access_code_id,code", *(f"{key},7301{index}8" for index, key in enumerate(ids)), "nobody,730198")
    ended = town.run("plan", "--csv", str(csv), "--output", str(town.folder / "plan.json"))
    assert ended.code == 1
    assert not [pin for pin in [*town.world.pins(), "7301"] if pin in ended.told]
    assert "seam_test" not in ended.told
    assert "730108" in (town.folder / "plan.json").read_text(encoding="utf-8")


def test_the_help_names_every_column_and_every_action(seam_tui) -> None:
    told = re.sub(r"\s+", "", seam_tui("plan", "--help").out)
    assert all(name in told for name in (*COLUMNS, *CSV_ACTIONS))
