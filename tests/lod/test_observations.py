from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.errors import EvidenceError
from fcm.lod.answers.literals import XSD
from fcm.lod.datasets.observations import Observations, number


def seen(*rows: tuple[str | None, str | None], **rest: Any) -> Observations:
    return Observations(
        name="no2", periods=[(p, "") for p, _ in rows], values=[(v, "") for _, v in rows], **rest
    )


def test_rows_in_any_order_become_a_series_in_order_of_time() -> None:
    series = seen(("2018MM02", "7"), ("2018-01", "5.5"), units=["kg", "kg"]).series()
    assert series.periods == ("2018-01", "2018-02")
    assert series.values.tolist() == [5.5, 7]
    assert series.unit == "kg"
    assert series.quality is not None
    assert series.quality.sentences() == ()


@settings(max_examples=40)
@given(st.integers(0, 2**16))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    rows = [(f"{2000 + i % 7}", str(i % 7)) for i in range(12)] + [("2030", None), ("x", "1")]
    statuses = ["EPA"[i % 3] for i in range(14)]
    order = list(range(14))
    random.Random(seed).shuffle(order)
    one = seen(*rows, statuses=statuses).series()
    two = seen(*(rows[i] for i in order), statuses=[statuses[i] for i in order]).series()
    assert one == two


@pytest.mark.parametrize(
    ("written", "datatype", "value"),
    [
        ("1.5", "", 1.5),
        ("1.1657e4", XSD + "double", 11657.0),
        ("7", XSD + "integer", 7.0),
        ("1,5", "", None),
        ("n/a", "", None),
        ("1.5", XSD + "integer", None),
        ("1.5", XSD + "string", None),
        ("INF", XSD + "double", None),
        ("1e999", XSD + "double", None),
    ],
)
def test_a_number_is_what_its_datatype_allows(
    written: str, datatype: str, value: float | None
) -> None:
    assert number(written, datatype) == value


@pytest.mark.parametrize(
    ("written", "datatype"),
    [(None, ""), ("", ""), ("NaN", XSD + "double"), ("", "https://cube.link/Undefined")],
)
def test_nothing_written_is_missing_and_not_zero(written: str | None, datatype: str) -> None:
    value = number(written, datatype)
    assert value is not None
    assert np.isnan(value)


def test_every_defect_is_counted_and_none_is_mended() -> None:
    series = seen(
        ("2018", "1"), ("2018", "1.0"), ("2020", "n/a"), ("2021", None), ("2022", "5"),
        ("soon", "9"), (None, "9"),
        statuses=["A", "", "", "", "M", "", ""],
    ).series()  # fmt: skip
    quality = series.quality
    assert quality is not None
    np.testing.assert_array_equal(series.values, [1, np.nan, np.nan, np.nan])
    assert series.confidence.tolist() == [1, 0, 0, 0]
    assert (quality.observations, quality.identical, quality.invalid, quality.empty) == (7, 1, 1, 1)
    assert (quality.withheld, quality.unreadable) == (1, 2)
    assert quality.invalid_examples == ("n/a",)
    assert quality.unreadable_examples == ("soon",)
    assert quality.gaps == ("2019", "2020", "2021", "2022")
    assert quality.without_unit == 5
    text = str(quality)
    for part in ("1 repeats another", "are no numbers ('n/a')", "cannot be read ('soon')",
                 "marked as having no value", "4 periods between first and last have no value",
                 "5 state no unit", "'A' 1, 'M' 1"):  # fmt: skip
        assert part in text


def test_values_that_conflict_are_refused_and_named() -> None:
    rows = seen(("2018", "1"), ("2018", "2"), ("2019", "3"))
    with pytest.raises(EvidenceError, match=r"different values for one period: 2018 has 1\.0 and"):
        rows.series()
    series = rows.series(conflicts="missing")
    np.testing.assert_array_equal(series.values, [np.nan, 3])
    assert series.quality is not None
    assert series.quality.conflicting == 1
    with pytest.raises(EvidenceError, match="expected 'refuse' or 'missing'"):
        rows.series(conflicts="mean")  # type: ignore[arg-type]


