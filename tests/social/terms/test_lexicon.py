from __future__ import annotations

import re
from pathlib import Path

import pytest
import rdflib

from fcm.concept import Concept
from fcm.errors import EvidenceError, FileError, UnknownConceptError, UnknownFormatError
from fcm.map import CognitiveMap
from fcm.social import Lexicon, Term
from fcm.social.terms.inflection import inflections

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


def words_in(lexicon: Lexicon) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for term in lexicon.terms:
        found.setdefault(term.concept, []).append((term.language, " ".join(term.words)))
    return found


def town() -> CognitiveMap:
    return CognitiveMap.from_links(
        {("car_traffic", "noise"): 0.5},
        concepts=[
            Concept(
                name="car_traffic", labels={"nl": "Autoverkeer", "nl-BE": "auto's", "en": "Cars"}
            ),
            Concept(name="noise"),
        ],
    )


def test_the_labels_of_a_map_become_terms_and_a_name_stands_in_for_a_missing_label() -> None:
    lexicon = Lexicon.from_map(town(), language="nl-NL", synonyms={"noise": ["lawaai", "geluid*"]})
    assert words_in(lexicon) == {
        "car_traffic": [("nl", "autoverkeer"), ("nl", "auto s")],
        "noise": [("nl", "noise"), ("nl", "lawaai"), ("nl", "geluid*")],
    }
    assert words_in(Lexicon.from_map(town(), language="de"))["car_traffic"] == [
        ("de", "car traffic")
    ]
    assert all(term.polarity == 1 for term in lexicon.terms)


def test_a_label_or_synonym_without_a_word_is_refused_with_its_concept() -> None:
    wordless = CognitiveMap.from_links({("a", "..."): 1.0})
    with pytest.raises(EvidenceError, match=r"term '\.\.\.' of concept '\.\.\.'.*no word"):
        Lexicon.from_map(wordless, language="en")
    with pytest.raises(EvidenceError, match=r"'lo\*ud' of concept 'noise'.*not inside"):
        Lexicon.from_map(town(), language="en", synonyms={"noise": ["lo*ud"]})
    with pytest.raises(EvidenceError, match=r"expected a list: \['din'\]"):
        Lexicon.from_map(town(), language="en", synonyms={"noise": "din"})
    with pytest.raises(EvidenceError, match="no terms"):
        Lexicon.from_map(CognitiveMap.from_links({}), language="en")


def test_a_synonym_for_an_unknown_concept_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownConceptError, match="Did you mean 'noise'"):
        Lexicon.from_map(town(), language="en", synonyms={"noises": ["din"]})


SKOS = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix : <https://example.org/> .
:noise a skos:Concept ; skos:prefLabel "Noise"@en, "Geluid"@nl-NL ;
    skos:altLabel "lawaai"@nl ; skos:hiddenLabel "lawaii"@nl ;
    skos:narrower :traffic_noise ; skos:exactMatch <https://elsewhere.example/noise> .
