from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.errors import FileError, LearningError, UnsupportedVersionError
from fcm.social.terms.tokens import tokenise
from fcm.social.tone.accuracy import Accuracy
from fcm.social.tone.grams import grams
from fcm.social.tone.model import SentimentModel
from fcm.social.tone.mood import mood_of

GOOD = ("clean", "quiet", "lovely", "friendly", "safe")
BAD = ("dirty", "noisy", "awful", "rude", "dangerous")
FLAT = ("on tuesday", "at nine", "in may", "near the bridge", "number four")
THINGS = ("the park", "our street", "the bus stop", "the desk", "that square")


def labelled() -> tuple[list[str], list[int]]:
    rows = [
        (f"{thing} is {word} @canaryhandle{i}{j} https://canary.example/{i}{j}", label)
        for label, words in ((1, GOOD), (-1, BAD), (0, FLAT))
        for i, word in enumerate(words)
        for j, thing in enumerate(THINGS)
    ]
    return [text for text, _ in rows], [label for _, label in rows]


@pytest.fixture(scope="module")
def model() -> SentimentModel:
    return SentimentModel.fit(*labelled(), language="en", rng=0)


def score(model: SentimentModel, texts: list[str], language: str | None = "en") -> Any:
    series = pl.Series(texts, dtype=pl.String)
    return model.score(tokenise(series), series, language)


def test_a_model_learns_the_words_of_its_labels(model: SentimentModel) -> None:
    assert model.predict(["my road is dirty", "my road is clean"]).tolist() == [-1, 1]
    low, high = score(model, ["my road is dirty", "my road is clean"])
    assert -1 <= low < 0 < high <= 1


def test_another_language_cannot_be_told(model: SentimentModel) -> None:
    assert np.isnan(score(model, ["a", "b"], "nl")).all()
    assert np.isnan(score(model, ["a"], None)).all()
    assert not np.isnan(score(model, ["a"], "en-GB")).any()


def test_texts_without_a_word_get_a_score(model: SentimentModel) -> None:
    found = score(model, ["", " ", "...", "🙂🙂", "שלום עולם", "x " * 300_000])
    assert found.shape == (6,)
    assert (np.abs(found) <= 1).all()
    assert score(model, []).shape == (0,)
    assert model.predict([]).shape == (0,)


def test_the_order_of_labelled_texts_does_not_matter(model: SentimentModel) -> None:
    texts, labels = labelled()
    order = np.random.default_rng(3).permutation(len(texts))
    again = SentimentModel.fit(
        [texts[i] for i in order], [labels[i] for i in order], language="en", rng=0
    )
    assert again.fingerprint == model.fingerprint
    assert again.accuracy == model.accuracy
    assert SentimentModel.fit(texts, labels, language="en").fingerprint == model.fingerprint


@settings(max_examples=25)
@given(st.lists(st.sampled_from([*GOOD, *BAD, "the", "Is!", "@x", "", "🙂"]), max_size=6))
def test_a_score_does_not_depend_on_the_batch(words: list[str]) -> None:
    model = FITTED
    text = " ".join(words)
    alone = score(model, [text])[0]
    assert alone == score(model, ["the park is clean", text, "", "dirty dirty"])[1]


FITTED = SentimentModel.fit(*labelled(), language="en", rng=0)


def test_accuracy_is_said_to_be_optimistic(model: SentimentModel) -> None:
    accuracy = model.accuracy
    assert (accuracy.folds, accuracy.posts) == (5, 75)
    assert 0 <= accuracy.low <= accuracy.macro_f1 <= accuracy.high <= 1
    assert "optimistic" in str(accuracy)
    assert "75 posts" in str(accuracy)


def test_labels_that_say_nothing_give_an_accuracy_near_chance() -> None:
    texts, labels = labelled()
    shuffled = np.random.default_rng(0).permutation(labels)
    assert SentimentModel.fit(texts, shuffled, language="en", rng=0).accuracy.macro_f1 < 0.55


