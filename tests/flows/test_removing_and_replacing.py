"""Removing and replacing codes: delete, the duplicate, the backup, and taking an unmanaged code over."""

from __future__ import annotations

from tests.flows.driver import running_app


async def test_a_deleted_code_is_removing_until_the_lock_has_let_go() -> None:  # UX 9
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        await app.press("d")
        await app.confirm.says("Delete this code?", "Tess Murphy on Lighthouse 2B")
        await app.confirm.yes()
        await app.says("◌ Delete this code: Asked; removing it from the lock. (Tess Murphy)")
        assert app.codes.has("Tess Murphy")
        await app.detail.shows("Status removing", within=5)
        assert app.detail.why_not("Delete this code") == "This code is already being deleted."
        await app.codes.loses("Tess Murphy", within=60)
        await app.says("✓ Delete this code: Gone from the lock; the cursor is on its neighbour.")
        assert app.sent("/access_codes/delete") == 1


async def test_deleting_a_code_that_is_live_says_who_will_not_get_in() -> None:  # UX 5
    async with running_app() as app:
        await app.codes.choose("Zoë Lindqvist 🌊")
        await app.press("d")
        await app.confirm.says("This code is live now: its guest will not get in.")
        await app.confirm.no()
        await app.says("Nothing was sent.")
        assert app.sent("/access_codes/delete") == 0


async def test_a_code_of_the_maker_cannot_be_deleted_and_says_why() -> None:  # UX 22
    async with running_app() as app:
        await app.codes.choose("Wes Turner")
        assert app.detail.why_not("Delete this code").startswith("Offline codes are made by the lock's maker")
        await app.press("d")
        await app.says("Offline codes are made by the lock's maker: Seam cannot delete them.")
        assert not app.dialog.is_open


async def test_an_unmanaged_code_is_deleted_by_its_own_path() -> None:
    async with running_app() as app:
        await app.codes.choose("Dog walker")
        await app.press("d")
        await app.confirm.says("Dog walker (unmanaged) on Pier House – Studio")
        await app.confirm.yes()
        await app.codes.loses("Dog walker", within=60)
        assert app.sent("/access_codes/unmanaged/delete") == 1
        assert app.sent("/access_codes/delete") == 0


async def test_a_lock_from_which_seam_cannot_delete_says_so() -> None:  # UX 22
    async with running_app() as app:
        await app.codes.choose("Neighbour (keys)")
        why = "Seam cannot delete unmanaged codes on this lock; delete it in the maker's app."
        assert app.detail.why_not("Delete this code") == why


async def test_the_duplicate_is_deleted_and_the_code_that_it_blocked_gets_well() -> None:  # UX 9
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        await app.detail.shows_step("Delete the duplicate")
        await app.detail.press("Delete the duplicate", "duplicate_code_on_device")
        await app.confirm.says("Delete the duplicate?", "old guest pin (unmanaged) on Pier House – Studio")
        await app.confirm.yes()
        await app.says("Asked; removing it from the lock. (old guest pin)")
        await app.codes.loses("old guest pin", within=60)
        await app.until(lambda: "duplicate_code_on_device" not in app.detail.document, "no duplicate", within=60)
        assert app.codes.at == "Hiro Tanaka"


async def test_the_duplicate_is_shown_and_escape_leads_back() -> None:
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("o")
        await app.until(lambda: app.codes.at == "old guest pin", "the cursor on the duplicate")
        await app.detail.shows("unmanaged")
        assert app.codes.has_focus


async def test_the_pulled_backup_is_gone_to_and_its_pin_can_be_told() -> None:  # UX 12
    async with running_app() as app:
        await app.codes.choose("Amelia Okafor")
        await app.detail.press("Pull a backup code", "failed_to_issue")
        await app.confirm.says("Pull a backup code?", "The guest must be told the new PIN.")
        await app.confirm.yes()
        await app.says("A backup code is in use. Tell the guest its PIN.")
        backup_id = app.code("Amelia Okafor").pulled_backup_id
        assert backup_id is not None
        await app.until(lambda: app.codes.table.cursor_id == backup_id, "the cursor on the backup", within=5)
        await app.detail.shows("backup")
        pin = app.sandbox.world.codes[backup_id].code
        assert pin is not None
        await app.press("v")
        await app.detail.shows(f"PIN {pin} REVEALED")
        await app.time_passes(10)
        await app.until(lambda: pin not in app.detail.document, "the PIN hidden again")
        assert app.sent("/access_codes/pull_backup_access_code") == 1


async def test_an_unmanaged_code_becomes_managed() -> None:
    async with running_app() as app:
        await app.codes.choose("Dog walker")
        assert app.detail.why_not("Change PIN") == "This code is unmanaged: convert it to managed first."
        await app.press("m")
        await app.confirm.says("Convert to managed?", "Dog walker (unmanaged)")
        await app.confirm.yes()
        await app.says("Asked Seam to manage it; waiting for Seam.")
        await app.detail.shows("ongoing, managed", within=60)
        await app.until(lambda: app.detail.why_not("Change PIN") == "", "a PIN that can be changed", within=5)
        assert app.codes.at == "Dog walker"


async def test_a_lock_whose_codes_cannot_be_taken_over_says_so() -> None:  # UX 22
    async with running_app() as app:
        await app.codes.choose("igloo app pin")
        why = app.detail.why_not("Convert to managed")
        assert why == "Seam cannot manage codes that were made outside it on this lock."


async def test_a_code_that_another_workspace_took_is_taken_back() -> None:
    async with running_app() as app:
        await app.codes.choose("Former manager")
        await app.detail.shows("management_transferred")
        await app.press("m")
        await app.confirm.yes()
        await app.says("waiting for Seam")
        await app.until(lambda: "management_transferred" not in app.detail.document, "the code back", within=60)
