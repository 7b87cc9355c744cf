"""What every call to Seam goes through: one SDK client, failures as `SeamFailure`, pages, decoding."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from seam.seam import AsyncSeam

from seam_tui.domain.clock import Clock, SystemClock
from seam_tui.domain.pin import Pin
from seam_tui.seam_api import decode
from seam_tui.seam_api.connection import Connection, ReadOnlySwitch, client_options
from seam_tui.seam_api.errors import BadAnswer, RateLimited
from seam_tui.seam_api.failures import failure_from

_S = TypeVar("_S")
_T = TypeVar("_T")


def moment(value: datetime | None) -> str | None:
    """A time as Seam takes it."""
    return None if value is None else value.isoformat()


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

    async def _read(self, call: Awaitable[Any], doing: str, decoder: Callable[[Any], _T]) -> _T:
        """Await a call and decode its answer; an answer that cannot be decoded is a `BadAnswer`."""
        return decoded(decoder, await self._ask(call, doing), doing)

    async def _pages(
        self, call: Callable[..., Awaitable[Any]], doing: str, decoder: Callable[[Any], _T], params: dict[str, Any]
    ) -> AsyncIterator[tuple[_T, ...]]:
        """Follow `page_cursor` to the end; a server without pagination gives one page."""
        cursor: str | None = None
        seen: set[str] = set()
        while True:
            page = await self._ask(call(**params, page_cursor=cursor), doing)
            yield decoded(lambda records: tuple(decoder(record) for record in records), page, doing)
            cursor = decoded(decode.next_cursor, page, doing)
            if cursor is None:
                return
            if cursor in seen:
                raise BadAnswer(f"{doing} gave the same page twice.", "Reload; tell Seam's support if it stays.")
            seen.add(cursor)


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
