"""Difference in differences of logarithms: one unit against the others, before and after a date.

It knows arrays only: no names, no map, and no opinion on whether a difference is an effect.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["FEWEST_KNOWN", "difference", "level_of_others"]

FEWEST_KNOWN = 0.75
"""Share of the periods of each window that must be known of a unit."""


def level_of_others(others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logarithm of the mean over units, per period, shape (T,).

    Where a unit is missing, the mean of the known ones is divided by the mean of their usual
    levels and multiplied by the mean of everybody's, so that a gap at a high unit does not read as
    a fall. Usual levels are means over the periods in which every unit is known. Without gaps
    this is the plain mean.

    Parameters
    ----------
    others : ndarray of shape (T, u), above 0 or NaN
    """
    known = np.isfinite(others)
    filled = np.where(known, others, 0.0)
    complete = known.all(axis=1)
    if complete.any():
        usual = others[complete].mean(axis=0)
    else:
        usual = filled.sum(axis=0) / np.maximum(1, known.sum(axis=0))
    total, expected = filled.sum(axis=1), (known * usual).sum(axis=1)
    nothing = np.full(len(total), np.nan)
    level = np.divide(total * usual.mean(), expected, out=nothing, where=expected > 0)
    logarithm: NDArray[np.float64] = np.log(level)
    return logarithm


def difference(
    unit: NDArray[np.float64], others: NDArray[np.float64], *, at: int, before: int, after: int
) -> float | None:
    """Return the change of log(unit) - log(mean of others) from before a date to after it.

    None where a window does not fit into the series, or where too little of it is known. Where the
    windows are equally long, a period that is missing in one is left out of the other as well: a
    December known in one year only would bring the season in.

    Parameters
    ----------
    unit : ndarray of shape (T,), above 0 or NaN
    others : ndarray of shape (T, u)
    at : int
        Row of the first period after the date.
    before, after : int
        Number of periods in the two windows.
    """
    if at < before or at + after > len(unit):
        return None
    window = slice(at - before, at + after)
    gap = np.log(unit[window]) - level_of_others(others[window])
    early, late = gap[:before], gap[before:]
    for part in (early, late):
        if np.isfinite(part).mean() < FEWEST_KNOWN:
            return None
    if before == after:
        return float(np.nanmean(late - early))
    return float(np.nanmean(late) - np.nanmean(early))
