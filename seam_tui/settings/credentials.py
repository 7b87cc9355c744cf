"""Keys and tokens: what Seam's SDK would refuse later (seam/auth.py) is refused here, with where it belongs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from seam_tui.settings.model import SECRETS, TOKEN, VARIABLES, SettingsError


def credential_problems(raw: Mapping[str, Any], source_of: Callable[[str], str]) -> Iterator[SettingsError]:
    """What is wrong with the credentials.

    Args:
        raw: The settings that are set.
        source_of: Where one of them came from.
    """
    if all(name in raw for name in SECRETS):
        key, token = (source_of(name) for name in SECRETS)
        yield SettingsError(
            "api_key", f"{key} and {token}", "Both are set, and only one can be used.", "Remove one of them."
        )
        return
    for name in SECRETS:
        problem = _token_problem(name, raw[name]) if name in raw else None
        if problem is not None:
            yield SettingsError(name, source_of(name), *problem)


def _token_problem(field: str, value: object) -> tuple[str, str] | None:
    """What is wrong with a key or token, and the way out; None when it may work."""
    token = value.strip() if isinstance(value, str) else ""
    get_key = "Make an API key in Seam's console (Developer, API keys); it starts with seam_."
    get_token = "Make a personal access token in Seam's console; it starts with seam_at."
    way_out = get_key if field == "api_key" else get_token
    is_personal = token.startswith("seam_at")
    if not token or not TOKEN.match(token):
        return "It is empty, no text, or holds spaces or characters that no key has.", way_out
    if token.startswith("ey"):
        return "It holds a JSON web token of a browser session, which Seam's API does not take here.", way_out
    if token.startswith("seam_cst"):
        return "It holds a client session token, which is for an end user's browser.", way_out
    if token.startswith("seam_pk"):
        return "It holds a publishable key, which only starts client sessions.", way_out
    if field == "api_key" and is_personal:
        variables = f"{VARIABLES['personal_access_token']}, with {VARIABLES['workspace_id']}"
        return "It holds a personal access token, not an API key.", f"Put it into {variables}."
    if field == "api_key" and not token.startswith("seam_"):
        return "It does not start with seam_, as every API key does.", way_out
    if field == "personal_access_token" and not is_personal:
        hint = f"An API key belongs into {VARIABLES['api_key']}." if token.startswith("seam_") else way_out
        return "It does not start with seam_at, as every personal access token does.", hint
    return None
