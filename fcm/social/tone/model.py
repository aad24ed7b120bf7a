"""A sentiment model of one's own: learned from labelled posts of the source it will judge.

A word list gives about the same middling accuracy everywhere; one or two thousand labelled posts
of the same source do clearly better, and posts of another source worse. So nothing trained is
shipped, and a model says how well it did and on what. It keeps numbers for hashed words and pairs
of words, never a word, a text or an author.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.errors import FileError, LearningError, UnsupportedVersionError
from fcm.frozen import frozen_array
from fcm.social.counts.copies import fingerprints
from fcm.social.terms.lexicon import primary_language
from fcm.social.terms.tokens import Tokens, tokenise
from fcm.social.tone.accuracy import Accuracy, as_labels
from fcm.social.tone.grams import BITS, FEWEST_TEXTS, design, frequent, grams, incidence, rarity_of
from fcm.social.tone.mood import FINDINGS, lexicon_of, mood_of
from fcm.table import read_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from numpy.typing import ArrayLike, NDArray
    from scipy.sparse import csr_array

__all__ = ["SentimentModel"]

FORMAT = "fcm-sentiment-model"
VERSION = 1
FEWEST_LABELS = 50
PENALTY = 0.5  # sklearn's C; chosen on validation sets, never on those that are reported


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SentimentModel:
    """A sentiment model fitted on labelled posts; made by `fit` or `read`.

    Parameters
    ----------
    language : str
        Primary tag; the model says nothing of posts in another language. "" if it is for all.
    classes : tuple of int
        Labels that were seen, ascending, out of -1, 0, 1.
    buckets : ndarray of int64, shape (F,)
        Hashed words and pairs of words, ascending, in [0, 2**20).
    rarity : ndarray of shape (F,), at least 1
        One more than the log of texts by those that hold the word (inverse document frequency).
    weights : ndarray of shape (F + 4, len(classes))
        Log-odds by hashed word; the last four rows are those of the shipped sentiment lexicon's
        findings.
    intercept : ndarray of shape (len(classes),)
    accuracy : Accuracy
        Cross-validated, within the source of the labels.
    lexicon : str
        Fingerprint of the shipped sentiment lexicon; "" if there is none for the language.
    """

    language: str
    classes: tuple[int, ...]
    buckets: NDArray[np.int64]
    rarity: NDArray[np.float64]
    weights: NDArray[np.float64]
    intercept: NDArray[np.float64]
    accuracy: Accuracy
    lexicon: str = ""

    def __post_init__(self) -> None:
        buckets = np.array(self.buckets, dtype=np.int64)
        buckets.setflags(write=False)
        object.__setattr__(self, "buckets", buckets)
        object.__setattr__(self, "rarity", frozen_array(self.rarity))
        object.__setattr__(self, "weights", frozen_array(self.weights))
        object.__setattr__(self, "intercept", frozen_array(self.intercept))
        count, labels = len(buckets), len(self.classes)
        if (
            buckets.shape != (count,)
            or self.rarity.shape != (count,)
            or self.weights.shape != (count + FINDINGS, labels)
            or self.intercept.shape != (labels,)
            or not set(self.classes) <= {-1, 0, 1}
            or not (np.diff(buckets, prepend=-1) > 0).all()
            or (buckets >= 1 << BITS).any()
            or not all(np.isfinite(each).all() for each in (self.rarity, self.weights))
        ):
            raise LearningError(
                "buckets, rarity, weights, intercept and classes do not fit together; make models "
                "with SentimentModel.fit() or read()."
            )

    @classmethod
    def fit(
        cls,
        texts: pl.Series | Sequence[str],
        labels: ArrayLike,
        *,
        language: str = "",
        folds: int = 5,
        rng: int | np.random.Generator | None = None,
    ) -> SentimentModel:
        """Return a model fitted on labelled texts, with its cross-validated accuracy.

        Logistic regression on which words and pairs of neighbouring words a text holds, and on
        four findings of the shipped sentiment lexicon, which let it carry over a little to
        other posts. Mentions and addresses are left out, and so is whatever stands in fewer than
        three different texts; texts that differ only in case, marks, links and mentions of accounts
        are copies of one. The same labelled texts give the same model in any order.

        Weights are numbers for hashed words, not words; but who holds the model can try words
        and learn which of them were frequent in the labelled texts. Keep a model of confidential
        texts as confidential as a word count of them.

        Parameters
        ----------
        texts : polars.Series of str or sequence of str, length R
            At least 50; one or two thousand are worth the work.
        labels : array-like of int, shape (R,), values in {-1, 0, 1}
            Negative, neutral or mixed, positive.
        language : str
            Of the texts ("nl"): the model then counts for posts in it only. Without it, or where
            no sentiment lexicon is shipped, words alone have to do, and a model without a
            language counts for posts in all.
        folds : int, at least 2, default 5
            Parts of the cross-validation. Copies of one text stand in one part.
        rng : int or numpy.random.Generator, optional
            For the interval of the accuracy only.

        Raises
        ------
        LearningError
            If numbers of texts and labels differ, there are fewer than 50, a label is not -1, 0 or
            1, all labels are the same, a label has fewer different texts than folds, or no word
            stands in three texts.

        References
        ----------
        Weinberger et al. (2009), Feature hashing for large scale multitask learning,
        doi:10.1145/1553374.1553516.

        Examples
        --------
        >>> texts = [f"{a} {b} {c}" for a in ("the bus was", "my street is", "our park looks")
        ...          for b in ("really", "so", "very") for c in
        ...          ("late", "dirty", "noisy", "clean", "quiet", "lovely")]
        >>> labels = [-1, -1, -1, 1, 1, 1] * 9
        >>> model = SentimentModel.fit(texts, labels, language="en", rng=0)
        >>> model.predict(["your bus is so dirty and noisy"]).tolist()
        [-1]
        """
        import polars as pl

        series = pl.Series("text", texts, dtype=pl.String).fill_null("")
        wanted = as_labels(labels)
        if len(series) != len(wanted):
            raise LearningError(
                f"there are {len(series)} texts and {len(wanted)} labels; expected one label for "
                "each text."
            )
        if len(series) < FEWEST_LABELS:
            raise LearningError(
                f"there are {len(series)} labelled texts; at least {FEWEST_LABELS} are needed, "
                "and a thousand for a model that beats the word list. Label more, or use the "
                "shipped lexicon."
            )
        if folds < 2:
            raise LearningError(f"folds is {folds}; a cross-validation needs at least 2.")
        order = pl.DataFrame({"text": series, "label": wanted}).with_row_index("row")
        rows = order.sort("text", "label")["row"].to_numpy()
        series, wanted = series.gather(rows), wanted[rows]
        tokens = tokenise(series)
        part, first = _parts(tokens, series, wanted, folds)
        text, bucket = grams(tokens)
        columns, column = np.unique(bucket, return_inverse=True)
        held = incidence(text, column, (len(wanted), len(columns)))
        language = primary_language(language)
        mood = mood_of(tokens, language)
        guess = np.zeros_like(wanted)
        for number in range(folds):
            train = part != number
            kept = frequent(held[train & first])
            rarity = rarity_of(held[train][:, kept])
            found = _regression(design(held[train][:, kept], rarity, mood[train]), wanted[train])
            guess[~train] = found.predict(design(held[~train][:, kept], rarity, mood[~train]))
        kept = frequent(held[first])
        if not kept.any():
            raise LearningError(
                f"no word stands in {FEWEST_TEXTS} different texts, so there is nothing to learn "
                "from; label more texts, or texts that are not copies of each other."
            )
        rarity = rarity_of(held[:, kept])
        found = _regression(design(held[:, kept], rarity, mood), wanted)
        weights, intercept = found.coef_.T, found.intercept_
        if len(found.classes_) == 2:  # one column for the second label, none for the first
            weights = np.concatenate([np.zeros_like(weights), weights], axis=1)
            intercept = np.concatenate([[0.0], intercept])
        return cls(
            language=language,
            classes=tuple(int(each) for each in found.classes_),
            buckets=columns[kept],
            rarity=rarity,
            weights=weights,
            intercept=intercept,
            accuracy=Accuracy.of(wanted, guess, folds=folds, rng=rng),
            lexicon=lexicon_of(language),
        )

    @property
    def name(self) -> str:
        """What stands in reports for the way sentiment was told."""
        return f"model fitted on {self.accuracy.posts:,} posts, {self.fingerprint}"

    @property
    def fingerprint(self) -> str:
        """A short hash of what decides scores; equal for equal models."""
        content = _content(self)
        del content["accuracy"]  # its interval is drawn
        text = json.dumps(content, sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()

    def score(
        self,
        tokens: Tokens,
        texts: pl.Series,  # noqa: ARG002
        language: str | None,
    ) -> NDArray[np.float64]:
        """Return the probability of positive less that of negative, for tokens already made.

        Parameters
        ----------
        tokens : Tokens of R texts
        texts : polars.Series of str, length R
            The same texts as written; the tokens say all, so they are not looked at.
        language : str or None
            Of the texts; unless it is the model's, if that has one, every score is NaN.

        Returns
        -------
        ndarray of shape (R,), values in [-1, 1], or NaN
        """
        spoken = "" if language is None else primary_language(language)
        if self.language and spoken != self.language:
            return np.full(len(tokens), np.nan)
        chance = self._chances(tokens)
        signs = np.array(self.classes, dtype=np.float64)
        return np.clip(chance @ signs, -1.0, 1.0)

    def predict(self, texts: pl.Series | Sequence[str]) -> NDArray[np.int64]:
        """Return the most likely label of every text; all texts count as in the model's language.

        Returns
        -------
        ndarray of int64, shape (R,), values in {-1, 0, 1}
            Of equally likely labels the lower.
        """
        import polars as pl

        series = pl.Series("text", texts, dtype=pl.String).fill_null("")
        chance = self._chances(tokenise(series))
        predicted: NDArray[np.int64] = np.array(self.classes, dtype=np.int64)[chance.argmax(axis=1)]
        return predicted

    def save(self, path: str | Path) -> Path:
        """Write the model as JSON and return its path; equal models give equal bytes.

        The file holds hashed words and numbers. See `fit` for what can be learned from it.
        """
        path = Path(path)
        text = json.dumps(_content(self), sort_keys=True, separators=(",", ":"))
        path.write_text(text + "\n", encoding="utf-8", newline="\n")
        return path

    @classmethod
    def read(cls, path: str | Path) -> SentimentModel:
        """Return the model of a file, identical to the one that was saved.

        Raises
        ------
        UnsupportedVersionError
            If the file is of a later release, or its model builds on a sentiment lexicon other
            than the one shipped now.
        FileError
            If the file is no sentiment model.
        """
        return _load(read_text(path), path)

    def _chances(self, tokens: Tokens) -> NDArray[np.float64]:
        """Return the probability of every class, (R, len(classes))."""
        text, bucket = grams(tokens, self.buckets)
        held = incidence(text, bucket, (len(tokens), len(self.buckets)))
        mood = mood_of(tokens, self.language)
        logits = design(held, self.rarity, mood) @ self.weights + self.intercept
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        chance: NDArray[np.float64] = odds / odds.sum(axis=1, keepdims=True)
        return chance

    def __repr__(self) -> str:
        return (
            f"SentimentModel({self.language or 'any language'}, {len(self.buckets):,} hashed words "
            f"and pairs, macro-F1 {self.accuracy.macro_f1:.2f} within its source)"
        )


def _parts(
    tokens: Tokens, texts: pl.Series, labels: NDArray[np.int64], folds: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the fold of every text, by label, and which are not copies of an earlier text."""
    import polars as pl

    order = pl.DataFrame({"text": texts, "label": labels, "copy": fingerprints(tokens)[0]})
    once = order.unique("copy", keep="first", maintain_order=True)
    counts = once["label"].value_counts().sort("label")
    if set(labels.tolist()) - set(counts["label"].to_list()) or counts["count"].min() < folds:  # type: ignore[operator]
        raise LearningError(
            f"a label has fewer than {folds} different texts, one for each fold; label more "
            "texts of the rare label, or leave the label out."
        )
    if counts.height < 2:
        raise LearningError(
            f"all labels are {labels[0]}; a model needs texts of at least two labels."
        )
    hashes = [hashlib.blake2b(each.encode(), digest_size=8).digest() for each in once["text"]]
    once = once.with_columns(hash=pl.Series(hashes)).sort("label", "hash")
    once = once.with_columns(part=pl.int_range(pl.len()).over("label") % folds)
    part = order.join(once.select("copy", "part"), on="copy", how="left", maintain_order="left")
    return part["part"].to_numpy().astype(np.int64), order["copy"].is_first_distinct().to_numpy()


