"""Linked Open Data: RDF files asked in SPARQL, typed tables, series and panels.

>>> from fcm import examples, lod
>>> madrid = examples.path("madrid")
>>> source = lod.open(madrid / "air_quality.ttl")
>>> table = source.select((madrid / "no2_city.rq").read_text())
>>> no2 = table.series(period="month", value="value", unit="ug/m3", name="no2")
>>> lod.panel({"air_pollution": no2.normalise(bounds=(20, 60))})
Panel(2016-01..2019-12, 48 periods x 1 names, 48 of 48 cells known)

A server is one line, `lod.connect`, and the only thing here that opens a network connection.
`lod.publish` writes maps, weights with their evidence and results as Linked Open Data.
"""

from fcm.lod.answers.report import IllTyped, Report
from fcm.lod.answers.table import Table
from fcm.lod.datasets.cube import Code, Cube, cube, cubes
from fcm.lod.datasets.observations import Observations
from fcm.lod.datasets.odata import ODataTable, odata
from fcm.lod.datasets.structure import Component, Structure
from fcm.lod.datasets.wikidata import wikidata
from fcm.lod.ordering import Pattern
from fcm.lod.publishing.graph import Publication
from fcm.lod.publishing.publish import publish
from fcm.lod.publishing.read_map import Published, read_published
from fcm.lod.publishing.shapes import violations
from fcm.lod.query import Selection
from fcm.lod.series.coarser import coarser
from fcm.lod.series.quality import Quality
from fcm.lod.series.scales import Anchors, Bounds, Logistic, Quantiles, Scale, Trapezoid, Triangle
from fcm.lod.series.series import Series, panel
from fcm.lod.series.tables import csv
from fcm.lod.series.units import Unit, unit
from fcm.lod.source import Source
from fcm.lod.store import open
from fcm.lod.terms import IRI, Literal, values
from fcm.lod.wire.remote import Remote, connect
from fcm.lod.wire.verdict import Verdict

__all__ = [
    "IRI",
    "Anchors",
    "Bounds",
    "Code",
    "Component",
    "Cube",
    "IllTyped",
    "Literal",
    "Logistic",
    "ODataTable",
    "Observations",
    "Pattern",
    "Publication",
    "Published",
    "Quality",
    "Quantiles",
    "Remote",
    "Report",
    "Scale",
    "Selection",
    "Series",
    "Source",
    "Structure",
    "Table",
    "Trapezoid",
    "Triangle",
    "Unit",
    "Verdict",
    "coarser",
    "connect",
    "csv",
    "cube",
    "cubes",
    "odata",
    "open",
    "panel",
    "publish",
    "read_published",
    "unit",
    "values",
    "violations",
    "wikidata",
]
