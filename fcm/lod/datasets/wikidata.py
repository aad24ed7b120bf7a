"""Statements of Wikidata with a point in time, as a series.

A statement has a rank. Deprecated ones are left out; where a period has a preferred one, the others
of that period are left out; both are counted in the origin of the series.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from fcm.errors import BadTerm, NoSuchIndicator
from fcm.lod.datasets.observations import Observations
from fcm.lod.series.period_codes import label_of
from fcm.lod.series.units import unit
from fcm.lod.terms import IRI, written

if TYPE_CHECKING:
    from fcm.lod.series.series import Series
    from fcm.lod.source import Source
    from fcm.periods import Frequency

__all__ = ["statements", "wikidata"]

_ENTITY = "http://www.wikidata.org/entity/"
_PROP = "http://www.wikidata.org/prop/"
_BASE = "http://wikiba.se/ontology#"
_LENGTHS = {"9": 4, "10": 7, "11": 10}  # precision of a time: year, month, day


def statements(
    source: Source, item: str, prop: str, *, time: str = "P585", name: str | None = None
) -> Observations:
    """Return the statements of an item that have a value, as observations.

    Parameters
    ----------
    source : Source
        Wikidata, or files with its statements.
    item, prop : str
        Such as "Q2807" (Madrid) and "P1082" (population).
    time : str, default "P585"
        The qualifier that says when ("point in time").
    name : str, optional
        `prop` unless given.

    Raises
    ------
    BadTerm
        If one of the names is none of Wikidata.
    NoSuchIndicator
        If the item has no such statement.
    """
    for given, letter in ((item, "Q"), (prop, "P"), (time, "P")):
        if not re.fullmatch(rf"{letter}[1-9]\d{{0,11}}", given, re.ASCII):
            raise BadTerm(
                f"{given!r} is no name of Wikidata; expected {letter!r} and a number, such as "
                f"{'Q2807' if letter == 'Q' else 'P1082'!r}."
            )

    def of(place: str, which: str) -> str:
        return written(IRI(_PROP + place + which))

    table = source.select(
        "SELECT ?s (STR(?v) AS ?value) (DATATYPE(?v) AS ?value_type) (STR(?rank) AS ?rank_text) "
        "(STR(?t) AS ?time) (STR(?precision) AS ?precision_text) (STR(?u) AS ?unit) WHERE { "
        f"?item {of('', prop)} ?s . ?s <{_BASE}rank> ?rank . "
        f"OPTIONAL {{ ?s {of('statement/', prop)} ?v }} "
        f"OPTIONAL {{ ?s {of('qualifier/value/', time)} ?when . ?when <{_BASE}timeValue> ?t ; "
        f"<{_BASE}timePrecision> ?precision }} "
        f"OPTIONAL {{ ?s {of('statement/value/', prop)} ?quantity . "
        f"?quantity <{_BASE}quantityUnit> ?u }} }}",
        item=IRI(_ENTITY + item),
    )
    if not len(table):
        raise NoSuchIndicator(
            f"the source has no statements {prop} of {item}; check both numbers, and that the "
            "source has full statements (p:, ps:) and not only the short form (wdt:)."
        )
    periods = [
        _period(time_text, precision)
        for time_text, precision in zip(table["time"], table["precision_text"], strict=True)
    ]
    ranks = [str(each).rsplit("#", 1)[-1] for each in table["rank_text"]]
    preferred = {
        p for p, rank in zip(periods, ranks, strict=True) if rank == "PreferredRank" and p[0]
    }
    current = [i for i, rank in enumerate(ranks) if rank != "DeprecatedRank"]
    rows = [i for i in current if ranks[i] == "PreferredRank" or periods[i] not in preferred]
    note = f"{prop} of {item}"
    if len(current) < len(ranks):
        note += f", {len(ranks) - len(current)} deprecated left out"
    if len(rows) < len(current):
        note += f", {len(current) - len(rows)} outranked left out"
    return Observations(
        name=name or prop,
        periods=[periods[i] for i in rows],
        values=[(table["value"][i], table["value_type"][i] or "") for i in rows],
        units=[_unit(table["unit"][i]) for i in rows],
        origin=replace(table.origin, note=f"{note}; {table.origin.note}"),
        complete=table.complete,
    )


def wikidata(
    source: Source,
    item: str,
    prop: str,
    *,
    time: str = "P585",
    name: str | None = None,
    every: Frequency | None = None,
    conflicts: Literal["refuse", "missing"] = "refuse",
) -> Series:
    """Return a series of the statements of an item.

    Parameters
    ----------
    source, item, prop, time, name
        As for `statements`.
    every, conflicts
        As for `fcm.lod.datasets.observations.Observations.series`.
    """
    seen = statements(source, item, prop, time=time, name=name)
    return seen.series(every=every, conflicts=conflicts)


def _period(time: str | None, precision: str | None) -> tuple[str | None, str]:
    """Return the label of a time, as long as its precision allows; decades have none."""
    if time is None:
        return None, ""
    length = _LENGTHS.get(precision or "")
    day = time.lstrip("+").partition("T")[0]
    label = label_of(day[:length]) if length else None
    return (label, "") if label else (f"{time} (precision {precision})", "")


def _unit(iri: str | None) -> str:
    if iri is None:
        return ""
    known = unit(iri)
    return known.code if known else iri
