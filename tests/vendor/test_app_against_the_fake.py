"""The app against Seam's fake: it shows what is there, does what is asked, and survives what is refused."""

import pytest
from rich.cells import cell_len

from seam_tui.domain.text import plain_text
from tests.vendor.app_driver import AppDriver, app_on
from tests.vendor.running_fake import FakeSeam

COLUMNS = 200
SHOWN_LETTERS = 8
"""So much of a name stands in every row and title, however narrow; a cut is marked with an ellipsis."""


def assert_drawn_plainly(driver: AppDriver) -> None:
    """Nothing on the screen can act on a terminal, can be clicked into acting, or shifts what stands beside it."""
    for line in driver.lines:
        text = "".join(segment.text for segment in line)
        assert text.isprintable(), repr(text)
        assert cell_len(text) == driver.app.size.width, repr(text)
        assert not [segment for segment in line if segment.style and "nuke" in str(segment.style.meta)]
        assert not [segment for segment in line if segment.style and segment.style.link]


async def test_the_app_shows_the_devices_and_codes_of_the_fake(fake_seam: FakeSeam) -> None:
    async with app_on(fake_seam.endpoint, fake_seam.api_key) as driver:
        await driver.until_loaded()

        assert len(driver.triage.devices.ids) == 6 + 1, "the devices, and the row for all of them"
        assert set(driver.triage.codes.ids) == set(fake_seam.codes.values()) - {fake_seam.codes["backup"]}
        assert "all devices · 28 · ✖ 8 · ▲ 2" in driver.text
        for name in ("My Workspace", "SANDBOX", "Front Door", "Back Door", "Bathroom Door", "Late arrival"):
            assert name in driver.text


async def test_the_app_shows_the_same_where_the_server_ignores_the_filter_of_the_list(fake_seam: FakeSeam) -> None:
    async with app_on(fake_seam.bare_endpoint, fake_seam.api_key) as driver:
        await driver.until_loaded()

        assert set(driver.triage.codes.ids) == set(fake_seam.codes.values()) - {fake_seam.codes["backup"]}
        await driver.go_to_device(fake_seam.devices["offline"])
        assert set(driver.triage.codes.ids) == {
            fake_seam.codes["on_offline_lock"],
            fake_seam.codes["unmanaged_on_offline_lock"],
        }


async def test_an_unknown_error_shows_seams_message_and_steps(fake_seam: FakeSeam) -> None:
    async with app_on(fake_seam.endpoint, fake_seam.api_key) as driver:
        await driver.until_loaded()
        await driver.go_to_code(fake_seam.codes["unknown_error"])
        shown = " ".join(" ".join(driver.triage.detail.layout_lines).split())

    assert "flux_capacitor_misaligned" in shown
    assert "An error code that no list has yet." in shown
    assert "does not know this code" in shown
    assert "1. Read Seam's message" in shown


async def test_hostile_names_are_plain_text_in_rows_titles_and_detail(fake_seam: FakeSeam) -> None:
    async with app_on(fake_seam.endpoint, fake_seam.api_key, size=(COLUMNS, 50)) as driver:
        await driver.until_loaded()
        assert_drawn_plainly(driver)
        await driver.go_to_device(fake_seam.devices["hostile"])
        assert "2 Codes · [@click=app.nuke()]x[/] · 14" in driver.text
        assert "[@click=app.nuke()]x[/]" in " ".join(driver.triage.detail.layout_lines)
        assert_drawn_plainly(driver)

        await driver.press("2", "home")
        for key, raw in {**fake_seam.hostile_names, "hostile_message": "[red]Room[/red] 5"}.items():
            await driver.go_to_code(fake_seam.codes[key])
            name = plain_text(raw) or driver.triage.board.store.codes[fake_seam.codes[key]].title
            assert driver.text.count(name[:SHOWN_LETTERS]) >= 2, f"{key}: in its row and in the detail"
            assert "".join(name.split()) in "".join("".join(driver.triage.detail.layout_lines).split()), key
            assert_drawn_plainly(driver)


async def test_hostile_names_are_plain_text_in_dialogs(fake_seam: FakeSeam) -> None:
    async with app_on(fake_seam.endpoint, fake_seam.api_key, size=(COLUMNS, 50)) as driver:
        await driver.until_loaded()
        await driver.go_to_device(fake_seam.devices["hostile"])
        for key in ("click_markup", "unbalanced_markup", "ansi_escape", "bidi_override", "very_long", "wide"):
            await driver.go_to_code(fake_seam.codes[key])
            for action in ("f2", "t", "p", "d"):
                await driver.press(action)
                await driver.until_dialog()
                assert plain_text(fake_seam.hostile_names[key]) in driver.dialog_text, (key, action)
                assert_drawn_plainly(driver)
                await driver.press("escape")
                await driver.until_no_dialog()

    assert fake_seam.counts.of("/access_codes/update") == fake_seam.counts.of("/access_codes/delete") == 0


async def test_the_app_fits_hostile_names_into_a_small_terminal(fake_seam: FakeSeam) -> None:
    async with app_on(fake_seam.endpoint, fake_seam.api_key, size=(80, 24)) as driver:
        await driver.until_loaded()
        for key in ("very_long", "emoji_family", "wide", "combining", "empty", "newline", "hostile_message"):
            await driver.go_to_code(fake_seam.codes[key])
            assert_drawn_plainly(driver)


