"""Weights known by their bounds."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from fcm.errors import EvidenceError, UnknownConceptError
from fcm.inference.uncertain.fuzzy_weights import IntervalWeights, TriangularWeights
from fcm.map import CognitiveMap

M = CognitiveMap.from_links({("a", "b"): 0.5, ("b", "c"): -0.4}, name="m")
INTERVALS = IntervalWeights.from_links(M, {("a", "b"): (0.2, 0.9), ("c", "a"): (-0.1, 0.3)})
TRIANGLES = TriangularWeights.from_links(M, {("a", "b"): (0.2, 0.5, 0.9)})


def test_links_that_are_not_named_keep_the_maps_weight() -> None:
    assert INTERVALS.low.tolist() == [[0, 0.2, 0], [0, 0, -0.4], [-0.1, 0, 0]]
    assert INTERVALS.high.tolist() == [[0, 0.9, 0], [0, 0, -0.4], [0.3, 0, 0]]
    assert INTERVALS.links == (("a", "b"), ("b", "c"), ("c", "a"))
    assert INTERVALS.linked.sum() == 3
    assert np.argwhere(INTERVALS.uncertain).tolist() == [[0, 1], [2, 0]]
    assert INTERVALS.names == M.names


def test_the_map_is_that_of_the_midpoints_or_of_the_peaks() -> None:
    assert INTERVALS.map().weights[0, 1] == pytest.approx(0.55)
    assert INTERVALS.map().name == "m"
    assert TRIANGLES.map() == M


def test_an_interval_is_uniform_between_its_ends() -> None:
    found = INTERVALS.quantiles([[0, 1], [0.5, 0.25], [1, 0]])
    assert found.shape == (3, 3, 3)
    np.testing.assert_allclose(found[:, 0, 1], [0.2, 0.55, 0.9])
    np.testing.assert_allclose(found[:, 2, 0], [0.3, 0, -0.1], atol=1e-15)
    assert (found[:, 1, 2] == -0.4).all()
    assert found[0, 0, 1] == 0.2
    assert found[2, 0, 1] == 0.9


def test_a_triangle_has_the_distribution_of_a_triangle() -> None:
    shares = np.linspace(0, 1, 10_001)
    found = TRIANGLES.quantiles(shares[:, None])[:, 0, 1]
    assert found[0] == 0.2
    assert found[-1] == pytest.approx(0.9, abs=1e-15)
    assert (np.diff(found) > 0).all()
    assert found.mean() == pytest.approx((0.2 + 0.5 + 0.9) / 3, abs=1e-4)
    below = (0.5 - 0.2) / (0.9 - 0.2)
    assert np.interp(0.5, found, shares) == pytest.approx(below, abs=1e-3)
    variance = (0.04 + 0.25 + 0.81 - 0.1 - 0.18 - 0.45) / 18
    assert found.var() == pytest.approx(variance, rel=1e-3)


@pytest.mark.parametrize("peak", [0.2, 0.9])
def test_a_triangle_may_have_its_peak_at_an_end(peak: float) -> None:
    known = TriangularWeights.from_links(M, {("a", "b"): (0.2, peak, 0.9)})
    found = known.quantiles([[0.0], [0.5], [1.0]])[:, 0, 1]
    assert np.isfinite(found).all()
    assert found.tolist() == sorted(found)
    assert abs(found[1] - peak) < 0.35


def test_cuts_shrink_from_the_support_to_the_peak() -> None:
    assert TRIANGLES.cut(0) == IntervalWeights(M, TRIANGLES.low, TRIANGLES.high)
    half = TRIANGLES.cut(0.5)
    np.testing.assert_allclose([half.low[0, 1], half.high[0, 1]], [0.35, 0.7])
    peak = TRIANGLES.cut(1)
    np.testing.assert_array_equal(peak.low, TRIANGLES.peak)
    np.testing.assert_array_equal(peak.high, TRIANGLES.peak)
    with pytest.raises(EvidenceError, match=r"level of a cut is 1\.5"):
        TRIANGLES.cut(1.5)


def test_equal_weights_are_equal_hash_alike_and_are_pickled() -> None:
    for known in (INTERVALS, TRIANGLES):
        again = pickle.loads(pickle.dumps(known))
        assert again == known
        assert hash(again) == hash(known)
        assert again != M
    assert TRIANGLES.cut(0) != TRIANGLES
    assert TRIANGLES.cut(0) != INTERVALS


def test_weights_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        INTERVALS.low[0, 0] = 1


def test_the_weights_say_how_many_are_uncertain() -> None:
    assert repr(INTERVALS) == "IntervalWeights(3 concepts, 3 links, 2 of them uncertain)"
    assert repr(TRIANGLES) == "TriangularWeights(3 concepts, 2 links, 1 of them uncertain)"


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (np.zeros((2, 2)), np.zeros((3, 3)), r"low has shape \(2, 2\); expected \(3, 3\)"),
        (np.full((3, 3), 0.2), np.full((3, 3), 0.1), "'a' -> 'a' are low 0.2, high 0.1"),
        (np.zeros((3, 3)), np.full((3, 3), 1.5), r"high of 'a' -> 'a' is 1.5; .*\[-1, 1\]"),
        (np.full((3, 3), np.nan), np.zeros((3, 3)), "is nan"),
        ([["x"]], np.zeros((3, 3)), "must be a matrix of numbers"),
    ],
)
def test_bounds_that_cannot_be_are_refused(low: object, high: object, told: str) -> None:
    with pytest.raises(EvidenceError, match=told):
        IntervalWeights(M, low, high)


def test_a_peak_outside_its_bounds_is_refused() -> None:
    with pytest.raises(EvidenceError, match=r"low 0, peak 0.9, high 0.5; expected low <= peak"):
        TriangularWeights.from_links(M, {("a", "b"): (0.0, 0.9, 0.5)})


def test_an_unbounded_map_takes_any_finite_bounds() -> None:
    free = CognitiveMap.from_matrix(np.zeros((1, 1)), limit=None)
    assert IntervalWeights(free, [[-7]], [[5]]).high[0, 0] == 5
    with pytest.raises(EvidenceError, match="must be finite"):
        IntervalWeights(free, [[-7]], [[np.inf]])


def test_links_that_cannot_be_are_refused() -> None:
    with pytest.raises(UnknownConceptError, match="'d'"):
        IntervalWeights.from_links(M, {("a", "d"): (0, 1)})
    with pytest.raises(EvidenceError, match=r"expected \(low, high\)"):
        IntervalWeights.from_links(M, {("a", "b"): (0, 0.5, 1)})
    with pytest.raises(EvidenceError, match=r"expected \(low, peak, high\)"):
        TriangularWeights.from_links(M, {("a", "b"): 0.5})
    with pytest.raises(EvidenceError, match=r"not a \(cause, effect\) pair"):
        IntervalWeights.from_links(M, {"ab": (0, 1)})
    with pytest.raises(EvidenceError, match="got ndarray as the map"):
        IntervalWeights(M.weights, M.weights, M.weights)
