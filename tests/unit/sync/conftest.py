"""What the tests of `sync` share: our own reads, answered from memory, and a clock that a test drives."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.clock import ManualClock
from seam_tui.domain.device import Device
from seam_tui.seam_api.errors import Gone, SeamFailure

START = datetime(2026, 11, 22, 15, tzinfo=UTC)


def _code(id_: str, device_id: str, **fields: object) -> AccessCode:
    base = AccessCode(id_, device_id, id_, None, True, AccessCodeType.ONGOING, AccessCodeStatus.SET)
    return replace(base, **fields)


@dataclass
class Reads:
    """A workspace in memory behind the reads that `sync` uses; calls are noted, and can be made to wait or fail."""

    accounts: list[ConnectedAccount] = field(default_factory=lambda: [ConnectedAccount("a1", "A")])
    devices: list[Device] = field(default_factory=list)
    codes: dict[str, AccessCode] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    fail: dict[str, list[Exception | None]] = field(default_factory=dict)
    """Call to what happens to it, one entry a time; afterwards it works."""
    on_call: Callable[[str], Awaitable[None]] | None = None
    page: int = 2
    refusals: int = 0
    """Answers with a 429."""

    async def _called(self, call: str) -> None:
        self.calls.append(call)
        if self.on_call is not None:
            await self.on_call(call)
        await asyncio.sleep(0)
        planned = self.fail.get(call)
        if planned and (error := planned.pop(0)) is not None:
            raise error

    def pages(self, records: list) -> list[tuple]:
        return [tuple(records[start : start + self.page]) for start in range(0, len(records), self.page)] or [()]

    async def get_workspace(self) -> Workspace:
        await self._called("workspace")
        return Workspace("w", "W", is_sandbox=True)

    async def list_connected_accounts(self, page_size: int = 500) -> AsyncIterator[tuple[ConnectedAccount, ...]]:
        for page in self.pages(self.accounts):
            await self._called("accounts")
            yield page

    async def list_devices(self, page_size: int = 500) -> AsyncIterator[tuple[Device, ...]]:
        for page in self.pages(self.devices):
            await self._called("devices")
            yield page

    async def list_access_codes(self, device_id: str, page_size: int = 500) -> AsyncIterator[tuple[AccessCode, ...]]:
        for page in self.pages([c for c in self.codes.values() if c.device_id == device_id and c.is_managed]):
            await self._called(f"codes {device_id}")
            yield page

    async def list_unmanaged_access_codes(
        self, device_id: str, page_size: int = 500
    ) -> AsyncIterator[tuple[AccessCode, ...]]:
        for page in self.pages([c for c in self.codes.values() if c.device_id == device_id and not c.is_managed]):
            await self._called(f"unmanaged {device_id}")
            yield page

    async def get_access_code(self, access_code_id: str) -> AccessCode:
        await self._called(f"get {access_code_id}")
        return self._find(access_code_id, is_managed=True)

    async def get_unmanaged_access_code(self, access_code_id: str) -> AccessCode:
        await self._called(f"get unmanaged {access_code_id}")
        return self._find(access_code_id, is_managed=False)

    def _find(self, access_code_id: str, *, is_managed: bool) -> AccessCode:
        code = self.codes.get(access_code_id)
        if code is None or code.is_managed != is_managed:
            raise Gone("It is gone.", "Reload.", status=404)
        return code

    async def get_device(self, device_id: str) -> Device:
        await self._called(f"device {device_id}")
        for device in self.devices:
            if device.device_id == device_id:
                return device
        raise Gone("It is gone.", "Reload.", status=404)

    async def get_connected_account(self, connected_account_id: str) -> ConnectedAccount:
        await self._called(f"account {connected_account_id}")
        return self.accounts[0]

    def add_device(self, id_: str, codes: int = 2, unmanaged: int = 1, **fields: object) -> None:
        lock = Device(id_, id_, "lock", connected_account_id="a1", can_program_online_access_codes=True)
        self.devices.append(replace(lock, **fields))
        for number in range(codes):
            self.put(_code(f"{id_}-c{number}", id_))
        for number in range(unmanaged):
            self.put(_code(f"{id_}-u{number}", id_, is_managed=False))

    def put(self, code: AccessCode) -> None:
        self.codes[code.access_code_id] = code


class HurriedClock(ManualClock):
    """A clock on which a sleep is over at once; it notes how long each was."""

    def __init__(self) -> None:
        super().__init__(START)
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def make_code() -> Callable[..., AccessCode]:
    return _code


@pytest.fixture
def reads() -> Reads:
    return Reads()


@pytest.fixture
def hurried() -> HurriedClock:
    return HurriedClock()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def settle() -> Callable[[], Awaitable[None]]:
    """Let everything run that can run without time passing."""

    async def run_ready() -> None:
        for _ in range(50):
            await asyncio.sleep(0)

    return run_ready


@pytest.fixture
def failure() -> Callable[..., SeamFailure]:
    def make(kind: type[SeamFailure], status: int | None = None) -> SeamFailure:
        return kind("It failed.", "Try later.", request_id="req1", status=status)

    return make
