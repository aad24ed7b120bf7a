from __future__ import annotations

import contextlib
import http.server
import itertools
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fcm import lod
from fcm.errors import FCMError, QueryRejected, Unsafe
from fcm.lod.guard import Query

PREFIXES = "PREFIX ex: <urn:x:> PREFIX service: <urn:s:> "

CALLS = [
    "SELECT * { SERVICE <URL> {?s ?p ?o} }",
    "SELECT * { SERVICE SILENT <URL> {?s ?p ?o} }",
    "SELECT*{sErViCe<URL>{?s ?p ?o}}",
    "SELECT * { SERVICEhere:y {?s ?p ?o} }",
    "SELECT * { SERVICESILENThere:y {?s ?p ?o} }",
    "SELECT * { ?s ?p 5SERVICE here:y {?s ?p ?o} }",
    "SELECT * { ?s ?p trueSERVICE here:y {?s ?p ?o} }",
    "SELECT * { ?s ?p ?a FILTER(?a<5)SERVICE#>\n here:y {?s ?p ?o} }",
    "SELECT * { ?s ?p ?o FILTER EXISTS{SERVICE<URL>{?s ?p ?o}} }",
    "SELECT * { # comment\rSERVICE <URL> {?s ?p ?o} }",
    "SELECT * { SERVICE # {\n <URL> # }\n {?s ?p ?o} }",
    "SELECT * { ?s ?p 'a' . SERVICE <URL> {?s ?p ?o} # '\n}",
    'SELECT * { ?s ?p """a""" SERVICE <URL> {?s ?p ?o} #"""\n}',
    "SELECT * { ?s ?p '\\'' . SERVICE <URL> {?s ?p ?o} # '\n}",
    'SELECT * { ?s ?p ( """a" ) . SERVICE <URL> {?s ?p ?o} }',
    "SELECT * { ?s ?p <urn:x#> . SERVICE <URL> {?s ?p ?o} }",
    "SELECT * { ?s ?p ?a FILTER(?a<?b&&?a>?c) SERVICE <URL> {?s ?p ?o} }",
    "SELECT ?s { { SELECT * { SERVICE SILENT here:x {?s ?p ?o} } } }",
    "SELECT * { VALUES ?g { <URL> } SERVICE ?g {?s ?p ?o} }",
    "SELECT * { GRAPH ?g { SERVICE <URL> {?s ?p ?o} } }",
]

HARMLESS = [
    "SELECT * { ?s ?p 'SERVICE <http://x> {' }",
    'SELECT * { ?s ?p "a\\" SERVICE <x:y> {" }',
    'SELECT * { ?s ?p """x " SERVICE <http://x> { """ }',
    "SELECT * { ?s ?p ?o } # SERVICE <x:y> {",
    "SELECT * { ?s service:x ?o }",
    "SELECT * { ?s <http://x/service> ?o }",
    "SELECT * { ?s ?p <http://x/service#a> . { ?s ?p ?o } }",
    "SELECT * { ?s <http://x/a_(service)#b> ?o . { ?s ?p ?o } }",
    "SELECT ?service { ?s ?p ?service }",
    "SELECT * { ?s ex:service ?o . { ?s ?p ?o } }",
    "SELECT * { GRAPH service:g { ?s ?p ?o } }",
    "SELECT * { ?s ex:from ex:b ; ex:p 'FROM <x:y>' }",
    "SELECT ?from { ?s ?p ?from }  # FROM <x:y>",
    "SELECT * { ?s ?p ?a FILTER(?a < 5 && ?a > 3) ?s ex:p 'service' }",
]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine that remembers who called."""
    calls: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            calls.append(self.path)
            self.send_error(500)

        do_GET = do_POST  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", calls
        server.shutdown()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> lod.Source:
    path: Path = tmp_path_factory.mktemp("guard") / "few.ttl"
    path.write_text("<urn:a> <urn:b> 1 , 2 , 5 , true , 'a' . <urn:c> <urn:b> <urn:x#> .")
    return lod.open(path)


@pytest.mark.parametrize("query", CALLS)
def test_a_query_that_calls_another_server_is_refused_before_it_runs(
    query: str, source: lod.Source, endpoint: tuple[str, list[str]]
) -> None:
    url, calls = endpoint
    with pytest.raises(Unsafe, match="calls another server"):
        source.select(f"{PREFIXES} PREFIX here: <{url}> " + query.replace("URL", url))
    assert not calls


@pytest.mark.parametrize("query", HARMLESS)
def test_the_word_service_as_data_or_name_is_no_call(query: str, source: lod.Source) -> None:
    assert source.select(PREFIXES + query).complete


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.sampled_from(
            [
                "SERVICE", "service", "SILENT", "<URL>", "here:x", "?s", " ", "\n", "#", "'", '"',
                '"""', "'''", "\\", "<", ">", "{?s ?p ?o}", "{", "}", "(", ")", ".", "5", "true",
                "?s ?p ?o", "FILTER(?s<5)", "FILTER(?s<?o&&?o>5)", "<urn:x#>", "a", ":", "GRAPH",
            ]
        ),
        min_size=2,
        max_size=9,
    )
)  # fmt: skip
def test_nothing_that_the_guard_lets_by_reaches_the_network(
    source: lod.Source, endpoint: tuple[str, list[str]], parts: list[str]
) -> None:
    url, calls = endpoint
    body = "".join(parts).replace("URL", url)
    with contextlib.suppress(FCMError):
        source.select(f"PREFIX here: <{url}> SELECT * {{ ?s ?p ?o . {body} }}")
    assert not calls


