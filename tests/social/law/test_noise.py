"""P15: noise on counts, and a budget that adds up."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from fcm.errors import PrivacyError
from fcm.social.counts.aggregates import Signals
from fcm.social.law.noise import Budget, _blurred, noisy

SIGNALS = Signals(
    concepts=["noise", "clean"],
    periods=["2018-01", "2018-02", "2018-03"],
    every="1mo",
    active=[4000, 25, np.nan],
    authors=[[1200, 4000], [12, np.nan], [np.nan, np.nan]],
    valence=[[0.5, 0], [1, np.nan], [np.nan, np.nan]],
    k=10,
    purpose="noise by month",
    basis="GDPR art. 6(1)(e)",
    credit="a city",
)


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_p15_epsilon_adds_up_and_is_not_overspent() -> None:
    budget = Budget(1.0)
    for _ in range(10):
        noisy(SIGNALS, epsilon=0.1, budget=budget, cells=2, rng=rng())
    assert len(budget.entries) == 10
    assert budget.spent == 1.0
    state = rng()
    with pytest.raises(PrivacyError, match=r"would spend 0\.01, and 0 of 1 is left"):
        noisy(SIGNALS, epsilon=0.01, budget=budget, cells=2, rng=state)
    assert budget.spent == 1.0
    assert state.random() == rng().random()  # nothing was drawn


def test_p15_the_noise_has_the_distribution_that_its_scale_says() -> None:
    scale = 3 / 0.5
    drawn = _blurred(np.zeros(200_000), scale, rng()).astype(int)
    alpha = math.exp(-1 / scale)
    for place in range(-4, 5):
        expected = (1 - alpha) / (1 + alpha) * alpha ** abs(place)
        assert np.mean(drawn == place) == pytest.approx(expected, abs=0.002)
    assert drawn.std() == pytest.approx(math.sqrt(2 * alpha) / (1 - alpha), rel=0.01)


def test_p15_one_author_changes_the_chances_of_a_release_by_epsilon_at_most() -> None:
    # Their total, and the cells they name, each move by one: chances multiply over cells + 1.
    entry = noisy(SIGNALS, epsilon=0.5, budget=Budget(1), cells=2, rng=rng()).entry
    assert entry.scale == 3 / 0.5
    assert (entry.cells + 1) * (1 / entry.scale) == pytest.approx(entry.epsilon)


def test_suppressed_cells_stay_so_and_shares_stay_shares() -> None:
    for seed in range(20):
        panel = noisy(SIGNALS, epsilon=0.05, budget=Budget(1), cells=2, rng=rng(seed)).panel
        known = ~np.isnan(panel.values)
        assert not known[SIGNALS.suppressed].any()
        assert ((panel.values[known] >= 0) & (panel.values[known] <= 1)).all()
        assert (panel.confidence[~known] == 0).all()


def test_confidence_falls_with_the_noise_and_large_cells_bear_more() -> None:
    def mean_confidence(epsilon: float) -> np.ndarray:
        found = [
            noisy(SIGNALS, epsilon=epsilon, budget=Budget(9), cells=2, rng=rng(seed)).panel
            for seed in range(30)
        ]
        return np.mean([each.confidence for each in found], axis=0)

    little, much = mean_confidence(5.0), mean_confidence(0.2)
    shown = ~SIGNALS.suppressed
    assert (much[shown] < little[shown]).all()
    assert much[0, 0] > much[1, 0]
    assert (little <= SIGNALS.panel("salience").confidence + 0.05).all()


def test_the_origin_says_what_was_done() -> None:
    found = noisy(SIGNALS, epsilon=0.5, budget=Budget(1), cells=2, rng=rng())
    origin = found.panel.origins["noise"]
    assert "geometric noise of scale 6" in origin.note
    assert "whose choice is not protected" in origin.note
    assert "noise by month" in origin.note
    assert origin.licence == "a city"
    assert (found.entry.what, found.entry.periods) == ("salience 2018-01..2018-03", 3)


def test_the_same_generator_gives_the_same_noise_and_another_gives_other() -> None:
    first, same, other = (
        noisy(SIGNALS, epsilon=0.5, budget=Budget(1), cells=2, rng=rng(seed)).panel.values
        for seed in (1, 1, 2)
    )
    assert np.array_equal(first, same, equal_nan=True)
    assert not np.array_equal(first, other, equal_nan=True)


@pytest.mark.parametrize("bad", [0, -1, math.inf, math.nan])
def test_no_budget_and_no_epsilon_is_refused(bad: float) -> None:
    with pytest.raises(PrivacyError, match="expected a number above 0"):
        Budget(bad)
    with pytest.raises(PrivacyError, match="expected a number above 0"):
        noisy(SIGNALS, epsilon=bad, budget=Budget(1), cells=1, rng=rng())


@pytest.mark.parametrize("bad", [0, -1, 1.5, True])
def test_the_most_cells_of_an_author_must_be_stated(bad: float) -> None:
    with pytest.raises(PrivacyError, match="for example 2, their number"):
        noisy(SIGNALS, epsilon=1, budget=Budget(1), cells=bad, rng=rng())  # type: ignore[arg-type]


def test_more_cells_than_concepts_cost_no_more() -> None:
    entry = noisy(SIGNALS, epsilon=1, budget=Budget(1), cells=50, rng=rng()).entry
    assert entry.cells == 2
    empty = replace(
        SIGNALS, periods=[], active=[], authors=np.zeros((0, 2)), valence=np.zeros((0, 2)),
        sentiment=None, effective=None, engagement=None,
    )  # fmt: skip
    assert noisy(empty, epsilon=1, budget=Budget(1), cells=1, rng=rng()).panel.values.shape == (
        0,
        2,
    )
