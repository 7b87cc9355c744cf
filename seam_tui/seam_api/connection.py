"""How to reach Seam: credentials, address, and the one retry policy."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from seam_tui.seam_api.errors import BadAnswer, ReadOnlyRefusal

if TYPE_CHECKING:
    import httpx

DEFAULT_ENDPOINT: Final = "https://connect.getseam.com"

SENT_AGAIN: Final = 2
"""How often a read that fails is sent again by itself."""

READ_PATHS: Final = frozenset(
    {
        "/access_codes/generate_code",
        "/access_codes/get",
        "/access_codes/list",
        "/access_codes/unmanaged/get",
        "/access_codes/unmanaged/list",
        "/access_grants/list",
        "/action_attempts/get",
        "/connected_accounts/get",
        "/connected_accounts/list",
        "/devices/get",
        "/devices/list",
        "/events/list",
        "/workspaces/get",
        "/workspaces/list",
    }
)
"""The API paths that change nothing. In read-only mode every other path is refused, known or not (UX rule 14)."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Everything needed to talk to one workspace. Secrets never show in its `repr`."""

    api_key: str | None = field(default=None, repr=False)
    """A key of one workspace, `seam_…`."""
    personal_access_token: str | None = field(default=None, repr=False)
    """A person's token, `seam_at…`; needs a workspace."""
    workspace_id: str | None = None
    endpoint: str = DEFAULT_ENDPOINT
    timeout: float = 30.0
    """Seconds until a call counts as timed out."""
    transport: httpx.AsyncBaseTransport | None = field(default=None, repr=False)
    """Another way to the server than HTTP: the sandbox in this process, or a test's faults."""


class ReadOnlySwitch:
    """Whether writes may leave this process; asked for every request that is about to be sent.

    Args:
        read_only: Whether it starts closed.
        endpoint: Where requests go; a gateway may serve the API below a path of its own.
    """

    def __init__(self, read_only: bool = False, endpoint: str = DEFAULT_ENDPOINT) -> None:
        self.read_only = read_only
        self.rests: dict[str, float] = {}
        """By request id: seconds that the last 429 asked to wait."""
        self.server_time: datetime | None = None
        """Seam's own time at its last answer, to the second; None where none told it."""
        self.refusals = 0
        """How many reads were answered with a 429, those that were then asked again as well."""
        self._prefix = urlsplit(endpoint).path.rstrip("/")

    def is_read(self, request: httpx.Request) -> bool:
        """Whether a request's path is known to change nothing."""
        return request.url.path.removeprefix(self._prefix) in READ_PATHS

    async def check(self, request: httpx.Request) -> None:
        """Refuse a request that may change something while the switch is on.

        Raises:
            ReadOnlyRefusal: The path is not known to be a read.
        """
        if self.read_only and not self.is_read(request):
            raise ReadOnlyRefusal(
                f"Read-only: {request.url.path} was not sent.",
                "Turn read-only off, or start without --read-only, to change things.",
            )

    async def note_headers(self, response: httpx.Response) -> None:
        """Keep what time it is at Seam, and how long a 429 asks to wait: the SDK does not hand on its headers."""
        self.server_time = _date(response.headers.get("date")) or self.server_time
        if response.status_code == 429:
            self.refusals += self.is_read(response.request)
            seconds = _seconds(response.headers.get("retry-after"))
            if seconds is not None:
                self.rests = {response.headers.get("seam-request-id", ""): seconds}

    async def confirm(self, response: httpx.Response) -> None:
        """Take a write for done only if the API itself answered: the SDK does not look at what a write answers.

        Raises:
            BadAnswer: Something else answered, such as the sign-in page of a network.
        """
        if not response.is_success or self.is_read(response.request):
            return
        await response.aread()
        try:
            is_answer = isinstance(response.json(), dict)
        except (ValueError, RecursionError):
            is_answer = False
        if not is_answer:
            raise BadAnswer(
                "The change was answered by something that is not Seam.",
                "Check the network and SEAM_ENDPOINT, then look again.",
            )


@lru_cache(maxsize=2)
def _date(header: str | None) -> datetime | None:
    """The time that an HTTP date tells: the same for all answers of a second."""
    from email.utils import parsedate_to_datetime

    try:
        told = parsedate_to_datetime(header or "")
    except ValueError:
        return None
    return told.replace(tzinfo=told.tzinfo or UTC)


def _seconds(retry_after: str | None) -> float | None:
    """A Retry-After in seconds; None for a date or nonsense, which nobody has seen Seam send."""
    return float(retry_after) if retry_after is not None and retry_after.isascii() and retry_after.isdigit() else None


async def _read_whole(response: httpx.Response) -> None:
    """Take the body of a read inside the retries: a connection may break in the middle of an answer, too."""
    await response.aread()


async def _untie(response: httpx.Response) -> None:
    """Let an answer go as soon as nobody holds it: one of devices has a megabyte.

    httpx lets an answer and its stream hold each other. Only the collector would part them, and it never looks at what
    was frozen, as all is that is there when a page of the first load has come.
    """
    import httpx

    await response.aread()
    response.stream = httpx.ByteStream(b"")


def client_options(connection: Connection, switch: ReadOnlySwitch) -> dict[str, Any]:
    """The options that make the SDK send writes once, retry reads, and ask before every request.

    The SDK's own policy re-sends DELETE and PUT after a timeout, and `RetryTransport` alone does it ten times, so the
    same `Retry` is set on HTTP and on any other transport.
    """
    from httpx_retries import Retry, RetryTransport

    class CountingRetry(Retry):
        """Counts the 429s that are asked again, which nobody else gets to see."""

        def is_retryable_status_code(self, status_code: int) -> bool:
            switch.refusals += status_code == 429
            return super().is_retryable_status_code(status_code)

    retry = CountingRetry(
        total=SENT_AGAIN,
        allowed_methods=["GET", "HEAD", "OPTIONS"],
        status_forcelist=[429, *range(500, 600)],
        backoff_factor=0.12,
        backoff_jitter=1 / 6,
        validate_response=_read_whole,
    )
    hooks = {"event_hooks": {"request": [switch.check], "response": [switch.note_headers, switch.confirm, _untie]}}
    options: dict[str, Any] = {"endpoint": connection.endpoint, "timeout": connection.timeout}
    own = connection.transport
    if own is None:
        from seam_tui.seam_api.http import HttpTransport, is_behind_proxy

        if is_behind_proxy():
            return options | {"retries": retry, "httpx_options": hooks}
        own = HttpTransport()
    return options | {"httpx_options": hooks | {"transport": RetryTransport(transport=own, retry=retry)}}
