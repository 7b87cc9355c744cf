"""The packaged catalogue: complete, true to the SDK's types, and never without an answer."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections import Counter
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.domain.text import plain_text
from seam_tui.remedies.catalogue import Catalogue
from seam_tui.remedies.remedy import general_remedy

CODE, DEVICE, ACCOUNT = IssueLevel
_LINES = [line.split() for line in Path(__file__).with_name("catalogue_calls.txt").read_text("utf-8").splitlines()]
CALLS = {(IssueLevel(level), IssueKind(kind), code): set(paths) for level, kind, code, *paths in _LINES}
"""Every code that was ever documented for locks (level, kind, code), with the calls that the guides name for it."""
KEYS = list(CALLS)

DOUBLE_CODES = {
    "provider_issue",
    "third_party_integration_detected",
    "scheduled_maintenance_window",
    "salto_ks_subscription_limit_almost_reached",
    "being_deleted",
}
"""Codes that Seam uses at two levels."""

ARTICLE_CODES = {
    "failed_to_set_on_device",
    "failed_to_remove_from_device",
    "duplicate_code_on_device",
    "code_modified_external_to_seam",
    "august_device_programming_delay",
    "august_device_slots_full",
    "august_lock_bad_access_code_format",
    "august_lock_temporarily_offline",
    "salto_site_user_not_subscribed",
    "smartthings_failed_to_set_after_multiple_retries",
    "smartthings_no_free_slots_available",
    "kwikset_unable_to_confirm_code",
    "kwikset_unable_to_confirm_deletion",
}
"""The codes of Seam's page on troubleshooting access codes."""

NOT_ABOUT_LOCKS = {
    "temperature_threshold_exceeded": "a thermostat's reading is out of bounds",
    "unknown_issue_with_phone": "a phone that holds mobile keys, not a lock",
}
"""Device codes that are left out, each with the reason."""


NOT_OFFERED = {
    "subscription_required": ({"/events/list"}, "the error itself goes when the subscription is paid"),
    "igloo_algopin_must_be_used_within_24_hours": (
        {"/access_codes/create"},
        "an algoPIN cannot be deleted, so the same code cannot be made again: another booking's code is needed",
    ),
}
"""Calls that no action makes for a code, each with the reason."""


def issue(level: IssueLevel, kind: IssueKind, code: str) -> Issue:
    return Issue(kind=kind, code=code, level=level, message="Seam's own words.")


def test_all_107_documented_entries_are_there_and_no_other(catalogue: Catalogue) -> None:
    keys = [remedy.key for remedy in catalogue.all()]
    assert len(KEYS) == 107
    assert keys == KEYS


def test_no_key_stands_twice_in_the_file() -> None:
    raw = tomllib.loads(resources.files("seam_tui.remedies").joinpath("catalogue.toml").read_text("utf-8"))
    keys = Counter((entry["level"], entry["kind"], entry["code"]) for entry in raw["remedy"])
    assert [key for key, count in keys.items() if count > 1] == []


def test_exactly_five_codes_stand_at_two_levels(catalogue: Catalogue) -> None:
    counts = Counter(remedy.code for remedy in catalogue.all())
    assert {code for code, count in counts.items() if count > 1} == DOUBLE_CODES
    assert max(counts.values()) == 2


def _sdk_codes(resource: str, *, errors: bool) -> set[str]:
    import seam.resources

    kind: Any = getattr(seam.resources, resource)
    return set(kind._ErrorsVariants if errors else kind._WarningsVariants)


@pytest.mark.parametrize("resource", ["AccessCode", "UnmanagedAccessCode", "Device", "ConnectedAccount"])
@pytest.mark.parametrize("errors", [True, False])
def test_every_code_that_the_sdk_names_is_known(catalogue: Catalogue, resource: str, errors: bool) -> None:
    kind = IssueKind.ERROR if errors else IssueKind.WARNING
    known = {remedy.code for remedy in catalogue.all() if remedy.kind is kind}
    assert _sdk_codes(resource, errors=errors) - known - set(NOT_ABOUT_LOCKS) == set()


