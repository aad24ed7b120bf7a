from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcm import lod
from fcm.errors import EvidenceError
from fcm.lod.series.quality import (
    ACCURACY,
    Quality,
    accuracy,
    consistency,
    outliers,
    status_code,
    timeliness,
    trusted,
)


def no2(*values: float, **rest: object) -> lod.Series:
    periods = tuple(f"{2016 + i}" for i in range(len(values)))
    given = {"name": "no2", "periods": periods, "values": values, "unit": "ug/m3", **rest}
    return lod.Series(**given)  # type: ignore[arg-type]


def test_all_is_well_says_nothing() -> None:
    assert Quality(observations=3).sentences() == ()
    assert str(Quality(observations=3)) == "3 observations."


def test_one_and_many_read_well() -> None:
    one = Quality(observations=9, identical=1, revisions=1, empty=1, withheld=1, without_unit=1)
    many = Quality(observations=9, identical=2, conflicting=2, revisions=2, empty=2, withheld=2)
    assert one.sentences() == (
        "1 repeats another.",
        "1 is an older issue of a value and is replaced.",
        "1 has no value.",
        "1 is marked as having no value.",
        "1 states no unit.",
    )
    assert many.sentences() == (
        "2 repeat others.",
        "2 contradict another observation of its period.",
        "2 are older issues and are replaced.",
        "2 have no value.",
        "2 are marked as having no value.",
    )


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("E", "E"),
        ("e", "E"),
        ("http://purl.org/linked-data/sdmx/2009/code#obsStatus-P", "P"),
        ("http://purl.org/linked-data/sdmx/2009/code/obsStatus-A", "A"),
        ("urn:x:shaky", "urn:x:shaky"),
        ("", ""),
    ],
)
def test_a_status_is_read_from_code_or_iri(written: str, code: str) -> None:
    assert status_code(written) == code


def test_accuracy_follows_the_status_and_can_be_set() -> None:
    assert accuracy(["", "A", "E", "M", "shaky"]).tolist() == [1, 1, 0.6, 0, 0.4]
    assert accuracy(["E"], factors={**ACCURACY, "E": 0.9}).tolist() == [0.9]
    with pytest.raises(EvidenceError, match=r"factor of status 'E' is 2"):
        accuracy(["E"], factors={"E": 2})


def test_outliers_do_not_hide_each_other() -> None:
    assert (
        outliers([10, 11, 12, 11, 90, 95, 10, 11]).tolist()
        == [False] * 4 + [True] * 2 + [False] * 2
    )


def test_without_spread_or_with_few_values_nothing_is_far() -> None:
    assert not outliers([1, 1, 1, 1, 9]).any()
    assert not outliers([1, 2, 9]).any()
    assert outliers([10, 11, np.nan, 12, 11, 90]).tolist()[2] is False


def test_age_halves_by_half_life_in_periods_of_any_frequency() -> None:
    assert timeliness(["2018-11", "2018-12"], at="2019-01", half_life=2).tolist() == [
        0.5,
        0.5**0.5,
    ]
    assert timeliness(["2018-12-31"], at="2019-01-02", half_life=1).tolist() == [0.25]


@pytest.mark.parametrize(
    ("at", "half_life", "said"),
    [
        ("2018", 1.0, "period of the same frequency"),
        ("soon", 1.0, "period of the same frequency"),
        ("2018-12", 0.0, "above 0"),
        ("2018-12", float("nan"), "above 0"),
    ],
)
def test_an_age_that_cannot_be_told_is_refused(at: str, half_life: float, said: str) -> None:
    with pytest.raises(EvidenceError, match=said):
        timeliness(["2018-11"], at=at, half_life=half_life)


def test_agreement_is_with_the_median_of_the_others() -> None:
    peers = [no2(40, 50), no2(42, np.nan), no2(90, np.nan)]
    assert consistency(no2(40, 50, 60), peers, tolerance=2).tolist() == [0.5, 1, 1]


@given(st.floats(0, 1e6), st.floats(0.1, 100))
def test_agreement_falls_with_the_difference(apart: float, tolerance: float) -> None:
    near = consistency(no2(0.0), [no2(apart)], tolerance=tolerance)[0]
    far = consistency(no2(0.0), [no2(apart + tolerance)], tolerance=tolerance)[0]
    assert far == pytest.approx(near / 2, abs=1e-12)


def test_peers_in_another_unit_are_refused() -> None:
    with pytest.raises(EvidenceError, match="bring both to one unit"):
        consistency(no2(40), [no2(40, unit="mg/m3")], tolerance=1)
    with pytest.raises(EvidenceError, match="tolerance is 0"):
        consistency(no2(40), [no2(40)], tolerance=0)
    with pytest.raises(EvidenceError, match="already on the scale"):
        consistency(no2(40).normalise((0, 50)), [no2(40)], tolerance=1)


def test_confidence_is_accuracy_times_age_times_agreement() -> None:
    series = no2(40, 50, confidence=[0.6, 1.0])
    result = trusted(series, at="2017", half_life=1, peers=[no2(44, 50)], tolerance=4)
    assert result.confidence.tolist() == pytest.approx([0.6 * 0.5 * 0.5, 1.0])
    assert "half-life 1 periods at 2017" in result.origin.note
    assert "agreement with 1 other" in result.origin.note
    np.testing.assert_array_equal(result.values, series.values)
    panel = lod.panel({"no2": result.normalise((20, 60))})
    assert panel.confidence[:, 0].tolist() == result.confidence.tolist()


@pytest.mark.parametrize("half", [{"at": "2017"}, {"half_life": 2.0}, {"tolerance": 1.0}])
def test_half_a_judgement_is_refused(half: dict[str, object]) -> None:
    with pytest.raises(EvidenceError, match="needs both at= and half_life="):
        trusted(no2(40), **half)  # type: ignore[arg-type]
