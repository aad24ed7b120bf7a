from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcm.errors import Deadline, LodError
from fcm.lod.wire.limits import Countdown, Limits
from fcm.lod.wire.retry import Backoff, Breaker, retry_after

NOW = dt.datetime(2024, 2, 1, 12, tzinfo=dt.UTC)


@given(attempt=st.integers(1, 10_000), seed=st.integers(0, 99))
def test_a_wait_is_never_longer_than_its_cap(attempt: int, seed: int) -> None:
    wait = Backoff(base=0.5, cap=30.0).seconds(attempt, np.random.default_rng(seed))
    assert 0.25 <= wait <= 30.0


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"base": -1.0}, {"base": 2.0, "cap": 1.0}])
def test_a_backoff_that_cannot_be_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(LodError, match="at least one attempt"):
        Backoff(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0), (" 12 ", 12.0), ("Thu, 01 Feb 2024 12:00:30 GMT", 30.0),
        ("Thursday, 01-Feb-24 12:00:30 GMT", 30.0), ("Thu, 01 Feb 2024 11:00:00 GMT", 0.0),
        ("", None), (None, None), ("-5", None), ("1.5", None), ("٣", None), ("soon", None),
        ("9" * 40, None),
    ],
)  # fmt: skip
def test_retry_after_is_read_or_ignored(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, now=NOW) == seconds


def test_the_breaker_opens_after_three_and_a_success_closes_it() -> None:
    breaker = Breaker(after=3, rest=60.0)
    for at in (1.0, 2.0):
        breaker.failed(at)
    assert breaker.closed_for(3.0) == 0
    breaker.failed(3.0)
    assert breaker.closed_for(3.0) == 60.0
    assert breaker.closed_for(64.0) == 0
    breaker.failed(64.0)
    assert breaker.closed_for(64.0) == 60.0
    breaker.succeeded()
    assert breaker.closed_for(64.0) == 0
    breaker.failed(65.0)
    assert breaker.closed_for(65.0) == 0


@pytest.mark.parametrize("name", ["deadline", "read_timeout", "max_bytes", "max_rows"])
@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf")])
def test_a_limit_that_is_none_is_refused(name: str, value: float) -> None:
    with pytest.raises(LodError, match=f"{name} is"):
        Limits(**{name: value})  # type: ignore[arg-type]


def test_a_countdown_ends() -> None:
    now = 10.0
    countdown = Countdown.of(5.0, what="http://x", clock=lambda: now)
    assert countdown.left() == 5.0
    now = 15.0
    with pytest.raises(Deadline, match=r"http://x: the answer was not there after 5 s"):
        countdown.left()