def _regression(design: csr_array, labels: NDArray[np.int64]) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=PENALTY, max_iter=10_000).fit(design, labels)


def _content(model: SentimentModel) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "language": model.language,
        "classes": list(model.classes),
        "lexicon": model.lexicon,
        "accuracy": asdict(model.accuracy),
        "buckets": model.buckets.tolist(),
        "rarity": model.rarity.tolist(),
        "weights": model.weights.tolist(),
        "intercept": model.intercept.tolist(),
    }


def _load(text: str, path: str | Path) -> SentimentModel:
    try:
        content = json.loads(text)
    except ValueError:
        content = None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise FileError(
            "this is no sentiment model; expected a file that SentimentModel.save() wrote.",
            path=path,
        )
    if content.get("version") != VERSION:
        raise UnsupportedVersionError(
            f"the model has version {content.get('version')!r}; this release reads {VERSION}. "
            "Update the library, or fit the model again.",
            path=path,
        )
    try:
        accuracy = Accuracy(**content["accuracy"])
        model = SentimentModel(
            language=str(content["language"]),
            classes=tuple(content["classes"]),
            buckets=content["buckets"],
            rarity=content["rarity"],
            weights=content["weights"],
            intercept=content["intercept"],
            accuracy=accuracy,
            lexicon=str(content["lexicon"]),
        )
    except (KeyError, TypeError, ValueError):
        raise FileError(
            "the sentiment model is damaged: a part is missing or is no number; fit it again.",
            path=path,
        ) from None
    if model.lexicon != lexicon_of(model.language):
        raise UnsupportedVersionError(
            "the model was fitted with another sentiment lexicon than the one shipped with this "
            "release, so its weights do not fit; fit it again on the labelled posts.",
            path=path,
        )
    return model
