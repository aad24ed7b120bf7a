from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcm.periods import Frequency, frequency, label, ordinal, ordinal_of_day

FREQUENCIES = st.sampled_from(get_args(Frequency))


@given(st.dates(date(1900, 1, 8), date(2200, 1, 1)), FREQUENCIES)
def test_label_and_ordinal_undo_each_other(day: date, of: Frequency) -> None:
    number = ordinal_of_day(day, of)
    text = label(number, of)
    assert frequency(text) == of
    assert ordinal(text, of) == number


@given(st.dates(date(1900, 1, 8), date(2200, 1, 1)), FREQUENCIES)
def test_neighbouring_days_lie_in_the_same_period_or_in_the_next(day: date, of: Frequency) -> None:
    step = ordinal_of_day(day + timedelta(days=1), of) - ordinal_of_day(day, of)
    assert step in (0, 1)
    assert label(ordinal_of_day(day, of), of) <= label(ordinal_of_day(day, of) + 1, of)


@pytest.mark.parametrize("text", ["2018-13", "2018-00", "2018-W54", "2018-Q5", "18", "2018-1", ""])
def test_what_is_no_period_has_no_frequency(text: str) -> None:
    assert frequency(text) is None


@pytest.mark.parametrize(("text", "of"), [("2018-02-30", "day"), ("2018-W53", "week")])
def test_a_period_of_no_calendar_is_refused(text: str, of: Frequency) -> None:
    assert frequency(text) == of
    with pytest.raises(ValueError, match=r"day|week"):
        ordinal(text, of)
