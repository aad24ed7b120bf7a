from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fcm.errors import EvidenceError, FileError
from fcm.lod.series.tables import csv, csv_observations

TEXT = """period,area,no2,unit,flag
2018Q1,north,38.5,ug/m3,A
2018Q2,north,,ug/m3,M
2018Q1,south,41,ug/m3,E
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "air.csv"
    file.write_text(TEXT, encoding="utf-8")
    return file


def test_columns_with_a_meaning_become_a_series(path: Path) -> None:
    series = csv(
        path, period="period", value="no2", unit="unit", status="flag", where={"area": "north"},
        licence="CC BY 4.0",
    )  # fmt: skip
    assert series.periods == ("2018-Q1", "2018-Q2")
    np.testing.assert_array_equal(series.values, [38.5, np.nan])
    assert (series.unit, series.name) == ("ug/m3", "no2")
    assert (series.origin.source, series.origin.licence) == ("air.csv", "CC BY 4.0")
    assert series.origin.note == "column 'no2', area='north'"
    assert series.quality is not None
    assert series.quality.empty == 1


def test_a_unit_can_be_said_instead_of_read(path: Path) -> None:
    series = csv(path, period="period", value="no2", unit="ug/m3", where={"area": "south"})
    assert series.unit == "ug/m3"


def test_rows_of_several_areas_conflict_until_one_is_chosen(path: Path) -> None:
    with pytest.raises(EvidenceError, match="different values for one period"):
        csv(path, period="period", value="no2")
    panel = csv_observations(path, period="period", value="no2", by="area").panel("area")
    assert panel.names == ("north", "south")


def test_a_decimal_comma_is_read_where_the_table_has_one(tmp_path: Path) -> None:
    file = tmp_path / "de.csv"
    file.write_text("jahr;wert\n2018;1,5\n2019;n/a\n", encoding="utf-8")
    series = csv(file, period="jahr", value="wert")
    np.testing.assert_array_equal(series.values, [1.5, np.nan])
    assert series.quality is not None
    assert series.quality.invalid_examples == ("n/a",)


def test_a_column_that_is_missing_is_named(path: Path) -> None:
    with pytest.raises(FileError, match=r"column 'perod' is missing.*'period'"):
        csv(path, period="perod", value="no2")


def test_a_filter_that_fits_no_row_is_refused(path: Path) -> None:
    with pytest.raises(FileError, match="no row has area = 'west'"):
        csv(path, period="period", value="no2", where={"area": "west"})


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "twice.csv"
    file.write_text("year,v,v\n2018,1,2\n", encoding="utf-8")
    with pytest.raises(FileError, match="column 'v' stands twice"):
        csv(file, period="year", value="v")


def test_the_newest_issue_wins(tmp_path: Path) -> None:
    file = tmp_path / "issues.csv"
    file.write_text("year,v,issued\n2018,1,2019-01-01\n2018,2,2019-06-01\n", encoding="utf-8")
    series = csv(file, period="year", value="v", issued="issued")
    assert series.values.tolist() == [2]


def test_the_series_of_madrid_is_read(shared: Path) -> None:
    series = csv(
        shared / "data/madrid/derived/bicimad_monthly.csv", period="month", value="mean_daily"
    )
    assert (series.periods[0], series.periods[-1], len(series)) == ("2014-07", "2017-04", 34)
