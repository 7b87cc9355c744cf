"""Going on with a run that an earlier process left: its steps again, and how those ended that may have been sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.action import ActionId
from seam_tui.domain.grant import AccessGrant
from seam_tui.operations.control import first_kind_of, lane_of
from seam_tui.operations.effect import is_unchanged, took_effect
from seam_tui.operations.finding_out import after_all
from seam_tui.operations.journal_records import Outcome, SendKind
from seam_tui.operations.journal_state import RunState, StepState
from seam_tui.operations.plan import PlanStep, Values, changes_of
from seam_tui.operations.step_result import StepResult
from seam_tui.operations.under_way import READ_AGAIN_AFTER, Job, RunUnderWay
from seam_tui.seam_api.errors import SeamFailure
from seam_tui.seam_api.pacing import SentAt, WriteKind

FORGOTTEN: Final = "its PIN is not kept any more"


def step_of(state: StepState) -> PlanStep:
    """A planned step again, with its PINs as far as they are kept.

    Raises:
        ValueError: Its action is one of another release.
    """
    planned, sent = state.planned, state.planned.values
    code = None if planned.code is None else planned.code.as_access_code(state.old_pin)
    values = Values(
        pin=state.sent_pin,
        name=sent.name,
        starts_at=sent.starts_at,
        ends_at=sent.ends_at,
        code_type=sent.code_type,
        is_external_modification_allowed=sent.is_external_modification_allowed,
        time_zone=sent.time_zone,
    )
    return PlanStep(
        ActionId(planned.action),
        planned.title,
        code=code,
        device_id=planned.device_id,
        connected_account_id=planned.connected_account_id,
        values=values,
        changes=() if code is None else changes_of(code, values),
        force=planned.force,
        grant=None if planned.access_grant_id is None else AccessGrant(planned.access_grant_id, planned.title),
        makes_new=planned.makes_new,
        wait_until_gone=planned.wait_until_gone,
        also=planned.also,
        asked_on=planned.asked_on,
    )


def sends_of(run: RunState, now: datetime, timeout: float) -> Iterator[SentAt]:
    """What a run has sent, for the limits: an open intent may have been sent as late as its call could last.

    Args:
        run: The run.
        now: The wall time, aware.
        timeout: Seconds after which a call ends.
    """
    for send in run.send_times:
        if send.kind.value in set(WriteKind):
            yield SentAt(send.device_id, WriteKind(send.kind.value), send.at)
    for state in run.open_intents:
        step = step_of(state)
        kind = first_kind_of(step)
        if state.intent is not None and kind is not None:
            kind = WriteKind.CREATE if state.intent.kind is SendKind.CREATE else kind
            yield SentAt(lane_of(step), kind, min(now, state.intent.at + timedelta(seconds=timeout)))


async def until_timed_out(run: RunUnderWay, since: datetime, *, times: float = 1.0) -> None:
    """Wait until a call that began at a moment has ended in one way or another.

    Args:
        run: The run.
        since: When it was about to be sent.
        times: How many times as long as a caller waits.
    """
    left = times * run.client.timeout - (run.clock.now() - since).total_seconds()
    if left > 0:
        await run.clock.sleep(left)


async def look_first(run: RunUnderWay, job: Job) -> StepResult | None:
    """How a step ended that an earlier process may have sent, or why it is not sent; None when it is to be sent."""
    state, step = job.state, job.step
    if state is None:
        return None
    if not state.has_open_intent or state.intent is None:
        said = f"Not sent: {FORGOTTEN}."
        return StepResult(step, Outcome.SKIPPED, said) if state.is_forgotten else None
    unknown = StepResult(step, Outcome.UNKNOWN, "It may have been sent before the app ended: whether is not known.")
    if step.code is None:
        return unknown
    if not await run.control.gate():
        return replace(unknown, said=f"{unknown.said} It was not looked at: cancelled.", can_go_on=True)
    run.say(step, "It may have been sent before the app ended; the code is read once that is settled.")
    await until_timed_out(run, state.intent.at)
    try:
        current = await _find_patiently(run, step.code)
    except SeamFailure as failure:
        return replace(unknown, said=f"{unknown.said} {failure}", request_id=failure.request_id, can_go_on=True)
    run.watch(step)
    if took_effect(step, current):
        return await after_all(run, unknown, current)
    if current is None:
        return replace(unknown, outcome=Outcome.FAILED, said="The code is gone.")
    if state.is_forgotten:
        return replace(unknown, said=f"{unknown.said} It is not sent again: {FORGOTTEN}.")
    if is_unchanged(step, current):
        return None
    return replace(unknown, said=f"{unknown.said} The code has changed since it was planned: look at it.")


async def _find_patiently(run: RunUnderWay, code: AccessCode) -> AccessCode | None:
    """A code as it reads now; None when it is gone.

    Raises:
        SeamFailure: It cannot be read, even after some waits.
    """
    for seconds in READ_AGAIN_AFTER:
        try:
            return await run.find(code.access_code_id, is_managed=code.is_managed)
        except SeamFailure:
            await run.clock.sleep(seconds)
    return await run.find(code.access_code_id, is_managed=code.is_managed)
