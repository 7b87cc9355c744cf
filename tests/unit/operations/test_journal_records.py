"""The journal's lines and what they come to: every record survives its line, and no line holds a PIN."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.action import ActionId
from seam_tui.domain.pin import MASK, Pin
from seam_tui.operations import runner
from seam_tui.operations.journal_lines import (
    KnownPins,
    decode,
    decode_kept,
    encode,
    encode_pin,
    encode_text,
    hide_pins,
    show_texts,
    version_of,
)
from seam_tui.operations.journal_records import (
    CodeRecord,
    Created,
    Ended,
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
    SentValues,
    Stopped,
    TextKept,
    Withdrawn,
    planned_records,
)
from seam_tui.operations.journal_state import Folding, RunState, UnplannedStepError, fold
from seam_tui.operations.plan import PlanStep, Values
from tests.unit.operations.journal_making import (
    NOW,
    a_code,
    codes,
    headers,
    names,
    pins,
    planned_lines,
    run_records,
    step_records,
    steps,
)

any_record = planned_lines | step_records(steps) | run_records
HEADER = Header(
    run_id="abc", workspace_id="w", workspace_name="n", action="delete", created_at=NOW, count=1, endpoint="e"
)
PLANNED = Planned(step=1, action="delete", title="Guest", code=CodeRecord.of(a_code()))


def after(*records: RunRecord) -> RunState:
    return fold(HEADER, [PLANNED, *records])


def at(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


@given(any_record | headers)
def test_every_record_is_read_as_it_was_written(record: RunRecord | Header) -> None:
    line = encode(record)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode(line[:-1]) == record


@given(steps, st.sampled_from(PinSlot), pins)
def test_every_pin_is_read_as_it_was_kept(step: int, slot: PinSlot, pin: Pin) -> None:
    kept = PinKept(step=step, slot=slot, pin=pin)
    assert decode_kept(encode_pin(kept)[:-1]) == kept


@given(steps, st.sampled_from(PinSlot), st.sampled_from(["name", "common_code_key"]), names)
def test_every_text_is_read_as_it_was_kept(step: int, slot: PinSlot, what: str, text: str) -> None:
    kept = TextKept(step=step, slot=slot, what=what, text=text)  # type: ignore[arg-type]
    assert decode_kept(encode_text(kept)[:-1]) == kept


@given(codes)
def test_a_code_comes_back_as_far_as_it_is_kept(code: object) -> None:
    assert CodeRecord.of(code).as_access_code(code.pin) == code  # type: ignore[arg-type, attr-defined]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\0\0\0",
        b"[]",
        b'{"record":"finished"}',
        b'{"record":"finished","at":"2031-05-06T07:08:09"}',
        b'{"record":"finished","at":1}',
        b'{"record":"finished","at":"2031-05-06T07:08:09Z","pin":"4815"}',
        b'{"record":"gone","step":"1","at":"2031-05-06T07:08:09Z"}',
        b'{"record":"gone","step":true,"at":"2031-05-06T07:08:09Z"}',
        b'{"record":"planned","step":1,"action":"delete","title":"t","values":{"pin":"4815"}}',
        b'{"record":"what is this","at":"2031-05-06T07:08:09Z"}',
        b'{"record":"stopped","at":"2031-05-06T07:08:09Z"',
    ],
)
def test_a_damaged_line_is_no_record(line: bytes) -> None:
    assert decode(line) is None


def test_a_time_without_a_zone_is_not_written() -> None:
    with pytest.raises(ValueError, match="zone"):
        encode(Stopped(at=datetime(2031, 1, 1)))


def test_the_version_of_a_header_is_read_whatever_else_it_says() -> None:
    assert version_of(encode(HEADER)) == 1
    assert version_of(b'{"record":"header","version":7,"colour":"red"}') == 7
    assert version_of(b'{"record":"gone","version":7}') is None
    assert version_of(b'{"record":"header","version":true}') is None
    assert version_of(b"[7]") is None
    assert version_of(b"torn") is None


@given(st.text(), st.lists(pins, max_size=5))
def test_a_masked_text_holds_no_pin(text: str, known: list[Pin]) -> None:
    all_pins = KnownPins()
    for pin in known:
        all_pins.add(pin)
        text = f"{text}{pin.reveal()}0{pin.reveal()[1:]}"
    masked = all_pins.mask(text)
    assert not [pin for pin in known if pin.reveal() in masked]
    assert all_pins.mask(masked) == masked


def test_a_pin_that_is_none_is_masked_too() -> None:
    known = KnownPins()
    known.add(Pin("48-15"))
    assert known.mask("Anna 48-15") == f"Anna {MASK}"


@given(any_record, st.lists(pins, min_size=1, max_size=3), st.data())
def test_no_free_text_of_a_line_holds_a_pin_and_the_side_file_gives_it_back(
    record: RunRecord, known: list[Pin], data: st.DataObject
) -> None:
    pin = data.draw(st.sampled_from(known)).reveal()
    if isinstance(record, Planned):
        code = record.code and dataclasses.replace(record.code, name=f"a{pin}", common_code_key=f"{pin}/b")
        sent = dataclasses.replace(record.values, name=f"{pin}{pin}")
        record = dataclasses.replace(record, title=f"x {pin}", code=code, values=sent)
    elif isinstance(record, Ended):
        record = dataclasses.replace(record, said=f"PIN {pin}.")
    all_pins = KnownPins()
    for one in known:
        all_pins.add(one)
    hidden, kept = hide_pins(record, all_pins.mask)
    if isinstance(hidden, Planned):
        told = [hidden.title, hidden.values.name or ""]
        told += [hidden.code.name, hidden.code.common_code_key or ""] if hidden.code is not None else []
        assert not [text for text in told if pin in text]
        assert isinstance(record, Planned)
        whole = show_texts(hidden, {(text.slot, text.what): text.text for text in kept})
        assert dataclasses.replace(whole, title=record.title) == record
    elif isinstance(hidden, Ended):
        assert pin not in hidden.said
    else:
        assert (hidden, kept) == (record, ())


@given(pins, names)
def test_no_record_shows_a_pin_when_it_is_printed(pin: Pin, name: str) -> None:
    step = PlanStep(ActionId.CHANGE_PIN, "Guest", code=a_code(pin=pin.reveal()), values=Values(pin=pin, name=name))
    other = PlanStep(ActionId.CHANGE_PIN, "Guest", code=a_code(pin="0" * 12), values=Values(pin=Pin("1"), name=name))
    assert repr(planned_records(1, step)) == repr(planned_records(1, other))
    kept = TextKept(step=1, slot=PinSlot.SENT, what="name", text=f"Guest {pin.reveal()}")
    assert "Guest" not in repr(kept)
    with pytest.raises(TypeError):
        json.dumps(dataclasses.asdict(planned_records(1, step)[1]), default=None)


def test_a_step_of_a_plan_becomes_its_line_and_its_pins() -> None:
    code = a_code(pin="481516")
    step = PlanStep(
        ActionId.CHANGE_PIN, "Guest", code=code, device_id="lock-a", values=Values(pin=Pin("2342")), asked_on="code-b"
    )
    line, before, sent = planned_records(7, step)
    assert line == Planned(
        step=7,
        action="change_pin",
        title="Guest",
        code=CodeRecord.of(code),
        device_id="lock-a",
        values=SentValues(sets_pin=True),
        asked_on="code-b",
    )
    assert before == PinKept(step=7, slot=PinSlot.BEFORE, pin=Pin("481516"))
    assert sent == PinKept(step=7, slot=PinSlot.SENT, pin=Pin("2342"))


# What records come to


def test_an_intent_is_open_until_its_end_is_known() -> None:
    intent = Intent(step=1, kind=SendKind.DELETE, at=at(1))
    assert after().remaining
    assert after(intent).open_intents
    assert not after(intent).remaining
    assert after(intent, Ended(step=1, outcome=Outcome.UNKNOWN, at=at(2))).open_intents
    ended = after(intent, Ended(step=1, outcome=Outcome.ASKED, at=at(2)))
    assert not ended.open_intents
    assert not ended.remaining
    assert ended.waiting
    assert after(intent, Gone(step=1, at=at(2))).remaining
    assert after(intent, Withdrawn(step=1, at=at(2))).remaining


def test_gone_does_not_close_the_intent_to_create() -> None:
    recreating = (
        Intent(step=1, kind=SendKind.DELETE, at=at(1)),
        Gone(step=1, at=at(2)),
        Intent(step=1, kind=SendKind.CREATE, at=at(3)),
    )
    (step,) = after(*recreating).open_intents
    assert step.open_since == at(3)
    assert after(*recreating, Gone(step=1, at=at(4))).open_intents
    (made,) = after(*recreating, Created(step=1, access_code_id="new", at=at(4))).remaining
    assert made.created is not None


def test_a_repeated_intent_is_open_since_the_first() -> None:
    twice = (Intent(step=1, kind=SendKind.CREATE, at=at(1)), Intent(step=1, kind=SendKind.CREATE, at=at(9)))
    (step,) = after(*twice).open_intents
    assert step.open_since == at(1)
    (withdrawn,) = after(*twice, Withdrawn(step=1, at=at(10))).open_intents
    assert withdrawn.open_since == at(1)


def test_a_run_tells_what_was_sent_since_a_moment() -> None:
    sends = [SendTime(device_id="lock-a", kind=SendKind.DELETE, at=at(number)) for number in range(5)]
    assert after(*sends).sends_since(at(3)) == tuple(sends[3:])


def test_records_of_a_step_that_was_not_planned_are_refused() -> None:
    with pytest.raises(UnplannedStepError, match="not planned"):
        fold(HEADER, [Gone(step=1, at=NOW)])
    with pytest.raises(UnplannedStepError, match="twice"):
        fold(HEADER, [PLANNED, PLANNED])


@given(st.lists(step_records(st.integers(1, 3)) | run_records, max_size=30))
def test_every_step_is_settled_open_or_remaining_and_never_two_of_them(records: list[RunRecord]) -> None:
    folding = Folding(HEADER)
    for number in (1, 2, 3):
        folding.add(dataclasses.replace(PLANNED, step=number))
    for record in records:
        folding.add(record)
        run = folding.state()
        open_ones = {step.number for step in run.open_intents}
        remaining = {step.number for step in run.remaining}
        settled = {number for number, step in run.steps.items() if step.is_settled}
        assert open_ones | remaining | settled == {1, 2, 3}
        assert len(open_ones) + len(remaining) + len(settled) == 3
        assert {step.number for step in run.waiting} <= settled


@given(st.lists(step_records(st.just(1)), max_size=12))
def test_a_run_is_the_same_whether_it_is_read_or_remembered(records: list[RunRecord]) -> None:
    again = [decode(encode(record)) for record in records]
    assert after(*records) == after(*again)  # type: ignore[arg-type]


def test_the_runner_and_the_journal_mean_the_same_outcomes() -> None:
    assert [outcome.value for outcome in runner.Outcome] == [outcome.value for outcome in Outcome]


def test_every_action_fits_into_a_line() -> None:
    for action in ActionId:
        assert decode(encode(Planned(step=1, action=action, title=""))) == Planned(step=1, action=action, title="")


def test_importing_the_journal_is_light() -> None:
    heavy = ("pydantic", "platformdirs", "textual", "seam", "httpx")
    code = (
        "import sys, seam_tui.operations.journal, seam_tui.operations.journal_undo;"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
