"""The command line: what it prints, where, and how it ends (exit codes are a promise to scripts)."""

import re
from datetime import datetime, timedelta

import pytest

from seam_tui import __version__
from seam_tui.remedies.catalogue import load_catalogue
from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.scenarios import SCENARIOS
from seam_tui.sandbox.server import SANDBOX_KEY, SANDBOX_TOKEN
from tests.unit.cli.command import NOW, Ended, one_line

EXPLAINED = ["level", "kind", "code", "meaning", "self_clears", "steps", "actions", "replaced_by", "source"]
REPORT = ["workspace", "generated_at", "counts", "issues", "incomplete"]
COUNTS = ["devices", "codes", "codes_with_errors", "codes_with_warnings"]
ISSUE = [
    "access_code_id", "device_id", "connected_account_id", "device_name", "code_name", "kind", "code", "level",
    "message", "created_at", "known", "steps", "actions",
]  # fmt: skip


def test_the_version_is_printed(seam_tui) -> None:
    assert seam_tui("--version") == Ended(0, f"seam-tui {__version__}\n", "")


@pytest.mark.parametrize(
    "command",
    [
        (),
        ("report",),
        ("explain",),
        ("sandbox",),
        ("plan",),
        ("apply",),
        ("history",),
        ("history", "undo"),
        ("history", "resume"),
        ("history", "stop"),
    ],
)
def test_every_command_has_a_help(seam_tui, command) -> None:
    ended = seam_tui(*command, "--help")
    assert (ended.code, ended.err) == (0, "")
    assert "Usage" in ended.out


