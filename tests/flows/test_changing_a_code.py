"""Changing a code: what is typed is checked here first, shown before it is sent, and honest about waiting."""

from __future__ import annotations

import pytest

from seam_tui.sandbox.issues import put_issue
from tests.flows.driver import RunningApp, running_app

HEALTHY = {"title": "Tess Murphy", "on": "Lighthouse 2B"}


async def open_pin_form(app: RunningApp, title: str, on: str) -> None:
    await app.codes.choose(title, on=on)
    await app.press("p")
    await app.form.opens()


async def test_a_typed_pin_goes_to_the_lock_and_the_code_settles() -> None:  # UX 9
    async with running_app() as app:
        await open_pin_form(app, **HEALTHY)
        await app.form.says("Change PIN · Tess Murphy", "Lighthouse 2B takes 4")
        await app.form.fill("536142")
        await app.form.go_on()
        await app.confirm.says("Change PIN?", "Tess Murphy on Lighthouse 2B", "PIN: •••• → ••••")
        await app.confirm.says("The old PIN stops working once the lock has the new one. Tell the guest.")
        await app.confirm.yes()
        await app.says("◌ Change PIN: Asked; waiting for the lock. (Tess Murphy)")
        assert app.code(HEALTHY["title"], HEALTHY["on"]).code != "536142"
        await app.says("✓ Change PIN: Seam shows it, and nothing is pending. (Tess Murphy)", within=60)
        assert app.code(HEALTHY["title"], HEALTHY["on"]).code == "536142"
        assert app.sent("/access_codes/update") == 1
        assert "536142" not in app.text


async def test_what_came_to_rest_without_being_what_was_asked_for_is_not_called_done() -> None:  # UX 9
    async with running_app() as app:
        await app.codes.choose(**HEALTHY)
        await app.press("g")
        await app.confirm.yes()
        await app.says("Asked; waiting for the lock")
        app.code(HEALTHY["title"], HEALTHY["on"]).mutations.clear()
        await app.says("? Let Seam choose a PIN: Seam shows nothing pending, and not what was asked", within=60)


async def test_an_error_of_the_lock_is_no_failure_of_the_change() -> None:  # UX 9, 21
    async with running_app() as app:
        await app.codes.choose(**HEALTHY)
        await app.press("g")
        await app.confirm.yes()
        await app.says("Asked; waiting for the lock")
        put_issue(app.sandbox.world, app.device(HEALTHY["on"]), "error", "empty_backup_access_code_pool", "None left.")
        await app.says("✓ Let Seam choose a PIN: Seam shows it, and nothing is pending.", within=60)
        assert app.said.endswith("It has an error: empty_backup_access_code_pool. (Tess Murphy)")


async def test_what_is_typed_as_a_pin_is_hidden_until_ctrl_t() -> None:  # UX 12
    async with running_app() as app:
        await open_pin_form(app, **HEALTHY)
        await app.form.fill("536142")
        assert "536142" not in app.text
        await app.press("ctrl+t")
        await app.shows("536142")
        await app.shows("REVEALED")
        await app.press("ctrl+t")
        await app.until(lambda: "536142" not in app.text, "the PIN hidden again")
        assert "REVEALED" not in app.text


async def test_what_is_typed_as_a_pin_hides_by_itself_after_ten_seconds_like_any_pin() -> None:  # UX 12
    async with running_app() as app:
        await open_pin_form(app, **HEALTHY)
        await app.form.fill("536142")
        await app.press("ctrl+t")
        await app.time_passes(5)
        await app.type("7")
        await app.shows("5361427")
        await app.shows("REVEALED")
        await app.time_passes(5)
        await app.until(lambda: "536142" not in app.text and "REVEALED" not in app.text, "the PIN hidden")
        await app.type("8")
        await app.settle()
        assert "536142" not in app.text
        assert app.form.field("pin").value == "53614278"
        await app.press("ctrl+t")
        await app.shows("REVEALED")
        assert "53614278" in app.text


