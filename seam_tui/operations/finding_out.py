"""How a write ended whose answer was lost: the code is read again until it tells (UX rule 10)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.action import ActionId
from seam_tui.operations.effect import took_effect
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.plan import PlanStep
from seam_tui.operations.step_result import StepResult
from seam_tui.operations.under_way import READ_AGAIN_AFTER, RunUnderWay
from seam_tui.seam_api.errors import SeamFailure


async def find_out(run: RunUnderWay, sent: PlanStep, unknown: StepResult) -> StepResult:
    """Read a code until it tells how a write ended, or give up and say so.

    Args:
        run: The run.
        sent: The step as it was sent.
        unknown: What is known of it.
    """
    code = sent.code
    if code is None:
        return unknown
    for seconds in READ_AGAIN_AFTER:
        await run.clock.sleep(seconds)
        try:
            current = await run.find(code.access_code_id, is_managed=code.is_managed)
        except SeamFailure:
            continue
        run.watch(sent)
        if took_effect(sent, current):
            return await after_all(run, unknown, current)
        if current is None:
            return replace(unknown, outcome=Outcome.FAILED, said="The code is gone.")
    run.watch(sent)
    said = "Seam shows no trace of it: it did not take effect, or not yet. Look again before you repeat it."
    return replace(unknown, said=said)


async def after_all(run: RunUnderWay, unknown: StepResult, current: AccessCode | None) -> StepResult:
    """The result of a write that took effect although its answer was lost.

    Args:
        run: The run.
        unknown: What was known of it.
        current: The code as it reads now; None when it is gone.
    """
    if current is not None and unknown.step.action_id is ActionId.PULL_BACKUP:
        return await _with_backup(run, unknown, current)
    said = "It took effect after all; Seam's answer was lost."
    if current is None:
        return replace(unknown, outcome=Outcome.DONE, said=said)
    return replace(unknown, outcome=Outcome.ASKED, said=f"{said} Waiting for the lock.")


async def _with_backup(run: RunUnderWay, unknown: StepResult, original: AccessCode) -> StepResult:
    """Hand over a backup whose answer was lost: the guest has to be told its PIN."""
    backup: AccessCode | None = None
    if original.pulled_backup_access_code_id is not None:
        run.rereader.watch(original.pulled_backup_access_code_id, is_managed=True, reason="setting the backup")
        with suppress(SeamFailure):  # it is known by its id all the same
            backup = await run.client.get_access_code(original.pulled_backup_access_code_id)
    said = "It took effect after all; Seam's answer was lost. Tell the guest the backup's PIN."
    return replace(unknown, outcome=Outcome.DONE, said=said, backup=backup)
