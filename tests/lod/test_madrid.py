"""The shipped cube of Madrid: what it holds, and that it comes from the city's files."""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fcm import lod
from fcm.evidence import Panel

ROOT = Path(__file__).resolve().parents[2]
MADRID = ROOT / "fcm/examples/madrid"
TOOL = ROOT / "tools/build_madrid_air.py"


@pytest.fixture(scope="module")
def cube() -> lod.Source:
    return lod.open(MADRID / "air_quality.ttl")


def ask(cube: lod.Source, name: str) -> lod.Table:
    return cube.select((MADRID / f"{name}.rq").read_text(encoding="utf-8")).require_complete()


def stations(cube: lod.Source) -> Panel:
    return ask(cube, "no2_stations").panel(period="month", name="station", value="value")


def by_code(cube: lod.Source) -> Panel:
    codes = cube.select("""
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?name ?code { ?station skos:prefLabel ?name ; skos:notation ?code }""")
    code = dict(zip(codes["name"], codes["code"], strict=True))
    panel = stations(cube)
    return replace(panel, names=[code[name] for name in panel.names], origins={})


def test_the_cube_is_small_quick_and_without_defects() -> None:
    assert (MADRID / "air_quality.ttl").stat().st_size < 600_000
    start = time.process_time()
    source = lod.open(MADRID / "air_quality.ttl")
    assert time.process_time() - start < 1.0
    assert source.report.sentences() == ()
    assert all("Ayuntamiento de Madrid" in each for each in source.report.licences)


@pytest.mark.parametrize(
    ("name", "columns", "rows", "first", "last"),
    [
        ("no2_city", ("month", "value"), 48, "2016-01", "2019-12"),
        ("no2_stations", ("month", "station", "value"), 1151, "2016-01", "2019-12"),
        ("no2_daily", ("day", "value"), 486, "2016-01-01", "2017-04-30"),
        ("bicimad_monthly", ("month", "value"), 34, "2014-07", "2017-04"),
        ("bicimad_daily", ("day", "value"), 486, "2016-01-01", "2017-04-30"),
    ],
)
def test_each_query_finds_its_series(
    cube: lod.Source, name: str, columns: tuple[str, ...], rows: int, first: str, last: str
) -> None:
    table = ask(cube, name)
    assert table.columns == columns
    assert len(table) == rows
    assert (str(table[columns[0]][0]), str(table[columns[0]][-1])) == (first, last)
    assert table["value"].dtype == np.float64
    assert np.isfinite(table["value"]).all()


def test_station_months_with_little_coverage_are_in_the_cube_but_not_in_the_panel(
    cube: lod.Source,
) -> None:
    panel = stations(cube)
    assert panel.values.shape == (48, 24)
    missing = {(panel.periods[t], panel.names[j]) for t, j in np.argwhere(np.isnan(panel.values))}
    assert missing == {("2016-12", "Moratalaz")}
    marked = cube.select(
        "PREFIX : <urn:fcm:madrid:> PREFIX att: <http://purl.org/linked-data/sdmx/2009/attribute#> "
        "SELECT ?coverage ?value { ?o att:obsStatus :low-coverage ; "
        ":coverage ?coverage ; :no2 ?value }"
    )
    assert len(marked) == 7
    assert marked["coverage"].max() < 0.75


def test_plaza_del_carmen_fell_against_the_other_stations_after_the_zone_began(
    cube: lod.Source,
) -> None:
    panel = stations(cube)
    ratio = np.log(panel["Pza. del Carmen"]) - np.log(
        np.nanmean(np.delete(panel.values, panel.names.index("Pza. del Carmen"), axis=1), axis=1)
    )
    since = panel.periods.index("2018-12")
    change = np.exp(np.mean(ratio[since : since + 12]) - np.mean(ratio[since - 12 : since])) - 1
    assert change == pytest.approx(-0.16, abs=0.01)


def test_every_observation_has_all_that_its_structure_demands(cube: lod.Source) -> None:
    table = cube.select("""
        PREFIX qb: <http://purl.org/linked-data/cube#>
        SELECT ?observation ?property {
          ?dataset qb:structure ?structure .
          ?structure qb:component ?component .
          ?component qb:dimension|qb:measure|qb:attribute ?property .
          FILTER NOT EXISTS { ?component qb:componentAttachment qb:DataSet }
          ?observation qb:dataSet ?dataset .
          FILTER NOT EXISTS { ?observation ?property ?value }
        }""")
    assert len(table) == 0


