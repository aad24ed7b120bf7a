"""Cubes in every shape in which publishers write them, and the real ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fcm import examples, lod
from fcm.errors import EvidenceError, LodError, NoSuchIndicator
from fcm.lod.datasets.cube import Cube, cube, cubes
from fcm.lod.series.coarser import coarser

PREFIXES = """
@prefix : <urn:t:> .
@prefix qb: <http://purl.org/linked-data/cube#> .
@prefix dim: <http://purl.org/linked-data/sdmx/2009/dimension#> .
@prefix att: <http://purl.org/linked-data/sdmx/2009/attribute#> .
@prefix mea: <http://purl.org/linked-data/sdmx/2009/measure#> .
@prefix code: <http://purl.org/linked-data/sdmx/2009/code#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
ROWS = """
:o1 qb:dataSet :d ; dim:refArea :a ; dim:refPeriod "2018"^^xsd:gYear ; :no2 40 .
:o2 qb:dataSet :d ; dim:refArea :a ; dim:refPeriod "2019"^^xsd:gYear ; :no2 38.5 .
:o3 qb:dataSet :d ; dim:refArea :b ; dim:refPeriod "2018"^^xsd:gYear ; :no2 20 .
"""
DECLARED = """
:d a qb:DataSet ; rdfs:label "Air"@en ; qb:structure [ qb:component [ qb:dimension dim:refArea ] ,
  [ qb:dimension dim:refPeriod ] , [ qb:measure :no2 ] ] .
:a skos:prefLabel "Centro"@es ; skos:notation "01" . :b rdfs:label "Norte" .
"""


