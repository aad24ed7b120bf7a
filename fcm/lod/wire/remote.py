"""A SPARQL endpoint as a source: asked politely, within limits, and never believed to be whole."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fcm.errors import LodError, NotSparql, OfflineMiss
from fcm.lod.answers.results import parse_ask
from fcm.lod.answers.rows import read_rows
from fcm.lod.answers.table import Table
from fcm.lod.binding import bound
from fcm.lod.guard import Query
from fcm.lod.source import Source
from fcm.lod.terms import IRI, Value
from fcm.lod.wire.address import Place
from fcm.lod.wire.asking import Asked
from fcm.lod.wire.cache import Cache
from fcm.lod.wire.endpoint import Endpoint
from fcm.lod.wire.limits import Gate, Limits
from fcm.lod.wire.paging import paged
from fcm.lod.wire.reading import named, part, read_table
from fcm.lod.wire.transport import Transport
from fcm.lod.wire.verdict import Verdict

__all__ = ["Remote", "connect"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Remote(Source):
    """A SPARQL endpoint; made by `fcm.lod.connect`. Threads may share one.

    Parameters
    ----------
    endpoint : Endpoint
    on_partial : "raise" or "keep"
        What happens to an answer that is known to be a part.
    tsv : bool
        Ask for tab-separated values.
    allow : collection of str
        "SERVICE" and "FROM" are refused in `select` unless they stand here.
    """

    endpoint: Endpoint
    on_partial: Literal["raise", "keep"] = "raise"
    tsv: bool = False
    allow: Collection[str] = ()

    def select(self, query: str, /, **bindings: Value) -> Table:
        """Return the answer to a SPARQL SELECT.

        Fetch observations and aggregate them here: what an endpoint sums under load may be the sum
        of a part. Fetch numbers as ``STR(?v)`` where the endpoint may be Virtuoso, which rounds
        doubles to six digits.

        Parameters
        ----------
        query : str
            SPARQL 1.1. SERVICE and FROM are refused unless allowed; updates always.
        **bindings : str, IRI, Literal, int, float, bool, date or datetime
            Values of variables of the query, written into it as checked terms.

        Returns
        -------
        table : Table
            ``complete`` is False where completeness is not known, and, with ``on_partial="keep"``,
            where it is known to be a part; ``origin.note`` says why.

        Raises
        ------
        Truncated
            If the answer is known to be a part.
        Unsafe, BadTerm, QueryRejected
            If the query or a binding is refused, here or by the endpoint.
        Blocked, Unauthorized, NotFound, Overloaded, Deadline, TooLarge, NotSparql
            If the endpoint cannot be asked, or gives no answer that can be used.
        OfflineMiss
            If the answer is not in the cache, and nothing else may be asked.
        """
        text = bound(Query(query, allow=self.allow), bindings)
        return read_table(self.endpoint, text, keep=self.on_partial == "keep", tsv=self.tsv)[0]

    def ask(self, query: str, /, **bindings: Value) -> bool:
        """Return the answer to a SPARQL ASK.

        Parameters
        ----------
        query : str
            SPARQL 1.1. SERVICE, FROM and updates are refused.
        **bindings : str, IRI, Literal, int, float, bool, date or datetime
            Values of variables of the query.

        Raises
        ------
        LodError
            As `select` does. An answer that is known to be a part is always refused.
        """
        received = self.endpoint.receive(Asked(query).bound(bindings), form="ASK")
        if received.partial is not None:
            raise part(received.call, received.partial)
        with named(received.call):
            answer = _truth(received.body)
        self.endpoint.keep(received, Verdict("complete", "the answer came to its end"))
        return answer

    def completeness(self, query: str, /, **bindings: Value) -> Verdict:
        """Return whether the endpoint gives the whole answer to a SELECT, and why.

        The answer is fetched, or taken from the cache, and kept there if it is complete.
        """
        text = bound(Query(query, allow=self.allow), bindings)
        return read_table(self.endpoint, text, keep=True)[1]

    def paged(self, query: str, key: str, /, **bindings: Value) -> Table:
        """Return the whole answer to a SELECT in pages of 5,000 rows, proved by a count.

        Parameters
        ----------
        query : str
            A SELECT without ORDER BY, LIMIT and OFFSET of its own.
        key : str
            A variable that it selects and that is an IRI in every row, such as the observation.
        **bindings : str, IRI, Literal, int, float, bool, date or datetime
            Values of variables of the query.

        See Also
        --------
        fcm.lod.wire.paging.paged : The same with pages of another size, and what it raises.
        """
        keep = self.on_partial == "keep"
        return paged(self.endpoint, query, key=key, bindings=bindings, keep=keep)

    def __repr__(self) -> str:
        return f"Remote({self.endpoint.url})"


def _truth(body: bytes) -> bool:
    try:
        return parse_ask(body)
    except NotSparql as error:
        # Virtuoso answers with a table; where that has no rows, it says "no".
        try:
            names, rows = read_rows(body, max_rows=1)
        except LodError:
            raise error from None
        if names != ("__ASK_RETVAL",) or rows:
            raise
        return False


def connect(
    url: str,
    *,
    agent: str = "",
    auth: tuple[str, str] | None = None,
    graph: str | None = None,
    cache: str | os.PathLike[str] | None = None,
    max_age: float | None = None,
    offline: bool = False,
    allow_private: bool = False,
    allow: Collection[str] = (),
    deadline: float = 120.0,
    read_timeout: float = 30.0,
    max_bytes: int = 256_000_000,
    max_rows: int = 2_000_000,
    min_interval: float = 0.1,
    on_partial: Literal["raise", "keep"] = "raise",
    tsv: bool = False,
    progress: bool = False,
) -> Remote:
    """Return a SPARQL endpoint as a source. Nothing is sent yet.

    At most two queries run at a time; a busy endpoint is asked again after the time it names, or
    after growing waits, and left alone for a minute after three calls in vain.

    Parameters
    ----------
    url : str
        http or https. Proxies of the environment are not used.
    agent : str
        Who asks: a name and how to reach you, such as "city lab (lab@example.org)". Wikidata
        demands it.
    auth : tuple of str, optional
        User name and password; sent to this host only.
    graph : str, optional
        IRI of the default graph, where the endpoint would take all of its graphs otherwise.
    cache : path, optional
        A folder in which complete answers are kept.
    max_age : float, seconds, optional
        Older answers in the cache are fetched anew; 0 fetches all anew.
    offline : bool, default False
        Answer from the cache only.
    allow_private : bool, default False
        Also private, loopback and link-local addresses: servers of your own.
    allow : collection of str, optional
        "SERVICE" and "FROM": what `select` lets pass, since the endpoint and not this machine
        follows it. The places that a SERVICE names see parts of the query.
    deadline : float, seconds, default 120
        For each query (or page), waiting and all attempts included.
    read_timeout : float, seconds, default 30
        Longest silence of the endpoint; it is silent while it computes.
    max_bytes : int, default 256,000,000
        Most bytes of an answer, after decompression.
    max_rows : int, default 2,000,000
        Most rows of an answer.
    min_interval : float, seconds, default 0.1
        Shortest time between two queries.
    on_partial : "raise" or "keep", default "raise"
        Whether an answer that is known to be a part is an error, or a table that says so.
    tsv : bool, default False
        Ask for tab-separated values, many times faster to read; only for endpoints that keep to
        the format (the answers of others are refused).
    progress : bool, default False
        Show the bytes as they come.

    Raises
    ------
    Blocked
        If the address is not one of the web, or credentials would travel in clear text.
    LodError
        If an option cannot be, or the host demands a contact.

    Examples
    --------
    >>> from fcm import lod
    >>> connect("https://example.org/sparql", agent="city lab (lab@example.org)")
    Remote(https://example.org/sparql)
    """
    Place.of(url)
    if on_partial not in ("raise", "keep"):
        raise LodError(f"on_partial is {on_partial!r}; expected 'raise' or 'keep'.")
    if max_age is not None and not max_age >= 0:
        raise LodError(f"max_age is {max_age}; expected 0 or more seconds.")
    if cache is None and (offline or max_age is not None):
        raise OfflineMiss("offline= and max_age= are about a cache; give its folder with cache=.")
    transport = Transport(
        agent=agent,
        auth=auth,
        allow_private=allow_private,
        limits=Limits(
            deadline=deadline, read_timeout=read_timeout, max_bytes=max_bytes, max_rows=max_rows
        ),
        gate=Gate(min_interval=min_interval),
    ).check(url)
    endpoint = Endpoint(
        url=url,
        transport=transport,
        graph=None if graph is None else IRI(graph).value,
        cache=None if cache is None else Cache(Path(cache)),
        max_age=max_age,
        offline=offline,
        progress=progress,
    )
    Query("SELECT * {}", allow=allow)
    return Remote(endpoint=endpoint, on_partial=on_partial, tsv=tsv, allow=frozenset(allow))
