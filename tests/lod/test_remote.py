from __future__ import annotations

import threading

import pytest

from fcm import lod
from fcm.errors import (
    BadTerm,
    Blocked,
    LodError,
    NotFound,
    NotSparql,
    QueryRejected,
    TooLarge,
    Truncated,
    Unauthorized,
    Unsafe,
)
from fcm.lod.wire.remote import Remote, connect
from tests.lod.fault_server import ONE, FaultServer, Reply, Seen, result

Q = "SELECT ?x { ?x <urn:p> ?o }"


def remote(server: FaultServer, **options: object) -> Remote:
    given = {"allow_private": True, "deadline": 5.0, "min_interval": 0.0, **options}
    return connect(server.url, **given)  # type: ignore[arg-type]


def test_an_answer_becomes_a_typed_table(faulty: FaultServer) -> None:
    faulty.will(Reply(result(["s", "n"], [["urn:a", 7], ["urn:b", None]])))
    table = remote(faulty).select("SELECT ?s ?n { ?s <urn:p> ?n }")
    assert table.columns == ("s", "n")
    assert list(table["s"]) == ["urn:a", "urn:b"]
    assert table["n"][0] == 7.0
    assert table.complete
    assert table.origin.source == faulty.url
    assert "complete: the answer came to its end" in table.origin.note


def test_a_query_is_sent_as_a_form_and_the_format_by_negotiation_only(faulty: FaultServer) -> None:
    remote(faulty, agent="city lab (lab@example.org)").select(Q)
    seen = faulty.seen[0]
    assert seen.method == "POST"
    assert seen.path == "/sparql"
    assert seen.form == {"query": [Q]}
    assert seen.headers["content-type"] == "application/x-www-form-urlencoded"
    assert "application/sparql-results+json" in seen.headers["accept"]
    assert seen.headers["user-agent"].endswith("city lab (lab@example.org)")


def test_the_default_graph_is_named_where_it_is_given(faulty: FaultServer) -> None:
    remote(faulty, graph="urn:g").select(Q)
    assert faulty.seen[0].form["default-graph-uri"] == ["urn:g"]


def test_a_prefix_that_looks_like_an_update_stays_a_query(faulty: FaultServer) -> None:
    remote(faulty).select("PREFIX load: <urn:load> SELECT ?x { ?x load:insert ?delete } # DROP")
    assert list(faulty.seen[0].form) == ["query"]


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", Unsafe),
        ("SELECT * FROM <http://127.0.0.1:1/> { ?s ?p ?o }", Unsafe),
        ("LOAD <http://127.0.0.1:1/>", Unsafe),
        ("DELETE WHERE { ?s ?p ?o }", Unsafe),
        ("CONSTRUCT WHERE { ?s ?p ?o }", QueryRejected),
        ("", QueryRejected),
    ],
)
def test_what_the_guard_refuses_is_never_sent(
    faulty: FaultServer, query: str, error: type[LodError]
) -> None:
    with pytest.raises(error):
        remote(faulty).select(query)
    with pytest.raises(error):
        remote(faulty).completeness(query)
    assert faulty.seen == []


@pytest.mark.parametrize(
    ("word", "query"),
    [
        ("SERVICE", "SELECT ?x { SERVICE <https://example.org/sparql> { ?x ?p ?o } }"),
        ("FROM", "SELECT ?x FROM <urn:g> { ?x ?p ?o }"),
    ],
)
def test_what_is_allowed_by_name_is_sent_and_the_other_is_not(
    faulty: FaultServer, word: str, query: str
) -> None:
    remote(faulty, allow=[word]).select(query)
    assert faulty.seen[0].form == {"query": [query]}
    (other,) = {"SERVICE", "FROM"} - {word}
    with pytest.raises(Unsafe, match=word):
        remote(faulty, allow=[other]).select(query)
    with pytest.raises(Unsafe, match="update"):
        remote(faulty, allow=["SERVICE", "FROM"]).select("DELETE WHERE { ?s ?p ?o }")
    assert len(faulty.seen) == 1


