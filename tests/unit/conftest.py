"""What holds for every unit test: nothing that it proves needs a disk to have written, or a pause between two tries."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def _nothing_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are not forced to the disk, and a read is tried again without its pause."""

    async def at_once(*_args: object) -> None:
        """No pause."""

    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
    monkeypatch.setattr("httpx_retries.Retry.asleep", at_once)