@pytest.mark.parametrize(
    "copied",
    [
        lambda text, _: text,
        lambda text, number: f"{text} https://example.org/{number}",
        lambda text, number: f"@someone{number} {text.upper() if number % 2 else text}!",
    ],
    ids=["plain", "with other links", "with other handles and case"],
)
def test_copies_of_a_text_do_not_leak_into_the_accuracy(
    copied: Callable[[str, int], str],
) -> None:
    rng = np.random.default_rng(1)
    words = [f"w{n}" for n in range(400)]
    once = [" ".join(rng.choice(words, 8)) for _ in range(60)]
    texts = [copied(text, number) for number in range(4) for text in once]
    labels = np.tile(rng.choice([-1, 0, 1], 60), 4)
    assert SentimentModel.fit(texts, labels, language="xx", rng=0).accuracy.macro_f1 < 0.5


def test_handles_and_addresses_say_nothing_of_the_mood() -> None:
    texts = ["We met on Tuesday", "@awful @love_you met www.good.example https://bad.example/hate"]
    assert not mood_of(tokenise(pl.Series(texts)), "nl").any()
    assert not mood_of(tokenise(pl.Series(texts)), "en")[:, 1:].any()


def test_words_of_rules_say_nothing_of_the_mood() -> None:
    texts = pl.Series(["naar zeer", "niet heel"])
    assert not mood_of(tokenise(texts), "nl").any()


def test_two_labels_are_enough() -> None:
    texts, labels = labelled()
    rows = [i for i, label in enumerate(labels) if label]
    two = SentimentModel.fit(
        [texts[i] for i in rows], [labels[i] for i in rows], language="en", rng=0
    )
    assert two.classes == (-1, 1)
    assert two.predict(["our square is lovely", "our square is rude"]).tolist() == [1, -1]


def test_a_language_without_a_lexicon_is_told_by_words_alone() -> None:
    finnish = SentimentModel.fit(*labelled(), language="fi", rng=0)
    assert finnish.lexicon == ""
    assert score(finnish, ["the road is dirty"], "fi")[0] < 0


def test_words_of_fewer_than_three_texts_are_dropped() -> None:
    texts, labels = labelled()
    rare = [*texts, "zanzibar", "zanzibar again", "zanzibar again"]
    fitted = SentimentModel.fit(rare, [*labels, 1, 1, 1], language="xx", rng=0)
    _, bucket = grams(tokenise(pl.Series(["zanzibar"])))
    assert bucket[0] not in fitted.buckets
    copied = [*rare, "Zanzibar again!", "zanzibar again https://example.org"]
    fitted = SentimentModel.fit(copied, [*labels, 1, 1, 1, 1, 1], language="xx", rng=0)
    assert bucket[0] not in fitted.buckets
    fitted = SentimentModel.fit(
        [*rare, "zanzibar once more"], [*labels, 1, 1, 1, 1], language="xx", rng=0
    )
    assert bucket[0] in fitted.buckets


def test_a_file_holds_no_word_and_no_handle(model: SentimentModel, tmp_path: Path) -> None:
    written = model.save(tmp_path / "model.json").read_text(encoding="utf-8")
    for word in ("canary", *GOOD, *BAD, "park", "tuesday"):
        assert word not in written
        assert word not in f"{model!r}{model.name}"
    for text in ("@canaryhandle00", "https://canary.example/00", "(@canaryhandle00)"):
        assert len(grams(tokenise(pl.Series([text])))[0]) == 0


