"""Linked Open Data in files, held in an embedded store and asked in SPARQL."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fcm.errors import BadTerm, FileError, LodError, QueryRejected, TooLarge
from fcm.evidence import Origin
from fcm.lod.guard import Query
from fcm.lod.load import load
from fcm.lod.report import Report
from fcm.lod.table import Table
from fcm.lod.terms import Value, term

if TYPE_CHECKING:
    import pyoxigraph as ox

__all__ = ["Embedded", "open"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Embedded:
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
            Values of variables of the query. They are bound as terms by the engine, so that no
            text in them can change the query. In a triple pattern a bound number equals only the
            same number of the same datatype; compare in a FILTER to be lenient about that.

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
        terms = {name: term(value, name=name) for name, value in bindings.items()}
        text, added = read.selecting(tuple(terms)) if terms else (query, ())
        if added:
            self._run(query, {})  # so that a syntax error is shown where the author wrote it
        substitutions: dict[ox.Variable, Any] = {
            ox.Variable(name): each for name, each in terms.items()
        }
        try:
            answer = self._run(text, substitutions)
        except QueryRejected:
            if not added:
                raise
            raise BadTerm(
                f"{_listed(added)} cannot be bound, because the query groups its rows; add "
                f"{_listed(added)} to its SELECT and GROUP BY."
            ) from None
        columns = [each.value for each in answer.variables]
        kept = [i for i, each in enumerate(columns) if each not in added]
        rows: list[list[Any]] = []
        try:
            for solution in answer:
                if len(rows) >= self.max_rows:
                    raise TooLarge(
                        f"the answer has more than {self.max_rows:,} rows; select less, or open "
                        "the files with a larger max_rows."
                    )
                rows.append([solution[i] for i in kept])
        except OSError as error:
            raise LodError(f"the query failed while it ran: {error}") from None
        return Table.from_terms(
            [columns[i] for i in kept], rows, complete=True, origin=self._origin(query)
        )

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

    def _origin(self, query: str) -> Origin:
        digest = hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        return Origin(
            kind="linked data",
            source=", ".join(self.report.files),
            licence="; ".join(self.report.licences),
            note=f"SPARQL query {digest}",
        )

    def __repr__(self) -> str:
        return f"Embedded({', '.join(self.report.files)}: {self.report.triples:,} triples)"


def open(
    *paths: str | os.PathLike[str], lenient: bool = False, max_rows: int = 2_000_000
) -> Embedded:
    """Return Linked Open Data files as a source that can be asked in SPARQL.

    Parameters
    ----------
    *paths : path
        Turtle (.ttl), N-Triples (.nt), N-Quads (.nq), TriG (.trig) or JSON-LD (.jsonld), UTF-8.
        Nothing is fetched from the network.
    lenient : bool, default False
        Read invalid IRIs (with blanks, ...) percent-encoded, and count them in ``report``.
    max_rows : int, default 2,000,000
        Most rows of one answer.

    Raises
    ------
    FileError
        If a file does not exist, is empty, is not UTF-8 or has a syntax error; with its line.
    UnknownFormatError
        If the suffix tells no format. RDF/XML is not read.

    Examples
    --------
    >>> from fcm import examples, lod
    >>> source = lod.open(examples.path("madrid") / "air_quality.ttl")
    >>> source.report.sentences()
    ()
    """
    if not paths:
        raise FileError("no file was given; expected at least one, such as lod.open('air.ttl').")
    if max_rows < 1:
        raise LodError(f"max_rows is {max_rows}; expected 1 or more.")
    store, report = load(tuple(Path(each) for each in paths), lenient=lenient)
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
