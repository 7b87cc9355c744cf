"""Looking up which codes belong to an access grant: one request for each code, and none twice."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.clock import ManualClock
from seam_tui.operations.grants import LOOKUPS_AT_ONCE, GrantBook
from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.records import Grant
from seam_tui.sandbox.server import Sandbox, create_sandbox
from seam_tui.seam_api.client import SeamClient
from seam_tui.seam_api.connection import Connection
from tests.unit.operations.conftest import NOW

LOOK_UP = "/access_grants/list"


@dataclass
class Gate(httpx.AsyncBaseTransport):
    """The way to a sandbox; look-ups wait before it until it is opened."""

    inner: httpx.AsyncBaseTransport
    is_open: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0
    most_waiting: int = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.waiting += 1
        self.most_waiting = max(self.most_waiting, self.waiting)
        try:
            await self.is_open.wait()
            return await self.inner.handle_async_request(request)
        finally:
            self.waiting -= 1


@dataclass
class Desk:
    """A book over a sandbox, and the codes that are asked about."""

    sandbox: Sandbox
    gate: Gate
    clock: ManualClock
    book: GrantBook
    codes: list[AccessCode]

    @property
    def lookups(self) -> int:
        return self.sandbox.requests.counts["GET", LOOK_UP]

    @property
    def grant(self) -> Grant:
        """The one with codes on two doors."""
        return next(grant for grant in self.sandbox.world.grants.values() if len(grant.methods) == 2)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    sandbox = create_sandbox(clock=SandboxClock(NOW, speed=0))
    gate = Gate(httpx.ASGITransport(sandbox.app, raise_app_exceptions=False))
    gate.is_open.set()
    clock = ManualClock(NOW)
    client = SeamClient(Connection(api_key=sandbox.key, transport=gate), clock=clock)
    codes = []
    for device_id in {sandbox.world.codes[code].device_id for grant in sandbox.world.grants.values()
                      for code in grant.code_ids}:  # fmt: skip
        codes += [code async for page in client.list_access_codes(device_id) for code in page]
        codes += [code async for page in client.list_unmanaged_access_codes(device_id) for code in page]
    yield Desk(sandbox, gate, clock, GrantBook(client, clock), codes)
    await client.close()


async def test_each_code_is_asked_about_once_and_what_was_learned_is_kept(desk: Desk) -> None:
    asked = [code.access_code_id for code in desk.codes if code.is_managed and not code.is_backup]
    grants = await desk.book.look_up([*desk.codes, *desk.codes])
    assert desk.lookups == len(asked) > 3
    assert all(map(grants.is_known, asked))
    for code in asked:
        of = grants.of(code)
        owner = next((g for g in desk.sandbox.world.grants.values() if code in g.code_ids), None)
        assert (of and of.access_grant_id) == (owner and owner.grant_id)
    assert (await desk.book.look_up(desk.codes)).found == grants.found
    assert desk.lookups == len(asked)


async def test_a_grant_tells_its_name_its_times_and_how_much_it_made(desk: Desk) -> None:
    grants = await desk.book.look_up(desk.codes)
    one, other = (grants.of(code) for code in desk.grant.code_ids)
    assert one == other
    assert one is not None
    assert (one.title, one.access_method_count) == (desk.grant.name, 2)
    assert one.starts_at is not None
    assert one.starts_at.timestamp() == desk.grant.starts_at


async def test_codes_that_no_grant_can_have_made_are_not_asked_about(desk: Desk, make_code) -> None:
    others = [make_code(is_managed=False), make_code(access_code_id="c2", is_backup=True)]
    told: list[tuple[int, int]] = []
    grants = await desk.book.look_up(others, lambda done, total: told.append((done, total)))
    assert (desk.lookups, told) == (0, [(0, 0)])
    assert not any(grants.is_known(code.access_code_id) for code in others)


async def test_what_was_learned_grows_old(desk: Desk) -> None:
    code = next(code for code in desk.codes if code.access_code_id in desk.grant.code_ids)
    await desk.book.look_up([code])
    desk.clock.advance(599)
    assert desk.book.known().of(code.access_code_id) is not None
    await desk.book.look_up([code])
    assert desk.lookups == 1
    desk.clock.advance(1)
    assert not desk.book.known().is_known(code.access_code_id)
    await desk.book.look_up([code])
    assert desk.lookups == 2


async def test_progress_is_told_for_every_code(desk: Desk) -> None:
    asked = [code for code in desk.codes if code.is_managed and not code.is_backup]
    await desk.book.look_up(asked[:2])
    told: list[tuple[int, int]] = []
    await desk.book.look_up(desk.codes, lambda done, total: told.append((done, total)))
    assert told == [(done, len(asked)) for done in range(2, len(asked) + 1)]


async def test_only_so_many_look_ups_are_under_way_at_once(desk: Desk) -> None:
    """Also when two plans are looked at together, and then no code is asked about twice."""
    codes = [code for code in desk.codes if code.is_managed and not code.is_backup]
    assert len(codes) > LOOKUPS_AT_ONCE
    desk.gate.is_open.clear()
    both = [asyncio.create_task(desk.book.look_up(codes)) for _ in range(2)]
    async with asyncio.timeout(10):
        while desk.gate.waiting < LOOKUPS_AT_ONCE:  # noqa: ASYNC110  # the gate has no event for it
            await asyncio.sleep(0)
    desk.gate.is_open.set()
    one, other = await asyncio.gather(*both)
    assert desk.gate.most_waiting == LOOKUPS_AT_ONCE
    assert one.found.keys() >= {code.access_code_id for code in codes}
    assert one.found == other.found


async def test_a_look_up_that_fails_leaves_its_code_unknown_until_it_is_asked_again(desk: Desk) -> None:
    codes = [code for code in desk.codes if code.is_managed and not code.is_backup]
    desk.sandbox.faults.add(FaultRule("status", LOOK_UP, status=400, count=1))
    told: list[tuple[int, int]] = []
    grants = await desk.book.look_up(codes, lambda done, total: told.append((done, total)))
    unknown = [code for code in codes if not grants.is_known(code.access_code_id)]
    assert (len(unknown), grants.no_route) == (1, False)
    assert told[-1] == (len(codes), len(codes))
    again = await desk.book.look_up(codes)
    assert all(again.is_known(code.access_code_id) for code in codes)
    assert desk.lookups == len(codes) + 1


async def test_a_404_in_seams_envelope_is_about_the_code_alone(desk: Desk) -> None:
    desk.sandbox.faults.add(FaultRule("status", LOOK_UP, status=404, count=1))
    grants = await desk.book.look_up(desk.codes)
    assert not grants.no_route
    assert desk.lookups > LOOKUPS_AT_ONCE


async def test_a_server_without_the_route_is_asked_no_more(desk: Desk) -> None:
    """As the vendor's older fake is: it answers a plain 404."""
    desk.sandbox.faults.add(FaultRule("status", LOOK_UP, status=404, html=True))
    codes = [code for code in desk.codes if code.is_managed and not code.is_backup]
    assert (await desk.book.look_up(codes[:1])).no_route
    assert desk.lookups == 1
    grants = await desk.book.look_up(codes)
    assert grants.no_route
    assert not grants.found
    assert desk.lookups == 1


async def test_the_first_answer_without_a_route_ends_a_look_up_that_is_under_way(desk: Desk) -> None:
    desk.sandbox.faults.add(FaultRule("status", LOOK_UP, status=404, html=True))
    codes = [code for code in desk.codes if code.is_managed and not code.is_backup]
    assert (await desk.book.look_up(codes)).no_route
    assert desk.lookups <= LOOKUPS_AT_ONCE < len(codes)


async def test_a_look_up_that_is_cancelled_keeps_what_it_has_learned(desk: Desk) -> None:
    codes = [code for code in desk.codes if code.is_managed and not code.is_backup]
    learned = asyncio.Event()

    def close_the_gate(done: int, _total: int) -> None:
        if done == 2:
            desk.gate.is_open.clear()
            learned.set()

    looking = asyncio.create_task(desk.book.look_up(codes, close_the_gate))
    async with asyncio.timeout(10):
        await learned.wait()
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking
    known = desk.book.known()
    assert 2 <= len(known.found) < len(codes)
    assert desk.gate.waiting == 0
    desk.gate.is_open.set()
    assert len((await desk.book.look_up(codes)).found) == len(codes)
