"""From a received body to a table or to rows of terms, with the verdict on its completeness."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from fcm.errors import LodError, NotSparql, Truncated
from fcm.evidence import Origin
from fcm.lod.answers.results import parse_json, parse_tsv
from fcm.lod.answers.rows import read_rows
from fcm.lod.answers.table import Table
from fcm.lod.guard import ALLOWABLE, Query
from fcm.lod.wire.call import Call
from fcm.lod.wire.counting import compared, count
from fcm.lod.wire.endpoint import Endpoint, Received
from fcm.lod.wire.limits import Countdown
from fcm.lod.wire.verdict import ROUND_LIMITS, Verdict, limit_of, spoken

__all__ = ["named", "origin", "part", "read_table", "read_terms"]

_TAIL = 4096


@contextmanager
def named(at: Call) -> Iterator[None]:
    """Name the call in the messages of what reads its answer."""
    try:
        yield
    except LodError as error:
        raise type(error)(f"{at}: {error}") from None


def part(at: Call, verdict: Verdict) -> Truncated:
    """Return the error of an answer that is a part."""
    return at.error(
        Truncated,
        f"the answer is a part ({verdict.reason})",
        "select less, fetch it with paged(), or take the part with on_partial='keep'.",
    )


def origin(at: Call, verdict: Verdict, fetched: float) -> Origin:
    """Return where an answer comes from: endpoint, query, time and verdict."""
    when = dt.datetime.fromtimestamp(fetched, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    note = f"SPARQL query {at.digest}, fetched {when}, {verdict}"
    return Origin(kind="linked data", source=at.endpoint, note=note)


def read_table(
    endpoint: Endpoint, text: str, *, keep: bool, tsv: bool = False
) -> tuple[Table, Verdict]:
    """Return the answer to a query as a table, and whether it is complete.

    Parameters
    ----------
    endpoint : Endpoint
    text : str
        A SELECT that the guard has let by.
    keep : bool
        Keep an answer that is known to be a part.
    tsv : bool, default False
        Ask for tab-separated values.

    Raises
    ------
    Truncated
        If the answer is known to be a part and is not to be kept.
    LodError
        If there is no answer that can be used.
    """
    countdown = endpoint.countdown()
    most = endpoint.transport.limits.max_rows
    received = endpoint.receive(text, tsv=tsv, keep_cut=keep, countdown=countdown)
    at = received.call
    if received.partial is not None and not keep:
        raise part(at, received.partial)
    try:
        with named(at):
            columns = (parse_tsv if tsv else parse_json)(received.body, max_rows=most)
    except (Truncated, NotSparql) as error:
        verdict = _broken(received, error)
        if verdict is None:
            raise
        if not keep or tsv:
            raise part(at, verdict) from None
        with named(at):
            names, rows = read_rows(received.body, max_rows=most, broken=True)
        return _of_terms(at, names, rows, verdict, received.fetched), verdict
    verdict = _judged(endpoint, received, columns.rows, countdown)
    if verdict.state == "truncated" and not keep:
        raise part(at, verdict)
    endpoint.keep(received, verdict)
    table = Table(
        columns=columns.names,
        arrays=columns.arrays,
        complete=verdict.complete,
        issues=columns.issues,
        origin=origin(at, verdict, received.fetched),
    )
    return table, verdict


def read_terms(endpoint: Endpoint, text: str) -> tuple[tuple[str, ...], list[list[Any]]]:
    """Return the variables of a query and its rows of RDF terms, all of them.

    Raises
    ------
    Truncated
        If the answer is not known to be complete.
    LodError
        If there is no answer that can be used.
    """
    countdown = endpoint.countdown()
    received = endpoint.receive(text, countdown=countdown)
    at = received.call
    try:
        with named(at):
            names, rows = read_rows(received.body, max_rows=endpoint.transport.limits.max_rows)
    except (Truncated, NotSparql) as error:
        verdict = _broken(received, error)
        if verdict is None:
            raise
        raise part(at, verdict) from None
    verdict = _judged(endpoint, received, len(rows), countdown)
    if not verdict.complete:
        raise part(at, verdict)
    endpoint.keep(received, verdict)
    return names, rows


def _of_terms(
    at: Call, names: Sequence[str], rows: list[list[Any]], verdict: Verdict, fetched: float
) -> Table:
    return Table.from_terms(
        names, rows, complete=verdict.complete, origin=origin(at, verdict, fetched)
    )


def _broken(received: Received, error: LodError) -> Verdict | None:
    """Return the verdict on a body that could not be read to its end; None if it is no result."""
    if received.partial is not None:
        return received.partial
    why = spoken(received.body[-_TAIL:])
    if why:
        return Verdict("truncated", f"the endpoint stopped early: {why}")
    return Verdict("truncated", str(error)) if isinstance(error, Truncated) else None


def _judged(endpoint: Endpoint, received: Received, rows: int, countdown: Countdown) -> Verdict:
    """Return the verdict on an answer that was read to its end.

    A number of rows at which servers are known to cut is not believed: the endpoint is asked to
    count, unless the query itself has that limit.
    """
    if received.said is not None:
        return received.said
    query = Query(received.call.query, allow=ALLOWABLE)
    if rows not in ROUND_LIMITS or limit_of(query) == rows:
        return Verdict("complete", "the answer came to its end")
    counted = count(endpoint, query, countdown=countdown)
    if isinstance(counted, Verdict):
        return Verdict("unknown", f"{rows:,} rows, where servers cut; {counted.reason}")
    return compared(counted, rows)
