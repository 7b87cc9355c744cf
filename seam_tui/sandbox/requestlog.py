"""What was asked of the sandbox: for tests that count requests and benchmarks that weigh them."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

RECORDS_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One request and how it ended."""

    method: str
    path: str
    params: dict[str, Any]
    status: int
    """HTTP status; 0 for an answer that a fault kept from the caller."""
    at: datetime
    """By the sandbox's clock: when it took effect or was refused."""
    took_effect: bool = True
    """Whether the sandbox did what was asked, whatever the caller got to hear of it."""
    is_write: bool = False
    access_code_id: str | None = None
    """The code that it was about, or that it made."""


class RequestLog:
    """The requests that arrived, oldest first, and how many of each kind."""

    def __init__(self) -> None:
        self._records: deque[RequestRecord] = deque(maxlen=RECORDS_KEPT)
        self.counts: Counter[tuple[str, str]] = Counter()
        """How often each (method, path) was asked; counts on after old records fell away."""
        self.writes: Counter[tuple[str, str, str]] = Counter()
        """How often a write took effect, by (method, path, access_code_id; empty where it was about no code)."""

    def add(self, record: RequestRecord) -> None:
        """Take in a request."""
        self._records.append(record)
        self.counts[record.method, record.path] += 1
        if record.is_write and record.took_effect:
            self.writes[record.method, record.path, record.access_code_id or ""] += 1

    def clear(self) -> None:
        """Forget everything."""
        self._records.clear()
        self.counts.clear()
        self.writes.clear()

    def __iter__(self) -> Iterator[RequestRecord]:
        return iter(tuple(self._records))

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, index: int) -> RequestRecord:
        return self._records[index]
