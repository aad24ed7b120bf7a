"""How many rows an endpoint says that a query has: the proof that all of them came."""

from __future__ import annotations

from fcm.errors import LodError
from fcm.lod.answers.rows import read_rows
from fcm.lod.guard import Query
from fcm.lod.wire.endpoint import Endpoint
from fcm.lod.wire.limits import Countdown
from fcm.lod.wire.verdict import State, Verdict

__all__ = ["compared", "count", "counting", "parts"]


def parts(query: Query) -> tuple[str, str]:
    """Return the prologue (BASE and PREFIX) of a query, and the rest."""
    start = 0 if query.keyword is None else query.keyword.start
    return query.text[:start], query.text[start:]


def counting(query: Query) -> str:
    """Return the query that counts the rows of a query.

    Examples
    --------
    >>> print(counting(Query("PREFIX : <urn:x:> SELECT ?s { ?s :p ?o }")))
    PREFIX : <urn:x:> SELECT (COUNT(*) AS ?fcm_rows) WHERE { { SELECT ?s { ?s :p ?o }
    } }
    """
    head, body = parts(query)
    return f"{head}SELECT (COUNT(*) AS ?fcm_rows) WHERE {{ {{ {body}\n}} }}"


def count(endpoint: Endpoint, query: Query, *, countdown: Countdown | None = None) -> int | Verdict:
    """Return the number of rows that the endpoint counts; the verdict "unknown" if it does not."""
    try:
        received = endpoint.receive(counting(query), countdown=countdown)
        names, rows = read_rows(received.body, max_rows=1)
    except LodError as error:
        return Verdict("unknown", f"the endpoint does not count the rows ({error})")
    form = str(rows[0][0].value) if len(rows) == len(names) == 1 and rows[0][0] else ""
    if received.partial is not None or not (form.isascii() and form.isdigit()):
        seen = received.partial or repr(form)
        return Verdict("unknown", f"the endpoint does not count the rows ({seen})")
    return int(form)


def compared(counted: int, rows: int) -> Verdict:
    """Return the verdict on rows that the endpoint has counted too.

    Examples
    --------
    >>> print(compared(20_000, 10_000))
    truncated: the endpoint counts 20,000 rows, but 10,000 came
    """
    if counted == rows:
        return Verdict("complete", f"the endpoint counts {counted:,} rows, as many as came")
    state: State = "truncated" if counted > rows else "unknown"
    return Verdict(state, f"the endpoint counts {counted:,} rows, but {rows:,} came")
