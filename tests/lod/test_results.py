"""Answers in JSON and TSV: what is read, and what is refused."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm import lod
from fcm.errors import LodError, NotSparql, TooLarge, Truncated
from fcm.lod.answers import json_results, tsv
from fcm.lod.answers.results import Columns, parse_ask, parse_json, parse_tsv

XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture(autouse=True, params=["small answers by hand", "as large ones"])
def _size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read TSV both ways: they have to give the same."""
    if request.param == "as large ones":
        monkeypatch.setattr(tsv, "_SMALL", 0)


def literal(value: str, datatype: str = "", language: str = "", of: str = "literal") -> Any:
    cell = {"type": of, "value": value}
    if datatype:
        cell["datatype"] = XSD + datatype
    if language:
        cell["xml:lang"] = language
    return cell


def uri(value: str) -> Any:
    return {"type": "uri", "value": value}


def body(names: list[str], rows: list[dict[str, Any]], indent: int | None = None) -> bytes:
    answer = {"head": {"vars": names}, "results": {"bindings": rows}}
    separators = None if indent else (",", ":")
    return json.dumps(answer, indent=indent, separators=separators).encode()


def same(columns: Columns, table: lod.Table) -> None:
    assert columns.names == table.columns
    assert len(columns) == len(table)
    assert dict(columns.issues) == dict(table.issues)
    for name in columns.names:
        assert columns[name].dtype == table[name].dtype
        assert not columns[name].flags.writeable
        np.testing.assert_array_equal(columns[name], table[name])


ROWS = [
    {"area": uri(f"urn:area:{i % 3}"), "year": literal(str(2000 + i % 5), "gYear"),
     "value": literal(f"{i}.25", "decimal")}
    for i in range(40)
]  # fmt: skip
NAMES = ["area", "year", "value"]


@pytest.mark.parametrize("indent", [None, 1, 4])
@pytest.mark.parametrize("block", [64, 301, 1 << 20])
def test_rows_are_read_however_they_are_laid_out_and_cut_into_blocks(
    monkeypatch: pytest.MonkeyPatch, indent: int | None, block: int
) -> None:
    monkeypatch.setattr(json_results, "_BLOCK", block)
    data = body(NAMES, ROWS, indent)
    for given_as in (data, io.BytesIO(data)):
        columns = parse_json(given_as)
        assert columns.names == ("area", "year", "value")
        assert columns["area"].tolist() == [f"urn:area:{i % 3}" for i in range(40)]
        assert columns["year"].dtype == np.int64
        assert columns["year"].tolist() == [2000 + i % 5 for i in range(40)]
        assert columns["value"].tolist() == [i + 0.25 for i in range(40)]


def test_rows_of_many_kinds_are_read_each_as_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_results, "_BLOCK", 700)
    rows: list[dict[str, Any]] = []
    for i in range(120):
        row: dict[str, Any] = {"s": uri(f"urn:{i}")}
        if i % 2:
            row["n"] = literal(str(i), "integer" if i % 3 else "double")
        if i % 5 == 0:
            row = {"t": literal('quote " and \\ and ñ', language="es"), **row}
        if i % 7 == 0:
            row["b"] = {"type": "bnode", "value": f"b{i}"}
        rows.append(row if i % 11 else {})
    columns = parse_json(body(["s", "n", "t", "b", "never"], rows))
    assert len(columns) == 120
    for i, row in enumerate(rows):
        assert columns["s"][i] == (row["s"]["value"] if row else None)
        assert columns["t"][i] == (row["t"]["value"] if "t" in row else None)
        assert columns["b"][i] == (f"_:b{i}" if "b" in row else None)
        assert (columns["n"][i] == i) if "n" in row else np.isnan(columns["n"][i])
    assert columns["never"].tolist() == [None] * 120


def test_text_that_looks_like_the_end_of_a_row_stays_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_results, "_BLOCK", 80)
    texts = [
        "}},{",
        '}},{"',
        "]}}",
        '"}},{"s":{"type":"uri","value":"x"}},{"',
        "\x1e\x1f",
        "",
        "},{",
    ]
    columns = parse_json(body(["s"], [{"s": literal(each)} for each in texts * 9]))
    assert columns["s"].tolist() == texts * 9


