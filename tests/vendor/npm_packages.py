"""Installs this folder's npm packages once, however many test processes ask for it at the same time."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final, NoReturn

import pytest

FOLDER: Final = Path(__file__).parent
PACKAGE_JSON: Final = FOLDER / "package.json"
STAMP: Final = FOLDER / "node_modules" / ".installed-from"
REQUIRED_ENV: Final = "SEAM_TUI_REQUIRE_VENDOR"
OLDEST_NODE: Final = 18
INSTALL_SECONDS: Final = 100
INSTALL: Final = ("install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--loglevel=error")


class VendorUnavailableError(Exception):
    """Seam's JavaScript packages cannot be had here; the message says why."""


def do_without(why: str) -> NoReturn:
    """Skip the test that asks, or fail it where Seam's packages are required."""
    message = f"Seam's JavaScript packages cannot be had: {why}"
    if os.environ.get(REQUIRED_ENV) == "1":
        pytest.fail(f"{message} ({REQUIRED_ENV}=1 asks for them)", pytrace=False)
    pytest.skip(message)


def install_or_say_why_not() -> str | None:
    """Install the pinned packages unless they are there already; the answer is None, or what stands against it."""
    try:
        _install()
    except VendorUnavailableError as why_not:
        return str(why_not)
    return None


def _install() -> None:
    npm = _npm_beside_a_node_that_is_new_enough()
    if importlib.util.find_spec("fcntl") is None:
        raise VendorUnavailableError("this system has no file locks (fcntl)")
    import fcntl

    # The lock is on the file that says what to install: it exists before node_modules does, and npm leaves it alone.
    with PACKAGE_JSON.open("rb") as package_json:
        fcntl.flock(package_json, fcntl.LOCK_EX)
        wanted = hashlib.sha256(package_json.read()).hexdigest()
        if STAMP.exists() and STAMP.read_text() == wanted:
            return
        _run_npm_install(npm)
        STAMP.write_text(wanted)


def node_version() -> tuple[int, ...] | None:
    """The version of the node on the path, or None without one."""
    node = shutil.which("node")
    if node is None:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=True)
    return tuple(int(part) for part in answer.stdout.strip().lstrip("v").split("-")[0].split("."))


def _npm_beside_a_node_that_is_new_enough() -> str:
    version = node_version()
    if version is None:
        raise VendorUnavailableError("node is not installed")
    if version[0] < OLDEST_NODE:
        raise VendorUnavailableError(f"node is {version[0]}, older than {OLDEST_NODE}")
    npm = shutil.which("npm")
    if npm is None:
        raise VendorUnavailableError("npm is not installed")
    return npm


def _run_npm_install(npm: str) -> None:
    try:
        done = subprocess.run(
            [npm, *INSTALL], cwd=FOLDER, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise VendorUnavailableError(f"npm install took longer than {INSTALL_SECONDS} s") from None
    if done.returncode != 0:
        raise VendorUnavailableError(f"npm install failed: {done.stderr.strip()[-500:]}")
