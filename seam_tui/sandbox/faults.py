"""Faults on request: refusals, broken connections, slow answers, and writes whose answer is lost."""

import random
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

from seam_tui.sandbox.errors import ApiError, invalid_form

FaultKind = Literal["status", "cut", "delay", "apply_then_fail"]
KINDS: tuple[FaultKind, ...] = ("status", "cut", "delay", "apply_then_fail")
Moment = Literal["before", "after"]
MOMENTS: tuple[Moment, ...] = ("before", "after")

HTML_BODY = "<html><head><title>503 Service Unavailable</title></head><body><h1>503</h1></body></html>"


@dataclass(slots=True)
class FaultRule:
    """Which requests go wrong, how, and how often."""

    kind: FaultKind
    path: str = "*"
    """A pattern with `*`: `/access_codes/*`."""
    method: str | None = None
    status: int = 500
    retry_after: int | None = None
    html: bool = False
    """Answer with a page instead of the API's envelope, as a proxy in front of it does."""
    seconds: float = 0.0
    """For `delay`: real seconds."""
    when: Moment = "before"
    """For `delay`: whether the request waits before it takes effect, even if its caller is gone by then, or after."""
    cut: bool = True
    """For `apply_then_fail`: break the connection; otherwise answer with `status`."""
    count: int | None = None
    """How many requests it hits; None for all."""
    probability: float = 1.0
    """How likely it is to hit a request; those of several rules for the same request add up."""
    hits: int = 0


@dataclass(slots=True)
class Faults:
    """The rules in force: one of those that fit a request hits it, by chance where they leave it to chance.

    Each rule has its own share of the requests: three of 0.1 each hit 30 % together, and one of 1 behind them the rest.
    """

    seed: int = 1
    rules: list[FaultRule] = field(default_factory=list)
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def pick(self, method: str, path: str) -> FaultRule | None:
        """The rule that hits this request, if any; it counts as used."""
        drawn: float | None = None
        for rule in self.rules:
            if rule.method not in {None, method} or not fnmatchcase(path, rule.path):
                continue
            if rule.count is not None and rule.hits >= rule.count:
                continue
            if rule.probability < 1.0:
                drawn = self._random.random() if drawn is None else drawn
                if drawn >= rule.probability:
                    drawn -= rule.probability
                    continue
            rule.hits += 1
            return rule
        return None

    def add(self, *rules: FaultRule, seed: int | None = None) -> None:
        """Put rules in force, behind those that are already."""
        if seed is not None:
            self._random = random.Random(seed)
        self.rules.extend(rules)

    def clear(self) -> None:
        """Let everything go right again."""
        self.rules.clear()


def rule_from_json(body: dict[str, Any]) -> FaultRule:
    """A rule as the control plane takes it.

    Raises:
        ApiError: The rule is malformed.
    """
    kind = body.get("kind")
    known = {name for name in FaultRule.__dataclass_fields__ if name != "hits"}
    strange = set(body) - known - {"seed"}
    if kind not in KINDS or strange or body.get("when", "before") not in MOMENTS:
        raise invalid_form(
            f"A fault needs a kind of {', '.join(KINDS)}, a moment of {' or '.join(MOMENTS)}, if any, "
            f"and no other keys than {', '.join(sorted(known))}"
        )
    return FaultRule(**{key: value for key, value in body.items() if key in known})


def refusal(rule: FaultRule) -> ApiError:
    """The answer of a `status` fault."""
    headers = {"retry-after": str(rule.retry_after)} if rule.retry_after is not None else None
    kind = "too_many_requests" if rule.status == 429 else "internal_server_error"
    return ApiError(rule.status, kind, "This answer was arranged by a fault rule", headers=headers)