def test_the_head_may_come_last() -> None:
    data = b'{"results":{"bindings":[{"x":{"type":"uri","value":"urn:a"}}]},"head":{"vars":["x"]}}'
    assert parse_json(data)["x"].tolist() == ["urn:a"]
    assert len(parse_json(b'{"results":{"bindings":[ ]},"head":{"vars":["x"]}}')) == 0


def test_the_typed_literal_of_the_draft_is_a_literal() -> None:
    rows = [{"n": literal("7", "integer", of="typed-literal")}] * 3
    assert parse_json(body(["n"], rows))["n"].tolist() == [7.0, 7.0, 7.0]


terms = st.one_of(
    st.none(),
    st.builds(ox.NamedNode, st.sampled_from(["urn:a", "http://x/π?q=1&r=%20"])),
    st.builds(
        lambda form, kind: ox.Literal(form, datatype=ox.NamedNode(XSD + kind)),
        st.sampled_from(["1", "1.50", "-.5", "5.", "1e400", "INF", "x", "", "2018-12-31", "true"]),
        st.sampled_from(["integer", "decimal", "double", "gYear", "date", "boolean", "short"]),
    ),
    st.builds(ox.Literal, st.text(st.characters(exclude_categories=["Cs"]), max_size=8)),
    st.builds(lambda form: ox.Literal(form, language="el"), st.sampled_from(["α", "\t\\\"\n"])),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(terms, terms), max_size=9), st.integers(1, 40))
def test_both_formats_give_what_the_terms_give(rows: list[tuple[Any, Any]], block: int) -> None:
    table = lod.Table.from_terms(["a", "b"], rows)
    names = [ox.Variable("a"), ox.Variable("b")]
    cells = [
        {n: _cell(term) for n, term in zip("ab", row, strict=True) if term is not None}
        for row in rows
    ]
    before, json_results._BLOCK = json_results._BLOCK, block * 8
    try:
        same(parse_json(body(["a", "b"], cells)), table)
    finally:
        json_results._BLOCK = before
    lines = ["\t".join("" if term is None else _turtle(term) for term in row) for row in rows]
    same(parse_tsv("\n".join([*["\t".join(map(str, names))], *lines, ""]).encode()), table)


def _cell(term: Any) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    cell = {"type": "literal", "value": term.value}
    if term.language:
        return {**cell, "xml:lang": term.language}
    return {**cell, "datatype": term.datatype.value}


def _turtle(term: Any) -> str:
    text = str(term)
    return text.replace("\t", "\\t").replace("\r", "\\r")


@pytest.mark.parametrize(
    ("form", "wanted"),
    [("1", 1.0), ("-1.5", -1.5), ("+.5", 0.5), ("1e3", 1000.0), ("5.E-1", 0.5), ("-0", -0.0)],
)
def test_bare_numbers_are_read(form: str, wanted: float) -> None:
    value = parse_tsv(f"?n\n{form}\n".encode())["n"][0]
    assert float(value).hex() == wanted.hex()


def test_bare_and_quoted_numbers_make_one_column() -> None:
    forms = [f"{i}.5" if i % 3 else f'"{i}"^^<{XSD}decimal>' for i in range(3000)]
    columns = parse_tsv("\n".join(["?n", *forms, ""]).encode())
    assert columns["n"].tolist() == [i + 0.5 if i % 3 else float(i) for i in range(3000)]


def test_escapes_of_turtle_are_undone() -> None:
    data = b'?a\t?b\n"tab\\t \\"q\\" \\u00e9 \\U0001F600 \\\\u0022"\t<http://x/\\u03c0>\n'
    columns = parse_tsv(data)
    assert columns["a"][0] == 'tab\t "q" é 😀 \\u0022'
    assert columns["b"][0] == "http://x/π"


def test_a_triple_that_is_a_term_is_text() -> None:
    assert parse_tsv(b'?a\n<<( <urn:a> <urn:p> "x>>" )>>\n')["a"].tolist() == [
        '<<( <urn:a> <urn:p> "x>>" )>>'
    ]


