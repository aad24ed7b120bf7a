"""What a query may not do: call other servers, name its own graphs, change data.

The embedded engine follows every ``SERVICE`` clause, so one line in a query that somebody else
wrote could carry data away. A query is therefore read before it runs. Reading means lexing: the
words of a SPARQL query stand outside strings, comments and IRIs, and only there do they count. Two
places of the language can be read in two ways without its grammar (``?a<?b&&?c>?d``); there both
readings are followed, so that the forbidden word cannot hide behind the wrong one. In doubt the
query is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from fcm.errors import BadTerm, LodError, QueryRejected, Unsafe, nearest

__all__ = ["ALLOWABLE", "Query", "Token"]

ALLOWABLE = frozenset({"SERVICE", "FROM"})
"""What may be allowed by name, where the caller knows what it does. Updates never are."""

# The character classes of the SPARQL 1.1 grammar (productions 164 to 169).
_LETTER = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = rf"{_LETTER}_0-9\-\u00b7\u0300-\u036f\u203f-\u2040"
_PREFIX = rf"(?:[{_LETTER}](?:[{_NAME}.]{{0,99}}[{_NAME}])?)?:"
_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = (
    rf"(?:(?:[{_LETTER}_:0-9]|{_ESCAPE})(?:(?:[{_NAME}.:]|{_ESCAPE})*(?:[{_NAME}:]|{_ESCAPE}))?)?"
)
_IRI = r"<[^\x00-\x20<>\"{}]*>"
_GAP = r"(?:[ \t\r\n]|#[^\r\n]*)*"

_TOKEN = re.compile(
    rf"""(?P<gap>[ \t\r\n]+|\#[^\r\n]*)
    |(?P<iri>{_IRI})
    |(?P<text>\"{{3}}(?:\"{{0,2}}(?:[^\"\\]|\\.))*?\"{{3}}|'{{3}}(?:'{{0,2}}(?:[^'\\]|\\.))*?'{{3}}
        |\"(?:[^\"\\\n\r]|\\.)*\"|'(?:[^'\\\n\r]|\\.)*')
    |(?P<variable>[?$][{_LETTER}_0-9][{_LETTER}_0-9\u00b7\u0300-\u036f\u203f-\u2040]*)
    |(?P<blank>_:[{_NAME}.]*[{_NAME}])
    |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<name>{_PREFIX}{_LOCAL})
    |(?P<word>[{_LETTER}_0-9]+)
    |(?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
_SERVICE = re.compile(
    rf"service{_GAP}(?:silent{_GAP})?(?:{_IRI}|[?$]\w+|{_PREFIX}{_LOCAL}){_GAP}\{{", re.IGNORECASE
)
_OPENS = re.compile(rf"{_GAP}\{{")
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "WITH"}
_MAX_LENGTH = 200_000


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query: its kind, its text and where it begins."""

    kind: str
    text: str
    start: int

    @property
    def word(self) -> str:
        """The text in capitals if it is a word of the language, else an empty string."""
        return self.text.upper() if self.kind == "word" else ""


@dataclass(frozen=True, slots=True)
class Query:
    """A query that has been read and may run.

    Parameters
    ----------
    text : str
        SPARQL 1.1, one SELECT.
    allow : collection of str
        "SERVICE" and "FROM" are refused unless they stand here.

    Raises
    ------
    Unsafe
        If it calls another server (SERVICE), names graphs of its own (FROM) or changes data.
    QueryRejected
        If it is no SELECT.
    LodError
        If something else than SERVICE and FROM is to be allowed.

    Examples
    --------
    >>> Query('SELECT ?s WHERE { ?s ?p "SERVICE <http://x> {" }  # SERVICE').variables
    ('s', 'p')
    """

    text: str
    tokens: tuple[Token, ...] = ()
    allow: Collection[str] = ()

    def __post_init__(self) -> None:
        for each in self.allow:
            if each not in ALLOWABLE:
                raise LodError(
                    f"allow names {each!r}; only {', '.join(sorted(ALLOWABLE))} can be allowed."
                )
        if not isinstance(self.text, str):
            raise QueryRejected(
                f"the query is of type {type(self.text).__name__}; expected the text of a SELECT."
            )
        if len(self.text) > _MAX_LENGTH:
            raise QueryRejected(
                f"the query has {len(self.text):,} characters; at most {_MAX_LENGTH:,} are read."
            )
        object.__setattr__(self, "tokens", tuple(_tokens(self.text)))
        _refuse_updates(self)
        if "SERVICE" not in self.allow:
            _refuse_services(self.text)
        if "FROM" not in self.allow:
            _refuse_graphs(self)

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of all variables, in the order in which they appear."""
        return tuple(
            dict.fromkeys(each.text[1:] for each in self.tokens if each.kind == "variable")
        )

    @property
    def undeclared(self) -> tuple[str, ...]:
        """Prefixes that are used without a PREFIX line."""
        declared: set[str] = set()
        used: dict[str, None] = {}
        for before, token in pairwise((Token("mark", "", 0), *self.tokens)):
            if token.kind == "name":
                prefix = token.text.partition(":")[0]
                if before.word == "PREFIX":
                    declared.add(prefix)
                else:
                    used[prefix] = None
        return tuple(each for each in used if each not in declared)

    @property
    def keyword(self) -> Token | None:
        """The word that says what the query does, after BASE and PREFIX."""
        skip = iter(self.tokens)
        for token in skip:
            if token.word == "PREFIX":
                next(skip, None), next(skip, None)
            elif token.word == "BASE":
                next(skip, None)
            else:
                return token
        return None

    def selecting(self, names: Sequence[str]) -> tuple[str, tuple[str, ...]]:
        """Return the query with these variables in its SELECT, and those that had to be added.

        The engine binds natively only what a query selects.

        Raises
        ------
        BadTerm
            If the query has no such variable, or hides it in a nested SELECT.
        """
        for name in names:
            if name not in self.variables:
                raise BadTerm(
                    f"the query has no variable ?{name} to bind. {nearest(name, self.variables)}"
                )
            self._refuse_hidden(name)
        first = self.keyword
        start = next(i for i, each in enumerate(self.tokens) if each is first) + 1
        if start < len(self.tokens) and self.tokens[start].word in ("DISTINCT", "REDUCED"):
            start += 1
        depth, selected = 0, set()
        for token in self.tokens[start:]:
            if token.text == "{" or token.word == "WHERE":
                break
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if token.text == "*" and depth == 0:
                return self.text, ()
            if token.kind == "variable" and depth == 0:
                selected.add(token.text[1:])
        # In SELECT (... AS ?x) the name before the closing bracket is selected too.
        selected |= set(_named(self.tokens[start:]))
        added = tuple(each for each in names if each not in selected)
        if not added:
            return self.text, ()
        last = self.tokens[start - 1]
        place = last.start + len(last.text)
        names_text = "".join(f" ?{each}" for each in added)
        return f"{self.text[:place]}{names_text} {self.text[place:]}", added

    def _refuse_hidden(self, name: str) -> None:
        for inner in _nested_selects(self.tokens):
            mentions = [each for each in inner if each.kind == "variable" and each.text[1:] == name]
            head = []
            for token in inner:
                if token.text == "{" or token.word == "WHERE":
                    break
                head.append(token)
            if mentions and not any(each.text == "*" or each in mentions for each in head):
                raise BadTerm(
                    f"?{name} is used inside a nested SELECT that does not select it, where "
                    f"SPARQL takes it for another variable; add ?{name} to that SELECT."
                )


def _tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of the likeliest reading, without blanks and comments."""
    at = 0
    while at < len(text):
        token = _token(text, at)
        # No IRI begins with a variable: this is the operator of ?a<?b&&?c>?d.
        if token.kind == "iri" and token.text[1:2] in ("?", "$"):
            token = Token("mark", "<", at)
        if token.kind != "gap":
            yield token
        at += len(token.text)


def _token(text: str, at: int) -> Token:
    found = _TOKEN.match(text, at)
    if found is None or found.lastgroup is None:  # pragma: no cover - the last branch takes all
        return Token("mark", text[at], at)
    return Token(found.lastgroup, found.group(), at)


def _refuse_updates(query: Query) -> None:
    keyword = query.keyword
    said = keyword.text if keyword is not None else ""
    if keyword is not None and keyword.word in _UPDATES:
        raise Unsafe(f"the query is an update ({said}); sources are read only.")
    if keyword is None or keyword.word != "SELECT":
        raise QueryRejected(
            f"the query begins with {said!r}; expected SELECT."
            if said
            else "the query is empty; expected a SELECT."
        )


def _refuse_services(text: str) -> None:
    if "service" not in text.lower():
        return
    todo: list[tuple[int, bool]] = [(0, False)]
    seen: set[tuple[int, bool]] = set()
    while todo:
        at, after_graph = todo.pop()
        if at >= len(text) or (at, after_graph) in seen:
            continue
        seen.add((at, after_graph))
        token = _token(text, at)
        graph = after_graph if token.kind == "gap" else token.word == "GRAPH"
        todo.append((at + len(token.text), graph))
        # A less-than sign may begin an IRI or compare; <scheme://... can only be an IRI.
        if token.kind == "iri" and not re.match(r"<[A-Za-z][\w+.\-]*://", token.text):
            todo.append((at + 1, False))
        if token.kind not in ("word", "name") or after_graph:
            continue
        if _calls(text, token):
            raise Unsafe(
                f"the query calls another server (SERVICE, {_place(text, at)}); ask each source "
                "by itself and join the tables. An endpoint may be let to: lod.connect(..., "
                "allow=['SERVICE'])."
            )


def _calls(text: str, token: Token) -> bool:
    """Return whether a word or name may begin a call of another server.

    The engine also reads keywords that have no blank around them: ``5SERVICEex:y {...}``.
    """
    places = [each.start() for each in re.finditer("service", token.text, re.IGNORECASE)]
    if token.kind == "name" and places:
        if _OPENS.match(text, token.start + len(token.text)):
            return True
        places = places[-1:]
    return any(_SERVICE.match(text, token.start + each) for each in places)


def _refuse_graphs(query: Query) -> None:
    for token in query.tokens:
        if token.text == "{":
            return
        if token.word == "FROM":
            raise Unsafe(
                f"the query names its own data (FROM, {_place(query.text, token.start)}); a "
                "source holds what it was opened with. Use GRAPH for one graph of it."
            )


def _place(text: str, at: int) -> str:
    line = text.count("\n", 0, at) + 1
    return f"line {line}, column {at - text.rfind(chr(10), 0, at)}"


def _named(tokens: Sequence[Token]) -> Iterator[str]:
    """Yield ``x`` for each ``AS ?x`` before the WHERE part."""
    for token, then in pairwise(tokens):
        if token.text == "{" or token.word == "WHERE":
            return
        if token.word == "AS" and then.kind == "variable":
            yield then.text[1:]


def _nested_selects(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each nested SELECT, up to the brace that closes its group."""
    depth = 0
    for i, token in enumerate(tokens):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if token.word != "SELECT" or depth == 0:
            continue
        inner, level = [], 0
        for each in tokens[i + 1 :]:
            level += {"{": 1, "}": -1}.get(each.text, 0)
            if level < 0:
                break
            inner.append(each)
        yield inner