@pytest.mark.parametrize("lead", ["", "?s ?p ?o . ", "FILTER(?o<5)", "{} ", "'x' ?p ?o ."])
@pytest.mark.parametrize("gap", ["", " ", "#>\n", "#'\n", '#"""\n'])
def test_calls_are_found_whatever_stands_around_the_word(
    lead: str, gap: str, source: lod.Source, endpoint: tuple[str, list[str]]
) -> None:
    url, calls = endpoint
    found = 0
    for silent, name in itertools.product(("", "SILENT"), (f"<{url}>", "here:x", "?s")):
        query = f"SELECT * {{ {lead}SERVICE{gap}{silent}{gap}{name}{gap}{{?s ?p ?o}} }}"
        with pytest.raises(Unsafe):
            source.select(f"PREFIX here: <{url}> {query}")
        found += 1
    assert found == 6
    assert not calls


@pytest.mark.parametrize("word", ["INSERT DATA", "delete where", "LOAD <x:y>", "CLEAR ALL", "Drop"])
def test_updates_are_refused(word: str) -> None:
    with pytest.raises(Unsafe, match="read only"):
        Query(f"PREFIX a: <urn:a> BASE <urn:b> # SELECT\n {word} {{ }}")


def test_a_query_that_names_its_own_graphs_is_refused_with_the_place() -> None:
    with pytest.raises(Unsafe, match="FROM, line 2, column 1"):
        Query("SELECT *\nFROM NAMED <http://127.0.0.1/x> { ?s ?p ?o }")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "empty"),
        ("  # nothing\n", "empty"),
        ("PREFIX x:", "empty"),
        ("ASK { ?s ?p ?o }", "begins with 'ASK'"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "expected SELECT"),
        ("SELECT ?s { }" + " " * 200_000, "200,000 are read"),
    ],
)
def test_what_is_no_select_is_rejected(query: str, said: str) -> None:
    with pytest.raises(QueryRejected, match=said):
        Query(query)


def test_a_query_that_is_no_text_is_rejected() -> None:
    with pytest.raises(QueryRejected, match="type bytes"):
        Query(b"SELECT")  # type: ignore[arg-type]


@pytest.mark.parametrize("odd", ["<", "a<", '"""', "a.b.", "'", "service", "service:"])
def test_long_odd_queries_are_read_in_reasonable_time(odd: str) -> None:
    start = time.process_time()
    query = Query(f"SELECT * {{ service {odd * (20_000 // len(odd))}")
    assert time.process_time() - start < 3
    assert query.keyword is not None


def test_variables_are_found_outside_strings_comments_and_iris_only() -> None:
    query = Query("SELECT ?a { ?a <urn:?b> '?c' . # ?d\n FILTER($e<?f&&?f>3) }")
    assert query.variables == ("a", "e", "f")
