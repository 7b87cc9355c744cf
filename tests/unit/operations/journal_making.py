"""Makes what the journal's tests write: codes, steps, records and whole runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.pin import Pin
from seam_tui.operations.journal import Journal
from seam_tui.operations.journal_records import (
    CodeRecord,
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
    Record,
    SendKind,
    SendTime,
    SentValues,
    Stopped,
    UndoClosed,
    Withdrawn,
)
from seam_tui.operations.journal_writer import JournalWriter

NOW = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
WORKSPACE = "workspace-a"


def a_code(
    identifier: str = "code-a", *, name: str = "Guest", pin: str | None = "481516", **given: object
) -> AccessCode:
    fields = {
        "access_code_id": identifier,
        "device_id": "lock-a",
        "name": name,
        "pin": None if pin is None else Pin(pin),
        "is_managed": True,
        "type": AccessCodeType.ONGOING,
        "status": AccessCodeStatus.SET,
    }
    return AccessCode(**fields | given)  # type: ignore[arg-type]


def planned(step: int, code: AccessCode | None = None, action: str = "delete", **given: object) -> tuple[Record, ...]:
    """A planned step with the PIN that its code has."""
    code = code or a_code(f"code-{step}")
    line = Planned(
        step=step,
        action=action,
        title=code.title,
        code=CodeRecord.of(code),
        device_id=code.device_id,
        **given,  # type: ignore[arg-type]
    )
    if code.pin is None:
        return (line,)
    return (line, PinKept(step=step, slot=PinSlot.BEFORE, pin=code.pin))


async def started(journal: Journal, count: int = 1, now: datetime = NOW, **given: str) -> JournalWriter:
    """The writer of a run that was just begun."""
    about = {"workspace_id": WORKSPACE, "workspace_name": "Hotel", "action": "delete", "endpoint": "https://seam"}
    return await journal.start_run(count=count, now=now, **about | given)  # type: ignore[arg-type]


async def finished(journal: Journal, *records: Record, now: datetime = NOW, count: int = 1) -> str:
    """The id of a run that has come to its end."""
    async with await started(journal, count, now) as writer:
        await writer.write(*records, Finished(at=now))
    return writer.run_id


def the_file(journal: Journal, ending: str = ".jsonl") -> Path:
    (path,) = journal.folder.glob(f"*{ending}")
    return path


def intent(step: int) -> Intent:
    return Intent(step=step, kind=SendKind.DELETE, at=NOW)


# What hypothesis makes

names = st.text(max_size=30)
moments = st.datetimes(
    datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.sampled_from([UTC]) | st.timezones()
).map(lambda moment: moment.astimezone(UTC))
pins = st.text("0123456789", min_size=4, max_size=12).map(Pin)
steps = st.integers(1, 10**6)
kinds = st.sampled_from(SendKind)

codes = st.builds(
    AccessCode,
    access_code_id=names,
    device_id=names,
    name=names,
    pin=st.none() | pins,
    is_managed=st.booleans(),
    type=st.sampled_from(AccessCodeType),
    status=st.sampled_from(AccessCodeStatus),
    created_at=st.none() | moments,
    starts_at=st.none() | moments,
    ends_at=st.none() | moments,
    common_code_key=st.none() | names,
    pulled_backup_access_code_id=st.none() | names,
    is_backup=st.booleans(),
    is_external_modification_allowed=st.booleans(),
    is_one_time_use=st.booleans(),
)
values = st.builds(
    SentValues,
    name=st.none() | names,
    starts_at=st.none() | moments,
    ends_at=st.none() | moments,
    code_type=st.none() | st.sampled_from(AccessCodeType),
    is_external_modification_allowed=st.none() | st.booleans(),
    time_zone=st.none() | names,
    sets_pin=st.booleans(),
)
planned_lines = st.builds(
    Planned,
    step=steps,
    action=names,
    title=names,
    code=st.none() | codes.map(CodeRecord.of),
    device_id=st.none() | names,
    connected_account_id=st.none() | names,
    values=values,
    force=st.booleans(),
    access_grant_id=st.none() | names,
    also=st.lists(names, max_size=2).map(tuple),
    makes_new=st.booleans(),
    wait_until_gone=st.none() | names,
    asked_on=st.none() | names,
)
headers = st.builds(
    Header,
    run_id=names,
    workspace_id=names,
    workspace_name=names,
    action=names,
    created_at=moments,
    count=st.integers(0, 10**6),
    endpoint=names,
    undoes=st.none() | names,
)


def step_records(number: st.SearchStrategy[int]) -> st.SearchStrategy[Intent | Withdrawn | Gone | Created | Ended]:
    """Whatever may be written of a step after it was planned."""
    return st.one_of(
        st.builds(Intent, step=number, kind=kinds, at=moments),
        st.builds(Withdrawn, step=number, at=moments),
        st.builds(Gone, step=number, at=moments),
        st.builds(Created, step=number, access_code_id=names, at=moments),
        st.builds(
            Ended, step=number, outcome=st.sampled_from(Outcome), at=moments, said=names, request_id=st.none() | names
        ),
    )


run_records = st.one_of(
    st.builds(SendTime, device_id=names, kind=kinds, at=moments),
    st.builds(Finished, at=moments),
    st.builds(Stopped, at=moments),
    st.builds(UndoClosed, at=moments, why=st.sampled_from(["used", "declined"])),
)

DAY = timedelta(days=1)
