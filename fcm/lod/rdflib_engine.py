"""The fall-back engine: the same source, asked through rdflib."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fcm.errors import LodError, TooLarge
from fcm.frozen import FrozenDict
from fcm.lod.answers.columns import typed
from fcm.lod.answers.report import Report
from fcm.lod.answers.table import Table
from fcm.lod.rdflib_graph import rdflib_term
from fcm.lod.source import Source
from fcm.lod.store import Embedded, origin
from fcm.lod.terms import Value, term

if TYPE_CHECKING:
    import rdflib

__all__ = ["EmbeddedRdflib"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class EmbeddedRdflib(Source):
    """Files in a dataset of rdflib; made by ``fcm.lod.open(..., engine="rdflib")``.

    Parameters
    ----------
    graph : rdflib.Dataset
    report : Report
        What was read and what was wrong with it.
    max_rows : int
        Most rows of an answer.
    """

    graph: rdflib.Dataset
    report: Report
    max_rows: int

    def select(self, query: str, /, **bindings: Value) -> Table:
        """Return the answer to a SPARQL SELECT; as `fcm.lod.store.Embedded.select`.

        Parameters
        ----------
        query : str
            SPARQL 1.1. SERVICE, FROM and updates are refused.
        **bindings : str, IRI, Literal, int, float, bool, date or datetime
            Values of variables of the query, bound as terms by the engine.

        Raises
        ------
        Unsafe, QueryRejected, BadTerm, TooLarge
            As with the other engine.
        LodError
            If rdflib cannot run the query.

        Examples
        --------
        >>> from fcm import examples, lod
        >>> source = lod.open(examples.path("madrid") / "air_quality.ttl", engine="rdflib")
        >>> source.select('''
        ...     PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        ...     SELECT ?name WHERE { ?station skos:notation ?code ; skos:prefLabel ?name }
        ... ''', code="28079035").to_records()
        [{'name': 'Pza. del Carmen'}]
        """
        import pyoxigraph as ox

        # The other engine refuses on an empty store what it would refuse on a full one.
        Embedded(store=ox.Store(), report=self.report, max_rows=2).select(query, **bindings)
        given = {name: rdflib_term(term(value, name=name)) for name, value in bindings.items()}
        try:
            answer = self.graph.query(query, initBindings=given)
            names = [str(each) for each in answer.vars or ()]
            rows: list[Any] = []
            for row in answer:
                if len(rows) >= self.max_rows:
                    break
                rows.append(row)
            else:
                return self._table(names, rows, query)
        except LodError:
            raise
        except Exception as error:  # rdflib has no tree of errors
            raise LodError(
                f"rdflib cannot run the query ({type(error).__name__}: {error}); use the other "
                "engine."
            ) from error
        raise TooLarge(
            f"the answer has more than {self.max_rows:,} rows; select less, or open the files "
            "with a larger max_rows."
        )

    def _table(self, names: list[str], rows: list[Any], query: str) -> Table:
        arrays, issues = {}, {}
        for i, name in enumerate(names):
            read = [_read(row[i]) for row in rows]
            arrays[name], wrong = typed([form for form, _ in read], [each for _, each in read])
            if wrong is not None:
                issues[name] = wrong
        return Table(
            columns=tuple(names),
            arrays=FrozenDict(arrays),
            issues=FrozenDict(issues),
            complete=True,
            origin=origin(self.report, query),
        )

    def __repr__(self) -> str:
        files = ", ".join(self.report.files)
        return f"EmbeddedRdflib({files}: {self.report.triples:,} triples)"


def _read(node: Any) -> tuple[str | None, str | None]:
    """Return text and datatype of a term."""
    import rdflib

    if node is None:
        return None, None
    if isinstance(node, rdflib.Literal):
        datatype = rdflib.RDF.langString if node.language else node.datatype or rdflib.XSD.string
        return str(node), str(datatype)
    return (f"_:{node}" if isinstance(node, rdflib.BNode) else str(node)), None
