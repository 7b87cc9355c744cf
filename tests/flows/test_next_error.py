"""From error to error: `n` and `N`, around the end of the list, and a sentence where there is none."""

from __future__ import annotations

from seam_tui.workspace.triage import Severity, severity_of_device
from tests.flows.driver import RunningApp, running_app


def in_trouble(app: RunningApp) -> list[str]:
    """Ids of the codes that their own row calls urgent or an error."""
    pairs = zip(app.codes.table.ids, app.codes.words, strict=True)
    return [key for key, word in pairs if word in {"urgent", "error"}]


async def test_n_goes_through_every_code_with_an_error_and_around() -> None:  # UX 21
    async with running_app() as app:
        wanted = in_trouble(app)
        assert len(wanted) == app.triage.board.store.counts.codes_with_errors
        seen = [app.codes.table.cursor_id]
        for _ in wanted:
            await app.press("n")
            seen.append(app.codes.table.cursor_id)
        assert seen == [*wanted, wanted[0]]
        await app.says("Past the end of the list, on from its top.")


async def test_capital_n_goes_back_and_around() -> None:
    async with running_app() as app:
        wanted = in_trouble(app)
        await app.press("N")
        assert app.codes.table.cursor_id == wanted[-1]
        await app.says("Past the top, on from the end.")
        await app.press("N")
        assert app.codes.table.cursor_id == wanted[-2]


async def test_the_detail_follows_and_keeps_the_focus() -> None:
    async with running_app() as app:
        await app.detail.focus()
        await app.press("n")
        await app.until(lambda: app.codes.at[:12] in app.detail.document[:120], "the detail of the next code")
        assert app.detail.has_focus


async def test_without_any_error_it_says_so() -> None:
    async with running_app("healthy") as app:
        at = app.codes.at
        await app.press("n")
        await app.says("No code in this list has an error.")
        assert app.codes.at == at


async def test_what_a_filter_hides_is_passed_over() -> None:
    async with running_app() as app:
        await app.press("/")
        await app.type("error:duplicate_code_on_device")
        await app.press("enter", "n")
        await app.says("No other code in this list has an error.")
        assert app.codes.at == "Hiro Tanaka"


async def test_among_the_locks_it_goes_from_one_with_errors_to_the_next() -> None:
    async with running_app() as app:
        await app.devices.focus()
        store = app.triage.board.store
        wanted = [key for key in app.devices.table.ids if severity_of_device(store, key) is Severity.ERROR]
        seen = []
        for _ in wanted:
            await app.press("n")
            seen.append(app.devices.table.cursor_id)
        assert seen == wanted
        await app.press("n")
        assert app.devices.table.cursor_id == wanted[0]
