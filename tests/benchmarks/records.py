"""Records of any number, made in memory: for benchmarks that need no server."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.device import Battery, Device
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.domain.pin import Pin
from seam_tui.workspace.store import WorkspaceStore

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
_HOUR = timedelta(hours=1)
_SYLLABLES = ("an", "be", "ro", "mi", "ta", "lo", "ve", "si", "ka", "dor", "fen", "gul", "hal")
_ACCOUNTS = 8


def filled_store(devices: int, codes: int, now: datetime = NOW, seed: int = 1) -> WorkspaceStore:
    """A store as a load would fill it: a few locks offline, a few codes in trouble, every device read."""
    seeded = random.Random(seed)
    failed = Issue(IssueKind.ERROR, "failed_to_set_on_device", IssueLevel.ACCESS_CODE, "Seam keeps trying.", now)
    offline = Issue(IssueKind.ERROR, "device_disconnected", IssueLevel.DEVICE, "The device is offline.", now)
    store = WorkspaceStore()
    store.apply_workspace(Workspace("workspace", "Harbour Houses", is_sandbox=True))
    store.apply_accounts([ConnectedAccount(f"account-{number}", f"All houses {number}") for number in range(_ACCOUNTS)])
    locks = [
        Device(
            _id(seeded),
            f"Harbour House {number}",
            "yale_lock",
            f"account-{number % _ACCOUNTS}",
            "Yale",
            online=number % 50 != 0,
            battery=Battery(number % 80 / 100 + 0.2, "good"),
            time_zone="Europe/Berlin",
            errors=(offline,) if number % 50 == 0 else (),
        )
        for number in range(devices)
    ]
    store.apply_devices(locks)
    for number, lock in enumerate(locks):
        own = range(number, codes, devices)
        store.apply_codes([_code(seeded, position, lock, failed, offline, now) for position in own])
        store.finish_device(lock.device_id, store.code_ids_of_device(lock.device_id))
    return store


def _code(seeded: random.Random, number: int, lock: Device, failed: Issue, offline: Issue, now: datetime) -> AccessCode:
    starts = now.replace(minute=0, second=0, microsecond=0) + seeded.randint(-96, 240) * _HOUR
    in_trouble = number % 40 == 7
    return AccessCode(
        _id(seeded),
        lock.device_id,
        "".join(seeded.choices(_SYLLABLES, k=6)).title(),
        Pin(f"{seeded.randrange(10_000):04d}"),
        number % 20 != 0,
        AccessCodeType.TIME_BOUND,
        AccessCodeStatus.SETTING if in_trouble else AccessCodeStatus.SET,
        now - 500 * _HOUR + timedelta(seconds=number),
        starts,
        starts + 150 * _HOUR,
        errors=(failed,) * in_trouble + lock.errors,
        display_status="Needs attention" if in_trouble else "Set",
    )


def _id(seeded: random.Random) -> str:
    text = f"{seeded.getrandbits(128):032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
