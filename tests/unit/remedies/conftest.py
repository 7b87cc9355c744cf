"""What the tests of the remedies share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from seam_tui.remedies.catalogue import Catalogue, load_catalogue


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The catalogue as it is packaged, without a user's file."""
    return load_catalogue()


@pytest.fixture
def load_with(tmp_path: Path) -> Callable[[str], Catalogue]:
    """Loads the catalogue with this text as the user's own remedies file."""

    def load(text: str) -> Catalogue:
        path = tmp_path / "remedies.toml"
        path.write_text(text, encoding="utf-8")
        return load_catalogue(path)

    return load