def test_a_value_and_none_for_one_period_conflict() -> None:
    with pytest.raises(EvidenceError, match=r"2018 has 1\.0 and nan"):
        seen(("2018", "1"), ("2018", None)).series()


def test_the_newest_issue_is_kept_and_the_older_are_counted() -> None:
    series = seen(
        ("2018", "1"), ("2018", "2"), ("2018", "3"), issued=["2019-01", "2019-03", "2019-02"]
    ).series()
    assert series.values.tolist() == [2]
    assert series.quality is not None
    assert series.quality.revisions == 2
    with pytest.raises(EvidenceError, match="different values"):
        seen(("2018", "1"), ("2018", "2"), issued=["2019-01", ""]).series()


def test_mixed_frequencies_are_refused_until_one_is_asked_for() -> None:
    rows = seen(("2018", "9"), ("2018Q1", "1"), ("2018Q2", "2"))
    with pytest.raises(EvidenceError, match="2 by quarter and 1 by year; take one with every="):
        rows.series()
    series = rows.series(every="quarter")
    assert series.periods == ("2018-Q1", "2018-Q2")
    assert series.quality is not None
    assert series.quality.left_out == {"year": 1}
    assert "'year' were left out as asked" in str(series.quality)
    with pytest.raises(EvidenceError, match="no observations by month"):
        rows.series(every="month")


def test_units_are_never_mixed() -> None:
    with pytest.raises(EvidenceError, match="different units: 'g', 'kg'"):
        seen(("2018", "1"), ("2019", "2"), units=["kg", "g"]).series()
    with pytest.raises(EvidenceError, match="different units: 'no unit', 'kg'"):
        seen(("2018", "1"), ("2019", "2"), units=["kg", ""]).series()


def test_a_dimension_left_open_is_refused_with_its_values() -> None:
    rows = seen(("2018", "1"), ("2019", "2"), dimensions={"area": ["x", "y"]})
    with pytest.raises(EvidenceError, match=r"2 values of 'area' \('x', 'y'\); fix one"):
        rows.series()
    assert repr(rows) == "Observations('no2', 2 rows, by area)"


def test_a_dimension_that_nobody_states_is_said() -> None:
    series = seen(("2018", "1"), dimensions={"area": [None]}).series()
    assert series.quality is not None
    assert series.quality.unstated == ("area",)
    assert "No observation states 'area'." in series.quality.sentences()


def test_a_panel_has_one_column_for_each_value_of_a_dimension() -> None:
    rows = seen(
        ("2018", "1"), ("2019", "2"), ("2019", "3"), statuses=["", "E", ""],
        dimensions={"area": ["y", "x", "y"]},
    )  # fmt: skip
    panel = rows.panel("area")
    assert (panel.names, panel.periods) == (("x", "y"), ("2018", "2019"))
    np.testing.assert_array_equal(panel.values, [[np.nan, 1], [2, 3]])
    np.testing.assert_array_equal(panel.confidence, [[0, 1], [0.6, 1]])
    with pytest.raises(EvidenceError, match=r"'place' is no free dimension of 'no2'.*'area'"):
        rows.panel("place")


def test_a_panel_of_mixed_units_or_without_names_is_refused() -> None:
    with pytest.raises(EvidenceError, match="mixes units: 'g', 'kg'"):
        seen(
            ("2018", "1"), ("2018", "2"), units=["kg", "g"], dimensions={"area": ["x", "y"]}
        ).panel("area")
    with pytest.raises(EvidenceError, match="1 observations of 'no2' state no 'area'"):
        seen(("2018", "1"), dimensions={"area": [None]}).panel("area")


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(EvidenceError, match="different length"):
        seen(("2018", "1"), units=["kg", "kg"])


def test_an_incomplete_answer_is_marked() -> None:
    series = seen(("2018", "1"), complete=False).series()
    assert series.quality is not None
    assert series.quality.sentences()[0] == "The source may hold more than it gave."


def test_far_values_are_named_and_kept() -> None:
    rows = [(f"{2000 + i}", v) for i, v in enumerate(["10", "11", "12", "11", "10", "90"])]
    series = seen(*rows).series()
    assert series.quality is not None
    assert series.quality.outliers == ("2005",)
    assert series.values[5] == 90
