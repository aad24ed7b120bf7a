from __future__ import annotations

from pathlib import Path

import pytest

from fcm import lod
from fcm.errors import FileError, UnknownFormatError

TRIPLE = "<http://example.org/a> <http://example.org/b> 1 .\n"
ALL = "SELECT ?s ?p ?o { ?s ?p ?o }"


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ttl", TRIPLE),
        ("a.TTL", TRIPLE),
        ("a.trig", TRIPLE),
        ("a.nt", TRIPLE.replace("1", '"1"')),
        ("a.nq", TRIPLE.replace("1", '"1"')),
        ("a.jsonld", '{"@id": "http://example.org/a", "http://example.org/b": 1}'),
        ("bom.ttl", b"\xef\xbb\xbf" + TRIPLE.encode()),
    ],
)
def test_every_format_is_told_by_its_suffix(tmp_path: Path, name: str, text: str | bytes) -> None:
    source = lod.open(write(tmp_path, name, text))
    assert source.report.triples == 1
    assert source.report.sentences() == ()
    assert list(source.select(ALL)["s"]) == ["http://example.org/a"]


@pytest.mark.parametrize("suffix", [".rdf", ".owl", ".xml"])
def test_rdf_xml_is_refused_with_the_reason(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(UnknownFormatError, match=r"RDF/XML .* convert the file to Turtle"):
        lod.open(write(tmp_path, f"a{suffix}", TRIPLE))


@pytest.mark.parametrize("name", ["a.csv", "a"])
def test_a_suffix_that_tells_no_format_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnknownFormatError, match=r"expected one of \.ttl"):
        lod.open(write(tmp_path, name, TRIPLE))


def test_no_file_at_all_is_refused() -> None:
    with pytest.raises(FileError, match="no file was given"):
        lod.open()


def test_a_file_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"gone\.ttl: does not exist"):
        lod.open(tmp_path / "gone.ttl")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "folder.ttl").mkdir()
    with pytest.raises(FileError, match="cannot be read"):
        lod.open(tmp_path / "folder.ttl")


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(FileError, match="is empty"):
        lod.open(write(tmp_path, "a.ttl", text))


def test_a_file_without_a_statement_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="holds no triples"):
        lod.open(write(tmp_path, "a.ttl", "@prefix a: <urn:a> .\n# nothing\n"))


def test_latin_1_is_refused_with_its_line(tmp_path: Path) -> None:
    text = TRIPLE.encode() + "<urn:a> <urn:b> 'Méndez' .".encode("latin-1")
    with pytest.raises(FileError, match=r"line 2: is not UTF-8 \(byte 0xe9\)") as caught:
        lod.open(write(tmp_path, "a.ttl", text))
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ("<urn:a> <urn:b> .", "mend that line"),
        ("<urn:a> x:y 1 .", "declare it with @prefix"),
        ("<urn:a> <urn:b> 'x", "cut off"),
        ("<urn:a b> <urn:b> 1 .", "lenient=True"),
    ],
)
def test_a_syntax_error_is_given_with_its_line_and_a_mend(
    tmp_path: Path, wrong: str, advice: str
) -> None:
    with pytest.raises(FileError, match=advice) as caught:
        lod.open(write(tmp_path, "a.ttl", TRIPLE + wrong))
    assert caught.value.line == 2
    assert "Parser error" not in str(caught.value)


def test_a_json_ld_error_is_given_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="line 2"):
        lod.open(write(tmp_path, "a.jsonld", '{"@id": "urn:a",\n "urn:b"'))


def test_a_json_ld_context_on_the_web_is_not_fetched(tmp_path: Path) -> None:
    text = '{"@context": "http://127.0.0.1:1/c", "@id": "urn:a", "name": 1}'
    with pytest.raises(FileError, match="not fetched"):
        lod.open(write(tmp_path, "a.jsonld", text))


