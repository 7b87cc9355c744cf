"""What every call to Seam goes through: one SDK client, failures as `SeamFailure`, pages, decoding.

Writes go through the SDK's routes, but for those that answer with a record. Records are asked for through the HTTP
client below the routes (`AsyncSeam.client`: the same credentials, retries, parameters and errors), for the routes make
an object of each record that we would only take apart again: with a hundred thousand codes that is a fifth of the work.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from seam_tui.domain.clock import Clock, SystemClock
from seam_tui.domain.pin import Pin
from seam_tui.seam_api import decode
from seam_tui.seam_api.connection import Connection, ReadOnlySwitch, client_options
from seam_tui.seam_api.errors import BadAnswer, RateLimited
from seam_tui.seam_api.failures import failure_from
from seam_tui.seam_api.sdk import AsyncSeam, unwrap, unwrap_list

_S = TypeVar("_S")
_T = TypeVar("_T")


def moment(value: datetime | None) -> str | None:
    """A time as Seam takes it."""
    return None if value is None else value.isoformat()


@dataclass(frozen=True, slots=True)
class Route:
    """One question to the API."""

    path: str
    key: str
    """Where its answer stands in the body."""
    doing: str
    """What is being done, as the subject of a sentence."""

    def one(self, decoder: Callable[[dict[str, Any]], _T]) -> Callable[[Any], _T]:
        """A decoder of its body, out of one of the record in it."""
        return lambda body: decoder(unwrap(body, self.key, self.path))

    def many(self, decoder: Callable[[list[Any]], _T]) -> Callable[[Any], _T]:
        """A decoder of its body, out of one of the list in it."""
        return lambda body: decoder(unwrap_list(body, self.key, self.path))


WORKSPACE: Final = Route("/workspaces/get", "workspace", "Reading the workspace")
WORKSPACES: Final = Route("/workspaces/list", "workspaces", "Reading the workspaces")


def each(decoder: Callable[[dict[str, Any]], _T]) -> Callable[[list[Any]], tuple[_T, ...]]:
    """A decoder of pages out of one of records."""
    return lambda records: tuple([decoder(record) for record in records])


class SeamCalls:
    """One workspace of Seam, and how it is asked. Lives on one event loop; every failure is a `SeamFailure`.

    Args:
        connection: Credentials and address.
        read_only: Whether writes are refused before they are sent.
        clock: Time, for the wait on action attempts.
    """

    def __init__(self, connection: Connection, *, read_only: bool = False, clock: Clock | None = None) -> None:
        self._switch = ReadOnlySwitch(read_only, connection.endpoint)
        self._clock = clock or SystemClock()
        self._timeout = connection.timeout
        self._secrets = secrets_of(connection)
        self._seam = decoded(
            lambda given: AsyncSeam(
                api_key=given.api_key,
                personal_access_token=given.personal_access_token,
                workspace_id=given.workspace_id,
                wait_for_action_attempt=False,
                **client_options(given, self._switch),
            ),
            connection,
            "Connecting",
        )

    @property
    def read_only(self) -> bool:
        """Whether writes are refused here, whatever the screen offers (UX rule 14)."""
        return self._switch.read_only

    @read_only.setter
    def read_only(self, value: bool) -> None:
        self._switch.read_only = value

    @property
    def timeout(self) -> float:
        """Seconds after which a call that was not answered counts as timed out."""
        return self._timeout

    @property
    def refusals(self) -> int:
        """How many reads were answered with a 429 so far, those that were then asked again as well."""
        return self._switch.refusals

    @property
    def server_time(self) -> datetime | None:
        """Seam's own time at its last answer, to the second; None where it never told it."""
        return self._switch.server_time

    async def close(self) -> None:
        """Release the connections."""
        await self._seam.close()

    async def _ask(self, call: Awaitable[_T], doing: str, pins: Iterable[Pin] = ()) -> _T:
        try:
            return await call
        except Exception as error:
            failure = failure_from(error, doing, (*pins, *self._secrets))
            if isinstance(failure, RateLimited):
                failure.retry_after = self._switch.rests.get(failure.request_id or "")
        # Raised out here, so that the original, which may hold a request's body, is not even its context.
        raise failure

    async def _get(self, route: Route, decoder: Callable[[dict[str, Any]], _T], params: dict[str, Any]) -> _T:
        """One record; an answer that cannot be decoded is a `BadAnswer`."""
        answer = await self._ask(self._seam.client.get(route.path, params=params), route.doing)
        return decoded(route.one(decoder), answer, route.doing)

    async def _post(
        self, route: Route, decoder: Callable[[dict[str, Any]], _T], body: dict[str, Any], pins: Iterable[Pin] = ()
    ) -> _T:
        """Ask for something to be made, and decode what was; what is None in the body is not sent."""
        given = {name: value for name, value in body.items() if value is not None}
        answer = await self._ask(self._seam.client.post(route.path, json=given), route.doing, pins)
        return decoded(route.one(decoder), answer, route.doing)

    async def _list(
        self, route: Route, decoder: Callable[[list[Any]], tuple[_T, ...]], params: dict[str, Any]
    ) -> tuple[_T, ...]:
        """The records of one page."""
        answer = await self._ask(self._seam.client.get(route.path, params=params), route.doing)
        return decoded(route.many(decoder), answer, route.doing)

    async def _pages(
        self, route: Route, decoder: Callable[[list[Any]], tuple[_T, ...]], params: dict[str, Any]
    ) -> AsyncIterator[tuple[_T, ...]]:
        """Follow `page_cursor` to the end; a server without pagination gives one page."""
        records = route.many(decoder)

        def read(body: Any) -> tuple[tuple[_T, ...], str | None]:
            return records(body), decode.next_cursor(body)

        cursor: str | None = None
        seen: set[str] = set()
        while True:
            # What was answered is let go before the page is handed on.
            page, cursor = decoded(read, await self._page(route, params, cursor), route.doing)
            yield page
            if cursor is None:
                return
            if cursor in seen:
                raise BadAnswer(f"{route.doing} gave the same page twice.", "Reload; tell Seam's support if it stays.")
            seen.add(cursor)

    def _page(self, route: Route, params: dict[str, Any], cursor: str | None) -> Awaitable[Any]:
        given = params if cursor is None else {**params, "page_cursor": cursor}
        return self._ask(self._seam.client.get(route.path, params=given), route.doing)


def decoded(decoder: Callable[[_S], _T], record: _S, doing: str) -> _T:
    """Apply a decoder; what it cannot read becomes a failure that holds nothing of the record."""
    try:
        return decoder(record)
    except Exception as error:
        failure = failure_from(error, doing)
    raise failure


def secrets_of(connection: Connection) -> tuple[Pin, ...]:
    """The credentials, wrapped as PINs are, so that a server's echo of them is masked the same way."""
    given = (connection.api_key, connection.personal_access_token)
    return tuple(Pin(secret) for secret in given if secret)