@pytest.mark.parametrize(
    ("resource", "level"), [("AccessCode", CODE), ("Device", DEVICE), ("ConnectedAccount", ACCOUNT)]
)
def test_warnings_are_filed_at_the_level_of_the_record_that_carries_them(
    catalogue: Catalogue, resource: str, level: IssueLevel
) -> None:
    filed = {remedy.code for remedy in catalogue.all() if remedy.level is level and remedy.kind is IssueKind.WARNING}
    assert _sdk_codes(resource, errors=False) - filed - set(NOT_ABOUT_LOCKS) == set()


def test_every_current_entry_is_one_that_the_sdk_names(catalogue: Catalogue) -> None:
    resources_named = ("AccessCode", "UnmanagedAccessCode", "Device", "ConnectedAccount")
    named = {code for name in resources_named for errors in (True, False) for code in _sdk_codes(name, errors=errors)}
    assert {remedy.code for remedy in catalogue.all() if remedy.era == "current"} - named == set()


def test_codes_left_out_are_ones_that_the_sdk_still_names() -> None:
    named = _sdk_codes("Device", errors=True) | _sdk_codes("Device", errors=False)
    assert set(NOT_ABOUT_LOCKS) <= named


def test_an_access_code_can_carry_25_errors_and_12_warnings() -> None:
    assert len(_sdk_codes("AccessCode", errors=True)) == 25
    assert len(_sdk_codes("AccessCode", errors=False)) == 12


def test_the_13_codes_of_the_troubleshooting_article_are_there(catalogue: Catalogue) -> None:
    assert len(ARTICLE_CODES) == 13
    assert {code for code in ARTICLE_CODES if not catalogue.matching(code)} == set()


def test_every_entry_says_what_it_means_what_to_do_and_where_that_is_from(catalogue: Catalogue) -> None:
    for remedy in catalogue.all():
        texts = [remedy.meaning, *(step.text for step in remedy.steps)]
        assert remedy.steps, remedy.code
        assert all(text.endswith(".") and plain_text(text) == text for text in texts), remedy.code
        assert remedy.source, remedy.code
        assert remedy.docs_url is not None, remedy.code
        assert remedy.docs_url.startswith("https://docs.seam.co/"), remedy.code
        assert remedy.known, remedy.code
        assert not remedy.from_runbook, remedy.code


def test_every_action_is_in_the_registry_and_offered_once(catalogue: Catalogue) -> None:
    for remedy in catalogue.all():
        bound = [action for step in remedy.steps for action in step.actions]
        assert set(bound) <= set(ACTIONS), remedy.code
        assert len(set(bound)) == len(bound), remedy.code
        assert remedy.actions == tuple(bound), remedy.code


@pytest.mark.parametrize("key", KEYS, ids=" ".join)
def test_every_call_that_the_guides_name_for_a_code_is_offered(
    catalogue: Catalogue, key: tuple[IssueLevel, IssueKind, str]
) -> None:
    (remedy,) = (remedy for remedy in catalogue.all() if remedy.key == key)
    offered = {path for action in remedy.actions for path in ACTIONS[action].endpoints}
    missing, _ = NOT_OFFERED.get(remedy.code, (set(), ""))
    assert CALLS[key] - offered == missing


def test_what_says_that_a_code_is_created_again_does_it_in_one_action(catalogue: Catalogue) -> None:
    for remedy in catalogue.all():
        for step in remedy.steps:
            if "create it again" in step.text and "no need" not in step.text:
                assert ActionId.RECREATE in step.actions, remedy.code


@pytest.mark.parametrize(
    ("code", "action"),
    [
        ("conflicting_external_modification", ActionId.ALLOW_EXTERNAL_MODIFICATION),
        ("external_modification_in_effect", ActionId.FORBID_EXTERNAL_MODIFICATION),
        ("no_space_for_access_code_on_device", ActionId.FREE_SLOTS),
        ("max_access_codes_reached", ActionId.FREE_SLOTS),
        ("august_device_slots_full", ActionId.FREE_SLOTS),
        ("smartthings_no_free_slots_available", ActionId.FREE_SLOTS),
        ("hubitat_no_free_positions_available", ActionId.FREE_SLOTS),
        ("salto_ks_subscription_limit_exceeded", ActionId.FREE_SLOTS),
        ("smartthings_failed_to_set_access_code", ActionId.REPORT_CODE_LENGTHS),
    ],
)
def test_what_ends_the_trouble_is_offered_for_it(catalogue: Catalogue, code: str, action: ActionId) -> None:
    assert all(action in remedy.actions for remedy in catalogue.matching(code))


