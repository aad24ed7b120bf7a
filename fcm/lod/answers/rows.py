"""The rows of an answer as RDF terms: for pages that are joined, and for what came before a break.

The fast way to typed columns is `fcm.lod.results`; it refuses a broken answer as a whole.
"""

from __future__ import annotations

from typing import Any

from fcm.errors import NotSparql, TooLarge, Truncated

__all__ = ["read_rows"]


def read_rows(
    body: bytes, *, max_rows: int, broken: bool = False
) -> tuple[tuple[str, ...], list[list[Any]]]:
    """Return the variables and rows of a SELECT answered in JSON.

    Parameters
    ----------
    body : bytes
    max_rows : int
    broken : bool, default False
        Return the rows before the place where the answer breaks off.

    Raises
    ------
    Truncated
        If it breaks off.
    NotSparql
        If it is no answer to a SELECT, or breaks off before its first row.
    TooLarge
        If it has more rows than `max_rows`.

    Examples
    --------
    >>> cut = (
    ...     b'{"head":{"vars":["a"]},"results":{"bindings":['
    ...     b'{"a":{"type":"uri","value":"urn:x"}},{"a":{"ty'
    ... )
    >>> names, rows = read_rows(cut, max_rows=10, broken=True)
    >>> names, str(rows[0][0])
    (('a',), '<urn:x>')
    """
    import pyoxigraph as ox

    try:
        answer = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    except (SyntaxError, ValueError) as error:
        raise NotSparql(f"the answer is no SPARQL result in JSON ({error}).") from None
    if not isinstance(answer, ox.QuerySolutions):
        raise NotSparql("the answer is that of an ASK; expected that of a SELECT.")
    names = tuple(each.value for each in answer.variables)
    rows: list[list[Any]] = []
    places = range(len(names))
    try:
        for solution in answer:
            if len(rows) >= max_rows:
                raise TooLarge(f"the answer has more than {max_rows:,} rows; select less.")
            rows.append([solution[i] for i in places])
    except (SyntaxError, ValueError) as error:
        if not broken:
            raise Truncated(f"the answer breaks off after {len(rows):,} rows ({error}).") from None
    return names, rows
