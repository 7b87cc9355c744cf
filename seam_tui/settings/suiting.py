"""What suits a setting: the checks of its own, and values that can be seen to suit without pydantic.

Importing pydantic takes as long as half of the rest of a start, and most starts set a key and little else.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from seam_tui.settings.model import KEY_LIKE, SECRETS, TOKEN, Secret

WHOLE: Final[Mapping[str, tuple[int, int]]] = {"concurrency": (1, 32), "requests_per_minute": (0, 600)}
"""The least and the most of each whole number."""
LARGEST_TIMEOUT: Final = 600.0
"""Seconds; more than 0 is the other end."""
INTERVALS: Final = (5.0, 600.0)
"""Seconds between two polls."""
SWITCHES: Final = frozenset({"read_only", "cache", "share", "ascii", "large"})
_TRUTHS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_WHOLE: Final = re.compile(r"[0-9]{1,4}")
_NUMBER: Final = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4})?")


class _UnclearError(Exception):
    """Not seen to suit; it may do so nevertheless."""


def evident_values(raw: Mapping[str, Any]) -> dict[str, Any] | None:
    """The values as settings hold them, if every one of them suits as anybody can see; None when pydantic is to judge.

    Args:
        raw: What is set, as it was written.
    """
    try:
        return {name: _evident(name, value) for name, value in raw.items()}
    except (_UnclearError, ValueError):
        return None


def _evident(name: str, value: Any) -> Any:
    if name in WHOLE:
        return int(_within(value, _WHOLE, int, *WHOLE[name]))
    if name == "poll_interval":
        return _within(value, _NUMBER, float, *INTERVALS)
    if name == "request_timeout":
        seconds = _within(value, _NUMBER, float, 0.0, LARGEST_TIMEOUT)
        if seconds > 0:
            return seconds
        raise _UnclearError
    if name in SWITCHES:
        return _truth(value)
    if name == "read_only_workspaces":
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            return tuple(check_word(part.strip()) for part in value)
        raise _UnclearError
    if not isinstance(value, str):
        raise _UnclearError
    text = value.strip()
    if name in SECRETS:
        return Secret(text)
    if name == "endpoint":
        return check_endpoint(text)
    if name in {"workspace_id", "theme"}:
        return check_word(text)
    raise _UnclearError


def _truth(value: Any) -> bool:
    truth = value if isinstance(value, bool) else _TRUTHS.get(value.lower()) if isinstance(value, str) else None
    if truth is None:
        raise _UnclearError
    return truth


def _within(value: Any, form: re.Pattern[str], kind: type[int] | type[float], least: float, most: float) -> float:
    """The number that a value is or spells."""
    is_number = type(value) is int or type(value) is kind
    if is_number or (isinstance(value, str) and form.fullmatch(value)):
        number = kind(value)
        if least <= number <= most:
            return number
    raise _UnclearError


def check_word(value: str) -> str:
    """One word of printable ASCII that is no key: ids go into headers, themes into look-ups."""
    if not TOKEN.match(value):
        raise ValueError("It must be one word of printable characters")
    if KEY_LIKE.search(value):
        raise ValueError("It looks like a key or a token, which does not belong here")
    return value


def refuse_bool(value: object) -> object:
    """Python's True is a 1; here it is a mistake."""
    if isinstance(value, bool):
        raise ValueError("It must be a number")  # noqa: TRY004 - pydantic turns only a ValueError into its error
    return value


def check_endpoint(value: str) -> str:
    """An http(s) address; http for this machine only, since the key travels with every request."""
    try:
        parts = urlsplit(value)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("It is not an address") from None
    if parts.scheme not in {"http", "https"} or not host or not TOKEN.match(value):
        raise ValueError("It must be an address that starts with https://")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ValueError("It must hold no user, password, query or fragment")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ValueError("Over http the key would travel in the clear; http is taken for this machine only")
    return value.rstrip("/")


def _is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
