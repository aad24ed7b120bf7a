from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fcm.errors import FileError, MissingExtraError
from fcm.lod.publishing.publish import publish
from fcm.lod.publishing.shapes import violations
from tests.lod.publications import BASE, PUBLISHED, city, known, runs


def write(folder: Path, text: str) -> Path:
    path = folder / "x.ttl"
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize("kind", PUBLISHED)
def test_what_is_published_keeps_to_the_shapes(tmp_path: Path, kind: str) -> None:
    pytest.importorskip("pyshacl")
    made = publish(PUBLISHED[kind]())
    assert violations(write(tmp_path, made.to_turtle())) == ()


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ('fcm:weight "0.1"^^xsd:double', "fcm:weight -2", "beyond the map's fcm:limit"),
        ('fcm:weight "0.1"^^xsd:double', 'fcm:weight "much"', "fcm:weight must be one number"),
        ('skos:prefLabel "NO₂"', 'skos:prefLabel "car traffic"', "have the same name"),
        ('skos:prefLabel "NO₂"', 'skos:prefLabel "NO₂"@en', "must have one name"),
        ('"Κίνηση"@el', '"Κίνηση"@el, "Κ"@el', "at most one skos:prefLabel in a language"),
        ("fcm:role fcm:OutcomeRole", "fcm:role fcm:Up", "fcm:role must be at most one of"),
        ("fcm:good fcm:Up", "fcm:good fcm:Data", "fcm:good must be at most one of"),
        ("fcm:position 1", "fcm:position 0", "whole number from 1"),
        ('fcm:limit "1.0"^^xsd:double', "fcm:limit 0", "number above 0"),
        ("a fcm:Origin, prov:Entity", "a prov:Entity", "must be one fcm:Origin"),
        ('fcm:kind "posts"', 'fcm:note "posts"', "fcm:kind must be one text"),
        ("fcm:status fcm:Data", "fcm:status fcm:Up", "fcm:status must be at most one of"),
        ('fcm:spread "0.1"^^xsd:double', "fcm:spread -1", "must be one number from 0"),
        ('dqv:value "0.5"^^xsd:double', "dqv:value 1.5", "number in [0, 1]"),
        ("dqv:isMeasurementOf fcm:DataShare", "dqv:isMeasurementOf fcm:Up", "of fcm:DataShare"),
        ('fcm:value "-1.0"^^xsd:double', "fcm:value -3", "one number in [-1, 1]"),
        ('fcm:conceptName "car traffic" ;', "", "of which concept"),
        ('fcm:sourceName "elsewhere" ;', "", "of which link"),
        ("fcm:untilStep 10", "fcm:untilStep 0", "whole number from 1"),
        ("fcm:hasConcept this:concept.car-traffic, ", "fcm:hasConcept ", "not of the map"),
    ],
)
def test_each_shape_finds_its_fault(tmp_path: Path, right: str, wrong: str, sentence: str) -> None:
    pytest.importorskip("pyshacl")
    text = publish(known(), base=BASE).to_turtle()
    if "conceptName" in right:
        text = text.replace("fcm:concept this:concept.car-traffic ;", "")
    assert right in text
    path = write(tmp_path, text.replace(right, wrong, 1).replace("fcm:note", "skos:note"))
    assert any(sentence in each for each in violations(path)), violations(path)


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ("fcm:ending fcm:FixedPoint", "fcm:ending fcm:Up", "fcm:ending must be one of"),
        ("prov:used this:map, ", "prov:used ", "must have used one fcm:Map"),
        ("a fcm:Dynamics", "a prov:Entity", "must be one fcm:Dynamics"),
        ("qb:dataSet this:results", "qb:dataSet this:run", "must be one qb:DataSet"),
    ],
)
def test_each_shape_of_runs_finds_its_fault(
    tmp_path: Path, right: str, wrong: str, sentence: str
) -> None:
    pytest.importorskip("pyshacl")
    text = publish(runs(), base=BASE).to_turtle()
    assert right in text
    path = write(tmp_path, text.replace(right, wrong, 1))
    assert any(sentence in each for each in violations(path)), violations(path)


def test_without_the_engine_of_shapes_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    with pytest.raises(MissingExtraError, match="pip install pyshacl"):
        violations(write(tmp_path, publish(city()).to_turtle()))


def test_a_file_that_is_not_well_formed_has_no_shapes_to_check(tmp_path: Path) -> None:
    pytest.importorskip("pyshacl")
    with pytest.raises(FileError, match="line 1"):
        violations(write(tmp_path, "<urn:a> nonsense ."))
