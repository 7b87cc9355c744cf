"""Request parameters, read the same from a query string and from a JSON body, and checked as the API checks them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from seam_tui.sandbox.clock import parse_time
from seam_tui.sandbox.errors import invalid_form, invalid_input

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_ARRAYS = frozenset(
    {
        "accepted_capabilities", "accepted_providers", "access_code_ids", "access_grant_ids", "action_attempt_ids",
        "between", "connected_account_ids", "device_ids", "device_types", "event_ids", "event_types",
        "supported_code_lengths",
    }
)  # fmt: skip
# Added by the official clients to every query; says nothing about the request.
_IGNORED = frozenset({"_strict"})


def parse_query(query: str) -> dict[str, Any]:
    """A query string as parameters: arrays come as repeated keys, comma lists or `key=` when empty."""
    params: dict[str, Any] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        name = key.removesuffix("[]")
        if name in _IGNORED:
            continue
        if name in _ARRAYS:
            params.setdefault(name, []).extend(part for part in value.split(",") if part)
        elif "." in name:
            # Nested objects come as dotted keys.
            outer, _, inner = name.partition(".")
            params.setdefault(outer, {})[inner] = value
        else:
            params[name] = value
    return params


class Params:
    """The parameters of one request, with checks that refuse as the API does.

    Args:
        values: What was sent.
        from_query: Query strings know texts only: `"true"` then counts as a boolean and `"5"` as a number.
    """

    def __init__(self, values: Mapping[str, Any], *, from_query: bool = False) -> None:
        self.values = dict(values)
        self._from_query = from_query

    def has(self, name: str) -> bool:
        """Whether a parameter was sent with a value."""
        return self.values.get(name) is not None

    def require_one_of(self, *names: str) -> None:
        """Refuse a request that has none of these."""
        if not any(self.has(name) for name in names):
            quoted = ", ".join(f"'{name}'" for name in names)
            raise invalid_form(f"At least one of {quoted} is required")

    def text(self, name: str, *, required: bool = False) -> str | None:
        """A text; an absent or null one is None."""
        value = self.values.get(name)
        if value is None or (value == "" and self._from_query):
            if required:
                raise invalid_input(name, "Required", f"{name} is required")
            return None
        if not isinstance(value, str):
            raise invalid_input(name, f"Expected string, received {_kind(value)}")
        return value

    def uuid(self, name: str) -> str | None:
        """An id."""
        value = self.text(name)
        if value is not None and not _UUID.fullmatch(value):
            raise invalid_input(name, "Invalid uuid")
        return value.lower() if value is not None else None

    def required_uuid(self, name: str) -> str:
        """An id that has to be there."""
        self.text(name, required=True)
        value = self.uuid(name)
        assert value is not None
        return value

    def uuids(self, name: str) -> list[str] | None:
        """A list of ids."""
        values = self.array(name)
        if values is not None and not all(isinstance(value, str) and _UUID.fullmatch(value) for value in values):
            raise invalid_input(name, "Invalid uuid")
        return [str(value).lower() for value in values] if values is not None else None

    def array(self, name: str) -> Sequence[Any] | None:
        """A list."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, list):
            raise invalid_input(name, f"Expected array, received {_kind(value)}")
        return value

    def flag(self, name: str) -> bool | None:
        """A boolean."""
        value = self.values.get(name)
        if self._from_query and value in {"true", "false"}:
            return bool(value == "true")
        if value is None or (value == "" and self._from_query):
            return None
        if not isinstance(value, bool):
            raise invalid_input(name, f"Expected boolean, received {_kind(value)}")
        return value

    def count(self, name: str) -> int | None:
        """A whole number of at least one."""
        value = self.values.get(name)
        if value is None or (value == "" and self._from_query):
            return None
        if self._from_query:
            try:
                value = float(value)
            except ValueError:
                raise invalid_input(name, "Expected number, received nan") from None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise invalid_input(name, f"Expected number, received {_kind(value)}")
        if value < 1 or value != int(value):
            raise invalid_input(name, "Number must be a positive integer")
        return int(value)

    def moment(self, name: str) -> float | None:
        """A date and time."""
        value = self.text(name)
        if value is None:
            return None
        try:
            return parse_time(value)
        except ValueError:
            raise invalid_input(name, "Invalid datetime") from None

    def choice(self, name: str, *allowed: str) -> str | None:
        """One of a few words."""
        value = self.text(name)
        if value is not None and value not in allowed:
            expected = " | ".join(f"'{word}'" for word in allowed)
            raise invalid_input(name, f"Invalid enum value. Expected {expected}, received '{value}'")
        return value


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    names: dict[type, str] = {str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")