@pytest.mark.parametrize(
    ("name", "on", "typed", "problem"),
    [
        ("Tess Murphy", "Lighthouse 2B", "123", "digits; this PIN has 3."),
        ("Tess Murphy", "Lighthouse 2B", "12a4", "A PIN has digits only."),
        ("Tess Murphy", "Lighthouse 2B", "", "Type a PIN."),
        ("Jürgen Weiß", "Kai 7 – Wohnung 3", "340516", "This lock takes no digit 0."),
        ("Jürgen Weiß", "Kai 7 – Wohnung 3", "126451", "On this lock a PIN cannot start with 12."),
    ],
)
async def test_a_pin_that_cannot_work_is_refused_before_it_is_sent(
    name: str, on: str, typed: str, problem: str
) -> None:
    async with running_app() as app:
        await open_pin_form(app, name, on)
        await app.form.fill(typed)
        await app.press("enter")
        await app.form.refuses(problem)
        await app.form.leave()
        assert app.sent("/access_codes/update") == 0


@pytest.mark.parametrize(("other", "kind"), [("Cleaning crew", "managed"), ("Dog walker", "unmanaged")])
async def test_a_pin_that_another_code_has_is_refused_with_its_name(other: str, kind: str) -> None:
    async with running_app() as app:
        taken = app.code(other, on="Pier House – Studio").code
        assert taken is not None
        await open_pin_form(app, "Zoë Lindqvist 🌊", "Pier House – Studio")
        await app.form.fill(taken)
        await app.form.refuses(f"This PIN is already on the lock: “{other}” ({kind}).")


async def test_the_pin_that_it_has_now_is_no_change() -> None:
    async with running_app() as app:
        now = app.code("Tess Murphy", "Lighthouse 2B").code
        assert now is not None
        await open_pin_form(app, **HEALTHY)
        await app.form.fill(now)
        await app.form.refuses("This is the PIN that the code has now.")


async def test_letters_are_text_while_one_types() -> None:  # UX 23
    async with running_app() as app:
        await app.codes.choose(**HEALTHY)
        await app.press("f2")
        await app.form.fill("drypqx?1 2f")
        assert app.form.field("name").value == "drypqx?1 2f"
        assert app.form.is_open
        await app.form.leave()
        assert app.app.is_running
        assert app.codes.has("Tess Murphy")


async def test_seam_chooses_a_pin_that_suits_the_lock() -> None:
    async with running_app() as app:
        await app.codes.choose(**HEALTHY)
        before = app.code("Tess Murphy", "Lighthouse 2B").code
        await app.press("g")
        await app.confirm.says("Let Seam choose a PIN?", "Tell the guest.")
        await app.confirm.yes()
        await app.says("Asked; waiting for the lock")
        await app.says("nothing is pending", within=60)
        assert app.code("Tess Murphy", "Lighthouse 2B").code != before
        assert app.sent("/access_codes/generate_code") == 1
        assert app.sent("/access_codes/update") == 1


async def test_a_code_is_renamed() -> None:
    async with running_app() as app:
        await app.codes.choose(**HEALTHY)
        await app.press("f2")
        await app.form.says("Rename · Tess Murphy")
        assert app.form.field("name").value == "Tess Murphy"
        await app.form.fill("Tess Murphy-Lund")
        await app.form.go_on()
        await app.confirm.says("Name: Tess Murphy → Tess Murphy-Lund")
        await app.confirm.yes()
        await app.says("Asked; waiting for the lock")
        await app.codes.gains("Tess Murphy-Lund", within=60)
        assert app.codes.at == "Tess Murphy-Lund"


async def test_an_empty_name_and_the_same_name_are_refused() -> None:
    async with running_app() as app:
        await app.codes.choose(**HEALTHY)
        await app.press("f2")
        await app.form.fill("")
        await app.form.refuses("Type a name.")
        await app.form.fill("Tess Murphy")
        await app.form.refuses("This is the name that the code has now.")


