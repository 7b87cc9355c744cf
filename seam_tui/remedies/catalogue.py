"""The remedy catalogue: finds the remedy for an issue, whatever Seam sends.

Knowledge is data: `catalogue.toml` beside this file, plus the user's own `remedies.toml`. Both are read and checked
in `load_catalogue`, not at import.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.remedies.remedy import Remedy, general_remedy

if TYPE_CHECKING:
    from pathlib import Path

USER_FILE_NAME: Final = "remedies.toml"
"""The user's own remedies, in the config folder."""

_NEAREST: Final = {
    IssueLevel.ACCESS_CODE: (IssueLevel.DEVICE, IssueLevel.CONNECTED_ACCOUNT),
    IssueLevel.DEVICE: (IssueLevel.CONNECTED_ACCOUNT, IssueLevel.ACCESS_CODE),
    IssueLevel.CONNECTED_ACCOUNT: (IssueLevel.DEVICE, IssueLevel.ACCESS_CODE),
}
"""Where to look when a code is not filed at its own level: trouble comes down from above, so upwards first."""


class CatalogueError(Exception):
    """A remedies file cannot be used; the message names file, code, field and value, and the way out."""


class Catalogue:
    """Every remedy that is known, by level, kind and code."""

    __slots__ = ("_by_code", "_by_key", "_default_docs")

    def __init__(self, remedies: Iterable[Remedy], default_docs: str | None = None) -> None:
        self._by_key: dict[tuple[IssueLevel, IssueKind, str], Remedy] = {remedy.key: remedy for remedy in remedies}
        self._by_code: dict[str, list[Remedy]] = {}
        for remedy in self._by_key.values():
            self._by_code.setdefault(remedy.code.casefold(), []).append(remedy)
        self._default_docs = default_docs

    @property
    def default_docs(self) -> str | None:
        """Seam's page about trouble with access codes in general."""
        return self._default_docs

    def remedy_for(self, issue: Issue) -> Remedy:
        """The best remedy there is for an issue; never raises and never comes back empty.

        Looked for in this order: the same level, kind and code; the same kind and code at the nearest other level
        (Seam has moved codes between levels, `insufficient_permissions` for one); the same code; the general answer.
        """
        exact = self._by_key.get(issue.key)
        if exact is not None:
            return exact
        for level in _NEAREST[issue.level]:
            elsewhere = self._by_key.get((level, issue.kind, issue.code))
            if elsewhere is not None:
                return elsewhere
        same_code = [remedy for remedy in self.matching(issue.code) if remedy.code == issue.code]
        if same_code:
            return min(same_code, key=lambda remedy: remedy.level is not issue.level)
        return replace(general_remedy(issue), docs_url=self._default_docs)

    def matching(self, code: str) -> tuple[Remedy, ...]:
        """Every remedy filed under a code as a person types it: capitals and outer blanks do not matter."""
        return tuple(self._by_code.get(code.strip().casefold(), ()))

    def all(self) -> tuple[Remedy, ...]:
        """Every remedy, in the order of the catalogue, then those that only the user's file has."""
        return tuple(self._by_key.values())

    def suggest(self, code: str) -> tuple[str, ...]:
        """Up to three known codes that look like this one, the likeliest first."""
        import difflib

        # difflib's time grows with the square of the length; no code of Seam's is near 100 characters.
        return tuple(difflib.get_close_matches(code.strip().casefold()[:100], self._by_code, n=3))


def load_catalogue(user_file: Path | None = None) -> Catalogue:
    """Read the packaged catalogue and, where it exists, the user's own remedies file.

    Args:
        user_file: `remedies.toml` in the config folder; a file that does not exist is no file.

    Returns:
        The catalogue with the user's changes in it.

    Raises:
        CatalogueError: A file cannot be read or says something that cannot be used.
    """
    from seam_tui.remedies import loading

    remedies, default_docs = loading.packaged_remedies()
    if user_file is not None:
        remedies = loading.with_user_file(remedies, user_file, default_docs)
    return Catalogue(remedies, default_docs)