async def test_a_code_deleted_with_two_keys_leaves_the_list(fresh_fake: FakeSeam) -> None:
    code_id = fresh_fake.codes["failed"]
    async with app_on(fresh_fake.endpoint, fresh_fake.api_key) as driver:
        await driver.until_loaded()
        await driver.go_to_code(code_id)
        await driver.press("d")
        await driver.until_dialog()
        assert "Late arrival on Front Door" in driver.dialog_text
        await driver.press("y")
        await driver.until("what Seam said", lambda: "Delete this code: " in driver.said and "…" not in driver.said)
        await driver.until("its end", lambda: code_id not in driver.triage.codes.ids)

        assert "· 27 ·" in driver.text

    assert fresh_fake.counts.of("/access_codes/delete", method="DELETE") == 1


async def test_a_renamed_code_stands_in_the_list_under_its_new_name(fresh_fake: FakeSeam) -> None:
    async with app_on(fresh_fake.endpoint, fresh_fake.api_key) as driver:
        await driver.until_loaded()
        await driver.go_to_code(fresh_fake.codes["cleaner"])
        await driver.press("f2")
        await driver.until_dialog()
        await driver.type_over("Night [b]crew[/b]")
        await driver.press("enter")
        await driver.until("the question", lambda: "Name: Cleaner → Night [b]crew[/b]" in driver.dialog_text)
        await driver.press("y")
        await driver.until("the new name in its row", lambda: "✓ ok      Night [b]" in driver.text)
        assert "this code: Night [b]crew[/b]" in driver.text
        assert_drawn_plainly(driver)

    async with fresh_fake.connect() as sdk:
        renamed = await sdk.access_codes.get(access_code_id=fresh_fake.codes["cleaner"])
    assert (renamed.name, renamed.code) == ("Night [b]crew[/b]", "4071")
    assert fresh_fake.counts.of("/access_codes/update", method="PATCH") == 1


async def test_a_changed_pin_reaches_the_lock_and_never_the_screen(fresh_fake: FakeSeam) -> None:
    async with app_on(fresh_fake.endpoint, fresh_fake.api_key) as driver:
        await driver.until_loaded()
        await driver.go_to_code(fresh_fake.codes["guest"])
        await driver.press("p")
        await driver.until_dialog()
        await driver.press(*"8415")
        assert "This PIN is already on the lock" in driver.dialog_text
        await driver.type_over("6482")
        assert "6482" not in driver.text
        await driver.press("enter")
        await driver.until("the question", lambda: "→ ••••" in driver.dialog_text)
        assert "6482" not in driver.text
        await driver.press("y")
        await driver.until("what Seam said", lambda: "Change PIN: Asked" in driver.said)
        assert "6482" not in driver.text

    async with fresh_fake.connect() as sdk:
        changed = await sdk.access_codes.get(access_code_id=fresh_fake.codes["guest"])
    assert (changed.code, changed.type) == ("6482", "time_bound")


async def test_the_duplicate_that_the_issue_names_is_deleted_with_two_keys(fresh_fake: FakeSeam) -> None:
    duplicate = fresh_fake.codes["unmanaged"]
    async with app_on(fresh_fake.endpoint, fresh_fake.api_key) as driver:
        await driver.until_loaded()
        await driver.go_to_code(fresh_fake.codes["duplicate"])
        await driver.press("x")
        await driver.until_dialog()
        assert "Set at the keypad (unmanaged) on Front Door" in driver.dialog_text
        await driver.press("y")
        await driver.until("its end", lambda: duplicate not in driver.triage.codes.ids)

    assert fresh_fake.counts.of("/access_codes/unmanaged/delete", method="DELETE") == 1
    assert fresh_fake.counts.of("/access_codes/delete") == 0


async def test_a_pulled_backup_is_what_the_cursor_goes_to(fresh_fake: FakeSeam) -> None:
    async with app_on(fresh_fake.endpoint, fresh_fake.api_key) as driver:
        await driver.until_loaded()
        await driver.go_to_code(fresh_fake.codes["guest"])
        await driver.press("b")
        await driver.until_dialog()
        await driver.press("y")
        await driver.until("what Seam said", lambda: "A backup code is in use. Tell the guest" in driver.said)
        await driver.until("the backup", lambda: driver.triage.codes.cursor_id == fresh_fake.codes["backup"])
        assert "4961" not in driver.text
        await driver.press("v")
        assert "4961" in driver.text, "so that the guest can be told"


@pytest.mark.parametrize(
    ("code", "keys", "refusal"),
    [
        ("cleaner", ("f2", "end", "!", "enter"), "Rename: Updating the code was refused (method_not_allowed)"),
        ("failed", ("d",), "Delete this code: Seam says that it is gone, and still lists it."),
        ("unmanaged", ("m",), "Convert to managed: Not sent: the code could not be read first."),
        ("on_lost_account", ("Y",), "Sync the account: Syncing the account gave a plain 404 page"),
    ],
)
async def test_a_write_that_the_server_does_not_support_is_said_and_nothing_breaks(
    fresh_fake: FakeSeam, code: str, keys: tuple[str, ...], refusal: str
) -> None:
    async with app_on(fresh_fake.bare_endpoint, fresh_fake.api_key) as driver:
        await driver.until_loaded()
        await driver.go_to_code(fresh_fake.codes[code])
        for key in keys:
            await driver.press(key)
        if keys != ("Y",):
            await driver.until_dialog()
            await driver.until("the question", lambda: "Yes (y)" in driver.text)
            await driver.press("y")
        await driver.until("the refusal", lambda: refusal in driver.said)

        assert fresh_fake.codes[code] in driver.triage.codes.ids
        await driver.press("r")
        await driver.until_loaded()
        assert fresh_fake.codes[code] in driver.triage.codes.ids


async def test_a_wrong_key_is_told_on_the_screen_with_what_to_do(fake_seam: FakeSeam) -> None:
    async with app_on(fake_seam.endpoint, "seam_wrong_key") as driver:
        await driver.until("the failure", lambda: "Could not load." in driver.text)

        assert "was refused" in driver.text
        assert "seam_wrong_key" not in driver.text
