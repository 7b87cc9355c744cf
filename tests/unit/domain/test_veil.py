"""A shared screen tells nothing of who the guests are, and still lets people talk about one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.veil import HIDDEN_EMAIL, NO_NAME, VEIL, Veil, quoted

NAMES = st.text(min_size=1, max_size=30).filter(str.strip)


def drawn(salt: str = "workspace") -> Veil:
    veil = Veil()
    veil.salt(salt)
    veil.is_drawn = True
    return veil


@pytest.fixture(autouse=True)
def lifted() -> Iterator[None]:
    yield
    VEIL.lift()


@given(NAMES)
def test_nothing_is_hidden_outside_share_mode(text: str) -> None:
    veil = Veil()
    assert veil.guest(text) == veil.text(text) == veil.record_id(text) == text


@given(st.sets(NAMES, max_size=50))
def test_every_name_has_a_pseudonym_of_its_own_that_stays(names: set[str]) -> None:
    veil = drawn()
    first = {name: veil.guest(name) for name in names}
    assert len(set(first.values())) == len(names)
    assert all(re.fullmatch(r"Guest ([A-HJ-NP-Z][2-9])+[A-HJ-NP-Z]?", shown) for shown in first.values())
    assert {name: veil.guest(name) for name in names} == first
    again = drawn()
    assert sum(again.guest(name) != first[name] for name in sorted(names)) <= 4  # only where two want the same


def test_so_many_names_that_all_short_pseudonyms_are_taken_still_have_one_each() -> None:
    veil = drawn()
    assert len({veil.guest(f"guest {number}") for number in range(50_000)}) == 50_000


def test_another_workspace_has_other_pseudonyms() -> None:
    assert drawn("one").guest("Anna Meyer") != drawn("two").guest("Anna Meyer")


@given(NAMES, st.text(max_size=20), st.text(max_size=20))
def test_a_name_in_a_text_is_replaced_however_it_is_written(name: str, before: str, after: str) -> None:
    shown = drawn().text(f"{before}Ottokar Blümel{after}OTTOKAR BLÜMEL {name}", ("Ottokar Blümel",))
    assert "ottokar" not in shown.lower()


def test_addresses_and_ids_in_a_text_are_cut() -> None:
    said = drawn().text("ops+1@mail.example.com has 3f0c2a9e-1b2c-4d5e-8f90-a1b2c3d4e5f6.")
    assert said == f"{HIDDEN_EMAIL} has …e5f6."
    assert drawn().record_id("3f0c2a9e-1b2c-4d5e-8f90-a1b2c3d4e5f6") == "…e5f6"


def test_no_name_stays_no_name() -> None:
    assert drawn().guest("") == ""


@given(NAMES, NAMES)
def test_what_a_sentence_of_ours_quotes_is_hidden_though_nobody_says_which_names_stand_in_it(
    name: str, other: str
) -> None:
    veil = drawn()
    shown = veil.text(f"{quoted(name)} has the PIN of {quoted(other)}.")
    assert shown == f"“{veil.guest(name)}” has the PIN of “{veil.guest(other)}”."
    assert veil.text(shown, (name, other) if min(len(name), len(other)) > 20 else ()) == shown  # twice is once


def test_a_name_that_itself_holds_quotes_is_hidden_whole() -> None:
    veil = drawn()
    name = "Anna “the Wolf” Meyer"
    assert veil.text(f"The code {quoted(name)} is gone.") == f"The code “{veil.guest(name)}” is gone."


def test_a_pseudonym_in_a_text_is_not_taken_for_another_name() -> None:
    veil = drawn()
    assert veil.text("The code of Anna.", ("Anna", "Guest")) == f"The code of {veil.guest('Anna')}."


def test_a_short_name_is_hidden_where_it_stands_alone_and_leaves_words_readable() -> None:
    veil = drawn()
    assert veil.text("Also for Al, at all times.", ("Al",)) == f"Also for {veil.guest('Al')}, at all times."


def test_what_stands_for_a_missing_name_is_no_name() -> None:
    veil = drawn()
    assert veil.guest(NO_NAME) == NO_NAME
    assert veil.text(f"Not sent: {quoted(NO_NAME)}, (no name).", (NO_NAME,)) == "Not sent: “(no name)”, (no name)."


def test_the_same_salt_again_changes_no_pseudonym_and_another_one_does() -> None:
    veil = Veil()
    veil.is_drawn = True
    before = veil.guest("Anna Meyer")
    veil.salt("")
    assert veil.guest("Anna Meyer") == before
    veil.salt("workspace")
    assert veil.guest("Anna Meyer") != before


def test_an_account_is_told_by_its_maker_and_not_by_its_login() -> None:
    assert drawn().account("ops@hotel.example", "august", "acct-12345678") == "august …5678"
    assert Veil().account("ops@hotel.example", "august", "acct-12345678") == "ops@hotel.example"
