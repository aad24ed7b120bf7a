"""Texts of every form have a sentiment, and it is theirs alone."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.errors import EvidenceError
from fcm.social.terms.tokens import tokenise
from fcm.social.tone import LexiconScorer, Scorer, SentimentLexicon, languages, score, sentiment

SPOKEN = {
    "de": ("Der neue Platz ist sehr schön.", "Die Straße ist schrecklich laut."),
    "el": ("Το πάρκο είναι πολύ ωραίο.", "Απαίσιος θόρυβος, κίνδυνος!"),
    "en": ("The new square is lovely.", "The road is terribly dangerous."),
    "es": ("La plaza nueva es muy bonita.", "Qué calle más horrible y sucia."),
    "nl": ("Het nieuwe plein is erg mooi.", "Wat een vreselijke, lelijke straat."),
}


@pytest.mark.parametrize("language", languages())
def test_praise_is_positive_and_complaint_negative(language):
    praise, complaint = sentiment(SPOKEN[language], language=language)
    assert praise > 0.05
    assert complaint < -0.05


@pytest.mark.parametrize(
    ("language", "plain", "turned"),
    [
        ("de", "Das ist gut", "Das ist nicht gut"),
        ("el", "είναι καλός", "δεν είναι καλός"),
        ("en", "it is good", "it isn't good"),
        ("es", "es bonito", "nunca es bonito"),
        ("nl", "dat is mooi", "dat is niet mooi"),
    ],
)
def test_a_negator_turns_the_word_behind_it(language, plain, turned):
    before, after = sentiment([plain, turned], language=language)
    assert before > 0 > after


@pytest.mark.parametrize(
    ("language", "denied", "praised"),
    [
        ("el", "χωρίς καμία ντροπή", "δεν είναι ποτέ καλό"),
        ("es", "sin ningún problema", "nunca hay nada bueno"),
    ],
)
def test_negators_that_agree_turn_a_word_once(language, denied, praised):
    no_blame, no_praise = sentiment([denied, praised], language=language)
    assert no_blame > 0.05
    assert no_praise < -0.05


def test_the_least_is_a_negation_in_dutch_and_at_least_is_none():
    scores = sentiment(
        ["Het minst mooi", "Op zijn minst mooi", "Op z'n minst mooi", "Ten minste mooi", "mooi"],
        language="nl",
    )
    assert scores[0] < -0.05
    assert set(scores[1:].tolist()) == {scores[4]}


@pytest.mark.parametrize(
    ("language", "plain", "with_it"),
    [
        ("el", "καλό", "πλέον καλό"),  # by now
        ("es", "es bonito", "que bonito"),  # that, how
        ("es", "ambiente limpio", "medio ambiente limpio"),  # not half
        ("nl", "mooi", "wat mooi"),  # how, what, somewhat
    ],
)
def test_a_word_of_many_meanings_is_no_word_of_degree(language, plain, with_it):
    before, after = sentiment([plain, with_it], language=language)
    assert before == after > 0


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Es fällt Regen an der Front"),  # not "rege", "fronen"
        ("el", "Αυτός θέλει μόνο να πάει, ε"),
        ("el", "αυτή αυτό αυτοί αυτές αυτά τέτοιο"),
        ("es", "Dicho perro le dio la mano"),  # not "maño"
        ("es", "sería de aquí si fuera"),  # not "seria", "sí"
        ("nl", "Waar naar toe? Net eens gemaakt, het laatste"),
    ],
)
def test_a_word_is_not_taken_for_one_that_is_written_alike(language, text):
    plain = "θέλει" if "θέλει" in text else ""
    assert sentiment([text], language=language) == sentiment([plain], language=language)


@pytest.mark.parametrize(
    ("language", "praise", "blame"),
    [("nl", "Super!", "De dienst is matig"), ("de", "wunderbar", "Der Service ist mäßig")],
)
def test_a_judgement_is_not_lost_to_a_word_of_degree(language, praise, blame):
    good, bad = sentiment([praise, blame], language=language)
    assert good > 0.05
    assert bad < -0.05


@pytest.mark.parametrize(
    ("language", "plain", "raised", "lowered"),
    [
        ("de", "ein schöner Tag", "ein sehr schöner Tag", "ein etwas schöner Tag"),
        ("el", "ωραίος", "πολύ ωραίος", "λίγο ωραίος"),
        ("es", "una calle bonita", "una calle muy bonita", "una calle algo bonita"),
        ("nl", "een mooi plein", "een heel mooi plein", "een beetje mooi plein"),
    ],
)
def test_words_of_degree_raise_and_lower(language, plain, raised, lowered):
    between, high, low = sentiment([plain, raised, lowered], language=language)
    assert high > between > low > 0


def test_what_stands_behind_a_word_of_contrast_weighs_more():
    before, behind = sentiment(
        ["mooi plan maar lelijk plein", "lelijk plein maar mooi plan"], language="nl"
    )
    assert before < behind


def test_greek_does_not_depend_on_accents_or_case():
    scores = sentiment(["ωραίος", "ωραιος", "ΩΡΑΊΟΣ", "ΩΡΑΙΟΣ"], language="el")
    assert scores[0] > 0
    assert set(scores.tolist()) == {scores[0]}


def test_german_umlauts_matter():
    beautiful, already = sentiment(["schön", "schon"], language="de")
    assert beautiful > 0
    assert already == 0


@pytest.mark.parametrize("language", languages())
def test_pictographs_count_in_every_language(language):
    laughing, heart, glued, angry = sentiment(["😂", "❤️", "x😂x", "😠"], language=language)
    assert laughing > 0
    assert heart > 0
    assert glued > 0
    assert angry < 0


@pytest.mark.parametrize("language", languages())
def test_faces_of_punctuation_count_in_every_language(language):
    assert sentiment([":)", ":("], language=language).tolist() == [0.4588, -0.4404]


def test_words_that_a_mark_glues_together_are_read_outside_english():
    glued, apart = sentiment(["mooi,lelijk...prachtig", "mooi, lelijk... prachtig"], language="nl")
    assert glued == apart != 0


def test_addresses_and_handles_have_no_sentiment_outside_english():
    assert not sentiment(["@mooi", "https://mooi.nl/mooi", "mooi@mooi.nl"], language="nl").any()


@pytest.mark.parametrize("language", languages())
def test_texts_of_any_form_have_a_value(language):
    odd = [
        "",
        " \n\t ",
        "...!?",
        "!" * 1000,
        "مرحبا بالعالم",
        "\u200f\u202eשלום",
        "a" * 1_000_000,
        "\x1c",
    ]
    assert sentiment(odd, language=language).tolist() == [0.0] * len(odd)
    assert sentiment([], language=language).shape == (0,)


def test_a_text_of_a_megabyte_is_scored():
    long = "good, really good :) " * 50_000
    assert sentiment([long, "good"], language="en").tolist() == [1.0, 0.4404]


def test_halves_of_characters_are_read_over():
    assert sentiment(["good \ud83d plan", "good"], language="en").tolist() == [0.4404, 0.4404]


def test_a_single_text_is_refused():
    with pytest.raises(EvidenceError, match="one text"):
        sentiment("good", language="en")


def test_a_language_without_a_lexicon_has_no_value():
    assert np.isnan(sentiment(["bon", ""], language="fr")).all()
    assert sentiment(["good"], language="en-GB")[0] > 0


DUTCH = ("goed", "slecht", "niet", "heel", "maar", "GOED", "x,mooi", "@goed", "😂", "❤️", ":)", "!")
ENGLISH = ("no", "not", "good", "but", "BAD", "kind", "of", "?")
pieces = st.sampled_from((*DUTCH, *ENGLISH))
texts = st.one_of(st.lists(pieces, max_size=9).map(" ".join), st.text(max_size=30))


@settings(max_examples=25)
@given(st.lists(texts, min_size=1, max_size=6), st.sampled_from(languages()))
def test_a_text_alone_has_the_value_it_has_among_others(batch, language):
    together = sentiment(batch, language=language)
    alone = [sentiment([text], language=language)[0] for text in batch]
    assert together.tolist() == alone
    assert sentiment(batch[::-1], language=language)[::-1].tolist() == alone
    assert (np.abs(together) <= 1).all()


def test_the_shipped_scorer_is_a_scorer_and_equals_sentiment():
    texts = pl.Series(["Mooi plein!", "niet mooi"])
    scorer = LexiconScorer()
    assert isinstance(scorer, Scorer)
    tokens = tokenise(texts)
    expected = sentiment(texts, language="nl").tolist()
    assert scorer.score(tokens, texts, "nl").tolist() == expected
    assert score(tokens, SentimentLexicon.shipped("nl")).tolist() == expected
    assert np.isnan(scorer.score(tokens, texts, "fr")).all()
