"""Suppression: which numbers may not be shown since they, or a difference, stand for too few.

It works on counts of distinct people and knows nothing of posts or concepts. A threshold is not
differential privacy: it does not protect against what an attacker knows from elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["between", "hidden_cells", "suppress"]


def between(counts: NDArray[np.float64] | NDArray[np.int64], k: int) -> NDArray[np.bool_]:
    """Say which counts stand for somebody, but for fewer than `k`."""
    few: NDArray[np.bool_] = (counts > 0) & (counts < k)
    return few


def suppress(
    active: ArrayLike, authors: ArrayLike, *means: ArrayLike, k: int
) -> tuple[NDArray[np.float64], ...]:
    """Return all tables with every cell blanked that stands for too few people.

    Blanked are period totals under `k`, cells under `k`, and cells whose complement (active
    authors who do not name the concept) is 1 to ``k - 1`` people.

    Parameters
    ----------
    active : array_like of shape (T,)
        Distinct authors of the period.
    authors : array_like of shape (T, C)
        Distinct authors who name the concept.
    *means : array_like of shape (T, C)
        Whatever is said of these authors.
    k : int

    Examples
    --------
    >>> active, authors, _ = suppress([40, 9], [[40, 35, 12, 3], [9, 0, 0, 0]], [[0] * 4] * 2, k=10)
    >>> print(active, authors[0])
    [40. nan] [40. nan 12. nan]
    """
    total = np.array(active, dtype=np.float64)
    cells = np.array(authors, dtype=np.float64)
    said = [np.array(each, dtype=np.float64) for each in means]
    hidden = (cells < k) | between(total[:, None] - cells, k)
    for table in (cells, *said):
        table[hidden] = np.nan
    total[total < k] = np.nan
    return total, cells, *said


def hidden_cells(
    counts: NDArray[np.int64], hidden: NDArray[np.bool_], *others: NDArray[np.int64], k: int
) -> NDArray[np.bool_]:
    """Return what must be hidden so that no total less the shown strata stands for too few.

    Where the people of the hidden strata are 1 to ``k - 1`` together, the shown stratum with the
    fewest people is hidden too, and so on; of strata with equally many, the first.

    Parameters
    ----------
    counts : ndarray of int64, shape (S, ...)
        Distinct people of every stratum; nobody stands in two strata.
    hidden : ndarray of bool, shape (S, ...)
        What is hidden for its own sake.
    *others : ndarray of int64, shape (S, ...)
        Further counts that are shown and hidden together with these, such as the people who do
        not name the concept.
    k : int

    Returns
    -------
    ndarray of bool, shape (S, ...)

    Examples
    --------
    >>> counts = np.array([[40], [12], [3]])
    >>> hidden_cells(counts, counts < 10, k=10).ravel().tolist()
    [False, True, True]
    """
    hidden = hidden.copy()
    for _ in range(len(counts)):  # every round hides a stratum, or ends
        open_ = np.zeros(counts.shape[1:], dtype=np.bool_)
        for each in (counts, *others):
            open_ |= between(np.where(hidden, each, 0).sum(axis=0), k)
        open_ &= ~hidden.all(axis=0)
        if not open_.any():
            break
        shown = np.where(hidden, np.iinfo(np.int64).max, counts)
        smallest = np.expand_dims(shown.argmin(axis=0), 0)
        now = np.take_along_axis(hidden, smallest, axis=0) | open_
        np.put_along_axis(hidden, smallest, now, axis=0)
    return hidden
