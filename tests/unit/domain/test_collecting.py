"""Python's collector is stopped and resumed as those who ask for it expect."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from seam_tui.domain.collecting import resume_collecting, stop_collecting, uncollected


@pytest.fixture(autouse=True)
def _collecting() -> Iterator[None]:
    yield
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
