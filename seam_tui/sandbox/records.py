"""The records of a sandbox world. Plain, mutable and slotted: 100,000 of them have to fit in little memory.

Times are seconds since 1970; `wire` turns them into the API's texts.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
"""A JSON object, as it goes over the wire."""

IssueKind = Literal["error", "warning"]
MutationKind = Literal[
    "creating", "deferring_creation", "deleting", "updating_code", "updating_name", "updating_time_frame"
]
CodeStatus = Literal["unset", "setting", "set", "removing"]


@dataclass(slots=True)
class Issue:
    """One error or warning, kept at its own level: on the code, the device or the account."""

    kind: IssueKind
    code: str
    message: str
    created_at: float
    extra: Json = field(default_factory=dict)


@dataclass(slots=True)
class Mutation:
    """A change that was asked for and that the lock has not confirmed."""

    kind: MutationKind
    created_at: float
    before: Json | None = None
    after: Json | None = None
    scheduled_at: float | None = None


@dataclass(slots=True)
class Code:
    """An access code, managed or unmanaged."""

    access_code_id: str
    device_id: str
    name: str | None
    code: str | None
    created_at: float
    starts_at: float | None = None
    ends_at: float | None = None
    status: CodeStatus = "unset"
    managed: bool = True
    on_lock: bool = False
    native: bool = True
    held: bool = False
    """Retries do not help until somebody acts: what a scenario's lasting trouble is made of."""
    scheduled: bool = False
    is_backup: bool = False
    is_offline: bool = False
    is_one_time: bool = False
    external_allowed: bool = False
    cannot_be_managed: bool = False
    cannot_delete: bool = False
    issues: list[Issue] | tuple[()] = ()
    mutations: list[Mutation] | tuple[()] = ()
    asked_at: float = 0.0
    common_code_key: str | None = None
    pulled_backup_id: str | None = None

    @property
    def time_bound(self) -> bool:
        """Whether the code has an end."""
        return self.ends_at is not None

    def pending(self, *kinds: MutationKind) -> bool:
        """Whether a change of one of these kinds (of any kind, if none is named) is pending."""
        return any(not kinds or mutation.kind in kinds for mutation in self.mutations)

    def overlaps(self, starts_at: float | None, ends_at: float | None) -> bool:
        """Whether the code's time meets another span; no start is since ever, no end is forever."""
        begins_before_end = ends_at is None or self.starts_at is None or self.starts_at < ends_at
        ends_after_start = starts_at is None or self.ends_at is None or self.ends_at > starts_at
        return begins_before_end and ends_after_start


@dataclass(slots=True)
class Device:
    """A lock."""

    device_id: str
    account_id: str
    maker: str
    name: str
    created_at: float
    model: str
    time_zone: str | None = None
    location: str | None = None
    online: bool = True
    locked: bool = True
    managed: bool = True
    battery: float | None = 0.86
    keypad_battery: float | None = None
    lengths: tuple[int, ...] | None = None
    constraints: tuple[Json, ...] = ()
    max_codes: int | None = None
    supports_pool: bool = False
    pool_enabled: bool = False
    pool: list[str] = field(default_factory=list)
    """Ids of the spare backup codes on the lock."""
    has_keypad: bool = True
    has_hub: bool = True
    drained: bool = False
    """Backup codes are not refilled: the scenario wants the pool short."""
    issues: list[Issue] = field(default_factory=list)
    metadata: dict[str, str | bool] = field(default_factory=dict)


@dataclass(slots=True)
class Account:
    """A connected account: a login at a lock maker."""

    account_id: str
    maker: str
    display_name: str
    email: str
    created_at: float
    issues: list[Issue] = field(default_factory=list)
    downstream_issues: list[Issue] = field(default_factory=list)
    """Account-level errors that the API shows on devices and codes only, never on the account itself."""


@dataclass(slots=True)
class Attempt:
    """An action attempt: the receipt of something that takes a while."""

    attempt_id: str
    action_type: str
    created_at: float
    device_id: str | None = None
    code_id: str | None = None
    status: Literal["pending", "success", "error"] = "pending"
    result: Json | None = None
    error: Json | None = None


@dataclass(slots=True)
class Method:
    """An access method: what a grant made for one lock, and what it wants there."""

    method_id: str
    code: Code
    """The code that it is now; a successor when the one before was deleted by somebody else."""
    name: str | None
    pin: str | None


@dataclass(slots=True)
class Grant:
    """An access grant that owns codes."""

    grant_id: str
    name: str
    created_at: float
    starts_at: float
    ends_at: float
    identity_id: str
    methods: list[Method]

    @property
    def method_ids(self) -> list[str]:
        """Ids of what it made."""
        return [method.method_id for method in self.methods]

    @property
    def code_ids(self) -> list[str]:
        """Ids of the codes that it owns."""
        return [method.code.access_code_id for method in self.methods]


@dataclass(slots=True)
class Webview:
    """A Connect Webview: the page on which an owner signs in."""

    webview_id: str
    created_at: float
    providers: list[str]
    token: str
    authorized_at: float | None = None
    account_id: str | None = None
    options: Json = field(default_factory=dict)


@dataclass(slots=True)
class Workspace:
    """A workspace."""

    workspace_id: str
    name: str
    company_name: str
    organization_id: str
