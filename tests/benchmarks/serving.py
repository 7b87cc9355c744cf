"""A sandbox of any size over HTTP, in which each code has a name that no other has: a cursor is followed by names.

`python -m tests.benchmarks.serving DEVICES CODES` prints the address.
"""

from __future__ import annotations

import sys

from seam_tui.sandbox.server import Sandbox, create_sandbox, serve


def make_sandbox(devices: int, codes: int) -> Sandbox:
    """A generated world, its codes numbered in front of their guests' names, which are fewer than the codes."""
    sandbox = create_sandbox(devices=devices, codes=codes, control=True)
    for number, code in enumerate(sandbox.world.codes.values()):
        # Always as long: no number is part of another, and all of it is shown in a narrow column.
        code.name = f"{number:06d} {code.name}"
    return sandbox


if __name__ == "__main__":
    serve(
        make_sandbox(int(sys.argv[1]), int(sys.argv[2])),
        port=0,
        on_ready=lambda port: print(f"http://127.0.0.1:{port}", flush=True),
    )
