"""Build the Linked Data of the Madrid example from the bundle of open data.

Usage::

    python tools/build_madrid_air.py BUNDLE [--check] [--out FILE]

BUNDLE is the folder that holds ``derived/``, ``raw/`` and ``lod/``. The file written is an RDF Data
Cube in Turtle, the same bytes for the same bundle. ``--check`` writes nothing and fails if the
shipped file differs. No figure is changed but for the one mean that the description states.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

from fcm import lod

OUT = Path(__file__).resolve().parent.parent / "fcm/examples/madrid/air_quality.ttl"
LEAST_COVERAGE = Decimal("0.75")
FIRST_DAY, LAST_DAY = "2016-01-01", "2017-04-30"

HEAD = """\
# Air quality and bicycle hire in Madrid as an RDF Data Cube. Origen de los datos: Ayuntamiento de
# Madrid. Written by tools/build_madrid_air.py; do not edit.

@prefix : <urn:fcm:madrid:> .
@prefix att: <http://purl.org/linked-data/sdmx/2009/attribute#> .
@prefix code: <http://purl.org/linked-data/sdmx/2009/code#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix dim: <http://purl.org/linked-data/sdmx/2009/dimension#> .
@prefix qb: <http://purl.org/linked-data/cube#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix station: <urn:fcm:madrid:station:> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

# Measures, units and codes

:no2 a qb:MeasureProperty , rdf:Property ;
  rdfs:label "nitrogen dioxide (NO2), mean concentration"@en ,
    "dióxido de nitrógeno (NO2), concentración media"@es ;
  rdfs:range xsd:decimal .

:uses a qb:MeasureProperty , rdf:Property ;
  rdfs:label "BiciMAD bicycle hires a day"@en , "usos diarios de BiciMAD"@es ;
  rdfs:range xsd:decimal .

:coverage a qb:AttributeProperty , rdf:Property ;
  rdfs:label "share of the hours of the period with a valid measurement"@en ;
  rdfs:range xsd:decimal .

:stations a qb:AttributeProperty , rdf:Property ;
  rdfs:label "number of stations in the mean"@en ;
  rdfs:range xsd:integer .

:days a qb:AttributeProperty , rdf:Property ;
  rdfs:label "number of days in the mean"@en ;
  rdfs:range xsd:integer .

:microgram-per-cubic-metre a skos:Concept ;
  skos:notation "ug/m3" ;
  skos:prefLabel "microgram per cubic metre"@en .

:uses-per-day a skos:Concept ;
  skos:notation "1/d" ;
  skos:prefLabel "uses per day"@en .

:low-coverage a skos:Concept ;
  skos:prefLabel "fewer than 75 % of the hours are valid; kept, not to be used unseen"@en .

:publisher a dct:Agent ;
  rdfs:label "Ayuntamiento de Madrid, portal de datos abiertos (datos.madrid.es)"@es .

:terms a dct:RightsStatement ;
  rdfs:label "General terms of use of datos.madrid.es: reuse is allowed, also commercially; cite \
the source and the date of last update; keep the meaning of the data; do not suggest that the city \
takes part in the reuse, sponsors or endorses it. The files do not state the dates of last update; \
the periods covered are given instead."@en .
"""

STRUCTURES = """
# Structures: time; area and time

:by-month-and-station a qb:DataStructureDefinition ;
  qb:component [ qb:dimension dim:refArea ] , [ qb:dimension dim:refPeriod ] ,
    [ qb:measure :no2 ] , [ qb:attribute :coverage ] , [ qb:attribute att:obsStatus ] ,
    [ qb:attribute att:unitMeasure ; qb:componentAttachment qb:DataSet ] .

:no2-by-period a qb:DataStructureDefinition ;
  qb:component [ qb:dimension dim:refPeriod ] , [ qb:measure :no2 ] , [ qb:attribute :stations ] ,
    [ qb:attribute att:unitMeasure ; qb:componentAttachment qb:DataSet ] .

