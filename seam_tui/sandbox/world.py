"""The state of a sandbox workspace over time.

Nothing runs in the background. What is to happen stands in a heap; when a request arrives the world catches up with the
clock, so that what the request meets is what a real workspace would show at that moment.
"""

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from seam_tui.sandbox.clock import SandboxClock, iso
from seam_tui.sandbox.event_rules import EventRules
from seam_tui.sandbox.limits import WriteLimits
from seam_tui.sandbox.records import Account, Attempt, Code, Device, Grant, Issue, IssueKind, Json, Webview, Workspace
from seam_tui.sandbox.seeds import Seeds

Step = Callable[["World", str], None]
"""Something that happens to the record with this id when its time comes."""

EVENTS_KEPT = 100_000
"""Oldest events fall away beyond this, so that a sandbox that runs for weeks does not grow for ever."""

# With one of these on the lock or its account, nothing that Seam sends arrives.
UNREACHABLE = frozenset(
    {
        "device_disconnected", "device_offline", "device_removed", "hub_disconnected", "august_lock_not_authorized",
        "missing_device_credentials", "subscription_required", "account_disconnected", "bridge_disconnected",
        "dormakaba_sites_disconnected", "insufficient_permissions",
        "august_lock_missing_bridge", "ttlock_lock_not_paired_to_gateway", "lockly_missing_wifi_bridge",
    }
)  # fmt: skip


