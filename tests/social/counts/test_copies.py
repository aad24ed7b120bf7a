from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.social.counts.copies import fingerprints
from fcm.social.terms.tokens import tokenise


def prints(*texts: str) -> list[int]:
    number: list[int] = fingerprints(tokenise(pl.Series(texts, dtype=pl.String)))[0].tolist()
    return number


def test_fingerprints_stay_what_they_are_since_ledgers_keep_them() -> None:
    assert prints("Save the park!", "λόγος 🚲", "") == [
        16456514083772897805,
        6037390559106671947,
        0,
    ]


def test_case_links_names_and_marks_do_not_count() -> None:
    texts = [
        "Save the PARK, now",
        "save — the «park» now!!!",
        "@city save the park now https://x.org/a?b",
        ".@city_x save the park (www.y.org) now...",
    ]
    assert len(set(prints(*texts))) == 1


def test_words_their_order_and_pictographs_do_count() -> None:
    texts = [
        "save the park",
        "park the save",
        "save the the park",
        "savethe park",
        "save 🚲",
        "save 🚗",
    ]
    assert len(set(prints(*texts))) == len(texts)


def test_words_are_counted_and_the_rest_is_not() -> None:
    texts = pl.Series(["a b-c 3 🚲 - @d https://e.org", "", "?!"])
    assert fingerprints(tokenise(texts))[1].tolist() == [3, 0, 0]


def test_no_text_has_no_fingerprint() -> None:
    number, words = fingerprints(tokenise(pl.Series([], dtype=pl.String)))
    assert (len(number), len(words)) == (0, 0)


@settings(max_examples=60)
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=8))
def test_a_text_has_the_same_fingerprint_in_every_company(texts: list[str]) -> None:
    assert prints(*texts) == [prints(text)[0] for text in texts]


def test_many_numbered_texts_are_told_apart() -> None:
    texts = pl.Series([f"pothole {i} in street {i % 977}" for i in range(200_000)])
    number, _ = fingerprints(tokenise(texts))
    assert len(np.unique(number)) == len(texts)