:uses-by-period a qb:DataStructureDefinition ;
  qb:component [ qb:dimension dim:refPeriod ] , [ qb:measure :uses ] , [ qb:attribute :days ] ,
    [ qb:attribute att:unitMeasure ; qb:componentAttachment qb:DataSet ] .
"""

AIR = "hourly air quality files of the city's network, 2016-01 to 2019-12"
HIRE = "daily uses of BiciMAD (EMT Madrid), 2014-06 to 2017-04"
AIR_SOURCE = "Origen de los datos: Ayuntamiento de Madrid (air quality, 2016-01 to 2019-12)"
HIRE_SOURCE = (
    "Origen de los datos: Ayuntamiento de Madrid (BiciMAD, EMT Madrid, 2014-06 to 2017-04)"
)


def main() -> int:
    """Write or check the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("bundle", type=Path, help="folder with derived/, raw/ and lod/")
    parser.add_argument("--out", type=Path, default=OUT, help="file to write or to compare with")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    given = parser.parse_args()
    text = build(given.bundle).encode()
    if not given.check:
        given.out.write_bytes(text)
        return 0
    if not given.out.exists() or given.out.read_bytes() != text:
        sys.stderr.write(f"{given.out} differs from what {given.bundle} gives; build it again.\n")
        return 1
    return 0


def build(bundle: Path) -> str:
    """Return the whole file as text."""
    monthly = [
        row
        for row in _rows(bundle / "derived/air_quality_station_monthly.csv")
        if row["pollutant"] == "NO2"
    ]
    city = [
        row
        for row in _rows(bundle / "derived/air_quality_monthly.csv")
        if row["pollutant"] == "NO2"
    ]
    hires = {
        row["date"]: Decimal(row["total"])
        for row in _rows(bundle / "raw/bicimad_daily_uses_2014-06_2017-04.csv")
        if row["total"] and FIRST_DAY <= row["date"] <= LAST_DAY
    }
    daily = {
        day: (mean, count)
        for day, mean, count in _daily(bundle / "derived/no2_daily_by_station.csv")
        if day in hires
    }
    hire_months = list(_rows(bundle / "derived/bicimad_monthly.csv"))
    names = _station_names(bundle / "lod/air_stations_with_links.ttl")
    parts = [
        HEAD,
        _stations(sorted({row["station"] for row in monthly}), names),
        STRUCTURES,
        _dataset(
            "no2-station-month",
            "by-month-and-station",
            ":microgram-per-cubic-metre",
            AIR,
            AIR_SOURCE,
            "NO2 by station and month",
            "Mean of the valid hourly values of each station and month; coverage is the share of "
            "hours that are valid. Station-months with coverage below 0.75 are kept and marked "
            "with the status :low-coverage.",
            [
                f"<m:{row['station']}:{row['month']}> dim:refArea station:{row['station']} ; "
                f"{_month(row['month'])} ; :no2 {_number(row['mean'])} ; "
                f":coverage {_number(row['coverage'])} ; att:obsStatus {_status(row['coverage'])}"
                for row in sorted(monthly, key=lambda row: (row["station"], row["month"]))
            ],
        ),
        _dataset(
            "no2-city-month",
            "no2-by-period",
            ":microgram-per-cubic-metre",
            AIR,
            AIR_SOURCE,
            "NO2 in the city by month",
            "Mean over those stations whose coverage is at least 0.75 in all 48 months, of their "
            "monthly means.",
            [
                f"<c:{row['month']}> {_month(row['month'])} ; "
                f":no2 {_number(row['mean_balanced'])} ; "
                f":stations {int(row['stations_balanced'])}"
                for row in sorted(city, key=lambda row: row["month"])
            ],
        ),
        _dataset(
            "no2-city-day",
            "no2-by-period",
            ":microgram-per-cubic-metre",
            AIR,
            AIR_SOURCE,
            "NO2 in the city by day",
            "Mean over the stations that have at least 18 valid hours on that day, of their daily "
            "means, rounded to 0.01; :stations says how many, so the set of stations may change "
            f"from day to day. Only the days from {FIRST_DAY} to {LAST_DAY} on which the daily "
            "uses of BiciMAD are known.",
            [
                f'<d:{day}> dim:refPeriod "{day}"^^xsd:date ; '
                f":no2 {_number(str(mean))} ; :stations {count}"
                for day, (mean, count) in sorted(daily.items())
            ],
        ),
        _dataset(
            "bicimad-month",
            "uses-by-period",
            ":uses-per-day",
            HIRE,
            HIRE_SOURCE,
            "BiciMAD uses a day, mean by month",
            "Uses of the month divided by its days with a total. The number of bicycles in working "
            "order is not known: a fall need not be a fall in demand.",
            [
                f"<b:{row['month']}> {_month(row['month'])} ; :uses {_number(row['mean_daily'])} ; "
                f":days {int(row['days_with_data'])}"
                for row in sorted(hire_months, key=lambda row: row["month"])
            ],
        ),
        _dataset(
            "bicimad-day",
            "uses-by-period",
            ":uses-per-day",
            HIRE,
            HIRE_SOURCE,
            "BiciMAD uses by day",
            f"Uses of holders of annual and occasional passes together, {FIRST_DAY} to {LAST_DAY}.",
            [
                f'<u:{day}> dim:refPeriod "{day}"^^xsd:date ; :uses {_number(str(hires[day]))} ; '
                ":days 1"
                for day in sorted(daily)
            ],
        ),
    ]
    return "".join(parts)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _daily(path: Path) -> Iterator[tuple[str, Decimal, int]]:
    """Yield day, mean over the stations with a value, and their number."""
    for row in _rows(path):
        values = [Decimal(each) for name, each in row.items() if name != "date" and each]
        if values:
            mean = sum(values, Decimal(0)) / len(values)
            yield row["date"], mean.quantize(Decimal("0.01"), ROUND_HALF_EVEN), len(values)


