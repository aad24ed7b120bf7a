"""What an error of the wire has to name: the endpoint, the query, the attempt and the next step."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TypeVar

from fcm.errors import (
    LodError,
    NotFound,
    NotSparql,
    Overloaded,
    QueryRejected,
    TooLarge,
    Unauthorized,
)

__all__ = ["Call"]

E = TypeVar("E", bound=LodError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One question to one endpoint.

    Parameters
    ----------
    endpoint : str
    query : str
        The text that is sent; empty for a plain document.
    attempt : int
    attempts : int
        Most attempts.
    secrets : tuple of str
        What no message may show.
    """

    endpoint: str
    query: str = ""
    attempt: int = 1
    attempts: int = 1
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def again(self) -> Call:
        """Return the next attempt."""
        return replace(self, attempt=self.attempt + 1)

    @property
    def digest(self) -> str:
        """The first 12 characters of the SHA-256 of the query."""
        return hashlib.sha256(self.query.encode("utf-8", "surrogatepass")).hexdigest()[:12]

    def __str__(self) -> str:
        query = f"query {self.digest}, " if self.query else ""
        return f"{self.endpoint} ({query}attempt {self.attempt} of {self.attempts})"

    def error(self, kind: type[E], seen: str, advice: str) -> E:
        """Return an error that says what was seen and what to do."""
        return kind(f"{self}: {self.hidden(seen)}; {advice}")

    def excerpt(self, body: bytes) -> str:
        """Return the beginning of a body for a message: one line, without secrets."""
        text = body[:4096].decode("utf-8", "replace")
        return self.hidden(" ".join("".join(c if c.isprintable() else " " for c in text).split()))[
            :200
        ]

    def hidden(self, text: str) -> str:
        """Return a text without the credentials."""
        for each in self.secrets:
            if each:
                text = text.replace(each, "***")
        return text

    def refusal(self, status: int, body: bytes) -> LodError:
        """Return the error of an answer whose status is neither 200 nor 206."""
        text = self.excerpt(body)
        seen = f"status {status}" + (f", {text!r}" if text else "")
        low = text.lower()
        if status == 400 or (status == 500 and ("sparql compiler" in low or "sr353" in low)):
            return self.error(
                QueryRejected, seen, "the endpoint does not take this query; mend it."
            )
        if status in (401, 403, 407):
            advice = "give auth=(user, password), or ask those who run it."
            return self.error(Unauthorized, seen, advice)
        if status in (404, 410):
            return self.error(NotFound, seen, "check the address of the endpoint.")
        if status == 405:
            advice = "this address takes no POST; look for the address of the SPARQL service."
            return self.error(NotFound, seen, advice)
        if status == 414 or status == 413:
            advice = "the query is too long for it; bind fewer values at a time."
            return self.error(TooLarge if status == 413 else QueryRejected, seen, advice)
        if status in (406, 415):
            return self.error(NotSparql, seen, "it does not speak the format that was asked for.")
        if status in (408, 429, 502, 503, 504) or "s1t00" in low or "timeout" in low:
            return self.error(Overloaded, seen, "wait, or ask for less at a time.")
        if status >= 500:
            return self.error(LodError, seen, "the endpoint failed; try a simpler query.")
        return self.error(NotSparql, seen, "expected status 200; check the address.")
