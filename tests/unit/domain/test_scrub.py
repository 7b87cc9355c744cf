"""What may be told of an exception, and what never is."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.pin import MASK
from seam_tui.domain.scrub import class_name, describe_exception, describe_frame, safe_name, scrub_secrets

PIN = "4815"


def caught(function: object) -> BaseException:
    """The exception that a function raises."""
    try:
        function()  # type: ignore[operator]
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


def fail() -> NoReturn:
    secret = PIN + "16"
    raise ValueError(f"PIN {secret}")


def test_an_exception_is_told_by_type_file_line_and_function_alone() -> None:
    told = describe_exception(caught(fail))
    assert told.splitlines()[0] == "ValueError"
    line = fail.__code__.co_firstlineno + 2
    assert f"test_scrub.py:{line} in fail" in told.splitlines()[-1]
    assert PIN not in told
    assert "secret" not in told
    assert str(Path(__file__).parents[3]) not in told


def test_causes_and_contexts_are_told_and_a_suppressed_context_is_not() -> None:
    def chained() -> None:
        try:
            fail()
        except ValueError as error:
            raise KeyError(PIN) from error

    def while_handling() -> None:
        try:
            fail()
        except ValueError:
            raise KeyError(PIN)  # noqa: B904 - the implicit chain is what is tested

    def suppressed() -> None:
        try:
            fail()
        except ValueError:
            raise KeyError(PIN) from None

    assert "caused by ValueError" in describe_exception(caught(chained))
    assert "while handling ValueError" in describe_exception(caught(while_handling))
    assert "ValueError" not in describe_exception(caught(suppressed))


def test_the_members_of_a_group_are_told_with_their_own_frames() -> None:
    group = ExceptionGroup(PIN, [caught(fail), ExceptionGroup(PIN, [KeyError(PIN)])])  # type: ignore[list-item]
    told = describe_exception(group)
    assert "member 1: ValueError" in told
    assert "member 2: ExceptionGroup" in told
    assert "member 1: KeyError" in told
    assert " in fail" in told
    assert PIN not in told


def test_notes_are_not_told() -> None:
    error = ValueError()
    error.add_note(PIN)
    assert describe_exception(error) == "ValueError"


class ToldError(Exception):
    safe_to_log = True


class ToldByParentError(ToldError):
    pass


class TakenBackError(ToldError):
    safe_to_log = False


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ToldError("page 3\x1b[31m\nof 5"), "ToldError: page 3 of 5"),
        (ToldByParentError("x"), "ToldByParentError: x"),
        (TakenBackError(PIN), "TakenBackError"),
        (ToldError(), "ToldError"),
    ],
)
def test_a_message_is_told_only_if_its_class_says_so(error: Exception, told: str) -> None:
    assert describe_exception(error) == told


def test_an_instance_cannot_opt_in_by_itself() -> None:
    error = ValueError(PIN)
    error.safe_to_log = True  # type: ignore[attr-defined]
    assert describe_exception(error) == "ValueError"


class LeakyMeta(type):
    @property
    def __name__(cls) -> str:  # type: ignore[override]
        raise RuntimeError(PIN)

    def __getattribute__(cls, name: str) -> object:
        raise RuntimeError(PIN)


class HostileError(Exception, metaclass=LeakyMeta):
    safe_to_log = True

    def __str__(self) -> str:
        raise RecursionError(PIN)

    def __getattribute__(self, name: str) -> object:
        raise RuntimeError(PIN)

    def __bool__(self) -> bool:
        raise RuntimeError(PIN)

    def __eq__(self, other: object) -> bool:
        raise RuntimeError(PIN)

    __hash__ = None  # type: ignore[assignment]


def test_an_exception_that_fails_in_every_method_is_still_told() -> None:
    error = Exception.__new__(HostileError)
    told = describe_exception(error)
    assert told == "HostileError: (its message could not be made)"


def test_a_class_with_a_name_that_is_a_text_is_told_as_a_short_name() -> None:
    kind = type("PIN\n\x1b[31m" + "x" * 500, (Exception,), {})
    assert "\n" not in class_name(kind)
    assert "\x1b" not in class_name(kind)
    assert len(class_name(kind)) <= 120


def test_a_recursion_is_told_by_its_first_and_last_frames() -> None:
    def recurse() -> None:
        recurse()

    told = describe_exception(caught(recurse)).splitlines()
    assert told[0] == "RecursionError"
    assert any("frames left out" in line for line in told)
    assert len(told) < 90


def test_a_chain_that_closes_on_itself_or_never_ends_is_cut() -> None:
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    assert "not told again" in describe_exception(first)
    last: Exception = ValueError()
    for _ in range(sys.getrecursionlimit() * 2):
        last = ExceptionGroup("", [last])
    assert len(describe_exception(last).splitlines()) < 60


@pytest.mark.parametrize(
    ("file", "module", "told"),
    [
        ("/home/zebedee/venv/lib/textual/app.py", "textual.app", "textual/app.py:7 in f"),
        ("/home/zebedee/venv/lib/textual/css/__init__.py", "textual.css", "textual/css/__init__.py:7 in f"),
        ("/home/zebedee/run.py", "__main__", "run.py:7 in f"),
        ("/home/zebedee/deep/run.py", "made.up.name.of.a.module", "run.py:7 in f"),
        ("<string>", "", "<string>:7 in f"),
        ("", "", "?:7 in f"),
    ],
)
def test_a_frame_names_the_file_below_its_package_and_never_a_home(file: str, module: str, told: str) -> None:
    assert describe_frame(file, 7, "f", module) == told


def test_known_secrets_are_masked_also_where_they_are_encoded() -> None:
    text = scrub_secrets('a=k%2Fy%22long b="k/y\\"long" c=k/y"long', ['k/y"long'])
    assert text == f'a={MASK} b="{MASK}" c={MASK}'


def test_the_longest_secret_is_masked_first_and_short_ones_are_left() -> None:
    assert scrub_secrets("48151623 4815 12", ["4815", "48151623", "12", ""]) == f"{MASK} {MASK} 12"


@given(st.text(), st.lists(st.text(min_size=4).filter(lambda secret: MASK not in secret), max_size=3))
def test_no_known_secret_survives_in_any_text(text: str, secrets: list[str]) -> None:
    told = scrub_secrets(text + "".join(secrets), secrets)
    # Masks stand between what is left, so a secret can only be found again if a mask is part of it.
    assert all(secret not in told for secret in secrets if "•" not in secret)


@given(st.text())
def test_a_safe_name_is_short_printable_ascii(text: str) -> None:
    name = safe_name(text)
    assert name.isascii()
    assert name.isprintable()
    assert 0 < len(name) <= 120
