"""Makes what the tests of pictures keep: records with any text in any field, and stores that hold them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType, PendingMutation
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.device import Battery, Device
from seam_tui.domain.issue import FieldChange, Issue, IssueKind, IssueLevel
from seam_tui.domain.pin import CodeConstraint, Pin
from seam_tui.workspace.picture import Picture, take_picture
from seam_tui.workspace.store import WorkspaceStore

NOW = datetime(2031, 5, 6, 7, 8, 9, 101112, tzinfo=UTC)
WORKSPACE = Workspace("w1", "Harbour Houses", is_sandbox=True)

texts = st.text(max_size=12) | st.sampled_from(
    ["", "\0", '"]}\n', "\u2028\x1b[31m", "𝒢uest [/]", "Ñandú", "null", "4815"]
)
moments = st.datetimes(
    datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.sampled_from([UTC, timezone(timedelta(hours=-9.5))])
)
numbers = st.none() | st.integers(-(2**70), 2**70)
pins = (st.text("0123456789", max_size=12) | texts).map(Pin)
flags = st.none() | st.booleans()

FIELDS: dict[type, dict[str, st.SearchStrategy[Any]]] = {}
"""How each field of each kind of record is made; a test sees that none is left out."""


def records(kind: type, /, **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    FIELDS[kind] = given
    return st.builds(kind, **given)


def tuples(one: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(one, max_size=2).map(tuple)


values = st.none() | texts | moments | pins
changes = records(FieldChange, field=texts, old=values, new=values)
issues = tuples(
    records(
        Issue,
        kind=st.sampled_from(IssueKind),
        code=texts,
        level=st.sampled_from(IssueLevel),
        message=texts,
        created_at=st.none() | moments,
        change_type=st.none() | texts,
        modified_fields=tuples(changes),
        managed_access_code_id=st.none() | texts,
        unmanaged_access_code_id=st.none() | texts,
        active_access_code_count=numbers,
        max_active_access_code_count=numbers,
    )
)
plain_issues = issues.map(lambda found: tuple(replace(issue, modified_fields=()) for issue in found))
mutations = tuples(
    records(
        PendingMutation,
        mutation_code=texts,
        message=texts,
        created_at=st.none() | moments,
        scheduled_at=st.none() | moments,
        changes=tuples(changes),
    )
)
_SWITCHES = (
    "is_managed",
    "is_backup",
    "is_backup_access_code_available",
    "is_external_modification_allowed",
    "is_offline_access_code",
    "is_one_time_use",
    "is_scheduled_on_device",
    "is_waiting_for_code_assignment",
    "cannot_be_managed",
    "cannot_delete_unmanaged_access_code",
)
codes = records(
    AccessCode,
    access_code_id=texts,
    device_id=st.sampled_from(["d1", "d2", "", "\n"]),
    name=texts,
    pin=st.none() | pins,
    type=st.sampled_from(AccessCodeType),
    status=st.sampled_from(AccessCodeStatus),
    created_at=st.none() | moments,
    starts_at=st.none() | moments,
    ends_at=st.none() | moments,
    errors=issues,
    warnings=issues,
    pending_mutations=mutations,
    display_status=st.none() | texts,
    common_code_key=st.none() | texts,
    pulled_backup_access_code_id=st.none() | texts,
    **dict.fromkeys(_SWITCHES, st.booleans()),
)
_ABILITIES = (
    "online",
    "locked",
    "supports_backup_access_code_pool",
    "backup_access_code_pool_enabled",
    "can_program_online_access_codes",
    "can_program_offline_access_codes",
    "can_remotely_lock",
    "can_remotely_unlock",
)
devices = records(
    Device,
    device_id=st.sampled_from(["d1", "d2", "", "\n"]) | texts,
    name=texts,
    device_type=texts,
    connected_account_id=st.none() | texts,
    manufacturer=texts,
    model=texts,
    battery=st.none() | records(Battery, level=st.none() | st.floats(0, 1), status=st.none() | texts),
    time_zone=st.none() | texts,
    location_name=st.none() | texts,
    created_at=st.none() | moments,
    errors=plain_issues,
    warnings=plain_issues,
    code_constraints=tuples(records(CodeConstraint, constraint_type=texts, min_length=numbers, max_length=numbers)),
    supported_code_lengths=tuples(st.integers()),
    max_active_codes_supported=numbers,
    capabilities_supported=tuples(texts),
    is_managed=st.booleans(),
    **dict.fromkeys(_ABILITIES, flags),
)
accounts = records(
    ConnectedAccount,
    connected_account_id=texts,
    name=texts,
    account_type=texts,
    created_at=st.none() | moments,
    errors=plain_issues,
    warnings=plain_issues,
)
workspaces = records(Workspace, workspace_id=texts, name=texts, is_sandbox=st.booleans(), is_suspended=st.booleans())


@st.composite
def stores(draw: st.DrawFn) -> WorkspaceStore:
    """A store that holds any records, some of its devices read."""
    store = WorkspaceStore()
    store.apply_workspace(draw(workspaces))
    store.apply_accounts(draw(st.lists(accounts, max_size=2)))
    store.apply_devices(draw(st.lists(devices, max_size=3)))
    store.apply_codes(draw(st.lists(codes, max_size=5)))
    for device_id in list(store.devices):
        if draw(st.booleans()):
            store.finish_device(device_id, store.code_ids_of_device(device_id))
    return store


def a_code(identifier: str = "code-a", *, pin: str | None = "481516", **given: object) -> AccessCode:
    base = AccessCode(
        identifier,
        "lock-a",
        "Guest",
        None if pin is None else Pin(pin),
        True,
        AccessCodeType.TIME_BOUND,
        AccessCodeStatus.SET,
        starts_at=NOW - timedelta(days=1),
        ends_at=NOW + timedelta(days=2),
    )
    return replace(base, **given)


def a_store(*given: AccessCode) -> WorkspaceStore:
    """A store with two locks, one of them offline, and some codes."""
    offline = Issue(IssueKind.ERROR, "device_disconnected", IssueLevel.DEVICE, "The device is offline.", NOW)
    store = WorkspaceStore()
    store.apply_workspace(WORKSPACE)
    store.apply_accounts([ConnectedAccount("account-a", "All houses")])
    store.apply_devices(
        [
            Device("lock-a", "Front", "lock", "account-a", battery=Battery(0.5, "good")),
            Device("lock-b", "Back", "lock", "account-a", errors=(offline,)),
        ]
    )
    store.apply_codes(given or [a_code(), a_code("code-b", device_id="lock-b", pin=None, errors=(offline,))])
    for device_id in store.devices:
        store.finish_device(device_id, store.code_ids_of_device(device_id))
    return store


def taken(store: WorkspaceStore, as_of: datetime = NOW) -> Picture:
    picture = take_picture(store, as_of, as_of - timedelta(seconds=5), "event-a")
    assert picture is not None
    return picture
