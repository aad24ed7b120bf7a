"""How much one call may cost: bytes, rows and time; and how often a host is asked.

Nothing here knows sockets or SPARQL.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from fcm.errors import Deadline, LodError

__all__ = ["Countdown", "Gate", "Limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one call may cost.

    Parameters
    ----------
    deadline : float, seconds, default 120
        For the whole call: waiting, all attempts, reading.
    read_timeout : float, seconds, default 30
        Longest silence of the endpoint.
    max_bytes : int, default 256,000,000
        Most bytes of an answer, after decompression.
    max_rows : int, default 2,000,000
        Most rows of an answer.

    Raises
    ------
    LodError
        If one of them is not above 0.
    """

    deadline: float = 120.0
    read_timeout: float = 30.0
    max_bytes: int = 256_000_000
    max_rows: int = 2_000_000

    def __post_init__(self) -> None:
        for name in ("deadline", "read_timeout", "max_bytes", "max_rows"):
            value = getattr(self, name)
            if not 0 < value < float("inf"):
                raise LodError(f"{name} is {value}; expected a number above 0.")


@dataclass(frozen=True, slots=True)
class Countdown:
    """The time that is left for a call.

    Parameters
    ----------
    seconds : float
        Allowed in all, from `start` on.
    start : float
        Reading of `clock` at the beginning.
    clock : callable
        Returns seconds that never go back.
    what : str
        The endpoint, for messages.
    """

    seconds: float
    start: float
    clock: Callable[[], float]
    what: str = "the endpoint"

    @classmethod
    def of(
        cls, seconds: float, *, what: str, clock: Callable[[], float] = time.monotonic
    ) -> Countdown:
        """Return a countdown that begins now."""
        return cls(seconds, clock(), clock, what)

    def left(self) -> float:
        """Return the seconds that are left, above 0.

        Raises
        ------
        Deadline
            If there are none.
        """
        rest = self.start + self.seconds - self.clock()
        if rest <= 0:
            raise Deadline(
                f"{self.what}: the answer was not there after {self.seconds:g} s, the time "
                "allowed for the whole call; ask for less, or allow more with deadline=."
            )
        return rest


@dataclass(slots=True)
class Gate:
    """Lets few calls through at a time, and not too fast after one another.

    Parameters
    ----------
    parallel : int, default 2
        Most calls at a time.
    min_interval : float, seconds, default 0
        Shortest time between the beginnings of two calls.
    """

    parallel: int = 2
    min_interval: float = 0.0
    _open: threading.Semaphore = field(init=False, repr=False)
    _lock: threading.Lock = field(init=False, repr=False, default_factory=threading.Lock)
    _next: float = field(init=False, repr=False, default=float("-inf"))

    def __post_init__(self) -> None:
        if not self.min_interval >= 0:
            raise LodError(f"min_interval is {self.min_interval}; expected 0 or more seconds.")
        self._open = threading.Semaphore(self.parallel)

    @contextmanager
    def passing(self, countdown: Countdown, sleep: Callable[[float], object]) -> Iterator[None]:
        """Wait for a place and for the interval; give the place back at the end.

        Raises
        ------
        Deadline
            If the wait would take longer than the countdown allows.
        """
        if not self._open.acquire(timeout=countdown.left()):
            countdown.left()
        try:
            with self._lock:
                now = countdown.clock()
                begin = max(now, self._next)
                self._next = begin + self.min_interval
            wait = begin - now
            if wait > 0:
                if wait >= countdown.left():
                    raise Deadline(
                        f"{countdown.what}: its turn comes in {wait:.0f} s (min_interval="
                        f"{self.min_interval:g}), later than the deadline of the call; allow "
                        "more with deadline=."
                    )
                sleep(wait)
            yield
        finally:
            self._open.release()
