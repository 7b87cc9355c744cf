"""The triage screen: devices, access codes, detail; loads live, and lets a person work meanwhile."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import events as textual_events
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from seam_tui.domain.access_code import AccessCode
from seam_tui.operations.subject import Subject
from seam_tui.remedies.catalogue import Catalogue, CatalogueError, load_catalogue
from seam_tui.tui.actions import bindings
from seam_tui.tui.detail import document_of, owner_of
from seam_tui.tui.launch import Launch
from seam_tui.tui.messages import CatalogueRead, ConnectionFailed
from seam_tui.tui.past_runs import RELOADING
from seam_tui.tui.rows import ALL_DEVICES, CODE_LAYOUTS, DEVICE_COLUMNS, code_cells, device_cells
from seam_tui.tui.screens.skeleton import BREAKPOINTS, FIRST_WORDS
from seam_tui.tui.shared import SharedScreen
from seam_tui.tui.telling import footer_keys, pane_titles, target_words
from seam_tui.tui.terminal_limits import LEAST_SIZE
from seam_tui.tui.view import View, subject_of_code, subject_of_device
from seam_tui.tui.widgets.bars import KeyBar, SayLine, TopBar
from seam_tui.tui.widgets.cells import RowCells
from seam_tui.tui.widgets.detail_view import DetailView
from seam_tui.tui.widgets.filter_bar import FilterBar
from seam_tui.tui.widgets.pane import Pane
from seam_tui.tui.widgets.record_table import RecordTable
from seam_tui.tui.widgets.run_strip import RunStrip
from seam_tui.tui.widgets.table_messages import CursorRowGone, RowHighlighted, RowSelected
from seam_tui.tui.widgets.too_small import TooSmall

TICK: Final = 0.5
"""Seconds between looks at the clock."""
LOOK_BACK: Final = 5.0
"""Seconds that the remedies wait for the picture of the last run: it is to be on screen first, and checking them takes
a share of the machine."""
TURN: Final = 30.0
"""Seconds after which rows and places are reckoned anew, since time alone changes them."""


class TriageScreen(SharedScreen):
    """Three panes over one workspace.

    Args:
        launch: What the app was started with.
    """

    AUTO_FOCUS = "#codes"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (LEAST_SIZE[1], "-high")]  # noqa: RUF012 - textual types it
    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (LEAST_SIZE[0], "-narrow"), *BREAKPOINTS[1:]]  # noqa: RUF012 - as above
    BINDINGS: ClassVar[list[BindingType]] = list(bindings())

    def __init__(self, launch: Launch) -> None:
        super().__init__(launch)
        self.catalogue: Catalogue | None = None
        self._detail_of: str | None = None
        self._touched = False
        self._expected: str | None = None
        self._next_turn = self.clock.monotonic() + TURN

    def compose(self) -> ComposeResult:
        """The bar, the panes, what was said, the keys."""
        self.suit(self.app.size, "codes")
        yield TopBar(markup=False)
        with Horizontal(id="panes"):
            with Pane(id="devices-pane"):
                yield RecordTable(DEVICE_COLUMNS, self._device_cells, id="devices", empty_text=FIRST_WORDS["devices"])
            with Pane(id="codes-pane"):
                yield FilterBar()
                loading = FIRST_WORDS["codes"]
                yield RecordTable(
                    CODE_LAYOUTS[0].columns, self._code_cells, id="codes", can_mark=True, empty_text=loading
                )
            with Pane(id="detail-pane"):
                yield DetailView(id="detail")
        yield TooSmall(markup=False)
        yield RunStrip()
        yield SayLine(markup=False)
        yield KeyBar(markup=False)

    @property
    def detail(self) -> DetailView:
        """The detail."""
        return self.query_one("#detail", DetailView)

    def on_mount(self) -> None:
        """Draw the empty panes first; connect and read the remedies behind them."""
        self.mark_pane("codes")
        self.show_large(self.launch.large)
        self._draw_titles()
        if self.launch.read_only_workspaces:
            self.session.read_only = True  # until the workspace is known not to be one of them
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.session.start()
        self._read_catalogue()
        self.begin_sorting()
        self.set_interval(TICK, self._tick)
        self.draw()

    @work(thread=True, group="catalogue", exit_on_error=False)
    def _read_catalogue(self) -> None:
        self.session.has_looked_back.wait(LOOK_BACK)
        try:
            self.post_message(CatalogueRead(load_catalogue(self.launch.remedies_file)))
        except CatalogueError as error:
            self.post_message(CatalogueRead(load_catalogue(), str(error)))

    def on_catalogue_read(self, message: CatalogueRead) -> None:
        """Show the remedies; say why the user's own are missing, if they are."""
        self.catalogue = message.catalogue
        if message.problem is not None:
            from seam_tui.tui.screens.notice import NoticeScreen

            self.app.push_screen(NoticeScreen("Your remedies file was left out", [message.problem]))
        self.show_detail()

    def on_unmount(self) -> None:
        """Leave nothing behind: no thread, no PIN on the clipboard."""
        self.uncover_nothing()
        self.session.keeper.close(self.board.store)
        self.session.close()

    def on_connection_failed(self, message: ConnectionFailed) -> None:
        """Say that nothing can be loaded, and what to do."""
        message.stop()
        self.telling.fail(message.failure)
        self.draw()

    # What is drawn

    def _device_cells(self, device_id: str) -> RowCells | None:
        flag, is_stirred = self.device_flags.of(device_id), device_id in self.stirred
        return device_cells(self.board.store, device_id, flag, is_stirred=is_stirred)

    def _code_cells(self, access_code_id: str) -> RowCells | None:
        code = self.board.store.codes.get(access_code_id)
        return code_cells(self.board.store, code, self.now(), self.flags.of(access_code_id))

    def draw(self) -> None:
        """Bring lists, detail and bars up to date with the board."""
        self.apply_sorts()
        self._follow_expected()
        store = self.board.store
        rows = self.board.device_rows() if store.devices else []
        self.devices.set_rows(rows)
        if self._device_id != ALL_DEVICES and self._device_id not in store.devices:
            self._device_id = ALL_DEVICES
        self.devices.empty_text = self.telling.no_devices(store)
        self.draw_codes()
        self.refresh_changed()
        self._touched = self._touched or self.telling.has_loaded
        self.show_detail()
        self.draw_bars()

    def draw_codes(self) -> None:
        """Bring the list of codes up to date with filter and device."""
        # While it loads and until a person has moved, the most urgent code stays under the cursor; from then on nothing
        # moves by itself.
        self.codes.set_rows(self.board.code_rows(self._device_id, self.now()), reset=not self._touched)
        device_id = None if self._device_id == ALL_DEVICES else self._device_id
        nothing = self.telling.no_codes(self.board.store, device_id)
        self.codes.empty_text = "The filter hides every code. Esc clears it." if self.is_filtered else nothing
        self._draw_titles()
        self.draw_note()

    def _draw_titles(self) -> None:
        shown = len(self.codes.ids) if self.is_filtered else None
        for pane, forms in pane_titles(self.board.store, self._device_id, shown, self.sorts).items():
            self.query_one(f"#{pane}-pane", Pane).entitle(*forms)

    def draw_bars(self) -> None:
        """Bring the lines above and below the panes up to date."""
        store, now, read_only = self.board.store, self.now(), self.session.read_only
        self.query_one(TopBar).show(store.workspace, self.telling.freshness(store), read_only=read_only, now=now)
        subject = self.subject()
        target = f"{len(self.codes.marked):,} marked" if self.acts_on_marks else target_words(subject)
        self.query_one(KeyBar).show(target, footer_keys(subject, now, read_only=read_only, keymap=self.launch.keymap))

    def show_detail(self) -> None:
        """Draw the detail of what is chosen; a newer version of the same keeps its place."""
        if self.catalogue is None:
            return
        subject = self.subject()
        owner = owner_of(subject)
        self.detail.show(document_of(self._view(owner), subject), keep_place=owner == self._detail_of)
        self._detail_of = owner

    def _view(self, owner: str) -> View:
        assert self.catalogue is not None, "show_detail waits for it"
        return View(
            self.board.store,
            self.catalogue,
            self.now(),
            read_only=self.session.read_only,
            revealed=self.uncovered.is_revealed(owner),
            said=self.said.get(owner, ()),
            grants=self.grants,
            keymap=self.launch.keymap,
            is_large=self.is_large,
            local=self.clock.local,
        )

    def _tick(self) -> None:
        """Let time pass: freshness, PINs that hide again, rows whose words only time changes."""
        self.cover_overdue()
        self.query_one(SayLine).fade()
        self.draw_strip()
        if self.clock.monotonic() >= self._next_turn:
            self._next_turn = self.clock.monotonic() + TURN
            self.board.advance(self.now())
            self.codes.refresh_all()
            self.devices.refresh_all()
            self.draw()
        self._tell_what_is_seen()
        self.show_detail()
        self.draw_bars()

    def _tell_what_is_seen(self) -> None:
        """Have read more often what is on screen."""
        codes = self.board.store.codes
        shown = {codes[key].device_id for key in self.codes.visible_ids if key in codes}
        self.session.look_at(shown if self._device_id == ALL_DEVICES else {self._device_id})

    # What is chosen

    def chosen_code(self) -> AccessCode | None:
        """The code under the cursor, while the codes are what one looks at."""
        if self.looked_at != "codes" or self.codes.cursor_id is None:
            return None
        return self.board.store.codes.get(self.codes.cursor_id)

    def code_of(self, access_code_id: str) -> AccessCode | None:
        """The code of an id, as far as it is loaded."""
        return self.board.store.codes.get(access_code_id)

    def subject(self) -> Subject:
        """The code under the cursor, or the device while the devices are what one looks at."""
        store = self.board.store
        code = self.chosen_code()
        if code is not None:
            return subject_of_code(store, code)
        device = store.devices.get(self._device_id)
        if device is not None:
            return subject_of_device(store, device)
        return Subject(workspace=store.workspace)

    @on(RowHighlighted)
    def follow_cursor(self, message: RowHighlighted) -> None:
        """Follow the cursor: a device shows its codes, a code its detail."""
        message.stop()
        if message.table.id == "devices":
            self._choose_device(message.row_id)
        self.uncovered.hide()
        self.show_detail()
        self.draw_bars()

    def _choose_device(self, device_id: str) -> None:
        if device_id == self._device_id:
            return
        self._device_id = device_id
        self.session.prioritise(None if device_id == ALL_DEVICES else device_id)
        self.codes.set_rows(self.board.code_rows(device_id, self.now()), reset=True)
        self.draw_codes()

    @on(RowSelected)
    def go_deeper(self, message: RowSelected) -> None:
        """Enter goes one level deeper: from a device to its codes, from a code to its buttons."""
        message.stop()
        self.action_focus_pane("codes" if message.table.id == "devices" else "detail")

    @on(CursorRowGone)
    def tell_gone(self, message: CursorRowGone) -> None:
        """Say that what stood under the cursor has gone (UX rule 1)."""
        message.stop()
        if message.old_id in self.board.store.codes:
            return  # the filter hides it, or it stands on another lock
        noun = "code" if message.table.id == "codes" else "device"
        told = next((line.shown for line in self.said.get(message.old_id, ())), "").removesuffix(".")
        news = told if told.casefold().endswith(": gone from the lock") else f"The {noun} under the cursor is gone"
        self.query_one(SayLine).add(f"{news}; the cursor is on its neighbour.")

    def on_detail_view_button_pressed(self, message: DetailView.ButtonPressed) -> None:
        """Perform what the button says, in the light of its issue."""
        message.stop()
        button, store = message.button, self.board.store
        account = store.accounts.get(button.connected_account_id or "")
        subject = Subject(workspace=store.workspace, account=account) if account is not None else None
        self.perform(button.action_id, button.issue, subject)

    def show_device(self, device_id: str) -> None:
        """Choose a device and go to its codes."""
        self.devices.move_to(device_id)
        self._choose_device(device_id)
        self.action_focus_pane("codes")

    def show_code(self, access_code_id: str) -> bool:
        """Put the cursor on a code, on its own device's list if it is not on this one."""
        code = self.board.store.codes.get(access_code_id)
        if code is None:
            return False
        if not self.codes.move_to(access_code_id):
            self.show_device(code.device_id)
            self.draw_codes()  # it may have come a moment ago
            self.codes.move_to(access_code_id)
        self.action_focus_pane("codes")
        return True

    def expect_code(self, access_code_id: str) -> None:
        """Go to a code as soon as it is loaded."""
        self._expected = access_code_id
        self.draw()

    def _follow_expected(self) -> None:
        expected = self._expected
        if expected is not None and expected in self.board.store.codes:
            self._expected = None
            self._touched = True
            self.codes.set_rows(self.board.code_rows(self._device_id, self.now()))
            self.show_code(expected)

    # Keys

    def on_key(self, event: textual_events.Key) -> None:
        """From the first key on, the cursor is a person's."""
        self._touched = True

    def on_mouse_down(self, event: textual_events.MouseDown) -> None:
        """A click moves the cursor as well."""
        self._touched = True

    def pane_entered(self) -> None:
        """The pane with the focus decides what is acted on."""
        self.show_detail()
        self.draw_bars()

    def action_reload(self) -> None:
        """Load everything again."""
        self.say(RELOADING)
        self.telling.restart()
        self.session.reload()
        self.draw_bars()

    def action_help(self) -> None:
        """Show where to begin, what the signs mean, and every key."""
        from seam_tui.tui.help import help_text
        from seam_tui.tui.screens.notice import NoticeScreen

        self.app.push_screen(NoticeScreen("Help", help_text(self.launch.keymap)))

    @property
    def _was_to_be_read_only(self) -> bool:
        """Whether who started the app wanted it so here, by an option, a setting, or for this workspace."""
        workspace = self.board.store.workspace
        listed = self.launch.read_only_workspaces
        return self.launch.read_only or (bool(listed) and (workspace is None or workspace.workspace_id in listed))

    @work(group="dialog", exit_on_error=False)
    async def action_toggle_read_only(self) -> None:
        """Stricter at once, looser with a confirmation (UX rule 14); not for a visitor who was let in to look."""
        if not self.session.read_only:
            self.session.read_only = True
            self.say("Read-only: nothing can be changed.")
        elif self.app.is_web and self._was_to_be_read_only:
            self.say("Read-only: who shares this lets visitors look only (seam-tui serve, without --write).")
        elif await self.ask("Allow changes?", "Buttons will send changes to Seam again."):
            self.session.read_only = False
            self.say("Changes are allowed again.")
        self.show_detail()
        self.draw_bars()
