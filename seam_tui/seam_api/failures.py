"""From whatever the SDK or httpx raises to the one family of failures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import httpx

from seam_tui.domain.pin import Pin
from seam_tui.domain.text import plain_text
from seam_tui.seam_api import sdk
from seam_tui.seam_api.errors import (
    ActionFailed,
    BadAnswer,
    BadCredentials,
    Gone,
    InvalidInput,
    NotSent,
    RateLimited,
    Refused,
    SeamFailure,
    ServerFailure,
    TimedOut,
    Unauthorized,
    Unreachable,
)

_CREDENTIALS: Final = "Check SEAM_API_KEY (or SEAM_PERSONAL_ACCESS_TOKEN and SEAM_WORKSPACE_ID), then reload."
_SUPPORT: Final = "Try again; if it stays, give Seam's support the request id."
_IN_BETWEEN: Final = (
    "Try again. A sign-in page of the network or a proxy may answer in Seam's place: open any page in a browser to see."
)


def failure_from(error: Exception, doing: str, pins: Iterable[Pin] = ()) -> SeamFailure:
    """The failure that an exception of the SDK, of httpx or of decoding stands for.

    Args:
        error: What was raised.
        doing: What was being done, as the subject of a sentence: `Reading the devices`.
        pins: PINs that were sent, so that Seam's echo of them is masked.

    Returns:
        A failure to raise `from None`: the original may hold a request's body.
    """
    if isinstance(error, SeamFailure):
        return error
    if isinstance(error, sdk.SeamHttpApiError):
        return _from_envelope(error, doing, tuple(pins))
    if isinstance(error, httpx.HTTPStatusError):
        return _from_status(error.response, doing)
    if isinstance(error, httpx.HTTPError):
        return _from_network(error, doing)
    if isinstance(error, sdk.SeamActionAttemptFailedError):
        return ActionFailed(
            f"{doing} failed: {_said(error, tuple(pins))}",
            "Check the lock's power and connection, then test again.",
            error_type=plain_text(error.code),
        )
    if isinstance(error, sdk.SeamInvalidTokenError | sdk.SeamInvalidOptionsError):
        return BadCredentials("The credentials do not have the form that Seam asks for.", _CREDENTIALS)
    if isinstance(error, sdk.SeamHttpInvalidResponseError):
        return BadAnswer(f"{doing}: what came back is no answer of Seam's.", _IN_BETWEEN)
    if isinstance(error, sdk.SeamError):
        return BadAnswer(f"{doing} failed in Seam's SDK ({type(error).__name__}).", _SUPPORT)
    return BadAnswer(f"{doing} gave an answer that could not be read ({type(error).__name__}).", _SUPPORT)


def _said(error: Exception, pins: tuple[Pin, ...]) -> str:
    """Seam's own words, made plain, with the PINs that were sent masked."""
    text = plain_text(str(error), 500) or "no reason given"
    for pin in pins:
        text = pin.scrub(text)
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _from_envelope(error: sdk.SeamHttpApiError, doing: str, pins: tuple[Pin, ...]) -> SeamFailure:
    request_id = plain_text(error.request_id) or None
    status = error.status_code
    said = _said(error, pins)
    if isinstance(error, sdk.SeamHttpUnauthorizedError):
        return Unauthorized(
            f"{doing} was refused: Seam does not accept the credentials (401).",
            _CREDENTIALS,
            request_id=request_id,
            status=status,
        )
    if isinstance(error, sdk.SeamHttpInvalidInputError):
        fields = {
            plain_text(entry.parameter_name): tuple(
                _said(ValueError(message), pins) for message in entry.error_messages
            )
            for entry in error.validation_errors
        }
        named = "; ".join(f"{field}: {' '.join(messages)}" for field, messages in fields.items())
        detail = f" ({named})" if named else ""
        return InvalidInput(
            f"{doing} was refused as invalid: {said}{detail}",
            "Correct the named field and try again.",
            fields=fields,
            request_id=request_id,
            status=status,
        )
    if status == 404:
        return Gone(
            f"{doing}: it is gone. Seam says: {said}", "Reload to see what is left.", request_id=request_id, status=404
        )
    if status == 429:
        return _rate_limited(doing, request_id)
    if status >= 500:
        return ServerFailure(
            f"{doing} failed at Seam ({status}): {said}", _SUPPORT, request_id=request_id, status=status
        )
    return Refused(
        f"{doing} was refused ({plain_text(error.code)}): {said}",
        "Change what Seam names, or give its support the request id.",
        error_type=plain_text(error.code),
        request_id=request_id,
        status=status,
    )


def _rate_limited(doing: str, request_id: str | None) -> RateLimited:
    return RateLimited(
        f"{doing} was refused: too many changes to this lock within a minute (429).",
        "Wait a minute, then try again.",
        request_id=request_id,
        status=429,
    )


def _from_status(response: httpx.Response, doing: str) -> SeamFailure:
    """A status without Seam's envelope: a proxy's page, an outage, a route that is not there."""
    status = response.status_code
    request_id = plain_text(response.headers.get("seam-request-id")) or None
    if status == 429:
        return _rate_limited(doing, request_id)
    if status >= 500:
        return ServerFailure(
            f"{doing} failed at Seam or before it ({status}, no explanation).",
            _SUPPORT,
            request_id=request_id,
            status=status,
        )
    failure = BadAnswer(
        f"{doing} gave a plain {status} page instead of Seam's answer.",
        "Check SEAM_ENDPOINT; this server may not know the call.",
        request_id=request_id,
        status=status,
    )
    failure.outcome_unknown = False  # a 4xx says that nothing was done, whoever says it
    failure.retryable = False
    return failure


def _from_network(error: httpx.HTTPError, doing: str) -> SeamFailure:
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.UnsupportedProtocol):
        return NotSent(f"{doing}: Seam could not be reached.", "Check the network and SEAM_ENDPOINT, then reload.")
    if isinstance(error, httpx.TimeoutException):
        return TimedOut(f"{doing}: Seam did not answer in time.", "Try again; check the network if it stays.")
    return Unreachable(f"{doing}: the connection to Seam broke.", "Check the network, then try again.")
