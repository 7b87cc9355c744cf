import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.clock import ManualClock
from seam_tui.domain.device import Device
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.domain.pin import Pin
from seam_tui.domain.veil import VEIL
from seam_tui.remedies.catalogue import Catalogue, load_catalogue
from seam_tui.reports.triage_report import build_report, report_json
from seam_tui.reports.triage_text import cells, report_text, wrapped
from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.server import create_sandbox
from seam_tui.seam_api.client import SeamClient
from seam_tui.seam_api.connection import Connection
from seam_tui.sync.loader import load_once
from seam_tui.workspace.store import Unread, WorkspaceStore

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
FAILED = Issue(IssueKind.ERROR, "failed_to_issue", IssueLevel.ACCESS_CODE, "It failed.", NOW - timedelta(hours=3))
OFFLINE = Issue(IssueKind.ERROR, "device_disconnected", IssueLevel.DEVICE, "The lock is offline.")
LOST = Issue(IssueKind.ERROR, "account_disconnected", IssueLevel.CONNECTED_ACCOUNT, "Sign in again.")
WEAK = Issue(IssueKind.WARNING, "device_has_flaky_connection", IssueLevel.DEVICE, "Flaky.")
LATE = Issue(IssueKind.WARNING, "delay_in_issuing", IssueLevel.ACCESS_CODE, "Late.")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def code(id_: str = "c1", device_id: str = "d1", **fields: object) -> AccessCode:
    base = AccessCode(id_, device_id, f"Guest {id_}", Pin("739154"), True, AccessCodeType.ONGOING, AccessCodeStatus.SET)
    return replace(base, **fields)


def device(id_: str = "d1", **fields: object) -> Device:
    return replace(Device(id_, f"Lock {id_}", "lock", connected_account_id="a1"), **fields)


def filled(codes=(), devices=None, accounts=None) -> WorkspaceStore:
    devices = [device()] if devices is None else devices
    store = WorkspaceStore()
    store.apply_workspace(Workspace("w1", "Acme", is_sandbox=True))
    store.apply_accounts([ConnectedAccount("a1", "Yale Home")] if accounts is None else accounts)
    store.apply_devices(devices)
    store.apply_codes(codes)
    for lock in devices:
        store.finish_device(lock.device_id, store.code_ids_of_device(lock.device_id))
    return store


def entries(store: WorkspaceStore, catalogue: Catalogue) -> list[tuple[str, str | None, str | None, str | None]]:
    found = build_report(store, catalogue, NOW).as_json()["issues"]
    return [(e["code"], e["access_code_id"], e["device_id"], e["connected_account_id"]) for e in found]


def test_the_report_has_exactly_the_keys_that_scripts_were_promised(catalogue) -> None:
    body = json.loads(report_json(build_report(filled([code(errors=(FAILED,))]), catalogue, NOW)))
    assert list(body) == ["workspace", "generated_at", "counts", "issues", "incomplete"]
    assert body["workspace"] == {"workspace_id": "w1", "name": "Acme", "is_sandbox": True}
    assert body["generated_at"] == "2026-11-22T15:00:00.000Z"
    assert body["counts"] == {"devices": 1, "codes": 1, "codes_with_errors": 1, "codes_with_warnings": 0}
    assert body["incomplete"] == []
    (issue,) = body["issues"]
    assert issue.pop("steps")[0].startswith("Check the lock first")
    assert "pull_backup" in issue.pop("actions")
    assert issue == {
        "access_code_id": "c1",
        "device_id": "d1",
        "connected_account_id": "a1",
        "device_name": "Lock d1",
        "code_name": "Guest c1",
        "kind": "error",
        "code": "failed_to_issue",
        "level": "access_code",
        "message": "It failed.",
        "created_at": "2026-11-22T12:00:00.000Z",
        "known": True,
    }


def test_an_issue_of_a_device_stands_by_itself_once_and_with_each_of_its_codes(catalogue) -> None:
    store = filled([code("c1"), code("c2", errors=(OFFLINE,))], [device(errors=(OFFLINE,), warnings=(WEAK,))])
    assert entries(store, catalogue) == [
        ("device_disconnected", None, "d1", "a1"),
        ("device_has_flaky_connection", None, "d1", "a1"),
        ("device_disconnected", "c1", "d1", "a1"),
        ("device_disconnected", "c2", "d1", "a1"),
    ]


