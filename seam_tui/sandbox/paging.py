"""Pages: a limit, a cursor that knows which question it belongs to, and the pagination object."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from seam_tui.sandbox.errors import ApiError, invalid_input
from seam_tui.sandbox.params import Params
from seam_tui.sandbox.records import Json

Record = TypeVar("Record")

_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_DIGITS = str.maketrans("abcdefghijklmnop", "0123456789abcdef")


def _question(params: Params) -> str:
    """A mark of the request without its place in the list: the same for every page of one question."""
    asked = {key: value for key, value in params.values.items() if key != "page_cursor"}
    # A query string says 50 as "50"; the same question by body says it as a number.
    text = json.dumps({key: value if isinstance(value, list) else str(value) for key, value in asked.items()},
                      sort_keys=True)  # fmt: skip
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _cursor(offset: int, question: str) -> str:
    """Letters only, so that no cursor can hold the digits of a PIN."""
    return (f"{offset:08x}" + question).translate(_LETTERS)


def _offset(cursor: str, question: str) -> int:
    plain = cursor.translate(_DIGITS)
    if len(plain) != 24 or not set(cursor) <= set("abcdefghijklmnop"):
        raise invalid_input("page_cursor", "Invalid page_cursor")
    if plain[8:] != question:
        raise ApiError(
            400,
            "mismatched_page_parameters",
            "When using page_cursor, every other parameter must be the same as in the first request",
        )
    return int(plain[:8], 16)


def page(records: Sequence[Record], params: Params, default_limit: int, url: str) -> tuple[Sequence[Record], Json]:
    """Cut the asked page out of a list.

    Args:
        records: Everything that answers the question, in a stable order.
        params: The request's parameters.
        default_limit: The API's limit when none is asked for.
        url: The endpoint's address, for `next_page_url`.

    Returns:
        The page's records and the pagination object.
    """
    limit = params.count("limit") or default_limit
    question = _question(params)
    cursor = params.text("page_cursor")
    start = _offset(cursor, question) if cursor else 0
    end = start + limit
    if end >= len(records):
        return records[start:], {"has_next_page": False, "next_page_cursor": None, "next_page_url": None}
    following = _cursor(end, question)
    pairs: dict[str, Any] = {**params.values, "page_cursor": following}
    return records[start:end], {
        "has_next_page": True,
        "next_page_cursor": following,
        "next_page_url": f"{url}?{urlencode(pairs, doseq=True)}",
    }
