"""One question to an endpoint, from the cache or over the wire: the body, and what speaks of it.

Nothing here knows what stands in a body.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias
from urllib.request import Request

from fcm.errors import NotSparql, OfflineMiss
from fcm.lod.guard import ALLOWABLE, Query
from fcm.lod.wire.cache import Cache, Entry
from fcm.lod.wire.call import Call
from fcm.lod.wire.limits import Countdown
from fcm.lod.wire.transport import Answer, Transport
from fcm.lod.wire.verdict import Verdict, announced, limit_of

__all__ = ["Endpoint", "Form", "Received"]

Form: TypeAlias = Literal["SELECT", "ASK"]

_JSON = ("application/sparql-results+json", "application/json")
_TSV = ("text/tab-separated-values",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """The body of an answer.

    Parameters
    ----------
    body : bytes
    call : Call
        The question, for messages.
    fetched : float
        Seconds since 1970.
    said : Verdict or None
        What the headers, the connection or the cache say of its completeness.
    key : str
        Its name in the cache; empty if it comes from there.
    content_type : str
    """

    body: bytes
    call: Call
    fetched: float
    said: Verdict | None
    key: str
    content_type: str

    @property
    def partial(self) -> Verdict | None:
        """The verdict of an answer that is known to be not complete."""
        return None if self.said is None or self.said.complete else self.said


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Endpoint:
    """An address that answers queries.

    Parameters
    ----------
    url : str
    transport : Transport
    graph : str, optional
        The default graph.
    cache : Cache, optional
    max_age : float, seconds, optional
        Older answers in the cache do not count.
    offline : bool
        Answer from the cache only.
    progress : bool
        Show the bytes as they come.
    now : callable
        `time.time` unless given.
    """

    url: str
    transport: Transport
    graph: str | None = None
    cache: Cache | None = None
    max_age: float | None = None
    offline: bool = False
    progress: bool = False
    now: Callable[[], float] = field(default=time.time, repr=False)

    def call(self, text: str) -> Call:
        """Return a question, as messages name it."""
        return Call(endpoint=self.url, query=text, attempts=self.transport.backoff.attempts)

    def countdown(self) -> Countdown:
        """Return the time that one question may take, from now on."""
        return self.transport.countdown(self.url)

    def receive(
        self,
        text: str,
        *,
        form: Form = "SELECT",
        tsv: bool = False,
        keep_cut: bool = False,
        countdown: Countdown | None = None,
    ) -> Received:
        """Return the answer to a query that the guard has let by.

        Raises
        ------
        LodError
            As `fcm.lod.wire.transport.Transport.send` does; NotSparql if the answer is of another
            type; OfflineMiss if nothing may be asked.
        """
        key = self._key(text, form, tsv)
        at = self.call(text)
        if self.cache is not None:
            entry = self.cache.get(key, now=self.now(), max_age=self.max_age)
            if entry is not None:
                return Received(
                    body=entry.body,
                    call=at,
                    fetched=entry.fetched,
                    said=Verdict("complete", entry.reason),
                    key="",
                    content_type=entry.content_type,
                )
        if self.offline:
            raise at.error(
                OfflineMiss,
                "offline, and the cache holds no complete answer that is young enough",
                "connect once without offline=True to fetch it.",
            )
        answer = self._asked(text, at, form, tsv, keep_cut, countdown)
        _check_type(answer, at, _TSV if tsv else _JSON)
        limit = limit_of(Query(text, allow=ALLOWABLE)) if form == "SELECT" else None
        said = announced(answer.status, answer.headers, limit=limit)
        if answer.cut:
            said = Verdict("truncated", f"the answer was cut off: {answer.cut}")
        return Received(
            body=answer.body,
            call=at,
            fetched=self.now(),
            said=said,
            key=key,
            content_type=answer.content_type,
        )

    def keep(self, received: Received, verdict: Verdict) -> None:
        """Put an answer into the cache if it is complete and new."""
        if self.cache is None or not received.key or not verdict.complete:
            return
        entry = Entry(
            body=received.body,
            content_type=received.content_type,
            fetched=received.fetched,
            reason=verdict.reason,
        )
        about = {"endpoint": self.url, "query": received.call.query}
        self.cache.put(received.key, entry, about=about)

    def _asked(
        self,
        text: str,
        at: Call,
        form: Form,
        tsv: bool,
        keep_cut: bool,
        countdown: Countdown | None,
    ) -> Answer:
        from fcm.lod.wire.wrapper import Wrapper

        with self._shown() as bar:

            def send(request: Request) -> Answer:
                return self.transport.send(
                    request,
                    call=at,
                    countdown=countdown,
                    keep_cut=keep_cut,
                    progress=None if bar is None else bar.update,
                )

            return Wrapper(self.url, send, graph=self.graph).ask_for(text, form=form, tsv=tsv)

    def _key(self, text: str, form: Form, tsv: bool) -> str:
        return Cache.key(
            endpoint=self.url,
            query=text.strip().replace("\r\n", "\n"),
            form=form,
            accept="tsv" if tsv else "json",
            graph=self.graph or "",
            user="" if self.transport.auth is None else self.transport.auth[0],
        )

    @contextmanager
    def _shown(self) -> Iterator[Any]:
        if not self.progress:
            yield None
            return
        from tqdm import tqdm

        with tqdm(unit="B", unit_scale=True, desc=self.url) as bar:
            yield bar


def _check_type(answer: Answer, at: Call, wanted: tuple[str, ...]) -> None:
    if answer.content_type in wanted:
        return
    seen = answer.content_type or "nothing"
    raise at.error(
        NotSparql,
        f"the answer is of type {seen!r} and begins with {at.excerpt(answer.body)[:80]!r}; "
        f"expected {wanted[0]}",
        "check that the address is that of the SPARQL service and not of its web page.",
    )
