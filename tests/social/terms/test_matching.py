from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.social import Lexicon, Term
from fcm.social.terms.matching import Matcher, find_mentions
from fcm.social.terms.tokens import tokenise
from fcm.social.terms.words import Words, split_term, words_of


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


def test_a_term_of_two_concepts_and_one_inside_another_count_for_every_concept() -> None:
    words = lexicon("bikes: carril bici", "roads: carril bici", "cars: -carril", "roads: bici")
    assert found("un carril bici", words) == [("bikes", 1), ("roads", 1), ("cars", -1)]


def test_of_two_phrases_that_cross_both_stand() -> None:
    words = lexicon("roads: via verde", "roads: verde nueva")
    assert found("via verde nueva", words) == [("roads", 1)] * 2


def test_a_word_that_opens_phrases_is_found_alone_and_at_the_end_of_a_text() -> None:
    words = lexicon("metro: metro", "metro: metro de madrid", "trains: de madrid al*")
    assert found("metro de madrid", words) == [("metro", 1)]
    assert found("el metro", words) == [("metro", 1)]
    assert found("metro de", words) == [("metro", 1)]
    assert found("metro de madrid alto", words) == [("metro", 1), ("trains", 1)]


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("🚲", "yo❤️🚲🚲!"),
        ("👩", "👩‍🚒"),
        ("שלום", "«שָׁלוֹם»"),
        ("مدرسه*", "مَدرسهٌ"),
        ("a\u0308rger", "Ärger"),
        ("ärger", "A\u0308RGER"),
    ],
)
def test_terms_of_other_scripts_and_spellings_are_found(term: str, text: str) -> None:
    hits = len(found(text, lexicon(f"x: {term}")))
    assert hits == (2 if term == "🚲" else 1)


def test_a_text_of_a_megabyte_is_searched_like_a_short_one() -> None:
    words = lexicon("lanes: carril bici", "cycling: bici*", "talk: mas*")
    text = "un carril bici. " * 65_000
    mentions = find_mentions(pl.Series([text, "a" * 1_000_000, "más" * 300_000]), words)
    assert len(mentions) == 130_001
    assert mentions.text[-1] == 2


def test_mentions_say_at_which_words_they_stand() -> None:
    batch = words_of(tokenise(pl.Series(["nada", "Un carril-bici, ¡bicis!"])))
    words = lexicon("lanes: carril bici", "cycling: bici*")
    mentions = Matcher(words).find(batch)
    stand = [
        [batch.vocabulary[code] for code in batch.code[a:b]]
        for a, b in zip(mentions.start, mentions.end, strict=True)
    ]
    assert stand == [["carril", "bici"], ["bici"], ["bicis"]]
    assert mentions.text.tolist() == [1, 1, 1]
    assert all((batch.text[mentions.start] == mentions.text).tolist())


def test_a_matcher_finds_the_same_in_every_batch_it_is_used_for() -> None:
    words = lexicon("lanes: carril bici", "cycling: bici*", excluded=("cycling: carril bici",))
    matcher = Matcher(words, "es")
    first, second = (words_of(tokenise(pl.Series([t]))) for t in ("bicis", "un carril bici"))
    before = matcher.find(first)
    assert matcher.find(second).concept.tolist() == [0]
    after = matcher.find(first)
    assert before.concept.tolist() == after.concept.tolist() == [1]


WORDS = ["bici", "bicis", "carril", "via", "verde", "BICI", "Vía", "un", "un.", "bici!"]
TERMS = st.lists(
    st.sampled_from(["bici", "bici*", "b*", "carril", "via", "v*", "verde"]),
    min_size=1,
    max_size=4,
)
Span = tuple[int, int, int, int]


def slow(batch: Words, words: Lexicon) -> list[Span]:
    """Find mentions the obvious way: every term at every place, then throw out."""
    tokens = [batch.vocabulary[code] for code in batch.code]

    def spans(terms: tuple[Term, ...]) -> list[tuple[str, int, int, Term]]:
        return [
            (term.concept, i, i + len(term.words), term)
            for term in terms
            for i in range(len(tokens) - len(term.words) + 1)
            if batch.text[i] == batch.text[i + len(term.words) - 1]
            and all(
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
    rows = [(batch.text[i], words.concepts.index(c), i, j, t.polarity) for c, i, j, t in kept]
    return [(c, p, i, j) for _, c, i, j, p in sorted(rows)]


@settings(max_examples=150, deadline=None)
@given(
    texts=st.lists(st.lists(st.sampled_from(WORDS), max_size=12), min_size=1, max_size=4),
    terms=st.dictionaries(
        st.tuples(st.sampled_from("xyz"), TERMS.map(" ".join)),
        st.sampled_from([1, -1]),
        min_size=1,
        max_size=12,
    ),
    excluded=st.lists(TERMS.map(" ".join), max_size=2),
    cut=st.integers(0, 4),
)
def test_the_matcher_finds_what_the_obvious_one_finds_in_any_batch(
    texts: list[list[str]],
    terms: dict[tuple[str, str], int],
    excluded: list[str],
    cut: int,
) -> None:
    concept = next(iter(terms))[0]
    words = lexicon(
        *(f"{c}: {'-' if sign < 0 else ''}{t}" for (c, t), sign in terms.items()),
        excluded=tuple(f"{concept}: {each}" for each in excluded),
    )
    batch = words_of(tokenise(pl.Series([" ".join(each) for each in texts])))
    matcher = Matcher(words)
    mentions = matcher.find(batch)
    columns = (mentions.concept, mentions.polarity, mentions.start, mentions.end)
    assert list(zip(*(c.tolist() for c in columns), strict=True)) == slow(batch, words)
    assert mentions.text.tolist() == batch.text[mentions.start].tolist()

    joined = pl.Series([" ".join(each) for each in texts], dtype=pl.String)
    parts = [find_mentions(each, words) for each in (joined[:cut], joined[cut:])]
    shift = [0, min(cut, len(texts))]
    rows = [t + s for part, s in zip(parts, shift, strict=True) for t in part.text.tolist()]
    assert rows == mentions.text.tolist()
    assert [c for part in parts for c in part.concept.tolist()] == mentions.concept.tolist()


def test_a_thousand_terms_with_common_words_are_found_where_the_obvious_way_finds_them() -> None:
    names = [f"w{n}" for n in range(40)]
    terms = [f"c{n % 7}: {names[n % 3]} {names[n % 40]} {names[(n * n) % 11]}" for n in range(500)]
    terms += [f"c{n % 7}: {names[n % 3]} {names[(n * 7) % 40]}" for n in range(500)]
    words = lexicon(*terms)
    text = " ".join(names[(n * n + n // 3) % 40] for n in range(400))
    batch = words_of(tokenise(pl.Series([text, text[5:]])))
    mentions = Matcher(words).find(batch)
    columns = (mentions.concept, mentions.polarity, mentions.start, mentions.end)
    rows = list(zip(*(c.tolist() for c in columns), strict=True))
    assert rows == slow(batch, words)
    assert len(rows) > 50
