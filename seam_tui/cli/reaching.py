"""The ways to a workspace that settings and options name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from seam_tui.seam_api.connection import Connection

if TYPE_CHECKING:
    from seam_tui.sandbox.server import Sandbox
    from seam_tui.settings import Settings

MakeSandbox = Callable[[], "Sandbox"]
"""Makes a sandbox when it is wanted: a large one takes seconds."""


def default_sandbox() -> Sandbox:
    """The world of a demo for which nothing was asked."""
    from seam_tui.sandbox.server import create_sandbox

    return create_sandbox()


def demo_connection() -> Connection:
    """The way to the sandbox of a demo, still without its transport."""
    from seam_tui.sandbox.server import SANDBOX_KEY

    return Connection(api_key=SANDBOX_KEY, endpoint="http://sandbox.invalid")


def connection_of(settings: Settings) -> Connection:
    """The way to Seam that the settings name."""
    key, token = settings.api_key, settings.personal_access_token
    return Connection(
        api_key=None if key is None else key.get_secret_value(),
        personal_access_token=None if token is None else token.get_secret_value(),
        workspace_id=settings.workspace_id,
        endpoint=settings.endpoint,
        timeout=settings.request_timeout,
    )
