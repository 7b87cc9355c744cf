"""All that is taken from the official SDK, imported without what is never used of it.

The SDK can check webhooks, which nobody sends to a terminal, and takes one module of svix for it. The package around
that module imports 350 others: 10 MB, and a third of the time that importing the SDK takes (measured). So the SDK finds
the package as if its `__init__` were empty.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from types import ModuleType


def _import_little_of_svix() -> None:
    """Make the package ready without running its `__init__`; who has imported it whole keeps it."""
    found = None if "svix" in sys.modules else find_spec("svix")
    if found is not None and found.submodule_search_locations:
        package = ModuleType("svix")
        package.__path__ = list(found.submodule_search_locations)
        sys.modules["svix"] = package


_import_little_of_svix()

from seam.auth import SeamInvalidTokenError  # noqa: E402 - only now
from seam.exceptions import (  # noqa: E402
    SeamActionAttemptFailedError,
    SeamError,
    SeamHttpApiError,
    SeamHttpInvalidInputError,
    SeamHttpInvalidResponseError,
    SeamHttpUnauthorizedError,
)
from seam.options import SeamInvalidOptionsError  # noqa: E402
from seam.response import unwrap, unwrap_list  # noqa: E402
from seam.seam import AsyncSeam  # noqa: E402
from seam.seam_without_workspace import AsyncSeamWithoutWorkspace  # noqa: E402

__all__ = [
    "AsyncSeam",
    "AsyncSeamWithoutWorkspace",
    "SeamActionAttemptFailedError",
    "SeamError",
    "SeamHttpApiError",
    "SeamHttpInvalidInputError",
    "SeamHttpInvalidResponseError",
    "SeamHttpUnauthorizedError",
    "SeamInvalidOptionsError",
    "SeamInvalidTokenError",
    "unwrap",
    "unwrap_list",
]
