from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fcm import lod
from fcm.errors import NoSuchIndicator
from fcm.lod.datasets.cube import cube, cubes

TEXT = """
@prefix : <urn:t:> .
@prefix cube: <https://cube.link/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix qudt: <http://qudt.org/schema/qudt/> .
@prefix schema: <http://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:c a cube:Cube ; schema:name "Ozone"@en ; cube:observationSet :set .
:set cube:observation :o1 , :o2 , :o3 .
:o1 a cube:Observation ; cube:observedBy :bafu ; :year "2018"^^xsd:gYear ; :station :s1 ;
  :o3v 50.5 .
:o2 a cube:Observation ; cube:observedBy :bafu ; :year "2019"^^xsd:gYear ; :station :s1 ;
  :o3v ""^^cube:Undefined .
:o3 a cube:Observation ; cube:observedBy :bafu ; :year "2018"^^xsd:gYear ; :station :s2 ; :o3v 60 .
:s1 schema:name "Bern" .
"""
SHAPE = """
:c cube:observationConstraint [ sh:property
  [ a cube:KeyDimension ; sh:path :year ] , [ a cube:KeyDimension ; sh:path :station ] ,
  [ a cube:MeasureDimension ; sh:path :o3v ;
    qudt:unit <http://qudt.org/vocab/unit/MicroGM-PER-M3> ] ] .
"""


def opened(tmp_path: Path, text: str) -> lod.Source:
    file = tmp_path / "swiss.ttl"
    file.write_text(text, encoding="utf-8")
    return lod.open(file)


def test_the_shape_gives_roles_and_unit(tmp_path: Path) -> None:
    (one,) = cubes(opened(tmp_path, TEXT + SHAPE))
    assert (one.kind, one.label, one.structure.inferred) == ("cube.link", "Ozone", False)
    assert [each.name for each in one.dimensions] == ["station", "year"]
    series = one.series(station="Bern")
    np.testing.assert_array_equal(series.values, [50.5, np.nan])
    assert series.unit == "ug/m3"
    assert series.quality is not None
    assert (series.quality.empty, series.quality.invalid) == (1, 0)


def test_each_measure_has_the_unit_of_its_shape(tmp_path: Path) -> None:
    more = (
        ":o1 :days 7 . :c cube:observationConstraint [ sh:property [ a cube:MeasureDimension ; "
        "sh:path :days ; qudt:hasUnit <http://qudt.org/vocab/unit/DAY> ] ] ."
    )
    one = cube(opened(tmp_path, TEXT + SHAPE + more), "urn:t:c")
    assert one.series(measure="o3v", station="Bern").unit == "ug/m3"
    assert one.series(measure="days", station="Bern").unit == "d"


def test_without_a_shape_the_structure_is_inferred(tmp_path: Path) -> None:
    text = TEXT.replace('""^^cube:Undefined', "51")
    one = cube(opened(tmp_path, text), "urn:t:c")
    assert one.structure.inferred
    assert one.series(station="Bern").values.tolist() == [50.5, 51]


def test_a_cube_without_observations_is_refused(tmp_path: Path) -> None:
    source = opened(tmp_path, "@prefix : <urn:t:> . :c <https://cube.link/observationSet> :set .")
    with pytest.raises(NoSuchIndicator, match="no observations in this source"):
        cube(source, "urn:t:c")
