"""The one count of codes with errors and with warnings (DESIGN, "One count"): row, pane, filter and report show it.

A code counts as having errors when it carries one itself or inherits one from its device or its account; Seam copies
most of those onto the code already. Warnings of a device or an account are not counted on each code: they stand once,
under their owner.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.issue import Issue


@dataclass(frozen=True, slots=True)
class Counts:
    """How many codes there are, and how many of them have something wrong. A code may count in both."""

    codes: int = 0
    codes_with_errors: int = 0
    codes_with_warnings: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.codes + other.codes,
            self.codes_with_errors + other.codes_with_errors,
            self.codes_with_warnings + other.codes_with_warnings,
        )

    def __sub__(self, other: Counts) -> Counts:
        return Counts(
            self.codes - other.codes,
            self.codes_with_errors - other.codes_with_errors,
            self.codes_with_warnings - other.codes_with_warnings,
        )


NO_CODES: Final = Counts()


def total_of(counts: Collection[Counts]) -> Counts:
    """The sum of many counts."""
    return Counts(
        sum(one.codes for one in counts),
        sum(one.codes_with_errors for one in counts),
        sum(one.codes_with_warnings for one in counts),
    )


def inherits(code: AccessCode) -> bool:
    """Whether trouble of the device or the account touches this code.

    A code that the maker computes (algoPIN and the like) works without any connection (seam_facts section 5).
    """
    return not code.is_offline_access_code


def missing_on_code(code: AccessCode, inherited: tuple[Issue, ...]) -> tuple[Issue, ...]:
    """The inherited errors that Seam has not copied onto the code."""
    if not inherited or not inherits(code):
        return ()
    own = {issue.key for issue in code.errors}
    return tuple(issue for issue in inherited if issue.key not in own) if own else inherited


class DeviceTally:
    """Running numbers of one device, adjusted code by code, so that a page costs as much as the page."""

    __slots__ = ("codes", "errors", "spared", "warnings")

    def __init__(self) -> None:
        self.codes = 0
        self.errors = 0
        """Codes with an error of their own."""
        self.spared = 0
        """Codes that neither have an error of their own nor can inherit one."""
        self.warnings = 0

    def add(self, code: AccessCode, sign: int = 1) -> None:
        """Count a code in, or with `sign=-1` out."""
        self.codes += sign
        if code.errors:
            self.errors += sign
        elif not inherits(code):
            self.spared += sign
        if code.warnings:
            self.warnings += sign

    def add_all(self, codes: Collection[AccessCode]) -> None:
        """Count codes in."""
        odd = [code for code in codes if code.errors or code.warnings or code.is_offline_access_code]
        self.codes += len(codes) - len(odd)
        for code in odd:
            self.add(code)

    def counts(self, *, inherits_errors: bool) -> Counts:
        """The counts, given whether the device or its account hands an error down."""
        errors = self.codes - self.spared if inherits_errors else self.errors
        return Counts(self.codes, errors, self.warnings)
