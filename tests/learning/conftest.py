"""The Madrid case, for the rooms' tests."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from fcm import Claim, CognitiveMap, Origin, Panel


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def madrid(shared: Path) -> Path:
    return shared / "data/madrid"


@pytest.fixture(scope="session")
def madrid_map(madrid: Path) -> CognitiveMap:
    names = [row["concept"] for row in read(madrid / "case/concepts.csv")]
    return CognitiveMap.from_links({}, concepts=names)


@pytest.fixture(scope="session")
def madrid_claims(madrid: Path) -> list[Claim]:
    centres: dict[str, float] = {}
    for row in read(madrid / "case/terms.csv"):
        centres[row["term_en"]] = centres[row["term_es"]] = float(row["centre"])
    return [
        Claim(
            row["source"],
            row["target"],
            centres[row["term"].strip()],
            1.0,
            Origin(kind="survey", source=row["respondent"]),
        )
        for row in read(madrid / "case/survey.csv")
    ]


@pytest.fixture(scope="session")
def no2_stations(madrid: Path) -> Panel:
    """Monthly NO2 per station; station-months below half of the hours are missing."""
    rows = [
        row
        for row in read(madrid / "derived/air_quality_station_monthly.csv")
        if row["pollutant"] == "NO2"
    ]
    months, stations = (sorted({row[each] for row in rows}) for each in ("month", "station"))
    values = np.full((len(months), len(stations)), np.nan)
    for row in rows:
        if float(row["coverage"]) >= 0.5:
            values[months.index(row["month"]), stations.index(row["station"])] = float(row["mean"])
    return Panel(periods=months, names=stations, values=values)


@pytest.fixture(scope="session")
def column() -> Callable[[str, dict[str, float]], Panel]:
    """Return a panel of one column from a mapping of period to value."""

    def make(name: str, values: dict[str, float]) -> Panel:
        periods = sorted(values)
        return Panel(
            periods=periods, names=[name], values=np.array([[values[each]] for each in periods])
        )

    return make


@pytest.fixture(scope="session", name="read")
def _read() -> Callable[[Path], list[dict[str, str]]]:
    """Return the reader of CSV files: one dict per row."""
    return read
