"""Which columns fit, how wide they are, and what becomes of a text in a width."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text
from textual.content import Content
from textual.style import Style

from seam_tui.tui.widgets.cells import Cell, fit_spans, fit_text, make_row, one_line
from seam_tui.tui.widgets.columns import Column, Placed, fit_columns
from seam_tui.tui.widgets.row_order import RowOrder

COLUMNS = st.lists(
    st.builds(
        Column,
        key=st.uuids().map(str),
        label=st.just("x"),
        width=st.none() | st.integers(1, 30),
        min_width=st.integers(1, 20),
        priority=st.integers(0, 4),
        share=st.integers(1, 3),
    ),
    max_size=8,
    unique_by=lambda column: column.key,
)
HOSTILE = st.text(st.characters() | st.sampled_from("漢한😀é\u0301\u200d\ufe0f\u202e\n\t\x1b[]…"), max_size=60)


def end(placed: tuple[Placed, ...]) -> int:
    return placed[-1].x + placed[-1].width if placed else 0


@given(COLUMNS, st.integers(0, 200), st.integers(0, 2))
def test_columns_never_need_more_than_the_width_nor_overlap(columns: list[Column], width: int, gap: int) -> None:
    placed = fit_columns(columns, width, gap)
    assert end(placed) <= width
    assert all(cells >= 1 for _, _, cells in placed)
    for left, right in pairwise(placed):
        assert right.x == left.x + left.width + gap
    order = [columns.index(column) for column, _, _ in placed]
    assert order == sorted(order)


@given(COLUMNS, st.integers(0, 200))
def test_a_column_vanishes_only_after_all_of_lower_priority_have(columns: list[Column], width: int) -> None:
    shown = {placed.column for placed in fit_columns(columns, width)}
    gone = set(columns) - shown
    if shown and gone:
        assert max(column.priority for column in gone) <= max(column.priority for column in shown)
        top = max(column.priority for column in columns)
        lesser = [column for column in gone if column.priority < top]
        for column in lesser:
            assert all(other.priority >= column.priority for other in shown)


@given(COLUMNS, st.integers(0, 200))
def test_a_flex_column_fills_what_is_left(columns: list[Column], width: int) -> None:
    placed = fit_columns(columns, width)
    if any(column.width is None for column, _, _ in placed):
        assert end(placed) == width


@given(st.integers(3, 60))
def test_severity_and_name_stay_in_every_width(width: int) -> None:  # UX 24
    columns = [
        Column("severity", "Severity", width=9, priority=9),
        Column("name", "Name", min_width=10, priority=9),
        Column("device", "Device", priority=1),
    ]
    assert [placed.column.key for placed in fit_columns(columns, width)][:2] == ["severity", "name"]


def test_free_cells_go_by_share() -> None:
    columns = [Column("a", "A", min_width=4), Column("b", "B", min_width=4, share=3)]
    assert [placed.width for placed in fit_columns(columns, 29)] == [9, 19]


@given(HOSTILE, st.integers(0, 40), st.sampled_from(["left", "center", "right"]))
@example("漢漢漢", 4, "left")
@example("a\u200d", 1, "left")
def test_any_text_fits_its_width_exactly(text: str, width: int, justify: str) -> None:
    fitted = fit_text(text, width, justify)  # type: ignore[arg-type]
    assert cell_len(fitted) == width
    assert fitted.isprintable()


@given(HOSTILE, st.integers(0, 40))
@example("漢漢漢漢漢漢", 8)
def test_a_text_that_is_cut_in_the_middle_fits_and_keeps_both_ends(text: str, width: int) -> None:
    plain = one_line(text)
    ((shown, _),) = fit_spans([(plain, "")], width, cut="middle") or [("", "")]
    assert cell_len(shown) == width
    if cell_len(plain) > width >= 8:
        head, _, tail = shown.partition("…")
        assert head.strip() in plain[: len(head)] + " "
        assert plain.rstrip().endswith(tail.strip())


def test_two_locks_of_one_house_are_told_apart_where_their_names_are_cut() -> None:
    names = ("Old Mill Loft 1", "Old Mill Loft 2", "Pier House – Studio", "Pier House – Garage")
    cut = ["".join(text for text, _ in fit_spans([(name, "")], 12, cut="middle")) for name in names]
    assert cut == ["Old Mi…oft 1", "Old Mi…oft 2", "Pier H…tudio", "Pier H…arage"]


@given(st.lists(HOSTILE, max_size=4), st.integers(0, 40))
def test_any_row_of_spans_fits_its_width_exactly(texts: list[str], width: int) -> None:
    spans = fit_spans([(one_line(text), "") for text in texts], width)
    assert cell_len("".join(text for text, _ in spans)) == width


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("Smith", 5, "Smith"),
        ("Smithson", 5, "Smit…"),
        ("漢字漢字", 6, "漢字… "),
        ("漢字漢字", 5, "漢字…"),
        ("ab cd", 4, "ab… "),
        ("anything", 1, "…"),
        ("two\nlines", 9, "two lines"),
    ],
)
def test_a_cut_text_ends_in_an_ellipsis_and_halves_no_wide_character(text: str, width: int, shown: str) -> None:
    assert fit_text(text, width) == shown


@pytest.mark.parametrize("name", ["Guest [/] 12", "[@click=app.nuke()]x[/]", "[bold", "\\[x]"])
def test_brackets_are_only_brackets(name: str) -> None:  # UX 11
    for cell in (name, Cell(name), Content(name), Text(name)):
        ((text, style),) = make_row({"name": cell}, lambda style: Style()).cells["name"]
        assert text == name
        assert not isinstance(style, Style) or not style.meta


ORDER = st.lists(st.sampled_from([f"r{number}" for number in range(12)]), unique=True)


@given(ORDER, ORDER, st.data())
def test_the_heir_is_the_nearest_that_is_still_there(before: list[str], after: list[str], data: st.DataObject) -> None:
    if not before:
        return
    gone = data.draw(st.sampled_from(before))
    heir = RowOrder(before).heir(gone, RowOrder(after))
    survivors = [row_id for row_id in before if row_id in after]
    if gone in after:
        assert heir == gone
    elif survivors:
        here = before.index(gone)
        assert heir in survivors
        assert abs(before.index(heir) - here) == min(abs(before.index(row_id) - here) for row_id in survivors)
    else:
        assert heir == (after[min(before.index(gone), len(after) - 1)] if after else None)


@given(st.lists(st.integers(-5, 3_000), max_size=30), st.data())
def test_an_id_is_found_wherever_it_stands_and_whatever_was_asked_before(asked: list[int], data: st.DataObject) -> None:
    order = RowOrder(f"r{number}" for number in range(2_000))
    for number in asked:
        expected = number if 0 <= number < 2_000 else None
        near = data.draw(st.none() | st.integers(0, 2_500))
        assert order.position(f"r{number}", near) == expected
        assert (f"r{number}" in order) == (expected is not None)
        if expected is not None and data.draw(st.booleans()):
            assert order.at(expected) == f"r{number}"
