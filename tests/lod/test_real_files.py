"""Linked Data as others publish it, with its defects."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fcm import lod
from fcm.errors import EvidenceError, FileError


@pytest.mark.parametrize(
    ("name", "triples"),
    [
        ("air_measurements_averages_2017.ttl", 7296),
        ("air_measurements_averages_2018.ttl", 3826),
        ("air_stations_with_links.ttl", 232),
        ("bicycle_accidents_2018.ttl", 4368),
        ("districts.ttl", 84),
        ("districts_with_links.ttl", 105),
        ("neighbourhoods_with_links.ttl", 670),
        ("parking_ser_2018_with_links.ttl", 341),
        ("bike_parking.ttl", 8025),
        ("bicimad_stations_with_links.ttl", 1584),
    ],
)
def test_the_city_s_turtle_is_read_whole(shared: Path, name: str, triples: int) -> None:
    report = lod.open(shared / "data/madrid/lod" / name).report
    assert report.triples == triples
    assert report.repaired == 0


def test_all_436_invalid_times_of_the_accidents_are_counted_and_kept(shared: Path) -> None:
    source = lod.open(shared / "data/madrid/lod/bicycle_accidents_2018.ttl")
    times, numbers = source.report.ill_typed
    assert (times.count, numbers.count) == (436, 8)
    assert times.datatype.endswith("#dateTime")
    assert times.examples[0] == "Mon Jan 01 13:30:00 CET 2018"
    query = (
        "SELECT ?a ?t (STR(?t) AS ?text) { ?a <http://www.semanticweb.org/accidentes#hasDate> ?t }"
    )
    table = source.select(query)
    assert len(table) == 436
    assert np.isnat(table["t"]).all()
    assert table.issues["t"].count == 436
    assert all(" CET 2018" in each or " CEST 2018" in each for each in table["text"])
    with pytest.raises(EvidenceError, match="436 of 436 rows have no valid period"):
        table.panel(period="t", name="a", value="t")


def test_the_blank_in_an_iri_of_the_noise_file_is_refused_with_its_line(shared: Path) -> None:
    path = shared / "data/madrid/lod/noise_2017.ttl"
    with pytest.raises(FileError, match=r"lenient=True") as caught:
        lod.open(path)
    assert caught.value.line == 435
    source = lod.open(path, lenient=True)
    assert source.report.triples == 2745
    assert source.report.repaired_examples == (
        "http://www.acusticpoll.com/resource/Location/Méndez Álvaro",
    )
    place = lod.IRI("http://www.acusticpoll.com/resource/Location/Méndez%20Álvaro")
    assert len(source.select("SELECT ?s { ?s ?p ?place }", place=place)) == 1


def test_subjects_that_a_converter_left_behind_are_just_read(shared: Path) -> None:
    source = lod.open(shared / "data/madrid/lod/parking_ser_2018_with_links.ttl")
    table = source.select(
        "SELECT ?colour { ?s <http://www.aparcamientos-SER.org/propiedades#Color> ?colour }",
        s=lod.IRI("http://127.0.0.1:3333/0"),
    )
    assert list(table["colour"]) == ["Azul"]


@pytest.mark.parametrize(
    ("folder", "observations"),
    [
        ("scot-employment", 384),
        ("ons-bop", 396),
        ("ons-regional-trade", 44),
        ("aragon-2006", 298),
        ("ecb-fx-monthly", 8528),
    ],
)
def test_published_cubes_are_read_whole(shared: Path, folder: str, observations: int) -> None:
    source = lod.open(*sorted((shared / "data/lod" / folder).glob("*.ttl")))
    query = "SELECT ?o { ?o <http://purl.org/linked-data/cube#dataSet> ?d }"
    assert len(source.select(query)) == observations


def test_one_measure_of_two_datatypes_is_one_column_of_numbers(shared: Path) -> None:
    source = lod.open(shared / "data/lod/ecb-fx-monthly/observations.ttl")
    table = source.select(
        "SELECT ?v { ?o <http://purl.org/linked-data/sdmx/2009/measure#obsValue> ?v }"
    )
    assert table["v"].dtype == np.float64
    assert len(table) == 8528
    assert table.issues == {}
