"""Keeps Python's collector from looking for rubbish where none is made.

Importing makes hundreds of thousands of objects, all of them to stay. Looking through them again and again while they
become more takes a fifth of the time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