def test_an_update_cannot_be_allowed(faulty: FaultServer) -> None:
    with pytest.raises(LodError, match="only FROM, SERVICE can be allowed"):
        remote(faulty, allow=["LOAD"])


@pytest.mark.parametrize(
    "query",
    [
        "ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "ASK FROM <urn:g> { ?s ?p ?o }",
        "ASK { ?s ?p ?o FILTER EXISTS { SERVICE ?g { ?a ?b ?c } } }",
    ],
)
def test_an_ask_passes_the_same_guard(faulty: FaultServer, query: str) -> None:
    with pytest.raises(Unsafe):
        remote(faulty).ask(query)
    with pytest.raises(QueryRejected, match="expected ASK"):
        remote(faulty).ask(Q)
    assert faulty.seen == []


def test_an_ask_is_answered(faulty: FaultServer) -> None:
    faulty.will(Reply(b'{"head": {}, "boolean": false}'))
    assert remote(faulty).ask("PREFIX : <urn:x:> ASK { ?s :p ?o }", o="a") is False
    assert faulty.seen[0].query == 'PREFIX : <urn:x:> ASK { ?s :p  "a"  }'


def test_an_ask_that_is_answered_as_a_select_is_understood(faulty: FaultServer) -> None:
    body = (
        b'{"head": {"link": [], "vars": ["__ASK_RETVAL"]}, "results": {"distinct": false, '
        b'"ordered": true, "bindings": [{"__ASK_RETVAL": {"type": "typed-literal", "datatype": '
        b'"http://www.w3.org/2001/XMLSchema#integer", "value": "1"}}]}}'
    )
    assert remote(faulty.will(Reply(body))).ask("ASK { ?s ?p ?o }") is True


def test_an_ask_that_is_answered_as_an_empty_select_is_a_no(faulty: FaultServer) -> None:
    assert remote(faulty.will(Reply(result(["__ASK_RETVAL"], [])))).ask("ASK { ?s ?p ?o }") is False


@pytest.mark.parametrize(
    "body", [result(["x"], []), result(["__ASK_RETVAL"], [["maybe"]]), ONE, b"{}", b"true", b""]
)
def test_an_ask_without_yes_or_no_is_no_answer(faulty: FaultServer, body: bytes) -> None:
    with pytest.raises(NotSparql):
        remote(faulty.will(Reply(body))).ask("ASK { ?s ?p ?o }")


def test_a_cap_that_is_not_below_the_limit_of_the_query_cuts_nothing(faulty: FaultServer) -> None:
    source = remote(faulty.will(Reply(headers={"X-SPARQL-MaxRows": "10000"})))
    assert source.completeness(Q + " LIMIT 10000").complete
    assert source.completeness(Q + " LIMIT 10001").state == "truncated"
    assert source.completeness(f"SELECT ?x {{ {{ {Q} LIMIT 5 }} }}").state == "truncated"


def test_an_ask_under_a_time_limit_of_the_server_is_no_answer(faulty: FaultServer) -> None:
    faulty.will(Reply(b'{"head": {}, "boolean": false}', headers={"X-SQL-State": "S1TAT"}))
    with pytest.raises(Truncated, match="S1TAT"):
        remote(faulty, on_partial="keep").ask("ASK { ?s ?p ?o }")


PARTS = [
    (Reply(headers={"X-SPARQL-MaxRows": "10000"}), "cut the answer at 10000 rows"),
    (
        Reply(headers={"X-SQL-State": "S1TAT", "X-SQL-Message": "Returning incomplete results"}),
        "X-SQL-State S1TAT",
    ),
    (Reply(status=206), "status 206"),
    (
        Reply(
            result(["x"], [["one"], ["two"]])[:-20] + b"\nThe SPARQL operation has been cancelled\n"
        ),
        "The SPARQL operation has been cancelled",
    ),
    (
        Reply(result(["x"], [["one"], ["two"]])[:-9] + b"\njava.util.concurrent.TimeoutException"),
        "java.util.concurrent.TimeoutException",
    ),
    (Reply(result(["x"], [["one"], ["two"]])[:-9]), "breaks off|ends"),
]


