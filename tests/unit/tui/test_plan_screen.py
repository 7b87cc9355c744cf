"""The plan of many codes, as a person reads and answers it; and the line of a run that is under way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from textual.app import App
from textual.widgets import Button, Input, Static

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.account import Workspace
from seam_tui.domain.action import ActionId
from seam_tui.domain.device import Device
from seam_tui.domain.pin import Pin
from seam_tui.operations.bulk import Edit, make_bulk_plan
from seam_tui.operations.effect import prepared, send
from seam_tui.operations.plan import Friction, Plan, PlanStep, Refusal, Values, make_plan
from seam_tui.operations.subject import Subject
from seam_tui.tui.plan_calls import calls_of
from seam_tui.tui.plan_words import time_words, title_of
from seam_tui.tui.screens.plan import PlanAnswer, PlanScreen
from seam_tui.tui.widgets.detail_view import DetailView

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
WORKSPACE = Workspace("w1", "Seaside Hotels", is_sandbox=False)
DOOR = Device("d1", "Front door", "yale_lock", time_zone="Europe/Berlin")
LOFT = Device("d2", "Loft", "yale_lock", time_zone="America/New_York")
DEVICES = {"d1": DOOR, "d2": LOFT}
CODE = AccessCode("c1", "d1", "Anna", Pin("482915"), True, AccessCodeType.TIME_BOUND, AccessCodeStatus.SET)
HOSTILE = ["Guest [/] 12", "[@click=app.nuke()]x[/]", "\x1b[31mred\nline\u202e", "A" * 10_000, "漢字の名前"]
SIZES = [(160, 50), (100, 30), (80, 24), (60, 20)]


def later_code(index: int, **fields: Any) -> AccessCode:
    """A code that starts tomorrow: no guest depends on it now."""
    base = replace(
        CODE,
        access_code_id=f"c{index}",
        name=f"Guest {index}",
        starts_at=NOW + timedelta(days=1),
        ends_at=NOW + timedelta(days=2),
    )
    return replace(base, **fields)


def plan_for(*codes: AccessCode, action: ActionId = ActionId.DELETE, edit: Edit | None = None) -> Plan:
    subjects = [Subject(WORKSPACE, None, DEVICES[code.device_id], code) for code in codes]
    return make_bulk_plan(action, subjects, NOW, edit)


class PlanApp(App[None]):
    """The screen over nothing."""

    def __init__(self, plan: Plan, hidden_plan: Plan | None = None) -> None:
        super().__init__()
        self.ask = PlanScreen(plan, DEVICES, hidden_plan=hidden_plan, now=NOW, workspace=WORKSPACE)
        self.answers: list[PlanAnswer | None] = []
        self.nuked = False

    def on_mount(self) -> None:
        self.push_screen(self.ask, self.answers.append)

    def action_nuke(self) -> None:
        self.nuked = True

    def words(self, selector: str) -> str:
        return str(self.ask.query_one(selector, Static).content)

    @property
    def facts(self) -> str:
        return " ".join(line.strip() for line in self.ask.query_one(DetailView).layout_lines)

    @property
    def picture(self) -> str:
        return "\n".join("".join(part.text for part in line) for line in self.ask._compositor.render_strips())


FEW = plan_for(*(later_code(index) for index in range(5)))
MANY = plan_for(*(later_code(index) for index in range(12)))


def test_the_fixtures_are_what_the_tests_think() -> None:
    assert (FEW.friction, MANY.friction) == (Friction.CONFIRM, Friction.TYPE_COUNT)


async def test_y_says_yes_to_exactly_the_plan_that_is_shown() -> None:
    """UX 6."""
    app = PlanApp(FEW)
    async with app.run_test() as pilot:
        assert app.words("#title") == "Delete 5 codes?   PRODUCTION   Seaside Hotels"
        await pilot.press("y")
        await pilot.pause()
    assert len(app.answers) == 1
    assert app.answers[0] is not None
    assert app.answers[0].plan is FEW


@pytest.mark.parametrize("keys", [["enter"], ["n"], ["escape"], ["tab", "tab", "enter", "n"]])
async def test_enter_never_confirms(keys) -> None:
    """UX 5."""
    app = PlanApp(FEW)
    async with app.run_test() as pilot:
        assert app.ask.focused is app.ask.query_one("#cancel", Button)
        await pilot.press(*keys)
        await pilot.pause()
    assert app.answers == [None]


async def test_no_place_that_tab_leads_to_says_yes_at_enter() -> None:
    """UX 5."""
    for steps in range(6):
        app = PlanApp(FEW)
        async with app.run_test() as pilot:
            await pilot.press(*["tab"] * steps, "enter")
            await pilot.pause()
        assert app.answers in ([], [None])


async def test_many_codes_want_their_count_and_nothing_else() -> None:
    app = PlanApp(MANY)
    async with app.run_test() as pilot:
        assert app.ask.focused is app.ask.query_one("#count", Input)
        assert not app.ask.query_one("#yes").display
        await pilot.press("y", "enter", "1", "1", "enter", "1", "2", "0", "enter")
        await pilot.pause()
        assert app.answers == []
        assert app.words("#prompt") == "Not 120. Type 12 and Enter to go on:"
        await pilot.press("1", "2")
        assert app.answers == []
        await pilot.press("enter")
        await pilot.pause()
    assert app.answers == [PlanAnswer(MANY)]


async def test_the_hidden_ones_are_left_alone_until_they_are_asked_for() -> None:
    """UX 4: the switch changes the codes, the counts, the friction and the number to type."""
    app = PlanApp(FEW, MANY)
    async with app.run_test() as pilot:
        assert app.words("#counts") == "5 will be sent, 7 marked ones are hidden by the filter."
        await pilot.press("h")
        assert app.ask.with_hidden
        assert app.words("#title").startswith("Delete 12 codes?")
        assert app.words("#counts") == "12 will be sent, with the 7 marked that the filter hides."
        assert app.words("#prompt") == "Type 12 and Enter to go on:"
        assert len(app.ask.listed) == 12
        await pilot.press("y", "5", "enter")
        assert app.answers == []
        await pilot.press("1", "h")  # from the box as well
        assert app.words("#title").startswith("Delete 5 codes?")
        assert app.ask.focused is app.ask.query_one("#cancel")
        await pilot.press("h", "1", "2", "enter")
        await pilot.pause()
    assert app.answers == [PlanAnswer(MANY)]


async def test_the_switch_keeps_the_cursor_on_its_code() -> None:
    """UX 1."""
    app = PlanApp(FEW, MANY)
    async with app.run_test() as pilot:
        await pilot.press("down", "down", "h")
        assert app.ask.listed.cursor_id == "c2"
        assert app.words("#row").startswith("Guest 2 on Front door · starts in 24 h · 2026-11-23 16:00 CET → ")


async def test_a_plan_without_steps_only_closes_and_says_why() -> None:
    plan = Plan(ActionId.DELETE, (), left_out=(Refusal("c1", "Anna", "It is offline."), Refusal("c2", "Bob", "No.")))
    app = PlanApp(plan)
    async with app.run_test() as pilot:
        assert app.words("#title").startswith("Delete 2 codes: nothing would be sent")
        assert not app.ask.query_one("#yes").display
        assert not app.ask.query_one("#typing").display
        assert str(app.ask.query_one("#cancel", Button).label) == "Close"
        assert "It is offline. — Anna" in app.facts
        await pilot.press("y", "t", "0")
        assert app.answers == []
        await pilot.press("enter")
        await pilot.pause()
    assert app.answers == [None]


async def test_what_is_left_out_is_grouped_by_reason() -> None:
    offline = [later_code(index, is_offline_access_code=True) for index in (10, 11)]
    app = PlanApp(plan_for(later_code(1), *offline, later_code(2)))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.words("#counts") == "2 will be sent, 2 left out."
        assert "Left out: 2× Offline codes" in app.facts
        assert "Guest 10, Guest 11" in app.facts


async def test_live_codes_and_times_in_the_locks_zone_are_told() -> None:
    """UX 26."""
    live = later_code(7, device_id="d2", starts_at=NOW - timedelta(days=1))
    app = PlanApp(plan_for(live, later_code(1)))
    async with app.run_test(size=(160, 50)):
        assert app.words("#counts").startswith("2 will be sent (1 live now)")
        row = app.ask._cells("c7")
        assert row is not None
        assert row["live"].text == "● live now"
        assert row["starts"].text == "2026-11-21 10:00 EST"


async def test_the_dry_run_shows_every_call_with_pins_masked_and_sends_nothing() -> None:
    subject = Subject(WORKSPACE, None, DOOR, later_code(1))
    one = make_plan(ActionId.CHANGE_PIN, subject, NOW, Values(pin=Pin("739164")))
    app = PlanApp(replace(one, friction=Friction.CONFIRM))
    async with app.run_test(size=(160, 50)) as pilot:
        assert app.ask._cells("c1")["changes"] == "PIN: •••• → ••••"
        await pilot.press("t")
        await pilot.pause()
        lines = [
            str(getattr(cell["call"], "plain", getattr(cell["call"], "text", ""))) for cell in app.ask._lines.values()
        ]
        assert lines == [
            "1  Guest 1 on Front door",
            "→ /access_codes/get  to see that nothing has changed",
            " access_code_id c1",
            "→ /access_codes/update",
            " access_code_id c1",
            " code ••••",
        ]
        assert "739164" not in app.picture + app.words("#row")
        await pilot.press("escape")  # back one level
        assert app.answers == []
        assert not app.ask.shows_calls


class Recorder:
    """A client that only notes what it is asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Any:
        async def note(identifier: str, **fields: Any) -> Any:
            self.calls.append((name, {key: value for key, value in fields.items() if value not in (None, False)}))
            return Pin("4821") if name == "generate_pin" else CODE

        return note


