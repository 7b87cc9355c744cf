"""What events name, and what the index knows of the picture."""

import pytest

from seam_tui.domain.access_code import AccessCodeStatus
from seam_tui.domain.account import ConnectedAccount
from seam_tui.domain.device import Device
from seam_tui.domain.event import Event
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.sync import events
from seam_tui.sync.index import Index
from seam_tui.sync.news import News
from tests.faults.simulated_time import NOW


def lock(id_: str, *errors: str, account: str = "a1") -> Device:
    issues = tuple(Issue(IssueKind.ERROR, code, IssueLevel.DEVICE, "m") for code in errors)
    return Device(id_, id_, "lock", connected_account_id=account, errors=issues)


@pytest.fixture
def index(make_code) -> Index:
    """Two locks with a managed and an unmanaged code each."""
    known = Index()
    known.hear(events.AccountsRead((ConnectedAccount("a1", "A"),)))
    known.hear(events.DevicesRead((lock("d1"), lock("d2"))))
    for device in ("d1", "d2"):
        codes = (make_code(f"{device}-c", device), make_code(f"{device}-u", device, is_managed=False))
        known.hear(events.CodesRead(device, codes))
    known.hear(events.LoadFinished(()))
    return known


def named(index: Index, *told: tuple[str, dict[str, str]]) -> News:
    news = News()
    news.take((Event(f"e{n}", kind, NOW, **ids) for n, (kind, ids) in enumerate(told)), index)
    return news


def on(device: str, kind: str, code: str) -> tuple[str, dict[str, str]]:
    return f"access_code.{kind}", {"access_code_id": code, "device_id": device}


def test_managed_codes_are_named_once_and_unmanaged_ones_by_their_device(index) -> None:
    news = named(index, on("d1", "changed", "d1-c"), on("d1", "name_changed", "d1-c"), on("d2", "changed", "d2-u"))
    assert list(news.codes) == ["d1-c"]
    assert news.unmanaged_on == {"d2": {"d2-u": None}}
    assert (news.devices, news.deleted, news.accounts) == ({}, {}, {})


def test_a_code_that_an_event_calls_deleted_is_asked_for_alone(index) -> None:
    news = named(
        index, on("d1", "mutations_requested", "d1-c"), on("d1", "deleted", "d1-c"), on("d1", "changed", "d1-c"),
        on("d2", "unmanaged.removed", "d2-u"),
    )  # fmt: skip
    assert news.deleted == {"d1-c": True, "d2-u": False}
    assert (news.codes, news.unmanaged_on) == ({}, {})


def test_a_conversion_is_looked_for_among_the_managed_codes_and_a_failed_one_is_not(index) -> None:
    converted = named(index, on("d1", "unmanaged.converted_to_managed", "d1-u"))
    assert (list(converted.codes), converted.unmanaged_on) == (["d1-u"], {})
    failed = named(index, on("d1", "unmanaged.failed_to_convert_to_managed", "d1-u"))
    assert (list(failed.codes), failed.unmanaged_on) == ([], {"d1": {"d1-u": None}})


def test_devices_and_accounts_are_named_by_their_own_events(index) -> None:
    news = named(
        index,
        ("device.disconnected", {"device_id": "d1", "connected_account_id": "a1"}),
        ("device.added", {"device_id": "new"}),
        ("lock.unlocked", {"device_id": "d2", "access_code_id": "d2-c"}),
        ("lock.unlocked", {"device_id": "elsewhere"}),
        ("device.unmanaged.connected", {"device_id": "foreign"}),
        ("device.unmanaged.converted_to_managed", {"device_id": "ours"}),
        ("connected_account.disconnected", {"connected_account_id": "a1"}),
        ("noise_sensor.noise_threshold_triggered", {"device_id": "d1"}),
        ("access_code.changed", {}),
    )
    assert list(news.devices) == ["d1", "new", "d2", "ours"]
    assert list(news.accounts) == ["a1"]
    assert not news.codes


def test_a_code_on_a_device_that_is_not_known_makes_the_device_be_read(index) -> None:
    news = named(index, on("new", "created", "c9"))
    assert (list(news.codes), list(news.devices)) == (["c9"], ["new"])


