"""Seam's own fake, seeded and running, with the proxy in front of it."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import seam

from tests.vendor.processes import serving
from tests.vendor.proxy import RequestCounts, proxy_in_front_of


@dataclass(frozen=True, slots=True)
class FakeSeam:
    """A running fake: two doors to it, and what it was seeded with."""

    endpoint: str
    """The proxy, which takes today's requests."""

    bare_endpoint: str
    """The fake itself, with its older verbs."""

    api_key: str
    workspace_id: str

    devices: Mapping[str, str]
    """Device ids by what the device is there for: front_door, offline, account_lost, hostile, thermostat."""

    codes: Mapping[str, str]
    """Access code ids by what the code is there for; see fake.mjs."""

    hostile_names: Mapping[str, str]
    """The hostile names as seeded, by the key that their code has in `codes`."""

    counts: RequestCounts
    """What clients sent to the proxy."""

    def connect(self, *, api_key: str | None = None) -> AbstractAsyncContextManager[seam.AsyncSeam]:
        """The bare SDK, pointed at the proxy."""
        return seam.AsyncSeam(
            api_key=api_key or self.api_key, endpoint=self.endpoint, httpx_options={"trust_env": False}
        )


@contextmanager
def running_fake(folder: Path) -> Iterator[FakeSeam]:
    """Start a fake as seeded, and the proxy in front of it; both end with the block."""
    with (
        serving(["node", "fake.mjs"], cwd=folder) as process,
        proxy_in_front_of(process.endpoint) as (endpoint, counts),
    ):
        yield FakeSeam(
            endpoint=endpoint,
            bare_endpoint=process.endpoint,
            api_key=process.announcement["api_key"],
            workspace_id=process.announcement["workspace_id"],
            devices=process.announcement["ids"]["devices"],
            codes=process.announcement["ids"]["codes"],
            hostile_names=process.announcement["hostile_names"],
            counts=counts,
        )
