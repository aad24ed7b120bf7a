"""Signals from counts that somebody else made: no post, no author and no text comes near.

A cell that stands for too few people is suppressed here, whoever let it through before.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from fcm import periods
from fcm.errors import EvidenceError, FileError, PrivacyError, nearest
from fcm.social.counts.aggregates import Signals
from fcm.social.counts.suppression import suppress
from fcm.social.periods import frequency_of
from fcm.social.privacy import SMALLEST_K
from fcm.table import parse_number, read_rows

__all__ = ["from_counts"]

_NEEDED = ("period", "concept", "authors", "active")
_MEANS = ("valence", "sentiment", "engagement")
_STRATA = ("area", "group")
_LONGEST = 20_000
_MOST = 2**53


def from_counts(
    source: str | Path | Iterable[Mapping[str, Any]],
    *,
    purpose: str,
    basis: str,
    k: int = 10,
    every: str = "1mo",
    credit: str = "",
    where: Mapping[str, str] | None = None,
) -> Signals:
    """Return signals made of counts that exist already, so that no personal data are needed.

    Whatever stands for fewer than `k` people is suppressed, also where the counts show it; so is
    a cell whose complement does. How many cells that were is said in ``signals.lexicon``, which
    every output carries. A cell without a row is suppressed as well.

    Distinct people cannot be added up over areas or groups: who writes in two would count twice.
    Rows with an area or a group are therefore used only for the one that `where` names. Signals
    of several areas of one table are not held against each other: publish them, or those of all,
    but not both.

    Parameters
    ----------
    source : path or iterable of mapping
        A CSV file, or records. Columns ``period`` ("2018-01"), ``concept``, ``authors`` (distinct
        people who name the concept), ``active`` (distinct people of the period); perhaps
        ``valence`` and ``sentiment`` in [-1, 1], ``engagement`` (mean ``log1p``), ``area``,
        ``group``. Blanks are suppressed or not known.
    purpose, basis : str
        What the counts are for, and the lawful basis.
    k : int, at least 5, default 10
        Fewest distinct people for whom a cell may stand.
    every : {"1d", "1w", "1mo", "1q"}, default "1mo"
        Length of a period. Periods without rows between the first and the last are kept.
    credit : str
        The line of credit of the source.
    where : mapping of {"area", "group"} to str, optional
        Which rows are used; those that have neither unless given.

    Raises
    ------
    FileError
        If the file is no such table; with the line.
    EvidenceError
        If a record is none, a number is out of range, or only parts of the city are given.
    PrivacyError
        If purpose or basis is missing, or `k` is small.

    Examples
    --------
    >>> rows = [{"period": "2018-01", "concept": "noise", "authors": 12, "active": 40},
    ...         {"period": "2018-02", "concept": "noise", "authors": 4, "active": 45}]
    >>> talk = from_counts(rows, purpose="concerns by month", basis="no personal data")
    >>> talk.authors.tolist(), talk.lexicon
    ([[12.0], [nan]], 'counted elsewhere; 1 small cells suppressed here')
    """
    if isinstance(k, bool) or not isinstance(k, int) or k < SMALLEST_K:
        raise PrivacyError(f"k is {k!r}; expected a whole number from {SMALLEST_K}.")
    rows = [_Row(values, fault) for values, fault in _rows(source)]
    chosen = _chosen(rows, dict(where or {}))
    labels = _labels({row.period: row for row in chosen}, every)
    concepts = tuple(dict.fromkeys(row.concept for row in chosen))
    place = {label: t for t, label in enumerate(labels)}
    column = {concept: j for j, concept in enumerate(concepts)}
    shape = (len(labels), len(concepts))
    active = np.full(shape[0], np.nan)
    cells = {name: np.full(shape, np.nan) for name in ("authors", *_MEANS)}
    met: set[tuple[str, str]] = set()
    totals: dict[str, float] = {}
    for row in chosen:
        if (row.period, row.concept) in met:
            raise row.fault(f"{row.concept!r} in {row.period} stands twice.")
        met.add((row.period, row.concept))
        if not _same(totals.setdefault(row.period, row.active), row.active):
            raise row.fault(f"{row.period} has another number of active authors above.")
        if row.authors > row.active:
            raise row.fault(f"{row.concept!r} in {row.period} has more authors than the period.")
        at = place[row.period], column[row.concept]
        active[at[0]] = row.active
        cells["authors"][at] = row.authors
        for name in _MEANS:
            cells[name][at] = row.means[name]
    shown = int((~np.isnan(cells["authors"])).sum())
    cells["authors"][np.isnan(active)] = np.nan
    unknown = np.isnan(cells["authors"])
    active, cells["authors"], valence, sentiment, engagement = suppress(
        active, np.nan_to_num(cells["authors"]), *(cells[name] for name in _MEANS), k=k
    )
    for mean in (valence, sentiment, engagement):
        mean[unknown] = np.nan
    hidden = shown - int((~np.isnan(cells["authors"])).sum())
    return Signals(
        concepts=concepts,
        periods=labels,
        every=every,
        active=active,
        authors=cells["authors"],
        valence=valence,
        k=k,
        purpose=purpose,
        basis=basis,
        credit=credit,
        lexicon="counted elsewhere"
        + (f"; {hidden:,} small cells suppressed here" if hidden else ""),
        sentiment=sentiment,
        engagement=engagement,
    )


class _Row:
    """The values of one cell, checked."""

    def __init__(self, values: Mapping[str, Any], fault: Any) -> None:
        self.fault = fault
        self.period, self.concept = (str(values.get(n, "")).strip() for n in ("period", "concept"))
        if not self.period or not self.concept:
            raise fault("period or concept is empty; a row is a concept in a period.")
        self.strata = {n: text for n in _STRATA if (text := str(values.get(n) or "").strip())}
        self.authors, self.active = (self._number(values, n) for n in ("authors", "active"))
        for name, value in (("authors", self.authors), ("active", self.active)):
            if not math.isnan(value) and (value < 0 or value > _MOST or value != int(value)):
                raise fault(f"{name} is no whole number of people; leave it blank if suppressed.")
        self.means = {name: self._number(values, name) for name in _MEANS}

    def _number(self, values: Mapping[str, Any], name: str) -> float:
        value = values.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            return math.nan
        if isinstance(value, str):
            value = parse_number(value.strip(), decimal_comma=bool(values.get("decimal comma")))
        try:
            number = math.inf if value is None or isinstance(value, bool) else float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.inf
        if math.isinf(number):
            raise self.fault(f"{name} is no number; leave it blank where it is not known.")
        return number


def _rows(source: str | Path | Iterable[Mapping[str, Any]]) -> Iterable[tuple[Any, Any]]:
    if isinstance(source, str | Path):
        for row in read_rows(source, columns=_NEEDED, optional=(*_MEANS, *_STRATA)):
            yield {**row.cells, "decimal comma": row.decimal_comma}, row.fault
        return
    for number, record in enumerate(source, start=1):

        def fault(message: str, number: int = number) -> FileError:
            return FileError(f"record {number}: {message}")

        if not isinstance(record, Mapping):
            raise fault(f"it is a {type(record).__name__}; expected a mapping.")
        for name in _NEEDED:
            if name not in record:
                raise fault(f"{name!r} is missing. {nearest(name, map(str, record))}")
        yield record, fault


def _chosen(rows: list[_Row], where: dict[str, str]) -> list[_Row]:
    for name in where:
        if name not in _STRATA:
            raise EvidenceError(f"where= names {name!r}. {nearest(str(name), _STRATA)}")
    chosen = [row for row in rows if row.strata == where]
    if chosen:
        return chosen
    there = sorted({" and ".join(f"{n}={v!r}" for n, v in row.strata.items()) for row in rows})
    if not rows:
        raise EvidenceError("there are no counts.")
    raise EvidenceError(
        "the counts have no rows for this; distinct people cannot be added up over areas or "
        'groups. Choose with where={"area": ...} from: '
        + "; ".join(each or "all (no where)" for each in there[:12])
        + ("; ..." if len(there) > 12 else ".")
    )


def _labels(rows: Mapping[str, _Row], every: str) -> tuple[str, ...]:
    """Return all periods from the first to the last."""
    of = frequency_of(every)
    places = []
    for label, row in rows.items():
        problem = periods.frequency(label) != of
        try:
            places.append(0 if problem else periods.ordinal(label, of))
        except ValueError:
            problem = True
        if problem:
            raise row.fault(f"{label[:20]!r} is no label of a period of {every!r}.")
    low, high = min(places), max(places)
    if high - low >= _LONGEST:
        raise EvidenceError(f"the counts run over more than {_LONGEST:,} periods of {every!r}.")
    return tuple(periods.label(number, of) for number in range(low, high + 1))


def _same(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b))
