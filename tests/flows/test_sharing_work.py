"""Work goes on in share mode: what is sent and kept is true, what is shown tells nobody who the guests are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from seam_tui.domain.veil import HIDDEN_EMAIL, VEIL
from seam_tui.sandbox.records import Issue
from tests.flows.driver import RunningApp, running_app
from tests.flows.many import (
    filter_to,
    mark_the_crew,
    open_history,
    plan_is_shown,
    result_is_shown,
    strip_of,
)
from tests.flows.shared import secrets_of, share, stop_sharing, told
from tests.flows.wire import about

GUEST = "Hiro Tanaka"
TESS = "Tess Murphy"


def pin_of(app: RunningApp, name: str) -> str:
    pin = app.code(name).code
    assert pin is not None
    return pin


async def test_a_pin_is_shown_only_after_a_question_that_enter_does_not_answer() -> None:  # UX 12
    async with running_app(share=True) as app:
        pin = pin_of(app, GUEST)
        await app.codes.choose(VEIL.guest(GUEST))
        await app.press("v")
        await app.confirm.says("Show this PIN for 10 s?", "others may be watching")
        assert app.confirm.focus == "cancel"
        await app.press("enter")
        await app.confirm.closes()
        assert pin not in app.detail.document
        await app.press("v")
        await app.confirm.yes()
        await app.detail.shows(f"PIN {pin} REVEALED")
        await app.press("v")  # hiding needs no question
        await app.until(lambda: pin not in app.detail.document, "the PIN hidden")
        assert not app.dialog.is_open


async def test_a_pin_is_copied_only_after_a_question() -> None:  # UX 12
    async with running_app(share=True) as app:
        await app.codes.choose(VEIL.guest(GUEST))
        await app.press("c")
        await app.confirm.says("Copy this PIN for 30 s?")
        await app.confirm.no()
        assert app.clipboard == ""
        await app.press("c")
        await app.confirm.yes()
        await app.says("The PIN is on the clipboard for 30 s.")
        assert app.clipboard == pin_of(app, GUEST)


async def test_a_pin_that_is_shown_is_hidden_as_share_mode_comes_on() -> None:
    async with running_app() as app:
        await app.codes.choose(GUEST)
        await app.press("v")
        await app.detail.shows("REVEALED")
        await share(app)
        assert "REVEALED" not in app.text
        assert pin_of(app, GUEST) not in app.text


async def test_where_it_is_kept_on_no_pin_is_shown_or_copied() -> None:
    async with running_app(share_fixed=True) as app:
        await app.codes.choose(VEIL.guest(GUEST))
        for key, label in (("v", "Reveal PIN"), ("c", "Copy PIN")):
            await app.press(key)
            await app.says("Share mode is kept on here: no PIN is shown or copied.")
            assert not app.dialog.is_open
            assert app.detail.why_not(label) == "Share mode is kept on here: no PIN is shown or copied."
        assert app.clipboard == ""


async def test_ids_are_not_copied_and_the_button_says_why() -> None:  # UX 22
    async with running_app(share=True) as app:
        await app.codes.choose(VEIL.guest(GUEST))
        await app.press("C")
        await app.says("Ids are hidden in share mode: leave it first to copy them.")
        assert app.clipboard == ""
        assert app.detail.why_not("Copy ids") == "Ids are hidden in share mode: leave it first to copy them."


async def test_a_code_is_deleted_by_its_pseudonym_and_journaled_by_its_name(tmp_path: Path) -> None:
    async with running_app(journal_folder=tmp_path / "runs") as app:
        await app.codes.choose(TESS, on="Lighthouse 2B")
        await share(app)
        await app.press("d")
        await app.confirm.says(VEIL.guest(TESS))
        assert told(app) == []
        await app.confirm.yes()
        await app.says(f"Gone from the lock. ({VEIL.guest(TESS)})", within=300)
        assert told(app) == []
        await stop_sharing(app)
        await open_history(app)
        await app.press("enter")
        await result_is_shown(app)
        await app.shows(TESS)
        journal = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "runs").rglob("*.jsonl"))
        assert TESS in journal
        assert "Guest " not in journal


async def test_what_was_said_of_a_code_is_said_of_what_it_is_called_then() -> None:
    async with running_app() as app:
        await app.codes.choose(TESS, on="Lighthouse 2B")
        await app.press("f2")
        await app.form.fill("Tess Murphy-Berg")
        await app.form.go_on()
        await app.confirm.yes()
        await app.says("✓ Rename: Seam shows it, and nothing is pending. (Tess Murphy-Berg)", within=300)
        await share(app)
        assert told(app) == []
        await app.detail.shows("» ✓ Rename: Seam shows it")


async def test_a_new_name_is_typed_unseen_and_sent_as_it_was_typed() -> None:
    async with running_app(share=True) as app:
        await app.codes.choose(VEIL.guest(TESS), on="Lighthouse 2B")
        await app.press("f2")
        await app.form.says("Names are hidden in share mode; the typed name is what is sent.")
        assert app.form.field("name").value == ""
        await app.form.fill("Ottokar Bluemel")
        assert "Ottokar" not in app.text
        await app.press("ctrl+t")
        await app.settle()
        assert "Ottokar" not in app.text
        assert app.form.problems == "What is typed stays hidden in share mode."
        await app.form.go_on()
        await app.confirm.says(f"Name: {VEIL.guest(TESS)} → {VEIL.guest('Ottokar Bluemel')}")
        await app.confirm.says("Names are hidden in share mode; the typed name is what is sent.")
        await app.confirm.yes()
        renamed = VEIL.guest("Ottokar Bluemel")
        await app.says(f"✓ Rename: Seam shows it, and nothing is pending. ({renamed})", within=300)
        assert app.code("Ottokar Bluemel", on="Lighthouse 2B")
        assert "Ottokar" not in app.text


async def test_a_form_that_is_open_as_it_comes_on_is_dropped_with_what_was_typed() -> None:
    async with running_app() as app:
        await app.codes.choose(GUEST)
        await app.press("f2")
        await app.form.fill("Ottokar Bluemel")
        await share(app)
        await app.dialog.closes()
        assert "Ottokar" not in app.text
        assert app.code(GUEST).name == GUEST


async def test_a_run_goes_on_as_it_is_switched_and_its_result_tells_what_may_be_told() -> None:  # UX 7, 8
    async with running_app() as app:
        count = await mark_the_crew(app)
        await app.press("f2")
        await app.form.fill("{name} of {device}")
        await app.form.go_on()
        await plan_is_shown(app)
        app.wire.hold(about("/access_codes/update"))
        await app.press("y")
        await app.until(lambda: "Renaming" in strip_of(app), "the run under way")
        await share(app)
        assert "Renaming" in strip_of(app)
        assert told(app) == []
        app.wire.release()
        result = await result_is_shown(app, within=300)
        assert len(result.rows) == count
        assert told(app) == []
        assert all(row.title.startswith("Guest ") for row in result.rows)
        await app.press("escape")
        await stop_sharing(app)
        await app.press("L")
        again = await result_is_shown(app)
        assert {row.title.casefold() for row in again.rows} == {"cleaning crew"}
        assert strip_of(app) == ""


async def test_a_plan_is_not_written_to_a_file_and_says_the_way_out() -> None:
    async with running_app(share=True) as app:
        await filter_to(app, "managed:yes online:yes")
        await app.press("a")
        await app.press("d")
        await plan_is_shown(app)
        await app.press("w")
        await app.dialog.says("none is written in share mode. Leave it first.")
        assert told(app) == []


async def test_what_is_put_back_is_named_by_pseudonyms_and_made_with_the_true_name() -> None:
    async with running_app(share=True) as app:
        before = app.code(TESS, on="Lighthouse 2B")
        await app.codes.choose(VEIL.guest(TESS), on="Lighthouse 2B")
        await app.press("d")
        await app.confirm.yes()
        await app.says("Gone from the lock.", within=300)
        await app.press("z")
        await plan_is_shown(app)
        await app.shows(VEIL.guest(TESS))
        assert TESS not in app.dialog.words
        await app.press("t")
        await app.shows("/access_codes/create")
        assert TESS not in app.text
        assert before.device_id not in app.text
        await app.press("y")
        await result_is_shown(app, within=300)
        assert TESS not in app.dialog.words
        assert app.code(TESS, on="Lighthouse 2B").access_code_id != before.access_code_id


async def test_what_seam_says_of_a_code_tells_no_name_and_no_address() -> None:
    async with running_app(share=True) as app:
        code = app.code(GUEST)
        words = f"Could not set {GUEST.upper()} for maria.lopez@example.com on {code.access_code_id}."
        code.issues.append(Issue("error", "failed_to_set_on_device", words, app.sandbox.world.now))
        await app.codes.choose(VEIL.guest(GUEST))
        await app.press("h")
        await app.detail.shows(f"Could not set {VEIL.guest(GUEST)} for {HIDDEN_EMAIL} on …{code.access_code_id[-4:]}.")
        assert told(app) == []


async def test_a_code_that_goes_is_told_by_its_pseudonym_and_later_by_its_name() -> None:  # UX 18
    async with running_app() as app:
        await app.codes.choose(TESS, on="Lighthouse 2B")
        await app.press("d")
        await app.confirm.yes()
        await app.says("Gone from the lock.", within=300)
        await app.shows("-1 gone: Tess Murphy")
        await share(app)
        await app.shows(f"-1 gone: {VEIL.guest(TESS)}")
        assert TESS not in app.text
        await stop_sharing(app)
        await app.shows("-1 gone: Tess Murphy")


async def test_a_grant_is_called_by_a_pseudonym_wherever_it_is_named() -> None:
    async with running_app(share=True) as app:
        grant = next(grant for grant in app.sandbox.world.grants.values() if grant.name == "Booking HP-2041")
        code = grant.methods[0].code
        await app.devices.choose(app.sandbox.world.devices[code.device_id].name)
        await app.until(lambda: code.access_code_id in app.codes.table.ids, "the grant's code")
        await app.codes.choose_row(code.access_code_id)
        await app.press("d")
        await app.confirm.is_ready()
        assert f"The access grant “{VEIL.guest(grant.name)}” ends with" in app.confirm.words
        assert grant.name not in app.confirm.words
        await app.confirm.yes()
        await app.says("the access grant ends")
        assert told(app) == []


async def test_a_pin_that_another_code_has_is_refused_without_its_name() -> None:
    async with running_app(share=True) as app:
        await app.codes.choose(VEIL.guest(GUEST))
        mine = app.code(GUEST)
        other = next(
            code
            for code in app.sandbox.world.codes.values()
            if code.device_id == mine.device_id and code is not mine and code.code and code.name
        )
        await app.press("p")
        await app.form.fill(str(other.code))
        await app.until(lambda: VEIL.guest(other.name) in app.form.problems, "whose PIN it is, by the pseudonym")
        assert other.name not in app.dialog.words
        assert str(other.code) not in app.text


@pytest.mark.parametrize("pane", ["1", "2"])
async def test_accounts_are_told_by_their_maker_and_not_by_their_login(pane: str) -> None:
    async with running_app(share=True) as app:
        account = next(iter(app.sandbox.world.accounts.values()))
        device = next(d for d in app.sandbox.world.devices.values() if d.account_id == account.account_id)
        await app.devices.choose(device.name)
        await app.press(pane)
        await app.detail.shows(f"…{account.account_id[-4:]}")
        assert account.email in secrets_of(app)
        assert told(app) == []
        assert replace(account).email not in app.detail.document
