"""A PIN as a type: it can be compared and checked, and shows its digits to nobody who did not ask by name."""

from __future__ import annotations

import hmac
import itertools
from dataclasses import dataclass
from typing import Final, NoReturn

MASK: Final = "••••"
"""What stands for every PIN, whatever its length."""

MIN_LENGTH: Final = 4
MAX_LENGTH: Final = 12
"""Digits that Seam's API takes in `code` (schema of /access_codes/create)."""


@dataclass(frozen=True, slots=True)
class CodeConstraint:
    """One rule of a lock about PINs or names: an entry of `device.properties.code_constraints`."""

    constraint_type: str
    """As Seam names it, such as `no_zeros`; unknown types are kept and left to the server."""
    min_length: int | None = None
    """Shortest name in characters; only with `name_length`."""
    max_length: int | None = None
    """Longest name in characters; only with `name_length`."""


@dataclass(frozen=True, slots=True)
class PinProblem:
    """Why a PIN does not suit a lock, in words that do not repeat its digits."""

    text: str
    blocks: bool = True
    """False when the lock may still take it: said, but not refused here."""


class Pin:
    """The digits of an access code (`access_code.code`), masked wherever they are not asked for.

    `repr` and `str` are masked, it cannot be pickled or formatted, and `reveal()` is the only way to its digits.
    """

    __slots__ = ("_digits",)
    _digits: str

    def __init__(self, digits: str) -> None:
        object.__setattr__(self, "_digits", digits)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a PIN does not change; make another one")

    def __repr__(self) -> str:
        return f"Pin({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, format_spec: str) -> str:
        return format(MASK, format_spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Pin):
            return NotImplemented
        return self.equals(other)

    def __hash__(self) -> int:
        return hash(("pin", self._digits))

    def __copy__(self) -> Pin:
        return self

    def __deepcopy__(self, memo: object) -> Pin:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a PIN is not pickled")

    def __len__(self) -> int:
        return len(self._digits)

    def __bool__(self) -> bool:
        return True

    def reveal(self) -> str:
        """The digits. Called only by the wire, the deliberate reveal or copy, and what a test lists beside them."""
        return self._digits

    def equals(self, other: Pin) -> bool:
        """Whether two PINs are the same, in time that does not depend on the digits."""
        # A pasted lone surrogate must not raise: UnicodeEncodeError carries the whole text.
        mine, theirs = (pin._digits.encode(errors="surrogatepass") for pin in (self, other))
        return hmac.compare_digest(mine, theirs)

    def contains(self, fragment: str) -> bool:
        """Whether the digits contain a fragment: for the explicit `pin:` filter only."""
        return fragment in self._digits

    def scrub(self, text: str) -> str:
        """The text with each occurrence of the digits masked: Seam's messages may quote a PIN."""
        return text.replace(self._digits, MASK) if len(self._digits) >= MIN_LENGTH else text

    def check(
        self, constraints: tuple[CodeConstraint, ...] = (), lengths: tuple[int, ...] = ()
    ) -> tuple[PinProblem, ...]:
        """Hold the PIN against a lock's rules before anything is sent (seam_facts section 3).

        Args:
            constraints: The lock's `code_constraints`.
            lengths: The lock's `supported_code_lengths` in digits; empty when the lock names none.

        Returns:
            Every problem found; none repeats a digit of the PIN.
        """
        pin = self._digits
        problems: list[PinProblem] = []
        if not (pin.isascii() and pin.isdigit()):
            problems.append(PinProblem("A PIN has digits only."))
            return tuple(problems)
        if lengths and len(pin) not in lengths:
            problems.append(PinProblem(f"This lock takes {_join_numbers(lengths)} digits; this PIN has {len(pin)}."))
        elif not MIN_LENGTH <= len(pin) <= MAX_LENGTH:
            problems.append(PinProblem(f"A PIN has {MIN_LENGTH} to {MAX_LENGTH} digits; this one has {len(pin)}."))
        for constraint in constraints:
            problem = _broken_rule(constraint.constraint_type, pin)
            if problem is not None:
                problems.append(problem)
        return tuple(problems)


def _broken_rule(constraint_type: str, pin: str) -> PinProblem | None:
    """The problem that one constraint type finds in the digits, or None."""
    steps = [ord(b) - ord(a) for a, b in itertools.pairwise(pin)]
    match constraint_type:
        case "no_zeros" if "0" in pin:
            return PinProblem("This lock takes no digit 0.")
        case "cannot_start_with_12" if pin.startswith("12"):
            return PinProblem("On this lock a PIN cannot start with 12.")
        case "no_triple_consecutive_ints" if (run := _longest_run(pin)) >= 3:
            # The API's name says three, its text says more than three: refuse what both forbid, warn at the rest.
            return PinProblem(
                f"This lock takes no long runs of equal or counting digits; here {run} stand in a row.", run > 3
            )
        case "cannot_specify_pin_code":
            return PinProblem("The maker chooses the PIN for this lock; none can be set.")
        case "pin_code_matches_existing_set":
            return PinProblem("This lock takes only PINs that its account already uses.", blocks=False)
        case "no_ascending_or_descending_sequence" if len(steps) > 0 and (
            all(step == 1 for step in steps) or all(step == -1 for step in steps)
        ):
            return PinProblem("This lock takes no PIN that only counts up or down.")
        case "at_least_three_unique_digits" if len(set(pin)) < 3:
            return PinProblem("This lock wants at least three different digits.")
        case "no_all_same_digits" if len(set(pin)) == 1:
            return PinProblem("This lock takes no PIN of one repeated digit.")
        case "unique_first_four_digits" if len(set(pin[:4])) < min(4, len(pin)):
            return PinProblem("On this lock the first four digits must all differ.")
        case "cannot_contain_089" if set(pin) & set("089"):
            return PinProblem("This lock has no digits 0, 8 and 9.")
        case "cannot_contain_0789" if set(pin) & set("0789"):
            return PinProblem("This lock has no digits 0, 7, 8 and 9.")
        case _:
            return None


def _longest_run(pin: str) -> int:
    """Length of the longest run of digits that are equal or step by one, in digits."""
    longest = current = 1 if pin else 0
    previous: int | None = None
    for a, b in itertools.pairwise(pin):
        step = ord(b) - ord(a)
        if step in {-1, 0, 1}:
            current = current + 1 if step == previous else 2
            longest = max(longest, current)
            previous = step
        else:
            current, previous = 1, None
    return longest


def _join_numbers(numbers: tuple[int, ...]) -> str:
    """`4`, `4 or 6`, `4, 5 or 6`, or `4 to 8` for an unbroken range of three and more."""
    ordered = sorted(set(numbers))
    if len(ordered) > 2 and ordered[-1] - ordered[0] == len(ordered) - 1:
        return f"{ordered[0]} to {ordered[-1]}"
    if len(ordered) == 1:
        return str(ordered[0])
    return ", ".join(map(str, ordered[:-1])) + f" or {ordered[-1]}"
