"""`seam-tui report` as a script would call it, against Seam's fake: what it prints, where, and how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.vendor.running_fake import FakeSeam

SECRET_VARIABLES = ("SEAM_API_KEY", "SEAM_PERSONAL_ACCESS_TOKEN", "SEAM_WORKSPACE_ID", "SEAM_ENDPOINT")
SEEDED_PINS = ("5182", "7304", "8415", "9526", "9527", "1637", "2748", "2749", "7294", "9041", "9142")


def run_report(folder: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run the report in a process of its own that knows nothing but what it is given here."""
    kept = {k: v for k, v in os.environ.items() if k not in SECRET_VARIABLES and not k.startswith("SEAM_TUI_")}
    own = {"SEAM_TUI_CONFIG_DIR": str(folder / "config"), "SEAM_TUI_LOG_DIR": str(folder / "logs")}
    return subprocess.run(
        [sys.executable, "-m", "seam_tui", "report", *arguments],
        env=kept | own | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module", params=["endpoint", "bare_endpoint"], ids=["through the proxy", "bare"])
def report(
    fake_seam: FakeSeam, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> dict[str, Any]:
    """The JSON report; the bare fake ignores the filter of the list of codes, and must give the same."""
    endpoint = getattr(fake_seam, request.param)
    folder = tmp_path_factory.mktemp("report")
    run = run_report(folder, "--json", SEAM_ENDPOINT=endpoint, SEAM_API_KEY=fake_seam.api_key)
    assert (run.returncode, run.stderr) == (1, "")
    printed: dict[str, Any] = json.loads(run.stdout)  # nothing but JSON stands there
    assert not [pin for pin in SEEDED_PINS if pin in run.stdout]
    return printed


def issues_of(report: dict[str, Any], access_code_id: str | None) -> list[dict[str, Any]]:
    return [issue for issue in report["issues"] if issue["access_code_id"] == access_code_id]


def test_the_report_names_the_workspace_and_counts_it(fake_seam: FakeSeam, report: dict[str, Any]) -> None:
    assert report["workspace"]["workspace_id"] == fake_seam.workspace_id
    spare_backups = 1  # the fake lists no backup codes
    assert report["counts"] == {
        "devices": 6,
        "codes": len(fake_seam.codes) - spare_backups,
        "codes_with_errors": 8,
        "codes_with_warnings": 2,
    }
    assert report["incomplete"] == []


def test_every_seeded_issue_stands_in_the_report_with_steps(fake_seam: FakeSeam, report: dict[str, Any]) -> None:
    expected = {
        "failed": ["failed_to_set_on_device", "delay_in_setting_on_device"],
        "duplicate": ["duplicate_code_on_device"],
        "changed_outside": ["conflicting_external_modification"],
        "unknown_error": ["flux_capacitor_misaligned", "moon_phase_unsuitable"],
        "on_offline_lock": ["device_disconnected"],
        "unmanaged_on_offline_lock": ["device_disconnected"],
        "on_lost_account": ["account_disconnected"],
        "hostile_message": ["provider_issue"],
    }

    for key, codes in expected.items():
        assert [issue["code"] for issue in issues_of(report, fake_seam.codes[key])] == codes, key
    by_itself = [issue["code"] for issue in issues_of(report, None)]
    assert by_itself == ["account_disconnected", "device_disconnected", "device_has_flaky_connection"]
    assert len(report["issues"]) == sum(map(len, expected.values())) + len(by_itself)
    assert all(issue["steps"] for issue in report["issues"])


def test_a_code_that_the_catalogue_does_not_know_says_so(fake_seam: FakeSeam, report: dict[str, Any]) -> None:
    unknown = [issue for issue in report["issues"] if not issue["known"]]

    assert {issue["code"] for issue in unknown} == {"flux_capacitor_misaligned", "moon_phase_unsuitable"}
    assert all(issue["message"].endswith("code that no list has yet.") for issue in unknown)


def test_a_hostile_message_and_name_stand_in_the_report_as_plain_text(
    fake_seam: FakeSeam, report: dict[str, Any]
) -> None:
    (issue,) = issues_of(report, fake_seam.codes["hostile_message"])

    assert (issue["code_name"], issue["device_name"]) == ("[red]Room[/red] 5", "[@click=app.nuke()]x[/]")
    assert issue["message"] == "[link=http://example.com] see here[/]"


def test_the_text_form_tells_what_to_do_and_no_pin(fake_seam: FakeSeam, tmp_path: Path) -> None:
    run = run_report(tmp_path, SEAM_ENDPOINT=fake_seam.endpoint, SEAM_API_KEY=fake_seam.api_key)

    assert (run.returncode, run.stderr) == (1, "")
    assert "6 devices, 28 codes: 8 with errors, 2 with warnings" in run.stdout
    assert "Late arrival" in run.stdout
    assert "\x1b" not in run.stdout
    assert not [pin for pin in SEEDED_PINS if pin in run.stdout]


def test_a_wrong_key_ends_the_report_with_2_and_says_why_on_stderr_only(fake_seam: FakeSeam, tmp_path: Path) -> None:
    run = run_report(tmp_path, "--json", SEAM_ENDPOINT=fake_seam.endpoint, SEAM_API_KEY="seam_wrong_key")

    # The fake takes an unknown key for a person's token and asks for a workspace; Seam answers 401.
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("Reading the workspace was refused")
    assert "seam_wrong_key" not in run.stderr
    assert "Traceback" not in run.stderr