@pytest.mark.parametrize(("reply", "reason"), PARTS)
def test_a_part_under_status_200_is_an_error(
    faulty: FaultServer, reply: Reply, reason: str
) -> None:
    with pytest.raises(Truncated, match=reason):
        remote(faulty.will(reply)).select(Q)
    assert len(faulty.seen) == 1


@pytest.mark.parametrize(("reply", "reason"), PARTS)
def test_a_part_can_be_kept_and_says_so(faulty: FaultServer, reply: Reply, reason: str) -> None:
    source = remote(faulty.will(reply), on_partial="keep")
    table = source.select(Q)
    assert table["x"][0] == "one"
    assert not table.complete
    assert "truncated" in table.origin.note
    assert "NOT COMPLETE" in repr(table)
    assert source.completeness(Q).state == "truncated"


def test_the_words_of_a_server_error_are_data_in_a_whole_answer(faulty: FaultServer) -> None:
    words = "The SPARQL operation has been cancelled"
    table = remote(faulty.will(Reply(result(["x"], [[words]])))).select(Q)
    assert list(table["x"]) == [words]
    assert table.complete


def counted(rows: int, total: int | None) -> object:
    body = result(["x"], [["a"]] * rows)

    def answer(seen: Seen) -> Reply:
        if "COUNT(*)" in seen.query:
            return Reply(status=400) if total is None else Reply(result(["fcm_rows"], [[total]]))
        return Reply(body)

    return answer


def test_a_round_number_of_rows_is_proved_by_a_count(faulty: FaultServer) -> None:
    verdict = remote(faulty.will(counted(10_000, 10_000))).completeness(Q)  # type: ignore[arg-type]
    assert str(verdict) == "complete: the endpoint counts 10,000 rows, as many as came"
    assert Q in faulty.seen[1].query


def test_a_round_number_of_rows_that_the_count_contradicts_is_a_part(faulty: FaultServer) -> None:
    faulty.will(counted(10_000, 10_001))  # type: ignore[arg-type]
    with pytest.raises(Truncated, match="counts 10,001 rows, but 10,000 came"):
        remote(faulty).select(Q)


def test_a_round_number_of_rows_without_a_count_is_unknown(faulty: FaultServer) -> None:
    faulty.will(counted(10_000, None))  # type: ignore[arg-type]
    table = remote(faulty).select(Q)
    assert len(table) == 10_000
    assert not table.complete
    assert "unknown: 10,000 rows, where servers cut" in table.origin.note


def test_a_round_number_of_rows_that_the_query_asks_for_is_complete(faulty: FaultServer) -> None:
    table = remote(faulty.will(counted(1_000, 5))).select(Q + " LIMIT 1000")  # type: ignore[arg-type]
    assert table.complete
    assert len(faulty.seen) == 1


def test_a_count_that_is_itself_a_part_proves_nothing(faulty: FaultServer) -> None:
    count = Reply(result(["fcm_rows"], [[1000]]), headers={"X-SQL-State": "S1TAT"})
    faulty.will(Reply(result(["x"], [["a"]] * 1000)), count)
    assert remote(faulty).completeness(Q).state == "unknown"


def test_a_web_page_with_status_200_is_no_answer(faulty: FaultServer) -> None:
    page = Reply(b"<html>Please log in</html>", content_type="text/html; charset=utf-8")
    with pytest.raises(NotSparql, match=r"'text/html'.*Please log in.*not of its web page"):
        remote(faulty.will(page)).select(Q)
    assert len(faulty.seen) == 1


@pytest.mark.parametrize("content_type", ["application/sparql-results+xml", "text/plain", None])
def test_another_content_type_is_no_answer(faulty: FaultServer, content_type: str | None) -> None:
    with pytest.raises(NotSparql, match="expected application/sparql-results"):
        remote(faulty.will(Reply(content_type=content_type))).select(Q)


