from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType, PendingMutation
from seam_tui.domain.account import ConnectedAccount
from seam_tui.domain.device import Device
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.domain.pin import Pin
from seam_tui.workspace import query as query_module
from seam_tui.workspace import query_keys
from seam_tui.workspace.query import CodeFilter, parse_query
from seam_tui.workspace.store import WorkspaceStore

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def error(code: str, level: IssueLevel = IssueLevel.ACCESS_CODE) -> Issue:
    return Issue(IssueKind.ERROR, code, level, "Seam says so")


def warning(code: str) -> Issue:
    return Issue(IssueKind.WARNING, code, IssueLevel.ACCESS_CODE, "Seam says so")


def code(id_: str, device_id: str = "device-1", **fields: object) -> AccessCode:
    base = AccessCode(id_, device_id, "", None, True, AccessCodeType.ONGOING, AccessCodeStatus.SET)
    return replace(base, **fields)


def stay(id_: str, starts: timedelta, ends: timedelta, **fields: object) -> AccessCode:
    times = {"type": AccessCodeType.TIME_BOUND, "starts_at": NOW + starts, "ends_at": NOW + ends}
    return code(id_, **{**times, **fields})


OFFLINE = error("device_disconnected", IssueLevel.DEVICE)
LOST = error("account_disconnected", IssueLevel.CONNECTED_ACCOUNT)
FRONT = Device("device-1", "Front Door", "lock", "account-1", "Yale", online=True)
BACK = Device("device-2", "Back Gate", "lock", "account-2", "August", online=False)
ACCOUNTS = (ConnectedAccount("account-1", "Main Street"), ConnectedAccount("account-2", "Harbour"))


def store_of(*codes: AccessCode, devices: Iterable[Device] = (FRONT, BACK)) -> WorkspaceStore:
    store = WorkspaceStore()
    store.apply_accounts(ACCOUNTS)
    store.apply_devices(devices)
    store.apply_codes(codes)
    return store


def found(text: str, *codes: AccessCode, now: datetime = NOW, devices: Iterable[Device] = (FRONT, BACK)) -> str:
    """Ids that match, once found by the filter and once tested code by code: both must say the same."""
    store = store_of(*codes, devices=devices)
    query = parse_query(text)
    assert not query.mistakes, query.mistakes
    matches = query.matcher(store, now)
    filter_ = CodeFilter(store)
    filter_.set(query, now)
    ids = filter_.ids_in(list(store.codes))
    assert ids == [key for key, record in store.codes.items() if matches(record)]
    return " ".join(ids)


class TestText:
    def test_text_is_found_in_the_names_of_code_lock_maker_and_account_whatever_its_case(self) -> None:
        codes = code("c1", name="Ana Straße"), code("c2", "device-2", name="Bo")
        assert found("STRASSE", *codes) == "c1"
        assert found("gate", *codes) == "c2"
        assert found("yale", *codes) == "c1"
        assert found("harbour", *codes) == "c2"

    def test_text_is_found_in_the_codes_of_own_and_inherited_issues(self) -> None:
        codes = code("c1", errors=(error("provider_issue"),)), code("c2", "device-2")
        assert found("provider", *codes) == "c1"
        assert found("disconn", *codes, devices=(FRONT, replace(BACK, errors=(OFFLINE,)))) == "c2"

    def test_all_words_must_match_but_each_may_match_elsewhere(self) -> None:
        codes = code("c1", name="Ana"), code("c2", "device-2", name="Ana")
        assert found("ana front", *codes) == "c1"

    def test_quoted_words_are_one_text(self) -> None:
        codes = code("c1", name="Ana of Bo"), code("c2", name="Bo Ana")
        assert found('"bo ana"', *codes) == "c2"
        assert found("bo ana", *codes) == "c1 c2"
        assert found('device:"front d"', *codes) == "c1 c2"

    def test_an_id_is_found_by_its_start_from_four_letters_on(self) -> None:
        codes = code("abcd-1", "Unread-1"), code("x-abcd")
        assert found("abcd", *codes) == "abcd-1"
        assert found("abc", *codes) == ""
        assert found("Unread", *codes) == "abcd-1"
        assert found("unread", *codes) == ""
        assert found("device:Unread", *codes) == "abcd-1"
        assert found("account:account-1", *codes) == "x-abcd"

    def test_a_pin_is_never_found_by_text(self) -> None:
        record = code("c1", name="Ana", pin=Pin("83517"), errors=(error("provider_issue"),))
        for text in ("83517", "835", "device:83517", "error:83517", "account:835", "maker:835", '"83517"'):
            assert found(text, record) == ""

    def test_text_does_not_span_two_names(self) -> None:
        assert found('"door yale"', code("c1")) == ""
        assert found('"door\nyale"', code("c1")) == ""


