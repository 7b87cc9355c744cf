"""`explain`: what the catalogue knows about a code, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.domain.text import plain_text
from seam_tui.remedies.catalogue import Catalogue, load_catalogue
from seam_tui.remedies.remedy import general_remedy
from seam_tui.reports.explanation import explain_json, explain_text

KEYS = ["level", "kind", "code", "meaning", "self_clears", "steps", "actions", "replaced_by", "source"]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def joined(text: str) -> str:
    """The text without its line breaks."""
    return " ".join(text.split())


def test_a_known_code_is_explained_with_level_meaning_steps_actions_and_source(catalogue: Catalogue) -> None:
    text = explain_text(catalogue, "device_disconnected")
    assert text.startswith("device_disconnected (device error)\n  The lock is not reachable right now.\n")
    assert "   1. Lock or unlock the lock through Seam to test the connection.\n" in text
    assert "      In the app: Test: lock, Test: unlock\n" in text
    assert "It clears by itself once the cause is gone." in text
    assert "Source: mintlify-docs/core-concepts/devices/handling-device-errors.mdx" in text
    assert "https://docs.seam.co/" in text


def test_a_code_at_two_levels_is_explained_twice(catalogue: Catalogue) -> None:
    text = explain_text(catalogue, " Provider_Issue ")
    assert text.count("provider_issue (") == 2
    assert "provider_issue (code error)" in text
    assert "provider_issue (device warning)" in text


def test_a_legacy_code_names_its_successors(catalogue: Catalogue) -> None:
    text = explain_text(catalogue, "code_modified_external_to_seam")
    assert "(code error, legacy)" in text
    assert "Reported today as: conflicting_external_modification, external_modification_in_effect" in joined(text)


def test_what_seam_does_not_say_is_said(catalogue: Catalogue) -> None:
    assert "Seam does not say whether it clears by itself." in explain_text(catalogue, "privacy_mode")
    assert "It does not clear by itself." in explain_text(catalogue, "account_disconnected")


def test_an_unknown_code_gets_the_general_answer_and_a_suggestion(catalogue: Catalogue) -> None:
    text = explain_text(catalogue, "device_ofline")
    assert 'does not know the code "device_ofline"' in text
    assert "Read Seam's message" in text
    assert "Copy ids" in text
    assert text.endswith("Did you mean:\n  device_offline\n  device_disconnected\n")


def test_an_unknown_code_like_no_other_gets_no_suggestion(catalogue: Catalogue) -> None:
    assert "Did you mean" not in explain_text(catalogue, "zzz")


def test_no_code_at_all_is_answered_too(catalogue: Catalogue) -> None:
    assert "does not know a code without a name" in explain_text(catalogue, "  ")


def test_the_users_own_steps_are_marked(tmp_path: Path) -> None:
    path = tmp_path / "remedies.toml"
    path.write_text('[[remedy]]\ncode = "hub_disconnected"\nadd_steps = ["Call us."]\n', encoding="utf-8")
    text = explain_text(load_catalogue(path), "hub_disconnected")
    assert "4. Call us. *\n" in text
    assert "Your own remedies file has a say in this (*)." in text


@pytest.mark.parametrize("width", [-5, 0, 20, 60, 80, 200])
def test_lines_fit_the_width_unless_one_word_is_longer(catalogue: Catalogue, width: int) -> None:
    for remedy in catalogue.all():
        for line in explain_text(catalogue, remedy.code, width=width).splitlines():
            assert len(line) <= max(width, 30) or len(line.split()) <= 2, line


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_whatever_is_typed_is_answered_in_plain_text(catalogue: Catalogue, code: str) -> None:
    text = explain_text(catalogue, code)
    assert "What to do:" in text
    assert all(plain_text(line) == line.strip() for line in joined_lines(text))


def joined_lines(text: str) -> list[str]:
    """The lines with their indents and inner runs of blanks made single."""
    return [" ".join(line.split()) for line in text.split("\n")]


def test_json_has_exactly_the_promised_keys_in_their_order(catalogue: Catalogue) -> None:
    told = json.loads(explain_json(catalogue.all()))
    assert len(told) == 107
    assert all(list(entry) == KEYS for entry in told)


def test_json_tells_a_remedy_with_steps_and_actions_as_lists_of_strings(catalogue: Catalogue) -> None:
    assert json.loads(explain_json(catalogue.matching("august_device_programming_delay"))) == [
        {
            "level": "access_code",
            "kind": "error",
            "code": "august_device_programming_delay",
            "meaning": "August or Yale accepted the code but has not finished moving it to the lock.",
            "self_clears": True,
            "steps": [
                "Check that the lock has a steady internet connection, for example by locking and unlocking it "
                "through Seam.",
                "Fix whatever makes the connection come and go.",
            ],
            "actions": ["lock", "unlock", "refresh_device"],
            "replaced_by": ["delay_in_setting_on_device"],
            "source": "troubleshooting article; mintlify-docs/low-level-apis/smart-locks/access-codes/"
            "troubleshooting-access-code-issues.mdx",
        }
    ]


def test_json_of_nothing_is_an_empty_list() -> None:
    assert json.loads(explain_json([])) == []


def test_json_keeps_unknown_as_null_and_survives_any_pipe() -> None:
    text = explain_json([general_remedy(Issue(IssueKind.ERROR, "Tür", IssueLevel.DEVICE, ""))])
    assert text.isascii()
    (told,) = json.loads(text)
    assert told["self_clears"] is None
    assert told["code"] == "Tür"
