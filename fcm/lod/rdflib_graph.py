"""Graphs of rdflib into the embedded store and back, term by term and as written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fcm.errors import LodError
from fcm.lod.answers.literals import valid
from fcm.lod.answers.report import Report
from fcm.lod.load import Findings, summary

if TYPE_CHECKING:
    from collections.abc import Generator

    import pyoxigraph as ox
    import rdflib
    from rdflib.term import Node

__all__ = ["dataset", "load_graph", "rdflib_term"]


def load_graph(*graphs: Any, lenient: bool = False) -> tuple[ox.Store, Report]:
    """Return a store with the triples of a graph or dataset, and what was wrong with them.

    As with files, the default graph holds the triples of all graphs, and named graphs are kept.

    Raises
    ------
    LodError
        If this is not one graph, is empty, or holds what is no RDF.
    """
    import pyoxigraph as ox
    import rdflib

    graph = graphs[0]
    if len(graphs) != 1 or not isinstance(graph, rdflib.Graph):
        kinds = ", ".join(type(each).__name__ for each in graphs)
        raise LodError(f"cannot open {kinds} together; expected paths of files, or one graph.")
    if lenient:
        raise LodError("lenient=True is for files; mend the IRIs in the graph.")
    store, findings = ox.Store(), Findings()
    nodes: dict[Node, Any] = {}

    def node(term: Node) -> Any:
        known = nodes.get(term) if not isinstance(term, rdflib.Literal) else None
        if known is None:
            known = _term(term)
            if not isinstance(term, rdflib.Literal):
                nodes[term] = known
        return known

    quads = []
    is_dataset = isinstance(graph, rdflib.ConjunctiveGraph)
    statements: Any = graph.quads() if isinstance(graph, rdflib.ConjunctiveGraph) else graph
    for subject, predicate, value, *context in statements:
        try:
            triple = node(subject), node(predicate), node(value)
            quads.append(ox.Quad(*triple))
            if context and isinstance(name := _name(context[0]), rdflib.URIRef):
                quads.append(ox.Quad(*triple, node(name)))
        except (TypeError, ValueError) as error:
            raise LodError(
                f"the graph holds {subject!r} {predicate!r} {value!r}, which is no RDF ({error})."
            ) from None
        findings.quads += 1
        if isinstance(value, rdflib.Literal):
            form, datatype = triple[2].value, triple[2].datatype.value
            if not valid(form, datatype):
                findings.literal(form, datatype)
    if not quads:
        raise LodError("the graph is empty; expected at least one statement.")
    store.bulk_extend(quads)
    name = None if is_dataset else graph.identifier
    shown = str(name) if isinstance(name, rdflib.URIRef) else "rdflib graph"
    return store, summary(store, (shown,), findings)


def dataset(store: ox.Store) -> rdflib.Dataset:
    """Return the triples of a store as a dataset of rdflib, literals as written."""
    import pyoxigraph as ox
    import rdflib

    class Quiet(rdflib.Dataset):
        # The engine of rdflib 7.6 asks for names that its own class warns of.
        @property
        def default_context(self) -> rdflib.Graph:
            return self._default_context

        @default_context.setter
        def default_context(self, graph: rdflib.Graph) -> None:
            self._default_context = graph

        def contexts(self, triple: Any = None) -> Generator[rdflib.Graph]:
            yield from self.graphs(triple)

    target = Quiet()
    graphs: dict[Any, rdflib.Graph] = {ox.DefaultGraph(): target.default_context}
    for quad in store:
        graph = graphs.get(quad.graph_name)
        if graph is None:
            graph = graphs[quad.graph_name] = target.graph(rdflib_term(quad.graph_name))
        graph.add(
            (rdflib_term(quad.subject), rdflib_term(quad.predicate), rdflib_term(quad.object))
        )
    return target


def rdflib_term(term: Any) -> Any:
    """Return a term of the store as one of rdflib.

    Examples
    --------
    >>> import pyoxigraph as ox
    >>> number = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    >>> str(rdflib_term(ox.Literal("40.50", datatype=number)))
    '40.50'
    """
    import pyoxigraph as ox
    import rdflib

    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if not isinstance(term, ox.Literal):
        raise LodError(f"the engine rdflib knows no {type(term).__name__}; use the other engine.")
    if term.language is not None:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = term.datatype.value
    kept = None if datatype == str(rdflib.XSD.string) else rdflib.URIRef(datatype)
    return rdflib.Literal(term.value, datatype=kept, normalize=False)


def _term(term: Node) -> Any:
    import pyoxigraph as ox
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return ox.BlankNode(str(term))
    if not isinstance(term, rdflib.Literal):
        message = f"a {type(term).__name__} is no term"
        raise TypeError(message)
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype or rdflib.XSD.string)))


def _name(context: Any) -> Any:
    """Return the name of a graph; None for the default graph."""
    import rdflib

    name = context.identifier if isinstance(context, rdflib.Graph) else context
    return None if name == rdflib.URIRef("urn:x-rdflib:default") else name