class TestFields:
    def test_any_error_finds_exactly_the_codes_that_are_counted(self) -> None:
        codes = (
            code("own", errors=(error("provider_issue"),)),
            code("warned", warnings=(warning("delay_in_setting_on_device"),)),
            code("inherits", "device-2"),
            code("spared", "device-2", is_offline_access_code=True),
        )
        devices = (FRONT, replace(BACK, errors=(OFFLINE,)))
        assert found("error:any", *codes, devices=devices) == "own inherits"
        assert found("warning:any", *codes, devices=devices) == "warned"
        counts = store_of(*codes, devices=devices).counts
        assert (counts.codes_with_errors, counts.codes_with_warnings) == (2, 1)

    def test_an_issue_is_found_by_a_part_of_its_code_or_by_a_pattern_of_all_of_it(self) -> None:
        record = code("c1", errors=(error("failed_to_set_on_device"),))
        for text in (
            "error:set_on",
            "error:FAILED",
            "error:failed",
            "error:f*e*e*e*e",
            "error:failed*",
            "error:*device",
            "error:f*set*device",
            "error:*",
        ):
            assert found(text, record) == "c1", text
        for text in ("error:set*", "error:*failed", "error:device*set*", "error:f*e*e*e*e*e", "warning:any"):
            assert found(text, record) == "", text

    @pytest.mark.parametrize(("level", "ids"), [("code", "own"), ("device", "lock"), ("account", "login")])
    def test_a_level_finds_the_codes_with_an_issue_there(self, level: str, ids: str) -> None:
        codes = (
            code("own", errors=(error("provider_issue"),)),
            code("lock", errors=(OFFLINE,)),
            code("login", errors=(LOST,)),
            code("fine"),
        )
        assert found(f"level:{level}", *codes) == ids

    @pytest.mark.parametrize(
        ("text", "fields"),
        [
            ("status:setting", {"status": AccessCodeStatus.SETTING}),
            ("status:removing", {"status": AccessCodeStatus.REMOVING}),
            ("status:removing", {"pending_mutations": (PendingMutation("deleting", "m"),)}),
            ("status:unknown", {"status": AccessCodeStatus.UNKNOWN}),
            ("severity:urgent", {"errors": (error("provider_issue"),)}),
            ("severity:warning", {"warnings": (warning("w"),)}),
            ("severity:waiting", {"status": AccessCodeStatus.SETTING}),
            ("type:time_bound", {"type": AccessCodeType.TIME_BOUND}),
            ("type:time-bound", {"type": AccessCodeType.TIME_BOUND}),
            ("managed:no", {"is_managed": False}),
            ("backup:yes", {"is_backup": True}),
            ("offline:yes", {"is_offline_access_code": True}),
            ("online:no", {"device_id": "device-2"}),
            ("maker:aug", {"device_id": "device-2"}),
            ("account:harb", {"device_id": "device-2"}),
            ("PIN:351", {"pin": Pin("83517")}),
            ("pin: 351", {"pin": Pin("83517")}),
        ],
    )
    def test_a_field_finds_the_code_that_has_it(self, text: str, fields: dict[str, object]) -> None:
        codes = code("plain"), replace(code("other"), **fields)
        assert found(text, *codes) == "other"
        assert found(f"!{text}", *codes) == "plain"
        assert found(f"!!{text}", *codes) == "other"

    def test_a_lock_that_does_not_say_whether_it_is_online_is_neither(self) -> None:
        devices = (replace(FRONT, online=None),)
        assert found("online:yes", code("c1"), code("c2", "unread"), devices=devices) == ""
        assert found("online:no", code("c1"), code("c2", "unread"), devices=devices) == ""

    @pytest.mark.parametrize(
        ("text", "ids"),
        [
            ("starts<24h", "soon"),
            ("starts<1440m", "soon"),
            ("starts>24h", "later"),
            ("starts>0h", "soon later"),
            ("starts<-0h", "old live"),
            ("starts>-2d", "live"),
            ("starts<-2d", "old"),
            ("ends<2d", "live soon"),
            ("ends>1w", "later"),
            ("ends<-0h", "old"),
            ("!ends<-0h", "live soon later always"),
        ],
    )
    def test_a_moment_lies_in_a_window_on_one_side_of_now(self, text: str, ids: str) -> None:
        codes = (
            stay("old", -9 * DAY, -8 * DAY),
            stay("live", -DAY, DAY),
            stay("soon", 2 * HOUR, 2 * DAY),
            stay("later", 3 * DAY, 30 * DAY),
            code("always"),
        )
        assert found(text, *codes) == ids

    def test_created_counts_back_from_now(self) -> None:
        codes = code("new", created_at=NOW - HOUR), code("old", created_at=NOW - 2 * DAY), code("unknown")
        assert found("created<1d", *codes) == "new"
        assert found("created>1d", *codes) == "old"