:air a skos:Concept ; skos:prefLabel "Luchtkwaliteit"@nl ; skos:altLabel "air quality"@en .
"""


def test_all_labels_of_a_skos_concept_in_every_language_become_terms(tmp_path: Path) -> None:
    lexicon = Lexicon.from_skos(write(tmp_path, SKOS, "town.ttl"))
    assert words_in(lexicon) == {
        "Luchtkwaliteit": [("en", "air quality"), ("nl", "luchtkwaliteit")],
        "Noise": [("en", "noise"), ("nl", "lawaai"), ("nl", "lawaii"), ("nl", "geluid")],
    }


def test_concepts_of_a_vocabulary_can_be_chosen_and_named_in_another_language(
    tmp_path: Path,
) -> None:
    path = write(tmp_path, SKOS, "town.ttl")
    chosen = Lexicon.from_skos(path, concepts=["https://example.org/noise"], name_language="nl-nl")
    assert chosen.concepts == ("Geluid",)
    both = ["https://example.org/noise", "https://example.org/air"]
    assert Lexicon.from_skos(path, concepts=both).concepts == ("Noise", "Luchtkwaliteit")


def test_turtle_triples_and_xml_give_the_same_lexicon(tmp_path: Path) -> None:
    turtle = write(tmp_path, SKOS, "town.ttl")
    graph = rdflib.Graph().parse(turtle)
    graph.serialize(tmp_path / "town.nt", format="nt", encoding="utf-8")
    graph.serialize(tmp_path / "town.rdf", format="xml")
    prints = {Lexicon.from_skos(tmp_path / f"town.{e}").fingerprint for e in ("ttl", "nt", "rdf")}
    assert len(prints) == 1


@pytest.mark.parametrize(
    ("turtle", "says"),
    [
        (":x a skos:Concept .", "<https://example.org/x> has no skos:prefLabel"),
        (':x skos:altLabel "y"@en .', "<https://example.org/x> has no skos:prefLabel"),
        (':x skos:prefLabel "y" .', "label 'y' of <https://example.org/x> has no language"),
        (':x skos:prefLabel "y"@nl, "z"@de .', "in 'en'; its languages are de, nl"),
        (':x skos:prefLabel "-"@en .', "label '-' of <https://example.org/x>: the term holds no"),
        (':x skos:prefLabel "y"@en . :z skos:prefLabel "y"@en .', "both called 'y'"),
        ("", "no SKOS concept"),
        (":x skos:prefLabel", "the file is not turtle"),
    ],
)
def test_a_vocabulary_that_names_no_concept_is_refused_with_its_iri(
    tmp_path: Path, turtle: str, says: str
) -> None:
    prefix = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    prefix += "@prefix : <https://example.org/> .\n"
    with pytest.raises(FileError, match=re.escape(says)):
        Lexicon.from_skos(write(tmp_path, prefix + turtle, "v.ttl"))


def test_a_concept_that_is_not_in_the_vocabulary_is_refused_with_the_nearest(
    tmp_path: Path,
) -> None:
    path = write(tmp_path, SKOS, "town.ttl")
    with pytest.raises(FileError, match=r"Did you mean 'https://example\.org/noise'"):
        Lexicon.from_skos(path, concepts=["https://example.org/nois"])


def test_a_vocabulary_in_json_is_refused_since_reading_it_may_use_the_network(
    tmp_path: Path,
) -> None:
    with pytest.raises(UnknownFormatError, match=r"'\.jsonld'; expected one of \.ttl"):
        Lexicon.from_skos(write(tmp_path, "{}", "v.jsonld"))


def term(concept: str, word: str, polarity: int = 1, language: str = "nl") -> Term:
    return Term(concept=concept, language=language, words=(word,), polarity=polarity)


def test_two_lexicons_join_and_what_both_have_stands_once() -> None:
    one = Lexicon(terms=(term("air", "lucht"),), excluded=(term("air", "luchtig"),))
    two = Lexicon(terms=(term("noise", "lawaai"), term("air", "lucht")))
    joined = one.join(two)
    assert joined.concepts == ("air", "noise")
    assert (len(joined), joined.excluded) == (2, one.excluded)
    assert joined.fingerprint == two.join(one).fingerprint
    with pytest.raises(EvidenceError, match="two polarities"):
        one.join(Lexicon(terms=(term("air", "lucht", -1),)))


def test_a_term_of_two_concepts_is_allowed() -> None:
    lexicon = Lexicon(terms=(term("air", "rook"), term("noise", "rook", -1)))
    assert len(lexicon) == 2


def test_inflections_are_added_to_single_plain_words_only() -> None:
    lexicon = Lexicon(
        terms=(
            term("green", "boom"),
            term("green", "plant*"),
            term("green", "co2"),
            Term(concept="green", language="nl", words=("groen", "dak")),
            term("green", "arbre", language="fr"),
        ),
        excluded=(term("green", "bos"),),
    )
    wider = lexicon.inflected()
    assert {term.words for term in wider.terms} - {term.words for term in lexicon.terms} == {
        ("bome",),
        ("bomen",),
    }
    assert wider.excluded == lexicon.excluded
    assert wider.concepts == lexicon.concepts


def test_an_inflection_does_not_overrule_a_term_or_take_sides() -> None:
    lexicon = Lexicon(terms=(term("clean", "vies", -1), term("clean", "viese")))
    polarity = {each.words[0]: each.polarity for each in lexicon.inflected().terms}
    assert polarity == {"vies": -1, "viese": 1, "vieze": -1, "viezen": -1, "vieses": 1}


@pytest.mark.parametrize(
    ("language", "word", "finds", "misses"),
    [
        ("nl", "straat", "straten", "straatten straaten strak"),
        ("nl", "bak", "bakken", "baken bakker"),
        ("nl", "boom", "bomen", "bommen bom"),
        ("nl", "bom", "bommen", "bomen boom"),
        ("nl", "zak", "zakken", "zaken zaak"),
        ("nl", "huis", "huizen", "huizenprijs"),
        ("nl", "brief", "brieven", "briefing"),
        ("nl", "kaas", "kazen", "kaarsen"),
        ("nl", "park", "parken", "parkeren parkeer"),
        ("nl", "afval", "", "afvallen"),
        ("nl", "bui", "buien", "buis buizen"),
        ("nl", "recht", "rechten rechte", "rechts"),
        ("nl", "veilig", "veilige", "veiligheid"),
        ("nl", "veiligheid", "veiligheden", "veilige"),
        ("nl", "woning", "woningen", "wonen"),
        ("nl", "bewoner", "bewoners", "bewonen"),
        ("nl", "gemeente", "gemeenten gemeentes", "gemeen"),
        ("nl", "industrie", "industrieen", "industrieel"),
        ("nl", "pakket", "pakketten", "pakken"),
        ("nl", "tram", "trams", "trammelant"),
        ("nl", "museum", "museums", "museumen"),
        ("nl", "auto", "autos", "autoritair"),
        ("en", "street", "streets", "streetwise streeting"),
        ("en", "city", "cities", "citys cite"),
        ("en", "bus", "buses", "business"),
        ("en", "church", "churches", "churchs"),
        ("en", "park", "parks", "parking parked"),
        ("en", "day", "days", "daies"),
        ("de", "strasse", "strassen", "strassenbahn"),
        ("de", "kind", "kinder kindern kindes", "kinderarzt"),
        ("de", "krankenhaus", "krankenhauser", "krankenhausse"),
        ("de", "bus", "busse busses", "busfahrer"),
        ("de", "park", "parks parke", "parken parker parkplatz"),
        ("de", "arbeit", "arbeiten", "arbeiter"),
        ("de", "politik", "", "politiker"),
        ("de", "schmutzig", "schmutzige schmutziger schmutzigen", "schmutz"),
        ("de", "wohnung", "wohnungen", "wohnungs"),
        ("de", "ampel", "ampeln", "ampelen"),
        ("de", "burgerin", "burgerinnen", "burgern"),
        ("es", "calle", "calles", "callejon callar"),
        ("es", "luz", "luces", "luzes"),
        ("es", "contaminacion", "contaminaciones", "contaminar"),
        ("es", "limpio", "limpia limpios limpias", "limpiar"),
        ("es", "puerto", "puertos", "puerta puertas"),
        ("es", "barrio", "barrios", "barria barrer"),
        ("es", "lunes", "", "luneses"),
        ("es", "club", "clubs clubes", "cluba"),
        ("el", "δρομοσ", "δρομοι δρομουσ δρομων", "δρομολογιο"),
        ("el", "χωρα", "χωρασ χωρεσ χωρων", "χωρισ χωρια"),
        ("el", "πολη", "πολεισ πολησ", "πολυ πολλοι"),
        ("el", "προβλημα", "προβληματα προβληματων", "προβλεψη"),
        ("el", "παρκο", "παρκα παρκου", "παρκαρω παρκινγκ"),
        ("el", "σπιτι", "σπιτια σπιτιου", "σπιτωμενοσ"),
        ("el", "πολιτησ", "πολιτεσ πολιτη", "πολιτικη"),
        ("fr", "arbre", "", "arbres"),
        ("nl", "ov", "", "oven ove"),
    ],
)
def test_a_word_finds_its_regular_inflections_and_not_other_words(
    language: str, word: str, finds: str, misses: str
) -> None:
    forms = set(inflections(word, language))
    assert set(finds.split()) <= forms
    assert not forms & {*misses.split(), word}


def test_a_name_of_a_language_is_its_tag_and_any_other_word_is_refused(tmp_path: Path) -> None:
    car_map = CognitiveMap.from_links({("traffic", "noise"): 0.5})
    assert Lexicon.from_map(car_map, language="Dutch").languages == ("nl",)
    with pytest.raises(EvidenceError, match="language is 'Vlaanderen'; expected a tag"):
        Lexicon.from_map(car_map, language="Vlaanderen")
    head = "concept,language,term,polarity\n"
    assert Lexicon.read(write(tmp_path, head + "a,Nederlands,b,1\n")).languages == ("nl",)
    with pytest.raises(FileError, match="line 2: language is 'Vlaanderen'; expected a tag"):
        Lexicon.read(write(tmp_path, head + "a,Vlaanderen,b,1\n"))