@pytest.mark.parametrize(
    "body",
    [
        b"<html></html>", b"", b"null", b"[]", b"{}", b'{"head":{"vars":["x"]}}',
        b'{"head":{},"boolean":true}',
        b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"\xff"}}]}}',
        b'{"head":{"vars":["x"]},"results":{"bindings":[{"y":{"type":"literal","value":"a"}}]}}',
    ],
)  # fmt: skip
def test_json_that_is_no_select_answer_is_refused(faulty: FaultServer, body: bytes) -> None:
    for keep in ("raise", "keep"):
        with pytest.raises((NotSparql, Truncated)) as error:
            remote(faulty.will(Reply(body)), on_partial=keep).select(Q)
        assert faulty.url in str(error.value)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, QueryRejected), (401, Unauthorized), (403, Unauthorized), (404, NotFound),
        (410, NotFound), (405, NotFound), (406, NotSparql), (413, TooLarge), (414, QueryRejected),
        (500, LodError), (304, NotSparql), (204, NotSparql), (418, NotSparql),
    ],
)  # fmt: skip
def test_a_refusal_is_not_asked_again_and_names_endpoint_attempt_and_next_step(
    faulty: FaultServer, status: int, error: type[LodError]
) -> None:
    body = b"" if status in (204, 304) else b"no \x1b[31mway\n"
    with pytest.raises(error) as caught:
        remote(faulty.will(Reply(body, status=status))).select(Q)
    said = str(caught.value)
    assert type(caught.value) is error
    assert faulty.url in said
    assert "attempt 1 of 5" in said
    assert f"status {status}" in said
    assert "\x1b" not in said
    assert said.endswith(".")
    assert len(faulty.seen) == 1


def test_the_error_of_a_virtuoso_query_is_a_refused_query(faulty: FaultServer) -> None:
    said = b"Virtuoso 37000 Error SP030: SPARQL compiler, line 1: syntax error"
    with pytest.raises(QueryRejected, match="SP030"):
        remote(faulty.will(Reply(said, status=500))).select(Q)


def test_credentials_are_sent_and_never_shown(faulty: FaultServer) -> None:
    def echo(seen: Seen) -> Reply:
        return Reply(f"who is {seen.headers['authorization']} s3cret?".encode(), status=403)

    source = remote(faulty.will(echo), auth=("ada", "s3cret"))
    with pytest.raises(Unauthorized) as caught:
        source.select(Q)
    assert faulty.seen[0].headers["authorization"] == "Basic YWRhOnMzY3JldA=="
    shown = f"{caught.value} {source!r} {source.endpoint!r} {source.endpoint.transport!r}"
    assert "s3cret" not in shown
    assert "YWRhOnMzY3JldA==" not in shown


def test_more_rows_than_allowed_are_refused(faulty: FaultServer) -> None:
    faulty.will(Reply(result(["x"], [["a"]] * 11)))
    with pytest.raises(TooLarge, match="more than 10 rows"):
        remote(faulty, max_rows=10).select(Q)
    assert len(remote(faulty, max_rows=11).select(Q)) == 11


def test_tab_separated_values_are_read_where_asked_for(faulty: FaultServer) -> None:
    faulty.will(Reply(b"?x\t?n\n<urn:a>\t7\n", content_type="text/tab-separated-values"))
    table = remote(faulty, tsv=True).select("SELECT ?x ?n { ?x <urn:p> ?n }")
    assert (list(table["x"]), list(table["n"])) == (["urn:a"], [7.0])
    assert "tab-separated-values" in faulty.seen[0].headers["accept"]


@pytest.mark.parametrize("keep", ["raise", "keep"])
def test_a_line_of_error_in_tab_separated_values_is_no_row(faulty: FaultServer, keep: str) -> None:
    body = b"?x\n<urn:a>\nThe SPARQL operation has been cancelled\n"
    faulty.will(Reply(body, content_type="text/tab-separated-values"))
    with pytest.raises(Truncated, match="cancelled"):
        remote(faulty, tsv=True, on_partial=keep).select(Q)


