"""What a file of published statements says, thing by thing, with errors that give the place.

It knows RDF and the names of the vocabulary, and nothing of maps. Nothing is fetched: a JSON-LD
context must stand in the file, and RDF/XML is not read.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from fcm.errors import FileError, UnknownFormatError, nearest
from fcm.lod.answers.literals import kind, short, valid
from fcm.lod.publishing.vocabulary import FCM, PREFIXES, term_iri, terms
from fcm.table import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pyoxigraph as ox

__all__ = ["Facts", "Node"]

Node: TypeAlias = "ox.NamedNode | ox.BlankNode"

_FORMATS = {"ttl": "TURTLE", "jsonld": "JSON_LD"}
_STRING = term_iri("xsd:string")


class Facts:
    """The statements of one file.

    Parameters
    ----------
    path : Path
        A Turtle (.ttl) or JSON-LD (.jsonld) file, UTF-8.
    format : {"ttl", "jsonld"}, optional
        Told from the suffix if not given.

    Raises
    ------
    FileError
        If the file cannot be read, is not well formed (with its line), or uses a term of the
        vocabulary's namespace that the vocabulary does not have.
    """

    def __init__(self, path: Path, format: Literal["ttl", "jsonld"] | None = None) -> None:
        name = format or path.suffix.lower().removeprefix(".")
        if name not in _FORMATS:
            raise UnknownFormatError(
                f"no published map is read from suffix {path.suffix!r}; expected Turtle (.ttl) or "
                "JSON-LD (.jsonld) with its context in the file.",
                path=path,
            )
        self.path = path
        self._text = read_text(path)
        self._about: dict[Node, dict[str, dict[Any, None]]] = {}
        for subject, predicate, value in self._parsed(_FORMATS[name]):
            self._about.setdefault(subject, {}).setdefault(predicate, {})[value] = None
        if not self._about:
            raise FileError("holds no statements; expected a published map.", path=path)
        self._check_terms()

    def _parsed(self, format: str) -> Iterable[tuple[Node, str, Any]]:
        import pyoxigraph as ox

        # A JSON-LD parser drops what has an invalid IRI without a word: take all, and look here.
        lenient = format == "JSON_LD"
        try:
            quads = list(
                ox.parse(
                    self._text.encode(),
                    getattr(ox.RdfFormat, format),
                    base_iri=self.path.absolute().as_uri(),
                    lenient=lenient,
                )
            )
        except SyntaxError as error:
            raise self._syntax(error) from None
        for quad in quads:
            if lenient:
                self._check_iris(quad)
            yield quad.subject, quad.predicate.value, quad.object

    def _syntax(self, error: SyntaxError) -> FileError:
        said = re.sub(r"^Parser error at .*?: ", "", str(error.msg)).rstrip(".")
        if "LoadDocumentCallback" in said:
            return FileError(
                "names a JSON-LD @context on the web, which is not fetched; put the context "
                "itself into the file.",
                path=self.path,
            )
        return FileError(f"{said}; mend that line.", path=self.path, line=error.lineno)

    def _check_iris(self, quad: ox.Quad) -> None:
        import pyoxigraph as ox

        if ":" not in quad.predicate.value:
            raise FileError(
                f"key {quad.predicate.value!r} stands for no IRI, so that what it says would be "
                "lost; define it in the @context, or take it out.",
                path=self.path,
            )
        for each in (quad.subject, quad.predicate, quad.object):
            if isinstance(each, ox.NamedNode):
                try:
                    ox.NamedNode(each.value)
                except ValueError as error:
                    raise FileError(
                        f"{each.value!r} is not a valid IRI ({error}); write it percent-encoded.",
                        path=self.path,
                    ) from None

    def _check_terms(self) -> None:
        import pyoxigraph as ox

        known = terms()
        for node, facts in self._about.items():
            if isinstance(node, ox.NamedNode) and node.value.startswith(FCM):
                continue
            values = [
                each.value
                for found in facts.values()
                for each in found
                if isinstance(each, ox.NamedNode)
            ]
            for iri in (*facts, *values):
                name = iri.removeprefix(FCM)
                if iri.startswith(FCM) and name not in known:
                    alike = sorted(x for x in known if x[0].islower() == name[:1].islower())
                    raise self.fault(
                        node, f"fcm:{name} is not a term of the vocabulary. {nearest(name, alike)}"
                    )

    def n_triples(self) -> str:
        """Return all statements, one a line."""
        import pyoxigraph as ox

        return "".join(
            f"{ox.Triple(node, ox.NamedNode(predicate), value)} .\n"
            for node, facts in self._about.items()
            for predicate, values in facts.items()
            for value in values
        )

    def of_type(self, name: str) -> list[Node]:
        """Return the things of a type given by its prefixed name, in the order of their IRIs."""
        import pyoxigraph as ox

        wanted = ox.NamedNode(term_iri(name))
        kind = term_iri("rdf:type")
        return sorted(
            (node for node, facts in self._about.items() if wanted in facts.get(kind, ())),
            key=lambda node: node.value,
        )

    def is_a(self, node: Node, name: str) -> bool:
        """Return whether a thing is of a type."""
        return any(each.value == term_iri(name) for each in self.values(node, "rdf:type"))

    def values(self, node: Node, predicate: str) -> list[Any]:
        """Return all terms that stand in a relation to a thing."""
        return list(self._about.get(node, {}).get(term_iri(predicate), ()))

    def nodes(self, node: Node, predicate: str) -> list[Node]:
        """Return all things that stand in a relation to a thing, in the order of their IRIs."""
        import pyoxigraph as ox

        found = self.values(node, predicate)
        for each in found:
            if isinstance(each, ox.Literal):
                raise self.fault(
                    node, f"{predicate} is the text {each.value!r}; expected the IRI of a thing."
                )
            if each not in self._about and not each.value.startswith(FCM):
                raise self.fault(
                    node, f"{predicate} is {self.short(each)}, of which the file says nothing."
                )
        return sorted(found, key=lambda each: each.value)

    def node(self, node: Node, predicate: str) -> Node:
        """Return the one thing that stands in a relation to a thing."""
        found = self.nodes(node, predicate)
        if len(found) != 1:
            raise self._count(node, predicate, len(found))
        return found[0]

    def choice(self, node: Node, predicate: str, known: Mapping[str, str], default: str) -> str:
        """Return the key of a term of the vocabulary; the default where nothing is said."""
        found = [each.value for each in self.values(node, predicate)]
        if not found:
            return default
        if len(found) > 1:
            raise self._count(node, predicate, len(found))
        for key, name in known.items():
            if found[0] == term_iri(name):
                return key
        raise self.fault(
            node, f"{predicate} is {found[0]!r}; expected one of {', '.join(known.values())}."
        )

    def text(self, node: Node, predicate: str, default: str | None = None) -> str:
        """Return the one text; the default where there is none.

        Of a skos:prefLabel it is the one without a language: the name.
        """
        found = self._literals(node, predicate)
        if predicate == "skos:prefLabel":
            found = [each for each in found if not each.language]
        if len(found) > 1 or (not found and default is None):
            raise self._count(node, predicate, len(found), "text")
        if found and not found[0].language and found[0].datatype.value != _STRING:
            raise self.fault(
                node,
                f"{predicate} is {found[0].value!r} of type {short(found[0].datatype.value)}; "
                "expected a text.",
            )
        return str(found[0].value) if found else str(default)

    def labels(self, node: Node) -> dict[str, str]:
        """Return the names of a thing by language tag, as the file writes the tag."""
        labels: dict[str, str] = {}
        for each in self._literals(node, "skos:prefLabel"):
            if each.language:
                if each.language in labels:
                    raise self.fault(
                        node, f"skos:prefLabel stands twice in the language {each.language!r}."
                    )
                labels[each.language] = each.value
        return labels

    def number(self, node: Node, predicate: str) -> float:
        """Return the one number."""
        found = self.maybe_number(node, predicate)
        if found is None:
            raise self._count(node, predicate, 0, "number")
        return found

    def maybe_number(self, node: Node, predicate: str) -> float | None:
        """Return the one number, or None where nothing is said."""
        found = self._literals(node, predicate)
        if not found:
            return None
        if len(found) > 1:
            raise self._count(node, predicate, len(found), "number")
        form, datatype = found[0].value, found[0].datatype.value
        if kind(datatype) != "number" or not valid(form, datatype):
            raise self.fault(
                node,
                f"{predicate} is {form!r} of type {short(datatype)}; expected a number such as "
                '"0.5"^^xsd:double.',
            )
        return float(form)

    def whole(self, node: Node, predicate: str) -> int | None:
        """Return the one whole number from 0, or None where nothing is said."""
        number = self.maybe_number(node, predicate)
        if number is None:
            return None
        if not (number.is_integer() and 0 <= number < 2**53):
            raise self.fault(node, f"{predicate} is {number:g}; expected a whole number from 0.")
        return int(number)

    def ordered(self, nodes: Iterable[Node], key: str = "skos:prefLabel") -> list[Node]:
        """Return things by fcm:position, or by a text of theirs if none of them has one."""
        listed = list(nodes)
        places = {each: self.whole(each, "fcm:position") for each in listed}
        if all(place is None for place in places.values()):
            return sorted(listed, key=lambda each: (self.text(each, key, ""), each.value))
        seen: dict[int, Node] = {}
        for each, place in places.items():
            if place is None:
                raise self.fault(each, "has no fcm:position, although others of its kind have one.")
            if place in seen:
                raise self.fault(
                    each, f"has fcm:position {place}, and so has {self.short(seen[place])}."
                )
            seen[place] = each
        return [seen[place] for place in sorted(seen)]

    def quality(self, node: Node, metric: str) -> float:
        """Return the one figure of a DQV metric."""
        found = [
            each
            for each in self.nodes(node, "dqv:hasQualityMeasurement")
            if any(m.value == term_iri(metric) for m in self.values(each, "dqv:isMeasurementOf"))
        ]
        if len(found) != 1:
            raise self._count(node, f"dqv:hasQualityMeasurement of {metric}", len(found))
        return self.number(found[0], "dqv:value")

    def fault(self, node: Node, message: str) -> FileError:
        """Return the error that says what is wrong with a thing, with its line if it is plain."""
        return FileError(f"{self.short(node)}: {message}", path=self.path, line=self._line(node))

    def short(self, node: Node) -> str:
        """Return a thing's IRI, shortened where the vocabulary has a prefix for it."""
        import pyoxigraph as ox

        if isinstance(node, ox.BlankNode):
            return f"a thing without an IRI ({self._types(node)})"
        for prefix, namespace in PREFIXES.items():
            if node.value.startswith(namespace):
                return f"{prefix}:{node.value.removeprefix(namespace)}"
        return f"<{node.value.removeprefix(self.path.absolute().as_uri())}>"

    def _types(self, node: Node) -> str:
        names = [str(each.value) for each in self.values(node, "rdf:type")]
        return ", ".join(each.removeprefix(FCM) for each in names) or "of no type"

    def _line(self, node: Node) -> int | None:
        """Return the line on which a thing's own statements begin, if it can be told."""
        local = re.split(r"[#/:]", node.value)[-1]
        begins = rf'(?:\w*:{re.escape(local)}\s|<[^<>]*{re.escape(local)}>\s|\s*"@id": "[^"]*'
        begins += rf'{re.escape(local)}",?$)'
        found = [k for k, line in enumerate(self._text.split("\n"), 1) if re.match(begins, line)]
        return found[0] if local and len(found) == 1 else None

    def _literals(self, node: Node, predicate: str) -> list[ox.Literal]:
        import pyoxigraph as ox

        found = self.values(node, predicate)
        for each in found:
            if not isinstance(each, ox.Literal):
                raise self.fault(node, f"{predicate} is {self.short(each)}; expected a literal.")
        return found

    def _count(self, node: Node, predicate: str, count: int, what: str = "value") -> FileError:
        seen = f"{count} times" if count else "not at all"
        return self.fault(node, f"{predicate} is given {seen}; expected one {what}.")
