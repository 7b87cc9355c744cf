"""One question to Seam, to find out whether it can be reached, takes the credentials, and how late it is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

from seam_tui.domain.account import Workspace
from seam_tui.domain.clock import Clock
from seam_tui.seam_api import decode
from seam_tui.seam_api.calls import WORKSPACE, WORKSPACES, decoded, each, secrets_of
from seam_tui.seam_api.connection import Connection, ReadOnlySwitch, client_options
from seam_tui.seam_api.errors import SeamFailure
from seam_tui.seam_api.failures import failure_from
from seam_tui.seam_api.sdk import AsyncSeam, AsyncSeamWithoutWorkspace

if TYPE_CHECKING:
    import httpx

PATIENCE: Final = 10.0
"""Seconds until an answer counts as missing, however long the app itself would wait."""
_TICK: Final = timedelta(seconds=0.5)
"""An HTTP date tells whole seconds, so on the average half a second has passed since."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What came of the question."""

    took: float | None
    """Seconds until the last answer; None when none came."""
    skew: float | None
    """Seconds that this machine's clock is ahead of the server's, to about a second; None when it did not tell."""
    workspaces: tuple[Workspace, ...]
    """What the credentials open: one, or all that a personal access token without a workspace can."""
    failure: SeamFailure | None
    """Why that is not known."""


class _Watch:
    """Listens to requests and answers.

    Args:
        clock: This machine's time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sent_at = 0.0
        self.took: float | None = None
        self.skew: float | None = None

    async def note_request(self, request: httpx.Request) -> None:
        """A request leaves."""
        self._sent_at = self._clock.monotonic()

    async def note_answer(self, response: httpx.Response) -> None:
        """An answer, of whatever status, has come: whoever gave it has a clock."""
        self.took = self._clock.monotonic() - self._sent_at
        try:
            told = parsedate_to_datetime(response.headers.get("date", ""))
        except ValueError:
            return
        there = told.replace(tzinfo=told.tzinfo or UTC) + _TICK
        here: datetime = self._clock.now() - timedelta(seconds=self.took / 2)
        self.skew = (here - there).total_seconds()


async def probe(connection: Connection, clock: Clock) -> Probe:
    """Ask which workspace the credentials open (/workspaces/get, or /workspaces/list without one).

    Args:
        connection: The way to Seam.
        clock: This machine's time.
    """
    connection = replace(connection, timeout=min(connection.timeout, PATIENCE))
    watch = _Watch(clock)
    options = client_options(connection, ReadOnlySwitch(read_only=True, endpoint=connection.endpoint))
    hooks = options["httpx_options"]["event_hooks"]
    hooks["request"].append(watch.note_request)
    hooks["response"].append(watch.note_answer)
    workspaces: tuple[Workspace, ...] = ()
    failure: SeamFailure | None = None
    try:
        workspaces = await _ask(connection, options)
    except SeamFailure as failed:
        failure = failed
    except Exception as error:
        failure = failure_from(error, "Reading the workspace", secrets_of(connection))
    return Probe(watch.took, watch.skew, workspaces, failure)


async def _ask(connection: Connection, options: dict[str, Any]) -> tuple[Workspace, ...]:
    if connection.personal_access_token is not None and connection.workspace_id is None:
        async with AsyncSeamWithoutWorkspace(
            personal_access_token=connection.personal_access_token, **options
        ) as person:
            answer = await person.client.get(WORKSPACES.path)
            return decoded(WORKSPACES.many(each(decode.workspace)), answer, WORKSPACES.doing)
    seam = AsyncSeam(
        api_key=connection.api_key,
        personal_access_token=connection.personal_access_token,
        workspace_id=connection.workspace_id,
        **options,
    )
    async with seam:
        answer = await seam.client.get(WORKSPACE.path)
        return (decoded(WORKSPACE.one(decode.workspace), answer, WORKSPACE.doing),)
