from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.social import Lexicon, Term, matching
from fcm.social.matching import find_mentions
from fcm.social.words import fold, split_term


def lexicon(*terms: str, excluded: tuple[str, ...] = ()) -> Lexicon:
    """Make a lexicon from "concept: term" for +1 and "concept: -term" for -1."""

    def term(text: str) -> Term:
        concept, words = text.split(": ")
        sign = -1 if words.startswith("-") else 1
        return Term(
            concept=concept, language="es", words=split_term(words.lstrip("-")), polarity=sign
        )

    return Lexicon(terms=tuple(map(term, terms)), excluded=tuple(map(term, excluded)))


def found(text: str, words: Lexicon) -> list[tuple[str, int]]:
    mentions = find_mentions(pl.Series([text]), words)
    return [
        (words.concepts[c], int(p))
        for c, p in zip(mentions.concept, mentions.polarity, strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("Park here", 1),
        ("PARK, park; (park)", 3),
        ("parking", 0),
        ("carpark", 0),
        ("", 0),
        ("...", 0),
    ],
)
def test_only_whole_words_count(text: str, hits: int) -> None:
    assert found(text, lexicon("green: park")) == [("green", 1)] * hits


@pytest.mark.parametrize("text", ["TRÁFICO", "trafico", "tra\u0301fico", "Tráfico"])
def test_accents_and_case_do_not_matter(text: str) -> None:
    assert found(text, lexicon("cars: tráfico")) == [("cars", 1)]


def test_greek_and_german_words_are_folded_alike_on_both_sides() -> None:
    words = lexicon("noise: θόρυβος", "street: Straße")
    assert found("ΘΌΡΥΒΟΣ in der STRASSE", words) == [("noise", 1), ("street", 1)]


def test_a_star_stands_for_any_ending_in_every_word_of_a_phrase() -> None:
    words = lexicon("limits: restriccion* al trafico*")
    assert found("restricciones al tráfico, restriccion al traficos", words) == [("limits", 1)] * 2
    assert found("restringir al trafico", words) == []


def test_words_of_a_phrase_stand_next_to_each_other_in_one_sentence_of_one_text() -> None:
    words = lexicon("lanes: carril bici")
    assert found("carril-bici y carril  «bici»", words) == [("lanes", 1)] * 2
    assert found("carril. Bici", words) == []
    assert found("carril de bici", words) == []
    assert len(find_mentions(pl.Series(["un carril", "bici"]), words).text) == 0


def test_signs_and_pictographs_are_words() -> None:
    words = lexicon("price: 20€", "cycling: 🚲", "road: m-30", "air: CO2")
    assert found("20 €, 20€, 🚲🚲 M30 m 30 CO₂", words) == (
        [("price", 1)] * 2 + [("cycling", 1)] * 2 + [("road", 1), ("air", 1)]
    )


def test_a_variation_selector_does_not_part_a_phrase() -> None:
    assert found("❤️ bici", lexicon("love: ❤ bici")) == [("love", 1)]


def test_an_excluded_phrase_is_blanked_for_its_own_concept_only() -> None:
    words = lexicon(
        "clean: limpio", "air: -aire limpio", "clean: limpieza", excluded=("clean: aire limpio",)
    )
    assert found("aire limpio y suelo limpio", words) == [("clean", 1), ("air", -1)]


def test_a_phrase_that_overlaps_an_exclusion_is_not_found() -> None:
    words = lexicon("metro: metro de madrid", excluded=("metro: un metro",))
    assert found("un metro de madrid", words) == []
    assert found("el metro de madrid", words) == [("metro", 1)]


def test_the_longer_of_two_nested_mentions_stands() -> None:
    words = lexicon("noise: -poder dormir", "noise: no poder dormir", "sleep: dormir")
    assert found("no poder dormir", words) == [("noise", 1), ("sleep", 1)]
    assert found("poder dormir", words) == [("noise", -1), ("sleep", 1)]


def test_a_term_that_spells_out_more_stands_before_a_prefix() -> None:
    words = lexicon("safety: -accident*", "safety: accidentally")
    assert found("accidentally", words) == [("safety", 1)]
    assert found("accidents", words) == [("safety", -1)]


