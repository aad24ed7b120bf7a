from __future__ import annotations

import unicodedata

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.social.terms.tokens import tokenise
from fcm.social.terms.words import BREAK, fold, split_term, words_of


def words_by_text(texts: list[str]) -> list[list[str]]:
    words = words_of(tokenise(pl.Series(texts, dtype=pl.String)))
    out: list[list[str]] = [[] for _ in texts]
    for row, code in zip(words.text, words.code, strict=True):
        out[row].append(words.vocabulary[code])
    return out


def slow(text: str) -> list[str]:
    """Split and fold the obvious way, one character after another."""
    out: list[str] = []
    word = ""
    for token in text.split(" "):
        for place, character in enumerate(token):
            category = unicodedata.category(character)
            letter = category[0] in "LMN" or character == "_"
            if letter:
                word += character
                continue
            out += [fold(word)]
            word = ""
            if category in ("Sc", "So"):
                out += [fold(character)]
            if set(token[place:]) <= set(".!?;:…"):
                out += [BREAK]
                break
        out += [fold(word)]
        word = ""
    return [each for each in out if each]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Carril-bici, ¡YA!", ["carril", "bici", "ya", BREAK]),
        ("e.g. 3.5 m/s", ["e", "g", BREAK, "3", "5", "m", "s"]),
        ("what?! no... (yes.)", ["what", BREAK, "no", BREAK, "yes"]),
        ("auto's #fiets @naam a_b", ["auto", "s", "fiets", "naam", "a_b"]),
        ("20€ 🚲🚲 👩‍🚒", ["20", "€", "🚲", "🚲", "👩", "🚒"]),
        ("❤️ 👍🏽", ["❤", "👍"]),
        ("رَائِع שָׁלוֹם", ["رايع", "שלום"]),
        ("ΛΌΓΟΣ λόγος Straße ﬁn CO₂", ["λογοσ", "λογοσ", "strasse", "fin", "co2"]),
        ("a\nb\u00a0c\u2003d", ["a", "b", "c", "d"]),
        ("", []),
        ("  \n ", []),
        ("\ufe0f ­-", []),
        ("! x", [BREAK, "x"]),
    ],
)
def test_words_are_split_and_folded(text: str, words: list[str]) -> None:
    assert words_by_text([text]) == [words]


def test_an_accent_written_apart_is_the_same_word() -> None:
    assert words_by_text(["más", "ma\u0301s", "MÁS", "MA\u0301S"]) == [["mas"]] * 4


def test_the_vocabulary_is_sorted_and_holds_no_word_that_no_text_has() -> None:
    words = words_of(tokenise(pl.Series(["b a. Á", "c"])))
    assert words.vocabulary == [BREAK, "a", "b", "c"]
    assert sorted(set(words.code.tolist())) == [0, 1, 2, 3]
    assert (words.code.dtype, words.text.dtype) == (np.int32, np.int64)
    assert len(words) == 5


def test_no_texts_have_no_words() -> None:
    words = words_of(tokenise(pl.Series([], dtype=pl.String)))
    assert (len(words), words.vocabulary) == (0, [])


def test_a_text_of_a_megabyte_is_split_like_a_short_one() -> None:
    piece = "Más bomen! 🚲 "
    words = words_of(tokenise(pl.Series([piece * 60_000, "más" * 350_000, "x"])))
    assert np.bincount(words.text).tolist() == [240_000, 1, 1]
    assert words.vocabulary[words.code[-2]] == "mas" * 350_000


# Letters, marks, signs and stops of several scripts; Python and polars agree on all of them.
LETTERS = "abZ_9éÉßΣςά́̈\u0345ªﬁ₂½İıשָׁقَ한각क्षि中"
ALPHABET = st.text(alphabet=LETTERS + "€🚲❤\ufe0f\u200d.!?;:…,-'()#@  ", max_size=30)


@settings(max_examples=200, deadline=None)
@given(st.lists(ALPHABET, max_size=4))
def test_words_are_those_of_the_obvious_way(texts: list[str]) -> None:
    assert words_by_text(texts) == [slow(text) for text in texts]


@settings(max_examples=300, deadline=None)
@given(st.text(min_size=1, max_size=8))
def test_a_fold_is_the_folds_of_the_characters_one_after_another(word: str) -> None:
    assert fold(word) == "".join(map(fold, word))
    assert fold(fold(word)) == fold(word)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(alphabet=LETTERS, min_size=1, max_size=8), min_size=1, max_size=6))
def test_words_of_texts_are_folded_as_words_of_terms(letters: list[str]) -> None:
    folded = [fold(each) for each in letters]
    assert words_by_text(letters) == [[each] if each else [] for each in folded]
    for text, each in zip(letters, folded, strict=True):
        if each:
            assert split_term(text) == (each,)


@settings(max_examples=50, deadline=None)
@given(st.lists(ALPHABET, max_size=6), st.integers(0, 6))
def test_a_text_has_the_same_words_in_any_batch(texts: list[str], cut: int) -> None:
    assert words_by_text(texts) == words_by_text(texts[:cut]) + words_by_text(texts[cut:])


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("Restricción* al tráfico", ("restriccion*", "al", "trafico")),
        ("20€", ("20", "€")),
        ("❤️", ("❤",)),
        ("a_b", ("a_b",)),
        ("auto's", ("auto", "s")),
    ],
)
def test_a_term_is_split_like_a_text_with_stars(term: str, words: tuple[str, ...]) -> None:
    assert split_term(term) == words


@pytest.mark.parametrize(
    ("term", "says"),
    [("", "no word"), ("\ufe0f", "no word"), ("*", "end of a word"), ("a*b", "not inside")],
)
def test_a_term_without_a_word_or_with_a_stray_star_is_refused(term: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        split_term(term)


def test_the_repr_of_words_shows_none() -> None:
    assert repr(words_of(tokenise(pl.Series(["secret words"])))) == "Words(2 words, 2 distinct)"
