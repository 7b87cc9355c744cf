"""Finding some codes among many: the filter is typed, always shown, and its mistakes are said where they stand."""

from __future__ import annotations

from tests.flows.driver import RunningApp, running_app


async def counts(app: RunningApp, words: str) -> None:
    """The border of the codes names how many are shown."""
    await app.until(lambda: words in app.codes.title, f"the codes' border saying “{words}”")


async def test_a_name_typed_behind_a_slash_finds_its_code() -> None:  # UX 20
    async with running_app() as app:
        await app.press("/")
        await app.type("hiro tan")
        await counts(app, "1 of 93")
        assert app.codes.titles == ["Hiro Tanaka"]
        await app.press("enter")
        await app.detail.shows("Hiro Tanaka", "duplicate_code_on_device")


async def test_fields_and_negation_narrow_the_list() -> None:  # UX 20
    async with running_app() as app:
        await app.press("/")
        await app.type("error:duplicate_code_on_device")
        await counts(app, "1 of 93")
        await app.clear_field()
        await app.type("severity:urgent !level:account")
        await app.until(lambda: 1 < len(app.codes.titles) < 20, "some urgent codes")
        assert "Vera Sullivan" not in app.codes.titles


async def test_a_mistake_in_the_filter_is_said_where_it_stands() -> None:  # UX 20
    async with running_app() as app:
        await app.press("/")
        await app.type("hiro sevrity:urgent")
        await app.shows("^^^^^^^")
        await app.shows("There is no field “sevrity”")


async def test_escape_shows_every_code_again_and_the_cursor_stays_on_its_code() -> None:  # UX 1, 23
    async with running_app() as app:
        await app.press("/")
        await app.type("hiro tan")
        await app.press("enter")
        await app.press("escape")
        await counts(app, "all devices · 93")
        assert app.codes.at == "Hiro Tanaka"


async def test_letters_in_the_filter_are_letters() -> None:  # UX 23
    async with running_app() as app:
        await app.press("/")
        await app.type("dxkqy")
        await app.codes.says("The filter hides every code. Esc clears it.")
        assert not app.confirm.is_open
        assert app.has_panes


async def test_a_pin_is_found_only_when_it_is_asked_for() -> None:  # UX 12, 20
    async with running_app() as app:
        pin = app.code("Hiro Tanaka").code or ""
        await app.press("/")
        await app.type(pin[1:])  # not all of it: what is typed as text is shown
        await counts(app, "0 of 93")
        await app.clear_field()
        await app.type(f"pin:{pin} hiro")
        await counts(app, "1 of 93")


async def test_a_pin_that_is_typed_is_neither_shown_nor_copied() -> None:  # UX 12, 20
    async with running_app() as app:
        pin = app.code("Hiro Tanaka").code or ""
        await app.press("/")
        await app.type(f"hiro pin:{pin}")
        await counts(app, "1 of 93")
        await app.shows(f"hiro pin:{'•' * len(pin)}")
        assert pin not in app.text
        await app.press("home", "shift+end", "ctrl+c")
        assert app.clipboard == f"hiro pin:{'•' * len(pin)}"
        await app.press("ctrl+x")
        assert pin not in app.clipboard
        await counts(app, "all devices · 93")


async def test_the_cursor_stands_where_the_next_digit_goes() -> None:  # UX 20
    async with running_app() as app:
        pin = app.code("Hiro Tanaka").code or ""
        await app.press("/")
        await app.type(f"pin:{pin[0]}{pin[2:]}")
        await app.press(*["left"] * len(pin[2:]))
        await app.type(f"{pin[1]}")
        await app.press("end")
        await app.type(" hiro")
        await counts(app, "1 of 93")
        await app.shows(f"pin:{'•' * len(pin)} hiro")


async def test_a_name_can_be_asked_for_alone() -> None:  # UX 20
    async with running_app() as app:
        await app.press("/")
        await app.type("name:hiro tan")
        await counts(app, "1 of 93")
        assert app.codes.titles == ["Hiro Tanaka"]


async def test_the_filter_finds_as_many_errors_as_the_panes_count() -> None:  # UX 21
    async with running_app() as app:
        errors = app.triage.board.store.counts.codes_with_errors
        await app.press("/")
        await app.type("error:any")
        await counts(app, f"{errors} of 93")
        assert set(app.codes.words) <= {"urgent", "error"}
        await app.press("enter")
        await app.devices.focus()
        await app.detail.shows(f"Errors {errors} codes")
        assert f" {errors} " in f" {app.devices.row('All devices')} "
