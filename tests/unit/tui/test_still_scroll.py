"""The scrollbar beside a long list: it is drawn only when its handle moves, and never wrong."""

from __future__ import annotations

import random

from textual.app import App, ComposeResult

from seam_tui.tui.widgets.record_table import Column, RecordTable


class ListApp(App[None]):
    """Nothing but a table."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.rows = [f"r{number}" for number in range(rows)]
        self.table = RecordTable([Column("name", "Name")], lambda row_id: {"name": row_id})

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.table.set_rows(self.rows)
        self.table.focus()

    @property
    def bar(self) -> list[tuple[str, object]]:
        """The scrollbar's column as it is on the screen."""
        cells = [list(strip)[-1] for strip in self.screen._compositor.render_strips()]
        return [(segment.text[-1], segment.style) for segment in cells]


async def test_the_scrollbar_is_never_stale() -> None:
    chance = random.Random(3)
    for rows in (30, 150, 5_000):
        app = ListApp(rows)
        async with app.run_test(size=(40, 12)) as pilot:
            for _ in range(20):
                app.table.scroll_relative(y=chance.choice([1, 1, 3, -2, 40, 700, -300]), animate=False)
                await pilot.pause()
                seen = app.bar
                app.table.vertical_scrollbar.refresh()
                await pilot.pause()
                assert seen == app.bar
                assert app.table.vertical_scrollbar.position == app.table.scroll_y


async def test_a_click_beside_the_handle_jumps_a_page_at_once() -> None:
    app = ListApp(1000)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        await pilot.click(offset=(39, 10))
        await pilot.pause()
        assert app.table.scroll_y == app.table.scroll_target_y > 0


async def test_filling_the_list_page_by_page_lays_out_the_screen_once() -> None:
    app = ListApp(5)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        layouts = app.screen._layout_updates
        for rows in range(20, 400, 20):
            app.table.set_rows([f"r{number}" for number in range(rows)])
            await pilot.pause()
        assert app.table.show_vertical_scrollbar
        assert app.screen._layout_updates - layouts <= 2
        await pilot.press("end")
        assert app.table.cursor_id in app.table.visible_ids
