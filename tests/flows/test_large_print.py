"""The layout for a projector: a room that reads one page sees what, where and when, and counts have headers."""

from __future__ import annotations

import pytest

from tests.flows.driver import running_app


@pytest.mark.parametrize("size", [(100, 30), (40, 15)], ids=["100x30", "40x15"])
async def test_lock_and_time_stand_above_the_error(size: tuple[int, int]) -> None:
    async with running_app(size=size, large=True) as app:
        await app.codes.choose("Hiro Tanaka")
        lock = app.sandbox.world.devices[app.code("Hiro Tanaka").device_id].name
        await app.press("enter", "home")
        await app.detail.shows("duplicate_code_on_device")
        await app.drawn()
        top, error = app.text.split("duplicate_code_on_device", 1)
        assert lock in top
        assert "starts in" in top
        assert "ends in" in top
        assert app.detail.document.count(lock) == 1, "it is not said again below"
        assert "1. " in error


async def test_a_step_of_two_lines_hangs_under_its_words() -> None:
    async with running_app(size=(40, 15), large=True) as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("enter")
        await app.detail.shows("1. Look for the other code")
        lines = app.triage.detail.layout_lines
        at = next(i for i, line in enumerate(lines) if line.startswith("1. "))
        assert lines[at + 1].startswith("   ")
        assert lines[at + 1].strip()


async def test_the_devices_show_both_counts_and_whether_they_are_online_under_headers() -> None:
    async with running_app(size=(60, 20), large=True) as app:
        await app.press("1")
        await app.shows("1 Devices")
        await app.drawn()
        head = next(line for line in app.text.splitlines() if "Device " in line)
        assert head.index("✖") < head.index("▲") < head.index("Online")