def test_line_breaks_of_windows_are_read() -> None:
    assert parse_tsv(b'?a\t?b\r\n1\t"x"\r\n2\t"y"\r\n')["b"].tolist() == ["x", "y"]


def test_empty_fields_are_unbound() -> None:
    columns = parse_tsv(b'?a\t?b\n\t1\n"x"\t\n\t\n')
    assert columns["a"].tolist() == [None, "x", None]
    assert np.isnan(columns["b"]).tolist() == [False, True, True]
    one = parse_tsv(b"?a\n\n1\n\n")
    assert np.isnan(one["a"]).tolist() == [True, False, True]


@pytest.mark.parametrize(
    "field",
    [b"1_000", b" 1", b"1 ", b"0x1F", b"inf", b"NaN", b"5.", b"1e", b".", b"+", b"'a", b'"a',
     b'"a"b', b"<urn:a", b"<a b:c>", b"<relative>", b"<urn:a><urn:b>", b"plain", b'"x"^^xsd:int',
     b'"x"@', b'"\\q"', b'"\\ud800"',
     b"<urn:\\u0020>", b"_:", b"true ", b"TRUE", b"<<urn:a>>", b"\xd9\xa1"],
)  # fmt: skip
@pytest.mark.parametrize("first", [b"1", b'"x"'])
def test_what_is_no_term_is_never_data(field: bytes, first: bytes) -> None:
    with pytest.raises(NotSparql, match=r"line 3 of the answer gives \?a as"):
        parse_tsv(b"?a\n" + first + b"\n" + field + b"\n" + first + b"\n")
    with pytest.raises(Truncated, match="ends with"):
        parse_tsv(b"?a\n" + first + b"\n" + field + b"\n")


CANCELLED = b"The SPARQL operation has been cancelled"


@pytest.mark.parametrize("head", [b"?a\n1\n", b"?a\t?b\n1\t2\n", b'?a\t?b\n1\t2\n\t\n"x"\t\n'])
def test_a_line_of_error_is_never_a_row_of_tsv(head: bytes) -> None:
    with pytest.raises(Truncated, match="cancelled"):
        parse_tsv(head + CANCELLED + b"\n")
    with pytest.raises(Truncated, match="breaks off"):
        parse_tsv(head + CANCELLED)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "begins with ''"),
        (b'"a"\t"b"\n1\t2\n', "question marks"),
        (b"?a\t?a\n1\t2\n", "each once"),
        (b"<html>\n", "begins with '<html>'"),
        (b"?a\t?b\n1\n1\t2\n", "line 2 of the answer has 1 fields for 2"),
        (b"?a\t?b\n1\t2\t3\n1\t2\n", "line 2 of the answer has 3 fields for 2"),
        (b"?a\t?b\n1\t2\n\n1\t2\n", "line 3 of the answer has 1 fields for 2"),
        (b'?a\n"\xff"\n', "not UTF-8"),
        (b'?a\n"x\ry"\n"z"\n', "line 2"),
    ],
)
def test_what_is_no_tsv_of_sparql_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(NotSparql, match=said):
        parse_tsv(data)


def test_a_row_of_tsv_without_its_end_is_a_cut() -> None:
    with pytest.raises(Truncated, match="breaks off after '17'"):
        parse_tsv(b"?n\n1234\n17")
    with pytest.raises(Truncated):
        parse_tsv(b"?n")


def test_json_that_breaks_off_anywhere_is_a_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_results, "_BLOCK", 200)
    data = body(NAMES, ROWS[:6])
    for end in range(10, len(data)):
        with pytest.raises(Truncated):
            parse_json(data[:end])


