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
    """By the sandbox's clock."""


class RequestLog:
    """The requests that arrived, oldest first, and how many of each kind."""

    def __init__(self) -> None:
        self._records: deque[RequestRecord] = deque(maxlen=RECORDS_KEPT)
        self.counts: Counter[tuple[str, str]] = Counter()
        """How often each (method, path) was asked; counts on after old records fell away."""

    def add(self, record: RequestRecord) -> None:
        """Take in a request."""
        self._records.append(record)
        self.counts[record.method, record.path] += 1

    def clear(self) -> None:
        """Forget everything."""
        self._records.clear()
        self.counts.clear()

    def __iter__(self) -> Iterator[RequestRecord]:
        return iter(tuple(self._records))

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, index: int) -> RequestRecord:
        return self._records[index]
