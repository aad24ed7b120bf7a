"""An ASK, read by the same guard as a SELECT."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fcm.errors import QueryRejected
from fcm.lod.binding import bound
from fcm.lod.guard import Query, Token, _tokens
from fcm.lod.terms import Value

__all__ = ["Asked"]

_SELECT = "SELECT *"


@dataclass(frozen=True, slots=True)
class Asked:
    """An ASK that has been read and may be sent.

    Parameters
    ----------
    text : str
        SPARQL 1.1, one ASK.

    Raises
    ------
    Unsafe
        If it calls another server, names graphs of its own or changes data.
    QueryRejected
        If it is no ASK.

    Examples
    --------
    >>> Asked("ASK { ?s <urn:p> ?o }").bound({"o": 7})
    'ASK { ?s <urn:p>  "7"^^<http://www.w3.org/2001/XMLSchema#integer>  }'
    """

    text: str
    _start: int = field(init=False, repr=False)
    _query: Query = field(init=False, repr=False)

    def __post_init__(self) -> None:
        keyword = _keyword(self.text) if isinstance(self.text, str) else None
        if keyword is None or keyword.word != "ASK":
            said = keyword.text if keyword is not None else ""
            raise QueryRejected(f"the query begins with {said!r}; expected ASK.")
        start = keyword.start
        object.__setattr__(self, "_start", start)
        # The patterns of both forms are the same, so that what may not stand in one is found.
        text = f"{self.text[:start]}{_SELECT}{self.text[start + 3 :]}"
        object.__setattr__(self, "_query", Query(text))

    def bound(self, bindings: Mapping[str, Value]) -> str:
        """Return the text with the values of some variables; see `fcm.lod.binding.bound`."""
        text = bound(self._query, bindings, columns=False)
        return f"{text[: self._start]}ASK{text[self._start + len(_SELECT) :]}"


def _keyword(text: str) -> Token | None:
    skip = iter(_tokens(text))
    for token in skip:
        if token.word == "PREFIX":
            next(skip, None), next(skip, None)
        elif token.word == "BASE":
            next(skip, None)
        else:
            return token
    return None