def test_json_that_ends_with_a_line_of_error_is_a_cut() -> None:
    data = body(NAMES, ROWS)
    for cut in (data[:-3], data[:-3] + b",", data[:-2], data):
        with pytest.raises(Truncated, match="cancelled"):
            parse_json(cut + CANCELLED)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "begins with ''"),
        (b"<html><body>busy</body></html>", "begins with '<html>"),
        (b"[]", "no results.bindings"),
        (b'{"head":{},"boolean":true}', "ASK"),
        (b'{"results":{"bindings":[]}}', "no head.vars"),
        (b'{"head":{"vars":["a","a"]},"results":{"bindings":[]}}', "no head.vars"),
        (b'{"head":{"vars":["a"]},"other":{"bindings":[]}}', "no head.vars"),
        (body(["a"], [{"b": uri("urn:a")}]), r"binds \?b"),
        (body(["a"], [{"a": {"type": "uri"}}]), r"row 1 of the answer gives \?a"),
        (body(["a"], [{"a": {"type": "odd", "value": "x"}}] * 9), "no RDF term"),
        (body(["a"], [{"a": {"type": "literal", "value": 5}}] * 9), "no RDF term"),
        (body(["a"], [{"a": "x"}]), "no RDF term"),
        (b'{"head":{"vars":["a"]},"results":{"bindings":[5]}}', "row 1 of the answer is no JSON"),
        (body(["a"], [{"a": literal("x")}] * 5).replace(b'"x"', b'"\xff"'), "UTF-8"),
    ],
)  # fmt: skip
def test_what_is_no_result_in_json_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(NotSparql, match=said):
        parse_json(data)


def test_a_bare_control_character_is_no_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_results, "_BLOCK", 100)
    data = body(["a"], [{"a": literal("x")}] * 9)
    at = data.rindex(b'"x"')
    for noise in (b'"a\nb"', b'"a\x1fb"', b'"\\q"'):
        for broken in (data.replace(b'"x"', noise, 2), data[:at] + noise + data[at + 3 :]):
            with pytest.raises(NotSparql, match="no JSON"):
                parse_json(broken)


def test_rows_that_cannot_be_told_apart_are_read_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_results, "_BLOCK", 100)
    monkeypatch.setattr(json_results, "_MAX_REST", 250)
    rows = [{}, *([{"a": literal("x")}] * 90)]
    assert parse_json(body(["a"], rows))["a"].tolist() == [None, *["x"] * 90]


@pytest.mark.parametrize(
    ("parse", "data"), [(parse_json, body(NAMES, ROWS)), (parse_tsv, b"?n\n" + b"1\n" * 40)]
)
def test_too_many_rows_are_refused_not_cut(parse: Callable[..., Columns], data: bytes) -> None:
    assert len(parse(data, max_rows=40)) == 40
    with pytest.raises(TooLarge, match="more than 39 rows"):
        parse(data, max_rows=39)


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b'{"head":{},"boolean":true}', True),
        (b'{"head":{},"boolean":false}', False),
        (body(["__ASK_RETVAL"], [{"__ASK_RETVAL": literal("1", "integer")}]), True),
        (body(["__ask_retval"], [{"__ask_retval": literal("0", "integer")}]), False),
    ],
)
def test_an_ask_is_answered_with_yes_or_no(data: bytes, wanted: bool) -> None:
    assert parse_ask(data) is wanted
    assert parse_ask(io.BytesIO(data)) is wanted


@pytest.mark.parametrize(
    "data",
    [b"true", b"{}", b'{"boolean":"yes"}', b"<html>", b"\xff", body(["x"], [{"x": literal("1")}]),
     body(["__ask_retval"], []), body(["__ask_retval"], [{"__ask_retval": literal("maybe")}])],
)  # fmt: skip
def test_what_answers_no_ask_is_refused(data: bytes) -> None:
    with pytest.raises(NotSparql):
        parse_ask(data)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 400), st.integers(0, 20))
def test_damaged_answers_are_errors_of_the_tree_or_whole(
    noise: bytes, place: int, removed: int
) -> None:
    for parse, data in (
        (parse_json, body(NAMES, ROWS[:4])),
        (parse_tsv, b'?a\t?b\n<urn:a>\t"x"@en\n<urn:b>\t1.5\n\t"z"\n'),
    ):
        at = place % len(data)
        try:
            columns = parse(data[:at] + noise + data[at + removed :])
        except LodError:
            continue
        assert all(len(columns[name]) == len(columns) for name in columns.names)
