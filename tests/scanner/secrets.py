"""What must not be told of a sandbox world, and how it is found in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from seam_tui.sandbox.server import SANDBOX_KEY, SANDBOX_TOKEN, Sandbox

PIECE: Final = 6
"""Letters in a row of a name that tell it, wherever they stand."""
CUT: Final = 4
"""Letters of a name's beginning that tell it where a narrow column has cut it."""
ID_PIECE: Final = 8
"""Signs of an id that tell it; share mode shows the last four."""
_DIGITS: Final = re.compile(r"\d{4,}")
_RECKONED: Final = re.compile(r"(?<!\d)\d\.\d{13,}(?!\d)")
"""A number as Python writes what it has reckoned, such as the seconds of a pause: its digits are anything."""
_LETTERS: Final = re.compile(rf"[^\W\d_]{{{PIECE},}}")
_CUT_WORD: Final = re.compile(rf"([^\W\d_]{{{CUT},}})…")
_ID_SIGNS: Final = re.compile(rf"[0-9a-f-]{{{ID_PIECE},}}")


@dataclass(frozen=True, slots=True)
class Found:
    """Something secret in a text."""

    text: str
    kind: str
    """`PIN`, `key`, `login`, `name` or `id`."""
    secret: str
    """The secret, or a piece of it."""


class Secrets:
    """All secrets that some sandboxes have known so far.

    Args:
        with_names: Whether names, logins and whole ids are secrets too, as in share mode. Guests then have names that
            are one invented word each, so that a piece of one is found and nothing else is taken for it.
    """

    def __init__(self, *, with_names: bool) -> None:
        self._with_names = with_names
        self._sandboxes: list[Sandbox] = []
        self.pins: set[str] = set()
        self.keys = {SANDBOX_KEY, SANDBOX_TOKEN}
        self.names: set[str] = set()
        self.logins: set[str] = set()
        self.ids: set[str] = set()

    def watch(self, sandbox: Sandbox) -> None:
        """Take in a sandbox's secrets, now and whenever `learn` is called."""
        self._sandboxes.append(sandbox)
        self.learn()

    def learn(self) -> None:
        """Take in what the sandboxes have come to know since: what they hold, and what they were sent."""
        for sandbox in self._sandboxes:
            sent = [record.params for record in sandbox.requests]
            self.pins |= sandbox.world.pins() | sandbox.world.seeds.pins | _texts(sent, "code")
            if self._with_names:
                self._learn_names(sandbox, _texts(sent, "name"))

    def _learn_names(self, sandbox: Sandbox, sent: set[str]) -> None:
        world = sandbox.world
        told = {code.name for code in world.codes.values() if not code.is_backup}
        told |= {grant.name for grant in world.grants.values()}
        for code in world.codes.values():
            for mutation in code.mutations:
                told |= {(side or {}).get("name") for side in (mutation.before, mutation.after)}
            for issue in code.issues:
                fields = [field for field in issue.extra.get("modified_fields", ()) if field["field"] == "name"]
                told |= {field[side] for field in fields for side in ("from", "to")}
        self.names |= {name for name in told | sent if name}
        accounts = world.accounts.values()
        self.logins |= {account.email for account in accounts} | {account.display_name for account in accounts}
        # A lock that is called after the house, as its account is, may be seen.
        self.logins -= {login for login in self.logins for device in world.devices.values() if login in device.name}
        records = (world.codes, world.devices, world.accounts, world.grants)
        self.ids |= {record_id for kind in records for record_id in kind}
        # What is in the address of the page on which a login is made: it is its key.
        self.ids |= {text for page in world.webviews.values() for text in (page.webview_id, page.token)}

    def found_in(self, texts: Iterable[str]) -> Iterator[Found]:
        """What is secret of some texts: of each kind the first that stands in a text, but every PIN."""
        lengths = sorted({len(pin) for pin in self.pins})
        words = {word for name in self.names for word in _LETTERS.findall(name.casefold())}
        beginnings = {word[:length] for word in words for length in range(CUT, len(word))}
        name_pieces, id_pieces = _pieces(words, PIECE), _pieces(self.ids, ID_PIECE)
        for text in texts:
            runs = _DIGITS.findall(_RECKONED.sub("", text))
            pins = {pin for run in runs for length in lengths for pin in _windows(run, length) if pin in self.pins}
            yield from (Found(text, "PIN", pin) for pin in sorted(pins))
            yield from (Found(text, "key", key) for key in self.keys if key in text)
            if not self._with_names:
                continue
            yield from (Found(text, "login", login) for login in self.logins if login in text)
            folded = text.casefold()
            told = [piece for word in _LETTERS.findall(folded) for piece in _windows(word, PIECE)]
            cut = [word for word in _CUT_WORD.findall(folded) if word in beginnings]
            yield from _first(text, "name", [*(piece for piece in told if piece in name_pieces), *cut])
            signs = [piece for run in _ID_SIGNS.findall(text) for piece in _windows(run, ID_PIECE)]
            yield from _first(text, "id", [piece for piece in signs if piece in id_pieces])


def _first(text: str, kind: str, found: list[str]) -> Iterator[Found]:
    return (Found(text, kind, secret) for secret in found[:1])


def _windows(run: str, length: int) -> Iterator[str]:
    return (run[at : at + length] for at in range(len(run) - length + 1))


def _pieces(texts: Iterable[str], length: int) -> set[str]:
    return {piece for text in texts for piece in _windows(text, length)}


def _texts(bodies: Iterable[dict[str, object]], key: str) -> set[str]:
    """What was sent under a name, wherever it stood: a grant carries its codes deep inside."""
    found: set[str] = set()
    waiting: list[object] = list(bodies)
    while waiting:
        body = waiting.pop()
        if isinstance(body, dict):
            value = body.get(key)
            found |= {value} if isinstance(value, str) else set()
            waiting += body.values()
        elif isinstance(body, list):
            waiting += body
    return found