def test_a_json_ld_value_with_an_invalid_iri_is_not_dropped_in_silence(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonld", '{"@id": "http://x/a b", "http://x/c": 1}')
    with pytest.raises(FileError, match="'http://x/a b' is not a valid IRI"):
        lod.open(path)
    source = lod.open(path, lenient=True)
    assert source.report.repaired == 1
    assert list(source.select(ALL)["s"]) == ["http://x/a%20b"]


def test_json_ld_keys_without_an_iri_are_counted(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonld", '{"@id": "urn:a", "urn:b": 1, "name": "x"}')
    report = lod.open(path).report
    assert (report.triples, report.skipped, report.skipped_examples) == (1, 1, ("name",))
    assert "'name'" in report.sentences()[0]


def test_lenient_reading_encodes_blanks_in_every_place_and_counts_the_iris(tmp_path: Path) -> None:
    text = (
        "<urn:a b> <urn:p|q> <urn:a b> .\n<urn:ok> <urn:x> '1'^^<urn:d t> .\n"
        "<urn:100%> <urn:x> 'é'@es .\n"
    )
    source = lod.open(write(tmp_path, "a.ttl", text), lenient=True)
    assert source.report.repaired == 4
    assert source.report.repaired_examples == ("urn:100%", "urn:a b", "urn:d t")
    assert "percent-encoded" in source.report.sentences()[0]
    table = source.select(ALL + " ORDER BY ?s")
    assert list(table["s"]) == ["urn:100%25", "urn:a%20b", "urn:ok"]
    assert len(source.select("SELECT ?p { ?s ?p ?o }", s=lod.IRI("urn:a%20b"))) == 1


def test_lenient_reading_changes_no_valid_file(tmp_path: Path) -> None:
    path = write(tmp_path, "a.ttl", "<urn:é> <urn:b> 1 , 'x'@en , 1.50 ; <urn:c> [] .")
    strict, lenient = lod.open(path), lod.open(path, lenient=True)
    assert lenient.report == strict.report
    query = "SELECT ?o { ?s <urn:b> ?o } ORDER BY STR(?o)"
    assert strict.select(query).to_records() == lenient.select(query).to_records()


def test_an_iri_that_no_encoding_mends_is_refused_even_when_lenient(tmp_path: Path) -> None:
    path = write(tmp_path, "a.ttl", "<http://x:port/> <urn:b> 1 .")
    with pytest.raises(FileError, match="even when"):
        lod.open(path, lenient=True)


def test_ill_typed_literals_are_counted_by_datatype_with_three_examples(tmp_path: Path) -> None:
    objects = " , ".join(f"'{k}x'^^xsd:int" for k in range(5)) + " , ''^^xsd:date , 7"
    text = f"@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . <urn:a> <urn:b> {objects} ."
    source = lod.open(write(tmp_path, "a.ttl", text))
    day, number = source.report.ill_typed
    assert (day.count, day.examples) == (1, ("",))
    assert (number.count, number.examples) == (5, ("0x", "1x", "2x"))
    assert "5 literals are no valid xsd:int" in str(source.report)
    assert source.report.triples == 7
    text_of = source.select("SELECT (STR(?o) AS ?x) { ?s ?p ?o }")["x"]
    assert sorted(text_of) == ["", "0x", "1x", "2x", "3x", "4x", "7"]


def test_triples_that_stand_twice_count_once_and_are_reported(tmp_path: Path) -> None:
    source = lod.open(write(tmp_path, "a.ttl", TRIPLE * 3), write(tmp_path, "b.ttl", TRIPLE))
    assert (source.report.triples, source.report.repeated) == (1, 3)
    assert source.report.files == ("a.ttl", "b.ttl")
    assert "3 triples" in source.report.sentences()[0]


def test_blank_nodes_of_two_files_stay_apart(tmp_path: Path) -> None:
    one = write(tmp_path, "a.ttl", "_:x <urn:b> 1 .")
    two = write(tmp_path, "b.ttl", "_:x <urn:b> 2 .")
    assert len(set(lod.open(one, two).select(ALL)["s"])) == 2


def test_named_graphs_are_read_as_one_and_can_still_be_told_apart(tmp_path: Path) -> None:
    line = '<urn:a> <urn:b> "x" <urn:g{}> .\n'
    source = lod.open(write(tmp_path, "a.nq", line.format(1) + line.format(2)))
    assert source.report.triples == 1
    assert len(source.select(ALL)) == 1
    assert len(source.select("SELECT ?g { GRAPH ?g { ?s ?p ?o } }")) == 2


def test_lines_of_credit_come_from_the_data(tmp_path: Path) -> None:
    text = (
        "<urn:d> <http://purl.org/dc/terms/rights> 'Source: the city' ; "
        "<http://purl.org/dc/terms/license> <https://creativecommons.org/licenses/by/4.0/> ."
    )
    source = lod.open(write(tmp_path, "a.ttl", text))
    licence = "Source: the city; https://creativecommons.org/licenses/by/4.0/"
    assert source.select(ALL).origin.licence == licence
