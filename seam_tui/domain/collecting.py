"""Keeps Python's collector from looking for rubbish where none is made, and while a person waits.

Importing makes hundreds of thousands of objects, all of them to stay. Looking through them again and again while they
become more takes a fifth of the time. Records and what is drawn of them stay, too, and looking through them holds up
every thread: a key that hits upon it waits.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_YOUNG: Final = 20_000
"""New objects from which Python looks through them of its own accord, instead of 700."""
_DUE: Final = 5_000
"""As many from which they are looked through when nobody waits: in 5-10 ms."""
_OLD: Final = 10
"""Looks through younger objects after which all others are looked through, too, as Python does: in 10-40 ms."""


def stop_collecting() -> None:
    """Collect nothing until `resume_collecting`."""
    gc.disable()


def resume_collecting() -> None:
    """Collect again, but look through nothing of what is there by now; without effect while collecting goes on."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


@contextmanager
def uncollected() -> Iterator[None]:
    """Collect nothing for a while; where nothing was collected before, that is left as it is."""
    was_collecting = gc.isenabled()
    stop_collecting()
    try:
        yield
    finally:
        if was_collecting:
            resume_collecting()


def collect_seldom() -> None:
    """From now on mostly collect when `collect_if_due` is called.

    What is new is few objects, but lists of 100,000 ids are among them, and each of those ids is looked at: that takes
    ten times as long as all the rest, while whoever has just typed a letter waits for the list (measured).
    """
    young, *older = gc.get_threshold()
    gc.set_threshold(max(young, _YOUNG), *older)


def collect_if_due() -> bool:
    """Collect if enough has come for it; for when nobody waits.

    Returns:
        Whether it was due.
    """
    young, _, old = gc.get_count()
    is_due = young >= _DUE and gc.isenabled()
    if is_due:
        gc.collect(2 if old >= _OLD else 1)
    return is_due


def freeze_records() -> None:
    """Keep the collector away from what was just read: a full collection over 100,000 codes stalls the screen."""
    # What is frozen is never freed, rubbish in cycles neither: frozen with each page, half of what stayed in memory
    # after 20,000 codes was rubbish (30 MB). So it is swept first, and done rarely.
    gc.collect(1)
    gc.freeze()