async def test_times_are_shown_and_typed_in_the_locks_own_zone() -> None:  # UX 26
    async with running_app() as app:
        await app.codes.choose("Jürgen Weiß")
        await app.press("t")
        await app.form.says("Times are the lock's own: Europe/Berlin.")
        assert app.form.field("start").value == "2026-11-22 01:00"
        await app.form.fill("2026-11-22 01:00", "2026-11-26 11:30")
        await app.form.go_on()
        await app.confirm.says("Ends: 2026-11-25 01:00 CET → 2026-11-26 11:30 CET")
        await app.confirm.yes()
        await app.says("Asked; waiting for the lock")
        asked = app.code("Jürgen Weiß").mutations[-1].after
        assert asked is not None
        assert asked["ends_at"] == 1795689000.0  # 2026-11-26 10:30 UTC


async def test_a_shift_moves_the_time_that_stands_there() -> None:  # UX 26
    async with running_app() as app:
        await app.codes.choose(**HEALTHY)
        code = app.code("Tess Murphy", "Lighthouse 2B")
        assert code.ends_at is not None
        wanted = code.ends_at + 2 * 3600
        await app.press("t")
        await app.form.fill("+0m", "+2h")
        await app.form.go_on()
        await app.confirm.yes()
        await app.says("Asked; waiting for the lock")
        await app.says("nothing is pending", within=60)
        assert app.code("Tess Murphy", "Lighthouse 2B").ends_at == wanted


@pytest.mark.parametrize(
    ("end", "problem"),
    [
        ("2027-03-28 02:30", "The clocks skip 02:30 on 2027-03-28 in Europe/Berlin."),
        (
            "2027-10-31 02:30",
            "The clocks show 02:30 twice on 2027-10-31 in Europe/Berlin. Type 02:30+0200 or 02:30+0100",
        ),
        ("tomorrow", "“tomorrow” is no time."),
        ("2026-11-21 01:00", "The end must come after the start."),
        ("", "Type both the start and the end."),
    ],
)
async def test_an_hour_that_does_not_exist_or_makes_no_sense_is_refused(end: str, problem: str) -> None:  # UX 26
    async with running_app() as app:
        await app.codes.choose("Jürgen Weiß")
        await app.press("t")
        await app.form.fill("2026-11-22 01:00", end)
        await app.form.refuses(problem)


async def test_an_hour_that_comes_twice_can_be_said_with_its_offset() -> None:  # UX 26
    async with running_app() as app:
        await app.codes.choose("Jürgen Weiß")
        await app.press("t")
        await app.form.fill("2026-11-22 01:00", "2027-10-31 02:30+01:00")
        await app.form.go_on()
        await app.confirm.says("→ 2027-10-31 02:30 CET")


async def test_a_change_that_still_waits_keeps_another_of_its_kind_out() -> None:  # UX 22
    async with running_app() as app:
        await app.codes.choose("Delivery")
        assert app.detail.why_not("Rename") == "The last change of this kind is still waiting for the lock."
        await app.press("f2")
        await app.says("Rename: The last change of this kind is still waiting for the lock.")
        assert app.detail.why_not("Change PIN") == ""


async def test_a_lock_that_is_offline_is_named_before_the_change_is_sent() -> None:  # UX 9
    async with running_app() as app:
        await app.codes.choose("Cleaning crew", on="Pier House – Front Door")
        await app.press("g")
        await app.confirm.says("The lock is offline: the change waits until it is back.")
        await app.confirm.says("This code shares its PIN with codes on other locks")
        await app.confirm.yes()
        await app.says("Asked; waiting for the lock")
        await app.detail.shows("Asked; waiting for the lock", "Changing the PIN", within=5)


async def test_after_ten_minutes_it_says_that_it_still_waits() -> None:  # UX 9
    async with running_app() as app:
        await app.codes.choose("Cleaning crew", on="Pier House – Front Door")
        await app.press("g")
        await app.confirm.yes()
        await app.says("Asked; waiting for the lock")
        for _ in range(9):
            app.leap(70)
            await app.time_passes(0.1)
        await app.detail.shows("still changing the PIN after 10 min", within=120)
