from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType, PendingMutation
from seam_tui.domain.account import ConnectedAccount
from seam_tui.domain.device import Device
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.domain.pin import Pin
from seam_tui.workspace import query as query_module
from seam_tui.workspace.changes import NOTHING, ChangeSet
from seam_tui.workspace.query import CodeFilter, parse_query
from seam_tui.workspace.store import WorkspaceStore
from seam_tui.workspace.triage import severity_of

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def error(code: str, level: IssueLevel = IssueLevel.ACCESS_CODE) -> Issue:
    return Issue(IssueKind.ERROR, code, level, "Seam says so")


def warning(code: str) -> Issue:
    return Issue(IssueKind.WARNING, code, IssueLevel.ACCESS_CODE, "Seam says so")


def code(id_: str, device_id: str = "device-1", **fields: object) -> AccessCode:
    base = AccessCode(id_, device_id, "", None, True, AccessCodeType.ONGOING, AccessCodeStatus.SET)
    return replace(base, **fields)


OFFLINE = error("device_disconnected", IssueLevel.DEVICE)
LOST = error("account_disconnected", IssueLevel.CONNECTED_ACCOUNT)
FRONT = Device("device-1", "Front Door", "lock", "account-1", "Yale", online=True)
ACCOUNTS = (ConnectedAccount("account-1", "Main Street"), ConnectedAccount("account-2", "Harbour"))


def store_of(codes: Iterable[AccessCode]) -> WorkspaceStore:
    store = WorkspaceStore()
    store.apply_accounts(ACCOUNTS)
    store.apply_devices([FRONT, replace(FRONT, device_id="device-2", connected_account_id="account-2")])
    store.apply_codes(codes)
    return store


# Whatever is typed, changed or passes, the filter shows what testing each code shows.

WORDS = (
    *("a", "an", "ana", "device", "devic", "d", "fro", "fron", "front", '"front d"', "provider", "zz", "yale", "harb"),
    *("error:any", "error:a", "error:an", "error:dis", "error:*ed", "warning:any", "level:device", "level:account"),
    *("status:set", "status:removing", "severity:urgent", "severity:error", "severity:warning", "severity:waiting"),
    *("severity:ok", "type:ongoing", "managed:no", "backup:yes", "offline:yes", "online:yes", "online:no", "error:"),
    *("device:front", "device:devi", "device:dev", "maker:aug", "account:main", "account:acco", "created<2d"),
    *("starts<24h", "starts<2d", "starts>24h", "starts>-1d", "starts<-1h", "ends<3d", "ends>0h", "created>1h"),
    *("pin:12", "pin:123", "pin:2"),
)
queries = st.lists(st.tuples(st.sampled_from(["", "", "!"]), st.sampled_from(WORDS)), max_size=3).map(
    lambda words: " ".join(bang + word for bang, word in words)
)
spans = st.integers(-100, 100).map(lambda hours: hours * HOUR)
issues = st.lists(st.sampled_from([error("provider_issue"), error("failed_to_delete"), OFFLINE, LOST]), max_size=1)
codes = st.builds(
    lambda number, device_id, starts, length, **fields: code(
        f"code-{number}",
        device_id,
        starts_at=None if starts is None else NOW + starts,
        ends_at=None if starts is None else NOW + starts + abs(length),
        type=AccessCodeType.ONGOING if starts is None else AccessCodeType.TIME_BOUND,
        **fields,
    ),
    st.integers(0, 19),
    st.sampled_from(["device-1", "device-2", "device-3"]),
    st.none() | spans,
    spans,
    name=st.sampled_from(["", "Ana", "Anna", "Front desk", "Bo"]),
    status=st.sampled_from(AccessCodeStatus),
    is_managed=st.booleans(),
    is_backup=st.booleans(),
    is_offline_access_code=st.booleans(),
    created_at=st.none() | spans.map(lambda span: NOW - span),
    errors=issues.map(tuple),
    warnings=st.lists(st.sampled_from([warning("being_deleted"), warning("w")]), max_size=1).map(tuple),
    is_waiting_for_code_assignment=st.sampled_from([False, False, True]),
    pending_mutations=st.sampled_from(
        [(), (), (PendingMutation("creating", "m"),), (PendingMutation("deleting", "m"),)]
    ),
    pin=st.sampled_from([None, Pin("1234"), Pin("2468")]),
)
restless = st.builds(
    lambda starts, **fields: code(
        "restless",
        type=AccessCodeType.TIME_BOUND,
        starts_at=NOW + starts,
        ends_at=NOW + starts + 50 * HOUR,
        **fields,
    ),
    spans,
    status=st.sampled_from([AccessCodeStatus.SET, AccessCodeStatus.UNSET]),
    pending_mutations=st.sampled_from([(), (PendingMutation("creating", "m"),)]),
    is_waiting_for_code_assignment=st.booleans(),
)
"""Codes whose severity hangs on their times alone."""
devices = st.builds(
    lambda device_id, account_id, **fields: replace(
        FRONT, device_id=device_id, connected_account_id=account_id, **fields
    ),
    st.sampled_from(["device-1", "device-2", "device-3"]),
    st.sampled_from(["account-1", "account-2", None]),
    name=st.sampled_from(["Front Door", "Back Gate", "Ana's"]),
    manufacturer=st.sampled_from(["Yale", "August"]),
    online=st.sampled_from([True, False, None]),
    errors=st.sampled_from([(), (OFFLINE,)]),
)
accounts = st.builds(
    ConnectedAccount,
    st.sampled_from(["account-1", "account-2"]),
    st.sampled_from(["Main Street", "Harbour", "Front"]),
    errors=st.sampled_from([(), (LOST,)]),
)
Change = Callable[[WorkspaceStore], ChangeSet]


