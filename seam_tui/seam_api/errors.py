"""One small family of failures: what happened, what to do about it, and Seam's request id."""

from __future__ import annotations

from typing import Final

UNKNOWN_OUTCOME: Final = "Whether it took effect is not known yet: the code is read again before anything is said."


class SeamFailure(Exception):  # noqa: N818  # "error" is what Seam calls an issue of a code
    """A call to Seam that did not give its answer. Never holds a PIN, a key or a request's body.

    Attributes:
        what: One sentence that says what happened, with Seam's own words where it gave any.
        remedy: One sentence that says what to do now.
        request_id: Seam's `request_id`, for its support; None where no answer came.
        status: The HTTP status; None where no answer came.
    """

    outcome_unknown: bool = False
    """Whether a write that ended so may have taken effect all the same (UX rule 10)."""
    retryable: bool = False
    """Whether the same read is worth asking again later."""

    def __init__(self, what: str, remedy: str, *, request_id: str | None = None, status: int | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.request_id = request_id
        self.status = status

    def __str__(self) -> str:
        reference = f" (request {self.request_id})" if self.request_id else ""
        return f"{self.what} {self.remedy}{reference}"


class Unauthorized(SeamFailure):
    """401: the key or the token is wrong, revoked, or of another workspace."""


class InvalidInput(SeamFailure):
    """400 `invalid_input`, with the fields that Seam names.

    Attributes:
        fields: Field name to Seam's messages about it.
    """

    def __init__(
        self,
        what: str,
        remedy: str,
        *,
        fields: dict[str, tuple[str, ...]],
        request_id: str | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(what, remedy, request_id=request_id, status=status)
        self.fields = fields


class Gone(SeamFailure):
    """404: the record is not there any more; after a delete this is success."""


class Refused(SeamFailure):
    """Any other 4xx in Seam's envelope, such as 409 `duplicate_access_code`.

    Attributes:
        error_type: Seam's `error.type`.
    """

    def __init__(
        self, what: str, remedy: str, *, error_type: str, request_id: str | None = None, status: int | None = None
    ) -> None:
        super().__init__(what, remedy, request_id=request_id, status=status)
        self.error_type = error_type


class RateLimited(SeamFailure):
    """429: too many writes on one device within a minute. Nothing took effect."""

    retryable = True
    retry_after: float | None = None
    """Seconds that Seam asks to wait, where it says so."""


class ServerFailure(SeamFailure):
    """5xx: Seam or something before it failed."""

    outcome_unknown = True
    retryable = True


class BadAnswer(SeamFailure):
    """An answer that is not Seam's: no JSON, or JSON of another shape."""

    outcome_unknown = True
    retryable = True


class TimedOut(SeamFailure):
    """No answer in time."""

    outcome_unknown = True
    retryable = True


class Unreachable(SeamFailure):
    """The connection could not be made, or broke."""

    outcome_unknown = True
    retryable = True


class NotSent(Unreachable):
    """The connection could not be made at all, so nothing reached Seam."""

    outcome_unknown = False


class ReadOnlyRefusal(SeamFailure):
    """A write that was stopped here because the app is read-only; nothing was sent."""


class BadCredentials(SeamFailure):
    """Credentials that cannot work, found before anything was sent."""


class ActionFailed(SeamFailure):
    """An action attempt (lock, unlock) that Seam reports as failed.

    Attributes:
        error_type: The attempt's `error.type`.
    """

    def __init__(self, what: str, remedy: str, *, error_type: str) -> None:
        super().__init__(what, remedy)
        self.error_type = error_type
