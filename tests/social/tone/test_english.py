"""English sentiment equals that of vaderSentiment."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.social.tone import sentiment

vader = pytest.importorskip("vaderSentiment.vaderSentiment")

SETS = (
    "tweeteval_test_en",
    "tweeteval_val_en",
    "umsab_test_en",
    "umsab_train_en",
    "sentimp_en",
    "vader_tweets_en",
    "vader_amazonReviewSnippets_en",
    "vader_nytEditorialSnippets_en",
)


ANALYZER = vader.SentimentIntensityAnalyzer()


def read(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").split("\n")[1:]
    return [line.split("\t", 1)[1] for line in lines if "\t" in line]


def distance(texts: list[str]) -> np.ndarray:
    theirs = np.array([ANALYZER.polarity_scores(text)["compound"] for text in texts])
    return np.abs(sentiment(texts, language="en") - theirs)


def test_real_texts_without_pictographs_have_the_value_vader_gives(shared):
    texts = [t for name in SETS for t in read(shared / "data/social/eval" / f"{name}.tsv")]
    texts = [t for t in texts[::7] if not any(sign in ANALYZER.emojis for sign in t)]
    assert len(texts) > 4000
    apart = distance(texts)
    assert int((apart > 1e-4).sum()) == 0


def test_real_texts_with_pictographs_are_within_a_twentieth(shared):
    texts = read(shared / "data/social/eval/tweeteval_test_en.tsv")[::3]
    near = distance(texts) <= 0.05
    assert near.mean() >= 0.99


FEELING = ("good", "great", "bad", "sad", "kind", "no", "doubt", "death", "die", "heart", "stop")
TURNING = ("not", "never", "nor", "without", "isn't", "wouldn't've", "despite", "aint", "rarely")
DEGREE = ("very", "so", "hardly", "kinda", "kind-of", "most", "uber", "slightly", "fucking")
PARTS = (
    "but",
    "this",
    "or",
    "least",
    "at",
    "of",
    "sort",
    "just",
    "enough",
    "the",
    "shit",
    "bomb",
    "bad",
    "ass",
    "badass",
    "bus",
    "yeah",
    "right",
    "kiss",
    "to",
    "for",
    "beating",
    "table",
    "I",
    "a",
)
FACES = (":)", ":(", ":D", "<3", "!", "?", "!!!", "??", "...", "-", "&", "(:")

words = st.one_of(
    st.sampled_from(FEELING),
    st.sampled_from(FEELING),
    st.sampled_from(TURNING),
    st.sampled_from(DEGREE),
    st.sampled_from(PARTS),
    st.sampled_from(FACES),
)
tokens = st.builds(
    lambda word, shape, mark: shape(word) + mark,
    words,
    st.sampled_from([str, str, str, str.upper, str.title]),
    st.sampled_from(["", "", "", "", ",", ".", "!", "?", "'"]),
)
texts = st.builds(
    lambda parts, blank: blank.join(parts),
    st.lists(tokens, max_size=12),
    st.sampled_from([" ", " ", "  ", "\n", "\x1c", "\u00a0"]),
)


@pytest.mark.parametrize(
    "text",
    [
        "The plan is never so good",
        "They were never this good before",
        "It is without doubt good",
        "The least good plan of all",
        "At least it is good, at the very least good",
        "No good, no bad, NO",
        "It is no bad or good plan",
        "We like the kind of people who are kind",
        "It was sort of good and just enough bad",
        "One would say to die for it",
        "We wait at the bus stop now",
        "And then yeah right he said",
        "GOOD plans are VERY good",
        "GOOD PLANS",
        "good but good but bad",
        "good 1.9 fine bad but great great good terrible",
        "good?? good???? good!!!!!!",
        "mustn't've good",
    ],
)
def test_single_rules_are_those_of_vader(text):
    assert distance([text])[0] <= 1e-4


def test_equal_values_around_but_are_changed_as_vader_changes_them():
    # "happy" 2.7 behind "but" becomes 4.05; halves and equals meet one another.
    batch = [
        " ".join(p) for p in (("good", "but", "good"), ("good", "good", "but", "good", "good"))
    ]
    assert distance(batch).max() <= 1e-4


@settings(max_examples=150)
@given(st.lists(texts, min_size=1, max_size=20))
def test_composed_texts_have_the_value_vader_gives(batch):
    apart = distance(batch)
    assert apart.max() <= 1e-4
