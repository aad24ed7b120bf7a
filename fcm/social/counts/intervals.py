"""Intervals: how sure a share or a mean is when it rests on few people.

Authors are taken for a sample of those who might have written, not of the city: no interval says
anything about people who do not write.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["USUAL", "confidence", "shrunk", "wilson"]

# With this many people behind it a value is as good as what is usual for its concept.
USUAL = 20.0


def wilson(
    share: ArrayLike, n: ArrayLike, *, level: float = 0.9
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the score interval of a share, as wide as few people make it.

    For a mean of any quantity in [0, 1] it is conservative, since no such quantity varies more
    than one that is only 0 or 1.

    Parameters
    ----------
    share : array_like, values in [0, 1]
        NaN where it is not known.
    n : array_like, above 0
        Number of people; the effective number where they weigh unequally.
    level : float in (0, 1), default 0.9

    Returns
    -------
    low, high : ndarray
        In [0, 1]; NaN where the share or n is.

    References
    ----------
    Wilson (1927), doi:10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> low, high = wilson([0.5, 0.0], [10, 10], level=0.95)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.237, 0.0], [0.763, 0.278])
    """
    p, size = np.asarray(share, dtype=np.float64), np.asarray(n, dtype=np.float64)
    z = NormalDist().inv_cdf((1 + level) / 2)
    middle = (p + z**2 / (2 * size)) / (1 + z**2 / size)
    half = z / (1 + z**2 / size) * np.sqrt(p * (1 - p) / size + z**2 / (4 * size**2))
    # The ends of a share of 0 or 1 are exact; rounding must not move them past it.
    return np.clip(np.minimum(middle - half, p), 0, 1), np.clip(np.maximum(middle + half, p), 0, 1)


def confidence(n: ArrayLike) -> NDArray[np.float64]:
    """Return ``n / (n + 20)``, 0 where n is NaN.

    Examples
    --------
    >>> confidence([20, np.nan, 180]).tolist()
    [0.5, 0.0, 0.9]
    """
    size = np.nan_to_num(np.asarray(n, dtype=np.float64))
    return size / (size + USUAL)


def shrunk(values: ArrayLike, n: ArrayLike) -> NDArray[np.float64]:
    """Return values drawn towards the mean of their column, the more the fewer people they rest on.

    ``n/(n + 20) value + 20/(n + 20) prior``; the prior is the mean of the column weighted by n.

    Parameters
    ----------
    values : array_like of shape (T, C)
        NaN where not known; stays NaN.
    n : array_like of shape (T, C)

    Examples
    --------
    >>> shrunk([[0.0], [1.0], [np.nan]], [[20], [20], [5]]).ravel().tolist()
    [0.25, 0.75, nan]
    """
    table, size = np.asarray(values, dtype=np.float64), np.asarray(n, dtype=np.float64)
    known = ~(np.isnan(table) | np.isnan(size))
    weight = np.where(known, size, 0.0)
    total = weight.sum(axis=0)
    prior = np.where(known, table, 0.0) * weight
    usual = prior.sum(axis=0) / np.where(total > 0, total, np.nan)
    share = size / (size + USUAL)
    drawn: NDArray[np.float64] = share * table + (1 - share) * usual
    return drawn