def applying(kind: str) -> Callable[[object], Change]:
    return lambda records: lambda store: getattr(store, kind)(records)


changes: st.SearchStrategy[Change] = st.one_of(
    st.lists(codes, min_size=1, max_size=6).map(applying("apply_codes")),
    st.lists(devices, min_size=1, max_size=2).map(applying("apply_devices")),
    st.lists(accounts, min_size=1, max_size=2).map(applying("apply_accounts")),
    st.sampled_from([["account-1"], []]).map(applying("finish_accounts")),
    st.sampled_from(["device-1", "device-3"]).map(applying("remove_device")),
    st.integers(0, 19).map(lambda number: f"code-{number}").map(applying("remove_code")),
)
minutes = st.sampled_from([0, 0, 1, 60, 600, 3000, -60])
steps = st.lists(st.tuples(st.none() | queries, st.lists(changes, max_size=2), minutes), min_size=1, max_size=6)


def shows(filter_: CodeFilter, store: WorkspaceStore, now: datetime) -> bool:
    matches = filter_.query.matcher(store, now)
    expected = [key for key, record in store.codes.items() if matches(record)]
    marked = set(store.codes) | {"gone"}
    return (
        filter_.ids_in(list(store.codes)) == expected
        and filter_.shown == len(expected)
        and filter_.hidden(marked) == set(store.codes) - set(expected)
    )


class TestAlwaysTrue:
    @settings(max_examples=100, deadline=None)
    @given(st.lists(codes, max_size=25), steps, st.sampled_from([1, 8, 1_000_000]))
    def test_the_filter_shows_what_testing_each_code_shows(
        self, first: list[AccessCode], steps: list[tuple[str | None, list[Change], int]], many: int
    ) -> None:
        store = store_of(first)
        filter_ = CodeFilter(store)
        now = NOW
        with mock.patch.object(query_module, "_MANY", many):
            for text, batch, passed in steps:
                now += passed * MINUTE
                if text is not None:
                    filter_.advance(now)
                    filter_.set(parse_query(text), now)
                    assert shows(filter_, store, now)
                change = NOTHING
                for each in batch:
                    change = change.merge(each(store))
                before = filter_.ids_in(list(store.codes))
                told = filter_.apply(change, now)
                assert shows(filter_, store, now)
                assert told or before == filter_.ids_in(list(store.codes))

    @settings(max_examples=100, deadline=None)
    @given(st.lists(codes, max_size=25), queries, queries, st.sampled_from([1, 8, 1_000_000]))
    def test_a_query_after_another_shows_what_it_shows_alone(
        self, first: list[AccessCode], one: str, other: str, many: int
    ) -> None:
        store = store_of(first)
        filter_ = CodeFilter(store)
        with mock.patch.object(query_module, "_MANY", many):
            for text in (one, f"{one} {other}", other):
                for end in range(len(text) + 1):
                    filter_.set(parse_query(text[:end]), NOW)
                    assert shows(filter_, store, NOW)

    @settings(max_examples=60, deadline=None)
    @given(st.lists(codes, max_size=25), st.sampled_from(WORDS).filter(lambda word: word != "error:"))
    def test_not_a_word_is_exactly_what_the_word_leaves_out(self, first: list[AccessCode], word: str) -> None:
        store = store_of(first)
        shown = []
        for text in (word, f"!{word}"):
            filter_ = CodeFilter(store)
            filter_.set(parse_query(text), NOW)
            shown.append(set(filter_.ids_in(list(store.codes))))
        assert shown[0] | shown[1] == set(store.codes)
        assert not shown[0] & shown[1]

    @settings(max_examples=100, deadline=None)
    @given(
        st.lists(codes | restless, min_size=1, max_size=4),
        st.sampled_from([word for word in WORDS if parse_query(word).moves]),
    )
    def test_each_moment_that_passes_is_followed(self, first: list[AccessCode], word: str) -> None:
        store = store_of(first)
        filter_ = CodeFilter(store)
        filter_.set(parse_query(word), NOW)
        moments = {m for c in first for m in (c.starts_at, c.ends_at, c.created_at) if m is not None}
        leads = (-72 * HOUR, -48 * HOUR, -24 * HOUR, -HOUR, 0 * HOUR, HOUR, 24 * HOUR, 48 * HOUR)
        for turn in sorted(moment + lead for moment in moments for lead in leads):
            for now in (turn - SECOND, turn, turn + SECOND):
                if now > NOW:
                    filter_.advance(now)
                    assert shows(filter_, store, now)

    @settings(max_examples=60, deadline=None)
    @given(st.lists(codes | restless, max_size=25))
    def test_each_code_has_the_severity_that_the_screen_shows(self, first: list[AccessCode]) -> None:
        store = store_of(first)
        for record in store.codes.values():
            word = severity_of(record, store.issues_of_code(record), NOW).word
            filter_ = CodeFilter(store)
            filter_.set(parse_query(f"severity:{word}"), NOW)
            assert filter_.ids_in([record.access_code_id]) == [record.access_code_id]
