"""Everything random in a sandbox world: ids, PINs and latencies, all from one seed."""

import random
from itertools import pairwise

_LETTER_OF = dict(zip("0123456789abcdef", "aaabbbcccdddeeff", strict=True))
"""For each hexadecimal digit a letter, in the same order."""


class Seeds:
    """Deterministic ids, PINs and spans for one world.

    Args:
        seed: The same seed gives the same ids, PINs and spans in the same order.
        traceable: Ids then hold no run of four digits and PINs have six or more, none twice, so that no PIN can be part
            of an id, a time, a count or a name by chance: what a leak scanner needs.
        keeps_names: Guests of a traceable world keep the names that its scenario gives them, for tests that speak of
            them; else each is one invented word.
    """

    def __init__(self, seed: int, *, traceable: bool = False, keeps_names: bool = False) -> None:
        self.random = random.Random(seed)
        # Ids made while the world runs come from a stream of their own: how many latencies were drawn changes no id.
        self._id_random = random.Random(seed ^ 0x5EA)
        self._pin_random = random.Random(seed ^ 0x914)
        self._timing = random.Random(seed ^ 0x71E)
        self.traceable = traceable
        self.invents_names = traceable and not keeps_names
        self.pins: set[str] = set()
        """Every PIN that a traceable world was given so far."""

    def uuid(self) -> str:
        """A new version 4 UUID."""
        raw = f"{self._id_random.getrandbits(128):032x}"
        variant = self._id_random.choice("89ab")
        if self.traceable:
            # A letter at every third place keeps every run of digits shorter than a PIN. It comes from the digit that
            # it stands for, so that ids have much the same order in both kinds of world.
            raw = "".join(_LETTER_OF[digit] if i % 3 == 0 else digit for i, digit in enumerate(raw))
            variant = "a" if variant in "89" else "b"
        raw = f"{raw[:12]}4{raw[13:16]}{variant}{raw[17:]}"
        return f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}"

    def pin(self, length: int = 4) -> str:
        """A PIN that suits every lock: no zero, 7, 8 or 9, no pure run, four different first digits."""
        # Drawn in a traceable world too: what else comes from the seed, names above all, is then the same in both.
        pin = _suitable_pin(self.random, length)
        return self.traceable_pin(max(length, 6)) if self.traceable else pin

    def traceable_pin(self, length: int) -> str:
        """A PIN of six digits or more that suits every lock and was not given out before."""
        while True:
            pin = _suitable_pin(self._pin_random, length)
            if pin not in self.pins and len(set(pin)) >= 4:
                self.pins.add(pin)
                return pin

    def latency(self) -> float:
        """Seconds that a lock takes to confirm a change."""
        return 2.0 + 2.0 * self._timing.random()


def _suitable_pin(random_: random.Random, length: int) -> str:
    while True:
        first = "".join(random_.sample("123456", 4))
        pin = first + "".join(random_.choices("123456", k=length - 4))
        if not (pin.startswith("12") or _is_run(pin) or _has_long_run(pin)):
            return pin


def _is_run(pin: str) -> bool:
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    return steps in ({1}, {-1}, {0})


def _has_long_run(pin: str) -> bool:
    """Whether three digits in a row are equal or follow one another."""
    return any(_is_run(pin[i : i + 3]) for i in range(len(pin) - 2))
