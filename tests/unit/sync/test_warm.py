"""Going on from a picture: what the index learns of it, whose it is, and what is read of it first."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.clock import ManualClock
from seam_tui.domain.device import Device
from seam_tui.sync import events
from seam_tui.sync.event_log import EventMark, LostTrack
from seam_tui.sync.index import Index
from seam_tui.sync.pace import WatchPace
from seam_tui.sync.rolling import JobKind, Rolling
from seam_tui.sync.warm import OwnWorkspace, mark_of, teach
from seam_tui.workspace.picture import Picture

from .test_rolling import BROKEN, OFFLINE, fill, play

NOW = datetime(2031, 5, 6, tzinfo=UTC)
WORKSPACE = Workspace("w1", "Harbour Houses", is_sandbox=True)


def code(key: str, device_id: str, *, managed: bool = True, broken: bool = False) -> AccessCode:
    kind, status = AccessCodeType.ONGOING, AccessCodeStatus.SET
    return AccessCode(key, device_id, "", None, managed, kind, status, errors=BROKEN if broken else ())


def a_picture() -> Picture:
    return Picture(
        as_of=NOW,
        verified_at=NOW,
        last_event_at=NOW,
        last_event_id="e1",
        workspace=WORKSPACE,
        accounts=(ConnectedAccount("a1", "All houses"),),
        devices=(Device("d1", "Front", "lock", "a1", errors=OFFLINE), Device("d2", "Back", "lock", "a1")),
        read_device_ids=frozenset({"d1"}),
        codes=(code("c1", "d1"), code("c2", "d1", managed=False), code("c3", "d2", broken=True)),
        awaited_pin_ids=frozenset({"c1"}),
    )


def test_an_index_learns_of_a_picture_what_a_load_would_have_told() -> None:
    index = Index()
    teach(index, a_picture())
    assert list(index.device_ids) == ["d1", "d2"]
    assert (index.codes_on("d1"), index.unmanaged_on("d1"), index.codes_on("d2")) == (["c1", "c2"], ["c2"], ["c3"])
    assert (index.troubled_devices, list(index.restless)) == (["d1"], ["c3"])


def test_a_device_that_was_not_read_is_one_that_is_to_be_read_soon() -> None:
    index = Index()
    teach(index, a_picture())
    assert set(index.unread) == {"d2"}


def test_a_picture_stirs_nothing_up() -> None:
    index = Index()
    teach(index, replace(a_picture(), codes=(replace(code("c1", "d1"), pulled_backup_access_code_id="c9"),)))
    assert (index.take_stirred(), index.take_backups()) == ([], [])


def test_events_are_followed_from_the_mark_of_the_picture() -> None:
    assert mark_of(a_picture(), WatchPace()) == EventMark(NOW, "e1")
    assert mark_of(replace(a_picture(), last_event_at=None), WatchPace()) is None


def test_a_picture_that_nothing_would_verify_is_not_gone_on_from() -> None:
    assert mark_of(a_picture(), WatchPace(requests_per_minute=0)) is None


class _Answers:
    """A client whose credentials open a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    async def get_workspace(self) -> Workspace:
        return self.workspace


def confirmed(workspace: Workspace) -> list[events.SyncEvent]:
    told: list[events.SyncEvent] = []
    client = _Answers(workspace)
    own = OwnWorkspace(client, told.append, ManualClock(NOW), WatchPace(), WORKSPACE)  # type: ignore[arg-type]
    asyncio.run(own.confirm())
    return told


def test_the_workspace_is_told_as_it_is_now() -> None:
    renamed = replace(WORKSPACE, name="Harbour & Pine")
    assert confirmed(renamed) == [events.WorkspaceRead(renamed)]


def test_another_workspace_means_that_everything_is_to_be_read() -> None:
    with pytest.raises(LostTrack, match="another workspace"):
        confirmed(replace(WORKSPACE, workspace_id="w2"))


def test_what_is_on_screen_and_in_trouble_is_read_before_the_rounds_begin() -> None:
    index = fill([10] * 40, broken=20, offline=5)
    pace = WatchPace(requests_per_minute=60)
    rolling = Rolling(index, pace, lambda key: False)
    rolling.look_at(["d7", "d8", "d9", "d10"])
    rolling.put_off_rounds(0.0)
    done = play(rolling, index, pace.hot_every + 60.0)
    begins = next(at for at, job, _ in done if job.kind is JobKind.WORKSPACE)
    early = {key for at, job, _ in done if at < begins for key in job.ids}
    assert begins >= pace.hot_every
    assert {"d7", "d8", "d9", "d10", "d0", "d4"} <= early
    assert set(index.restless) <= early
