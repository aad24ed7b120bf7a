"""When to ask again and how long to wait; when to stop asking for a while.

Nothing here sleeps or connects: it computes waiting times.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import re
import threading
from dataclasses import dataclass, field

import numpy as np

from fcm.errors import LodError

__all__ = ["AGAIN", "Backoff", "Breaker", "retry_after"]

AGAIN = frozenset({408, 429, 502, 503, 504})
"""HTTP statuses after which the same query may be answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Waiting times that double, with jitter, up to a cap.

    Parameters
    ----------
    attempts : int, default 5
        Most attempts, the first included.
    base : float, seconds, default 0.5
        Wait after the first attempt, before jitter.
    cap : float, seconds, default 30
        Longest wait.

    Examples
    --------
    >>> wait = Backoff(base=1.0, cap=8.0)
    >>> rng = np.random.default_rng(1)
    >>> [0.5 * 2**i <= wait.seconds(i + 1, rng) <= 2**i for i in range(4)]
    [True, True, True, True]
    >>> wait.seconds(50, rng) <= 8
    True
    """

    attempts: int = 5
    base: float = 0.5
    cap: float = 30.0

    def __post_init__(self) -> None:
        if self.attempts < 1 or not 0 <= self.base <= self.cap:
            raise LodError(
                f"attempts={self.attempts}, base={self.base}, cap={self.cap}; expected at least "
                "one attempt and 0 <= base <= cap."
            )

    def seconds(self, attempt: int, rng: np.random.Generator) -> float:
        """Return the wait after an attempt (1, 2, ...): half to all of the doubled base."""
        full = min(self.cap, self.base * 2.0 ** min(attempt - 1, 60))
        return float(full * rng.uniform(0.5, 1.0))


def retry_after(value: str | None, *, now: dt.datetime) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks for; None if it says nothing readable.

    Parameters
    ----------
    value : str or None
        Seconds, or an HTTP date.
    now : datetime with time zone

    Examples
    --------
    >>> now = dt.datetime(2024, 1, 1, tzinfo=dt.timezone.utc)
    >>> retry_after("7", now=now), retry_after("Mon, 01 Jan 2024 00:01:00 GMT", now=now)
    (7.0, 60.0)
    >>> retry_after("soon", now=now) is None
    True
    """
    text = (value or "").strip()
    if re.fullmatch(r"\d{1,9}", text, re.ASCII):
        return float(text)
    try:
        until = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=dt.UTC)
    return max(0.0, (until - now).total_seconds())


@dataclass(slots=True)
class Breaker:
    """Stops asking an endpoint that stayed busy through several calls.

    Parameters
    ----------
    after : int, default 3
        Calls in a row that end overloaded.
    rest : float, seconds, default 60
        How long it then is left alone.
    """

    after: int = 3
    rest: float = 60.0
    _failed: int = field(init=False, default=0)
    _until: float = field(init=False, default=float("-inf"))
    _lock: threading.Lock = field(init=False, repr=False, default_factory=threading.Lock)

    def closed_for(self, now: float) -> float:
        """Return the seconds for which nothing may be asked; 0 if all is well."""
        with self._lock:
            return max(0.0, self._until - now)

    def failed(self, now: float) -> None:
        """Count a call that ended overloaded."""
        with self._lock:
            self._failed += 1
            if self._failed >= self.after:
                self._until = now + self.rest
                self._failed = self.after - 1  # one more after the rest closes it again

    def succeeded(self) -> None:
        """Forget what failed before."""
        with self._lock:
            self._failed = 0
            self._until = float("-inf")