def test_a_model_is_read_as_it_was_saved(model: SentimentModel, tmp_path: Path) -> None:
    path = model.save(tmp_path / "model.json")
    again = SentimentModel.read(path)
    assert again.save(tmp_path / "again.json").read_bytes() == path.read_bytes()
    texts = ["our park is lovely", "rude desk", ""]
    assert score(again, texts).tolist() == score(model, texts).tolist()
    assert again.accuracy == model.accuracy


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"format": "other"}, FileError, "no sentiment model"),
        ({"version": 99}, UnsupportedVersionError, "99"),
        ({"lexicon": "0123"}, UnsupportedVersionError, "another sentiment lexicon"),
        ({"weights": [[1.0]]}, FileError, "damaged"),
        ({"buckets": ["a"]}, FileError, "damaged"),
        ({"accuracy": None}, FileError, "damaged"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(
    model: SentimentModel, tmp_path: Path, change: dict[str, Any], error: type, said: str
) -> None:
    path = model.save(tmp_path / "model.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(error, match=said):
        SentimentModel.read(path)


@pytest.mark.parametrize("content", ["", "not json", "[1]"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content)
    with pytest.raises(FileError, match="no sentiment model"):
        SentimentModel.read(path)


@pytest.mark.parametrize(
    ("texts", "labels", "folds", "said"),
    [
        (["a"] * 60, [1] * 59, 5, "60 texts and 59 labels"),
        (["a"] * 49, [1, -1] * 24 + [1], 5, "at least 50"),
        ([f"t{i}" for i in range(60)], [1] * 60, 5, "all labels are 1"),
        ([f"t{i}" for i in range(60)], [2, 1] * 30, 5, "map other scales"),
        ([f"t{i}" for i in range(60)], [1, -1] * 30, 5, "no word stands in 3"),
        ([f"t{i}" for i in range(60)], [1] * 57 + [0] * 3, 5, "fewer than 5 different texts"),
        (["same"] * 30 + ["other"] * 30, [1, -1] * 30, 5, "fewer than 5 different texts"),
        ([f"t{i}" for i in range(60)], [1, -1] * 30, 1, "at least 2"),
    ],
)
def test_labels_from_which_nothing_can_be_learned_are_refused(
    texts: list[str], labels: list[int], folds: int, said: str
) -> None:
    with pytest.raises(LearningError, match=said):
        SentimentModel.fit(texts, labels, language="en", folds=folds)


def test_macro_f1_is_that_of_scikit_learn() -> None:
    from sklearn.metrics import f1_score

    rng = np.random.default_rng(0)
    true, guess = rng.integers(-1, 2, 300), rng.integers(-1, 2, 300)
    found = Accuracy.of(true, guess, rng=1)
    assert found.macro_f1 == pytest.approx(f1_score(true, guess, average="macro"))
    assert found.low < found.macro_f1 < found.high
    assert found == Accuracy.of(true, guess, rng=1)
    with pytest.raises(LearningError, match="300 labels and 299"):
        Accuracy.of(true, guess[1:])


def test_the_interval_is_that_of_drawing_posts_again() -> None:
    from sklearn.metrics import f1_score

    rng = np.random.default_rng(0)
    true = rng.integers(-1, 2, 200)
    guess = np.where(rng.random(200) < 0.6, true, rng.integers(-1, 2, 200))
    drawn = rng.integers(0, 200, (400, 200))
    scores = [f1_score(true[each], guess[each], average="macro") for each in drawn]
    found = Accuracy.of(true, guess, rng=0)
    assert np.percentile(scores, [2.5, 97.5]) == pytest.approx([found.low, found.high], abs=0.02)


@pytest.mark.parametrize(
    ("language", "least"), [("en", (0.57, 0.59)), ("es", (0.53, 0.53)), ("de", (0.60,))]
)
def test_published_sets_are_met_as_well_as_stated(
    shared: Path, language: str, least: tuple[float, ...]
) -> None:
    def load(name: str) -> tuple[pl.Series, Any]:
        path = shared / "data" / "social" / "eval" / f"{name}_{language}.tsv"
        table = pl.read_csv(path, separator="\t", quote_char=None)
        return table["text"], table["label"].to_numpy()

    fitted = SentimentModel.fit(*load("umsab_train"), language=language, rng=0)
    for name, floor in zip(("umsab_test", "sentimp"), least, strict=False):
        texts, labels = load(name)
        assert Accuracy.of(labels, fitted.predict(texts), rng=0).macro_f1 > floor


def test_a_model_without_a_language_counts_for_posts_in_all_and_in_none() -> None:
    texts = pl.Series([f"{word} {n}" for n in range(30) for word in ("bus vies", "bus fijn")])
    model = SentimentModel.fit(texts, [-1, 1] * 30)
    tokens = tokenise(texts)
    for language in ("nl", "en", "", None):
        assert np.sign(model.score(tokens, texts, language)).tolist() == [-1, 1] * 30
    assert "any language" in repr(model)
