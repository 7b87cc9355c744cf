"""What a run's journal says: its records folded into what became of each step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from seam_tui.domain.action import ActionId
from seam_tui.domain.pin import MASK, Pin
from seam_tui.operations.journal_lines import show_texts
from seam_tui.operations.journal_records import (
    Created,
    Ended,
    Finished,
    Gone,
    Header,
    Intent,
    Outcome,
    PinKept,
    PinSlot,
    Planned,
    RunRecord,
    SendKind,
    SendTime,
    Stopped,
    TextKept,
    UndoClosed,
    Withdrawn,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepState:
    """What is known of one step."""

    planned: Planned
    intent: Intent | None = None
    """The last one."""
    open_since: datetime | None = None
    """When the first intent of those that nobody knows the end of was written; None when the end is known.

    A repeated send leaves it where it was: what an earlier one made counts as made by this step.
    """
    gone: Gone | None = None
    created: Created | None = None
    ended: Ended | None = None
    """The last word."""
    was_taken: bool = False
    """Whether Seam took it, whatever its lock made of it later."""
    old_pin: Pin | None = None
    """The PIN that the code had; None when none was known or it is forgotten."""
    sent_pin: Pin | None = None
    """The PIN that the step sends; None when it sends none or it is forgotten."""

    @property
    def number(self) -> int:
        """The step's number in the run."""
        return self.planned.step

    @property
    def outcome(self) -> Outcome | None:
        """How it ended, as far as is known."""
        return None if self.ended is None else self.ended.outcome

    @property
    def has_open_intent(self) -> bool:
        """Whether something may have been sent of which nobody knows how it ended: look before sending."""
        return self.open_since is not None

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to send or to find out for it."""
        return self.outcome not in {None, Outcome.UNKNOWN} and not self.has_open_intent and not self.is_half_done

    @property
    def makes_code(self) -> bool:
        """Whether a code is created by it."""
        return self.planned.makes_new or self.planned.action == ActionId.RECREATE

    @property
    def is_half_done(self) -> bool:
        """Whether its old code is gone and none is known in its place: it is gone on with even if that failed."""
        began = self.gone is not None or (self.intent is not None and self.intent.kind is SendKind.CREATE)
        is_open = self.makes_code and began and self.created is None
        return is_open and self.outcome is not Outcome.SKIPPED and not self.is_forgotten

    @property
    def lacks_pin(self) -> bool:
        """Whether its code had a PIN that is forgotten by now."""
        code = self.planned.code
        return code is not None and code.has_pin and self.old_pin is None

    @property
    def is_forgotten(self) -> bool:
        """Whether it cannot be sent any more: the PINs, and the names in which they stood, have aged out."""
        code, values = self.planned.code, self.planned.values
        names = ("" if code is None else code.name, values.name or "")
        lacks_sent = values.sets_pin and self.sent_pin is None
        return self.lacks_pin or lacks_sent or any(MASK in name for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """What is known of one run."""

    header: Header
    steps: Mapping[int, StepState] = field(default_factory=lambda: MappingProxyType({}))
    """By number, in the order in which they were planned."""
    send_times: tuple[SendTime, ...] = ()
    """In the order in which they were written."""
    finished_at: datetime | None = None
    stopped_at: datetime | None = None
    undo_closed: UndoClosed | None = None
    is_torn: bool = False
    """Whether the last line was torn and left out: the app was killed while it wrote."""
    has_pins: bool = False
    """Whether its side file is still there."""

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.header.run_id

    @property
    def is_finished(self) -> bool:
        """Whether it came to its end or a person ended it."""
        return self.finished_at is not None or self.stopped_at is not None

    @property
    def is_fully_planned(self) -> bool:
        """Whether every step is in the journal; if not, nothing was sent yet."""
        return len(self.steps) >= self.header.count

    @property
    def open_intents(self) -> tuple[StepState, ...]:
        """Steps of which something may have been sent: each is found out before anything else is sent for it."""
        return tuple(step for step in self.steps.values() if step.has_open_intent)

    @property
    def remaining(self) -> tuple[StepState, ...]:
        """Steps that can be gone on with at once: not sent yet, or between two sends (gone, not re-created)."""
        return tuple(step for step in self.steps.values() if not step.is_settled and not step.has_open_intent)

    @property
    def waiting(self) -> tuple[StepState, ...]:
        """Steps that Seam took and that their locks have not confirmed yet."""
        return tuple(step for step in self.steps.values() if step.is_settled and step.outcome is Outcome.ASKED)

    @property
    def outcomes(self) -> Counter[Outcome]:
        """How many steps ended how."""
        return Counter(step.outcome for step in self.steps.values() if step.outcome is not None)

    def sends_since(self, moment: datetime) -> tuple[SendTime, ...]:
        """What was sent at or after a moment, for pacing."""
        return tuple(send for send in self.send_times if send.at >= moment)


class UnplannedStepError(ValueError):
    """A record tells of a step that was not planned, or plans one twice."""


class Folding:
    """Takes records one by one and tells what they come to."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self._steps: dict[int, StepState] = {}
        self._sends: list[SendTime] = []
        self._finished: datetime | None = None
        self._stopped: datetime | None = None
        self._undo_closed: UndoClosed | None = None

    def add(self, record: RunRecord) -> None:
        """Take the next record.

        Raises:
            UnplannedStepError: Its step was not planned, or is planned twice.
        """
        match record:
            case Planned():
                if record.step in self._steps:
                    raise UnplannedStepError(f"step {record.step} is planned twice")
                self._steps[record.step] = StepState(planned=record)
            case SendTime():
                self._sends.append(record)
            case Finished():
                self._finished = record.at
            case Stopped():
                self._stopped = record.at
            case UndoClosed():
                self._undo_closed = record
            case _:
                step = self._steps.get(record.step)
                if step is None:
                    raise UnplannedStepError(f"step {record.step} was not planned")
                self._steps[record.step] = _after(step, record)

    def state(
        self, kept: Iterable[PinKept | TextKept] = (), *, is_torn: bool = False, has_pins: bool = False
    ) -> RunState:
        """What all records so far come to, with what the side file keeps."""
        steps = dict(self._steps)
        texts: dict[int, dict[tuple[PinSlot, str], str]] = {}
        for item in kept:
            step = steps.get(item.step)
            if step is None:  # the side file is written first; its step's line may be torn
                continue
            if isinstance(item, TextKept):
                texts.setdefault(item.step, {})[item.slot, item.what] = item.text
            elif item.slot is PinSlot.BEFORE:
                steps[item.step] = replace(step, old_pin=item.pin)
            else:
                steps[item.step] = replace(step, sent_pin=item.pin)
        for number, of_step in texts.items():
            steps[number] = replace(steps[number], planned=show_texts(steps[number].planned, of_step))
        return RunState(
            header=self._header,
            steps=MappingProxyType(steps),
            send_times=tuple(self._sends),
            finished_at=self._finished,
            stopped_at=self._stopped,
            undo_closed=self._undo_closed,
            is_torn=is_torn,
            has_pins=has_pins,
        )


