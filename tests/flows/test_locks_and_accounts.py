"""Locks and accounts: testing the connection, reading again, signing in again, telling Seam the time zone."""

from __future__ import annotations

from seam_tui.sandbox.faults import FaultRule
from tests.flows.driver import running_app


async def test_locking_tests_the_connection_without_a_question() -> None:
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("l")
        await app.says("✓ Test: lock: The lock answered: locked. Its connection works.", within=30)
        assert app.sent("/locks/lock_door") == 1


async def test_unlocking_asks_first() -> None:  # UX 5
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("k")
        await app.confirm.says("Test: unlock?", "Pier House – Studio", "This opens the door")
        await app.confirm.no()
        assert app.sent("/locks/unlock_door") == 0
        await app.press("k")
        await app.confirm.yes()
        await app.says("The lock answered: unlocked.", within=30)
        assert app.sent("/locks/unlock_door") == 1
        assert not app.device("Pier House – Studio").locked


async def test_a_lock_that_does_not_answer_is_no_success() -> None:  # UX 10
    async with running_app() as app:
        await app.devices.choose("Pier House – Front Door")
        await app.press("l")
        await app.until(
            lambda: "Test: lock" in app.said and "sending" not in app.said, "an answer of some kind", within=60
        )
        assert "Its connection works" not in app.said


async def test_a_lock_that_cannot_be_reached_remotely_says_why() -> None:  # UX 22
    async with running_app() as app:
        await app.devices.choose("Boathouse")
        assert "cannot be locked remotely" in app.detail.why_not("Test: lock")
        await app.press("l")
        await app.says("This lock cannot be locked remotely")


async def test_the_account_is_synced() -> None:
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("Y")
        await app.says("Seam was asked to read the account again; refresh it in a minute.")
        assert app.sent("/connected_accounts/sync") == 1


async def test_reconnecting_shows_an_address_that_can_be_opened_and_copied() -> None:
    async with running_app() as app:
        await app.codes.choose("Jürgen Weiß")
        await app.detail.press("Reconnect the account", "account_disconnected")
        await app.dialog.says("Connect Webview", "is Seam's sign-in page", "sign in with the same login as before")
        webview = next(iter(app.sandbox.world.webviews.values()))
        assert webview.webview_id in app.dialog.words.replace(" ", "")
        await app.press("c")
        assert webview.webview_id in app.clipboard
        await app.dialog.says("The address is on the clipboard.")
        await app.press("o")
        await app.dialog.says("The address was handed to the browser")
        assert app.opened == [app.clipboard]
        await app.dialog.leave()
        await app.says("Once somebody has signed in there, A reads the account again.")


async def test_the_time_zone_of_an_ultraloq_lock_is_reported() -> None:
    async with running_app("museum") as app:
        store = app.triage.board.store
        lock = next(
            device
            for device in store.devices.values()
            if any(issue.code == "ultraloq_time_zone_unknown" for issue in device.issues)
        )
        await app.devices.choose(lock.title)
        await app.detail.shows("ultraloq_time_zone_unknown")
        await app.press("Z")
        await app.form.says("The lock's IANA time zone; abbreviations such as CET do not do.")
        await app.form.fill("CET")
        await app.form.refuses("CET is no IANA time zone")
        await app.form.fill("Europe/Lisbon")
        await app.form.go_on()
        await app.says("The time zone was reported", within=5)
        assert app.sandbox.world.devices[lock.device_id].time_zone == "Europe/Lisbon"


async def test_other_locks_say_that_their_time_zone_is_set_elsewhere() -> None:  # UX 22
    async with running_app() as app:
        await app.devices.choose("Cedar Cabin")
        why = "Seam takes a time zone for Ultraloq locks only; set it in the maker's app."
        assert app.detail.why_not("Report the time zone") == why


async def test_a_code_a_lock_and_an_account_are_read_again_by_a_key() -> None:
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        app.code("Tess Murphy", "Lighthouse 2B").name = "Tess M."
        await app.press("h")
        await app.codes.gains("Tess M.")
        await app.says("✓ Tess M.: read again.")
        app.device("Lighthouse 2B").name = "Lighthouse 2B (new battery)"
        await app.press("R")
        await app.devices.gains("Lighthouse 2B (new battery)")
        await app.says("✓ Lighthouse 2B (new battery): read again.")
        account = app.sandbox.world.account_of(app.device("Lighthouse 2B (new battery)"))
        account.issues = [app.sandbox.world.new_issue("error", "account_disconnected", "Signed out.")]
        await app.press("A")
        await app.detail.shows("account_disconnected · account")
        await app.says("read again; it still has account_disconnected.")
        account.issues = []
        await app.press("A")
        await app.says("connected again; its codes recover one by one.")
        await app.press("A")
        await app.says(": read again.")


async def test_the_locks_codes_are_shown_from_the_code() -> None:
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("s")
        await app.until(lambda: "Pier House – St" in app.codes.title, "the lock's codes")
        assert app.codes.has("old guest pin")
        assert not app.codes.has("Rosa Marin")


async def test_a_read_that_fails_is_said_with_what_to_do() -> None:
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        app.sandbox.faults.add(FaultRule("status", "/access_codes/get", status=401))
        await app.press("h")
        await app.says("Could not read it again")
        assert "Check SEAM_API_KEY" in app.said


async def test_an_account_that_cannot_be_read_again_is_said_too() -> None:
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        app.sandbox.faults.add(FaultRule("status", "/connected_accounts/get", status=401))
        await app.press("A")
        await app.says("again: ")
        assert "Could not read" in app.said