def test_no_two_observations_share_a_dataset_and_its_dimensions(cube: lod.Source) -> None:
    table = cube.select("""
        PREFIX qb: <http://purl.org/linked-data/cube#>
        PREFIX dim: <http://purl.org/linked-data/sdmx/2009/dimension#>
        SELECT ?dataset ?period ?area (COUNT(*) AS ?n) {
          ?observation a qb:Observation ; dim:refPeriod ?period ; qb:dataSet ?dataset .
          OPTIONAL { ?observation dim:refArea ?area }
        } GROUP BY ?dataset ?period ?area""")
    assert len(table) == 1152 + 48 + 486 + 34 + 486
    assert (table["n"] == 1).all()


def test_every_dataset_states_source_publisher_terms_unit_and_what_was_computed(
    cube: lod.Source,
) -> None:
    table = cube.select("""
        PREFIX qb: <http://purl.org/linked-data/cube#>
        PREFIX dct: <http://purl.org/dc/terms/>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        PREFIX att: <http://purl.org/linked-data/sdmx/2009/attribute#>
        SELECT ?dataset ?terms ?rights ?unit {
          ?dataset a qb:DataSet ; dct:source [] ; dct:publisher [] ; dct:description [] ;
            dct:rights ?rights ; dct:license/rdfs:label ?terms ;
            att:unitMeasure/skos:notation ?unit ; qb:structure [] .
        }""")
    assert len(table) == 5
    assert set(table["unit"]) == {"ug/m3", "1/d"}
    assert all("Origen de los datos: Ayuntamiento de Madrid" in each for each in table["rights"])
    assert all("do not suggest that the city takes part" in each for each in table["terms"])


def test_the_24_stations_have_names(cube: lod.Source) -> None:
    table = cube.select(
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
        "SELECT ?code ?name { ?s skos:notation ?code ; skos:prefLabel ?name "
        "FILTER(LANG(?name) = '') }"
    )
    assert len(table) == 24
    assert "Pza. del Carmen" in table["name"]


def test_the_tool_rebuilds_the_shipped_file_byte_by_byte(shared: Path, tmp_path: Path) -> None:
    built = tmp_path / "built.ttl"
    bundle = shared / "data/madrid"
    subprocess.run([sys.executable, TOOL, bundle, "--out", built], check=True, cwd=tmp_path)
    assert built.read_bytes() == (MADRID / "air_quality.ttl").read_bytes()
    built.write_bytes(built.read_bytes() + b"#")
    check = subprocess.run(
        [sys.executable, TOOL, bundle, "--check", "--out", built],
        check=False, cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert check.returncode == 1
    assert "build it again" in check.stderr


def test_the_cube_says_the_same_as_the_city_s_series(cube: lod.Source, shared: Path) -> None:
    with (shared / "data/madrid/derived/bicimad_monthly.csv").open(encoding="utf-8") as file:
        uses = {row["month"]: float(row["mean_daily"]) for row in csv.DictReader(file)}
    series = ask(cube, "bicimad_monthly").series(period="month", value="value")
    assert dict(zip(series.periods, series.values.tolist(), strict=True)) == uses
    with (shared / "data/madrid/derived/no2_daily_by_station.csv").open(encoding="utf-8") as file:
        days = {
            row.pop("date"): np.mean([float(each) for each in row.values() if each])
            for row in csv.DictReader(file)
        }
    daily = ask(cube, "no2_daily").series(period="day", value="value")
    np.testing.assert_allclose(daily.values, [days[each] for each in daily.periods], atol=0.0051)


def test_the_students_turtle_agrees_within_a_fifth_of_a_microgram(
    cube: lod.Source, shared: Path
) -> None:
    folder = shared / "data/madrid/lod"
    theirs = lod.open(
        folder / "air_measurements_averages_2017.ttl", folder / "air_measurements_averages_2018.ttl"
    )
    table = theirs.select("""
        PREFIX sosa: <http://www.w3.org/ns/sosa/>
        PREFIX p: <http://www.group07.linkeddata.org/property#>
        SELECT (SUBSTR(STR(?time), 1, 7) AS ?month)
               (STRAFTER(STR(?sensor), "/station/") AS ?station) ?value {
          ?property p:hasSubstance <http://dbpedia.org/resource/Nitrogen_dioxide> ;
            p:hasMetricValue ?value ; sosa:madeBySensor ?sensor .
          ?observation sosa:observedProperty ?property ; sosa:resultTime ?time .
          FILTER(STR(?time) < "2018-05")
        }""")
    panel = table.panel(period="month", name="station", value="value")
    assert (panel.periods[0], panel.periods[-1]) == ("2017-01", "2018-04")
    assert np.isfinite(panel.values).sum() == 384
    ours = by_code(cube)
    rows = [ours.periods.index(each) for each in panel.periods]
    np.testing.assert_allclose(panel.values, ours.subset(panel.names).values[rows], atol=0.2)
