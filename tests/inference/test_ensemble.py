"""Draws from an estimate, and what is said of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fcm.errors import DynamicsError, EvidenceError, ScenarioError, UnknownConceptError
from fcm.evidence import WeightEstimate
from fcm.inference import (
    Dynamics,
    Ensemble,
    Kosko,
    Sigmoid,
    Tanh,
    Trivalent,
    sample,
    simulate,
)
from fcm.inference.uncertain import sampling
from fcm.map import CognitiveMap
from fcm.scenario import Scenario

M = CognitiveMap.from_links(
    {("zone", "cars"): -0.6, ("cars", "dirt"): 0.7, ("zone", "anger"): 0.3},
    concepts=["zone", "cars", "dirt", "anger", "apart"],
)
SCENARIOS = [Scenario("zone", clamp={"zone": 1.0}), Scenario("ban", clamp={"cars": 0.0})]


def estimate(spread: float = 0.1, **settings: object) -> WeightEstimate:
    linked = M.weights != 0
    return WeightEstimate(
        prior=M,
        mean=M.weights,
        spread=np.where(linked, spread, 0),
        data_share=np.zeros((5, 5)),
        status=np.where(linked, "prior", ""),
        **settings,
    )


@pytest.fixture(scope="module")
def found() -> Ensemble:
    return sample(estimate(), SCENARIOS, 400, rng=1)


def test_equal_seeds_give_equal_draws_and_others_do_not(found: Ensemble) -> None:
    again = sample(estimate(), SCENARIOS, 400, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(again.final, found.final)
    other = sample(estimate(), SCENARIOS, 400, rng=2)
    assert np.abs(other.final - found.final).max() > 0.01


def test_draws_do_not_depend_on_how_the_work_is_split(
    found: Ensemble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "_BATCH_BYTES", 8 * 25 * 7)
    split = sample(estimate(), SCENARIOS, 400, rng=1)
    np.testing.assert_allclose(split.final, found.final, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(split.outcome, found.outcome)


def test_fewer_draws_are_the_first_of_more(found: Ensemble) -> None:
    few = sample(estimate(), SCENARIOS, 10, rng=1)
    np.testing.assert_allclose(few.final, found.final[:10], rtol=0, atol=1e-12)


def test_without_spread_every_draw_is_the_map_itself() -> None:
    found = sample(estimate(0.0), SCENARIOS, 5, rng=1)
    for s, scenario in enumerate(SCENARIOS):
        change = simulate(M, scenario).final - simulate(M).final
        np.testing.assert_allclose(found.delta[:, s], np.tile(change, (5, 1)), atol=1e-12)


def captured(monkeypatch: pytest.MonkeyPatch, given: WeightEstimate, **settings: object) -> dict:
    """What `sample` hands to the kernel."""
    seen: dict = {}
    run = sampling.simulate_members

    def watch(m: CognitiveMap, weights: np.ndarray, *rest: object, **named: object) -> object:
        seen.update(weights=weights, slopes=named["slopes"])
        return run(m, weights, *rest, **named)

    monkeypatch.setattr(sampling, "simulate_members", watch)
    sample(given, SCENARIOS, 4000, rng=3, **settings)
    return seen


def test_weights_are_drawn_with_their_mean_and_spread(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = captured(monkeypatch, estimate())["weights"]
    np.testing.assert_allclose(weights.mean(axis=0), M.weights, atol=0.01)
    np.testing.assert_allclose(weights.std(axis=0), estimate().spread, atol=0.01)
    assert (weights[:, M.weights == 0] == 0).all()


def test_a_joint_covariance_is_kept_and_singular_ones_are_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first two links move as one, the third is certain."""
    covariance = 0.01 * np.array([[1.0, 1.0, 0], [1.0, 1.0, 0], [0, 0, 0]])
    given = estimate(covariance=covariance)
    weights = captured(monkeypatch, given)["weights"]
    drawn = weights[:, given.linked] - M.weights[given.linked]
    np.testing.assert_allclose(drawn[:, 0], drawn[:, 1], atol=1e-9)
    assert drawn[:, 0].std() == pytest.approx(0.1, rel=0.05)
    assert (drawn[:, 2] == 0).all()


