"""What stands on the borders of the panes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.device import Device
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.tui.rows import ALL_DEVICES
from seam_tui.tui.telling import pane_titles
from seam_tui.workspace.store import WorkspaceStore

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
FAILED = Issue(IssueKind.ERROR, "failed_to_set_on_device", IssueLevel.ACCESS_CODE, "Seam keeps trying.", NOW)


@pytest.fixture(scope="module")
def store() -> WorkspaceStore:
    """1,100 locks with a code each, all of them in error."""
    store = WorkspaceStore()
    store.apply_devices([Device(f"d{n}", f"Door {n}", "lock") for n in range(1_100)])
    kind, status = AccessCodeType.ONGOING, AccessCodeStatus.SETTING
    store.apply_codes(
        [AccessCode(f"c{n}", f"d{n}", "Guest", None, True, kind, status, errors=(FAILED,)) for n in range(1_100)]
    )
    return store


@pytest.mark.parametrize(
    ("shown", "title"),
    [
        (None, "2 Codes · all devices · 1,100 · ✖ 1,100"),
        (1_001, "2 Codes · all devices · 1,001 of 1,100 · ✖ 1,100"),
    ],
)
def test_thousands_are_parted_as_in_the_line_on_top(store: WorkspaceStore, shown: int | None, title: str) -> None:
    titles = pane_titles(store, ALL_DEVICES, shown, {"codes": None, "devices": None})
    assert titles["devices"] == ("1 Devices · 1,100",)
    assert titles["codes"][0] == title
    assert titles["codes"][-1].endswith("1,100 ✖1,100")
