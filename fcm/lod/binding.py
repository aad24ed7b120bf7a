"""Values of variables, written into a query for an endpoint.

An endpoint takes text only. Each occurrence of a bound variable in a pattern is replaced by the
term, token by token, and where the head or the tail of a SELECT needs the variable itself, its
pattern begins with a VALUES block. So a value reaches filters, OPTIONAL, UNION and nested queries
as it does in the embedded store, and no value can change the query.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from fcm.errors import BadTerm
from fcm.lod.guard import Query, Token
from fcm.lod.terms import Value, values, variable, written

__all__ = ["bound"]

_KEYWORDS = frozenset(
    {"BIND", "FILTER", "GRAPH", "GROUP", "HAVING", "LIMIT", "MINUS", "OFFSET"}
    | {"OPTIONAL", "ORDER", "SELECT", "UNION", "VALUES", "WHERE"}
)


def bound(query: Query, bindings: Mapping[str, Value], *, columns: bool = True) -> str:
    """Return the text of a query with the values of some of its variables.

    Parameters
    ----------
    query : Query
    bindings : mapping of variable to value
    columns : bool, default True
        Keep the variables that the query selects as columns of the answer.

    Raises
    ------
    BadTerm
        If a value is no term, fits no variable, is computed by the query itself or would stand
        where no such term may stand.

    Examples
    --------
    >>> from fcm.lod.guard import Query
    >>> print(bound(Query("SELECT ?v { ?o <urn:place> ?where ; <urn:no2> ?v }"), {"where": "x"}))
    SELECT ?v { ?o <urn:place>  "x"  ; <urn:no2> ?v }
    """
    if not bindings:
        return query.text
    for name in bindings:
        variable(name)
    terms = {name: written(value, name=name) for name, value in bindings.items()}
    _refuse_doubtful(query, tuple(terms))
    query.selecting(tuple(terms))  # refuses unknown and hidden variables
    edits = sorted(
        _edits(query, bindings if columns else {}, terms), key=lambda each: (each.start, each.order)
    )
    parts, at = [], 0
    for edit in edits:
        parts += [query.text[at : edit.start], edit.text]
        at = edit.stop
    return "".join([*parts, query.text[at:]])


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    stop: int
    text: str
    order: int = 0


@dataclass(slots=True)
class _Select:
    """A SELECT: the variables its head and tail name, and the braces of its pattern."""

    named: set[str]
    star: bool = False
    opens: Token | None = None
    closes: Token | None = None
    nested_first: bool = False


def _edits(query: Query, columns: Mapping[str, Value], terms: Mapping[str, str]) -> Iterator[_Edit]:
    tokens = query.tokens
    selects, heads = _selects(tokens)
    for i, token in enumerate(tokens):
        if i in heads or token.kind != "variable" or token.text[1:] not in terms:
            continue
        name = token.text[1:]
        before = tokens[i - 1]
        if before.word == "AS":
            raise BadTerm(f"?{name} cannot be bound, because the query computes it (AS ?{name}).")
        if _in_values(tokens, i):
            raise BadTerm(f"?{name} cannot be bound, because the query gives its VALUES.")
        if before.text == "(" and i >= 2 and tokens[i - 2].word == "BOUND":
            yield _Edit(tokens[i - 2].start, tokens[i + 1].start + 1, " true ")
            continue
        if not terms[name].startswith("<") and _no_object(tokens, i):
            raise BadTerm(
                f"?{name} is bound to a literal, but stands where only an IRI may stand; give "
                "lod.IRI(...)."
            )
        yield _Edit(token.start, token.start + len(token.text), f" {terms[name]} ")
    for select in selects:
        needed = [name for name in columns if select.star or name in select.named]
        if not needed or select.opens is None or select.closes is None:
            continue
        block = " " + values(needed, [[columns[name] for name in needed]]) + " "
        start = select.opens.start + 1
        if select.nested_first:
            yield _Edit(start, start, block + "{", order=-1)
            yield _Edit(select.closes.start, select.closes.start, "}", order=1)
        else:
            yield _Edit(start, start, block, order=-1)


def _selects(tokens: Sequence[Token]) -> tuple[list[_Select], set[int]]:
    """Return the SELECTs of a query, and the indices of the tokens in their heads and tails."""
    found: list[_Select] = []
    heads: set[int] = set()
    # For each open brace: the SELECT whose pattern it opens, or None.
    braces: list[_Select | None] = []
    # The SELECT in whose head or tail we are, by depth of braces.
    outside: dict[int, _Select] = {}
    in_head = False
    for i, token in enumerate(tokens):
        depth = len(braces)
        if token.word == "SELECT":
            select = _Select(set())
            found.append(select)
            outside[depth] = select
            in_head = True
        current = outside.get(depth)
        if token.text == "{":
            opens = current if current is not None and current.opens is None else None
            if opens is not None:
                opens.opens, in_head = token, False
                then = tokens[i + 1] if i + 1 < len(tokens) else token
                opens.nested_first = then.word == "SELECT"
            braces.append(opens)
            continue
        if token.text == "}":
            if braces:
                closed = braces.pop()
                if closed is not None:
                    closed.closes = token
                outside.pop(depth, None)
            continue
        if current is None:
            continue
        heads.add(i)
        if token.kind == "variable":
            current.named.add(token.text[1:])
        if (
            in_head
            and token.text == "*"
            and tokens[i - 1].word in ("SELECT", "DISTINCT", "REDUCED")
        ):
            current.star = True
    return found, heads


def _in_values(tokens: Sequence[Token], i: int) -> bool:
    """Return whether a variable stands between VALUES and its braces."""
    for token in reversed(tokens[max(0, i - 64) : i]):
        if token.word == "VALUES":
            return True
        if token.kind != "variable" and token.text != "(":
            return False
    return False


def _no_object(tokens: Sequence[Token], i: int) -> bool:
    """Return whether a term follows, so that this one is a subject or a predicate."""
    brackets = []
    for token in tokens[:i]:
        if token.text in ("(", "{", "["):
            brackets.append(token.text)
        elif token.text in (")", "}", "]") and brackets:
            brackets.pop()
    if brackets and brackets[-1] == "(":
        return False  # an argument
    then = tokens[i + 1] if i + 1 < len(tokens) else tokens[i]
    if tokens[i - 1].word == "GRAPH" or then.text in ("^", "!", "(", "["):
        return True
    if then.kind == "word":
        return then.word not in _KEYWORDS
    return then.kind in ("iri", "name", "variable", "text", "blank")


def _refuse_doubtful(query: Query, names: Sequence[str]) -> None:
    """Refuse ``?a<5&&?b>3``, which may be read as an IRI that hides a variable."""
    for token, _ in pairwise((*query.tokens, Token("mark", "", 0))):
        if token.kind != "iri" or re.match(r"<[A-Za-z][\w+.\-]*://", token.text):
            continue
        for name in names:
            if re.search(rf"[?$]{re.escape(name)}(?!\w)", token.text):
                raise BadTerm(
                    f"{token.text!r} may be an IRI or a comparison with ?{name}; put blanks "
                    "around the < sign."
                )
