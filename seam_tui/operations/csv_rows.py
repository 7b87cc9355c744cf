"""A CSV of changes as it was typed: what each line asks for, and every mistake that can be seen without the codes.

The file comes from a spreadsheet and may hold anything; no PIN is repeated in what is said of it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from seam_tui.domain.access_code import AccessCodeType
from seam_tui.domain.pin import MASK, Pin
from seam_tui.domain.text import MAX_LENGTH, plain_text, shorten
from seam_tui.operations.typed_times import EXAMPLE, TypedTimeError, read_time

ID: Final = "access_code_id"
EXTERNAL: Final = "is_external_modification_allowed"
COLUMNS: Final = (ID, "name", "code", "starts_at", "ends_at", "type", EXTERNAL)
"""What a file may have, named as in Seam's API; the first one it must have."""
LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a file that is read."""
_DELIMITERS: Final = (",", ";", "\t")
_BOM_16: Final = (b"\xff\xfe", b"\xfe\xff")
_TRUE: Final = frozenset({"true", "yes", "1"})
_FALSE: Final = frozenset({"false", "no", "0"})
_LONGEST_SHOWN: Final = 40
_LONGEST_ID: Final = 100
_SOME_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""A shift such as +2h is tried out on it."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with one cell, or with a line or the file as a whole."""

    said: str
    """What is wrong, and the way out."""
    line: int | None = None
    """Line of the file, from 1; None for the file as a whole."""
    column: str = ""
    value: str = ""
    """As it stands there: plain, short, and masked where it may be a PIN."""

    def __str__(self) -> str:
        where = "" if self.line is None else f"line {self.line}"
        if self.column:
            where += f", {self.column}"
        if self.value and f"“{self.value}”" not in self.said:
            where += f" “{self.value}”"
        return f"{where}: {self.said}" if where else self.said


@dataclass(frozen=True, slots=True)
class CsvRow:
    """What one line asks for; None or an empty text leaves a field alone."""

    line: int
    """Its line in the file, from 1."""
    access_code_id: str
    name: str | None = None
    pin: Pin | None = None
    starts_at: str = ""
    """As typed: it is read with the time zone of the code's lock."""
    ends_at: str = ""
    code_type: AccessCodeType | None = None
    is_external_modification_allowed: bool | None = None


@dataclass(frozen=True, slots=True)
class CsvRows:
    """A file that was read."""

    rows: tuple[CsvRow, ...] = ()
    """The lines without a mistake."""
    mistakes: tuple[Mistake, ...] = ()
    columns: tuple[str, ...] = ()
    """Those that the file has, in its order."""


def read_rows(path: Path) -> CsvRows:
    """Read a CSV of changes.

    Commas, semicolons or tabs; UTF-8 with or without a mark, or UTF-16 with one.

    Args:
        path: The file.
    """
    try:
        if path.stat().st_size > LARGEST:
            return CsvRows(mistakes=(Mistake(f"The file is larger than {LARGEST // 1024 // 1024} MB. Split it."),))
        data = path.read_bytes()
    except OSError as error:
        said = f"The file cannot be read: {(error.strerror or 'no reason given').lower()}."
        return CsvRows(mistakes=(Mistake(said),))
    return rows_of(data)


def rows_of(data: bytes) -> CsvRows:
    """Read the content of a CSV of changes; as `read_rows`."""
    text, mistake = _decoded(data)
    if mistake is not None:
        return CsvRows(mistakes=(mistake,))
    lines = _lines(text)
    first = next((cells for cells in lines if isinstance(cells, Mistake) or any(cells.cells)), None)
    if first is None:
        return CsvRows(
            mistakes=(Mistake(f"The file is empty. Its first line names the columns: {', '.join(COLUMNS)}."),)
        )
    if isinstance(first, Mistake):
        return CsvRows(mistakes=(first,))
    columns = tuple(plain_text(cell).casefold() for cell in first.cells)
    if mistakes := tuple(_header_mistakes(columns, first.line)):
        return CsvRows(mistakes=mistakes)
    return _read_all(lines, columns)


def _read_all(lines: Iterator[_Line | Mistake], columns: tuple[str, ...]) -> CsvRows:
    rows: list[CsvRow] = []
    mistakes: list[Mistake] = []
    seen: dict[str, int] = {}
    for line in lines:
        if isinstance(line, Mistake):
            mistakes.append(line)
            continue
        if not any(line.cells):
            continue
        if len(line.cells) > len(columns):
            said = f"It has {len(line.cells)} cells for {len(columns)} columns. Put quotes around a cell with a comma."
            mistakes.append(Mistake(said, line.line))
            continue
        reading = _Reading(line.line, dict(zip(columns, line.cells, strict=False)))
        row = reading.row()
        earlier = seen.setdefault(row.access_code_id, line.line) if row.access_code_id else line.line
        if earlier != line.line:
            reading.refuse(ID, f"Line {earlier} has this code, too. Put its changes on one line.")
        mistakes += reading.mistakes
        if not reading.mistakes:
            rows.append(row)
    if not rows and not mistakes:
        mistakes.append(Mistake("There is no line below the columns. Write one for each code to change."))
    return CsvRows(tuple(rows), tuple(mistakes), columns)


