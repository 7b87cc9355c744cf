"""The PIN type (UX 12): it can be compared and checked, and shows its digits to nobody who did not ask by name."""

from __future__ import annotations

import copy
import dataclasses
import json
import logging
import pickle
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.pin import MASK, CodeConstraint, Pin

digits = st.text("0123456789", min_size=4, max_size=12)

CONSTRAINTS = (
    "no_zeros",
    "cannot_start_with_12",
    "no_triple_consecutive_ints",
    "cannot_specify_pin_code",
    "pin_code_matches_existing_set",
    "start_date_in_future",
    "no_ascending_or_descending_sequence",
    "at_least_three_unique_digits",
    "no_all_same_digits",
    "unique_first_four_digits",
    "cannot_contain_089",
    "cannot_contain_0789",
    "name_length",
    "name_must_be_unique",
    "a_rule_of_next_year",
)
"""Every constraint type that Seam documents, and one that it does not."""


@dataclasses.dataclass
class Holder:
    pin: Pin


@given(digits)
def test_no_way_of_printing_shows_a_digit(secret: str) -> None:
    pin = Pin(secret)
    printed = [
        repr(pin),
        str(pin),
        ascii(pin),
        format(pin, ">12"),
        f"{pin}",
        f"{pin!r}",
        f"{pin!s}",
        f"{pin:^20}",
        "%s and %r" % (pin, pin),  # noqa: UP031
        "{} and {!r}".format(pin, pin),  # noqa: UP032
        repr([pin]),
        repr({"pin": pin}),
        repr(Holder(pin)),
        repr(dataclasses.asdict(Holder(pin))),
    ]
    assert not [text for text in printed if secret in text]


def test_the_mask_tells_nothing_about_the_length() -> None:
    assert str(Pin("1234")) == str(Pin("123456789012")) == MASK


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pin_is_not_pickled(protocol: int) -> None:
    with pytest.raises(TypeError, match="not pickled") as caught:
        pickle.dumps(Pin("83517"), protocol)
    assert "83517" not in str(caught.value)


def test_json_refuses_a_pin_and_a_default_of_str_masks_it() -> None:
    with pytest.raises(TypeError) as caught:
        json.dumps({"code": Pin("83517")})
    assert "83517" not in str(caught.value)
    assert json.loads(json.dumps({"code": Pin("83517")}, default=str)) == {"code": MASK}


def test_a_log_line_masks_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").warning("set %s and %r", Pin("83517"), {"pin": Pin("83517")})
    assert "83517" not in caplog.text
    assert MASK in caplog.text


def test_a_traceback_with_locals_masks_it() -> None:
    def fails(pin: Pin) -> None:
        raise RuntimeError(f"could not set {pin}")

    try:
        fails(Pin("8351" + "7"))  # in two parts, so that the source line shown does not hold the digits
    except RuntimeError as error:
        told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "83517" not in told
    assert f"pin = Pin({MASK})" in told


def test_copies_are_the_pin_itself() -> None:
    pin = Pin("83517")
    assert copy.copy(pin) is pin
    assert copy.deepcopy({"pin": pin})["pin"] is pin


def test_a_pin_does_not_change() -> None:
    pin = Pin("83517")
    with pytest.raises(AttributeError):
        pin._digits = "1"
    with pytest.raises(AttributeError):
        pin.note = "x"


@given(digits, digits)
def test_pins_are_equal_exactly_if_their_digits_are(one: str, other: str) -> None:
    assert Pin(one).equals(Pin(other)) is (one == other)
    assert (Pin(one) == Pin(other)) is (one == other)
    assert hash(Pin(one)) == hash(Pin(one))
    assert Pin(one) != one


def test_comparing_pasted_rubbish_does_not_raise() -> None:
    assert Pin("12\ud800").equals(Pin("12\ud800"))
    assert not Pin("12\ud800").equals(Pin("1234"))


@given(digits)
def test_only_reveal_gives_the_digits(secret: str) -> None:
    pin = Pin(secret)
    assert pin.reveal() == secret
    assert len(pin) == len(secret)
    assert pin


def test_contains_finds_a_fragment() -> None:
    assert Pin("83517").contains("351")
    assert not Pin("83517").contains("99")


