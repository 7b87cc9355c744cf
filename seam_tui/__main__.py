"""Runs the command line: `python -m seam_tui` and the console script `seam-tui`."""

from __future__ import annotations

from seam_tui.cli import run


def main() -> None:
    """Run the command line and end the process with its exit code."""
    raise SystemExit(run())


if __name__ == "__main__":
    main()
