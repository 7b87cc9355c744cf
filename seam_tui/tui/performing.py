"""From a key or a button to a plan that is sent: forms, questions, and what is said afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from textual import work

from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.domain.issue import Issue
from seam_tui.domain.veil import VEIL
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.operation import why_disabled
from seam_tui.operations.plan import Friction, Plan, PlanStep, Values, make_plan
from seam_tui.operations.step_result import StepResult
from seam_tui.operations.subject import Subject
from seam_tui.tui.granting import GrantingScreen
from seam_tui.tui.keymap import keymap_of
from seam_tui.tui.messages import PlanFinished, RunBroken, StepReported
from seam_tui.tui.rereads import Rereads
from seam_tui.tui.told import Told, deed_words, names_about, names_on
from seam_tui.tui.widgets.bars import SayLine

if TYPE_CHECKING:
    from seam_tui.domain.access_code import AccessCode
    from seam_tui.remedies.catalogue import Catalogue
    from seam_tui.sync.events import SyncEvent
    from seam_tui.tui.board import Board
    from seam_tui.tui.session import Session

_ON_DEVICES: Final = frozenset(
    {ActionId.LOCK, ActionId.UNLOCK, ActionId.REPORT_TIME_ZONE, ActionId.REPORT_CODE_LENGTHS}
)
"""What changes a lock itself, so that it is read again."""
_HIDDEN_ADDRESS: Final = "Its address is hidden in share mode: whoever reads it can sign in."
SAID_KEPT: Final = 3
"""Results that the detail shows of one subject, newest first, and one of a kind."""


class PerformingScreen(GrantingScreen):
    """A screen on which actions can be performed on what is chosen."""

    board: Board
    session: Session
    catalogue: Catalogue | None
    said: dict[str, tuple[Told, ...]]
    """By id of a code, device or account: what became of the actions on it, newest first."""
    acted: dict[str, dict[ActionId, StepResult]]
    """By id of a code: the last step of each kind on it that its lock has still to answer."""
    ran: dict[str, ActionId]
    """By id of a run of this session: what it did, so that its undo can be called by it."""
    sending: tuple[Plan, ...] = ()
    """Plans for one that are under way."""
    rereads: Rereads
    """What is being read again because somebody asked for it."""
    _is_asking = False

    def subject(self) -> Subject:
        """What is chosen now."""
        raise NotImplementedError

    def show_device(self, device_id: str) -> None:
        """Choose a device and show its codes."""
        raise NotImplementedError

    def show_code(self, access_code_id: str) -> bool:
        """Put the cursor on a code; False when it is not loaded."""
        raise NotImplementedError

    def say(self, text: str, *, error: bool = False) -> None:
        """Say one sentence on the line above the keys."""
        self.query_one(SayLine).say(text, error=error)

    def tell_reread(self, event: SyncEvent) -> None:
        """Say how it ended that something was read again, in place of that it is being read."""
        end = self.rereads.hear(event)
        if end is not None:
            line, text = self.query_one(SayLine), VEIL.text(end.text)
            if line.text == VEIL.text(end.wish):
                line.say(text, error=end.failed)
            else:
                line.add(text)

    def now(self) -> datetime:
        """The wall time of the app's clock."""
        return self.clock.now()

    def action_perform(self, action: str) -> None:
        """Perform an action on what is chosen: what every key of the registry runs."""
        self.perform(ActionId(action))

    def perform(self, action_id: ActionId, issue: Issue | None = None, subject: Subject | None = None) -> None:
        """Perform an action, or say why it can't be done.

        Args:
            action_id: What to do.
            issue: The issue on whose card the button stood.
            subject: What to do it on; what is chosen when None.
        """
        subject = replace(subject or self.subject(), issue=issue)
        reason = why_disabled(action_id, subject, self.now(), read_only=self.session.read_only)
        if reason is not None:
            self.say(f"{ACTIONS[action_id].label}: {reason}", error=True)
        elif ACTIONS[action_id].writes:
            self._perform_write(action_id, subject)
        else:
            self._perform_here(action_id, subject)

    def _perform_here(self, action_id: ActionId, subject: Subject) -> None:
        code, device, account = subject.code, subject.device, subject.account
        match action_id:
            case ActionId.REFRESH_CODE if code is not None:
                self.say(self.rereads.ask(code.access_code_id, code))
                self.session.refresh_code(code.access_code_id, is_managed=code.is_managed)
            case ActionId.REFRESH_DEVICE if device is not None:
                self.session.refresh_device(device.device_id)
                self.say(self.rereads.ask(device.device_id, device))
            case ActionId.REFRESH_ACCOUNT if account is not None:
                self.session.refresh_account(account.connected_account_id)
                self.say(self.rereads.ask(account.connected_account_id, account))
            case ActionId.SHOW_DEVICE_CODES if device is not None:
                self.show_device(device.device_id)
            case ActionId.SHOW_DUPLICATE if (duplicate := subject.duplicate) is not None:
                self.show_code(duplicate.access_code_id)
            case ActionId.REVEAL_PIN if code is not None:
                self.reveal_pin(code.access_code_id)
            case ActionId.COPY_PIN if code is not None:
                self.copy_pin(code.access_code_id)
            case ActionId.COPY_IDS:
                self._copy_ids(subject)
            case ActionId.OPEN_DOCS:
                self._open_docs(subject)
            case _:
                raise ValueError(f"{action_id} is not performed here")

    def _copy_ids(self, subject: Subject) -> None:
        ids = {
            "access_code_id": subject.code.access_code_id if subject.code else None,
            "device_id": subject.device.device_id if subject.device else None,
            "connected_account_id": subject.account.connected_account_id if subject.account else None,
            "workspace_id": subject.workspace.workspace_id if subject.workspace else None,
        }
        known = {name: identifier for name, identifier in ids.items() if identifier}
        self.app.copy_to_clipboard("\n".join(f"{name}: {identifier}" for name, identifier in known.items()))
        self.say(f"Copied: {', '.join(known)}.")

    def _open_docs(self, subject: Subject) -> None:
        issue = subject.issue
        if issue is None:
            owner = subject.code or subject.device or subject.account
            issue = next(iter(owner.issues), None) if owner is not None else None
        url = None
        if self.catalogue is not None:
            url = self.catalogue.remedy_for(issue).docs_url if issue is not None else self.catalogue.default_docs
        if url is None:
            self.say("No documentation page is known.", error=True)
            return
        self.app.open_url(url)
        self.say(f"Documentation:\n{url}")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hold all keys between a form and its question: a quick one must not land on what lies beneath."""
        return not self._is_asking and super().check_action(action, parameters) is not False

    @work(group="dialog", exit_on_error=False)
    async def _perform_write(self, action_id: ActionId, subject: Subject) -> None:
        self._is_asking = True
        try:
            await self._ask_and_send(action_id, subject)
        finally:
            self._is_asking = False

    async def _ask_and_send(self, action_id: ActionId, subject: Subject) -> None:
        """Ask for what must be typed, plan, ask for a yes, and send exactly the plan."""
        from seam_tui.tui.forms import form_for

        form = form_for(action_id, subject, self.now)
        values: Values | None = None
        if form is not None:
            # Textual types a dialog's result as never None; Escape gives None all the same.
            values = cast("Values | None", await self.app.push_screen_wait(form))
            if values is None:
                return
        asked = make_plan(action_id, subject, self.now(), values, read_only=self.session.read_only)
        plan = await self.with_grant_of(asked)
        if plan is None:
            self.say("Nothing was sent.")
            return
        if plan.refusals:
            names = names_on(self.board.store, subject.device.device_id if subject.device is not None else None)
            self.say(f"{ACTIONS[action_id].label}: {VEIL.text(' '.join(plan.refusals), names)}", error=True)
            return
        if plan.friction is not Friction.NONE and not await self._confirmed(plan, subject):
            self.say("Nothing was sent.")
            return
        self.say(f"{ACTIONS[action_id].label}: sending…")
        self.sending = (*self.sending, plan)
        self.session.runs.start(plan)

    async def _confirmed(self, plan: Plan, subject: Subject) -> bool:
        from seam_tui.tui.screens.confirm import ask_for_plan

        device = subject.device
        question = ask_for_plan(plan, device.title if device else "", device.time_zone if device else None)
        return await self.app.push_screen_wait(question) is True

    def on_step_reported(self, message: StepReported) -> None:
        """Take the result of a step."""
        self.take_step(message.plan, message.result)

    def take_step(self, plan: Plan, result: StepResult) -> None:
        """Say what became of a step of a plan, and keep it with what it was about."""
        line = self.line_of(self.kind_of(plan, result.step), result.step, result.outcome, result.said)
        for identifier in concerned(result):
            self.keep(identifier, line)
        self.uncovered.hide()  # a PIN that is being replaced must not be read out by mistake
        self.wait_for_lock(plan, result)
        self.say(f"{line.shown} ({result.step.title})", error=result.outcome in {Outcome.FAILED, Outcome.UNKNOWN})
        self.show_detail()

    def kind_of(self, plan: Plan, step: PlanStep) -> ActionId:
        """What a step of a plan does, or what it puts back where that is known."""
        return self.ran.get(plan.undoes or "", step.action_id) if step.action_id is ActionId.UNDO else step.action_id

    def line_of(self, kind: ActionId, step: PlanStep, outcome: Outcome, said: str) -> Told:
        """What is kept of a step: how it ended, in words."""
        from seam_tui.tui.screens.result import LOOKS

        words = f"{LOOKS[outcome].glyph} {deed_words(kind, step, outcome)}: {said}"
        return Told(words, names_about(self.board.store, step), kind)

    def keep(self, identifier: str, line: Told) -> None:
        """Keep a line with what it is about, for the detail, in place of what was said of the same kind before."""
        others = (other for other in self.said.get(identifier, ()) if other.kind is not line.kind)
        self.said[identifier] = (line, *others)[:SAID_KEPT]

    def wait_for_lock(self, plan: Plan, result: StepResult) -> None:
        """Keep a step whose end is still to come with the code that will tell it."""
        from seam_tui.operations.settling import told_by

        made = None if result.created is None else result.created.access_code_id
        key = result.step.access_code_id if made is None else made
        is_open = result.outcome in {Outcome.ASKED, Outcome.UNKNOWN}
        if is_open and key is not None and key in told_by(result.step, made):
            kind = self.kind_of(plan, result.step)
            waiting = self.acted.setdefault(key, {})
            waiting.pop(kind, None)
            waiting[kind] = result

    def tell_settled(self, access_code_id: str, code: AccessCode | None) -> None:
        """Say that what was asked of a code has come to rest, and how (UX rule 9)."""
        for kind, result in self.acted.pop(access_code_id, {}).items():
            self.tell_end(access_code_id, kind, result, code)

    def tell_end(self, access_code_id: str, kind: ActionId, result: StepResult, code: AccessCode | None) -> None:
        """Say how a step has ended, by the code that tells, under the name that it has now."""
        from seam_tui.operations.settling import how_it_ended

        step, is_new = result.step, result.created is not None
        outcome, said = how_it_ended(step, code, is_new=is_new, errors_before=result.errors_before)
        if outcome is Outcome.DONE and code is not None and code.errors:
            said = f"{said} It has an error: {code.errors[0].code}."
        line = self.line_of(kind, step, outcome, said)
        for identifier in {*concerned(result), access_code_id}:
            self.keep(identifier, line)
        title = step.title if code is None else code.title
        self.say(f"{line.shown} ({title})", error=outcome in {Outcome.FAILED, Outcome.UNKNOWN})

    def tell_waiting(self, access_code_id: str, words: str) -> None:
        """Keep with a code that was acted on that it still waits (UX rule 9)."""
        if waiting := self.acted.get(access_code_id):
            self.keep(access_code_id, Told(words, kind=next(reversed(waiting))))

    def on_plan_finished(self, message: PlanFinished) -> None:
        """Take the end of a plan."""
        self.take_end(message)

    def take_end(self, message: PlanFinished) -> None:
        """Show what must be read or told on: a Connect Webview's address, a backup code, a code's new self."""
        self._sent(message.plan)
        self.note_end(message)
        for result in message.results:
            if result.url is not None:
                self._show_address(result.said, result.url)
            if result.backup is not None:
                self.expect_code(result.backup.access_code_id)
            if result.created is not None:
                self.expect_code(result.created.access_code_id)
            self.after_step(result)

    def _show_address(self, said: str, url: str) -> None:
        """Show the address of a Connect Webview; not to those who watch: whoever has it can sign in."""
        from seam_tui.tui.screens.notice import NoticeScreen

        shown = _HIDDEN_ADDRESS if VEIL.is_drawn else url
        notice = NoticeScreen("Connect Webview", (said, shown), address="" if VEIL.is_fixed else url)
        key = keymap_of(self.app).label("refresh_account")
        after = f"Once somebody has signed in there, {key} reads the account again."
        self.app.push_screen(notice, lambda _: self.say(after))

    def _sent(self, plan: Plan) -> None:
        self.sending = tuple(other for other in self.sending if other is not plan)

    def note_end(self, message: PlanFinished) -> None:
        """Take note of what a run was, and that it has come to its end."""
        if message.run_id is not None:
            self.ran[message.run_id] = message.plan.action_id
        self.run_ended(message)

    def run_ended(self, message: PlanFinished) -> None:
        """Take note of a run that has come to its end."""

    def on_run_broken(self, message: RunBroken) -> None:
        """Take that a plan was not carried out to its end."""
        self.take_break(message)

    def take_break(self, message: RunBroken) -> None:
        """Say why a plan was not carried out to its end, and what of it was sent."""
        from seam_tui.tui.screens.notice import NoticeScreen

        self._sent(message.plan)
        action = ACTIONS[message.plan.action_id]
        title = f"{action.label}: nothing was sent" if message.nothing_sent else f"{action.label}: the run broke off"
        lines = [VEIL.text(message.problem)]
        if not message.nothing_sent:
            lines.append(f"What was sent until then is in the history ({keymap_of(self.app).label('run.history')}).")
        self.app.push_screen(NoticeScreen(title, lines))

    def expect_code(self, access_code_id: str) -> None:
        """Go to a code as soon as it is loaded: the person wants to read out its PIN."""
        raise NotImplementedError

    def after_step(self, result: StepResult) -> None:
        """Read again what a write may have changed beside the code itself."""
        step = result.step
        if result.outcome not in {Outcome.DONE, Outcome.ASKED}:
            return
        if step.action_id in _ON_DEVICES and step.device_id:
            self.session.refresh_device(step.device_id)
        if step.action_id is ActionId.SYNC_ACCOUNT and step.connected_account_id:
            self.session.refresh_account(step.connected_account_id)

    async def ask(self, title: str, *lines: str) -> bool:
        """Ask a plain question; call it from a worker."""
        from seam_tui.tui.screens.confirm import AskScreen

        answer: Any = await self.app.push_screen_wait(AskScreen(title, lines))
        return answer is True


def about(step: PlanStep) -> list[str]:
    """Ids of what a step is about: what it acts on, and what the person looked at."""
    if step.access_code_id is not None:
        return [step.access_code_id, *([step.asked_on] if step.asked_on is not None else [])]
    if ACTIONS[step.action_id].target == "connected_account" and step.connected_account_id is not None:
        return [step.connected_account_id]
    return [step.device_id] if step.device_id is not None else []


def concerned(result: StepResult) -> tuple[str, ...]:
    """Ids of what a step's result is about: a code that it made is, too."""
    made = (result.created.access_code_id,) if result.created is not None else ()
    return (*about(result.step), *made)
