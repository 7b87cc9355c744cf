"""What is typed faster than the app acts arrives where the keys before it have led, and is never taken for commands."""

from __future__ import annotations

import pytest

from tests.flows.driver import RunningApp, running_app

HEALTHY = {"title": "Tess Murphy", "on": "Lighthouse 2B"}


async def counts(app: RunningApp, words: str) -> None:
    """The border of the codes names how many are shown."""
    await app.until(lambda: words in app.codes.title, f"the codes' border saying “{words}”")


async def test_a_name_that_comes_at_once_with_the_slash_is_a_filter_and_marks_nothing() -> None:
    async with running_app() as app:
        await app.types_ahead("/", *"hiro tan", "enter", "down", "home")
        await counts(app, "1 of 93")
        assert app.codes.titles == ["Hiro Tanaka"]
        assert app.app.screen is app.triage
        assert not app.codes.table.marked


async def test_a_second_filter_follows_an_escape_at_once() -> None:
    async with running_app() as app:
        await app.types_ahead("/", *"hiro", "escape", "/", *"tess")
        assert app.triage.query_one("#filter").value == "tess"  # type: ignore[attr-defined]
        assert app.app.screen is app.triage


@pytest.mark.parametrize(("key", "typed"), [("f2", "amended"), ("p", "48213")])
async def test_what_is_typed_before_a_form_is_drawn_stands_in_its_field(key: str, typed: str) -> None:
    async with running_app() as app:
        await app.codes.choose(**HEALTHY)
        await app.types_ahead(key, "end", "ctrl+u", *typed)
        assert app.form.field("pin" if key == "p" else "name").value == typed


async def test_a_name_typed_over_the_list_at_once_deletes_nothing() -> None:  # UX 5
    async with running_app() as app:
        await app.codes.choose(**HEALTHY)
        await app.types_ahead(*"dy", "enter", "escape", *"andy", "enter")
        assert app.sent("/access_codes/delete") == 0


async def test_a_held_key_moves_the_cursor_as_far_as_it_was_pressed() -> None:
    async with running_app() as app:
        await app.types_ahead("2", "home", *["down"] * 40)
        assert app.codes.table.cursor_id == app.codes.table.ids[40]


async def test_keys_go_on_after_a_key_that_never_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    """A widget that is stuck keeps a key; the next ones are not kept with it for ever."""
    async with running_app() as app:
        monkeypatch.setattr(app.app, "_follow", lambda *_: None)
        await app.types_ahead("2", "home", "down")
        await app.until(lambda: app.codes.table.cursor_id == app.codes.table.ids[1], "the cursor one further down")