PATHS = {
    "update_access_code": "/access_codes/update",
    "generate_pin": "/access_codes/generate_code",
    "delete_access_code": "/access_codes/delete",
    "delete_unmanaged_access_code": "/access_codes/unmanaged/delete",
    "convert_to_managed": "/access_codes/unmanaged/convert_to_managed",
    "pull_backup_access_code": "/access_codes/pull_backup_access_code",
}


@pytest.mark.parametrize(
    ("action", "code", "values", "force"),
    [
        (ActionId.DELETE, CODE, Values(), False),
        (ActionId.DELETE, replace(CODE, is_managed=False), Values(), False),
        (ActionId.GENERATE_PIN, CODE, Values(), False),
        (ActionId.RENAME, CODE, Values(name="Bob"), False),
        (ActionId.CHANGE_TIMES, CODE, Values(starts_at=NOW, ends_at=NOW, code_type=AccessCodeType.TIME_BOUND), False),
        (ActionId.CONVERT_TO_MANAGED, replace(CODE, is_managed=False), Values(), True),
        (ActionId.PULL_BACKUP, CODE, Values(), False),
    ],
)
async def test_the_dry_run_names_the_calls_that_are_really_sent(action, code, values, force) -> None:
    step = PlanStep(action, "Anna", code=code, device_id="d1", values=values, force=force)
    client: Any = Recorder()
    await send(client, await prepared(client, step))
    told = [call for call in calls_of(step) if not call.path.endswith("/get")]
    assert [call.path for call in told] == [PATHS[name] for name, _ in client.calls]
    names = {"pin": "code", "code_type": "type"}
    for call, (_, fields) in zip(told, client.calls, strict=True):
        ids = {"access_code_id", "device_id"}
        assert {name for name, _ in call.fields} - ids == {names.get(name, name) for name in fields}


