"""Linked Open Data in files, held in an embedded store and asked in SPARQL."""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from fcm.errors import BadTerm, FileError, LodError, QueryRejected, TooLarge
from fcm.evidence import Origin
from fcm.lod.answers.report import Report
from fcm.lod.answers.results import parse_tsv
from fcm.lod.answers.table import Table
from fcm.lod.binding import bound
from fcm.lod.guard import Query
from fcm.lod.load import load
from fcm.lod.source import Source
from fcm.lod.terms import Value, term

if TYPE_CHECKING:
    import pyoxigraph as ox
    import rdflib

    from fcm.lod.rdflib_engine import EmbeddedRdflib

__all__ = ["Embedded", "open", "origin"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Embedded(Source):
    """Files in an embedded store; made by `fcm.lod.open`.

    Parameters
    ----------
    store : pyoxigraph.Store
    report : Report
        What was read and what was wrong with it.
    max_rows : int
        Most rows of an answer.
    """

    store: ox.Store
    report: Report
    max_rows: int

    def select(self, query: str, /, **bindings: Value) -> Table:
        """Return the answer to a SPARQL SELECT.

        Rows come in no particular order unless the query has ORDER BY. Put the patterns that
        select most first and ``qb:dataSet`` last: the engine runs them as written.

        Parameters
        ----------
        query : str
            SPARQL 1.1. SERVICE, FROM and updates are refused.
        **bindings : str, IRI, int, float, bool, date or datetime
            Values of variables of the query. They are bound as terms, checked part by part, so
            that no text in them can change the query. In a triple pattern a bound number equals
            only the same number of the same datatype; compare in a FILTER to be lenient about
            that.

        Raises
        ------
        Unsafe
            If the query calls other servers, names graphs of its own or changes data.
        QueryRejected
            If it is not valid SPARQL.
        BadTerm
            If a binding fits no variable, or is no RDF term.
        TooLarge
            If the answer has more than `max_rows` rows.

        Examples
        --------
        >>> from fcm import examples, lod
        >>> source = lod.open(examples.path("madrid") / "air_quality.ttl")
        >>> source.select('''
        ...     PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        ...     SELECT ?name WHERE { ?station skos:notation ?code ; skos:prefLabel ?name }
        ... ''', code="28079035").to_records()
        [{'name': 'Pza. del Carmen'}]
        """
        import pyoxigraph as ox

        read = Query(query)
        text = query
        if bindings:
            self._refuse_unbindable(read, bindings)
            # The engine's own substitution leaves BIND(?x AS ?y), BOUND(?x) and FILTER(?x) unbound.
            text = bound(read, bindings)
        answer = self._run(text, {})
        into = _Limited(self.max_rows)
        try:
            answer.serialize(into, format=ox.QueryResultsFormat.TSV)
        except OSError as error:
            raise LodError(f"the query failed while it ran: {error}") from None
        columns = parse_tsv(into.getvalue(), max_rows=self.max_rows)
        return Table(
            columns=columns.names,
            arrays=columns.arrays,
            issues=columns.issues,
            complete=True,
            origin=origin(self.report, query),
        )

    def _refuse_unbindable(self, read: Query, bindings: Mapping[str, Value]) -> None:
        import pyoxigraph as ox

        terms = {name: term(value, name=name) for name, value in bindings.items()}
        text, added = read.selecting(tuple(terms))
        if added:
            self._run(read.text, {})  # so that a syntax error is shown where the author wrote it
        substitutions: dict[ox.Variable, Any] = {
            ox.Variable(name): each for name, each in terms.items()
        }
        try:
            self._run(text, substitutions)
        except QueryRejected:
            if not added:
                raise
            raise BadTerm(
                f"{_listed(added)} cannot be bound, because the query groups its rows; add "
                f"{_listed(added)} to its SELECT and GROUP BY."
            ) from None

    def _run(self, text: str, substitutions: dict[ox.Variable, Any]) -> ox.QuerySolutions:
        import pyoxigraph as ox

        try:
            answer = self.store.query(text, substitutions=substitutions or None)
        except SyntaxError as error:
            raise QueryRejected(_rejection(text, str(error))) from None
        except RuntimeError as error:
            found = re.search(r"variable \?(\w+) in its SELECT", str(error))
            if found is None:
                raise LodError(f"the query cannot run: {error}") from None
            raise BadTerm(
                f"?{found.group(1)} cannot be bound through SELECT *, because it stands in a "
                "FILTER only; list the variables after SELECT."
            ) from None
        if not isinstance(answer, ox.QuerySolutions):  # pragma: no cover - the guard lets SELECT by
            raise QueryRejected("the query is no SELECT.")
        return answer

    def __repr__(self) -> str:
        return f"Embedded({', '.join(self.report.files)}: {self.report.triples:,} triples)"


class _Limited(io.BytesIO):
    """What the engine writes, until there are too many rows."""

    def __init__(self, max_rows: int) -> None:
        super().__init__()
        self.max_rows = max_rows
        self.left = max_rows + 1

    def write(self, data: Any) -> int:
        self.left -= bytes(data).count(b"\n")
        if self.left < 0:
            raise TooLarge(
                f"the answer has more than {self.max_rows:,} rows; select less, or open the files "
                "with a larger max_rows."
            )
        return super().write(data)


def origin(report: Report, query: str) -> Origin:
    """Return where the answer to a query of files comes from."""
    digest = hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return Origin(
        kind="linked data",
        source=", ".join(report.files),
        licence="; ".join(report.licences),
        note=f"SPARQL query {digest}",
    )


@overload
def open(
    *sources: str | os.PathLike[str] | rdflib.Graph,
    lenient: bool = False,
    max_rows: int = 2_000_000,
    engine: Literal["pyoxigraph"] = "pyoxigraph",
) -> Embedded: ...


@overload
def open(
    *sources: str | os.PathLike[str] | rdflib.Graph,
    lenient: bool = False,
    max_rows: int = 2_000_000,
    engine: Literal["rdflib"],
) -> EmbeddedRdflib: ...


def open(
    *sources: str | os.PathLike[str] | rdflib.Graph,
    lenient: bool = False,
    max_rows: int = 2_000_000,
    engine: Literal["pyoxigraph", "rdflib"] = "pyoxigraph",
) -> Embedded | EmbeddedRdflib:
    """Return Linked Open Data files, or a graph of rdflib, as a source that can be asked in SPARQL.

    Parameters
    ----------
    *sources : path or rdflib.Graph
        Turtle (.ttl), N-Triples (.nt), N-Quads (.nq), TriG (.trig) or JSON-LD (.jsonld), UTF-8; or
        one graph or dataset, which is copied. Nothing is fetched from the network.
    lenient : bool, default False
        Read invalid IRIs (with blanks, ...) percent-encoded, and count them in ``report``.
    max_rows : int, default 2,000,000
        Most rows of one answer.
    engine : "pyoxigraph" or "rdflib", default "pyoxigraph"
        What answers queries. rdflib is far slower and needs more memory; it is there for the day
        when a query meets a fault of the other.

    Raises
    ------
    FileError
        If a file does not exist, is empty, is not UTF-8 or has a syntax error; with its line.
    UnknownFormatError
        If the suffix tells no format. RDF/XML is not read.
    LodError
        If a graph holds what is no RDF, or `max_rows` or `engine` cannot be.

    Examples
    --------
    >>> from fcm import examples, lod
    >>> source = lod.open(examples.path("madrid") / "air_quality.ttl")
    >>> source.report.sentences()
    ()
    """
    if not sources:
        raise FileError("no file was given; expected at least one, such as lod.open('air.ttl').")
    if max_rows < 1:
        raise LodError(f"max_rows is {max_rows}; expected 1 or more.")
    if engine not in ("pyoxigraph", "rdflib"):
        raise LodError(f"engine is {engine!r}; expected 'pyoxigraph' or 'rdflib'.")
    paths = [each for each in sources if isinstance(each, str | os.PathLike)]
    if len(paths) == len(sources):
        store, report = load(tuple(Path(each) for each in paths), lenient=lenient)
    else:
        from fcm.lod.rdflib_graph import load_graph

        store, report = load_graph(*sources, lenient=lenient)
    if engine == "rdflib":
        from fcm.lod.rdflib_engine import EmbeddedRdflib
        from fcm.lod.rdflib_graph import dataset

        return EmbeddedRdflib(graph=dataset(store), report=report, max_rows=max_rows)
    return Embedded(store=store, report=report, max_rows=max_rows)


def _rejection(text: str, said: str) -> str:
    found = re.match(r"error at (\d+):(\d+): (.*)", said, re.DOTALL)
    if found is None:
        return f"the query is not valid SPARQL: {said}"
    line, place, expected = int(found.group(1)), int(found.group(2)), found.group(3)
    lines = text.splitlines()
    seen = lines[line - 1][max(place - 13, 0) : place + 12].strip() if line <= len(lines) else ""
    missing = Query(text).undeclared
    marks = re.findall(r'(?<![\[\w])"([^"\w]+)"', re.sub(r"\[[^\]]*\]", "", expected))
    if "IRI parsing failed" in expected:
        expected = "an IRI is not valid (blanks are written %20; relative ones need BASE)"
    elif missing:
        expected = f"the prefix {missing[0]}: is not declared; add PREFIX {missing[0]}: <...>"
    elif "unbound" in expected:
        expected = "a variable of SELECT is neither grouped nor aggregated"
    elif "Duplicated variable" in expected:
        expected = "a variable stands twice in SELECT"
    elif marks:
        expected = f"expected one of {'  '.join(marks[:8])}"
    else:
        expected = "this does not fit here; look for a missing part just before it"
    at_end = line > len(lines) or (line == len(lines) and place > len(lines[-1]))
    near = " at its end" if at_end else f" near {seen!r}"
    return f"the query is not valid SPARQL at line {line}, column {place}{near}: {expected}."


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"?{each}" for each in names)
