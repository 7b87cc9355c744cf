"""What the process ends with."""

from __future__ import annotations

from typing import Final

DONE: Final = 0
NOT_ALL: Final = 1
"""Errors found, or codes left behind."""
COULD_NOT: Final = 2
"""Nothing could be done; also stands for every usage or settings error."""
