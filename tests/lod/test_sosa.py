from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fcm import examples, lod
from fcm.errors import NoSuchIndicator
from fcm.lod.datasets.cube import cube, cubes
from fcm.lod.datasets.sosa import CLASSES, SOSA
from fcm.lod.series.coarser import coarser

PREFIXES = """
@prefix : <urn:t:> .
@prefix sosa: <http://www.w3.org/ns/sosa/> .
@prefix qudt: <http://qudt.org/schema/qudt/> .
@prefix unit: <http://qudt.org/vocab/unit/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SIMPLE = "".join(
    f":o{i} a sosa:Observation ; sosa:observedProperty :no2 ; sosa:madeBySensor :s{i % 2} ; "
    f'sosa:resultTime "2018-01-0{i + 1}T12:00:00Z"^^xsd:dateTime ; '
    f"sosa:hasSimpleResult {40 + i} .\n"
    for i in range(4)
)
BEHIND = "".join(
    f":o{i} a sosa:Observation ; sosa:observedProperty :p{i % 2} ; sosa:hasResult :r{i} ; "
    f'sosa:resultTime "2018-01-0{i // 2 + 1}T12:00:00Z"^^xsd:dateTime . '
    f":r{i} qudt:numericValue {40.5 + i} ; qudt:unit unit:MicroGM-PER-M3 .\n"
    for i in range(4)
)


def opened(tmp_path: Path, text: str) -> lod.Source:
    file = tmp_path / "sensors.ttl"
    file.write_text(PREFIXES + text, encoding="utf-8")
    return lod.open(file)


def test_simple_results_are_a_cube_by_sensor(tmp_path: Path) -> None:
    (one,) = cubes(opened(tmp_path, SIMPLE))
    assert (one.kind, one.iri) == ("sosa", SOSA + "Observation")
    series = one.series(madeBySensor="s1")
    assert series.periods == ("2018-01-02", "2018-01-04")
    assert series.values.tolist() == [41, 43]


def test_results_with_a_unit_are_followed(tmp_path: Path) -> None:
    one = cube(opened(tmp_path, BEHIND), SOSA + "Observation")
    series = one.series(observedProperty="p1")
    assert (series.values.tolist(), series.unit) == ([41.5, 43.5], "ug/m3")


def test_the_time_that_was_observed_counts_not_the_time_of_the_result(tmp_path: Path) -> None:
    both = ':o0 sosa:phenomenonTime "2017-12-31T23:00:00Z"^^xsd:dateTime . '
    rest = "".join(f':o{i} sosa:phenomenonTime "2017-12-0{i}T23:00:00Z" . ' for i in range(1, 4))
    one = cube(opened(tmp_path, SIMPLE + both + rest), SOSA + "Observation")
    assert one.structure.time == SOSA + "phenomenonTime"
    assert one.series(madeBySensor="s1").periods == ("2017-12-01", "2017-12-03")
    nodes = "".join(f":o{i} sosa:phenomenonTime :interval{i} . " for i in range(4))
    one = cube(opened(tmp_path, SIMPLE + nodes), SOSA + "Observation")
    assert one.structure.time == SOSA + "resultTime"
    assert len(one.series(madeBySensor="s1")) == 2


def test_observations_without_a_number_are_refused(tmp_path: Path) -> None:
    source = opened(tmp_path, ":o a sosa:Observation ; sosa:madeBySensor :s .")
    with pytest.raises(NoSuchIndicator, match="have no numbers"):
        cube(source, SOSA + "Observation")
    with pytest.raises(NoSuchIndicator, match="no observations of the class"):
        cube(source, CLASSES[1])


def test_the_students_air_quality_agrees_with_the_city_s(shared: Path) -> None:
    folder = shared / "data/madrid/lod"
    (one,) = cubes(lod.open(*sorted(folder.glob("air_*.ttl"))))
    assert len(one.observations()) == 1994
    assert len(one.codes("madeBySensor")) == 24
    series = one.series(madeBySensor="Pza. del Carmen", hasSubstance="Nitrogen_dioxide")
    months = coarser(series, to="month", how="first")
    city = cube(
        lod.open(examples.path("madrid") / "air_quality.ttl"), "urn:fcm:madrid:no2-station-month"
    ).series(refArea="Pza. del Carmen")
    at = [city.periods.index(each) for each in months.periods]
    # Their last month, May 2018, ends before the month does.
    np.testing.assert_allclose(months.values[:-1], city.values[at][:-1], atol=0.2)
    assert months.unit == "http://purl.obolibrary.org/obo/UO_0000083"  # as stated, which is katal
