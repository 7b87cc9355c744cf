"""Keeps the process from holding on to memory that it has freed."""

from __future__ import annotations

from typing import Final

_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
"""Parameters of mallopt(3)."""
_LARGE: Final = 320 * 1024
"""Bytes from which on a block comes from the system by itself, and goes back there at once when it is freed.

A little more than asyncio takes for each reading of a socket: that is to be had quickly.
"""


def give_back_large_blocks() -> None:
    """Let every large block go back to the system when it is freed: glibc alone, and without effect elsewhere.

    Left to itself, glibc takes each large block that is freed as a reason to keep larger ones from then on. Lists and
    dicts of a hundred thousand codes grow, are sorted and replaced, and leave 10 MB that nothing uses (measured).
    """
    import ctypes

    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, TypeError, AttributeError):  # no libc by that name, or another than glibc
        return
    mallopt(_MMAP_THRESHOLD, _LARGE)
    mallopt(_TRIM_THRESHOLD, _LARGE)
