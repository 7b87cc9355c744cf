"""Seam's JavaScript SDK against our sandbox: a client that we did not write takes it for Seam."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.vendor.npm_packages import do_without, node_version
from tests.vendor.processes import serving

API_KEY = "seam_test_sandbox_key"
WRONG_API_KEY = "seam_test_some_other_key"
NODE_FOR_THE_SDK = 20

SANDBOX_COMMAND = [sys.executable, "-m", "seam_tui", "sandbox", "--port", "0", "--speed", "20"]
"""Twenty times as fast as real time, because the simulated locks take some seconds for each change."""


@pytest.fixture(scope="module")
def seen_by_javascript(vendor_packages: Path) -> dict[str, Any]:
    """What the SDK saw on its walk through the sandbox; see js_client.mjs."""
    version = node_version()
    if version is None or version[0] < NODE_FOR_THE_SDK:
        do_without(f"the SDK needs node {NODE_FOR_THE_SDK}")
    repository = Path(__file__).parents[2]
    with serving(SANDBOX_COMMAND, cwd=repository) as sandbox:
        client = ["node", "js_client.mjs", sandbox.endpoint, API_KEY, WRONG_API_KEY]
        run = subprocess.run(client, cwd=vendor_packages, capture_output=True, text=True, timeout=90, check=False)
    assert run.returncode == 0, run.stderr
    seen: dict[str, Any] = json.loads(run.stdout)
    return seen


def test_the_javascript_sdk_sees_a_sandbox_workspace(seen_by_javascript: dict[str, Any]) -> None:
    assert seen_by_javascript["workspace"]["is_sandbox"] is True


def test_the_javascript_sdk_lists_the_same_locks_whole_and_in_pages(seen_by_javascript: dict[str, Any]) -> None:
    assert len(seen_by_javascript["device_ids"]) > 2
    assert seen_by_javascript["paged_device_ids"] == seen_by_javascript["device_ids"]


def test_the_javascript_sdk_lists_the_codes_of_one_lock(seen_by_javascript: dict[str, Any]) -> None:
    assert set(seen_by_javascript["code_device_ids"]) == {seen_by_javascript["device_id"]}


def test_the_javascript_sdk_creates_a_code_that_reaches_the_lock(seen_by_javascript: dict[str, Any]) -> None:
    created, on_lock = seen_by_javascript["created"], seen_by_javascript["set"]

    assert created["code"] == seen_by_javascript["generated_code"]
    assert created["type"] == "time_bound"
    assert [mutation["mutation_code"] for mutation in created["pending_mutations"]] == ["creating"]
    assert (on_lock["access_code_id"], on_lock["status"]) == (created["access_code_id"], "set")
    assert on_lock["errors"] == []


def test_the_javascript_sdk_changes_the_name_and_the_end_of_a_code(seen_by_javascript: dict[str, Any]) -> None:
    before, after = seen_by_javascript["set"], seen_by_javascript["updated"]

    assert after["name"] == "From JavaScript, renamed"
    assert (after["code"], after["starts_at"]) == (before["code"], before["starts_at"])
    lengthened = datetime.fromisoformat(after["ends_at"]) - datetime.fromisoformat(before["ends_at"])
    assert timedelta(hours=23) < lengthened < timedelta(hours=25)
    assert seen_by_javascript["listed_while_there"] is True


def test_a_code_that_the_javascript_sdk_deletes_is_gone(seen_by_javascript: dict[str, Any]) -> None:
    assert seen_by_javascript["read_after_delete"]["status"] == 404
    assert seen_by_javascript["listed_after_delete"] is False


def test_the_javascript_sdk_waits_until_a_door_is_locked(seen_by_javascript: dict[str, Any]) -> None:
    assert seen_by_javascript["lock_attempt"] == {"action_type": "LOCK_DOOR", "status": "success"}


def test_the_javascript_sdk_is_refused_with_a_wrong_key(seen_by_javascript: dict[str, Any]) -> None:
    refusal = seen_by_javascript["with_wrong_key"]

    assert (refusal["kind"], refusal["status"]) == ("SeamHttpUnauthorizedError", 401)
    assert refusal["request_id"]