def test_progress_shows_the_bytes(faulty: FaultServer, capsys: pytest.CaptureFixture[str]) -> None:
    remote(faulty, progress=True).select(Q)
    assert faulty.url in capsys.readouterr().err
    remote(faulty).select(Q)
    assert capsys.readouterr().err == ""


def test_threads_share_an_endpoint_at_most_two_at_a_time(faulty: FaultServer) -> None:
    inside, most = 0, 0
    lock = threading.Lock()

    def answer(seen: Seen) -> Reply:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        faulty.stopped.wait(0.03)
        with lock:
            inside -= 1
        return Reply()

    source = remote(faulty.will(answer))
    threads = [threading.Thread(target=source.select, args=(Q,)) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(5)
    assert len(faulty.seen) == 6
    assert most == 2


@pytest.mark.parametrize(
    ("url", "options", "error", "words"),
    [
        ("file:///etc/hostname", {}, Blocked, "no http or https"),
        ("file:///etc/hostname#", {}, Blocked, "no http or https"),
        ("ftp://example.org/", {}, Blocked, "no http or https"),
        ("sparql", {}, Blocked, "no http or https"),
        ("http://", {}, Blocked, "no http or https"),
        ("http://ada:s3cret@example.org/", {}, Blocked, r"auth=\(user, password\)"),
        ("http://example.org/a b", {}, Blocked, "percent-encode"),
        ("http://example.org/\r\nX: y", {}, Blocked, "percent-encode"),
        ("http://example.org:99999/", {}, Blocked, "no address"),
        ("http://example.org/", {"auth": ("a", "b")}, Blocked, "clear text"),
        ("https://query.wikidata.org/sparql", {}, LodError, "demands a contact"),
        ("https://query.wikidata.org/sparql", {"agent": "lab"}, LodError, "demands a contact"),
        ("https://example.org/", {"agent": "a\r\nX: y"}, LodError, "plain ASCII"),
        ("https://example.org/", {"auth": ("a:b", "c")}, LodError, "no pair"),
        ("https://example.org/", {"deadline": 0}, LodError, "deadline is 0"),
        ("https://example.org/", {"max_rows": -1}, LodError, "max_rows is -1"),
        ("https://example.org/", {"min_interval": -1}, LodError, "min_interval is -1"),
        ("https://example.org/", {"on_partial": "no"}, LodError, "expected 'raise' or 'keep'"),
        ("https://example.org/", {"offline": True}, LodError, "give its folder"),
        ("https://example.org/", {"max_age": -1.0}, LodError, "max_age is -1"),
        ("https://example.org/", {"graph": "no iri"}, BadTerm, "absolute IRI"),
    ],
)
def test_an_address_or_option_that_cannot_be_is_refused_before_anything_is_sent(
    url: str, options: dict[str, object], error: type[LodError], words: str
) -> None:
    with pytest.raises(error, match=words) as caught:
        connect(url, **options)  # type: ignore[arg-type]
    assert "s3cret" not in str(caught.value)


def test_wikidata_is_satisfied_with_a_contact() -> None:
    source = connect("https://query.wikidata.org/sparql", agent="lab (lab@example.org)")
    assert repr(source) == "Remote(https://query.wikidata.org/sparql)"


def test_a_series_can_be_made_of_a_remote_answer(faulty: FaultServer) -> None:
    rows = [["2018", 7], ["2019", 9]]
    table = remote(faulty.will(Reply(result(["y", "v"], rows)))).select("SELECT ?y ?v { ?y ?p ?v }")
    series = table.series(period="y", value="v", name="n")
    panel = lod.panel({"n": series.normalise(bounds=(0, 10))})
    assert panel.values[:, 0].tolist() == [0.7, 0.9]
    assert table.origin.source == faulty.url