def fold(header: Header, records: Iterable[RunRecord], kept: Iterable[PinKept | TextKept] = ()) -> RunState:
    """What a run's records come to.

    Raises:
        UnplannedStepError: A record tells of a step that was not planned, or plans one twice.
    """
    folding = Folding(header)
    for record in records:
        folding.add(record)
    return folding.state(kept)


def _after(step: StepState, record: Intent | Withdrawn | Gone | Created | Ended) -> StepState:
    """A step after one more record of it."""
    kind = None if step.intent is None else step.intent.kind
    match record:
        case Intent():
            return replace(step, intent=record, open_since=step.open_since or record.at)
        case Withdrawn():
            is_only_one = step.intent is not None and step.open_since == step.intent.at
            return replace(step, open_since=None if is_only_one else step.open_since)
        case Gone():
            return replace(step, gone=record, open_since=None if kind is SendKind.DELETE else step.open_since)
        case Created():
            return replace(step, created=record, open_since=None if kind is SendKind.CREATE else step.open_since)
        case Ended():
            is_known = record.outcome is not Outcome.UNKNOWN
            was_taken = step.was_taken or record.outcome is Outcome.ASKED
            open_since = None if is_known else step.open_since
            return replace(step, ended=record, was_taken=was_taken, open_since=open_since)
