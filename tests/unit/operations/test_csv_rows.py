"""A CSV from a spreadsheet: whatever form it has, and every mistake in it with line, column, value and the way out."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCodeType
from seam_tui.domain.pin import MASK, Pin
from seam_tui.operations import csv_rows
from seam_tui.operations.csv_rows import COLUMNS, CsvRow, read_rows, rows_of

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def said(text: str) -> list[str]:
    return [str(mistake) for mistake in rows_of(text.encode()).mistakes]


WANTED = (CsvRow(2, "c1", name="Ann", pin=Pin("0412")), CsvRow(3, "c2", starts_at="+2h"))
PLAIN = "access_code_id,name,code,starts_at\nc1,Ann,0412,\nc2,,,+2h\n"


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode(),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.rstrip("\n").encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        PLAIN.replace("c1,Ann,0412,", ' "c1", Ann , "0412"').encode(),
        PLAIN.replace("access_code_id", " Access_Code_ID ").encode(),
        (PLAIN + "\n,,,\n").encode(),
    ],
)  # fmt: skip
def test_every_usual_form_of_a_csv_is_read(data) -> None:
    read = rows_of(data)
    assert read.mistakes == ()
    assert read.rows == WANTED
    assert read.columns == ("access_code_id", "name", "code", "starts_at")


def test_every_column_is_read() -> None:
    (row,) = rows_of(
        b"is_external_modification_allowed,type,ends_at,starts_at,code,name,access_code_id\n"
        b"TRUE,Time_Bound,2026-11-25T10:00+01:00,2026-11-24 15:00,123456,Ann,c1"
    ).rows
    assert row == CsvRow(
        2, "c1", "Ann", Pin("123456"), "2026-11-24 15:00", "2026-11-25T10:00+01:00", AccessCodeType.TIME_BOUND, True
    )


def test_a_cell_may_hold_the_delimiter_a_quote_or_a_new_line() -> None:
    rows = rows_of(b'access_code_id,name\nc1,"Doe, ""Jo"""\nc2,"two\r\nlines"\nc3,x\n').rows
    assert [(row.line, row.name) for row in rows] == [(2, 'Doe, "Jo"'), (3, "two lines"), (5, "x")]


def test_names_become_plain_text() -> None:
    (row,) = rows_of("access_code_id,name\nc1,\x1b[31mAnn\u202e [bold]\0".encode()).rows
    assert row.name == "Ann [bold]"


# -- mistakes


@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff"])
def test_an_empty_file_says_what_its_first_line_should_be(text) -> None:
    (mistake,) = said(text)
    assert mistake.startswith("The file is empty.")
    assert all(column in mistake for column in COLUMNS)


@pytest.mark.parametrize("text", ["access_code_id,name", "access_code_id\n\n,\n"])
def test_a_file_without_a_line_of_changes_is_said(text) -> None:
    (mistake,) = said(text)
    assert "no line below the columns" in mistake


def test_wrong_columns_are_all_said_with_those_there_are() -> None:
    mistakes = said("id,colour,name,name,\nc1,red,x,y,\n")
    assert [mistake.split(";")[0] for mistake in mistakes] == [
        "line 1 “id”: There is no such column",
        "line 1 “colour”: There is no such column",
        "line 1 “name”: This column is there twice. Take one out.",
        "line 1: Column 5 has no name",
        "line 1: The column access_code_id is missing: it says which code each line is about.",
    ]


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("starts_at", "noon", "“noon” is no time. Type it like 2026-11-25 15:00"),
        ("starts_at", "25.11.2026 15:00", "is no time"),
        ("ends_at", "2026-11-25", "has no hour"),
        ("ends_at", "123456", "It is no time"),
        ("ends_at", "9999-12-31 23:00", "lies beyond the calendar"),
        ("type", "daily", "There is no such type; there are ongoing and time_bound."),
        ("is_external_modification_allowed", "perhaps", "Write true or false."),
        ("code", "123", "4 to 12 digits; this one has 3. Spreadsheets drop zeros"),
        ("code", "1.2E+07", "has digits only. Spreadsheets"),
        ("name", "\u202e\u200d", "Nothing of it can be shown"),
        ("name", "x" * 2001, "at most 2000 characters"),
    ],
)
def test_a_cell_that_does_not_fit_is_said_with_its_line_and_column(column, cell, words) -> None:
    (mistake,) = said(f"access_code_id,{column}\nc1,\nc2,{cell}\n")
    assert mistake.startswith(f"line 3, {column}")
    assert words in mistake


