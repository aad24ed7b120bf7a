from __future__ import annotations

from typing import Any

import networkx as nx
import pytest

from fcm import io
from fcm.concept import Concept
from fcm.errors import MapError
from fcm.map import CognitiveMap


def test_a_map_goes_to_networkx_and_back() -> None:
    m = CognitiveMap.from_links(
        {("c", "a"): -2.5, ("a", "b"): 0.1, ("b", "b"): 1.0},
        concepts=[
            Concept(name="b", role="outcome", good="up", low="x", labels={"es": "be"}, note="n"),
            "alone",
        ],
        limit=3.0,
        name="desk",
    )
    graph = io.to_networkx(m)
    assert list(graph) == ["b", "alone", "c", "a"]
    assert graph["c"]["a"]["weight"] == -2.5
    assert io.from_networkx(graph) == m


def test_the_weight_may_have_another_name() -> None:
    graph = nx.DiGraph([("a", "b", {"influence": 0.25})])
    assert dict(io.from_networkx(graph, weight="influence").links()) == {("a", "b"): 0.25}


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (nx.Graph([("a", "b", {"weight": 1})]), "Graph is not a directed graph"),
        ({"a": "b"}, "dict is not a directed graph"),
        (nx.MultiDiGraph([("a", "b", {"weight": 1})]), "several edges"),
        (nx.DiGraph([("a", 7, {"weight": 1})]), "node 7 is of type int"),
        (nx.DiGraph([("a", "b")]), "edge 'a' -> 'b' has no attribute 'weight'"),
        (nx.DiGraph([("a", "b", {"weight": "much"})]), "edge 'a' -> 'b' has weight='much'"),
        (nx.DiGraph([("a", "b", {"weight": float("nan")})]), "expected a finite number"),
        (nx.DiGraph([("a", "b", {"weight": 5})]), r"weight 'a' -> 'b' is 5.0; weights must be in"),
        (nx.DiGraph([(" a", "b", {"weight": 1})]), "concept name is ' a'"),
        (nx.DiGraph(limit="wide"), "attribute 'limit' is 'wide'"),
    ],
)
def test_a_graph_that_is_no_map_is_refused_by_name(graph: Any, message: str) -> None:
    with pytest.raises(MapError, match=message):
        io.from_networkx(graph)


@pytest.mark.parametrize(("field", "value"), [("labels", "en"), ("low", 3), ("role", "driver")])
def test_a_node_with_a_field_that_cannot_be_is_refused_by_name(field: str, value: object) -> None:
    graph: nx.DiGraph = nx.DiGraph()
    graph.add_node("a", **{field: value})
    with pytest.raises(MapError, match=r"'a' has (role|labels|low)"):
        io.from_networkx(graph)