class TestFilter:
    def test_nothing_asked_shows_everything(self) -> None:
        filter_ = CodeFilter(store_of(code("c1"), code("c2")))
        assert (filter_.shown, filter_.total) == (2, 2)
        assert filter_.ids_in(["c2", "c1"]) == ["c2", "c1"]
        assert filter_.hidden({"c1"}) == frozenset()

    def test_what_matches_is_shown_in_the_given_order_with_its_number_of_all(self) -> None:
        filter_ = CodeFilter(store_of(code("c1", name="Ana"), code("c2", name="Bo"), code("c3", name="Anna")))
        filter_.set(parse_query("an"), NOW)
        assert filter_.ids_in(["c3", "c2", "c1"]) == ["c3", "c1"]
        assert (filter_.shown, filter_.total) == (2, 3)

    def test_hidden_marks_are_those_that_exist_and_do_not_match(self) -> None:
        filter_ = CodeFilter(store_of(code("c1", name="Ana"), code("c2", name="Bo")))
        filter_.set(parse_query("ana"), NOW)
        assert filter_.hidden({"c1", "c2", "gone"}) == {"c2"}

    def test_a_renamed_lock_or_account_is_found_by_its_new_name(self) -> None:
        store = store_of(code("c1"), code("c2", "device-2"))
        filter_ = CodeFilter(store)
        filter_.set(parse_query("attic"), NOW)
        assert filter_.apply(store.apply_devices([replace(BACK, name="Attic")]), NOW)
        assert filter_.ids_in(["c1", "c2"]) == ["c2"]
        assert filter_.apply(store.apply_accounts([replace(ACCOUNTS[0], name="Attic")]), NOW)
        assert filter_.ids_in(["c1", "c2"]) == ["c1", "c2"]
        assert not filter_.apply(store.apply_codes([code("c1", name="Ana")]), NOW)

    def test_time_alone_brings_a_code_in_and_out(self) -> None:
        filter_ = CodeFilter(store_of(stay("c1", 25 * HOUR, 9 * DAY)))
        filter_.set(parse_query("starts<24h"), NOW)
        assert filter_.shown == 0
        assert not filter_.advance(NOW + 59 * MINUTE)
        assert filter_.advance(NOW + HOUR)
        assert filter_.shown == 1
        assert filter_.advance(NOW + 25 * HOUR)
        assert filter_.shown == 0
        assert not filter_.advance(NOW)
        assert filter_.advance(NOW + 2 * HOUR)

    def test_a_code_that_is_due_to_be_loaded_becomes_one_that_waits(self) -> None:
        creating = (PendingMutation("creating", "m"),)
        filter_ = CodeFilter(store_of(stay("c1", 73 * HOUR, 9 * DAY, pending_mutations=creating)))
        filter_.set(parse_query("severity:waiting"), NOW)
        assert filter_.shown == 0
        assert filter_.advance(NOW + HOUR)
        assert filter_.shown == 1

    def test_keys_made_ahead_change_nothing_but_the_time_it_takes(self) -> None:
        store = store_of(*(code(f"c{n}", f"device-{n % 2 + 1}", name=f"Guest {n}") for n in range(10)))
        filter_ = CodeFilter(store)
        assert not filter_.prepare(1)
        assert filter_.prepare(1)
        filter_.apply(store.apply_codes([code("c10", name="Guest 10")]), NOW)
        filter_.apply(store.remove_code("c2"), NOW)
        assert filter_.prepare(1)
        filter_.set(parse_query('"guest 1"'), NOW)
        assert filter_.ids_in(list(store.codes)) == ["c1", "c10"]

    def test_an_id_is_found_as_it_was_typed_and_in_small_letters(self) -> None:
        filter_ = CodeFilter(store_of(code("abcd-1"), code("ABCD-2"), code("c3", "abcd-device")))
        filter_.set(parse_query("ABCD"), NOW)
        assert filter_.ids_in(["abcd-1", "ABCD-2", "c3"]) == ["abcd-1", "ABCD-2", "c3"]

    def test_once_all_is_made_ahead_a_first_letter_folds_no_name(self) -> None:
        filter_ = CodeFilter(store_of(*(code(f"c{n}", f"device-{n % 2 + 1}") for n in range(10))))
        while not filter_.prepare(1):
            pass
        with mock.patch.object(query_keys, "name_to_search") as folded:
            filter_.set(parse_query("a"), NOW)
        assert not folded.called

    def test_what_has_changed_is_made_ready_again_and_what_is_gone_is_not_waited_for(self) -> None:
        store = store_of(*(code(f"c{n}", name=f"Guest {n}") for n in range(10)))
        filter_ = CodeFilter(store)
        assert filter_.prepare(2)
        filter_.apply(store.apply_codes([code("c1", name="Anna"), code("c2", name="Ben")]), NOW)
        filter_.apply(store.remove_code("c2"), NOW)
        filter_.apply(store.remove_device("device-2"), NOW)
        assert filter_.prepare(2)
        filter_.set(parse_query("anna"), NOW)
        assert filter_.ids_in(list(store.codes)) == ["c1"]

    def test_a_longer_text_looks_only_at_what_matched(self) -> None:
        store = store_of(*(code(f"c{n}", name="Ana" if n else "Anna") for n in range(20)))
        filter_ = CodeFilter(store)
        filter_.set(parse_query("ann"), NOW)
        with mock.patch.object(query_module, "_match", wraps=query_module._match) as matched:
            filter_.set(parse_query("ann !bo"), NOW)
        assert [len(call.args[1]) for call in matched.call_args_list] == [1]


class TestCompletions:
    def test_the_filter_offers_the_issues_and_names_that_the_store_holds_now(self) -> None:
        store = store_of(code("c1", warnings=(warning("w"),)))
        filter_ = CodeFilter(store)
        assert filter_.completions("error:", 6) == ("error:any",)
        assert filter_.completions("warning:", 8) == ("warning:any", "warning:w")
        assert filter_.completions("maker:", 6) == ("maker:August", "maker:Yale")
        filter_.apply(store.apply_codes([code("c2", errors=(OFFLINE,))]), NOW)
        assert filter_.completions("error:", 6) == ("error:any", "error:device_disconnected")
