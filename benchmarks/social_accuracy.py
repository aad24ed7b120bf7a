"""How often the sentiment of single posts is right, by lexicon and by a model of one's own.

    python benchmarks/social_accuracy.py [--data FOLDER]

Prints Markdown tables; takes about half a minute. The folder holds labelled posts as TSV files
with the columns ``label`` (-1, 0, 1) and ``text``; they are other people's posts, so scores are
shown and never a text. A lexicon's label is positive above .05 and negative below -.05. A model is
trained on the posts of one file and measured on another; where there is one file only, by 5-fold
cross-validation within it, which is optimistic for posts of another source.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fcm.social.language import detect
from fcm.social.tone.accuracy import Accuracy
from fcm.social.tone.model import SentimentModel
from fcm.social.tone.scoring import sentiment

SHARED = Path(os.environ.get("FCM_SHARED", Path(__file__).resolve().parents[2] / "shared"))
DATA = SHARED / "data" / "social" / "eval"
NEUTRAL = 0.05
SEED = 0

# Language, posts to measure on, posts to train on (none: cross-validation within the first).
SETS = (
    ("nl", "politwit_nl", None),
    ("de", "umsab_test_de", "umsab_train_de"),
    ("el", "sentimp_el", None),
    ("en", "umsab_test_en", "umsab_train_en"),
    ("en", "sentimp_en", "umsab_train_en"),
    ("en", "tweeteval_test_en", "umsab_train_en"),
    ("es", "umsab_test_es", "umsab_train_es"),
    ("es", "sentimp_es", "umsab_train_es"),
)
SPOKEN = {
    "de": "umsab_test_de",
    "el": "sentimp_el",
    "en": "umsab_test_en",
    "es": "umsab_test_es",
    "nl": "politwit_nl",
}
SHORT = 60  # characters


def labelled(data: Path, name: str) -> tuple[pl.Series, NDArray[np.int64]]:
    table = pl.read_csv(data / f"{name}.tsv", separator="\t", quote_char=None)
    return table["text"], table["label"].to_numpy().astype(np.int64)


def by_lexicon(texts: Iterable[str], language: str) -> NDArray[np.int64]:
    scores = sentiment(texts, language=language)
    return np.where(scores > NEUTRAL, 1, np.where(scores < -NEUTRAL, -1, 0))


def shown(found: Accuracy) -> str:
    return f"{found.macro_f1:.3f} ({found.low:.3f} to {found.high:.3f})"


def sentiment_rows(data: Path) -> Iterator[str]:
    models: dict[str, SentimentModel] = {}
    for language, name, train in SETS:
        texts, labels = labelled(data, name)
        lexicon = Accuracy.of(labels, by_lexicon(texts, language), rng=SEED)
        source = train or name
        if source not in models:
            models[source] = SentimentModel.fit(
                *labelled(data, source), language=language, rng=SEED
            )
        model, how = models[source].accuracy, "5-fold, same source"
        if train:
            model = Accuracy.of(labels, models[source].predict(texts), rng=SEED)
            how = f"{models[source].accuracy.posts:,} of {train}"
        yield (
            f"| {language} | {name} | {len(labels):,} | {shown(lexicon)} | {shown(model)} | {how} |"
        )


def language_rows(data: Path) -> Iterator[str]:
    for language, name in SPOKEN.items():
        texts, _ = labelled(data, name)
        answers = np.array([each or "" for each in detect(texts)])
        told, short = answers != "", (texts.str.len_chars() < SHORT).to_numpy()
        right = answers == language
        brief = told & short
        yield (
            f"| {language} | {len(texts):,} | {1 - told.mean():.1%} | {right[told].mean():.1%} | "
            f"{f'{right[brief].mean():.1%}' if brief.any() else ''} ({brief.sum():,}) |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Accuracy of sentiment and of language detection.")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of labelled posts")
    data = parser.parse_args().data
    missing = sorted(
        {n for row in SETS for n in row[1:] if n and not (data / f"{n}.tsv").is_file()}
    )
    if missing:
        print(f"{data} does not hold {', '.join(missing)} (.tsv); see --data.")
        return
    print("Macro-F1 of three labels with its 95 % interval (bootstrap over posts):\n")
    print("| language | measured on | posts | lexicon | fitted model | trained on |")
    print("|--|--|--|--|--|--|")
    for row in sentiment_rows(data):
        print(row, flush=True)
    print(f"\nLanguage told, of posts with 20 letters or more; short: under {SHORT} characters:\n")
    print("| language | posts | too short to tell | right | right if short (posts) |")
    print("|--|--|--|--|--|")
    for row in language_rows(data):
        print(row, flush=True)


if __name__ == "__main__":
    main()
