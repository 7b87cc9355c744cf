from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.device import Device
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.workspace.changes import CODES, CODES_READ, INHERITED_ISSUES, NOTHING, ChangeSet
from seam_tui.workspace.store import Unread, WorkspaceStore
from seam_tui.workspace.tally import Counts
from seam_tui.workspace.triage import counts_for_device, counts_for_workspace


def error(code: str, level: IssueLevel = IssueLevel.ACCESS_CODE, message: str = "m") -> Issue:
    return Issue(IssueKind.ERROR, code, level, message)


def warning(code: str, level: IssueLevel = IssueLevel.ACCESS_CODE) -> Issue:
    return Issue(IssueKind.WARNING, code, level, "m")


def code(id_: str, device_id: str = "d1", **fields: object) -> AccessCode:
    base = AccessCode(id_, device_id, id_, None, True, AccessCodeType.ONGOING, AccessCodeStatus.SET)
    return replace(base, **fields)


def device(id_: str, **fields: object) -> Device:
    return replace(Device(id_, id_, "lock", connected_account_id="a1"), **fields)


OFFLINE = error("device_disconnected", IssueLevel.DEVICE)
LOST = error("account_disconnected", IssueLevel.CONNECTED_ACCOUNT)


class TestChanges:
    def test_a_page_read_twice_changes_nothing_the_second_time(self) -> None:
        store = WorkspaceStore()
        assert store.apply_codes([code("c1")]).codes.added == {"c1"}
        assert store.apply_codes([code("c1")]) is NOTHING

    def test_a_changed_code_names_its_changed_fields_and_touches_its_device(self) -> None:
        store = WorkspaceStore()
        store.apply_devices([device("d1")])
        store.apply_codes([code("c1")])
        change = store.apply_codes([code("c1", name="other", status=AccessCodeStatus.SETTING)])
        assert change.codes.changed == {"c1": ("name", "status")}
        assert change.devices.changed == {"d1": (CODES,)}

    def test_a_whole_read_of_a_device_removes_the_codes_that_it_did_not_see(self) -> None:
        store = WorkspaceStore()
        store.apply_devices([device("d1"), device("d2")])
        store.apply_codes([code("c1"), code("c2"), code("x", "d2")])
        change = store.finish_device("d1", {"c2"})
        assert change.codes.removed == {"c1"}
        assert set(store.codes) == {"c2", "x"}

    def test_a_device_without_codes_is_told_from_one_that_was_not_read(self) -> None:
        store = WorkspaceStore()
        store.apply_devices([device("d1")])
        assert not store.is_device_read("d1")
        assert store.finish_device("d1", ()).devices.changed == {"d1": (CODES_READ,)}
        assert store.is_device_read("d1")
        assert store.finish_device("d1", ()) is NOTHING

    def test_a_removed_device_takes_its_codes_along(self) -> None:
        store = WorkspaceStore()
        store.apply_devices([device("d1"), device("d2")])
        store.apply_codes([code("c1"), code("c2", "d2")])
        change = store.finish_devices({"d2"})
        assert change.devices.removed == {"d1"}
        assert change.codes.removed == {"c1"}
        assert store.counts == Counts(1, 0, 0)
        assert list(store.device_ids_of_account("a1")) == ["d2"]

    def test_a_converted_code_replaces_itself(self) -> None:
        store = WorkspaceStore()
        store.apply_codes([code("c1", is_managed=False)])
        change = store.apply_codes([code("c1", is_managed=True)])
        assert change.codes.changed == {"c1": ("is_managed",)}
        assert store.counts.codes == 1

    def test_a_code_that_moves_to_another_device_leaves_the_first(self) -> None:
        store = WorkspaceStore()
        store.apply_codes([code("c1", "d1"), code("c2", "d1")])
        store.apply_codes([code("c1", "d2")])
        assert list(store.code_ids_of_device("d1")) == ["c2"]
        assert list(store.code_ids_of_device("d2")) == ["c1"]

    def test_codes_of_a_device_keep_their_order_when_one_changes(self) -> None:
        store = WorkspaceStore()
        store.apply_codes([code("c1"), code("c2"), code("c3")])
        store.apply_codes([code("c2", name="new")])
        assert list(store.code_ids_of_device("d1")) == ["c1", "c2", "c3"]

    def test_removing_what_is_not_there_changes_nothing(self) -> None:
        store = WorkspaceStore()
        assert store.remove_code("none") is NOTHING
        assert store.remove_device("none") is NOTHING
        assert store.finish_accounts(()) is NOTHING

    def test_the_workspace_is_reported_once(self) -> None:
        store = WorkspaceStore()
        workspace = Workspace("w", "W", is_sandbox=True)
        assert store.apply_workspace(workspace).workspace
        assert store.apply_workspace(workspace) is NOTHING

    def test_codes_of_a_device_share_one_device_id(self) -> None:
        store = WorkspaceStore()
        store.apply_codes([code("c1", "".join(["de", "vice"])), code("c2", "".join(["dev", "ice"]))])
        first, second = store.codes_of_device("device")
        assert first.device_id is second.device_id

    def test_a_device_that_failed_says_so_until_it_was_read(self) -> None:
        store = WorkspaceStore()
        store.apply_devices([device("d1")])
        unread = Unread("d1", "It failed.", "r1")
        assert store.mark_unread(unread).devices.changed == {"d1": (CODES_READ,)}
        assert store.unread == (unread,)
        assert store.unread_device("d1") == unread
        assert store.finish_device("d1", ()).devices.changed == {"d1": (CODES_READ,)}
        assert store.unread == ()


