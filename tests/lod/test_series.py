from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcm import lod
from fcm.errors import EvidenceError, NoSuchIndicator


def table(**columns: list[object]) -> lod.Table:
    arrays = {
        name: np.array(values, dtype=object if isinstance(values[0], str | None) else None)
        for name, values in columns.items()
    }
    return lod.Table(columns=tuple(columns), arrays=arrays)


def no2(**rest: object) -> lod.Series:
    values = {"name": "no2", "periods": ("2018-11", "2018-12"), "values": [30.0, 70.0]}
    return lod.Series(**{**values, "unit": "ug/m3", **rest})  # type: ignore[arg-type]


def test_a_column_becomes_a_series_in_order_of_time() -> None:
    t = table(month=["2018-12", "2018-11"], v=[70.0, 30.0])
    series = t.series(period="month", value="v", unit="ug/m3", name="no2")
    assert series == no2(origin=series.origin)
    assert repr(series) == "Series('no2', 2018-11..2018-12, 2 periods, ug/m3)"


def test_a_missing_value_stays_missing() -> None:
    series = table(month=["2018-11", "2018-12"], v=[np.nan, 30.0]).series(period="month", value="v")
    assert np.isnan(series.values[0])
    assert "1 missing" in repr(series)
    assert np.isnan(series.normalise((20, 60)).values[0])


def test_the_same_value_twice_counts_once() -> None:
    t = table(month=["2018-11", "2018-11"], v=[30.0, 30.0])
    assert t.series(period="month", value="v").values.tolist() == [30.0]


def test_two_values_for_one_period_are_refused_and_named() -> None:
    t = table(month=["2018-11", "2018-11"], v=[30.0, 31.0])
    with pytest.raises(EvidenceError, match="'v' in 2018-11 is 30 and 31"):
        t.series(period="month", value="v")


def test_two_values_for_one_unit_and_period_are_refused_and_named() -> None:
    t = table(month=["2018-11"] * 3, where=["a", "b", "b"], v=[1.0, 2.0, np.nan])
    with pytest.raises(EvidenceError, match="'b' in 2018-11 is 2 and nan"):
        t.panel(period="month", name="where", value="v")


def test_units_make_a_panel_whose_gaps_are_nan() -> None:
    t = table(month=["2019-01", "2018-11", "2018-11"], where=["a", "b", "a"], v=[3.0, 2.0, 1.0])
    panel = t.panel(period="month", name="where", value="v")
    assert panel.periods == ("2018-11", "2018-12", "2019-01")
    assert panel.names == ("a", "b")
    np.testing.assert_array_equal(panel.values, [[1, 2], [np.nan] * 2, [3, np.nan]])
    np.testing.assert_array_equal(panel.confidence, [[1, 1], [0, 0], [1, 0]])
    assert panel.origins["a"] == t.origin


def test_rows_without_a_name_are_refused() -> None:
    t = table(month=["2018-11", "2018-12"], where=["a", None], v=[1.0, 2.0])
    with pytest.raises(EvidenceError, match="without a name in column 'where'"):
        t.panel(period="month", name="where", value="v")


def test_text_is_no_value() -> None:
    t = table(month=["2018-11"], v=["1,5"])
    with pytest.raises(EvidenceError, match="holds no numbers"):
        t.series(period="month", value="v")


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(NoSuchIndicator, match="'month'"):
        table(month=["2018-11"], v=[1.0]).series(period="mont", value="v")


def test_the_unit_can_come_from_a_column() -> None:
    t = table(month=["2018-11", "2018-12"], v=[1.0, 2.0], u=["kg", "kg"])
    assert t.series(period="month", value="v", unit="u").unit == "kg"


@pytest.mark.parametrize("second", ["t", None])
def test_mixed_units_are_refused(second: str | None) -> None:
    t = table(month=["2018-11", "2018-12"], v=[1.0, 2.0], u=["kg", second], w=["a", "b"])
    with pytest.raises(EvidenceError, match="different units: 'kg'"):
        t.series(period="month", value="v", unit="u")
    with pytest.raises(EvidenceError, match="different units"):
        t.panel(period="month", name="w", value="v", unit="u")


def test_scaling_clips_and_says_how_often() -> None:
    scaled = no2(values=[10.0, 40.0], periods=("2018-11", "2018-12")).normalise((20, 60))
    assert scaled.values.tolist() == [0.0, 0.5]
    assert (scaled.bounds, scaled.clipped) == ((20.0, 60.0), 1)
    assert "1 of 2 values clipped" in scaled.origin.note
    assert repr(scaled).endswith("20..60 ug/m3 as 0..1, 1 clipped)")


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8))
def test_the_scale_turned_round_is_one_minus_the_scale(values: list[float]) -> None:
    series = no2(values=values, periods=tuple(f"{2000 + k}" for k in range(len(values))))
    up, down = series.normalise((20, 60)), series.normalise((20, 60), direction=-1)
    np.testing.assert_allclose(up.values + down.values, 1)
    assert up.clipped == down.clipped == sum(not 20 <= each <= 60 for each in values)
    assert ((up.values >= 0) & (up.values <= 1)).all()


@pytest.mark.parametrize("bounds", [(60, 20), (20, 20), (0, np.inf), (np.nan, 1)])
def test_bounds_that_are_no_interval_are_refused(bounds: tuple[float, float]) -> None:
    with pytest.raises(EvidenceError, match="the lower first"):
        no2().normalise(bounds)


def test_scaling_twice_is_refused() -> None:
    with pytest.raises(EvidenceError, match="already on the scale"):
        no2().normalise((20, 60)).normalise((0, 1))


def test_a_direction_is_one_or_minus_one() -> None:
    with pytest.raises(EvidenceError, match="expected 1 or -1"):
        no2().normalise((20, 60), direction=0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"values": [1.0]}, "2 periods"),
        ({"values": [1.0, np.inf]}, "infinite in 2018-12"),
        ({"periods": ("2018-12", "2018-11")}, "must ascend"),
        ({"periods": ("2018-12", "2018-12")}, "each once"),
        ({"periods": ("2018-11", "2018")}, "different length"),
        ({"periods": ("a", "b")}, "has the period 'a'"),
    ],
)
def test_what_is_no_series_is_refused(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(EvidenceError, match=said):
        no2(**wrong)


def test_series_side_by_side_cover_all_periods() -> None:
    other = no2(periods=("2018-12", "2019-01"), values=[1.0, 2.0])
    panel = lod.panel({"air": no2(), "noise": other})
    assert panel.names == ("air", "noise")
    assert panel.periods == ("2018-11", "2018-12", "2019-01")
    np.testing.assert_array_equal(panel.values, [[30, np.nan], [70, 1], [np.nan, 2]])


def test_months_and_days_make_no_panel() -> None:
    day = no2(periods=("2018-11-01", "2018-11-02"))
    with pytest.raises(EvidenceError, match="different length"):
        lod.panel({"a": no2(), "b": day})


def test_no_series_make_no_panel() -> None:
    with pytest.raises(EvidenceError, match="at least one"):
        lod.panel({})


def test_series_are_equal_and_hash_alike_when_they_say_the_same() -> None:
    assert no2() == no2()
    assert hash(no2()) == hash(no2())
    assert no2() != no2(values=[30.0, 71.0])
    assert no2() != "no2"
    assert repr(no2(periods=(), values=[])) == "Series('no2', no periods)"