@pytest.mark.parametrize(
    "arguments", [("--colour",), ("rapport",), ("report", "--port", "1"), ("sandbox", "--port", "x")]
)
def test_wrong_usage_is_refused_with_2_and_without_a_traceback(seam_tui, arguments) -> None:
    ended = seam_tui(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert "Traceback" not in ended.err


# -- explain


def test_a_known_code_is_explained(seam_tui) -> None:
    ended = seam_tui("explain", "failed_to_issue")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("failed_to_issue (code error)")
    assert "What to do:" in ended.out


def test_a_code_that_stands_at_several_levels_is_explained_for_each(seam_tui) -> None:
    remedies = load_catalogue().all()
    double = sorted({one.code for one in remedies if sum(other.code == one.code for other in remedies) > 1})
    assert len(double) == 5
    for code in double:
        listed = seam_tui("explain", code, "--json").json
        assert len(listed) == sum(remedy.code == code for remedy in remedies) > 1
        assert seam_tui("explain", code).out.count("What to do:") == len(listed)


def test_an_unknown_code_gets_the_general_answer_and_a_suggestion(seam_tui) -> None:
    ended = seam_tui("explain", "device_disconected")
    assert ended.code == 1
    assert "does not know" in ended.out
    assert "Did you mean:\n  device_disconnected" in ended.out
    assert seam_tui("explain", "device_disconected", "--json") == Ended(1, "[]\n", "")


def test_a_hostile_code_is_explained_as_plain_text(seam_tui) -> None:
    ended = seam_tui("explain", "\x1b[31m[bold]x[/]\n\u202e")
    assert ended.code == 1
    assert "\x1b" not in ended.out
    assert "\u202e" not in ended.out


def test_all_codes_are_107_entries_with_exactly_the_promised_keys(seam_tui) -> None:
    entries = seam_tui("explain", "--all", "--json").json
    assert len(entries) == 107
    assert all(list(entry) == EXPLAINED for entry in entries)
    assert all(entry["steps"] and entry["meaning"] and entry["source"] for entry in entries)
    assert {entry["level"] for entry in entries} == {"access_code", "device", "connected_account"}
    text = seam_tui("explain", "--all")
    assert text.code == 0
    assert text.out.count("What to do:") == 107


@pytest.mark.parametrize("arguments", [(), ("failed_to_issue", "--all"), ("--json",)])
def test_explain_wants_one_code_or_all(seam_tui, arguments) -> None:
    one_line(seam_tui("explain", *arguments), "--all")


# -- report


def test_a_report_of_the_demo_is_pure_json_with_the_promised_keys(seam_tui) -> None:
    ended = seam_tui("report", "--demo", "--json")
    assert (ended.code, ended.err) == (1, "")
    report = ended.json
    assert list(report) == REPORT
    assert list(report["counts"]) == COUNTS
    assert {"workspace_id", "name", "is_sandbox"} == set(report["workspace"])
    assert report["incomplete"] == []
    assert report["issues"]
    for issue in report["issues"]:
        assert list(issue) == ISSUE
        assert issue["steps"]
    assert report["counts"]["devices"] >= 14
    assert report["counts"]["codes"] >= 80
    own = {"device": 0, "connected_account": 0}
    for issue in report["issues"]:
        if issue["access_code_id"] is None:
            own[issue["level"]] += 1
            assert (issue["device_id"] is None) == (issue["level"] == "connected_account")
    assert all(own.values())


def test_the_counts_are_those_of_the_issues(seam_tui) -> None:
    report = seam_tui("report", "--demo", "--json").json
    with_errors = {i["access_code_id"] for i in report["issues"] if i["access_code_id"] and i["kind"] == "error"}
    assert report["counts"]["codes_with_errors"] == len(with_errors)


@pytest.mark.parametrize(("scenario", "code"), [("healthy", 0), ("empty", 0), ("default", 1), ("museum", 1)])
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_the_exit_code_says_whether_there_are_errors(seam_tui, scenario, code, form) -> None:
    ended = seam_tui("report", "--demo", "--scenario", scenario, *form)
    assert (ended.code, ended.err) == (code, "")
    assert ended.out.endswith("\n")


def test_the_museum_names_every_code_of_the_catalogue_each_with_steps(seam_tui) -> None:
    report = seam_tui("report", "--demo", "--scenario", "museum", "--json").json
    shown = {(issue["level"], issue["kind"], issue["code"]) for issue in report["issues"]}
    wanted = {(remedy.level.value, remedy.kind.value, remedy.code) for remedy in load_catalogue().all()}
    assert len(wanted) == 107
    assert wanted <= shown
    assert all(issue["steps"] and issue["known"] for issue in report["issues"])
    text = seam_tui("report", "--demo", "--scenario", "museum").out
    assert all(code in text for _, _, code in wanted)


def test_a_world_of_any_size_can_be_reported(seam_tui) -> None:
    counts = seam_tui("report", "--demo", "--devices", "7", "--codes", "30", "--seed", "3", "--json").json["counts"]
    assert (counts["devices"], counts["codes"]) == (7, 30)


def test_a_report_over_http_is_the_report_of_the_workspace(seam_tui, served) -> None:
    sandbox, environment = served
    ended = seam_tui("report", "--json", **environment)
    assert ended.code == 1
    assert ended.json["counts"]["devices"] == sum(device.managed for device in sandbox.world.devices.values())
    assert {record.method for record in sandbox.requests} == {"GET"}


def test_a_token_reports_the_workspace_that_is_named(seam_tui, served) -> None:
    sandbox, environment = served
    environment = {
        "SEAM_ENDPOINT": environment["SEAM_ENDPOINT"], "SEAM_PERSONAL_ACCESS_TOKEN": SANDBOX_TOKEN,
        "SEAM_WORKSPACE_ID": sandbox.world.workspaces[1].workspace_id,
    }  # fmt: skip
    ended = seam_tui("report", "--json", **environment)
    assert (ended.code, ended.json["workspace"]["name"]) == (0, "Old Town Lofts")


def test_no_report_holds_a_pin_or_the_key(seam_tui, served) -> None:
    sandbox, environment = served
    pins = sandbox.world.pins()
    assert len(pins) > 50
    for form in ((), ("--json",)):
        ended = seam_tui("report", *form, **environment)
        told = ended.out + ended.err
        assert not [pin for pin in pins if pin in told]
        assert SANDBOX_KEY not in told


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_report_for_others_eyes_names_no_guest_no_login_and_no_id(seam_tui, served, form) -> None:
    sandbox, environment = served
    world = sandbox.world
    names = {code.name for code in world.codes.values() if code.name}
    ids = {*world.codes, *world.devices, *world.accounts}
    open_report = seam_tui("report", *form, **environment).out
    assert any(name in open_report for name in names)
    ended = seam_tui("report", "--share", *form, **environment)
    assert (ended.code, ended.err) == (1, "")
    assert [name for name in names if name in ended.out] == []
    assert [each for each in ids if each in ended.out] == []
    assert "@" not in ended.out
    assert "names hidden (share mode)" in ended.out
    assert re.search(r"Guest [A-Z][2-9][A-Z][2-9]", ended.out)


def test_it_has_as_many_entries_as_the_other_one_in_the_same_order(seam_tui, served) -> None:
    _, environment = served
    open_report = seam_tui("report", "--json", **environment).json
    shared = seam_tui("report", "--json", "--share", **environment).json
    assert list(shared) == ["note", *REPORT]
    assert [issue["code"] for issue in shared["issues"]] == [issue["code"] for issue in open_report["issues"]]
    assert [issue["access_code_id"] and f"…{issue['access_code_id'][-4:]}" for issue in open_report["issues"]] == [
        issue["access_code_id"] for issue in shared["issues"]
    ]


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_wrong_key_ends_with_2_and_nothing_on_standard_output(seam_tui, served, form) -> None:
    _, environment = served
    ended = seam_tui("report", *form, **(environment | {"SEAM_API_KEY": "seam_test_wrong_secret"}))
    one_line(ended, "401", "SEAM_API_KEY")
    assert "wrong_secret" not in ended.err


def test_an_endpoint_that_is_not_there_ends_with_2(seam_tui, served) -> None:
    _, environment = served
    one_line(seam_tui("report", "--json", **(environment | {"SEAM_ENDPOINT": "http://127.0.0.1:1"})), "SEAM_ENDPOINT")


def test_a_device_that_could_not_be_read_makes_the_report_incomplete(seam_tui, served) -> None:
    sandbox, environment = served
    sandbox.faults.add(FaultRule("status", "/access_codes/list", status=404, html=True, count=1))
    ended = seam_tui("report", "--json", **environment)
    assert ended.code == 2
    incomplete = ended.json["incomplete"]
    assert len(incomplete) == 1
    assert set(incomplete[0]) == {"device_id", "device_name", "reason", "request_id"}
    assert incomplete[0]["device_name"] == sandbox.world.devices[incomplete[0]["device_id"]].name
    assert "404" in incomplete[0]["reason"]
    assert incomplete[0]["request_id"]


def test_an_outage_that_passes_is_waited_out(seam_tui, served) -> None:
    sandbox, environment = served
    sandbox.faults.add(FaultRule("status", "/devices/list", status=503, html=True, count=4))
    assert seam_tui("report", "--json", **environment).json["incomplete"] == []


# -- what stands in the way


def test_without_a_key_a_report_says_how_to_set_one(seam_tui) -> None:
    ended = seam_tui("report")
    assert (ended.code, ended.out) == (2, "")
    assert "SEAM_API_KEY" in ended.err
    assert "report --demo" in ended.err


def test_a_token_without_a_workspace_is_said(seam_tui) -> None:
    one_line(seam_tui("report", SEAM_PERSONAL_ACCESS_TOKEN="seam_at_x1"), "SEAM_WORKSPACE_ID")


@pytest.mark.parametrize("command", [("report", "--demo"), ("sandbox",), ()])
def test_a_scenario_that_is_not_there_is_said_with_those_that_are(seam_tui, command) -> None:
    one_line(seam_tui(*command, "--scenario", "paradise"), "paradise", *SCENARIOS)


@pytest.mark.parametrize("given", [("--devices", "5"), ("--codes", "5")])
@pytest.mark.parametrize("command", [("report", "--demo"), ("sandbox",), ("--demo",)])
def test_devices_and_codes_go_together(seam_tui, command, given) -> None:
    one_line(seam_tui(*command, *given), "--devices", "--codes")


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SEAM_API_KEY": "hunter2secret"}, ["SEAM_API_KEY"]),
        ({"SEAM_API_KEY": "seam_at_hunter2secret"}, ["SEAM_PERSONAL_ACCESS_TOKEN"]),
        ({"SEAM_API_KEY": "seam_hunter2secret", "SEAM_PERSONAL_ACCESS_TOKEN": "seam_at_hunter2secret"}, ["_API_KEY"]),
        ({"SEAM_ENDPOINT": "ftp://hunter2secret"}, ["SEAM_ENDPOINT"]),
        ({"SEAM_TUI_READ_ONLY": "perhaps"}, ["SEAM_TUI_READ_ONLY"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", [("report",), ("report", "--demo"), ()])
def test_a_setting_that_cannot_be_used_is_said_in_one_line(seam_tui, command, environment, words) -> None:
    ended = seam_tui(*command, **environment)
    one_line(ended, *words)
    assert "seam_hunter2secret" not in ended.err
    assert "seam_at_hunter2secret" not in ended.err


def test_a_remedies_file_that_cannot_be_read_is_said(seam_tui, tmp_path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "remedies.toml").write_text("[[remedy]]\ncolour = 1\n", encoding="utf-8")
    for command in (("report", "--demo"), ("explain", "failed_to_issue")):
        ended = seam_tui(*command)
        assert (ended.code, ended.out) == (2, "")
        assert "remedies.toml" in ended.err
        assert "Traceback" not in ended.err


def test_the_environments_key_never_reaches_the_demo(seam_tui) -> None:
    ended = seam_tui("report", "--demo", SEAM_API_KEY="seam_live_hunter2secret")
    assert ended.code == 1
    assert "hunter2secret" not in ended.out + ended.err


def test_the_demo_works_beside_a_token(seam_tui) -> None:
    environment = {"SEAM_PERSONAL_ACCESS_TOKEN": "seam_at_x1", "SEAM_WORKSPACE_ID": "w1"}
    assert seam_tui("report", "--demo", "--scenario", "healthy", **environment).code == 0


def test_the_moment_of_the_report_is_the_clocks(seam_tui) -> None:
    moment = datetime.fromisoformat(seam_tui("report", "--demo", "--json").json["generated_at"])
    assert abs(moment - NOW) < timedelta(minutes=1)
