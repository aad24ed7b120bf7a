"""P10: topics that are special categories of personal data are not counted by accident."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fcm.errors import PrivacyError
from fcm.social.law.categories import check_topics, named_topics, special_topics
from fcm.social.privacy import Privacy
from fcm.social.terms.lexicon import Lexicon, Term
from fcm.social.terms.words import split_term
from fcm.table import read_rows

PRIVACY = Privacy(purpose="concerns by month", basis="GDPR art. 6(1)(e)", key=bytes(16))
ROOT = Path(__file__).resolve().parents[3]
LIST = ROOT / "fcm" / "social" / "law" / "data" / "special_categories.csv"


def lexicon(*terms: tuple[str, str], concept: str = "streets") -> Lexicon:
    return Lexicon(
        terms=tuple(Term(concept=concept, language=lang, words=split_term(t)) for lang, t in terms)
    )


@pytest.mark.parametrize(
    ("language", "term", "category"),
    [
        ("en", "Health centre", "health"),
        ("nl", "geestelijke gezondheid", "health"),
        ("de", "Gewerkschaftsmitglied", "trade union membership"),
        ("es", "depresión", "health"),
        ("el", "Θρησκεία", "religion or belief"),
        ("el", "πρόσφυγες", "racial or ethnic origin"),
        ("en", "voting intention", "political opinion"),
        ("de", "Vorbestrafte", "criminal convictions and offences"),
        ("nl", "gezichtsherkenning", "genetic or biometric data"),
        ("es", "orientación sexual", "sex life or sexual orientation"),
        ("es", "barrio musulmán", "religion or belief"),
        ("en", "psychiatr*", "health"),
        ("en", "psychi*", "health"),
        ("fr", "islamique", "religion or belief"),
    ],
)
def test_p10_a_special_topic_is_found_whole_word_and_folded(
    language: str, term: str, category: str
) -> None:
    (found,) = special_topics(lexicon((language, term)))
    assert found.category == category
    assert found.concept == "streets"
    assert found.article == ("art. 10" if "criminal" in category else "art. 9")


@pytest.mark.parametrize(
    ("language", "term"),
    [
        ("en", "party wall"),
        ("en", "union street"),
        ("en", "race track"),
        ("en", "organic market"),
        ("en", "wealth"),
        ("en", "racing bike*"),
        ("nl", "kerkstraat"),
        ("nl", "parkeren"),
        ("nl", "wedstrijd ras"),
        ("de", "Christinenstraße"),
        ("de", "Judith"),
        ("es", "parque"),
        ("es", "partido de futbol"),
        ("es", "podemos"),
        ("el", "παρκα"),
        ("es", "aseos sanitarios"),
        ("es", "imanes"),
        ("en", "cat*"),
    ],
)
def test_words_of_a_city_that_only_look_alike_pass(language: str, term: str) -> None:
    assert special_topics(lexicon((language, term))) == ()


def test_p10_counting_a_special_topic_takes_the_reference_of_an_assessment() -> None:
    words = lexicon(("en", "noise"), ("en", "mosque noise"), concept="noise")
    with pytest.raises(PrivacyError, match=r"'noise' by 'mosque noise' \(religion or belief"):
        check_topics(words, PRIVACY)
    with pytest.raises(PrivacyError, match=r"Privacy\(dpia="):
        check_topics(words, replace(PRIVACY, dpia="  "))
    check_topics(words, replace(PRIVACY, dpia="DPIA 2026-17"))
    check_topics(lexicon(("en", "noise")), PRIVACY)


def test_p10_names_of_concepts_are_looked_at_in_all_languages() -> None:
    (found,) = special_topics(lexicon(("es", "ruido"), concept="Trade_unions"))
    assert (found.term, found.category) == ("Trade_unions", "trade union membership")
    assert [each.category for each in named_topics(["vakbonden", "γκέι", "bike lanes", "*"])] == [
        "trade union membership",
        "sex life or sexual orientation",
    ]


def test_a_long_list_of_topics_is_cut() -> None:
    words = lexicon(*(("en", term) for term in ("cancer", "hiv", "islam", "gay", "dna", "imam")))
    with pytest.raises(PrivacyError, match="and 1 more"):
        check_topics(words, PRIVACY)


def test_the_lexicon_of_the_madrid_example_passes() -> None:
    folder = ROOT / "fcm" / "examples" / "madrid"
    words = Lexicon.read(folder / "lexicon.csv", exclude=folder / "lexicon_exclude.csv")
    assert len(words) > 400
    check_topics(words, PRIVACY)


def test_every_category_has_words_in_five_languages_and_none_twice() -> None:
    rows = [(row.get("category"), row.get("language"), row.get("term")) for row in read_rows(
        LIST, columns=("category", "language", "term")
    )]  # fmt: skip
    assert len({(*split_term(term), language) for _, language, term in rows}) == len(rows)
    for category in {each for each, _, _ in rows}:
        spoken = {language for each, language, _ in rows if each == category}
        assert spoken == {"en", "nl", "de", "es", "el"}
    assert len({each for each, _, _ in rows}) == 8
