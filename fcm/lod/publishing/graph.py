"""Statements to be published, and their text in Turtle and JSON-LD, the same bytes every time.

It knows terms and how they are written, and nothing of what they say. Statements stand in the order
in which they were made, grouped by subject; there are no blank nodes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

from fcm.errors import BadTerm
from fcm.frozen import FrozenDict
from fcm.lod.publishing.vocabulary import term_iri

if TYPE_CHECKING:
    import pyoxigraph as ox

__all__ = ["Graph", "Publication", "slug"]

_TYPE = term_iri("rdf:type")
_STRING = term_iri("xsd:string")
_BARE = (term_iri("xsd:integer"), term_iri("xsd:boolean"))
_LOCAL = re.compile(r"(?:\w|%[0-9A-F]{2})(?:[\w.-]|%[0-9A-F]{2})*", re.ASCII)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SPECIAL = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]')

Term: TypeAlias = "ox.NamedNode | ox.Literal"


class Graph:
    """Statements while they are made."""

    def __init__(self) -> None:
        self._about: dict[str, dict[tuple[str, Term], None]] = {}

    def term(self, subject: str, predicate: str, name: str) -> None:
        """State a relation to a term of a vocabulary, given as a prefixed name: "fcm:Map"."""
        self._add(subject, predicate, self._node(term_iri(name)))

    def link(self, subject: str, predicate: str, value: str) -> None:
        """State a relation to a thing, given by its IRI."""
        self._add(subject, predicate, self._node(value))

    def text(self, subject: str, predicate: str, value: str, language: str = "") -> None:
        """State a text; an empty one without a language is left out."""
        import pyoxigraph as ox

        if not value and not language:
            return
        try:
            value.encode()
        except UnicodeEncodeError:
            raise BadTerm(
                f"{value!r} holds half a character (a lone surrogate); write the whole character."
            ) from None
        if not language:
            self._add(subject, predicate, ox.Literal(value))
            return
        try:
            literal = ox.Literal(value, language=language)
        except ValueError as error:
            raise BadTerm(
                f"label {value!r} has the language {language!r} ({error}); expected a tag such as "
                "'es' or 'pt-BR'."
            ) from None
        self._add(subject, predicate, literal)

    def typed(self, subject: str, predicate: str, form: str, datatype: str) -> None:
        """State a value by its form and the prefixed name of its datatype."""
        import pyoxigraph as ox

        literal = ox.Literal(form, datatype=ox.NamedNode(term_iri(datatype)))
        self._add(subject, predicate, literal)

    def double(self, subject: str, predicate: str, value: float) -> None:
        """State a number to its last bit, as xsd:double."""
        number = float(value)
        special = {float("inf"): "INF", float("-inf"): "-INF"}
        form = "NaN" if number != number else special.get(number, repr(number))
        self.typed(subject, predicate, form, "xsd:double")

    def whole(self, subject: str, predicate: str, value: int) -> None:
        """State a whole number."""
        self.typed(subject, predicate, str(int(value)), "xsd:integer")

    def boolean(self, subject: str, predicate: str, value: bool) -> None:
        """State true or false."""
        self.typed(subject, predicate, "true" if value else "false", "xsd:boolean")

    def digest(self) -> str:
        """Return 16 hexadecimal digits that stand for these statements, whatever their order."""
        lines = sorted(str(each) for each in self.triples())
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]

    def triples(self) -> tuple[ox.Triple, ...]:
        """Return the statements, in the order of their subjects."""
        import pyoxigraph as ox

        return tuple(
            ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)
            for subject, facts in self._about.items()
            for predicate, value in facts
        )

    def _node(self, value: str) -> ox.NamedNode:
        import pyoxigraph as ox

        try:
            return ox.NamedNode(value)
        except ValueError as error:
            raise BadTerm(
                f"{value!r} is not an absolute IRI ({error}); expected something like "
                "'http://example.org/air', with blanks written as %20."
            ) from None

    def _add(self, subject: str, predicate: str, value: Term) -> None:
        facts = self._about.setdefault(subject, {})
        facts[term_iri(predicate), value] = None

    def named(self, kind: str, base: str | None, build: Callable[[Graph, str], None]) -> str:
        """Add statements whose subjects are named under a base, and return the base.

        Without a base their content gives one, ``urn:fcm:<kind>:<digest>:``, so that the same
        content has the same names everywhere, and other content has others.
        """
        if base is None:
            draft = Graph()
            build(draft, "urn:fcm:draft:")
            base = f"urn:fcm:{kind}:{draft.digest()}:"
        build(self, base)
        return base


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Publication:
    """Statements that are ready to be written; made by `fcm.lod.publish`.

    Parameters
    ----------
    triples : tuple of pyoxigraph.Triple
        Grouped by subject, without blank nodes.
    prefixes : mapping of prefix to namespace
        For the reader's eye; they change nothing of what is said.
    """

    triples: tuple[ox.Triple, ...]
    prefixes: Mapping[str, str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "prefixes", FrozenDict(self.prefixes))

    def to_turtle(self) -> str:
        """Return the statements in Turtle, prefixes first, one block per subject."""
        used: set[str] = set()
        body: list[str] = []
        for subject, facts in self._grouped().items():
            lines = []
            for predicate, values in facts.items():
                name = "a" if predicate == _TYPE else self._short(predicate, used)
                lines.append(f"{name} {', '.join(self._turtle(each, used) for each in values)}")
            body.append(f"{self._short(subject, used)} " + " ;\n  ".join(lines) + " .\n")
        head = [f"@prefix {each}: <{self.prefixes[each]}> .\n" for each in sorted(used)]
        return "".join(head) + "".join("\n" + block for block in body)

    def to_json_ld(self) -> str:
        """Return the statements in JSON-LD 1.1; its context stands in the text itself."""
        used: set[str] = set()
        coerced = self._coercions()
        nodes = []
        for subject, facts in self._grouped().items():
            node: dict[str, Any] = {"@id": self._short(subject, used, plain=True)}
            for predicate, values in facts.items():
                if predicate == _TYPE:
                    node["@type"] = [self._short(each.value, used, plain=True) for each in values]
                    continue
                key = self._short(predicate, used, plain=True)
                written = [self._json(each, coerced[predicate], used) for each in values]
                node[key] = written[0] if len(written) == 1 else written
            nodes.append(node)
        types = {
            self._short(predicate, used, plain=True): {
                "@type": "@id" if how == "@id" else self._short(how, used, plain=True)
            }
            for predicate, how in coerced.items()
            if how
        }
        context = {each: self.prefixes[each] for each in sorted(used)}
        document = {"@context": {**context, **dict(sorted(types.items()))}, "@graph": nodes}
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    def _grouped(self) -> dict[str, dict[str, list[Any]]]:
        grouped: dict[str, dict[str, list[Any]]] = {}
        for triple in self.triples:
            facts = grouped.setdefault(triple.subject.value, {})  # type: ignore[union-attr]
            facts.setdefault(triple.predicate.value, []).append(triple.object)
        return grouped

    def _short(self, iri: str, used: set[str], *, plain: bool = False) -> str:
        for prefix, namespace in self.prefixes.items():
            local = iri.removeprefix(namespace)
            if iri.startswith(namespace) and _LOCAL.fullmatch(local) and local[-1] != ".":
                used.add(prefix)
                return f"{prefix}:{local}"
        return iri if plain else f"<{iri}>"

    def _turtle(self, value: Any, used: set[str]) -> str:
        import pyoxigraph as ox

        if isinstance(value, ox.NamedNode):
            return self._short(value.value, used)
        quoted = f'"{_SPECIAL.sub(_escaped, value.value)}"'
        if value.language:
            return f"{quoted}@{value.language}"
        datatype = value.datatype.value
        if datatype in _BARE:
            return str(value.value)
        return quoted if datatype == _STRING else f"{quoted}^^{self._short(datatype, used)}"

    def _coercions(self) -> dict[str, str]:
        """Return for each predicate the one type of all its values, "" if there is none."""
        import pyoxigraph as ox

        kinds: dict[str, set[str]] = {}
        for triple in self.triples:
            value = triple.object
            if isinstance(value, ox.NamedNode):
                kind = "@id"
            elif isinstance(value, ox.Literal) and not value.language:
                kind = value.datatype.value
            else:
                kind = ""
            kinds.setdefault(triple.predicate.value, set()).add(kind)
        one = {each: next(iter(found)) if len(found) == 1 else "" for each, found in kinds.items()}
        return {each: "" if how == _STRING or each == _TYPE else how for each, how in one.items()}

    def _json(self, value: Any, coerced: str, used: set[str]) -> Any:
        import pyoxigraph as ox

        if isinstance(value, ox.NamedNode):
            short = self._short(value.value, used, plain=True)
            return short if coerced else {"@id": short}
        if value.language:
            return {"@value": value.value, "@language": value.language}
        datatype = value.datatype.value
        if coerced or datatype == _STRING:
            return value.value
        return {"@value": value.value, "@type": self._short(datatype, used, plain=True)}

    def __len__(self) -> int:
        return len(self.triples)

    def __repr__(self) -> str:
        subjects = len({each.subject for each in self.triples})
        return f"Publication({len(self):,} statements about {subjects:,} things)"


def slug(text: str) -> str:
    """Return a text as part of an IRI; different texts give different parts.

    Examples
    --------
    >>> slug("car traffic"), slug("co-op"), slug("NO₂")
    ('car-traffic', 'co%2Dop', 'NO%E2%82%82')
    """
    try:
        quoted = quote(text, safe=" ")
    except UnicodeEncodeError:
        raise BadTerm(
            f"{text!r} holds half a character (a lone surrogate); write the whole character."
        ) from None
    for plain, coded in (("-", "%2D"), (".", "%2E"), ("~", "%7E"), (" ", "-")):
        quoted = quoted.replace(plain, coded)
    return quoted


def _escaped(found: re.Match[str]) -> str:
    character = found.group()
    return _ESCAPES.get(character, f"\\u{ord(character):04X}")
