"""Past runs in words: what they did, how far they came, and what can be done with them now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from seam_tui.domain.action import ACTIONS, ActionId, ActionTarget
from seam_tui.domain.device import Device
from seam_tui.domain.text import plain_text
from seam_tui.domain.veil import VEIL
from seam_tui.operations.journal import RunStatus, RunSummary
from seam_tui.operations.journal_records import Header, Outcome, Planned
from seam_tui.operations.journal_state import RunState, StepState
from seam_tui.operations.plan import shown_title
from seam_tui.reports.run_report import ResultRow
from seam_tui.tui.plan_words import codes_in_words, title_of

STATUS_WORDS: Final = {
    RunStatus.RUNNING: "running elsewhere",
    RunStatus.UNFINISHED: "cut off",
    RunStatus.FINISHED: "finished",
    RunStatus.STOPPED: "stopped",
}
_VERBS: Final = {
    ActionId.DELETE: "deletes {codes}",
    ActionId.DELETE_DUPLICATE: "deletes {codes}",
    ActionId.GENERATE_PIN: "lets Seam choose new PINs for {codes}",
    ActionId.CHANGE_PIN: "changes the PIN of {codes}",
    ActionId.RENAME: "renames {codes}",
    ActionId.CHANGE_TIMES: "changes the times of {codes}",
    ActionId.CONVERT_TO_MANAGED: "converts {codes} to managed",
    ActionId.PULL_BACKUP: "pulls backups for {codes}",
    ActionId.RECREATE: "deletes and re-creates {codes}",
    ActionId.MAKE_ONGOING: "makes {codes} ongoing",
    ActionId.ALLOW_EXTERNAL_MODIFICATION: "allows external modification of {codes}",
    ActionId.FORBID_EXTERNAL_MODIFICATION: "forbids external modification of {codes}",
    ActionId.UNDO: "puts {codes} back",
}
_OF_ACCOUNTS: Final = frozenset(
    action.id.value for action in ACTIONS.values() if action.target is ActionTarget.CONNECTED_ACCOUNT
)
_COUNTED: Final = {
    Outcome.DONE: "done",
    Outcome.ASKED: "asked",
    Outcome.FAILED: "failed",
    Outcome.UNKNOWN: "unknown",
    Outcome.SKIPPED: "skipped",
}
_NOT_KNOWN: Final = "It may have been sent, and how it ended is not known."
_NOT_SENT: Final = "Not sent."


def action_of(header: Header) -> ActionId | None:
    """What a run does; None for an action of another release."""
    try:
        return ActionId(header.action)
    except ValueError:
        return None


def run_title(header: Header) -> str:
    """`Delete 300 codes`."""
    action = action_of(header)
    if action is None:
        return f"{plain_text(header.action)}: {codes_in_words(header.count)}"
    return title_of(action, header.count)


def what_it_does(header: Header) -> str:
    """As it goes on after "A run that …": `deletes 300 codes`."""
    action = action_of(header)
    verb = _VERBS.get(action) if action is not None else None
    codes = codes_in_words(header.count)
    return verb.format(codes=codes) if verb is not None else f"is about {codes} ({plain_text(header.action)})"


def local_time(moment: datetime) -> str:
    """Date and time where the person sits; a run has no lock of its own whose zone would count."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def counts_in_words(summary: RunSummary) -> str:
    """`120 done, 5 failed, 175 not sent`."""
    parts = [f"{summary.outcomes[outcome]} {word}" for outcome, word in _COUNTED.items() if summary.outcomes[outcome]]
    left = summary.header.count - sum(summary.outcomes.values()) - summary.open_intents
    if summary.open_intents:
        parts.append(f"{summary.open_intents} not known")
    if left > 0:
        parts.append(f"{left} not sent")
    return ", ".join(parts) or "nothing"


def cut_off_words(state: RunState) -> str:
    """`A run that deletes 300 codes was cut off at 09:12: 120 done, 175 not sent, 5 not known.`."""
    settled = Counter(step.outcome for step in state.steps.values() if step.is_settled)
    open_ones = len(state.open_intents)
    counts = {
        "done": settled[Outcome.DONE] + settled[Outcome.ASKED],
        "failed": settled[Outcome.FAILED],
        "skipped": settled[Outcome.SKIPPED],
        "not sent": state.header.count - settled.total() - open_ones,
        "not known": open_ones,
    }
    words = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return f"A run that {what_it_does(state.header)} was cut off at {_last_word(state)}: {words}."


def _last_word(state: RunState) -> str:
    """When the journal was last written to: the time alone where that was on the day on which the run began."""
    moments = [state.header.created_at, *(send.at for send in state.send_times)]
    for step in state.steps.values():
        moments += [record.at for record in (step.intent, step.gone, step.created, step.ended) if record is not None]
    last, began = max(moments).astimezone(), state.header.created_at.astimezone()
    return f"{last:%H:%M}" if last.date() == began.date() else local_time(last)


def past_rows(state: RunState, devices: Mapping[str, Device]) -> tuple[ResultRow, ...]:
    """What became of every step of a run, as the journal has it.

    Args:
        state: The run.
        devices: The locks that are loaded, by id, for their names.
    """
    return tuple(_past_row(step, devices) for step in state.steps.values())


def _past_row(step: StepState, devices: Mapping[str, Device]) -> ResultRow:
    planned, ended = step.planned, step.ended
    device = devices.get(planned.device_id or "")
    if step.has_open_intent:
        outcome, said = Outcome.UNKNOWN, _NOT_KNOWN
    elif ended is None:
        outcome, said = Outcome.SKIPPED, _NOT_SENT
    else:
        outcome, said = ended.outcome, VEIL.text(ended.said, _names_of(planned))
    return ResultRow(
        _title_of(planned),
        planned.code.access_code_id if planned.code is not None else "",
        device.title if device is not None else "",
        outcome.value,
        said,
        ended.request_id if ended is not None else None,
        step.created.access_code_id if step.created is not None else None,
    )


def _title_of(planned: Planned) -> str:
    """What a step of a run of the past is about, as it may be shown."""
    account_id = planned.connected_account_id if planned.action in _OF_ACCOUNTS else None
    is_code = planned.code is not None and planned.access_grant_id is None
    return shown_title(plain_text(planned.title), is_code=is_code, account_id=account_id)


def _names_of(planned: Planned) -> list[str]:
    """Names of guests that a text about such a step may hold."""
    told = [planned.values.name, planned.code.name if planned.code is not None else None]
    own = planned.title if planned.code is not None and planned.access_grant_id is None else None
    return [plain_text(name) for name in (*told, own) if name]
