"""Answers longer than a server gives at a time: pages by key, and a count that proves the whole.

OFFSET is not used: without an order its pages overlap, and servers refuse to sort what lies far.
Each page begins after the last key of the page before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fcm.errors import LodError, QueryRejected, TooLarge, Truncated, nearest
from fcm.lod.answers.table import Table
from fcm.lod.binding import bound
from fcm.lod.guard import Query
from fcm.lod.terms import Value, variable, written
from fcm.lod.wire.counting import compared, count, parts
from fcm.lod.wire.endpoint import Endpoint
from fcm.lod.wire.reading import origin, part, read_terms

__all__ = ["paged"]


def paged(
    endpoint: Endpoint,
    query: str,
    *,
    key: str,
    size: int = 5_000,
    bindings: Mapping[str, Value] | None = None,
    keep: bool = False,
) -> Table:
    """Return the whole answer to a SELECT, fetched page by page.

    Parameters
    ----------
    endpoint : Endpoint
    query : str
        A SELECT without ORDER BY, LIMIT and OFFSET of its own.
    key : str
        A variable that it selects and that is an IRI in every row, such as the observation. Few
        rows should share one: all rows of a key have to fit a page.
    size : int, default 5,000
        Rows of a page, below what the endpoint gives at a time.
    bindings : mapping of variable to value, optional
    keep : bool, default False
        Keep rows that the count says are a part.

    Returns
    -------
    table : Table
        Ordered by key. Complete only if a count by the endpoint says the same number of rows.

    Raises
    ------
    Truncated
        If the count says another number, a page is a part, or the rows of one key do not fit one.
    QueryRejected
        If the query has an order or a limit of its own, or the key is not an IRI in every row.
    TooLarge
        If there are more rows than the limits allow.
    """
    if size < 2:
        raise LodError(f"size is {size}; expected at least 2 rows to a page.")
    own = Query(bound(Query(query), bindings or {}))
    _refuse_modifiers(own)
    names, rows = _collect(endpoint, own, key, size)
    at = endpoint.call(own.text)
    counted = count(endpoint, own)
    verdict = compared(counted, len(rows)) if isinstance(counted, int) else counted
    if verdict.state == "truncated" and not keep:
        raise part(at, verdict)
    return Table.from_terms(
        names, rows, complete=verdict.complete, origin=origin(at, verdict, endpoint.now())
    )


def _collect(
    endpoint: Endpoint, query: Query, key: str, size: int
) -> tuple[tuple[str, ...], list[list[Any]]]:
    head, body = parts(query)
    name = variable(key)
    most = endpoint.transport.limits.max_rows
    rows: list[list[Any]] = []
    seen: set[str] = set()
    after = ""
    while True:  # every turn that does not return brings a key that was not seen before
        start = f" FILTER(STR({name}) > {written(after)})" if after else ""
        names, page = read_terms(
            endpoint,
            f"{head}SELECT * WHERE {{ {{ {body}\n}}{start} }} ORDER BY STR({name}) LIMIT {size}",
        )
        if key not in names:
            raise QueryRejected(f"the query does not select {name}. {nearest(key, names)}")
        keys = _keys(page, names.index(key), name)
        full = len(page) >= size
        if full:
            # The page may end amid the rows of its last key: that key comes with the next page.
            last = keys[-1]
            page = [row for row, each in zip(page, keys, strict=True) if each != last]
            keys = [each for each in keys if each != last]
            if not page:
                raise Truncated(
                    f"{endpoint.url}: <{last}> alone has {size:,} rows or more, as many as a page; "
                    f"give a larger size=, or another key than {name}."
                )
        again = seen.intersection(keys)
        if again:
            raise Truncated(
                f"{endpoint.url}: <{min(again)}> came with two pages, so the endpoint does not "
                "keep to its order; ask for parts of the data one by one."
            )
        seen.update(keys)
        rows += page
        if len(rows) > most:
            raise TooLarge(f"{endpoint.url}: more than {most:,} rows; select less.")
        if not full:
            return names, rows
        after = keys[-1]


def _keys(page: list[list[Any]], place: int, name: str) -> list[str]:
    import pyoxigraph as ox

    keys = []
    for row in page:
        if not isinstance(row[place], ox.NamedNode):
            raise QueryRejected(
                f"{name} is {row[place]} in one row; a key of pages has to be an IRI in every row."
            )
        keys.append(row[place].value)
    return keys


def _refuse_modifiers(query: Query) -> None:
    depth = 0
    for token in query.tokens:
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if depth == 0 and token.word in ("ORDER", "LIMIT", "OFFSET"):
            raise QueryRejected(
                f"the query has {token.word} of its own; pages have an order and a limit already."
            )