def test_an_issue_of_an_account_stands_by_itself_once_whoever_carries_copies(catalogue) -> None:
    store = filled(
        [code("c1", errors=(LOST,)), code("c2", "d2")],
        [device("d1", errors=(LOST,)), device("d2", errors=(LOST,))],
        [ConnectedAccount("a1", "Yale Home", errors=(LOST,))],
    )
    assert entries(store, catalogue) == [
        ("account_disconnected", None, None, "a1"),
        ("account_disconnected", "c1", "d1", "a1"),
        ("account_disconnected", "c2", "d2", "a1"),
    ]


def test_a_cause_that_only_a_code_tells_of_still_stands_by_itself(catalogue) -> None:
    store = filled([code(errors=(OFFLINE, LOST))], accounts=())
    assert entries(store, catalogue)[:2] == [
        ("account_disconnected", None, None, "a1"),
        ("device_disconnected", None, "d1", "a1"),
    ]


def test_counts_and_listed_codes_agree(catalogue) -> None:
    store = filled(
        [code("c1"), code("c2", warnings=(LATE,)), code("c3", "d2")], [device(errors=(OFFLINE,)), device("d2")]
    )
    body = build_report(store, catalogue, NOW).as_json()
    for kind, count in (("error", "codes_with_errors"), ("warning", "codes_with_warnings")):
        listed = {e["access_code_id"] for e in body["issues"] if e["kind"] == kind and e["access_code_id"]}
        assert len(listed) == body["counts"][count]


def test_the_most_urgent_code_is_listed_first(catalogue) -> None:
    store = filled(
        [code("warned", warnings=(LATE,)), code("wrong", errors=(OFFLINE,)), code("urgent", errors=(FAILED,))]
    )
    listed = [key for _, key, _, _ in entries(store, catalogue) if key]
    assert listed == ["urgent", "wrong", "warned"]


def test_an_unknown_code_has_seams_message_and_general_steps(catalogue) -> None:
    new = Issue(IssueKind.ERROR, "brand_new_trouble", IssueLevel.ACCESS_CODE, "Something new.")
    (entry,) = build_report(filled([code(errors=(new,))]), catalogue, NOW).as_json()["issues"]
    assert not entry["known"]
    assert entry["message"] == "Something new."
    assert entry["steps"]


class TestExitCode:
    def test_nothing_wrong_is_zero(self, catalogue) -> None:
        assert build_report(filled([code()]), catalogue, NOW).exit_code == 0

    def test_warnings_alone_are_zero(self, catalogue) -> None:
        assert build_report(filled([code(warnings=(LATE,))]), catalogue, NOW).exit_code == 0

    def test_an_error_is_one_also_where_no_code_has_it(self, catalogue) -> None:
        assert build_report(filled([code(errors=(FAILED,))]), catalogue, NOW).exit_code == 1
        assert build_report(filled(devices=[device(errors=(OFFLINE,))]), catalogue, NOW).exit_code == 1

    def test_what_could_not_be_read_is_two(self, catalogue) -> None:
        store = filled([code(errors=(FAILED,))])
        store.mark_unread(Unread("d1", "It timed out.", "req1"))
        report = build_report(store, catalogue, NOW)
        assert report.exit_code == 2
        assert report.as_json()["incomplete"] == [
            {"device_id": "d1", "device_name": "Lock d1", "reason": "It timed out.", "request_id": "req1"}
        ]

    def test_a_device_that_nobody_read_is_two(self, catalogue) -> None:
        store = WorkspaceStore()
        store.apply_devices([device()])
        assert build_report(store, catalogue, NOW).exit_code == 2


class TestPins:
    def test_no_pin_is_told_even_where_a_name_or_a_message_quotes_it(self, catalogue) -> None:
        quoting = replace(FAILED, message="Code 739154 clashes with 806213.")
        store = filled([code(name="Cleaner 739154", errors=(quoting,)), code("c2", pin=Pin("806213"))])
        report = build_report(store, catalogue, NOW)
        for text in (report_json(report), report_text(report)):
            assert "739154" not in text
            assert "806213" not in text

    async def test_a_whole_workspace_tells_no_pin(self, catalogue) -> None:
        sandbox = create_sandbox("default", traceable=True, clock=SandboxClock(NOW, speed=0))
        transport = httpx.ASGITransport(sandbox.app, raise_app_exceptions=False)
        client = SeamClient(Connection(api_key="seam_test_sandbox_key", transport=transport))
        store = WorkspaceStore()
        await load_once(client, store, ManualClock(NOW))
        await client.close()
        report = build_report(store, catalogue, NOW)
        told = report_json(report) + report_text(report)
        pins = [record.pin.reveal() for record in store.codes.values() if record.pin is not None]
        assert len(pins) > 50
        assert [pin for pin in pins if pin in told] == []