@pytest.fixture(params=["pyoxigraph", "rdflib"])
def write(tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    def make(text: str) -> lod.Source:
        file = tmp_path / "cube.ttl"
        file.write_text(PREFIXES + text, encoding="utf-8")
        return lod.open(file, engine=request.param)

    return make


def test_a_declared_cube_gives_its_structure_codes_and_series(write: Any) -> None:
    one = cube(write(DECLARED + ROWS), "urn:t:d")
    assert [each.name for each in one.dimensions] == ["refArea", "refPeriod"]
    assert [each.name for each in one.measures] == ["no2"]
    assert (one.label, one.structure.inferred) == ("Air", False)
    assert [(c.name, c.notation) for c in one.codes("refArea")] == [("Centro", "01"), ("Norte", "")]
    series = one.series(refArea="Centro")
    assert series.periods == ("2018", "2019")
    assert series.values.tolist() == [40, 38.5]
    assert series.origin.source == "cube.ttl"
    assert series.origin.note.startswith("no2 of urn:t:d, refArea=urn:t:a; SPARQL query ")
    assert repr(one) == "Cube('Air': no2 by refArea, refPeriod)"


@pytest.mark.parametrize("area", ["Centro", "01", "urn:t:a", lod.IRI("urn:t:a")])
def test_a_code_is_given_by_label_notation_or_iri(write: Any, area: Any) -> None:
    assert len(cube(write(DECLARED + ROWS), "urn:t:d").series(refArea=area)) == 2


def test_the_abbreviated_structure_is_understood(write: Any) -> None:
    one = cube(
        write(
            ROWS + ":d qb:structure [ qb:component [ qb:componentProperty dim:refArea ] , "
            "[ qb:componentProperty dim:refPeriod ] , [ qb:componentProperty :no2 ] ] . "
            "dim:refArea a qb:DimensionProperty . dim:refPeriod a qb:DimensionProperty . "
            ":no2 a qb:MeasureProperty ."
        ),
        "urn:t:d",
    )
    assert (len(one.dimensions), len(one.measures), one.structure.inferred) == (2, 1, False)
    assert one.series(refArea="urn:t:b").values.tolist() == [20]


def test_no_structure_at_all_is_inferred_and_said(write: Any) -> None:
    one = cube(write(ROWS), "urn:t:d")
    assert one.structure.inferred
    assert "structure inferred" in repr(one)
    assert one.structure.sampled == 3
    series = one.series(refArea="urn:t:a")
    assert series.values.tolist() == [40, 38.5]
    assert "structure inferred" in series.origin.note


def test_inference_takes_years_only_from_what_calls_itself_a_year(write: Any) -> None:
    source = write(
        ':o1 qb:dataSet :d ; :year 2018 ; :zone "1001" ; :v 1 . '
        ':o2 qb:dataSet :d ; :year 2019 ; :zone "1001" ; :v 2 . '
    )
    one = cube(source, "urn:t:d")
    assert one.structure.time == "urn:t:year"
    assert [each.name for each in one.dimensions] == ["year", "zone"]
    assert one.series().values.tolist() == [1, 2]


def test_a_measure_dimension_tells_measures_apart(write: Any) -> None:
    source = write("""
:d qb:structure [ qb:component [ qb:dimension qb:measureType ] , [ qb:dimension dim:refPeriod ] ,
  [ qb:measure :no2 ] , [ qb:measure :pm10 ] ] .
:o1 qb:dataSet :d ; qb:measureType :no2 ; dim:refPeriod "2018"^^xsd:gYear ; :no2 40 .
:o2 qb:dataSet :d ; qb:measureType :pm10 ; dim:refPeriod "2018"^^xsd:gYear ; :pm10 30 .
""")
    one = cube(source, "urn:t:d")
    assert one.series(measure="pm10").values.tolist() == [30]
    assert one.series(measure="urn:t:no2").values.tolist() == [40]
    with pytest.raises(NoSuchIndicator, match=r"2 measures \('no2', 'pm10'\); say which"):
        one.series()
    with pytest.raises(NoSuchIndicator, match=r"no measure 'no3'.*'no2'"):
        one.series(measure="no3")


def test_a_measure_dimension_over_obs_value_is_understood(write: Any) -> None:
    source = write("""
:o1 qb:dataSet :d ; qb:measureType :no2 ; dim:refPeriod "2018"^^xsd:gYear ; mea:obsValue 40 .
:o2 qb:dataSet :d ; qb:measureType :pm10 ; dim:refPeriod "2018"^^xsd:gYear ; mea:obsValue 30 .
""")
    one = cube(source, "urn:t:d")
    assert [each.name for each in one.measures] == ["no2", "pm10"]
    assert one.series(measure="pm10").values.tolist() == [30]


def test_several_measures_on_one_observation(write: Any) -> None:
    source = write(
        ':o1 qb:dataSet :d ; dim:refPeriod "2018"^^xsd:gYear ; mea:a 1 ; mea:b 2 . '
        ':o2 qb:dataSet :d ; dim:refPeriod "2019"^^xsd:gYear ; mea:a 3 . '
    )
    one = cube(source, "urn:t:d")
    assert one.series(measure="a").values.tolist() == [1, 3]
    series = one.series(measure="b")
    np.testing.assert_array_equal(series.values, [2, np.nan])
    assert series.quality is not None
    assert series.quality.empty == 1


def test_slices_carry_their_dimensions(write: Any) -> None:
    one = cube(
        write("""
:d a qb:DataSet ; qb:slice :s1 , :s2 . :s1 dim:refArea :a ; qb:observation :o1 .
:s2 dim:refArea :b ; qb:observation :o2 .
:o1 dim:refPeriod "2018"^^xsd:gYear ; :no2 40 . :o2 dim:refPeriod "2019"^^xsd:gYear ; :no2 20 .
"""),
        "urn:t:d",
    )
    assert one.structure.kind == "qb slices"
    assert one.series(refArea="a").values.tolist() == [40]
    with pytest.raises(EvidenceError, match="2 values of 'refArea'"):
        one.series()


def test_a_dimension_on_the_slice_of_a_linked_observation_is_not_lost(write: Any) -> None:
    source = write("""
:d qb:structure [ qb:component [ qb:dimension dim:refArea ] , [ qb:dimension dim:refPeriod ] ,
  [ qb:measure :no2 ] ] ; qb:slice :s1 , :s2 .
:s1 dim:refArea :a ; qb:observation :o1 . :s2 dim:refArea :b ; qb:observation :o2 .
:o1 qb:dataSet :d ; dim:refPeriod "2018"^^xsd:gYear ; :no2 40 .
:o2 qb:dataSet :d ; dim:refPeriod "2019"^^xsd:gYear ; :no2 20 .
""")
    with pytest.raises(EvidenceError, match="2 values of 'refArea'"):
        cube(source, "urn:t:d").series()


def test_what_the_data_set_states_holds_for_every_observation(write: Any) -> None:
    source = write("""
:d qb:structure [ qb:component [ qb:dimension :year ] , [ qb:dimension dim:refArea ] ,
  [ qb:attribute att:unitMeasure ] , [ qb:attribute att:unitMult ] , [ qb:measure :v ] ] ;
  :year <http://reference.data.gov.uk/id/year/2006> ; dim:refArea :a ; att:unitMeasure :eur .
:eur skos:notation "EUR" .
:o1 qb:dataSet :d ; :v 1.5 ; att:unitMult 6 .
""")
    one = cube(source, "urn:t:d")
    series = one.series(refArea="a")
    assert (series.periods, series.unit) == (("2006",), "10^6 EUR")
    assert series.convert(to="EUR").values.tolist() == [1_500_000]
    with pytest.raises(NoSuchIndicator, match="has 'refArea' = 'b'"):
        one.series(refArea="b")
    with pytest.raises(NoSuchIndicator, match=r"all of .* has 'refArea' = 'urn:t:a'"):
        one.series(refArea=lod.IRI("urn:t:b"))


def test_a_unit_can_stand_on_the_measure_and_a_date_on_the_data_set(write: Any) -> None:
    source = write(
        ':o1 qb:dataSet :d ; dim:refPeriod "2018"^^xsd:gYear ; mea:a 1 ; mea:b 2 . '
        "mea:a att:unitMeasure <http://qudt.org/vocab/unit/KiloGM> . mea:b att:unitMeasure :x . "
        ':d dct:modified "2019-02-03"^^xsd:date .'
    )
    one = cube(source, "urn:t:d")
    assert (one.series(measure="a").unit, one.series(measure="b").unit) == ("kg", "urn:t:x")
    assert one.series(measure="a").origin.date == "2019-02-03"


def test_mixed_units_and_multipliers_are_refused(write: Any) -> None:
    source = write("""
:o1 qb:dataSet :d ; dim:refPeriod "2018"^^xsd:gYear ; :v 1.5 ; att:unitMult 6 .
:o2 qb:dataSet :d ; dim:refPeriod "2019"^^xsd:gYear ; :v 1.5 ; att:unitMult 3 .
""")
    with pytest.raises(EvidenceError, match=r"different units: '10\^3 1', '10\^6 1'"):
        cube(source, "urn:t:d").series()
    wrong = write(':o1 qb:dataSet :d ; dim:refPeriod "2018" ; :v 1 ; att:unitMult "million" .')
    with pytest.raises(EvidenceError, match="multiplier of a unit is 'million'"):
        cube(wrong, "urn:t:d").series()


def test_two_units_with_one_notation_are_two_units(write: Any) -> None:
    source = write("""
:x skos:notation "EUR" . :y skos:notation "EUR" .
:o1 qb:dataSet :d ; dim:refPeriod "2018"^^xsd:gYear ; :v 1.5 ; att:unitMeasure :x .
:o2 qb:dataSet :d ; dim:refPeriod "2019"^^xsd:gYear ; :v 1.5 ; att:unitMeasure :y .
""")
    with pytest.raises(EvidenceError, match="different units: 'urn:t:x', 'urn:t:y'"):
        cube(source, "urn:t:d").series()


def test_status_confidence_and_revisions_are_read(write: Any) -> None:
    source = write("""
:o1 qb:dataSet :d ; dim:refPeriod "2018"^^xsd:gYear ; :v 1 ; dct:issued "2019-01-01"^^xsd:date .
:o2 qb:dataSet :d ; dim:refPeriod "2018"^^xsd:gYear ; :v 2 ; dct:issued "2019-09-01"^^xsd:date ;
  att:obsStatus code:obsStatus-E .
""")
    series = cube(source, "urn:t:d").series()
    assert (series.values.tolist(), series.confidence.tolist()) == ([2], [0.6])
    assert series.quality is not None
    assert series.quality.revisions == 1


def test_ill_typed_values_and_unreadable_periods_are_counted(write: Any) -> None:
    source = write("""
:o1 qb:dataSet :d ; dim:refPeriod "2018"^^xsd:gYear ; :v "1,5"^^xsd:decimal .
:o2 qb:dataSet :d ; dim:refPeriod "soon" ; :v 1 .
:o3 qb:dataSet :d ; dim:refPeriod "2019"^^xsd:gYear ; :v 3 .
""")
    one = cube(source, "urn:t:d")
    assert one.structure.inferred
    series = one.series()
    np.testing.assert_array_equal(series.values, [np.nan, 3])
    assert series.quality is not None
    assert (series.quality.invalid, series.quality.unreadable) == (1, 1)


def test_a_literal_code_is_matched_as_text_and_cannot_change_the_query(write: Any) -> None:
    source = write(
        ':o1 qb:dataSet :d ; dim:refPeriod "2018"^^xsd:gYear ; dim:age "Y_LT15" ; :v 1 . '
        ':o2 qb:dataSet :d ; dim:refPeriod "2018"^^xsd:gYear ; dim:age "a\\" } #" ; :v 2 . '
        ':o3 qb:dataSet :d ; dim:refPeriod "2018"^^xsd:gYear ; dim:age 65 ; :v 3 . '
    )
    one = cube(source, "urn:t:d")
    assert one.series(age="Y_LT15").values.tolist() == [1]
    assert one.series(age='a" } #').values.tolist() == [2]
    assert one.series(age="65").values.tolist() == [3]
    assert one.series(age=65).values.tolist() == [3]


def test_names_that_are_not_there_are_refused_with_the_nearest(write: Any) -> None:
    one = cube(write(DECLARED + ROWS), "urn:t:d")
    with pytest.raises(NoSuchIndicator, match=r"no component 'refAera'.*Did you mean 'refArea'"):
        one.series(refAera="a")
    with pytest.raises(NoSuchIndicator, match=r"has 'refArea' = 'Centr'.*Did you mean 'Centro'"):
        one.series(refArea="Centr")
    with pytest.raises(NoSuchIndicator, match="no observation with refArea=urn:t:z"):
        one.series(refArea=lod.IRI("urn:t:z"))
    with pytest.raises(NoSuchIndicator, match=r"no observations in this source.*'urn:t:d'"):
        cube(write(DECLARED + ROWS), "urn:t:dd")
    with pytest.raises(EvidenceError, match="is the time of"):
        one.series(refArea="a", refPeriod="2018")
    with pytest.raises(NoSuchIndicator, match="say measure='no2'"):
        one.series(no2="40")


def test_one_label_for_two_codes_is_refused(write: Any) -> None:
    one = cube(write(DECLARED + ROWS + ':b skos:prefLabel "Centro"@es .'), "urn:t:d")
    assert one.panel("refArea").names == ("Centro", "Norte")
    twice = cube(write(ROWS + ':a rdfs:label "X" . :b rdfs:label "X" .'), "urn:t:d")
    with pytest.raises(NoSuchIndicator, match="'X' stands for 2 codes of 'refArea'"):
        twice.series(refArea="X")
    assert twice.panel("refArea").names == ("urn:t:a", "urn:t:b")


def test_a_cube_without_time_gives_no_series(write: Any) -> None:
    with pytest.raises(LodError, match="no dimension whose values are periods"):
        cube(write(":o1 qb:dataSet :d ; dim:refArea :a ; :v 1 ."), "urn:t:d").series()


def test_cubes_lists_declared_and_undeclared_ones(write: Any) -> None:
    source = write(DECLARED + ROWS + ":p qb:dataSet :e ; :v 1 . :f a qb:DataSet .")
    assert [each.iri for each in cubes(source)] == ["urn:t:d", "urn:t:e", "urn:t:f"]
    assert [each.iri for each in cubes(source, declared_only=True)] == ["urn:t:d", "urn:t:f"]
    assert repr(cubes(source)[0]) == "Cube('Air', qb)"
    assert cubes(write(":a :b :c .")) == ()


def test_an_answer_in_part_is_not_taken_for_the_whole(write: Any) -> None:
    class Partial:
        def __init__(self, source: lod.Source) -> None:
            self.source, self.report = source, source.report

        def select(self, query: str, /, **bindings: Any) -> lod.Table:
            table = self.source.select(query, **bindings)
            rest = {"arrays": table.arrays, "issues": table.issues, "origin": table.origin}
            return lod.Table(columns=table.columns, complete=False, **rest)

    source = Partial(write(DECLARED + ROWS))
    with pytest.raises(LodError, match="may not be whole"):
        cubes(source)
    series = Cube(source=source, iri="urn:t:d", kind="qb").series(refArea="urn:t:a")
    assert series.quality is not None
    assert not series.quality.complete


# Real cubes


def published(shared: Path, folder: str) -> Cube:
    (one,) = cubes(lod.open(*sorted((shared / "data/lod" / folder).glob("*.ttl"))))
    return one


def test_scotland_counts_people_by_quarter(shared: Path) -> None:
    one = published(shared, "scot-employment")
    assert [each.name for each in one.codes("gender")] == ["All", "Female", "Male"]
    panel = one.panel("refArea", gender="Female")
    assert panel.values.shape == (4, 32)
    parts = [one.series(refArea="S12000036", gender=each).values for each in ("Female", "Male")]
    whole = one.series(refArea="S12000036", gender="All")
    assert whole.periods == ("2017-Q1", "2017-Q2", "2017-Q3", "2017-Q4")
    assert abs(sum(parts) - whole.values).max() <= 200  # rounded to hundreds by the publisher


def test_the_balance_of_payments_mixes_years_and_quarters(shared: Path) -> None:
    one = published(shared, "ons-bop")
    with pytest.raises(EvidenceError, match="108 by quarter and 24 by year"):
        one.series(flow="Export")
    with pytest.raises(EvidenceError, match="different values for one period"):
        one.series(flow="Export", every="year")  # the publisher gave all services one code
    series = one.series(flow="Import", cdid="APQL", every="quarter")
    assert (series.periods[0], series.values[0]) == ("2015-Q3", 11657.0)
    assert series.quality is not None
    assert series.quality.left_out["year"] > 0
    assert series.unit.endswith("gbp-million")


def test_regional_trade_has_two_measures_with_the_unit_as_a_dimension(shared: Path) -> None:
    one = published(shared, "ons-regional-trade")
    food = {"sitc-section": "0-food-and-live-animals", "flow": "Export"}
    money, mass = (one.series(measure=each, **food) for each in ("gbp-total", "net-mass"))
    assert (money.values.tolist(), money.unit) == ([9448.0], "gbp-million")
    assert (mass.values.tolist(), mass.unit) == ([12746731.0], "tonnes")
    assert mass.convert(to="Mt").values[0] == pytest.approx(12.746731)
    assert one.panel("sitc-section", measure="net-mass", flow="Export").values.shape == (1, 11)


def test_aragon_states_year_and_currency_for_the_whole_budget(shared: Path) -> None:
    one = published(shared, "aragon-2006")
    seen = one.observations()
    assert len(seen) == 298
    assert set(seen.units) == {"EUR"}
    panel = one.panel(
        "economicClassification",
        administrativeClassification="Ingresos del Servicio Aragonés de Salud",
    )
    assert panel.periods == ("2006",)


def test_exchange_rates_without_a_structure_are_read_by_day(shared: Path) -> None:
    one = published(shared, "ecb-fx-monthly")
    assert one.structure.inferred
    assert len(one.codes("currency")) == 41
    days = one.series(currency="USD")
    assert (days.periods[0], len(days)) == ("1999-01-04", 208)
    months = coarser(days, to="month", how="first")
    assert (months.periods[0], months.periods[-1], len(months)) == ("1999-01", "2016-04", 208)
    total = sum(len(one.series(currency=each.value)) for each in one.codes("currency"))
    assert total == len(one.observations()) == 8528


def test_madrid_s_own_cube_gives_the_series_of_the_shipped_query() -> None:
    madrid = examples.path("madrid")
    source = lod.open(madrid / "air_quality.ttl")
    one = cube(source, "urn:fcm:madrid:no2-station-month")
    table = source.select((madrid / "no2_stations.rq").read_text(encoding="utf-8"))
    shipped = table.panel(period="month", name="station", value="value")
    panel = one.panel("refArea")
    assert panel.periods == shipped.periods
    for name in shipped.names:
        known = np.isfinite(shipped[name])
        np.testing.assert_array_equal(panel[name][known], shipped[name][known])
    low = one.series(refArea="Moratalaz")
    assert low.confidence.min() == 0.4
    assert low.quality is not None
    assert low.quality.unknown_statuses == ("urn:fcm:madrid:low-coverage",)
    assert low.unit == "ug/m3"


def test_every_engine_gives_the_same_numbers(shared: Path, tmp_path: Path) -> None:
    import pyoxigraph as ox

    from fcm.lod.wire.remote import connect
    from tests.lod.servers import oxigraph

    files = sorted((shared / "data/lod/ons-regional-trade").glob("*.ttl"))
    embedded = lod.open(*files)
    triples = tmp_path / "all.nt"
    embedded.store.dump(str(triples), ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    with oxigraph(triples, tmp_path) as url:
        remote = connect(url, allow_private=True, min_interval=0.0)
        sources: list[lod.Source] = [embedded, lod.open(*files, engine="rdflib"), remote]
        found = [cubes(each)[0] for each in sources]
        panels = [
            one.panel("sitc-section", measure="gbp-total", flow="Export").values for one in found
        ]
        codes = [one.codes("sitc-section") for one in found]
    assert panels[0].tobytes() == panels[1].tobytes() == panels[2].tobytes()
    assert codes[0] == codes[1] == codes[2]
