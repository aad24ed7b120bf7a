from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.social.counts.intervals import confidence, shrunk, wilson


@pytest.mark.parametrize(
    ("share", "n", "level", "low", "high"),
    [
        # Newcombe (1998), doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E,
        # table I, method 3 (score without continuity correction).
        (81 / 263, 263, 0.95, 0.2553, 0.3662),
        (15 / 148, 148, 0.95, 0.0624, 0.1605),
        (0 / 20, 20, 0.95, 0.0000, 0.1611),
        (1 / 29, 29, 0.95, 0.0061, 0.1718),
    ],
)
def test_the_interval_has_the_published_ends(
    share: float, n: int, level: float, low: float, high: float
) -> None:
    assert [float(each) for each in wilson(share, n, level=level)] == pytest.approx(
        [low, high], abs=5e-5
    )


@given(share=st.floats(0, 1), n=st.floats(0.5, 1e6), level=st.floats(0.01, 0.999))
def test_the_interval_holds_the_share_and_lies_in_the_unit_interval(
    share: float, n: float, level: float
) -> None:
    low, high = wilson(share, n, level=level)
    assert 0 <= low <= share <= high <= 1


@given(share=st.floats(0, 1), n=st.floats(1, 1e5), more=st.floats(1.1, 100))
def test_fewer_people_make_a_wider_interval(share: float, n: float, more: float) -> None:
    few, many = wilson(share, n), wilson(share, n * more)
    assert few[1] - few[0] > many[1] - many[0]


def test_the_interval_covers_a_bounded_mean_at_least_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    for a, b in ((0.3, 0.3), (2, 5), (0.5, 4)):
        means = rng.beta(a, b, size=(20_000, 30)).mean(axis=1)
        low, high = wilson(means, 30, level=0.9)
        truth = a / (a + b)
        assert ((low <= truth) & (truth <= high)).mean() > 0.9


def test_what_is_not_known_has_no_interval() -> None:
    assert np.isnan(wilson([math.nan, 0.5], [10, math.nan])).all()


@settings(max_examples=30)
@given(
    values=st.lists(st.floats(-1, 1), min_size=2, max_size=6),
    n=st.lists(st.floats(1, 1000), min_size=6, max_size=6),
)
def test_shrinking_keeps_the_range_and_the_weighted_mean_of_equals(
    values: list[float], n: list[float]
) -> None:
    size = np.array(n[: len(values)])[:, None]
    table = np.array(values)[:, None]
    drawn = shrunk(table, size)
    assert (drawn >= table.min() - 1e-12).all()
    assert (drawn <= table.max() + 1e-12).all()
    usual = (table * size).sum() / size.sum()
    share = confidence(size)
    assert drawn == pytest.approx(share * table + (1 - share) * usual)


def test_a_concept_without_cells_has_nothing_to_shrink_to() -> None:
    table = np.array([[np.nan, 0.5], [np.nan, np.nan]])
    assert np.isnan(shrunk(table, np.full((2, 2), 10.0))).tolist() == [[True, False], [True, True]]
