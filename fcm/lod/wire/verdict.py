"""Whether an answer is complete: what the endpoint says in headers, in the body and by its length.

Public endpoints cut answers short and say so, if at all, under status 200: in a header, in a last
line of text, or only by a number of rows that is suspiciously round.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from fcm.lod.guard import Query

__all__ = ["ROUND_LIMITS", "State", "Verdict", "announced", "limit_of", "spoken"]

State: TypeAlias = Literal["complete", "truncated", "unknown"]

ROUND_LIMITS = frozenset({1_000, 5_000, 10_000, 50_000, 100_000, 500_000, 1_000_000, 2**20})
"""Numbers of rows at which servers are known to cut answers."""

_SPOKEN = re.compile(
    rb"The SPARQL operation has been cancelled"
    rb"|Returning incomplete results"
    rb"|Virtuoso S1T\d\d Error[^\r\n]{0,80}"
    rb"|Transaction timed out[^\r\n]{0,80}"
    rb"|java\.[\w.]*(?:Timeout|Execution|Interrupted)\w*Exception",
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an answer is complete, and why.

    Parameters
    ----------
    state : "complete", "truncated" or "unknown"
    reason : str
        What speaks for it.
    """

    state: State
    reason: str

    @property
    def complete(self) -> bool:
        """Whether the answer is known to be complete."""
        return self.state == "complete"

    def __str__(self) -> str:
        return f"{self.state}: {self.reason}"


def announced(
    status: int, headers: Mapping[str, str], *, limit: int | None = None
) -> Verdict | None:
    """Return the verdict that status and headers give; None if they are silent.

    Parameters
    ----------
    status : int
    headers : mapping of str to str
    limit : int, optional
        The LIMIT of the query: a cap of the endpoint that is not below it cuts nothing.

    Examples
    --------
    >>> print(announced(200, {"X-SPARQL-MaxRows": "10000"}))
    truncated: the endpoint cut the answer at 10000 rows (X-SPARQL-MaxRows)
    """
    said = {name.lower(): _plain(value) for name, value in headers.items()}
    rows = said.get("x-sparql-maxrows")
    whole = rows is not None and limit is not None and rows.isdigit() and limit <= int(rows)
    if rows is not None and not whole:
        return Verdict(
            "truncated", f"the endpoint cut the answer at {rows} rows (X-SPARQL-MaxRows)"
        )
    state = said.get("x-sql-state", "")
    message = said.get("x-sql-message", "")
    if state or "incomplete" in message.lower():
        shown = f"X-SQL-State {state}" if state else "X-SQL-Message"
        return Verdict(
            "truncated", f"the endpoint stopped early ({shown}: {message or 'no message'})"
        )
    if status == 206:
        return Verdict("truncated", "the endpoint says that this is a part (status 206)")
    return None


def spoken(tail: bytes) -> str:
    """Return the sentence at the end of a broken body that says why it ends; empty if none does.

    Parameters
    ----------
    tail : bytes
        The last few thousand bytes of a body that is no valid result. In a valid one such a
        sentence is data.
    """
    found = _SPOKEN.search(tail)
    return _plain(found.group().decode("utf-8", "replace")) if found else ""


def limit_of(query: Query) -> int | None:
    """Return the LIMIT of a query, not of one nested in it; None if it has none.

    Examples
    --------
    >>> limit_of(Query("SELECT ?s { { SELECT ?s { ?s ?p ?o } LIMIT 5 } } LIMIT 10"))
    10
    """
    depth, limit = 0, None
    for i, token in enumerate(query.tokens):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if depth == 0 and token.word == "LIMIT" and i + 1 < len(query.tokens):
            then = query.tokens[i + 1].text
            limit = int(then) if then.isascii() and then.isdigit() else None
    return limit


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:160]