def test_the_index_forgets_what_is_gone(index, make_code) -> None:
    index.hear(events.CodeGone("d1-c"))
    assert not index.has_code("d1-c")
    index.hear(events.DeviceCodesComplete("d1", frozenset()))
    assert (index.codes_on("d1"), index.code_count) == ([], 2)
    index.hear(events.DevicesComplete(frozenset({"d1"})))
    assert (list(index.device_ids), index.code_count) == (["d1"], 0)
    index.hear(events.CodesRead("d1", (make_code("c3", "d1"),)))
    index.hear(events.DeviceGone("d1"))
    assert (list(index.device_ids), index.code_count) == ([], 0)
    index.hear(events.CodeGone("never known"))


def test_the_index_follows_a_code_that_changes_its_kind_or_its_device(index, make_code) -> None:
    index.hear(events.CodesRead(None, (make_code("d1-u", "d1"), make_code("d1-c", "d2"))))
    assert not index.is_unmanaged("d1-u")
    assert index.codes_on("d1") == ["d1-u"]
    assert index.device_of("d1-c") == "d2"
    assert index.unmanaged_on("d2") == ["d2-u"]


def test_codes_in_trouble_or_on_their_way_are_restless(index, make_code) -> None:
    own = Issue(IssueKind.ERROR, "failed_to_set_on_device", IssueLevel.ACCESS_CODE, "m")
    inherited = Issue(IssueKind.ERROR, "device_disconnected", IssueLevel.DEVICE, "m")
    index.hear(events.CodesRead("d1", (make_code("d1-c", "d1", errors=(own,)),)))
    index.hear(events.DevicesRead((lock("d2", "device_disconnected"),)))
    index.hear(events.CodesRead("d2", (make_code("d2-c", "d2", errors=(inherited,)),)))
    index.hear(events.CodesRead("d2", (make_code("c3", "d2", status=AccessCodeStatus.SETTING),)))
    assert set(index.restless) == {"d1-c", "c3"}
    index.hear(events.CodesRead("d1", (make_code("d1-c", "d1"),)))
    index.hear(events.CodeGone("c3"))
    assert set(index.restless) == set()


def test_a_device_whose_errors_change_stirs_its_codes_and_an_account_all_of_its_devices(index) -> None:
    assert index.take_stirred() == []
    index.hear(events.DevicesRead((lock("d1", "device_disconnected"), lock("d2"))))
    assert index.take_stirred() == ["d1"]
    index.hear(events.DevicesRead((lock("d1", "device_disconnected"),)))
    assert index.take_stirred() == []
    index.hear(events.DevicesRead((lock("d1"),)))
    assert index.take_stirred() == ["d1"]
    gone = Issue(IssueKind.ERROR, "account_disconnected", IssueLevel.CONNECTED_ACCOUNT, "m")
    index.hear(events.AccountsRead((ConnectedAccount("a1", "A", errors=(gone,)),)))
    assert index.take_stirred() == ["d1", "d2"]


def test_a_code_that_shows_what_its_device_does_not_puts_both_in_doubt(index, make_code) -> None:
    offline = Issue(IssueKind.ERROR, "device_disconnected", IssueLevel.DEVICE, "m")
    index.hear(events.CodesRead("d1", (make_code("d1-c", "d1", errors=(offline,)),)))
    assert (index.troubled_devices, set(index.restless)) == (["d1"], {"d1-c"})
    index.hear(events.DevicesRead((lock("d1", "device_disconnected"),)))
    index.hear(events.CodesRead("d1", (make_code("d1-c", "d1", errors=(offline,)),)))
    assert (index.troubled_devices, set(index.restless)) == (["d1"], set())
    index.hear(events.DevicesRead((lock("d1"),)))
    assert (index.troubled_devices, index.take_stirred()) == ([], ["d1"])


def test_a_backup_that_nobody_named_is_known_to_be_missing(index, make_code) -> None:
    index.hear(events.CodesRead("d1", (make_code("d1-c", "d1", pulled_backup_access_code_id="b1"),)))
    assert index.take_backups() == ["b1"]
    assert index.take_backups() == []
    index.hear(events.CodesRead("d1", (make_code("b1", "d1"),)))
    index.hear(events.CodesRead("d1", (make_code("d1-c", "d1", pulled_backup_access_code_id="b1"),)))
    assert index.take_backups() == []


def test_what_is_tapped_is_passed_on() -> None:
    index, heard = Index(), []
    index.tap(heard.append)(events.LoadFinished(()))
    assert (index.loads, heard) == (1, [events.LoadFinished(())])
