"""What must not be told of a sandbox world, and how it is found in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from seam_tui.sandbox.server import SANDBOX_KEY, SANDBOX_TOKEN, Sandbox

PIECE: Final = 6
"""Letters in a row of a name that tell it, wherever they stand."""
CUT: Final = 4
"""Letters of a name's beginning that tell it where a narrow column has cut it."""
ID_PIECE: Final = 6
"""Signs of an id that tell it; share mode shows the last four."""
_DIGITS: Final = re.compile(r"\d{4,}")
_LETTERS: Final = re.compile(rf"[^\W\d_]{{{PIECE},}}")
_CUT_WORD: Final = re.compile(rf"([^\W\d_]{{{CUT},}})…")
_ID_SIGNS: Final = re.compile(rf"[0-9a-f-]{{{ID_PIECE},}}")


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

    def found_in(self, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Each text that holds secrets, once for each of them, with the secret."""
        lengths = sorted({len(pin) for pin in self.pins})
        words = {word for name in self.names for word in _LETTERS.findall(name.casefold())}
        name_pieces = _pieces(words, PIECE)
        id_pieces = _pieces(self.ids, ID_PIECE)
        wholes = self.keys | self.logins
        for text in texts:
            for run in _DIGITS.findall(text):
                for length in lengths:
                    yield from ((text, pin) for pin in _windows(run, length) if pin in self.pins)
            yield from ((text, whole) for whole in wholes if whole in text)
            if name_pieces:
                for word in _LETTERS.findall(text.casefold()):
                    yield from ((text, piece) for piece in _windows(word, PIECE) if piece in name_pieces)
                for cut in _CUT_WORD.findall(text.casefold()):
                    yield from ((text, cut) for word in words if word.startswith(cut))
            if id_pieces:
                for run in _ID_SIGNS.findall(text):
                    yield from ((text, piece) for piece in _windows(run, ID_PIECE) if piece in id_pieces)


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
