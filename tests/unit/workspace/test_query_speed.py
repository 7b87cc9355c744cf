"""What a keystroke costs at 20,000 codes: printed (`pytest -s`), never asserted; only what is found is."""

import gc
import random
import time
from datetime import UTC, datetime, timedelta

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.account import ConnectedAccount
from seam_tui.domain.device import Device
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.workspace.query import CodeFilter, parse_query
from seam_tui.workspace.store import WorkspaceStore

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
CODES, DEVICES = 20_000, 2_000
SYLLABLES = ("an", "be", "ro", "mi", "ta", "lo", "ve", "si", "ka", "dor", "fen", "gul", "hal")
FAILED = Issue(IssueKind.ERROR, "failed_to_set_on_device", IssueLevel.ACCESS_CODE, "m")
OFFLINE = Issue(IssueKind.ERROR, "device_disconnected", IssueLevel.DEVICE, "m")
TYPED = ("andor", "!andor", "house 77", "error:dev", "!error:any", "severity:urgent", "online:no an", "starts<24h")


def large_store() -> WorkspaceStore:
    seeded = random.Random(1)
    store = WorkspaceStore()
    store.apply_accounts([ConnectedAccount(f"account-{n}", f"All houses {n}") for n in range(8)])
    store.apply_devices(
        Device(
            f"{seeded.getrandbits(128):032x}",
            f"Harbour House {n}",
            "lock",
            f"account-{n % 8}",
            "Yale",
            online=n % 50 != 0,
            errors=(OFFLINE,) if n % 50 == 0 else (),
        )
        for n in range(DEVICES)
    )
    device_ids = list(store.devices)
    records = []
    for n in range(CODES):
        starts = NOW + seeded.randint(-96, 240) * HOUR
        record = AccessCode(
            f"{seeded.getrandbits(128):032x}",
            device_ids[n % DEVICES],
            "".join(seeded.choices(SYLLABLES, k=6)).title(),
            None,
            n % 20 != 0,
            AccessCodeType.TIME_BOUND,
            AccessCodeStatus.SETTING if n % 40 == 7 else AccessCodeStatus.SET,
            NOW - 500 * HOUR,
            starts,
            starts + 150 * HOUR,
            errors=(FAILED,) if n % 40 == 7 else (),
        )
        records.append(record)
    store.apply_codes(records)
    return store


def test_every_keystroke_at_a_large_size_finds_what_testing_each_code_finds() -> None:
    store = large_store()
    ids = list(store.codes)
    gc.freeze()  # as the app does after its first load
    try:
        type_all(store, ids)
    finally:
        gc.unfreeze()


def type_all(store: WorkspaceStore, ids: list[str]) -> None:
    filter_ = CodeFilter(store)
    started = time.perf_counter()
    while not filter_.prepare(2_000):
        pass
    print(f"\nsearch keys {(time.perf_counter() - started) * 1000:.0f} ms")
    for text in TYPED:
        filter_.set(parse_query(""), NOW)
        times = []
        for end in range(1, len(text) + 1):
            started = time.perf_counter()
            filter_.set(parse_query(text[:end]), NOW)
            found = filter_.ids_in(ids)
            times.append((time.perf_counter() - started) * 1000)
        print(f"{text:18} slowest letter {max(times):4.0f} ms, last {times[-1]:4.0f} ms, {filter_.shown} of {CODES}")
        matches = filter_.query.matcher(store, NOW)
        assert found == [key for key, record in store.codes.items() if matches(record)]
