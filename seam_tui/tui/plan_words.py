"""A plan of many codes in words: its title, its counts, how long it takes, and what it leaves to somebody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.domain.device import Device
from seam_tui.domain.pin import MASK
from seam_tui.operations.control import kinds_of, lane_of, least_time
from seam_tui.operations.plan import Plan, PlanStep
from seam_tui.seam_api.pacing import LIMITS, WriteKind
from seam_tui.tui.detail import change_words
from seam_tui.workspace.times import duration, exact, relative

_TITLES: Final = {
    ActionId.DELETE: "Delete {codes}",
    ActionId.GENERATE_PIN: "Let Seam choose a new PIN for {codes}",
    ActionId.RENAME: "Rename {codes}",
    ActionId.CHANGE_TIMES: "Change the times of {codes}",
    ActionId.CONVERT_TO_MANAGED: "Convert {codes} to managed",
    ActionId.PULL_BACKUP: "Pull a backup for {codes}",
    ActionId.RECREATE: "Delete and re-create {codes}",
    ActionId.MAKE_ONGOING: "Make {codes} ongoing",
    ActionId.ALLOW_EXTERNAL_MODIFICATION: "Allow external modification of {codes}",
    ActionId.FORBID_EXTERNAL_MODIFICATION: "Forbid external modification of {codes}",
    ActionId.UNDO: "Put back {codes}",
    ActionId.DELETE_DUPLICATE: "Delete the duplicates of {codes}",
    ActionId.LOCK: "Test {locks} by locking",
    ActionId.SYNC_ACCOUNT: "Sync {accounts}",
}
_DOING: Final = {
    ActionId.DELETE: "Deleting",
    ActionId.GENERATE_PIN: "Changing PINs",
    ActionId.RENAME: "Renaming",
    ActionId.CHANGE_TIMES: "Changing times",
    ActionId.CONVERT_TO_MANAGED: "Converting",
    ActionId.PULL_BACKUP: "Pulling backups",
    ActionId.RECREATE: "Re-creating",
    ActionId.MAKE_ONGOING: "Making ongoing",
    ActionId.ALLOW_EXTERNAL_MODIFICATION: "Allowing modification",
    ActionId.FORBID_EXTERNAL_MODIFICATION: "Forbidding modification",
    ActionId.UNDO: "Putting back",
    ActionId.DELETE_DUPLICATE: "Deleting duplicates",
    ActionId.LOCK: "Testing locks",
    ActionId.SYNC_ACCOUNT: "Syncing accounts",
}
_KINDS: Final = {
    WriteKind.CREATE: "new codes",
    WriteKind.UPDATE: "changes",
    WriteKind.DELETE: "removals",
    WriteKind.LOCK: "lockings",
    WriteKind.UNLOCK: "unlockings",
}
_WAITS: Final = "Seam answers before the lock does: each change is done only when the lock has it."
_LEFT_UNDONE: Final = {
    ActionId.DELETE: ("Seam answers before the lock does: a code is gone only when Seam no longer lists it.",),
    ActionId.GENERATE_PIN: (_WAITS,),
    ActionId.RENAME: (_WAITS,),
    ActionId.CHANGE_TIMES: (_WAITS,),
    ActionId.CONVERT_TO_MANAGED: ("Seam answers before it is done: a code is managed only when Seam lists it so.",),
    ActionId.RECREATE: (
        "Each code is created once Seam no longer lists the old one; until then its guest has none.",
        "A code that was created again is done only when the lock has it.",
    ),
    ActionId.MAKE_ONGOING: (_WAITS,),
    ActionId.UNDO: (_WAITS,),
}


def codes_in_words(count: int) -> str:
    """`1 code`, `37 codes`."""
    return _in_words(count, "code")


def _in_words(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def title_of(action_id: ActionId, count: int) -> str:
    """What is done with so many codes, locks or accounts: `Delete 37 codes`."""
    return _TITLES.get(action_id, ACTIONS[action_id].label + ": {codes}").format(
        codes=codes_in_words(count), locks=_in_words(count, "lock"), accounts=_in_words(count, "account")
    )


def doing_words(action_id: ActionId) -> str:
    """What is under way, for the strip: `Deleting`."""
    return _DOING.get(action_id, ACTIONS[action_id].label)


def acted_on(plan: Plan) -> int:
    """How many codes a plan acts on, as far as it knows: one step through an access grant may be about several."""
    return sum(1 + len(step.also) for step in plan.steps)


def asked_on(plan: Plan) -> int:
    """How many codes a plan was asked for, those that are left out included."""
    return acted_on(plan) + len(plan.left_out)


def counts_words(plan: Plan, hidden: int, *, with_hidden: bool, now: datetime | None) -> str:
    """How many are sent, live, left out and hidden, in one sentence.

    Args:
        plan: As it would be sent.
        hidden: Marked codes that a filter hides.
        with_hidden: Whether the plan has them.
        now: The wall time; None leaves unsaid which are live.
    """
    live = 0 if now is None else sum(step.code is not None and step.code.is_live(now) for step in plan.steps)
    parts = [f"{acted_on(plan)} will be sent" + (f" ({live} live now)" if live else "")]
    through = sum(step.grant is not None for step in plan.steps)
    if through:
        parts.append(f"{through} {'request goes' if through == 1 else 'requests go'} through access grants")
    if plan.left_out:
        parts.append(f"{len(plan.left_out)} left out")
    if hidden and with_hidden:
        parts.append(f"with the {hidden} marked that the filter hides")
    elif hidden:
        parts.append(f"{hidden} marked {'one is' if hidden == 1 else 'ones are'} hidden by the filter")
    return ", ".join(parts) + "."


def short_time(plan: Plan) -> str:
    """`at once`, or `about 14 min`."""
    seconds = least_time(plan)
    return f"about {duration(seconds)}" if seconds else "at once"


def time_words(plan: Plan, devices: Mapping[str, Device]) -> str:
    """How long it takes at Seam's limits, and what makes it so long.

    Args:
        plan: As it would be sent.
        devices: The locks by id.
    """
    if not least_time(plan):
        return "Sent at once: within Seam's limits."
    lanes = Counter((lane_of(step), kind) for step in plan.steps for kind in kinds_of(step))
    (device_id, kind), count = max(lanes.items(), key=lambda lane: lane[1] / LIMITS[lane[0][1]])
    device = devices.get(device_id)
    where = f"; {device.title} has {count}" if device is not None else ""
    limit = f"Seam takes {LIMITS[kind]} {_KINDS[kind]} a minute on one lock{where}"
    return f"Takes {short_time(plan)}: {limit}. Locks go side by side."


def left_undone(plan: Plan) -> tuple[str, ...]:
    """What is still to come, or to be done by somebody, once all is sent."""
    return _LEFT_UNDONE.get(plan.action_id, ())


def live_words(code: AccessCode | None, now: datetime | None) -> str:
    """Whether a guest depends on the code: `● live now`, `starts in 3 h`, `ended 2 days ago`."""
    if code is None or now is None:
        return ""
    if code.is_live(now):
        return "● live now"
    if code.has_ended(now) and code.ends_at is not None:
        return f"ended {relative(code.ends_at, now)}"
    return "" if code.starts_at is None else f"starts {relative(code.starts_at, now)}"


def what_changes(step: PlanStep, zone: str | None) -> str:
    """One line on what a code gets; nothing for a removal.

    Args:
        step: What would be sent.
        zone: The lock's IANA zone.
    """
    match step.action_id:
        case ActionId.GENERATE_PIN:
            return f"PIN: {MASK} → one that Seam chooses"
        case ActionId.PULL_BACKUP:
            return f"PIN: {MASK} → a spare one of the lock"
        case ActionId.CONVERT_TO_MANAGED:
            taken = ", taken over from another workspace" if step.force else ""
            return f"unmanaged → managed{taken}"
        case ActionId.RECREATE:
            return "deleted, then created again as it is now"
        case ActionId.UNDO if step.makes_new:
            return "created again under a new id"
        case _:
            return "; ".join(change_words(change, zone) for change in step.changes)


def step_words(step: PlanStep, device: Device | None, now: datetime | None) -> str:
    """One step with all that is known of it, for the line below the list."""
    zone = device.time_zone if device is not None else None
    code = step.code
    kind = " (unmanaged)" if code is not None and not code.is_managed else ""
    where = f" on {device.title}" if device is not None else ""
    parts = [f"{step.title}{kind}{where}", live_words(code, now)]
    changed = what_changes(step, zone)
    if changed:
        parts.append(changed)
    elif code is not None and code.starts_at is not None:
        ends = f" → {exact(code.ends_at, zone)}" if code.ends_at is not None else ""
        parts.append(f"{exact(code.starts_at, zone)}{ends}")
    elif code is not None and not code.is_time_bound:
        parts.append("ongoing, without an end")
    return " · ".join(part for part in parts if part)
