"""RDF files into an embedded store; every defect is either an error with its line or counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from fcm.errors import FileError, UnknownFormatError
from fcm.lod.answers.literals import valid
from fcm.lod.answers.report import IllTyped, Report

if TYPE_CHECKING:
    import pyoxigraph as ox

__all__ = ["Findings", "load", "summary"]

_FORMATS = {
    ".ttl": "TURTLE",
    ".nt": "N_TRIPLES",
    ".nq": "N_QUADS",
    ".trig": "TRIG",
    ".jsonld": "JSON_LD",
}
_PART = 5_000
_XML = (".rdf", ".owl", ".xml")
_CREDITS = (
    "http://purl.org/dc/terms/rights",
    "http://purl.org/dc/terms/license",
    "http://purl.org/dc/elements/1.1/rights",
)


def load(paths: tuple[Path, ...], *, lenient: bool) -> tuple[ox.Store, Report]:
    """Return a store with the triples of all files, and what was wrong with them.

    The default graph holds the triples of all graphs, each once; named graphs are kept as well.
    """
    import pyoxigraph as ox

    store, findings = ox.Store(), Findings(lenient=lenient)
    for path in paths:
        before = findings.quads
        try:
            quads = _read(path, findings)
            # In parts: one transaction for all would double the memory.
            for first in quads:
                store.extend(chain((first,), islice(quads, _PART)))
        except SyntaxError as error:
            raise _syntax(path, error, lenient=lenient) from None
        if findings.quads == before:
            raise FileError(
                "holds no triples; expected RDF with at least one statement.", path=path
            )
    return store, summary(store, tuple(path.name for path in paths), findings)


def summary(store: ox.Store, names: tuple[str, ...], findings: Findings) -> Report:
    """Return what is in a store, and what was wrong with it."""
    import pyoxigraph as ox

    named = list(store.named_graphs())
    triples = len(store)
    if named:
        triples = sum(1 for _ in store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    return Report(
        files=names,
        triples=triples,
        repeated=0 if named else findings.quads - triples,
        ill_typed=findings.ill_typed(),
        repaired=len(findings.repaired),
        repaired_examples=tuple(sorted(findings.repaired)[:3]),
        skipped=sum(findings.skipped.values()),
        skipped_examples=tuple(sorted(findings.skipped)[:3]),
        licences=_licences(store),
    )


@dataclass(slots=True)
class Findings:
    """What has been found while triples are read."""

    lenient: bool = False
    quads: int = 0
    wrong: dict[str, IllTyped] = field(default_factory=dict)
    repaired: dict[str, str] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    checked: set[str] = field(default_factory=set)

    def literal(self, form: str, datatype: str) -> None:
        """Count a literal of which the text is no value of its datatype."""
        known = self.wrong.get(datatype, IllTyped(datatype=datatype, count=0))
        examples = known.examples
        if form not in examples and len(examples) < 3:
            examples = (*examples, form)
        self.wrong[datatype] = IllTyped(datatype=datatype, count=known.count + 1, examples=examples)

    def ill_typed(self) -> tuple[IllTyped, ...]:
        """Return what was counted, by datatype."""
        return tuple(self.wrong[each] for each in sorted(self.wrong))


def _read(path: Path, findings: Findings) -> Iterator[ox.Quad]:
    import pyoxigraph as ox

    name = _FORMATS.get(path.suffix.lower())
    if name is None:
        raise _unknown_format(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise FileError("does not exist; check the path.", path=path) from None
    except OSError as error:
        raise FileError(f"cannot be read ({error.strerror}).", path=path) from None
    data = data.removeprefix(b"\xef\xbb\xbf")
    if data.isspace() or not data:
        raise FileError("is empty; expected RDF.", path=path)
    _check_utf8(path, data)
    # A JSON-LD parser drops what has an invalid IRI without a word: take all of it and look here.
    check = findings.lenient or name == "JSON_LD"
    quads: Iterator[ox.Quad] = ox.parse(
        data,
        getattr(ox.RdfFormat, name),
        base_iri=path.absolute().as_uri(),
        rename_blank_nodes=True,
        lenient=check,
    )
    if check:
        quads = _all_mended(path, quads, findings)
    with_graphs = name not in ("TURTLE", "N_TRIPLES")
    default, literal = ox.DefaultGraph(), ox.Literal
    number = 0
    for number, quad in enumerate(quads, start=1):  # noqa: B007  (the loop is hot)
        value = quad.object
        if type(value) is literal:
            form, datatype = value.value, value.datatype.value
            if not valid(form, datatype):
                findings.literal(form, datatype)
        if with_graphs and quad.graph_name != default:
            yield ox.Quad(quad.subject, quad.predicate, value)
        yield quad
    findings.quads += number


def _all_mended(path: Path, quads: Iterable[ox.Quad], findings: Findings) -> Iterator[ox.Quad]:
    for quad in quads:
        mended = _mended(path, quad, findings)
        if mended is not None:
            yield mended


def _unknown_format(path: Path) -> UnknownFormatError:
    suffix = path.suffix.lower()
    if suffix in _XML:
        return UnknownFormatError(
            f"RDF/XML ({suffix}) is not read, because its entities can be made to exhaust the "
            "memory; convert the file to Turtle (.ttl) first.",
            path=path,
        )
    return UnknownFormatError(
        f"no RDF format is known for {suffix or 'a name without suffix'}; expected one of "
        f"{', '.join(_FORMATS)}.",
        path=path,
    )


def _check_utf8(path: Path, data: bytes) -> None:
    if data.isascii():
        return
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileError(
            f"is not UTF-8 (byte 0x{data[error.start]:02x}); RDF files are. Save it as UTF-8; "
            "if it comes from an older program it may be Latin-1.",
            path=path,
            line=data.count(b"\n", 0, error.start) + 1,
        ) from None


def _syntax(path: Path, error: SyntaxError, *, lenient: bool) -> FileError:
    said = re.sub(r"^Parser error at .*?: ", "", str(error.msg))
    if "LoadDocumentCallback" in said:
        return FileError(
            "names a JSON-LD @context on the web, which is not fetched; put the context itself "
            "into the file.",
            path=path,
        )
    advice = "mend that line"
    if "IRI" in said and "prefix" not in said and not lenient:
        advice = (
            "IRIs may not hold blanks and the like: write them percent-encoded (%20), or read the "
            "file with lod.open(..., lenient=True), which encodes them and counts them"
        )
    elif "prefix" in said:
        advice = "declare it with @prefix, or correct its spelling"
    elif "end of file" in said:
        advice = "the file seems to be cut off: a quote, a bracket or the last full stop is missing"
    return FileError(f"{said.rstrip('.')}; {advice}.", path=path, line=error.lineno)


def _mended(path: Path, quad: ox.Quad, findings: Findings) -> ox.Quad | None:
    """Return the quad with valid IRIs; None for JSON-LD keys that stand for no IRI."""
    import pyoxigraph as ox

    def name(value: str) -> ox.NamedNode:
        if value in findings.checked:
            return ox.NamedNode(value)
        if value in findings.repaired:
            return ox.NamedNode(findings.repaired[value])
        try:
            node = ox.NamedNode(value)
        except ValueError as error:
            if not findings.lenient:
                raise FileError(
                    f"{value!r} is not a valid IRI ({error}); write it percent-encoded, or use "
                    "lod.open(..., lenient=True), which encodes such IRIs and counts them.",
                    path=path,
                ) from None
            return _encoded(path, value, findings)
        findings.checked.add(value)
        return node

    if ":" not in quad.predicate.value:
        findings.skipped[quad.predicate.value] += 1
        return None
    subject, value, graph = quad.subject, quad.object, quad.graph_name
    if isinstance(subject, ox.NamedNode):
        subject = name(subject.value)
    if isinstance(value, ox.NamedNode):
        value = name(value.value)
    elif isinstance(value, ox.Literal) and value.language is None:
        value = ox.Literal(value.value, datatype=name(value.datatype.value))
    if isinstance(graph, ox.NamedNode):
        graph = name(graph.value)
    return ox.Quad(subject, name(quad.predicate.value), value, graph)


def _encoded(path: Path, value: str, findings: Findings) -> ox.NamedNode:
    import pyoxigraph as ox

    encoded = re.sub(
        r"[\x00-\x20<>\"{}|^`\\\x7f]|%(?![0-9A-Fa-f]{2})", lambda m: f"%{ord(m.group()):02X}", value
    )
    try:
        node = ox.NamedNode(encoded)
    except ValueError as error:
        raise FileError(
            f"{value!r} is not a valid IRI even when its blanks are percent-encoded ({error}); "
            "mend it in the file.",
            path=path,
        ) from None
    findings.repaired[value] = encoded
    return node


def _licences(store: ox.Store) -> tuple[str, ...]:
    import pyoxigraph as ox

    found = {
        quad.object.value
        for predicate in _CREDITS
        for quad in store.quads_for_pattern(None, ox.NamedNode(predicate), None, ox.DefaultGraph())
        if isinstance(quad.object, ox.Literal)
        or (isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith("http"))
    }
    return tuple(sorted(found))
