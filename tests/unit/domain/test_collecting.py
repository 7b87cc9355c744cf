"""Python's collector is stopped and resumed as those who ask for it expect."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from seam_tui.domain.collecting import collect_if_due, collect_seldom, resume_collecting, stop_collecting, uncollected
from tests.knots import Knot, knots


@pytest.fixture(autouse=True)
def _collecting() -> Iterator[None]:
    thresholds = gc.get_threshold()
    gc.set_threshold(700)  # Python's own
    yield
    gc.set_threshold(*thresholds)
    gc.enable()
    gc.unfreeze()


def test_what_is_there_when_collecting_resumes_is_not_looked_through_any_more() -> None:
    gc.unfreeze()
    stop_collecting()
    assert not gc.isenabled()
    resume_collecting()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


def test_resuming_what_goes_on_freezes_nothing() -> None:
    gc.unfreeze()
    resume_collecting()
    assert gc.get_freeze_count() == 0


def test_collecting_goes_on_after_a_while_without_it_even_if_that_fails() -> None:
    seen = []

    @uncollected()
    def fail() -> None:
        seen.append(gc.isenabled())
        raise ValueError("import")

    with pytest.raises(ValueError, match="import"):
        fail()
    assert (seen, gc.isenabled()) == ([False], True)


def test_a_while_without_collecting_leaves_a_collector_alone_that_was_stopped_before() -> None:
    stop_collecting()
    with uncollected():
        pass
    assert not gc.isenabled()


def test_a_few_thousand_objects_wait_until_it_is_asked_whether_they_are_due() -> None:
    collect_seldom()
    gc.collect()
    first = knots(8_000)
    assert first() is not None
    assert collect_if_due()
    assert first() is None


def test_a_few_objects_are_not_due() -> None:
    collect_seldom()
    gc.collect()
    assert not collect_if_due()


def test_a_great_many_objects_are_not_waited_for() -> None:
    collect_seldom()
    gc.collect()
    first = knots(1)
    kept = [[number] for number in range(40_000)]
    assert first() is None, f"{len(kept)} objects later"


def test_old_objects_are_looked_through_too_when_it_was_done_often_enough_with_young_ones() -> None:
    collect_seldom()
    gc.collect()
    knot = Knot()
    for _ in range(10):
        gc.collect(1)
    old = weakref.ref(knot)
    del knot
    knots(8_000)
    assert collect_if_due()
    assert old() is None


def test_nothing_is_due_while_nothing_is_to_be_collected() -> None:
    collect_seldom()
    stop_collecting()
    knots(8_000)
    assert not collect_if_due()
