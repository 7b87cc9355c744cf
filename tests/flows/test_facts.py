"""The facts around the issues: none contradicts another, and each count says what it counts."""

from __future__ import annotations

from seam_tui.workspace.triage import slots_used
from tests.flows.driver import running_app


async def test_a_lock_that_seam_cannot_see_was_online_when_last_seen() -> None:
    async with running_app() as app:
        await app.codes.choose("Jürgen Weiß")
        await app.detail.shows("Seam cannot see the lock", "account_disconnected")
        assert app.detail.document.count("online when last seen") == 2
        await app.codes.choose("Hiro Tanaka")
        await app.detail.shows("duplicate_code_on_device")
        assert "when last seen" not in app.detail.document


async def test_codes_that_take_no_slot_are_said_where_there_are_more_codes_than_slots_taken() -> None:  # UX 21
    async with running_app() as app:
        store = app.triage.board.store
        device = next(
            device
            for device in store.devices.values()
            if device.max_active_codes_supported == slots_used(store, device.device_id)
        )
        codes, used = store.counts_of_device(device.device_id).codes, slots_used(store, device.device_id)
        assert codes > used
        await app.devices.choose(device.name)
        await app.detail.shows(f"{used} of {used} used; {codes - used} of its codes take none")


async def test_the_count_of_codes_with_warnings_is_not_of_the_locks_own() -> None:  # UX 21
    async with running_app() as app:
        store = app.triage.board.store
        device = next(
            device
            for device in store.devices.values()
            if device.warnings and not store.counts_of_device(device.device_id).codes_with_warnings
        )
        await app.devices.choose(device.name)
        await app.detail.shows("0 with warnings of their own", f"▲ warning {device.warnings[0].code}")