async def test_of_a_thousand_codes_only_those_in_view_are_drawn_and_they_scroll(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: set[str] = set()
    cells = PlanScreen._cells
    monkeypatch.setattr(PlanScreen, "_cells", lambda screen, key: (drawn.add(key), cells(screen, key))[1])
    plan = plan_for(*(later_code(index, device_id="d1" if index % 3 else "d2") for index in range(1_000)))
    app = PlanApp(plan)
    async with app.run_test(size=(160, 50)) as pilot:
        await pilot.pause()
        assert 10 < len(drawn) < 100
        assert "about 33 min" in app.words("#counts")
        await pilot.press("end")
        assert app.ask.listed.cursor_id == "c999"
        assert "c999" in app.ask.listed.visible_ids
        await pilot.press("pageup", "home", "down")
        assert app.ask.listed.cursor_id == "c1"
        await pilot.press("t", "end")
        assert app.ask.listed.cursor_id == "c999/1/access_code_id"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("no_color", [False, True])
async def test_hostile_names_are_text_at_every_size(size, no_color, monkeypatch) -> None:
    """UX 11 and 24."""
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    codes = [later_code(index, name=name) for index, name in enumerate(HOSTILE)]
    offline = [later_code(index, name=name, is_offline_access_code=True) for index, name in enumerate(HOSTILE, 20)]
    app = PlanApp(plan_for(*codes, *offline))
    async with app.run_test(size=size) as pilot:
        for key in ["down"] * 5 + ["t", "end", "t", "home"]:
            await pilot.press(key)
        await pilot.pause()
        picture = app.picture
        assert "Guest [/] 12" in picture
        assert "\x1b" not in picture
        assert "Delete 5 codes?" in picture
        assert "Cancel (n)" in picture
        assert "Esc leaves" in picture.replace("┃", "").replace("║", "")
        cancel = app.ask.query_one("#cancel").region
        assert cancel.bottom <= size[1]
        assert app.ask.listed.size.height >= 4
        await pilot.click(app.ask.listed, offset=(8, 2))
    assert not app.nuked


def test_titles_and_times_read_well() -> None:
    assert title_of(ActionId.DELETE, 1) == "Delete 1 code"
    assert title_of(ActionId.LOCK, 2) == "Test 2 locks by locking"
    assert title_of(ActionId.REVEAL_PIN, 2).endswith(": 2 codes")
    slow = plan_for(*(later_code(index) for index in range(61)))
    assert time_words(slow, DEVICES) == (
        "Takes about 3 min: Seam takes 20 removals a minute on one lock; Front door has 61. Locks go side by side."
    )
    assert time_words(FEW, DEVICES).startswith("Sent at once")
