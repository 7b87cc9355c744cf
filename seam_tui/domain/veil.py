"""Share mode: what a screen that others watch may tell of guests, logins and ids."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS: Final = "23456789"
"""Without I, O, 0 and 1: a pseudonym is read out over the telephone."""
_AS_LETTERS: Final = bytes(ord(_LETTERS[byte % len(_LETTERS)]) for byte in range(256))
_AS_DIGITS: Final = bytes(ord(_DIGITS[byte % len(_DIGITS)]) for byte in range(256))
"""What each byte of a digest becomes: a list of 100,000 names is to be drawn while somebody waits."""
_GUEST: Final = "Guest "
_SHORTEST: Final = 4
"""Signs of a pseudonym: some 37,000 of them, so that two names of a workspace rarely want the same."""
_ID_END: Final = 4
"""Signs of an id that stay: enough to tell two on one screen apart."""
_EMAIL: Final = re.compile(r"[^\s@<>(){}\[\]\"',;:“”]+@[^\s@<>(){}\[\]\"',;:“”]+")
_ID: Final = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}([0-9a-f]{12})\b", re.IGNORECASE)
_ALONE_BELOW: Final = 4
"""Signs of a name below which it is one in a text only where it stands alone: Al is no part of Also."""
_STRAIGHT: Final = str.maketrans("“”", '""')
HIDDEN_EMAIL: Final = "(e-mail hidden)"
"""What stands for an e-mail address."""
NAMES_HIDDEN: Final = "names hidden (share mode)"
"""What a file or a report of share mode says of itself."""
SHARED: Final = " SHARED "
"""The badge of share mode, on every screen."""
NO_NAME: Final = "(no name)"
"""What stands for a name that is missing."""


def quoted(name: str) -> str:
    """A name within a sentence of ours, so that it is found there again: nothing else of ours stands in such quotes."""
    return f"“{name.translate(_STRAIGHT)}”"


class Veil:
    """Whether names are hidden, and the pseudonym of each: the same for the same name in the same workspace.

    There is one in a process, `VEIL`, as there is one screen: `title` of every record asks it, so that what is new on a
    screen is hidden there without being told so.
    """

    __slots__ = ("_pseudonyms", "_salt", "_taken", "is_drawn", "is_fixed")
    is_drawn: bool
    """Whether share mode is on."""
    is_fixed: bool
    """Whether whoever sits before the screen may not leave share mode, nor see a PIN: a visitor in a browser."""

    def __init__(self) -> None:
        self.lift()

    def lift(self, salt: str = "") -> None:
        """Hide nothing, forget every pseudonym, and make new ones from that salt."""
        self.is_drawn = self.is_fixed = False
        self._salt = b""
        self.salt(salt)

    def salt(self, salt: str) -> None:
        """Make pseudonyms from that: the id of the workspace, so that all who look at it speak of one guest alike."""
        digest = hashlib.blake2b(salt.encode(errors="surrogatepass"), digest_size=16).digest()
        if digest != self._salt:
            self._salt = digest
            self._pseudonyms: dict[str, str] = {}
            self._taken: set[str] = set()

    def guest(self, name: str) -> str:
        """The name of an access code or a grant as it may be shown: `Guest K7M4` in share mode."""
        if not self.is_drawn or not name or name == NO_NAME:
            return name
        name = name.translate(_STRAIGHT)
        known = self._pseudonyms.get(name)
        if known is None:
            known = self._pseudonyms[name] = self._new(name)
        return known

    def account(self, name: str, account_type: str, connected_account_id: str) -> str:
        """What a connected account is called: the maker in share mode, for its name is mostly a login."""
        if not self.is_drawn:
            return name
        return f"{account_type or 'account'} {self.record_id(connected_account_id)}"

    def record_id(self, record_id: str) -> str:
        """An id as it may be shown: its last four signs in share mode."""
        return f"…{record_id[-_ID_END:]}" if self.is_drawn and len(record_id) > _ID_END else record_id

    def text(self, text: str, names: Iterable[str] = ()) -> str:
        """A text as it may be shown: without those names and what is `quoted`, without e-mail addresses, ids cut.

        What was so treated before stays as it is.

        Args:
            text: Plain text, Seam's or ours.
            names: Names of guests that may stand in it.
        """
        if not self.is_drawn:
            return text
        known = {name.casefold(): name for name in names if name.strip() and name != NO_NAME}
        text = _names_or_quotes(tuple(sorted(known.values()))).sub(lambda found: self._hidden(found, known), text)
        return _ID.sub(lambda found: self.record_id(found[1]), _EMAIL.sub(HIDDEN_EMAIL, text))

    def _hidden(self, found: re.Match[str], known: dict[str, str]) -> str:
        """What stands for a name in a text, or for one in quotes."""
        inner = found[1]
        if inner is None:
            return self.guest(known.get(found[0].casefold(), found[0]))
        is_pseudonym = inner.startswith(_GUEST) and inner.removeprefix(_GUEST) in self._taken
        return found[0] if is_pseudonym else f"“{self.guest(known.get(inner.casefold(), inner))}”"

    def _new(self, name: str) -> str:
        """The shortest pseudonym of a name that no other name has."""
        digest = hashlib.blake2b(name.encode(errors="surrogatepass"), key=self._salt).digest()
        alternating = bytearray(digest)
        alternating[::2] = digest[::2].translate(_AS_LETTERS)
        alternating[1::2] = digest[1::2].translate(_AS_DIGITS)
        signs, length, taken = alternating.decode(), _SHORTEST, self._taken
        while signs[:length] in taken and length < len(signs):
            length += 1
        taken.add(signs[:length])
        return f"{_GUEST}{signs[:length]}"


@lru_cache(maxsize=64)
def _names_or_quotes(names: tuple[str, ...]) -> re.Pattern[str]:
    """Finds names in whatever case, the longest first, and what stands in quotes: that is the first group."""
    parts = [_name_pattern(name) for name in sorted(names, key=len, reverse=True)]
    return re.compile("|".join(["“([^“”]*)”", *parts]), re.IGNORECASE)


def _name_pattern(name: str) -> str:
    pattern = re.escape(name)
    return rf"(?<!\w){pattern}(?!\w)" if len(name) < _ALONE_BELOW else pattern


VEIL: Final = Veil()
"""The veil of this process."""