def test_terms_of_other_languages_are_left_out_when_a_language_is_given() -> None:
    words = Lexicon(
        terms=(
            Term(concept="fines", language="en", words=("fines",)),
            Term(concept="fines", language="es", words=("multas",)),
        )
    )
    texts = pl.Series(["multas los fines de semana"])
    assert len(find_mentions(texts, words, language="es").text) == 1
    assert len(find_mentions(texts, words).text) == 2
    assert len(find_mentions(texts, words, language="nl").text) == 0


def test_no_texts_give_no_mentions() -> None:
    assert len(find_mentions(pl.Series([], dtype=pl.String), lexicon("a: b")).text) == 0


WORDS = ["bici", "bicis", "carril", "via", "verde", "BICI", "Vía", "un"]
TERMS = st.lists(
    st.sampled_from(["bici", "bici*", "carril", "via", "v*", "verde"]), min_size=1, max_size=3
)


def slow(text: str, words: Lexicon) -> list[tuple[int, int, int]]:
    """Find mentions the obvious way: every term at every place, then throw out."""
    tokens = [fold(each) for each in text.split()]

    def spans(terms: tuple[Term, ...]) -> list[tuple[str, int, int, Term]]:
        return [
            (term.concept, i, i + len(term.words), term)
            for term in terms
            for i in range(len(tokens) - len(term.words) + 1)
            if all(
                token.startswith(word[:-1]) if word.endswith("*") else token == word
                for token, word in zip(tokens[i:], term.words, strict=False)
            )
        ]

    hidden = spans(words.excluded)
    open_ = [
        s
        for s in spans(words.terms)
        if not any(h[0] == s[0] and h[1] < s[2] and s[1] < h[2] for h in hidden)
    ]

    def rank(term: Term) -> tuple[int, int, tuple[str, ...]]:
        stars = sum(w.endswith("*") for w in term.words)
        return stars, -sum(map(len, term.words)), term.words

    def inside(s: tuple[str, int, int, Term], o: tuple[str, int, int, Term]) -> bool:
        within = o[0] == s[0] and o[1] <= s[1] and s[2] <= o[2] and o is not s
        return within and ((o[1], o[2]) != (s[1], s[2]) or rank(o[3]) < rank(s[3]))

    kept = [s for s in open_ if not any(inside(s, o) for o in open_)]
    return sorted((words.concepts.index(c), i, t.polarity) for c, i, _, t in kept)


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.lists(st.sampled_from(WORDS), max_size=12), min_size=1, max_size=4),
    terms=st.dictionaries(
        st.tuples(st.sampled_from("xy"), TERMS.map(" ".join)),
        st.sampled_from([1, -1]),
        min_size=1,
        max_size=6,
    ),
    excluded=TERMS.map(" ".join),
)
def test_the_array_matcher_finds_what_the_obvious_one_finds(
    texts: list[list[str]], terms: dict[tuple[str, str], int], excluded: str
) -> None:
    concept = next(iter(terms))[0]
    words = lexicon(
        *(f"{c}: {'-' if sign < 0 else ''}{t}" for (c, t), sign in terms.items()),
        excluded=(f"{concept}: {excluded}",),
    )
    joined = [" ".join(each) for each in texts]
    mentions = find_mentions(pl.Series(joined), words)
    ours = list(zip(mentions.text, mentions.concept, mentions.polarity, strict=True))
    theirs = [(row, c, p) for row, text in enumerate(joined) for c, _, p in slow(text, words)]
    assert ours == theirs


def test_the_answer_does_not_depend_on_the_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    words = lexicon("lanes: carril bici", "cycling: bici*", excluded=("cycling: carril bici",))
    texts = pl.Series(["bicis", "", "un carril bici", "bici", "nada", "carril bici y bici"])
    whole = find_mentions(texts, words)
    monkeypatch.setattr(matching, "CHUNK", 2)
    parts = find_mentions(texts, words)
    assert whole.text.tolist() == parts.text.tolist() == [0, 2, 3, 5, 5]
    assert whole.concept.tolist() == parts.concept.tolist()