@given(digits, st.text(max_size=20), st.text(max_size=20))
def test_scrubbing_leaves_no_pin_in_a_message(secret: str, before: str, after: str) -> None:
    assert secret not in Pin(secret).scrub(f"{before}{secret} and {secret}{after}")


def test_too_short_a_pin_scrubs_nothing_because_it_would_hit_other_numbers() -> None:
    assert Pin("1").scrub("1 of 10") == "1 of 10"


@pytest.mark.parametrize(
    ("constraint", "good", "bad"),
    [
        ("no_zeros", ["1234", "9999"], ["0123", "1230", "1000"]),
        ("cannot_start_with_12", ["2123", "1323", "3312"], ["1200", "1234"]),
        ("no_triple_consecutive_ints", ["1223", "1357", "112233", "1212"], ["1234", "4321", "7777", "91111", "56789"]),
        ("cannot_specify_pin_code", [], ["1234", "9471"]),
        ("no_ascending_or_descending_sequence", ["1235", "1233", "9870"], ["1234", "4321", "456789"]),
        ("at_least_three_unique_digits", ["1123", "9471"], ["1122", "1111", "121212"]),
        ("no_all_same_digits", ["1112", "1211"], ["1111", "777777"]),
        ("unique_first_four_digits", ["1234", "123411"], ["1123", "1231", "121234"]),
        ("cannot_contain_089", ["1234", "7654"], ["1230", "1238", "1239"]),
        ("cannot_contain_0789", ["1234", "6543"], ["1230", "1237", "1238", "1239"]),
        ("start_date_in_future", ["1234", "0000"], []),
        ("name_length", ["1234", "0000"], []),
        ("name_must_be_unique", ["1234", "0000"], []),
        ("a_rule_of_next_year", ["1234", "0000"], []),
    ],
)
def test_each_rule_of_a_lock_takes_the_good_and_refuses_the_bad(
    constraint: str, good: list[str], bad: list[str]
) -> None:
    rules = (CodeConstraint(constraint),)
    assert [pin for pin in good if any(problem.blocks for problem in Pin(pin).check(rules))] == []
    assert [pin for pin in bad if not any(problem.blocks for problem in Pin(pin).check(rules))] == []


@pytest.mark.parametrize("pin", ["1239", "3219", "5559", "9123"])
def test_a_run_of_exactly_three_is_said_but_not_refused(pin: str) -> None:
    (problem,) = Pin(pin).check((CodeConstraint("no_triple_consecutive_ints"),))
    assert not problem.blocks


def test_a_rule_that_cannot_be_checked_here_is_said_but_not_refused() -> None:
    (problem,) = Pin("9471").check((CodeConstraint("pin_code_matches_existing_set"),))
    assert not problem.blocks


@pytest.mark.parametrize("pin", ["", "12a4", "12 34", "-1234", "１２３４", "٣٤٥٦", "1234\n", "1.23"])
def test_anything_but_ascii_digits_is_refused(pin: str) -> None:
    (problem,) = Pin(pin).check()
    assert problem.text == "A PIN has digits only."


@pytest.mark.parametrize(("pin", "fits"), [("123", False), ("1234", True), ("1" * 12, True), ("1" * 13, False)])
def test_without_lengths_of_its_own_a_lock_takes_four_to_twelve_digits(pin: str, fits: bool) -> None:
    assert (Pin(pin).check() == ()) is fits


@pytest.mark.parametrize(
    ("lengths", "words"),
    [((6,), "6 digits"), ((4, 6), "4 or 6 digits"), ((8, 4, 6), "4, 6 or 8 digits"), ((6, 7, 8), "6 to 8 digits")],
)
def test_a_lock_with_lengths_of_its_own_says_them(lengths: tuple[int, ...], words: str) -> None:
    (problem,) = Pin("94718").check(lengths=lengths)
    assert words in problem.text
    assert problem.blocks
    assert Pin("947182").check(lengths=(4, 6)) == ()


@given(digits, st.sets(st.sampled_from(CONSTRAINTS)), st.sets(st.integers(min_value=4, max_value=12)))
def test_no_problem_repeats_the_digits(secret: str, constraints: set[str], lengths: set[int]) -> None:
    problems = Pin(secret).check(tuple(map(CodeConstraint, constraints)), tuple(lengths))
    assert not [problem for problem in problems if secret in problem.text]
    assert all(problem.text for problem in problems)
