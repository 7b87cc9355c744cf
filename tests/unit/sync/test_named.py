"""Codes that somebody names by id come with their lock and its other codes, each lock read once."""

import pytest

from seam_tui.seam_api.errors import ServerFailure, Unauthorized
from seam_tui.sync.named import load_named
from seam_tui.workspace.store import WorkspaceStore


async def test_named_codes_come_with_all_that_stands_on_their_locks(reads) -> None:
    reads.add_device("d1", codes=3, unmanaged=2)
    reads.add_device("d2")
    store = WorkspaceStore()
    assert await load_named(reads, store, ["d1-c0", "d1-u1"]) == {}
    assert set(store.codes) == {"d1-c0", "d1-c1", "d1-c2", "d1-u0", "d1-u1"}
    assert set(store.devices) == {"d1"}
    assert store.workspace is not None


async def test_a_lock_is_read_once_however_many_of_its_codes_are_named(reads) -> None:
    for lock in ("d1", "d2"):
        reads.add_device(lock, codes=50, unmanaged=0)
    await load_named(reads, WorkspaceStore(), [key for key in reads.codes for _ in range(2)])
    assert reads.calls.count("device d1") == reads.calls.count("device d2") == 1
    assert sum(call.startswith("get ") for call in reads.calls) < 20


async def test_an_id_that_nobody_has_is_neither_read_nor_unread(reads) -> None:
    reads.add_device("d1")
    store = WorkspaceStore()
    assert await load_named(reads, store, ["nobody", "d1-c0"]) == {}
    assert "nobody" not in store.codes


async def test_the_codes_of_a_lock_that_fails_are_named_with_the_reason(reads, failure) -> None:
    reads.add_device("d1", codes=3)
    reads.add_device("d2")
    reads.fail["unmanaged d1"] = [failure(ServerFailure, 503)]
    unread = await load_named(reads, WorkspaceStore(), ["d1-c0", "d1-c2", "d2-c0"])
    assert set(unread) == {"d1-c0", "d1-c2"}
    assert set(unread.values()) == {"Its lock could not be read. It failed. Try later. (request req1)"}


async def test_a_code_that_cannot_be_looked_up_is_named_with_the_reason(reads, failure) -> None:
    reads.add_device("d1")
    reads.fail["get d1-c0"] = [failure(ServerFailure, 503)]
    assert await load_named(reads, WorkspaceStore(), ["d1-c0"]) == {"d1-c0": "It failed. Try later. (request req1)"}


@pytest.mark.parametrize("call", ["workspace", "get d1-c0", "codes d1"])
async def test_refused_credentials_end_it(reads, failure, call) -> None:
    reads.add_device("d1")
    reads.fail[call] = [failure(Unauthorized, 401)]
    with pytest.raises(Unauthorized):
        await load_named(reads, WorkspaceStore(), ["d1-c0"])
