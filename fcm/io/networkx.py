"""Maps from and to networkx: directed graphs whose edges have a weight."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fcm.concept import Concept
from fcm.errors import MapError
from fcm.map import CognitiveMap

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["from_networkx", "to_networkx"]

_FIELDS = ("role", "good", "low", "middle", "high", "labels", "uri", "note")


def from_networkx(
    graph: nx.DiGraph, *, weight: str = "weight", limit: float | None = 1.0
) -> CognitiveMap:
    """Return the map of a directed graph.

    Parameters
    ----------
    graph : networkx.DiGraph
        Nodes are texts, in the order of the map; an edge runs from cause to effect. Node
        attributes ``role``, ``good``, ``low``, ``middle``, ``high``, ``labels``, ``uri`` and
        ``note`` are taken over, others are left.
    weight : str, default "weight"
        The edge attribute that holds the weight; every edge needs one.
    limit : float or None, default 1.0
        Largest absolute weight; the graph's attribute ``limit`` goes before it.

    Raises
    ------
    MapError
        If the graph is undirected or a multigraph, a node is no text, or an edge has no weight
        in range; the message names it.

    Examples
    --------
    >>> import networkx as nx
    >>> from_networkx(nx.DiGraph([("rain", "wet street", {"weight": 0.8})]))
    CognitiveMap(2 concepts, 1 link)
    """
    if not (hasattr(graph, "is_directed") and graph.is_directed()):
        raise MapError(
            f"{type(graph).__name__} is not a directed graph; causes and effects need a DiGraph."
        )
    if graph.is_multigraph():
        raise MapError(
            f"{type(graph).__name__} may hold several edges from one node to another; a map has "
            "one weight for each link. Make a DiGraph of it."
        )
    limit = graph.graph.get("limit", limit)
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int | float)):
        raise MapError(f"the graph's attribute 'limit' is {limit!r}; expected a number or None.")
    concepts = [_concept(node, data) for node, data in graph.nodes(data=True)]
    links = {
        (source, target): _weight(source, target, data, weight)
        for source, target, data in graph.edges(data=True)
    }
    name = graph.graph.get("name", "")
    return CognitiveMap.from_links(links, concepts=concepts, limit=limit, name=str(name))


def to_networkx(m: CognitiveMap) -> nx.DiGraph:
    """Return the map as a directed graph; `from_networkx` gives the same map again.

    Returns
    -------
    networkx.DiGraph
        Nodes carry the concept's fields, edges the attribute ``weight``, the graph ``name`` and
        ``limit``.
    """
    import networkx as nx

    graph = nx.DiGraph(name=m.name, limit=m.limit)
    for concept in m.concepts:
        fields = {each: getattr(concept, each) for each in _FIELDS}
        graph.add_node(concept.name, **{**fields, "labels": dict(concept.labels)})
    for (source, target), value in m.links().items():
        graph.add_edge(source, target, weight=value)
    return graph


def _concept(node: object, data: dict[str, Any]) -> Concept:
    if not isinstance(node, str):
        raise MapError(
            f"node {node!r} is of type {type(node).__name__}; concepts are named by texts. "
            "networkx.relabel_nodes(graph, str) names them."
        )
    fields = {each: data[each] for each in _FIELDS if each in data}
    for each, value in fields.items():
        kind = Mapping if each == "labels" else str
        if not isinstance(value, kind):
            raise MapError(
                f"node {node!r} has {each}={value!r}; expected a {kind.__name__.lower()}."
            )
    return Concept(name=node, **fields)


def _weight(source: str, target: str, data: dict[str, Any], attribute: str) -> float:
    if attribute not in data:
        raise MapError(
            f"edge {source!r} -> {target!r} has no attribute {attribute!r}; give every edge a "
            "weight, or name the attribute with weight=."
        )
    try:
        number = float(data[attribute])
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise MapError(
            f"edge {source!r} -> {target!r} has {attribute}={data[attribute]!r}; expected a finite "
            "number."
        )
    return number
