from __future__ import annotations

import re
from pathlib import Path

import pytest

from fcm.errors import EvidenceError, FileError
from fcm.social import Lexicon, Term

HEAD = "concept,language,term,polarity\n"


def write(tmp_path: Path, text: str, name: str = "lexicon.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return path


def test_a_lexicon_knows_its_concepts_in_order_and_its_languages(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + "noise,es-ES,Ruido,1\nair,en,smog*,+1\nnoise,nl,stilte,-1\n")
    lexicon = Lexicon.read(path)
    assert lexicon.concepts == ("noise", "air")
    assert lexicon.languages == ("en", "es", "nl")
    assert len(lexicon) == 3
    assert lexicon.terms[0].words == ("ruido",)
    assert repr(lexicon) == "Lexicon(3 terms and 0 exclusions for 2 concepts, en, es, nl)"


def test_a_term_written_twice_in_two_spellings_is_one_term(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + "lanes,es,carril bici,1\nlanes,es,Carril-Bici,1\n")
    assert len(Lexicon.read(path)) == 1


def test_the_fingerprint_depends_on_content_and_not_on_order(tmp_path: Path) -> None:
    a, b, c = "air,es,humo,1\n", "noise,es,ruido,1\n", "noise,es,ruido,-1\n"
    prints = [Lexicon.read(write(tmp_path, HEAD + x)).fingerprint for x in (a + b, b + a, a + c)]
    assert prints[0] == prints[1] != prints[2]


@pytest.mark.parametrize(
    ("rows", "line", "words"),
    [
        ("air,es,humo,5\n", 2, "polarity '5' of term 'humo'"),
        ("air,es,humo,1\nair,es,,1\n", 3, "term is blank"),
        ("air,es,...,1\n", 2, "holds no word"),
        ("air,es,*,1\n", 2, "end of a word"),
        ("air,es,hu*mo,1\n", 2, "not inside it"),
        ("air,es,humo**,1\n", 2, "end of a word"),
        ("air,es,humo,1\n\nair,es,Húmo,-1\n", 4, "and 1 on line 2"),
        (",es,humo,1\n", 2, "concept is blank"),
        ("air,,humo,1\n", 2, "language is blank"),
        ("air,es\n", 2, "the row has 2 cells"),
    ],
)
def test_a_bad_row_is_refused_with_its_line(
    tmp_path: Path, rows: str, line: int, words: str
) -> None:
    with pytest.raises(FileError, match=re.escape(words)) as caught:
        Lexicon.read(write(tmp_path, HEAD + rows))
    assert caught.value.line == line


def test_a_missing_column_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"'polarity' is missing\. Did you mean 'polarty'"):
        Lexicon.read(write(tmp_path, "concept,language,term,polarty\n"))


@pytest.mark.parametrize(("text", "words"), [("", "is empty"), (HEAD, "no rows")])
def test_an_empty_file_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(FileError, match=words):
        Lexicon.read(write(tmp_path, text))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_file_that_is_not_utf8_is_refused_with_the_place(tmp_path: Path, mark: bytes) -> None:
    path = tmp_path / "lexicon.csv"
    data = mark + HEAD.encode() + "air,es,polución,1\n".encode("latin-1")
    path.write_bytes(data)
    place = rf"line 2: byte {data.index(0xF3)} \(0xf3\)"
    with pytest.raises(FileError, match=place) as caught:
        Lexicon.read(path)
    assert caught.value.__context__ is None


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be read"):
        Lexicon.read(tmp_path / "none.csv")


def test_an_exclusion_for_an_unknown_concept_is_refused_with_its_line(tmp_path: Path) -> None:
    exclude = write(tmp_path, "concept,language,term\nairs,es,aire\n", "exclude.csv")
    with pytest.raises(FileError, match=r"exclude.csv, line 2: 'airs'.*Did you mean 'air'"):
        Lexicon.read(write(tmp_path, HEAD + "air,es,humo,1\n"), exclude=exclude)


def test_a_lexicon_made_by_hand_is_checked_as_well() -> None:
    term = Term(concept="air", language="es", words=("humo",))
    opposite = Term(concept="air", language="es", words=("humo",), polarity=-1)
    with pytest.raises(EvidenceError, match="two polarities"):
        Lexicon(terms=(term, opposite))
    with pytest.raises(EvidenceError, match="polarity 0"):
        Lexicon(terms=(Term(concept="air", language="es", words=("humo",), polarity=0),))
    with pytest.raises(EvidenceError, match="no terms"):
        Lexicon(terms=())
    with pytest.raises(EvidenceError, match="'noise', which has no terms"):
        Lexicon(terms=(term,), excluded=(Term(concept="noise", language="es", words=("x",)),))
