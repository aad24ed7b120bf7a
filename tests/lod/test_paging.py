from __future__ import annotations

from typing import Any

import pyoxigraph as ox
import pytest

from fcm.errors import LodError, QueryRejected, TooLarge, Truncated, Unsafe
from fcm.lod.wire.paging import paged
from fcm.lod.wire.remote import Remote, connect
from tests.lod.fault_server import FaultServer, Reply, Seen, asking, result

Q = "PREFIX : <urn:x:> SELECT ?obs ?v { ?obs :v ?v }"


def store(keys: int, each: int = 1) -> ox.Store:
    made = ox.Store()
    lines = [f"<urn:o:{k:03}> <urn:x:v> {v} ." for k in range(keys) for v in range(each)]
    made.load("\n".join(lines).encode(), format=ox.RdfFormat.TURTLE)
    return made


def remote(server: FaultServer, **options: Any) -> Remote:
    given = {"allow_private": True, "deadline": 5.0, "min_interval": 0.0, **options}
    return connect(server.url, **given)


@pytest.mark.parametrize(
    ("keys", "each", "size"), [(0, 1, 5), (4, 1, 5), (5, 1, 5), (23, 1, 5), (7, 3, 5), (10, 1, 2)]
)
def test_pages_give_every_row_once_in_the_order_of_the_key(
    faulty: FaultServer, keys: int, each: int, size: int
) -> None:
    source = remote(faulty.will(asking(store(keys, each))))
    table = paged(source.endpoint, Q, key="obs", size=size)
    assert table.complete
    rows = sorted(zip(table["obs"], table["v"], strict=True))
    assert rows == [(f"urn:o:{k:03}", float(v)) for k in range(keys) for v in range(each)]
    assert list(table["obs"]) == sorted(table["obs"])
    assert f"counts {keys * each:,} rows" in table.origin.note


def test_pages_take_bindings(faulty: FaultServer) -> None:
    table = remote(faulty.will(asking(store(9, 3)))).paged(Q, "obs", v=2)
    assert len(table) == 9
    assert table.columns == ("obs", "v")
    assert table["v"].tolist() == [2.0] * 9


def test_pages_are_asked_for_after_the_last_key_and_never_by_offset(faulty: FaultServer) -> None:
    paged(remote(faulty.will(asking(store(9)))).endpoint, Q, key="obs", size=5)
    queries = [each.query for each in faulty.seen]
    assert 'FILTER(STR(?obs) > "urn:o:003")' in queries[1]
    assert all("OFFSET" not in each for each in queries)
    assert "COUNT(*)" in queries[-1]


def test_rows_that_appear_while_pages_are_fetched_are_seen_by_the_count(
    faulty: FaultServer,
) -> None:
    growing = store(9)
    answer = asking(growing)

    def grown(seen: Seen) -> Reply:
        if "COUNT" in seen.query:
            growing.add(ox.Quad(ox.NamedNode("urn:o:000a"), ox.NamedNode("urn:x:v"), ox.Literal(1)))
        return answer(seen)  # type: ignore[operator]

    source = remote(faulty.will(grown))
    with pytest.raises(Truncated, match="counts 10 rows, but 9 came"):
        source.paged(Q, "obs")
    growing.remove(ox.Quad(ox.NamedNode("urn:o:000a"), ox.NamedNode("urn:x:v"), ox.Literal(1)))
    kept = paged(source.endpoint, Q, key="obs", keep=True)
    assert not kept.complete


def test_without_a_count_the_pages_are_of_unknown_completeness(faulty: FaultServer) -> None:
    answer = asking(store(9))

    def answering(seen: Seen) -> Reply:
        return Reply(status=500) if "COUNT" in seen.query else answer(seen)  # type: ignore[operator]

    table = remote(faulty.will(answering)).paged(Q, "obs")
    assert len(table) == 9
    assert not table.complete
    assert "unknown" in table.origin.note


def test_a_key_with_more_rows_than_a_page_is_refused(faulty: FaultServer) -> None:
    source = remote(faulty.will(asking(store(3, 7))))
    with pytest.raises(Truncated, match=r"<urn:o:000> alone has 5 rows or more.*larger size="):
        paged(source.endpoint, Q, key="obs", size=5)


def test_an_endpoint_that_gives_the_same_page_again_is_found_out(faulty: FaultServer) -> None:
    page = Reply(result(["obs", "v"], [["urn:a", 1], ["urn:b", 2], ["urn:c", 3]]))
    source = remote(faulty.will(page))
    with pytest.raises(Truncated, match="<urn:a> came with two pages"):
        paged(source.endpoint, Q, key="obs", size=3)
    assert len(faulty.seen) == 2


def test_a_page_that_is_cut_is_an_error_even_where_parts_are_kept(faulty: FaultServer) -> None:
    page = Reply(result(["obs"], [["urn:a"]]), headers={"X-SPARQL-MaxRows": "1"})
    source = remote(faulty.will(page), on_partial="keep")
    with pytest.raises(Truncated, match="X-SPARQL-MaxRows"):
        source.paged(Q, "obs")


def test_pages_stop_at_the_limit_of_rows(faulty: FaultServer) -> None:
    source = remote(faulty.will(asking(store(30))), max_rows=12)
    with pytest.raises(TooLarge, match="more than 12 rows"):
        paged(source.endpoint, Q, key="obs", size=5)


@pytest.mark.parametrize("end", ["ORDER BY ?v", "LIMIT 5", "OFFSET 5"])
def test_a_query_with_an_order_or_limit_of_its_own_is_refused(
    faulty: FaultServer, end: str
) -> None:
    with pytest.raises(QueryRejected, match="of its own"):
        remote(faulty).paged(f"{Q} {end}", "obs")
    assert faulty.seen == []


def test_a_key_has_to_be_an_iri_in_every_row(faulty: FaultServer) -> None:
    source = remote(faulty.will(asking(store(3))))
    with pytest.raises(QueryRejected, match="has to be an IRI in every row"):
        source.paged(Q, "v")
    with pytest.raises(QueryRejected, match="does not select"):
        source.paged("SELECT ?obs { ?obs ?p ?other }", "other")


def test_pages_pass_the_guard(faulty: FaultServer) -> None:
    with pytest.raises(Unsafe):
        remote(faulty).paged("SELECT ?s { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "s")
    with pytest.raises(LodError, match="at least 2"):
        paged(remote(faulty).endpoint, Q, key="obs", size=1)
    assert faulty.seen == []
