"""One registry of actions feeds catalogue, operations, keys, help and buttons (UX 22, 23)."""

from __future__ import annotations

from collections import Counter

from textual.binding import Binding
from textual.screen import Screen

from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.operations.operation import OPERATIONS
from seam_tui.remedies.catalogue import load_catalogue
from seam_tui.tui.actions import BOUND, FOOTER, NAVIGATION, bindings
from seam_tui.tui.screens.confirm import AskScreen
from seam_tui.tui.screens.dialog import Dialog
from seam_tui.tui.screens.edit import EditScreen
from seam_tui.tui.screens.form import FormScreen
from seam_tui.tui.screens.history import HistoryScreen
from seam_tui.tui.screens.looking import LookingScreen
from seam_tui.tui.screens.notice import NoticeScreen
from seam_tui.tui.screens.plan import PlanScreen
from seam_tui.tui.screens.result import ResultScreen
from seam_tui.tui.screens.resume import ResumeScreen
from seam_tui.tui.screens.slots import SlotsScreen
from seam_tui.tui.screens.triage import TriageScreen
from seam_tui.tui.screens.welcome import WelcomeScreen
from seam_tui.tui.widgets.detail_view import DetailView
from seam_tui.tui.widgets.record_table import RecordTable

SCREENS: tuple[type[Screen[object]], ...] = (
    TriageScreen,
    AskScreen,
    Dialog,
    FormScreen,
    NoticeScreen,
    WelcomeScreen,
    PlanScreen,
    ResultScreen,
    HistoryScreen,
    ResumeScreen,
    SlotsScreen,
    EditScreen,
    LookingScreen,
)  # type: ignore[assignment]


def test_every_action_of_the_catalogue_is_an_operation() -> None:
    named = {action for remedy in load_catalogue().all() for step in remedy.steps for action in step.actions}
    assert named
    assert named <= set(OPERATIONS)


def test_every_operation_is_an_action_and_every_action_an_operation() -> None:
    assert set(OPERATIONS) == set(ACTIONS) == set(ActionId)


def test_every_operation_has_a_key() -> None:
    assert set(BOUND) == set(OPERATIONS)
    assert set(FOOTER) <= set(BOUND)


def test_no_key_does_two_things() -> None:
    keys = [binding.key for binding in bindings()]
    assert [key for key, times in Counter(keys).items() if times > 1] == []
    inside = {binding.key for widget in (DetailView, RecordTable) for binding in widget.BINDINGS}  # type: ignore[union-attr]
    assert inside.isdisjoint(keys)


def test_no_key_is_one_that_terminals_do_not_send() -> None:
    lost = {"ctrl+space", "ctrl+h", "ctrl+i", "ctrl+m"}
    keys = {binding.key for binding in bindings()}
    assert not keys & lost
    assert not any(key.startswith("shift+") and len(key) == 7 for key in keys)


def test_every_binding_has_an_id_of_its_own() -> None:
    ids = [binding.id for binding in bindings()]
    assert all(ids)
    assert len(set(ids)) == len(ids)
    for holder in (*SCREENS, DetailView, RecordTable):
        for binding in holder.BINDINGS:
            assert isinstance(binding, Binding)
            assert binding.id, f"{holder.__name__}: {binding.key}"


def test_every_action_says_what_it_does() -> None:
    for bound in BOUND.values():
        assert bound.action.label
        assert bound.action.summary.endswith(".")
        assert bound.short
        assert len(bound.short) <= 12
    assert all(move.description for move in NAVIGATION)
