"""Linked Open Data: RDF files asked in SPARQL, typed tables, series and panels.

>>> from fcm import examples, lod
>>> madrid = examples.path("madrid")
>>> source = lod.open(madrid / "air_quality.ttl")
>>> table = source.select((madrid / "no2_city.rq").read_text())
>>> no2 = table.series(period="month", value="value", unit="ug/m3", name="no2")
>>> lod.panel({"air_pollution": no2.normalise(bounds=(20, 60))})
Panel(2016-01..2019-12, 48 periods x 1 names, 48 of 48 cells known)

Nothing here opens a network connection.
"""

from fcm.lod.report import IllTyped, Report
from fcm.lod.series import Series, panel
from fcm.lod.source import Source
from fcm.lod.store import open
from fcm.lod.table import Table
from fcm.lod.terms import IRI

__all__ = ["IRI", "IllTyped", "Report", "Series", "Source", "Table", "open", "panel"]