class TestInheritance:
    def test_a_code_inherits_errors_that_seam_has_not_copied(self) -> None:
        store = WorkspaceStore()
        store.apply_accounts([ConnectedAccount("a1", "A", errors=(LOST,))])
        store.apply_devices([device("d1", errors=(OFFLINE,))])
        own = error("failed_to_set_on_device")
        late = warning("delay_in_setting_on_device")
        c1 = code("c1", errors=(own,), warnings=(late,))
        store.apply_codes([c1])
        assert store.issues_of_code(c1) == (own, OFFLINE, LOST, late)

    def test_a_copied_error_counts_once_whatever_its_message(self) -> None:
        store = WorkspaceStore()
        store.apply_devices([device("d1", errors=(OFFLINE,))])
        copied = replace(OFFLINE, message="in other words")
        c1 = code("c1", errors=(copied,))
        store.apply_codes([c1])
        assert store.issues_of_code(c1) == (copied,)

    def test_warnings_of_a_device_are_not_counted_on_each_code(self) -> None:
        store = WorkspaceStore()
        store.apply_devices([device("d1", warnings=(warning("privacy_mode", IssueLevel.DEVICE),))])
        c1 = code("c1")
        store.apply_codes([c1])
        assert store.issues_of_code(c1) == ()
        assert store.counts == Counts(1, 0, 0)

    def test_a_code_that_the_maker_computes_inherits_nothing(self) -> None:
        store = WorkspaceStore()
        store.apply_devices([device("d1", errors=(OFFLINE,))])
        store.apply_codes([code("c1", is_offline_access_code=True), code("c2")])
        assert store.counts == Counts(2, 1, 0)

    def test_an_account_that_fails_names_every_code_that_it_hits(self) -> None:
        store = WorkspaceStore()
        store.apply_accounts([ConnectedAccount("a1", "A")])
        store.apply_devices([device("d1"), device("d2"), device("d3", connected_account_id="a2")])
        store.apply_codes([code("c1"), code("c2", "d2", errors=(LOST,)), code("c3", "d3")])
        change = store.apply_accounts([ConnectedAccount("a1", "A", errors=(LOST,))])
        # c2 carries the copy already: nothing about it looks different.
        assert change.codes.changed == {"c1": (INHERITED_ISSUES,)}
        assert change.devices.changed == {"d1": (CODES,), "d2": (CODES,)}
        assert store.counts == Counts(3, 2, 0)

    def test_an_account_that_recovers_takes_its_errors_back(self) -> None:
        store = WorkspaceStore()
        store.apply_accounts([ConnectedAccount("a1", "A", errors=(LOST,))])
        store.apply_devices([device("d1")])
        store.apply_codes([code("c1")])
        assert store.counts.codes_with_errors == 1
        store.finish_accounts(())
        assert store.counts.codes_with_errors == 0

    def test_a_device_read_after_its_codes_hands_its_errors_down(self) -> None:
        store = WorkspaceStore()
        store.apply_codes([code("c1")])
        change = store.apply_devices([device("d1", errors=(OFFLINE,))])
        assert change.codes.changed == {"c1": (INHERITED_ISSUES,)}
        assert counts_for_device(store, "d1") == Counts(1, 1, 0)


# Any sequence of pages