def test_all_mistakes_are_said_at_once_and_the_good_lines_are_kept() -> None:
    read = rows_of(b"access_code_id,name,type\nc1,Ann,daily\nc2,Bob,\n,Cyd,weekly\nc2,Dan,\nc3,a,b,c,d\n")
    assert [row.access_code_id for row in read.rows] == ["c2"]
    assert [(mistake.line, mistake.column) for mistake in read.mistakes] == [
        (2, "type"), (4, "access_code_id"), (4, "type"), (5, "access_code_id"), (6, ""),
    ]  # fmt: skip
    assert "Line 3 has this code, too" in str(read.mistakes[3])
    assert "5 cells for 3 columns" in str(read.mistakes[4])


def test_an_ongoing_code_with_times_is_a_contradiction() -> None:
    (mistake,) = said("access_code_id,type,starts_at\nc1,ongoing,+2h\n")
    assert mistake == "line 2, type “ongoing”: An ongoing code has no start and no end. Leave those empty."


@pytest.mark.parametrize("text", ['c1,"Ann\nc2,Bob\n', 'c1,"Ann"x\nc2,Bob\n', "c1," + "x" * 200_000])
def test_a_line_that_cannot_be_read_is_said_with_its_number(text) -> None:
    mistakes = said("access_code_id,name\n" + text)
    assert len(mistakes) == 1
    assert mistakes[0].startswith("line 2: The quotes")


def test_another_encoding_is_said_with_the_line_where_it_shows() -> None:
    (mistake,) = rows_of("access_code_id,name\nc1,Ann\nc2,Zoë\n".encode("cp1252")).mistakes
    assert str(mistake) == "line 3: It is no UTF-8. Save the file as “CSV UTF-8”."


def test_no_digits_of_a_pin_are_in_a_mistake_even_when_the_columns_slipped() -> None:
    read = rows_of(b"access_code_id,type,code\nc1,730164,\nc2,ongoing,73 0164\n73016455,daily,730164x\n")
    told = " ".join(str(mistake) + repr(mistake) for mistake in read.mistakes)
    assert len(read.mistakes) == 4
    assert "7301" not in told
    assert "0164" not in told
    assert MASK in told


def test_hostile_cells_are_told_as_plain_text() -> None:
    told = " ".join(said("access_code_id,type\n\x1b]0;x\x07c1,\x1b[31m\u202e" + "[bold]" * 50))
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert len(told) < 200


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (mistake,) = read_rows(tmp_path / "no.csv").mistakes
    assert str(mistake) == "The file cannot be read: no such file or directory."
    (mistake,) = read_rows(tmp_path).mistakes
    assert "cannot be read" in str(mistake)


def test_a_file_of_any_size_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "LARGEST", 10)
    (tmp_path / "a.csv").write_text(PLAIN, encoding="utf-8")
    (mistake,) = read_rows(tmp_path / "a.csv").mistakes
    assert "larger than" in str(mistake)


def test_a_hundred_thousand_lines_are_read() -> None:
    data = "access_code_id,name\n" + "".join(f"c{number},n{number}\n" for number in range(100_000))
    read = rows_of(data.encode())
    assert (len(read.rows), read.mistakes) == (100_000, ())


@given(data=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode(errors="replace")))
def test_whatever_a_file_holds_it_is_read_or_refused(data: bytes) -> None:
    read = rows_of(data)
    assert read.rows or read.mistakes


@given(
    cells=st.lists(
        st.tuples(st.text(max_size=20), st.sampled_from(["", "noon", "+2h", "730164"]), st.text("0123456789x,;\"'\n")),
        max_size=5,
    )
)
def test_every_line_ends_as_a_row_or_as_a_mistake_about_it(cells) -> None:
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["access_code_id", "starts_at", "code"])
    writer.writerows([[f"id{number}", *row[1:]] for number, row in enumerate(cells)])
    read = rows_of(out.getvalue().encode())
    told = {row.access_code_id for row in read.rows} | {mistake.line for mistake in read.mistakes}
    assert len(read.rows) + len({mistake.line for mistake in read.mistakes}) == max(len(cells), 1)
    assert len(told) == max(len(cells), 1)
