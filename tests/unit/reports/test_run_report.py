"""The result of a run in a file."""

from __future__ import annotations

import csv
import io
import json
import stat
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.veil import NAMES_HIDDEN, VEIL
from seam_tui.reports.run_report import ResultRow, results_csv, results_json, results_text, save_results

ROW = ResultRow("Anna", "c1", "Front door", "failed", "Seam refused it.", "req1")


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_table_has_a_header_and_every_code() -> None:
    assert read(results_csv([ROW, replace(ROW, request_id=None)])) == [
        ["title", "access_code_id", "device_title", "outcome", "said", "request_id", "new_access_code_id"],
        ["Anna", "c1", "Front door", "failed", "Seam refused it.", "req1", ""],
        ["Anna", "c1", "Front door", "failed", "Seam refused it.", "", ""],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝", "\t@"])
def test_no_cell_is_a_formula(start) -> None:
    cell = f'{start}HYPERLINK("http://x","y")'
    assert read(results_csv([replace(ROW, title=cell)]))[1][0] == f"'{cell}"


@given(st.text(max_size=30))
def test_whatever_a_name_is_it_stays_one_cell_and_starts_no_formula(name) -> None:
    cells = read(results_csv([replace(ROW, title=name)]))[1] if "\r" not in name else []
    if cells:
        assert len(cells) == len(fields(ResultRow))
        assert cells[0] in (name, f"'{name}")
        assert not cells[0].startswith(("=", "+", "-", "@", "\t"))


def test_a_program_gets_counts_and_rows() -> None:
    read_back = json.loads(results_json([ROW, replace(ROW, outcome="done")]))
    assert read_back["counts"] == {"failed": 1, "done": 1}
    assert read_back["results"][0]["access_code_id"] == "c1"


def test_a_person_gets_lines_that_fit() -> None:
    long = replace(ROW, said="It was refused because of this and that. " * 5, title="Anna [/] Müller")
    text = results_text([long, replace(ROW, request_id=None, device_title="")], 40)
    assert text.startswith("2 failed\n\nfailed: Anna [/] Müller on Front door\n")
    assert all(len(line) <= 40 for line in text.splitlines())
    assert "request req1" in text
    assert results_text([]) == "Nothing.\n"


def test_a_row_has_no_field_for_a_pin() -> None:
    assert {field.name for field in fields(ResultRow)} & {"code", "pin"} == set()


@pytest.mark.parametrize("suffix", ["csv", "json", "txt", "CSV"])
def test_a_saved_file_is_new_and_private(tmp_path, suffix) -> None:
    path = tmp_path / f"result.{suffix}"
    save_results(path, [ROW])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "Anna" in path.read_text(encoding="utf-8")
    with pytest.raises(FileExistsError):
        save_results(path, [])
    assert "Anna" in path.read_text(encoding="utf-8")


def test_a_link_is_not_followed(tmp_path) -> None:
    (tmp_path / "link.csv").symlink_to(tmp_path / "elsewhere.csv")
    with pytest.raises(FileExistsError):
        save_results(tmp_path / "link.csv", [ROW])
    assert not (tmp_path / "elsewhere.csv").exists()


def test_a_file_that_cannot_be_finished_is_taken_away(tmp_path) -> None:
    with pytest.raises(UnicodeEncodeError):
        save_results(tmp_path / "half.csv", [replace(ROW, title="\ud800")])
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_ending_is_refused(tmp_path) -> None:
    with pytest.raises(ValueError, match=r"\.csv, \.json or \.txt"):
        save_results(tmp_path / "result.exe", [ROW])
    assert list(tmp_path.iterdir()) == []


CODE_ID, NEW_ID = "7f3c1b52-0d1e-4f6a-9b8c-aaaabbbbcccc", "7f3c1b52-0d1e-4f6a-9b8c-ddddeeeeffff"
SHARED = ResultRow("Guest K7M4", CODE_ID, "Front door", "failed", "Ask ops@example.com.", "req1", NEW_ID)


@pytest.mark.parametrize("make", [results_csv, results_json, results_text])
def test_in_share_mode_a_file_says_so_and_tells_no_id_and_no_login(make) -> None:
    assert NAMES_HIDDEN not in make([SHARED])
    assert CODE_ID in make([SHARED])
    VEIL.is_drawn = True
    told = make([SHARED])
    assert NAMES_HIDDEN in told
    assert "Guest K7M4" in told
    assert "…cccc" in told
    assert "…ffff" in told
    for hidden in (CODE_ID, NEW_ID, "ops@example.com"):
        assert hidden not in told


def test_the_table_keeps_its_columns_in_share_mode_with_a_note_behind_them() -> None:
    VEIL.is_drawn = True
    header, row = read(results_csv([SHARED]))
    assert header == [*(field.name for field in fields(ResultRow)), "note"]
    assert row[-1] == NAMES_HIDDEN
    assert len(row) == len(header)
