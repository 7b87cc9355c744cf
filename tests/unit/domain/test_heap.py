"""What becomes of memory that was freed."""

from __future__ import annotations

import ctypes
import platform
import subprocess
import sys

import pytest

from seam_tui.domain.heap import give_back_large_blocks

_BLOCKS = 60
"""Blocks of a megabyte each."""
_PROGRAM = f"""
import re
from pathlib import Path
from seam_tui.domain.heap import give_back_large_blocks
{{call}}
def resident():
    return int(re.search(r"VmRSS:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024
def block(size):
    return b"x" * size
block(20 << 20)  # glibc takes it as a reason to keep all that is not larger
before = resident()
blocks, above = [], []
for _ in range({_BLOCKS}):
    blocks.append(block(1 << 20))
    above.append(block(2_000))
blocks.clear()
print(resident() - before)
"""


def _left(call: str) -> float:
    """Megabytes that a process holds after it has freed a lot."""
    command = [sys.executable, "-c", _PROGRAM.format(call=call)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps what is freed in this way")
def test_large_blocks_that_are_freed_go_back_to_the_system() -> None:
    assert _left("") > _BLOCKS / 2, "glibc has become another: this is not needed any more"
    assert _left("give_back_large_blocks()") < _BLOCKS / 4


@pytest.mark.parametrize("library", [object(), None], ids=["another libc", "no libc"])
def test_where_there_is_no_glibc_nothing_happens(library: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(_name: str | None) -> object:
        if library is None:
            raise OSError("there is none")
        return library

    monkeypatch.setattr(ctypes, "CDLL", load)
    give_back_large_blocks()
