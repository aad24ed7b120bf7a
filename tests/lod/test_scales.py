from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcm import lod
from fcm.errors import EvidenceError
from fcm.lod.series.scales import Anchors, Bounds, Logistic, Quantiles, Scale, Trapezoid, Triangle

SCALES: list[Scale] = [
    Bounds(20, 60),
    Anchors(target=10, norm=40, alarm=200),
    Anchors(target=15, norm=9, alarm=3),
    Quantiles.of([12, 15, 15, 18, 21, 40]),
    Logistic.of([12, 15, 18, 21, 40]),
    Triangle(10, 20, 40),
    Triangle(10, 10, 40),
    Trapezoid(10, 20, 30, 40),
    Trapezoid(10, 10, 30, 30),
]


def series(values: list[float]) -> lod.Series:
    periods = tuple(f"{2000 + i}" for i in range(len(values)))
    return lod.Series(name="no2", periods=periods, values=values, unit="ug/m3")


@given(st.sampled_from(SCALES), st.floats(-1e9, 1e9))
def test_every_scale_stays_between_0_and_1(scale: Scale, value: float) -> None:
    assert 0 <= scale.degree(value) <= 1


@given(st.sampled_from(SCALES[:2] + SCALES[3:5]), st.floats(-500, 500), st.floats(-500, 500))
def test_rising_scales_rise(scale: Scale, one: float, two: float) -> None:
    low, high = sorted((one, two))
    assert scale.degree(low) <= scale.degree(high)


@pytest.mark.parametrize("scale", SCALES, ids=str)
def test_missing_stays_missing(scale: Scale) -> None:
    degree = scale.degree([np.nan, 15])
    assert np.isnan(degree[0])
    assert np.isfinite(degree[1])
    assert scale.outside([np.nan]) == 0


def test_anchors_put_the_norm_in_the_middle() -> None:
    up = Anchors(target=10, norm=40, alarm=200)
    assert up.degree([0, 10, 25, 40, 120, 200, 300]).tolist() == [0, 0, 0.25, 0.5, 0.75, 1, 1]
    down = Anchors(target=15, norm=9, alarm=3)
    assert down.degree([20, 15, 12, 9, 6, 3, 0]).tolist() == [0, 0, 0.25, 0.5, 0.75, 1, 1]
    assert (up.outside([0, 300, 40]), down.outside([20, 9])) == (2, 1)


def test_quantiles_count_ties_half() -> None:
    scale = Quantiles((1.0, 2.0, 2.0, 2.0, 3.0))
    assert scale.degree([1, 2, 3, 0, 9]).tolist() == [0, 0.5, 1, 0, 1]
    heavy = Quantiles((1.0, 1.0, 1.0, 2.0, 2.0))
    assert heavy.degree([1, 2, 0, 5]).tolist() == [0.25, 0.875, 0, 1]


def test_a_reference_population_ignores_what_is_missing() -> None:
    assert Quantiles.of([1, np.nan, 2, 3]) == Quantiles.of([1, 2, 3])
    assert Logistic.of([1, np.nan, 2, 3]) == Logistic.of([1, 2, 3])


def test_the_robust_logistic_is_not_moved_by_an_outlier() -> None:
    calm, wild = Logistic.of([1, 2, 3, 4, 5]), Logistic.of([1, 2, 3, 4, 500])
    assert calm == wild
    assert calm.centre == 3
    assert calm.spread == pytest.approx(1.4826)
    assert calm.degree(3) == 0.5
    assert Logistic(centre=0, spread=1).degree([-1e300, 1e300]).tolist() == [0, 1]
    assert Logistic(centre=0, spread=1).outside([-6, 0, 6]) == 2