def test_nothing_is_deleted_or_opened_before_something_milder_was_tried(catalogue: Catalogue) -> None:
    first_step_dangers = {
        remedy.code
        for remedy in catalogue.all()
        for action in remedy.steps[0].actions
        if ACTIONS[action].dangerous and action is not ActionId.UNLOCK
    }
    # The troubleshooting article itself starts with deleting and creating again.
    assert first_step_dangers == {"code_modified_external_to_seam"}


def test_a_test_unlock_never_stands_without_a_test_lock_but_where_unlocking_is_what_failed(
    catalogue: Catalogue,
) -> None:
    alone = {
        remedy.code
        for remedy in catalogue.all()
        if ActionId.UNLOCK in remedy.actions and ActionId.LOCK not in remedy.actions
    }
    assert alone == {"ttlock_lock_gateway_unlocking_not_enabled"}


@pytest.mark.parametrize(
    "code",
    [
        "duplicate_code_on_device",
        "conflicting_unmanaged_access_code_id",
        "duplicate_code_attempt_prevented",
        "schlage_detected_duplicate",
        "wyze_potential_duplicate_code",
        "kwikset_unable_to_confirm_code",
        "smartthings_failed_to_set_access_code",
        "smartthings_failed_to_set_after_multiple_retries",
    ],
)
def test_a_duplicate_can_be_shown_deleted_converted_or_avoided(catalogue: Catalogue, code: str) -> None:
    (remedy,) = catalogue.matching(code)
    assert {
        ActionId.SHOW_DUPLICATE,
        ActionId.DELETE_DUPLICATE,
        ActionId.CONVERT_TO_MANAGED,
        ActionId.CHANGE_PIN,
    } <= set(remedy.actions)


def test_what_replaces_a_legacy_code_is_in_the_catalogue(catalogue: Catalogue) -> None:
    replaced = {new for remedy in catalogue.all() for new in remedy.replaced_by}
    assert {code for code in replaced if not catalogue.matching(code)} == set()


def test_legacy_codes_and_only_they_are_replaced(catalogue: Catalogue) -> None:
    for remedy in catalogue.all():
        assert bool(remedy.replaced_by) is (remedy.era == "legacy"), remedy.code


@pytest.mark.parametrize("key", KEYS, ids=" ".join)
def test_an_issue_gets_the_entry_of_its_level_kind_and_code(
    catalogue: Catalogue, key: tuple[IssueLevel, IssueKind, str]
) -> None:
    assert catalogue.remedy_for(issue(*key)).key == key


@pytest.mark.parametrize("level", IssueLevel)
@pytest.mark.parametrize("kind", IssueKind)
def test_missing_permissions_are_known_whatever_flag_seam_sets(
    catalogue: Catalogue, level: IssueLevel, kind: IssueKind
) -> None:
    remedy = catalogue.remedy_for(issue(level, kind, "insufficient_permissions"))
    assert remedy.key == (ACCOUNT, IssueKind.ERROR, "insufficient_permissions")


def test_a_double_code_at_a_third_level_takes_the_nearest_cause(catalogue: Catalogue) -> None:
    def found(level: IssueLevel, code: str) -> IssueLevel:
        return catalogue.remedy_for(issue(level, IssueKind.WARNING, code)).level

    assert found(CODE, "scheduled_maintenance_window") is DEVICE
    assert found(DEVICE, "being_deleted") is ACCOUNT
    assert found(ACCOUNT, "third_party_integration_detected") is DEVICE


def test_the_same_kind_at_another_level_comes_before_the_other_kind_at_the_same(catalogue: Catalogue) -> None:
    remedy = catalogue.remedy_for(issue(DEVICE, IssueKind.ERROR, "provider_issue"))
    assert remedy.key == (CODE, IssueKind.ERROR, "provider_issue")