def _station_names(path: Path) -> dict[str, str]:
    """Return the names of the stations by code; names are facts, nothing else is taken."""
    table = lod.open(path).select(
        "SELECT ?station ?name WHERE { ?station a <http://purl.oclc.org/NET/ssnx/ssn#Sensor> ; "
        "<http://www.w3.org/2000/01/rdf-schema#label> ?name }"
    )
    return {
        iri.rpartition("/")[2]: name
        for iri, name in zip(table["station"], table["name"], strict=True)
    }


def _stations(codes: list[str], names: dict[str, str]) -> str:
    lines = [
        f'station:{code} a skos:Concept ; skos:notation "{code}" ; '
        f'skos:prefLabel "{_text(names[code])}" .'
        for code in codes
    ]
    return "\n# Stations of the city's network\n\n" + "\n".join(lines) + "\n"


def _dataset(
    name: str,
    structure: str,
    unit: str,
    source: str,
    credit: str,
    title: str,
    about: str,
    observations: list[str],
) -> str:
    head = f"""
# {title}

:{name} a qb:DataSet ;
  dct:title "{title}"@en ;
  dct:description "{about}"@en ;
  dct:source "datos.madrid.es: {source}" ;
  dct:publisher :publisher ;
  dct:license :terms ;
  dct:rights "{credit}" ;
  att:unitMeasure {unit} ;
  qb:structure :{structure} .

"""
    lines = []
    for each in observations:
        place, _, rest = each.partition("> ")
        lines.append(
            f"<urn:fcm:madrid:{place[1:]}> a qb:Observation ; {rest} ; qb:dataSet :{name} ."
        )
    return head + "\n".join(lines) + "\n"


def _text(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _month(month: str) -> str:
    return f'dim:refPeriod "{month}"^^xsd:gYearMonth'


def _number(text: str) -> str:
    """Return the shortest Turtle decimal of the same value."""
    value = f"{Decimal(text):f}"
    whole, _, fraction = value.partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}"


def _status(coverage: str) -> str:
    return "code:obsStatus-A" if Decimal(coverage) >= LEAST_COVERAGE else ":low-coverage"


if __name__ == "__main__":
    sys.exit(main())