def test_membership_functions_with_steep_sides() -> None:
    assert Trapezoid(10, 10, 30, 30).degree([9, 10, 20, 30, 31]).tolist() == [0, 1, 1, 1, 0]
    assert Triangle(10, 10, 20).degree([9, 10, 15, 20]).tolist() == [0, 1, 0.5, 0]
    assert Triangle(10, 20, 40).outside([5, 20, 50]) == 2


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Bounds(60, 20), "the lower first"),
        (lambda: Anchors(target=10, norm=10, alarm=20), "norm 10 and alarm 20 are"),
        (lambda: Anchors(target=10, norm=30, alarm=20), "norm 30 and alarm 20 are"),
        (lambda: Anchors(target=10, norm=30, alarm=np.inf), "rise, or fall"),
        (lambda: Quantiles((1.0, 1.0)), "two of them different"),
        (lambda: Quantiles((2.0, 1.0)), "ascending"),
        (lambda: Quantiles.of([1.0]), "1 known values"),
        (lambda: Quantiles.of([1.0, 2.0], steps=0), "0 steps"),
        (lambda: Logistic(centre=0, spread=0), "above 0"),
        (lambda: Logistic.of([1, 1, 1, 5]), "no spread"),
        (lambda: Logistic.of([]), "0 known values"),
        (lambda: Triangle(1, 1, 1), "no membership function"),
        (lambda: Trapezoid(1, 3, 2, 4), "ascend"),
    ],
)
def test_what_is_no_scale_is_refused(make: Any, said: str) -> None:
    with pytest.raises(EvidenceError, match=said):
        make()


@pytest.mark.parametrize("scale", SCALES, ids=str)
def test_the_scale_is_stored_with_the_series_and_judges_scenarios(scale: Scale) -> None:
    scaled = series([15.0, 38.0]).normalise(scale)
    assert scaled.scale == scale
    np.testing.assert_array_equal(scaled.activation([15.0, 38.0]), scaled.values)
    turned = series([15.0, 38.0]).normalise(scale, direction=-1)
    np.testing.assert_allclose(turned.activation(15.0) + scaled.activation(15.0), 1)
    assert str(scale) in scaled.origin.note
    assert str(scale) in repr(scaled)


def test_later_values_do_not_move_the_scale() -> None:
    population = [20.0, 30.0, 40.0]
    early = series([25.0]).normalise(Quantiles.of(population))
    late = series([25.0, 90.0]).normalise(Quantiles.of(population))
    assert early.values[0] == late.values[0]
    assert late.clipped == 1


def test_a_scaled_series_is_neither_scaled_nor_converted_again() -> None:
    scaled = series([15.0]).normalise(Logistic(centre=20, spread=5), direction=-1)
    assert "turned round" in repr(scaled)
    with pytest.raises(EvidenceError, match="already on the scale"):
        scaled.normalise(Bounds(0, 1))
    with pytest.raises(EvidenceError, match="has no unit any more"):
        scaled.convert(to="mg/m3")


def test_a_series_without_a_scale_has_no_activations() -> None:
    with pytest.raises(EvidenceError, match="no scale yet"):
        series([15.0]).activation(3)


def test_conversion_is_said_in_the_origin() -> None:
    converted = series([15.0]).convert(to="mg/m3")
    assert converted.values[0] == pytest.approx(0.015)
    assert (converted.unit, converted.origin.note) == ("mg/m3", "ug/m3 converted to mg/m3")
    with pytest.raises(EvidenceError, match="measures concentration"):
        series([15.0]).convert(to="kg")


def test_confidence_travels_into_the_panel() -> None:
    one = lod.Series(
        name="a", periods=("2018", "2020"), values=[1.0, np.nan], confidence=[0.6, 0.9]
    )
    panel = lod.panel({"a": one})
    assert panel.confidence[:, 0].tolist() == [0.6, 0, 0]
    with pytest.raises(EvidenceError, match="one number in"):
        lod.Series(name="a", periods=("2018",), values=[1.0], confidence=[2.0])
    assert one != lod.Series(name="a", periods=one.periods, values=one.values)