def test_weights_are_clipped_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = captured(monkeypatch, estimate(1.5))["weights"]
    assert weights.max() == 1.0
    assert weights.min() == -1.0


def test_an_unbounded_map_is_not_clipped(monkeypatch: pytest.MonkeyPatch) -> None:
    free = replace(estimate(1.5), prior=replace(M, limit=None))
    assert captured(monkeypatch, free)["weights"].max() > 2


@pytest.mark.parametrize("transfer", [Sigmoid(slope=9), Tanh(slope=9)])
def test_an_uncertain_slope_is_drawn_and_kept_above_its_least(
    monkeypatch: pytest.MonkeyPatch, transfer: object
) -> None:
    given = estimate(slope=(1.3, 0.8))
    slopes = captured(monkeypatch, given, dynamics=Dynamics(transfer=transfer))["slopes"]
    assert np.median(slopes) == pytest.approx(1.3, abs=0.05)
    assert slopes.min() == 0.05


def test_a_slope_may_move_together_with_the_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    covariance = np.diag([0.01, 0.01, 0.01, 0.04])
    covariance[0, 3] = covariance[3, 0] = -0.9 * 0.1 * 0.2
    given = estimate(slope=(1.3, 0.2), covariance=covariance)
    seen = captured(monkeypatch, given)
    first = seen["weights"][:, given.linked][:, 0]
    assert np.corrcoef(first, seen["slopes"])[0, 1] == pytest.approx(-0.9, abs=0.02)


def test_a_slope_needs_a_transfer_that_has_one() -> None:
    with pytest.raises(DynamicsError, match="uncertain slope, but Trivalent"):
        sample(estimate(slope=(1.0, 0.1)), SCENARIOS, 5, dynamics=Dynamics(transfer=Trivalent()))


def test_a_covariance_that_cannot_be_is_refused() -> None:
    bad = np.array([[1.0, 2.0, 0], [2.0, 1.0, 0], [0, 0, 1.0]])
    with pytest.raises(EvidenceError, match="not symmetric positive semidefinite"):
        sample(estimate(covariance=bad), SCENARIOS, 5)
    with pytest.raises(EvidenceError, match="variances of 0 or more"):
        sample(estimate(covariance=np.diag([1.0, 1.0, -1.0])), SCENARIOS, 5)
    skew = np.eye(3)
    skew[0, 1] = 0.5
    with pytest.raises(EvidenceError, match="not symmetric"):
        sample(estimate(covariance=skew), SCENARIOS, 5)


def test_summaries_are_taken_over_the_draws(found: Ensemble) -> None:
    change = found.of("dirt")
    np.testing.assert_allclose(found.mean("dirt"), change.mean(axis=0))
    np.testing.assert_allclose(found.spread("dirt"), change.std(axis=0, ddof=1))
    np.testing.assert_allclose(
        found.quantiles("dirt", (0.05, 0.95)), np.quantile(change, (0.05, 0.95), axis=0).T
    )
    assert found.quantiles("dirt", 0.5).shape == (2, 1)
    assert found.probability_of_increase("dirt").tolist() == [0, 0]
    assert found.probability_of_increase("anger")[0] > 0.9


def test_a_concept_that_no_scenario_reaches_has_no_probability_of_increase(
    found: Ensemble,
) -> None:
    assert found.probability_of_increase("apart").tolist() == [0, 0]
    assert found.best_share("apart", "up").tolist() == [0.5, 0.5]


def test_best_shares_count_each_draw_once(found: Ensemble) -> None:
    down, up = found.best_share("dirt", "down"), found.best_share("dirt", "up")
    assert down.sum() == pytest.approx(1)
    np.testing.assert_allclose(down, up[::-1])
    assert down[1] == (found.of("dirt")[:, 1] < found.of("dirt")[:, 0]).mean()


def handmade(outcome: object, baseline_outcome: object) -> Ensemble:
    final = np.array([[[0.1], [0.6]], [[0.2], [0.7]], [[0.9], [0.1]]])
    return Ensemble(
        names=("x",),
        scenarios=tuple(SCENARIOS),
        baseline=np.full((3, 1), 0.5),
        baseline_outcome=np.array(baseline_outcome, dtype=np.int8),
        final=final,
        outcome=np.array(outcome, dtype=np.int8),
    )


