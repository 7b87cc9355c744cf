"""Fixtures of the vendor tests: Seam's own fake behind a thin proxy, and the npm packages that both sides need."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vendor import npm_packages
from tests.vendor.running_fake import FakeSeam, running_fake

FOLDER = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep every test of this folder in one worker: they share an installation and a fake."""
    for item in items:
        if item.path.is_relative_to(FOLDER):
            item.add_marker(pytest.mark.xdist_group("vendor"))


@pytest.fixture(scope="session")
def vendor_packages() -> Path:
    """The folder with the npm packages installed. Skips without Node, or fails if SEAM_TUI_REQUIRE_VENDOR=1."""
    why_not = npm_packages.install_or_say_why_not()
    if why_not is not None:
        npm_packages.do_without(why_not)
    return FOLDER


@pytest.fixture(scope="session")
def fake_seam(vendor_packages: Path) -> Iterator[FakeSeam]:
    """One fake for the whole session. For tests that only read; a test that writes takes `fresh_fake`."""
    with running_fake(vendor_packages) as fake:
        yield fake


@pytest.fixture
def fresh_fake(vendor_packages: Path) -> Iterator[FakeSeam]:
    """A fake of the test's own, as seeded; costs about half a second."""
    with running_fake(vendor_packages) as fake:
        yield fake