# The form of the file


@dataclass(frozen=True, slots=True)
class _Line:
    line: int
    cells: Sequence[str]


def _decoded(data: bytes) -> tuple[str, Mistake | None]:
    encoding = "utf-16" if data.startswith(_BOM_16) else "utf-8-sig"
    try:
        return data.decode(encoding), None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    return "", Mistake("It is no UTF-8. Save the file as “CSV UTF-8”.", line)


def _lines(text: str) -> Iterator[_Line | Mistake]:
    """The lines of the file; the last is a mistake where the file cannot be read on."""
    content = io.StringIO(text, newline="")
    reader = csv.reader(content, delimiter=_delimiter(text), strict=True, skipinitialspace=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            break
        yield _Line(line, [cell.strip() for cell in cells])
    yield Mistake("The quotes in this line do not fit together or never end: one within quotes is doubled.", line)


def _delimiter(text: str) -> str:
    """What stands between the names of the columns."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=header.count)


def _header_mistakes(columns: tuple[str, ...], line: int) -> Iterator[Mistake]:
    known = ", ".join(COLUMNS)
    for index, column in enumerate(columns):
        shown = _shown(column)
        if not column:
            yield Mistake(f"Column {index + 1} has no name; there are {known}.", line)
        elif column not in COLUMNS:
            yield Mistake(f"There is no such column; there are {known}. Take it out.", line, value=shown)
        elif column in columns[:index]:
            yield Mistake("This column is there twice. Take one out.", line, value=shown)
    if ID not in columns:
        yield Mistake(f"The column {ID} is missing: it says which code each line is about.", line)


# One line


@dataclass(slots=True)
class _Reading:
    """Reads the cells of one line, and keeps what is wrong with them."""

    line: int
    cells: dict[str, str]
    mistakes: list[Mistake] = field(default_factory=list)

    def row(self) -> CsvRow:
        row = CsvRow(
            self.line,
            self._identifier(),
            name=self._read("name", _name),
            pin=self._read("code", _pin),
            starts_at=self._read("starts_at", _time) or "",
            ends_at=self._read("ends_at", _time) or "",
            code_type=self._read("type", _type),
            is_external_modification_allowed=self._read(EXTERNAL, _boolean),
        )
        if row.code_type is AccessCodeType.ONGOING and (row.starts_at or row.ends_at):
            self.refuse("type", "An ongoing code has no start and no end. Leave those empty.")
        return row

    def refuse(self, column: str, said: str) -> None:
        value = self.cells.get(column, "")
        self.mistakes.append(Mistake(said, self.line, column, MASK if column == "code" else _shown(value)))

    def _identifier(self) -> str:
        identifier = plain_text(self.cells.get(ID, ""))
        if not identifier:
            self.refuse(ID, "It is empty. Write the id of the code.")
        elif len(identifier) > _LONGEST_ID:
            self.refuse(ID, "It is too long for an id.")
        return identifier

    def _read(self, column: str, read: Callable[[str], _T]) -> _T | None:
        cell = self.cells.get(column, "")
        if not cell:
            return None
        try:
            return read(cell)
        except ValueError as problem:
            self.refuse(column, str(problem))
            return None


def _name(cell: str) -> str:
    if len(cell) > MAX_LENGTH:
        raise ValueError(f"A name has at most {MAX_LENGTH} characters; this one has {len(cell)}.")
    name = plain_text(cell)
    if not name:
        raise ValueError("Nothing of it can be shown. Write a name, or leave it empty.")
    return name


def _pin(cell: str) -> Pin:
    pin = Pin(cell)
    problems = pin.check()
    if problems:
        hint = "Spreadsheets drop zeros and round long numbers: format the column as text."
        raise ValueError(f"{problems[0].text} {hint}")
    return pin


def _time(cell: str) -> str:
    text = plain_text(cell)
    if len(text) > _LONGEST_SHOWN or text.isdecimal():
        raise ValueError(f"It is no time. Type it like {EXAMPLE}, or shift it like +2h.")
    try:
        read_time(text, None, _SOME_DAY)
    except TypedTimeError as problem:
        raise ValueError(str(problem)) from None
    return text


def _type(cell: str) -> AccessCodeType:
    try:
        return AccessCodeType(cell.casefold())
    except ValueError:
        raise ValueError(f"There is no such type; there are {' and '.join(AccessCodeType)}.") from None


def _boolean(cell: str) -> bool:
    word = cell.casefold()
    if word not in _TRUE | _FALSE:
        raise ValueError("Write true or false.")
    return word in _TRUE


def _shown(value: str) -> str:
    """A cell for a message: cells may have slipped by a column, so what could be a PIN is masked."""
    text = shorten(plain_text(value), _LONGEST_SHOWN)
    return MASK if re.fullmatch(r"\W*\d{4,}\W*", text) else text
