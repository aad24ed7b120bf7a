"""How well labels were met, with an interval that says how little a small set can tell.

One figure for all ways to tell sentiment, so that they can be held against each other. It knows
labels only: no texts, and no opinion on how good is good enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import LearningError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Accuracy", "as_labels"]

RESAMPLES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How often labels were met, as macro-F1 with its 95 % interval.

    Parameters
    ----------
    macro_f1 : float in [0, 1]
        Mean over the labels of the harmonic mean of precision and recall.
    low, high : float in [0, 1]
        Bootstrap over posts (percentiles 2.5 and 97.5). It holds the labels for true, and says
        nothing about posts of another source or time.
    posts : int
    folds : int, default 0
        Parts of a cross-validation; 0 if the posts were kept out of training.

    References
    ----------
    Efron (1979), Bootstrap methods: another look at the jackknife, doi:10.1214/aos/1176344552.
    """

    macro_f1: float
    low: float
    high: float
    posts: int
    folds: int = 0

    @classmethod
    def of(
        cls,
        labels: ArrayLike,
        predicted: ArrayLike,
        *,
        folds: int = 0,
        rng: int | np.random.Generator | None = None,
    ) -> Accuracy:
        """Return the accuracy of predicted labels.

        Parameters
        ----------
        labels, predicted : array-like of int, shape (R,), values in {-1, 0, 1}
        folds : int, default 0
            Said in the result.
        rng : int or numpy.random.Generator, optional
            For the interval; the same seed gives the same interval.

        Raises
        ------
        LearningError
            If there are no labels, the numbers differ or a label is not -1, 0 or 1.

        Examples
        --------
        >>> Accuracy.of([1, 1, 0, 0, -1, -1], [1, 1, 0, 1, -1, -1], rng=0).macro_f1.__round__(3)
        0.822
        """
        true, guess = as_labels(labels), as_labels(predicted)
        if len(true) != len(guess) or not len(true):
            raise LearningError(
                f"there are {len(true)} labels and {len(guess)} predictions; expected one "
                "prediction for each label, and at least one."
            )
        cells = np.bincount(3 * (true + 1) + guess + 1, minlength=9)
        # To draw posts again is to draw the nine counts of (label, prediction) again.
        drawn = np.random.default_rng(rng).multinomial(len(true), cells / len(true), RESAMPLES)
        low, high = np.percentile(_macro_f1(drawn), [2.5, 97.5])
        return cls(
            macro_f1=float(_macro_f1(cells[None, :])[0]),
            low=float(low),
            high=float(high),
            posts=len(true),
            folds=folds,
        )

    def __str__(self) -> str:
        found = f"macro-F1 {self.macro_f1:.3f} (95 % interval {self.low:.3f} to {self.high:.3f})"
        if not self.folds:
            return f"{found} on {self.posts:,} posts that were not used for training"
        return (
            f"{found}, {self.folds}-fold cross-validation on {self.posts:,} posts of one source: "
            "optimistic for posts of another source or time"
        )


def as_labels(labels: ArrayLike) -> NDArray[np.int64]:
    """Return labels as whole numbers, (R,).

    Raises
    ------
    LearningError
        If one of them is not -1, 0 or 1.

    Examples
    --------
    >>> as_labels([1.0, -1.0]).tolist()
    [1, -1]
    """
    given = np.asarray(labels)
    if given.ndim != 1 or not np.isin(given, (-1, 0, 1)).all():
        raise LearningError(
            "labels must be a list of -1 (negative), 0 (neutral or mixed) and 1 (positive); map "
            "other scales to these first."
        )
    return given.astype(np.int64)


def _macro_f1(cells: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return macro-F1 of counts (N, 9) [label x prediction], labels without a post left out."""
    table = cells.reshape(-1, 3, 3).astype(np.float64)
    hits = np.einsum("nii->ni", table)
    both = table.sum(axis=1) + table.sum(axis=2)
    seen = table.sum(axis=2) > 0
    score = np.where(seen, 2 * hits / np.maximum(both, 1), 0.0)
    mean: NDArray[np.float64] = score.sum(axis=1) / seen.sum(axis=1)
    return mean
