"""The detail: what is wrong, what it means, what to do, and the buttons that do it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from seam_tui.sandbox.server import Sandbox
from tests.flows.driver import running_app


def give_unknown_error(sandbox: Sandbox) -> None:
    world = sandbox.world
    code = next(code for code in world.codes.values() if code.name == "Maintenance")
    code.issues = [world.new_issue("error", "quantum_entangled_keypad", "The keypad is in two states at once.")]


async def test_an_issue_shows_code_level_age_message_meaning_steps_and_link() -> None:  # UX 21
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        await app.detail.shows(
            "✖ error duplicate_code_on_device · code · 7 h ago",
            "Seam: Another access code on this device already uses the same PIN.",
            "Means: Another code on the same lock already uses this PIN",
            "It does not clear by itself.",
        )
        await app.detail.shows_step("Look for the other code with the same PIN")
        await app.detail.shows_step("Delete the duplicate, or convert it to a managed code.")
        assert app.detail.button("Open the documentation").key == "F1"


async def test_buttons_stand_beside_the_step_that_they_carry_out_each_with_its_key() -> None:  # UX 22
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        document = app.detail.document
        step = document.index("2. Delete the duplicate")
        assert step < document.index("[x] Delete the duplicate") < document.index("3. Or give this code")


async def test_a_disabled_button_stays_and_says_why() -> None:  # UX 22
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        assert app.detail.why_not("Pull a backup code") == "The backup pool of this lock is off."
        await app.detail.shows("[b] Pull a backup code — The backup pool of this lock is off.")
        await app.press("b")
        await app.says("Pull a backup code: The backup pool of this lock is off.")
        assert not app.dialog.is_open
        await app.detail.press("Pull a backup code")
        await app.says("The backup pool of this lock is off.")


async def test_an_issue_of_the_lock_says_that_it_comes_from_there() -> None:  # UX 21
    async with running_app() as app:
        await app.codes.choose("Yara Ibarra")
        await app.detail.shows("hub_disconnected · device")
        await app.detail.shows("It comes from the device: mend it there once")


async def test_an_issue_of_the_account_says_that_it_comes_from_there() -> None:  # UX 21
    async with running_app() as app:
        await app.codes.choose("Jürgen Weiß")
        await app.detail.shows("account_disconnected · account · 9 h ago", "It comes from the account")
        assert app.detail.why_not("Reconnect the account") == ""


async def test_a_code_that_nobody_knows_shows_seams_message_and_the_general_steps() -> None:  # UX 21
    async with running_app(arrange=give_unknown_error) as app:
        await app.codes.choose("Maintenance")
        await app.detail.shows(
            "quantum_entangled_keypad · code",
            "The keypad is in two states at once.",
            "seam-tui does not know this code",
        )
        await app.detail.shows_step("")
        remedied = [button for button in app.triage.detail.buttons if button.issue is not None]
        assert remedied


async def test_what_waits_for_the_lock_is_shown_with_old_and_new_values_and_no_pin() -> None:  # UX 9, 12
    async with running_app() as app:
        await app.codes.choose("Rosa Marin")
        await app.detail.shows("Asked; waiting for the lock", "Changing the times", "Ends: 2026-11-24 07:00 EST →")
        await app.codes.choose("Grace Whitfield")
        await app.detail.shows("Changing the PIN", "PIN: •••• → ••••")


async def test_times_are_the_locks_own_with_their_zone() -> None:  # UX 26
    async with running_app() as app:
        await app.codes.choose("Jürgen Weiß")
        await app.detail.shows("2026-11-22 01:00 CET")
        await app.codes.choose("Emre Kaya")
        await app.detail.shows("2026-11-22 07:00 UTC (lock's zone unknown)")


async def test_the_viewers_own_time_stands_beside_the_locks() -> None:  # UX 26
    async with running_app() as app:
        app.clock.zone = ZoneInfo("America/New_York")
        await app.codes.choose("Jürgen Weiß")
        await app.detail.shows("2026-11-22 01:00 CET (2026-11-21 19:00 EST here)")
        app.clock.zone = ZoneInfo("Europe/Paris")
        await app.codes.choose("Emre Kaya")
        await app.codes.choose("Jürgen Weiß")
        await app.detail.shows("2026-11-22 01:00 CET · ")


async def test_the_detail_of_a_lock_shows_what_is_wrong_with_it_and_what_it_takes() -> None:
    async with running_app() as app:
        await app.devices.choose("Pier House – Front Door")
        await app.detail.shows("device_disconnected · device", "4, 5, 6 digits", "America/New_York", "of 250 used")
        await app.detail.shows_step("Check its power and batteries")


async def test_the_row_of_all_devices_shows_the_workspace_in_numbers() -> None:
    async with running_app() as app:
        await app.devices.focus()
        counts = app.triage.board.store.counts
        await app.detail.shows(
            "Harbour & Pine Stays", f"Codes {counts.codes}", f"Errors {counts.codes_with_errors} codes"
        )


async def test_no_pin_is_anywhere_on_the_screen() -> None:  # UX 12
    async with running_app() as app:
        await app.codes.choose("Kwame Mensah")  # Seam's message quotes the PIN
        await app.detail.shows("code •••• rejected by lock")
        await app.codes.choose("Zoë Lindqvist 🌊")  # so does what was changed outside
        await app.detail.shows("Changed outside: PIN: •••• → ••••")
        assert not any(pin in app.detail.document for pin in app.sandbox.world.pins())


async def test_copying_ids_names_them_and_holds_no_pin() -> None:
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("C")
        await app.says("Copied: access_code_id, device_id, connected_account_id, workspace_id.")
        code = app.code("Hiro Tanaka")
        assert f"access_code_id: {code.access_code_id}" in app.clipboard
        assert f"device_id: {code.device_id}" in app.clipboard


async def test_the_documentation_of_the_issue_opens() -> None:
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("f1")
        await app.says("Documentation:\nhttps://docs.seam.co/")
        assert len(app.opened) == 1
        assert app.opened[0].startswith("https://docs.seam.co/")