class World:
    """One workspace: its records, what is about to happen to them, and what has happened.

    Args:
        clock: The time by which everything moves.
        seed: Where ids, PINs and spans come from.
        traceable: See `Seeds`.
        keeps_names: See `Seeds`.
        rate_limits: Whether writes are limited per lock and minute.
    """

    def __init__(
        self,
        clock: SandboxClock,
        seed: int = 1,
        *,
        traceable: bool = False,
        keeps_names: bool = False,
        rate_limits: bool = True,
    ) -> None:
        self.clock = clock
        self.seeds = Seeds(seed, traceable=traceable, keeps_names=keeps_names)
        self.now = clock.timestamp()
        self.limits = WriteLimits(enabled=rate_limits)
        self.refuse_duplicates = True
        self.workspaces = [
            Workspace(self.seeds.uuid(), "Harbour & Pine Stays", "Harbour & Pine Stays", self.seeds.uuid())
        ]
        organization = self.workspaces[0].organization_id
        self.workspaces.append(Workspace(self.seeds.uuid(), "Old Town Lofts", "Old Town Lofts", organization))
        self.accounts: dict[str, Account] = {}
        self.devices: dict[str, Device] = {}
        self.codes: dict[str, Code] = {}
        self.codes_on: dict[str, dict[str, Code]] = {}
        self.attempts: dict[str, Attempt] = {}
        self._open_attempts: dict[str, list[Attempt]] = {}
        self.grants: dict[str, Grant] = {}
        self.webviews: dict[str, Webview] = {}
        self.events: list[Json] = []
        self.event_rules = EventRules()
        self._event_times: list[float] = []
        self._heap: list[tuple[float, int, Step, str]] = []
        self._steps = 0

    @property
    def workspace(self) -> Workspace:
        """The workspace that the key opens."""
        return self.workspaces[0]

    # -- time ---------------------------------------------------------------------------------------------------------

    def later(self, seconds: float, step: Step, subject: str) -> None:
        """Let something happen to a record after a span."""
        self.at(self.now + seconds, step, subject)

    def at(self, moment: float, step: Step, subject: str) -> None:
        """Let something happen to a record at a moment; at once if it is past."""
        self._steps += 1
        heapq.heappush(self._heap, (max(moment, self.now), self._steps, step, subject))

    def catch_up(self) -> None:
        """Do everything that is due by the clock, each thing at its own moment."""
        target = self.clock.timestamp()
        while self._heap and self._heap[0][0] <= target:
            moment, _, step, subject = heapq.heappop(self._heap)
            self.now = max(self.now, moment)
            step(self, subject)
        self.now = max(self.now, target)

    # -- records ------------------------------------------------------------------------------------------------------

    def add_account(self, account: Account) -> Account:
        """Take in an account."""
        self.accounts[account.account_id] = account
        return account

    def add_device(self, device: Device) -> Device:
        """Take in a lock."""
        self.devices[device.device_id] = device
        self.codes_on[device.device_id] = {}
        return device

    def add_code(self, code: Code) -> Code:
        """Take in a code."""
        self.codes[code.access_code_id] = code
        self.codes_on[code.device_id][code.access_code_id] = code
        return code

    def drop_code(self, code: Code) -> None:
        """Forget a code: from now on it answers 404."""
        self.codes.pop(code.access_code_id, None)
        self.codes_on[code.device_id].pop(code.access_code_id, None)
        device = self.devices[code.device_id]
        if code.access_code_id in device.pool:
            device.pool.remove(code.access_code_id)

    def codes_of(self, device_id: str) -> Iterable[Code]:
        """Every code of a lock: managed, unmanaged and spare."""
        return tuple(self.codes_on[device_id].values())

    def slots_used(self, device_id: str) -> int:
        """How many codes the lock itself holds."""
        return sum(code.on_lock for code in self.codes_on[device_id].values())

    def pins(self) -> set[str]:
        """Every PIN that this world knows of, wherever it stands: what must not leak."""
        found: set[str | None] = set()
        for code in self.codes.values():
            found.add(code.code)
            for mutation in code.mutations:
                found |= {(side or {}).get("code") for side in (mutation.before, mutation.after)}
            for issue in code.issues:
                for field in issue.extra.get("modified_fields", ()):
                    if field["field"] == "code":
                        found |= {field["from"], field["to"]}
        return {pin for pin in found if pin}

    def account_of(self, device: Device) -> Account:
        """The account through which Seam reaches a lock."""
        return self.accounts[device.account_id]

    def account_issues(self, device: Device) -> Iterator[Issue]:
        """What hits a lock and its codes from the account above."""
        account = self.accounts[device.account_id]
        yield from account.issues
        yield from account.downstream_issues

    def reachable(self, device: Device) -> bool:
        """Whether what Seam sends arrives at the lock."""
        if not device.online:
            return False
        if any(issue.kind == "error" and issue.code in UNREACHABLE for issue in device.issues):
            return False
        return not any(issue.kind == "error" and issue.code in UNREACHABLE for issue in self.account_issues(device))

    def new_issue(self, kind: IssueKind, code: str, message: str, **extra: Any) -> Issue:
        """An issue that begins now."""
        return Issue(kind, code, message, self.now, extra)

    def start_attempt(self, action_type: str, *, device_id: str | None = None, code_id: str | None = None) -> Attempt:
        """Hand out the receipt of something that takes a while."""
        attempt = Attempt(self.seeds.uuid(), action_type, self.now, device_id, code_id)
        self.attempts[attempt.attempt_id] = attempt
        if code_id is not None:
            self._open_attempts.setdefault(code_id, []).append(attempt)
        return attempt

    def close_attempts(self, code_id: str, error: Json | None = None) -> None:
        """End the open receipts of a code, well or with an error."""
        for attempt in self._open_attempts.pop(code_id, ()):
            if attempt.status == "pending":
                attempt.status = "success" if error is None else "error"
                attempt.result, attempt.error = ({}, None) if error is None else (None, error)

    # -- events -------------------------------------------------------------------------------------------------------

    def emit(self, event_type: str, fields: Json, *, at: float | None = None) -> Json:
        """Write an event into the log, at the present or (when a scenario tells its past) earlier."""
        moment = self.now if at is None else at
        event: Json = {
            "event_id": self.seeds.uuid(),
            "event_type": event_type,
            "workspace_id": self.workspace.workspace_id,
            "created_at": iso(moment),
            "occurred_at": iso(moment),
            **fields,
        }
        # Behind those of the same moment: the log keeps the order in which things happened.
        index = bisect_right(self._event_times, moment)
        self._event_times.insert(index, moment)
        self.events.insert(index, event)
        if len(self.events) > EVENTS_KEPT:
            # A tenth at a time: dropping one by one would move the whole list for every event.
            del self.events[: EVENTS_KEPT // 10]
            del self._event_times[: EVENTS_KEPT // 10]
        return event

    def events_between(self, since: float, until: float | None) -> list[Json]:
        """The events of a span as the log lists them: oldest first unless `event_rules` say otherwise."""
        first = bisect_left(self._event_times, since)
        last = len(self.events) if until is None else bisect_left(self._event_times, until)
        return self.event_rules.listed(self.events[first:last], self.events, self.now)
