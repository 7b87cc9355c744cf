"""A workspace of a given size, all of it in order: what is to be changed in bulk while something goes wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.action import ActionId
from seam_tui.operations.bulk import Edit, make_bulk_plan
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.journal_state import RunState
from seam_tui.operations.plan import Plan
from seam_tui.operations.subject import Subject
from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.records import Account, Code, Device
from seam_tui.sandbox.server import Sandbox
from seam_tui.sandbox.world import World
from seam_tui.seam_api.client import SeamClient


def pin_of(number: int) -> str:
    """The PIN of a code: no two are the same, none is part of a count, and every maker takes it."""
    return f"77{number:06d}"


def fill(world: World, codes_on_locks: Sequence[int], *, unmanaged: int = 0) -> None:
    """Put locks into a world, each with so many codes that are set and stay for weeks.

    Args:
        world: The world.
        codes_on_locks: How many managed codes each lock has.
        unmanaged: How many unmanaged ones each has besides.
    """
    day = timedelta(days=1).total_seconds()
    account = world.add_account(Account(world.seeds.uuid(), "ultraloq", "Hotel", "hotel@example.com", world.now - day))
    number, hour = 0, world.now // 3600 * 3600  # the API tells times to the millisecond
    for lock, count in enumerate(codes_on_locks):
        made = world.now - day
        device = Device(
            world.seeds.uuid(), account.account_id, "ultraloq", f"Room {lock}", made, "Ultraloq", "Asia/Tokyo"
        )
        world.add_device(device)
        for position in range(count + unmanaged):
            is_managed = position < count
            code = Code(world.seeds.uuid(), device.device_id, f"Guest {number}", pin_of(number), world.now - day)
            code.status, code.on_lock, code.managed = "set", True, is_managed
            if is_managed and number % 2:
                code.starts_at, code.ends_at = hour - day, hour + 20 * day
            world.add_code(code)
            number += 1


def open_hotel(
    codes_on_locks: Sequence[int], clock: SandboxClock, *, unmanaged: int = 0, rate_limits: bool = True, seed: int = 1
) -> Sandbox:
    """A sandbox with such a world."""

    def build() -> World:
        world = World(clock, seed, rate_limits=rate_limits)
        fill(world, codes_on_locks, unmanaged=unmanaged)
        return world

    return Sandbox(build, clock, seed=seed, control=True, traceable=False)


Guest = tuple[str, str | None, str | None, float | None, float | None]
"""What somebody at a door depends on: lock, name, PIN and times."""


def guests(world: World) -> Counter[Guest]:
    """How often each code is there."""
    return Counter(
        (code.device_id, code.name, code.code, code.starts_at, code.ends_at) for code in list(world.codes.values())
    )


def check_guests(before: Counter[Guest], world: World, run: RunState) -> None:
    """Everybody has the code of before, once, but for those of whom the result says that it is not known."""
    after = guests(world)
    unknown = {
        (step.planned.code.device_id, step.planned.code.name)
        for step in run.steps.values()
        if step.outcome is Outcome.UNKNOWN and step.planned.code is not None
    }
    assert {guest: count for guest, count in after.items() if count != before[guest] and guest[:2] not in unknown} == {}
    assert [guest for guest in before if guest not in after and guest[:2] not in unknown] == []
    for step in run.steps.values():
        if step.outcome in {Outcome.DONE, Outcome.ASKED}:
            assert step.created is not None
            assert step.created.access_code_id in world.codes


@dataclass(frozen=True, slots=True)
class Look:
    """All that a person sees of the hotel."""

    subjects: tuple[Subject, ...]

    def managed(self) -> tuple[Subject, ...]:
        return tuple(subject for subject in self.subjects if subject.code is not None and subject.code.is_managed)

    def unmanaged(self) -> tuple[Subject, ...]:
        return tuple(subject for subject in self.subjects if subject.code is not None and not subject.code.is_managed)


async def look(client: SeamClient) -> Look:
    """Read every code, with its lock and neighbours."""
    workspace = await client.get_workspace()
    accounts = {item.connected_account_id: item async for page in client.list_connected_accounts() for item in page}
    subjects = []
    for device in [device async for page in client.list_devices() for device in page]:
        codes = [code async for page in client.list_access_codes(device.device_id) for code in page]
        codes += [code async for page in client.list_unmanaged_access_codes(device.device_id) for code in page]
        account = accounts.get(device.connected_account_id or "")
        subjects += [Subject(workspace, account, device, code, _others(codes, code)) for code in codes]
    return Look(tuple(subjects))


def _others(codes: Iterable[AccessCode], code: AccessCode) -> tuple[AccessCode, ...]:
    return tuple(other for other in codes if other is not code)


def plan_for(action: ActionId, subjects: Sequence[Subject], now: datetime, edit: Edit | None = None) -> Plan:
    """A plan that leaves nobody out."""
    plan = make_bulk_plan(action, subjects, now, edit)
    assert (len(plan.steps), plan.left_out, plan.refusals) == (len(subjects), (), ())
    return plan