class TestText:
    def test_an_account_comes_before_the_locks_that_it_hits_and_says_how_many(self, catalogue) -> None:
        store = filled(
            [code("c1", status=AccessCodeStatus.UNKNOWN), code("c2", "d2", status=AccessCodeStatus.UNKNOWN)],
            [device("d1"), device("d2")],
            [ConnectedAccount("a1", "Yale Home", errors=(LOST,))],
        )
        text = report_text(build_report(store, catalogue, NOW))
        assert "Account Yale Home\n  Hits 2 codes on 2 devices.\n" in text
        assert text.index("Account Yale Home") < text.index("Device Lock d1")
        assert "account_disconnected, from its account" in text

    def test_steps_are_told_once_for_each_kind_of_issue(self, catalogue) -> None:
        store = filled([code("c1", errors=(FAILED,)), code("c2", errors=(FAILED,))])
        text = report_text(build_report(store, catalogue, NOW))
        assert text.count("1. Check the lock first") == 1
        assert "What to do: as under Guest c1 above." in text

    def test_a_healthy_workspace_says_so(self, catalogue) -> None:
        assert "Nothing is wrong." in report_text(build_report(filled([code()]), catalogue, NOW))

    def test_an_incomplete_healthy_report_does_not_promise_too_much(self, catalogue) -> None:
        store = filled([code()])
        store.mark_unread(Unread(None, "It timed out."))
        text = report_text(build_report(store, catalogue, NOW))
        assert "Nothing is wrong in what could be read." in text
        assert "the list of accounts: It timed out." in text

    @pytest.mark.parametrize("width", [30, 60, 80, 200])
    def test_lines_fit_the_terminal_unless_one_word_does_not(self, catalogue, width) -> None:
        store = filled([code(name="宿泊客 " * 20, errors=(FAILED, OFFLINE))], [device(errors=(OFFLINE,))])
        for line in report_text(build_report(store, catalogue, NOW), width).splitlines():
            assert cells(line) <= width or " " not in line.strip()

    def test_names_are_told_as_they_are_and_never_as_markup(self, catalogue) -> None:
        store = filled([code(name="[bold]Guest [/] 12[@click=x]", errors=(FAILED,))])
        text = report_text(build_report(store, catalogue, NOW), 200)
        assert "[bold]Guest [/] 12[@click=x]" in text
        assert "\x1b" not in text

    @given(st.text(st.characters(categories=["L", "N", "Zs"])), st.integers(10, 60))
    def test_wrapping_loses_no_word(self, text: str, width: int) -> None:
        lines = list(wrapped(text, width, "  "))
        assert "".join(" ".join(lines).split()) == "".join(text.split())


def test_in_share_mode_no_message_names_an_account_also_where_it_is_no_e_mail_address(catalogue: Catalogue) -> None:
    lost = replace(LOST, message="Kay Moreno signed out of Yale; Pat's Cabins may be next.")
    failed = replace(FAILED, message="kay moreno has no rights on this lock; neither has Guest c1.")
    accounts = [
        ConnectedAccount("a1", "Kay Moreno", "yale", errors=(lost,)),
        ConnectedAccount("a2", "Pat's Cabins", "august"),
        ConnectedAccount("a3", "Yale", "yale"),
        ConnectedAccount("a4", "", "nuki"),
    ]
    store = filled([code(errors=(failed,))], accounts=accounts)
    store.apply_devices([device(errors=(replace(OFFLINE, message="Ask Kay Moreno."),))])
    VEIL.is_drawn = True
    unread = [Unread("d1", "Kay Moreno may not read it.", None)]
    report = build_report(store, catalogue, NOW, unread)
    for told in (report_json(report), report_text(report)):
        assert "moreno" not in told.casefold()
        assert "Pat's" not in told
        assert "Guest c1" not in told
        assert "out of Yale" in told, "the maker is no secret"
        assert VEIL.guest("Kay Moreno") in told