ids = st.sampled_from(["c1", "c2", "c3", "c4"])
device_ids = st.sampled_from(["d1", "d2", "d3"])
account_ids = st.sampled_from(["a1", "a2"])
own_errors = st.lists(st.sampled_from([error("failed_to_issue"), OFFLINE, LOST]), max_size=2, unique=True).map(tuple)
own_warnings = st.lists(st.sampled_from([warning("w1"), warning("w2")]), max_size=1).map(tuple)
codes = st.builds(code, ids, device_ids, errors=own_errors, warnings=own_warnings, is_offline_access_code=st.booleans())
devices = st.builds(
    device,
    device_ids,
    connected_account_id=st.none() | account_ids,
    errors=st.sampled_from([(), (OFFLINE,), (LOST,), (OFFLINE, LOST)]),
    name=st.sampled_from(["one", "two"]),
)
accounts = st.builds(
    ConnectedAccount, account_ids, st.sampled_from(["one", "two"]), errors=st.sampled_from([(), (LOST,)])
)
steps = st.one_of(
    st.lists(codes, max_size=4).map(lambda page: lambda store: store.apply_codes(page)),
    st.lists(devices, max_size=3).map(lambda page: lambda store: store.apply_devices(page)),
    st.lists(accounts, max_size=2).map(lambda page: lambda store: store.apply_accounts(page)),
    st.tuples(device_ids, st.sets(ids)).map(lambda args: lambda store: store.finish_device(*args)),
    st.sets(device_ids).map(lambda seen: lambda store: store.finish_devices(seen)),
    st.sets(account_ids).map(lambda seen: lambda store: store.finish_accounts(seen)),
    ids.map(lambda key: lambda store: store.remove_code(key)),
    device_ids.map(lambda key: lambda store: store.remove_device(key)),
    device_ids.map(lambda key: lambda store: store.mark_unread(Unread(key, "failed"))),
)
Step = Callable[[WorkspaceStore], ChangeSet]


@dataclass
class Mirror:
    """What a widget would hold that repaints only what ChangeSets name."""

    codes: dict[str, AccessCode]
    devices: dict[str, Device]
    accounts: dict[str, ConnectedAccount]
    issues: dict[str, tuple[Issue, ...]]
    counts: dict[str, Counts]

    def follow(self, change: ChangeSet, store: WorkspaceStore) -> None:
        for mine, changes, theirs in (
            (self.codes, change.codes, store.codes),
            (self.devices, change.devices, store.devices),
            (self.accounts, change.accounts, store.accounts),
        ):
            for key in changes.removed:
                del mine[key]
            for key in changes.added:
                assert key not in mine
                mine[key] = theirs[key]
            for key in changes.changed:
                assert key in mine
                mine[key] = theirs[key]
        for key in change.codes.touched:
            self.issues.pop(key, None)
            if key in store.codes:
                self.issues[key] = store.issues_of_code(store.codes[key])
        for key in change.devices.touched:
            self.counts.pop(key, None)
            if key in store.devices:
                self.counts[key] = counts_for_device(store, key)


def check(store: WorkspaceStore, mirror: Mirror) -> None:
    assert mirror.codes == dict(store.codes)
    assert mirror.devices == dict(store.devices)
    assert mirror.accounts == dict(store.accounts)
    assert mirror.issues == {key: store.issues_of_code(record) for key, record in store.codes.items()}
    assert mirror.counts == {key: counts_for_device(store, key) for key in store.devices}


def recount(store: WorkspaceStore, records: list[AccessCode]) -> Counts:
    issues = [store.issues_of_code(record) for record in records]
    return Counts(
        len(records),
        sum(any(issue.kind is IssueKind.ERROR for issue in found) for found in issues),
        sum(any(issue.kind is IssueKind.WARNING for issue in found) for found in issues),
    )


@given(st.lists(steps, max_size=12))
def test_following_the_changes_gives_the_same_picture(actions: list[Step]) -> None:
    store, mirror = WorkspaceStore(), Mirror({}, {}, {}, {}, {})
    for act in actions:
        mirror.follow(act(store), store)
        check(store, mirror)


@given(st.lists(steps, max_size=12), st.integers(0, 12))
def test_following_merged_changes_gives_the_same_picture(actions: list[Step], cut: int) -> None:
    store, mirror = WorkspaceStore(), Mirror({}, {}, {}, {}, {})
    for part in (actions[:cut], actions[cut:]):
        merged = ChangeSet()
        for act in part:
            merged = merged.merge(act(store))
        mirror.follow(merged, store)
        check(store, mirror)


@given(st.lists(steps, max_size=12))
def test_counts_always_equal_a_recount(actions: list[Step]) -> None:
    store = WorkspaceStore()
    for act in actions:
        act(store)
        assert counts_for_workspace(store) == recount(store, list(store.codes.values()))
        for device_id in ("d1", "d2", "d3"):
            held = [record for record in store.codes.values() if record.device_id == device_id]
            assert sorted(store.code_ids_of_device(device_id)) == sorted(record.access_code_id for record in held)
            assert counts_for_device(store, device_id) == recount(store, held)


def test_a_merged_change_does_not_name_what_came_and_went() -> None:
    store = WorkspaceStore()
    merged = store.apply_codes([code("c1")]).merge(store.remove_code("c1"))
    assert merged.codes.is_empty


def test_a_merged_change_of_a_record_that_went_and_came_back_says_that_any_field_may_differ() -> None:
    store = WorkspaceStore()
    store.apply_codes([code("c1")])
    merged = store.remove_code("c1").merge(store.apply_codes([code("c1", created_at=datetime.now(UTC))]))
    assert merged.codes.changed == {"c1": ("*",)}
    assert not merged.codes.added
    assert not merged.codes.removed
