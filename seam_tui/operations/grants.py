"""Access grants: which codes belong to one, and how a plan acts through them instead of on their codes.

A code does not say that it belongs to a grant, so each is looked up, once. Changing or deleting such a code itself
would be in vain: the grant puts its own state back (inferred; seam_facts section 2).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from seam_tui.domain.access_code import AccessCode, AccessCodeType
from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.domain.clock import Clock
from seam_tui.domain.grant import AccessGrant
from seam_tui.domain.veil import quoted
from seam_tui.operations.bulk import TYPE_COUNT_FROM
from seam_tui.operations.plan import Friction, Plan, PlanStep, Refusal
from seam_tui.seam_api.errors import BadAnswer, SeamFailure

if TYPE_CHECKING:
    # Importing the client imports the SDK, which takes half a second: not before the first frame.
    from seam_tui.seam_api.client import SeamClient

LOOKUPS_AT_ONCE: Final = 8
KEPT_FOR: Final = 600.0
"""Seconds for which an answer is taken for true."""

Progress = Callable[[int, int], object]
"""Told how many codes are looked up, and of how many."""


def may_have_grant(code: AccessCode) -> bool:
    """Whether a grant can have made a code: grants make managed codes, and backups are nobody's."""
    return code.is_managed and not code.is_backup