@given(
    st.builds(
        Issue,
        kind=st.sampled_from(IssueKind),
        code=st.text(st.characters(exclude_categories=())) | st.sampled_from([code for _, _, code in KEYS]),
        level=st.sampled_from(IssueLevel),
        message=st.text(),
    )
)
def test_any_issue_gets_a_meaning_and_at_least_one_step(catalogue: Catalogue, any_issue: Issue) -> None:
    remedy = catalogue.remedy_for(any_issue)
    assert remedy.meaning
    assert remedy.steps
    assert all(step.text for step in remedy.steps)
    assert remedy.known is (any_issue.code in {code for _, _, code in KEYS})


def test_an_unknown_code_says_so_and_points_to_seams_own_message(catalogue: Catalogue) -> None:
    remedy = catalogue.remedy_for(issue(CODE, IssueKind.ERROR, "code_of_tomorrow"))
    assert not remedy.known
    assert 'does not know the error "code_of_tomorrow"' in remedy.meaning
    assert "Seam's own message" in remedy.meaning
    assert remedy.docs_url is not None


@pytest.mark.parametrize(
    ("level", "kind", "actions"),
    [
        (CODE, IssueKind.ERROR, ["refresh_code", "lock", "unlock", "pull_backup", "copy_ids"]),
        (CODE, IssueKind.WARNING, ["refresh_code", "copy_ids"]),
        (DEVICE, IssueKind.ERROR, ["refresh_device", "lock", "unlock", "copy_ids"]),
        (DEVICE, IssueKind.WARNING, ["refresh_device", "lock", "unlock", "copy_ids"]),
        (ACCOUNT, IssueKind.ERROR, ["refresh_account", "sync_account", "reconnect_account", "copy_ids"]),
        (ACCOUNT, IssueKind.WARNING, ["refresh_account", "sync_account", "copy_ids"]),
    ],
)
def test_an_unknown_code_gets_the_actions_of_its_level(level: IssueLevel, kind: IssueKind, actions: list[str]) -> None:
    assert list(general_remedy(issue(level, kind, "code_of_tomorrow")).actions) == actions


def test_a_hostile_unknown_code_is_made_plain_and_short() -> None:
    remedy = general_remedy(issue(CODE, IssueKind.ERROR, "\x1b[31mx\u202e" + "y" * 5000))
    assert plain_text(remedy.meaning) == remedy.meaning
    assert len(remedy.meaning) < 300


def test_without_an_issue_there_is_a_page_to_open_too(catalogue: Catalogue) -> None:
    assert catalogue.default_docs == catalogue.remedy_for(issue(CODE, IssueKind.ERROR, "code_of_tomorrow")).docs_url


def test_an_issue_without_a_code_is_answered_too() -> None:
    assert "has no code" in general_remedy(issue(CODE, IssueKind.WARNING, "")).meaning


@pytest.mark.parametrize("typed", ["device_offline", "  DEVICE_Offline\n"])
def test_a_code_is_found_as_a_person_types_it(catalogue: Catalogue, typed: str) -> None:
    assert [remedy.code for remedy in catalogue.matching(typed)] == ["device_offline"]


def test_a_double_code_matches_twice_and_rubbish_never(catalogue: Catalogue) -> None:
    assert [remedy.level for remedy in catalogue.matching("provider_issue")] == [CODE, DEVICE]
    assert catalogue.matching("") == catalogue.matching("no_such_code") == ()


def test_a_misspelt_code_gets_suggestions(catalogue: Catalogue) -> None:
    assert catalogue.suggest("device_ofline")[0] == "device_offline"
    assert catalogue.suggest("Failed To Set On Device")[0] == "failed_to_set_on_device"
    assert catalogue.suggest("zzz") == catalogue.suggest("") == ()
    assert catalogue.suggest("x" * 1_000_000) == ()


def test_importing_the_catalogue_loads_neither_pydantic_nor_toml() -> None:
    script = (
        "import sys; import seam_tui.remedies.catalogue, seam_tui.remedies.remedy; "
        "sys.exit(', '.join({'pydantic', 'tomllib', 'importlib.resources', 'difflib', 'textual'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