def test_draws_that_did_not_settle_are_left_out_and_counted() -> None:
    found = handmade([[0, 0], [1, 0], [0, 0]], [0, 0, 2])
    assert found.settled.tolist() == [[True, True], [False, True], [False, False]]
    assert np.isnan(found.delta[1, 0]).all()
    np.testing.assert_allclose(found.settled_share, [1 / 3, 2 / 3])
    np.testing.assert_allclose(found.mean("x"), [-0.4, 0.15])
    assert found.probability_of_increase("x").tolist() == [0, 1]
    assert found.best_share("x", "up").tolist() == [0, 1]
    assert np.isnan(found.spread("x")[0])


def test_where_no_draw_settled_there_is_no_number() -> None:
    found = handmade(np.full((3, 2), 2), [0, 0, 0])
    for numbers in (
        found.mean("x"),
        found.spread("x"),
        found.quantiles("x", 0.5),
        found.probability_of_increase("x"),
        found.best_share("x", "down"),
    ):
        assert np.isnan(numbers).all()
    assert "0% settled" in repr(found)
    assert "nan" in found._repr_html_()


def test_unsettled_draws_come_from_the_run_itself() -> None:
    """Swings where the drawn loop is negative enough, rests elsewhere."""
    m = CognitiveMap.from_matrix([[-0.5, 0], [0, 0]])
    given = WeightEstimate(
        prior=m,
        mean=m.weights,
        spread=[[0.2, 0], [0, 0]],
        data_share=np.zeros((2, 2)),
        status=[["prior", ""], ["", ""]],
    )
    dynamics = Dynamics(rule=Kosko(), transfer=Tanh(slope=2), max_steps=4000)
    found = sample(
        given, Scenario("p", push={"C2": 1}), 200, rng=0, dynamics=dynamics, initial=[0.3, 0]
    )
    assert 0.3 < found.settled_share[0] < 0.7


def test_the_frame_has_a_row_per_scenario_and_concept(found: Ensemble) -> None:
    frame = found.to_frame()
    assert len(frame) == 10
    row = frame[(frame["scenario"] == "ban") & (frame["concept"] == "dirt")].iloc[0]
    assert row["q05"] < row["median"] < row["q95"] < 0
    assert row["settled_share"] == 1


def test_the_ensemble_shows_what_it_is(found: Ensemble) -> None:
    assert repr(found) == "Ensemble(400 draws x 2 scenarios of 5 concepts, 100% settled)"
    assert len(found) == 400
    assert "not a forecast" in found._repr_html_()


def test_asking_for_what_is_not_there_is_refused(found: Ensemble) -> None:
    with pytest.raises(UnknownConceptError, match="Did you mean 'dirt'"):
        found.mean("dirtt")
    with pytest.raises(EvidenceError, match="quantiles are"):
        found.quantiles("dirt", [0.5, 95])
    with pytest.raises(EvidenceError, match="direction is 'lower'"):
        found.best_share("dirt", "lower")


@pytest.mark.parametrize("draws", [0, -1, 2.5, True])
def test_draws_must_be_a_whole_number(draws: object) -> None:
    with pytest.raises(EvidenceError, match="draws is"):
        sample(estimate(), SCENARIOS, draws)


def test_scenarios_are_needed_and_checked() -> None:
    with pytest.raises(ScenarioError, match="no scenario to compare"):
        sample(estimate(), [])
    with pytest.raises(UnknownConceptError, match="'zones'"):
        sample(estimate(), [Scenario("s", clamp={"zones": 1})])
    with pytest.raises(DynamicsError, match="one start vector"):
        sample(estimate(), SCENARIOS, initial=np.ones((2, 5)))


def test_progress_counts_every_run(capsys: pytest.CaptureFixture) -> None:
    sample(estimate(), SCENARIOS, 20, rng=1, progress=True)
    assert "60/60" in capsys.readouterr().err