@dataclass(frozen=True, slots=True)
class Grants:
    """What is known of the grants of some codes."""

    found: Mapping[str, tuple[AccessGrant, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """By access_code_id; empty for a code that belongs to none."""
    no_route: bool = False
    """Whether this server has no look-up for grants."""

    def is_known(self, access_code_id: str) -> bool:
        """Whether a code was looked up, whatever came of it."""
        return access_code_id in self.found

    def all_of(self, access_code_id: str) -> tuple[AccessGrant, ...]:
        """The grants that own a code, normally one or none."""
        return self.found.get(access_code_id, ())

    def of(self, access_code_id: str) -> AccessGrant | None:
        """The grant that owns a code; None when it belongs to none, or is not known."""
        return next(iter(self.all_of(access_code_id)), None)


class GrantBook:
    """Looks up the grants of codes, one request per code, and keeps what it learns.

    Args:
        client: The door to Seam.
        clock: By which answers grow old.
        kept_for: Seconds for which an answer is taken for true.
    """

    def __init__(self, client: SeamClient, clock: Clock, *, kept_for: float = KEPT_FOR) -> None:
        self._client = client
        self._clock = clock
        self._kept_for = kept_for
        self._found: dict[str, tuple[float, tuple[AccessGrant, ...]]] = {}
        self._no_route = False
        self._places = asyncio.Semaphore(LOOKUPS_AT_ONCE)

    def known(self) -> Grants:
        """All that is known by now, without a request."""
        found = {code: grants for code, (_, grants) in self._found.items() if self._is_fresh(code)}
        return Grants(MappingProxyType(found), self._no_route)

    def _is_fresh(self, code: str) -> bool:
        return code in self._found and self._clock.monotonic() - self._found[code][0] < self._kept_for

    async def look_up(self, codes: Iterable[AccessCode], progress: Progress | None = None) -> Grants:
        """Learn which codes belong to a grant; what is known is not asked again.

        A look-up that fails leaves its code unknown, until it is asked about again. On a server that has no such route
        the first answer ends all look-ups. When this is cancelled, what was learned stays in `known`.

        Args:
            codes: The codes; those that no grant can have made are passed over.
            progress: Told how far it has come.
        """
        wanted = dict.fromkeys(code.access_code_id for code in codes if may_have_grant(code))
        done, total = sum(map(self._is_fresh, wanted)), len(wanted)
        missing = iter([code for code in wanted if not self._is_fresh(code)])

        def tell() -> None:
            if progress is not None:
                progress(done, total)

        async def work() -> None:
            nonlocal done
            for code in missing:
                async with self._places:
                    if self._no_route:
                        return
                    if not self._is_fresh(code):  # another look-up may have asked meanwhile
                        await self._ask(code)
                done += 1
                tell()

        tell()
        if not self._no_route:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(LOOKUPS_AT_ONCE, total - done)):
                    group.create_task(work())
        return self.known()

    async def _ask(self, code: str) -> None:
        try:
            grants = await self._client.find_access_grants(code)
        except BadAnswer as failure:
            # Without Seam's envelope: it is the route that is missing, not the code (the older fake is such a server).
            self._no_route = self._no_route or failure.status == 404
        except SeamFailure:
            pass
        else:
            self._found[code] = (self._clock.monotonic(), grants)


# -- planning ---------------------------------------------------------------------------------------------------------

_THROUGH: Final = frozenset({ActionId.DELETE, ActionId.CHANGE_TIMES})
"""What a grant can be asked for in place of its codes."""
_IN_VAIN: Final[Mapping[ActionId, str]] = {
    ActionId.CHANGE_PIN: "its PIN is the grant's.",
    ActionId.GENERATE_PIN: "its PIN is the grant's.",
    ActionId.RENAME: "its name is the grant's.",
    ActionId.MAKE_ONGOING: "its times are the grant's.",
    ActionId.CHANGE_TIMES: "only its start and end can be changed, for the whole grant.",
    ActionId.ALLOW_EXTERNAL_MODIFICATION: "whether changes from outside stand is the grant's to say.",
    ActionId.FORBID_EXTERNAL_MODIFICATION: "whether changes from outside stand is the grant's to say.",
    ActionId.RECREATE: "a new code would come back besides the one that is made again.",
    ActionId.UNDO: "it has made a new code in the place of the deleted one by itself.",
}
_AT_ODDS: Final = "its codes would get different times here, and a grant has one start and one end for all."
_NAMED: Final = 5
"""How many grants a plan's notes name before they only count them."""


def with_grants(plan: Plan, grants: Grants, now: datetime) -> Plan:
    """A plan that acts through the grants that own its codes, and leaves out what no grant would let stand.

    Each grant is asked once, however many of the codes are its own.

    Args:
        plan: What was asked for. Steps that go through a grant already stay.
        grants: What is known of the grants of its codes.
        now: The wall time, aware.

    Returns:
        The plan with every code either in a step, in a step's `also`, or left out with the reason. Its friction is not
        lower than before.
    """
    sorting = _Sorting(grants)
    for step in plan.steps:
        sorting.take(step)
    steps = tuple(sorting.steps())
    if not steps and not plan.is_bulk:
        reasons = tuple(refusal.reason for refusal in sorting.left_out)
        return Plan(plan.action_id, (), (*plan.refusals, *reasons)) if reasons else plan
    notes = dict.fromkeys((*plan.notes, *_notes(plan, steps, sorting, now)))
    is_wide = any(step.grant is not None for step in steps) and sum(map(_reach, steps)) >= TYPE_COUNT_FROM
    friction = Friction.TYPE_COUNT if is_wide else plan.friction
    left_out = (*plan.left_out, *sorting.left_out)
    return replace(plan, steps=steps, left_out=left_out, notes=tuple(notes), friction=friction)


@dataclass(slots=True)
class _Sorting:
    """Steps as they were asked for, and what becomes of each."""

    grants: Grants
    owned: int = 0
    """Codes that belong to a grant."""
    unknown: int = 0
    """Codes that may belong to one."""
    left_out: list[Refusal] = field(default_factory=list)
    _kept: list[PlanStep | str] = field(default_factory=list)
    """In order: a step that stays, or the id of a grant where the first step of its codes stood."""
    _groups: dict[str, list[PlanStep]] = field(default_factory=dict)

    def take(self, step: PlanStep) -> None:
        """Take in a step."""
        if step.grant is not None:
            self._join(step, step.grant)
            return
        code = step.code
        # An undo puts back what a run changed, and so what the grant wants: only a code of its own would be too many.
        is_safe = not ACTIONS[step.action_id].writes or (step.action_id is ActionId.UNDO and not step.makes_new)
        if code is None or is_safe or not may_have_grant(code):
            self._kept.append(step)
            return
        owners = self.grants.all_of(code.access_code_id)
        self.unknown += not self.grants.is_known(code.access_code_id)
        if not owners:
            self._kept.append(step)
            return
        self.owned += 1
        reason = _why_not(step, owners)
        if reason is None:
            self._join(replace(step, name=_title(owners[0]), grant=owners[0]), owners[0])
        else:
            self.left_out.append(Refusal(code.access_code_id, code.true_title, reason))

    def _join(self, step: PlanStep, grant: AccessGrant) -> None:
        if grant.access_grant_id not in self._groups:
            self._kept.append(grant.access_grant_id)
        self._groups.setdefault(grant.access_grant_id, []).append(step)

    def steps(self) -> Iterator[PlanStep]:
        """The steps that are sent; called once, after all were taken in."""
        for kept in self._kept:
            if isinstance(kept, PlanStep):
                yield kept
                continue
            group = self._groups[kept]
            if len({(step.action_id, step.values.starts_at, step.values.ends_at) for step in group}) > 1:
                self._leave_out(group)
            else:
                first, *others = group
                codes = (code for step in others for code in (step.access_code_id, *step.also) if code is not None)
                yield replace(first, also=tuple(dict.fromkeys((*first.also, *codes))))

    def _leave_out(self, group: list[PlanStep]) -> None:
        for step in group:
            assert step.grant is not None
            reason = f"{_belongs(step.grant)}: {_AT_ODDS}"
            name = step.code.true_title if step.code is not None else step.name
            codes = (*((step.access_code_id,) if step.access_code_id is not None else ()), *step.also)
            self.left_out += [Refusal(code, name, reason) for code in codes]


def _reach(step: PlanStep) -> int:
    """How many codes a step acts on, as far as is known; a grant has some that are not in the plan."""
    made = 0 if step.grant is None else step.grant.access_method_count
    return max(1 + len(step.also), made)


def _title(grant: AccessGrant) -> str:
    count = grant.access_method_count
    return f"Access grant {quoted(grant.true_title)}" + (f" ({count} credentials)" if count > 1 else "")


def _belongs(grant: AccessGrant) -> str:
    return f"It belongs to the access grant {quoted(grant.true_title)}"


def _why_not(step: PlanStep, owners: tuple[AccessGrant, ...]) -> str | None:
    """Why a step cannot be carried out, not even through the grant; None when it can."""
    if len(owners) > 1:
        names = ", ".join(quoted(grant.true_title) for grant in owners)
        return f"It belongs to {len(owners)} access grants ({names}): end or change them one by one, in Seam."
    grant = owners[0]
    if step.action_id is ActionId.PULL_BACKUP:
        return f"{_belongs(grant)}: Seam pulls backups for access grants by itself."
    values = step.values
    others = (values.pin, values.name, values.is_external_modification_allowed)
    is_times_only = values.code_type is not AccessCodeType.ONGOING and all(value is None for value in others)
    if step.action_id in _THROUGH and is_times_only:
        return None
    why = _IN_VAIN.get(step.action_id, "change it there.")
    return f"{_belongs(grant)}, which would put its own state back: {why}"


def _notes(plan: Plan, steps: tuple[PlanStep, ...], sorting: _Sorting, now: datetime) -> Iterator[str]:
    """What there is to know about the grants of a plan."""
    through = [step for step in steps if step.grant is not None]
    one = not plan.is_bulk
    if sorting.owned and not one:
        verb = "belongs to an access grant" if sorting.owned == 1 else "belong to access grants"
        left_out = "It is left out." if sorting.owned == 1 else "They are left out."
        follows = "Each grant is asked once, for all that it made." if through else left_out
        yield f"{sorting.owned} of these {verb}. {follows}"
    for step in through[:_NAMED]:
        yield _about(step, now)
    if len(through) > _NAMED:
        yield f"The same holds for {len(through) - _NAMED} more access grants."
    if sorting.grants.no_route and sorting.unknown:
        yield "Access grants not known: this server has no look-up for them."
    elif sorting.unknown:
        which = "this code" if one else f"{sorting.unknown} of these codes"
        yield f"Access grants are not known for {which}: what belongs to a grant is put back by it."


def _about(step: PlanStep, now: datetime) -> str:
    grant = step.grant
    assert grant is not None
    count = grant.access_method_count
    everything = f"all its {count} credentials" if count > 1 else "all that it made"
    if step.action_id is not ActionId.DELETE:
        return f"The access grant {quoted(grant.true_title)} gets the new times for {everything}, on all its doors."
    begun = grant.starts_at is None or grant.starts_at <= now
    is_valid = begun and (grant.ends_at is None or now < grant.ends_at)
    live = " It is valid now." if is_valid else ""
    return f"The access grant {quoted(grant.true_title)} ends with {everything}, on all its doors.{live}"
