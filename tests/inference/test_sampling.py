"""Drawing from each kind of knowledge, in each way; what `Ensemble` says is in test_ensemble."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from fcm.errors import DynamicsError, EvidenceError
from fcm.evidence import WeightEstimate
from fcm.inference import (
    Ensemble,
    MemberRuns,
    sample,
    simulate,
)
from fcm.inference.uncertain import sampling
from fcm.inference.uncertain.draws import LatinHypercube, MonteCarlo
from fcm.inference.uncertain.fuzzy_weights import IntervalWeights, TriangularWeights
from fcm.map import CognitiveMap
from fcm.scenario import Scenario

M = CognitiveMap.from_links({("zone", "cars"): -0.6, ("cars", "dirt"): 0.7, ("zone", "anger"): 0.3})
SCENARIOS = [
    Scenario("zone", clamp={"zone": 1.0}),
    Scenario("ban", clamp={"cars": 0.0}),
    Scenario("calm", push={"anger": -1.0}),
]
INTERVALS = IntervalWeights.from_links(
    M, {("zone", "cars"): (-0.9, -0.2), ("cars", "dirt"): (0.1, 1.0)}
)
TRIANGLES = TriangularWeights.from_links(M, {("zone", "cars"): (-0.9, -0.6, 0.2)})
NORMAL = WeightEstimate(
    prior=M,
    mean=M.weights,
    spread=0.1 * (M.weights != 0),
    data_share=0 * M.weights,
    status=np.where(M.weights != 0, "prior", ""),
)
KINDS = {"normal": NORMAL, "intervals": INTERVALS, "triangles": TRIANGLES}
METHODS = {"monte carlo": MonteCarlo(), "latin hypercube": LatinHypercube()}
every_kind = pytest.mark.parametrize("known", KINDS.values(), ids=list(KINDS))
every_method = pytest.mark.parametrize("method", METHODS.values(), ids=list(METHODS))


@every_kind
@every_method
def test_equal_seeds_give_equal_results_however_the_work_is_split(
    known: object, method: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = sample(known, SCENARIOS, 60, rng=4, method=method)
    monkeypatch.setattr(sampling, "_BATCH_BYTES", 8 * len(M) ** 2 * 7)
    split = sample(known, SCENARIOS, 60, rng=4, method=method)
    np.testing.assert_allclose(split.final, whole.final, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(split.outcome, whole.outcome)
    other = sample(known, SCENARIOS, 60, rng=5, method=method)
    assert np.abs(other.final - whole.final).max() > 1e-3


def drawn(monkeypatch: pytest.MonkeyPatch, known: object, draws: int = 4000) -> np.ndarray:
    """The weights that `sample` hands to the runs."""
    seen = []
    run = sampling.simulate_members

    def watch(m: CognitiveMap, weights: np.ndarray, *rest: object, **named: object) -> MemberRuns:
        seen.append(weights)
        return run(m, weights, *rest, **named)

    monkeypatch.setattr(sampling, "simulate_members", watch)
    sample(known, SCENARIOS[:1], draws, rng=3, method=LatinHypercube())
    return np.concatenate(seen)


def test_intervals_are_drawn_uniformly_and_only_where_uncertain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    weights = drawn(monkeypatch, INTERVALS)
    certain = ~INTERVALS.uncertain
    assert (weights[:, certain] == INTERVALS.low[certain]).all()
    assert ((weights >= INTERVALS.low) & (weights <= INTERVALS.high)).all()
    np.testing.assert_allclose(weights[:, 0, 1].mean(), -0.55, atol=1e-3)
    np.testing.assert_allclose(weights[:, 0, 1].std(), 0.7 / 12**0.5, atol=1e-3)


def test_fuzzy_numbers_are_drawn_as_triangles(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = drawn(monkeypatch, TRIANGLES)[:, 0, 1]
    assert weights.mean() == pytest.approx((-0.9 - 0.6 + 0.2) / 3, abs=1e-3)
    counts, _ = np.histogram(weights, bins=11, range=(-0.9, 0.2))
    assert counts.argmax() in (2, 3)


def test_a_latin_hypercube_keeps_mean_spread_and_ties_of_an_estimate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    covariance = 0.01 * np.array([[1.0, -0.8, 0], [-0.8, 1.0, 0], [0, 0, 1.0]])
    known = WeightEstimate(
        prior=M,
        mean=M.weights,
        spread=NORMAL.spread,
        data_share=NORMAL.data_share,
        status=NORMAL.status,
        covariance=covariance,
    )
    weights = drawn(monkeypatch, known)[:, known.linked]
    np.testing.assert_allclose(weights.mean(axis=0), M.weights[known.linked], atol=2e-3)
    np.testing.assert_allclose(np.cov(weights.T), covariance, atol=4e-4)


def test_the_mean_change_scatters_less_under_a_latin_hypercube() -> None:
    def scatter(method: object) -> float:
        means = [
            sample(INTERVALS, SCENARIOS[0], 32, rng=k, method=method).mean("dirt")[0]
            for k in range(20)
        ]
        return float(np.std(means))

    assert scatter(LatinHypercube()) < 0.5 * scatter(MonteCarlo())


@every_kind
def test_a_map_that_is_certain_gives_the_same_in_every_draw(known: object) -> None:
    certain = {
        "IntervalWeights": IntervalWeights(M, M.weights, M.weights),
        "TriangularWeights": TriangularWeights(M, M.weights, M.weights, M.weights),
        "WeightEstimate": WeightEstimate(
            prior=M,
            mean=M.weights,
            spread=0 * M.weights,
            data_share=0 * M.weights,
            status=NORMAL.status,
        ),
    }[type(known).__name__]
    found = sample(certain, SCENARIOS, 3, rng=0, method=LatinHypercube())
    alone = simulate(M, SCENARIOS)
    np.testing.assert_allclose(found.final, np.tile(alone.final, (3, 1, 1)), rtol=0, atol=1e-12)


@hypothesis_settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(("up", "down")))
def test_places_are_shared_out_once_by_draw_and_by_scenario(seed: int, direction: str) -> None:
    rng = np.random.default_rng(seed)
    found = handmade(rng.integers(0, 4, (7, 4)) / 10)
    shares = found.rank_share("x", direction)
    np.testing.assert_allclose(shares.sum(axis=0), 1)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    np.testing.assert_allclose(shares[:, 0], found.best_share("x", direction))
    np.testing.assert_allclose(shares, slow_rank_share(found, direction))


def handmade(change: np.ndarray, resolution: float = 0.0, **settings: object) -> Ensemble:
    draws, scenarios = change.shape
    return Ensemble(
        names=("x",),
        scenarios=tuple(Scenario(f"s{k}") for k in range(scenarios)),
        baseline=np.zeros((draws, 1)),
        baseline_outcome=np.zeros(draws, dtype=np.int8),
        final=change[:, :, None].astype(float),
        outcome=settings.get("outcome", np.zeros(change.shape, dtype=np.int8)),
        resolution=resolution,
    )


def slow_rank_share(found: Ensemble, direction: str) -> np.ndarray:
    """Draw by draw: the best of those left, and all within reach of it, share the next places."""
    count = len(found.scenarios)
    shares = np.zeros((count, count))
    for row in found.of("x"):
        left, place = sorted(range(count), key=lambda s: row[s], reverse=direction == "up"), 0
        while left:
            tied = [s for s in left if abs(row[s] - row[left[0]]) <= found.resolution]
            for s in tied:
                shares[s, place : place + len(tied)] += 1 / len(tied) / len(found)
            left, place = [s for s in left if s not in tied], place + len(tied)
    return shares


def test_changes_within_the_resolution_share_their_places() -> None:
    found = handmade(np.array([[0.5, 0.500001, 0.1], [0.2, 0.5, 0.9]]), resolution=1e-5)
    np.testing.assert_allclose(
        found.rank_share("x"), [[0.25, 0.25, 0.5], [0.25, 0.75, 0], [0.5, 0, 0.5]]
    )
    np.testing.assert_allclose(found.rank_share("x"), slow_rank_share(found, "up"))
    assert found.rank_share("x", "down")[2].tolist() == [0.5, 0, 0.5]


def test_only_draws_on_which_all_settled_are_ranked() -> None:
    change, outcome = np.array([[0.1, 0.2], [0.2, 0.1]]), np.array([[0, 0], [0, 1]], dtype=np.int8)
    assert handmade(change, outcome=outcome).rank_share("x").tolist() == [[0, 1], [1, 0]]
    assert np.isnan(handmade(change, outcome=outcome + 1).rank_share("x")).all()
    with pytest.raises(EvidenceError, match="direction is 'best'"):
        handmade(change).rank_share("x", "best")


def test_an_interruption_closes_the_bar_and_comes_through(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    run, calls = sampling.simulate_members, []

    def interrupted(*given: object, **named: object) -> MemberRuns:
        if calls:
            raise KeyboardInterrupt
        calls.append(1)
        return run(*given, **named)

    monkeypatch.setattr(sampling, "simulate_members", interrupted)
    monkeypatch.setattr(sampling, "_BATCH_BYTES", 8 * len(M) ** 2 * 5)
    with pytest.raises(KeyboardInterrupt):
        sample(INTERVALS, SCENARIOS[0], 10, rng=1, progress=True)
    shown = capsys.readouterr().err
    assert "10/20" in shown
    assert shown.endswith("\n")


def test_what_cannot_be_drawn_from_is_refused() -> None:
    with pytest.raises(EvidenceError, match=r"got CognitiveMap\. A map alone"):
        sample(M, SCENARIOS)
    for wrong in ("latin", LatinHypercube):
        with pytest.raises(DynamicsError, match="method is"):
            sample(INTERVALS, SCENARIOS, 5, method=wrong)
