"""One concept regressed on its causes, and what that adds to a prior.

It knows arrays: which steps are usable, what a guard leaves of them, how much the rest says. Where
too little is left it returns no information and the reason.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fcm.learning.guard import partial_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.learning.guard import Guard
    from fcm.learning.steps import Series

__all__ = ["FEWEST_DEGREES", "Lesson", "Sides", "lesson", "update"]

FEWEST_DEGREES = 3
"""Degrees of freedom that must be left before a noise variance is estimated at all."""

_NORMAL = 1.959964  # 97.5 % quantile of the normal distribution
_CONSTANT = 1e-9  # a residual below this share of the column is rounding
_LEAST_NOISE = 1e-6  # standard deviation; computed series have rounding, not noise


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Both sides of one concept's regression, for one run.

    Parameters
    ----------
    run : Series
    inputs : ndarray of shape (T, n)
        What each concept sends at each period.
    response : ndarray of shape (T,)
        The net input from its causes that the concept's activation at each period stands for.
    past : ndarray of shape (T,)
        The same with what it keeps of itself: its own past, for the steps that start here.
    """

    run: Series
    inputs: NDArray[np.float64]
    response: NDArray[np.float64]
    past: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What the data say of the weights into one concept.

    Parameters
    ----------
    sources : tuple of int, length k
        The causes that entered the regression.
    weights : ndarray of shape (k,)
        Least-squares weights.
    information : ndarray of shape (k, k)
        Inverse covariance of `weights`, reliability counted in.
    steps : mapping of int to int
        Usable steps per cause that was asked for, entered or not.
    reasons : mapping of int to str
        Why a cause did not enter.
    """

    sources: tuple[int, ...]
    weights: NDArray[np.float64]
    information: NDArray[np.float64]
    steps: dict[int, int]
    reasons: dict[int, str]


def lesson(
    target: int,
    causes: Sequence[int],
    *,
    sides: Sequence[Sides],
    guard: Guard | None,
    reliability: NDArray[np.float64],
) -> Lesson:
    """Return what the steps into one concept say of its causes.

    Causes known in too few steps are left out, the worst known first, until the others have enough
    steps together; their influence then counts as noise.

    Parameters
    ----------
    target : int
    causes : sequence of int
    sides : sequence of Sides
        One per run.
    guard : Guard or None
    reliability : ndarray of shape (n,)
    """
    steps = _counts(causes, sides, guard)
    reasons: dict[int, str] = {}
    kept = sorted(causes)
    for _ in range(len(kept)):
        data = _residuals(kept, sides, guard)
        enough = data.degrees >= FEWEST_DEGREES and not data.reason
        still = [cause for cause, moves in zip(kept, data.varies, strict=True) if not moves]
        if enough and not still:
            break
        if enough:
            reasons |= dict.fromkeys(still, "the source does not vary on its own in these steps")
            kept = [cause for cause in kept if cause not in still]
        else:
            worst = min(kept, key=lambda cause: steps[cause])
            reasons[worst] = _too_few(steps[worst], data.reason if len(kept) == 1 else "")
            kept.remove(worst)
        if not kept:
            break
    if not kept:
        empty = np.zeros((0, 0))
        return Lesson(
            sources=(), weights=np.zeros(0), information=empty, steps=steps, reasons=reasons
        )
    data = _residuals(kept, sides, guard)
    for cause in kept:
        steps[cause] = data.rows
    gram = data.sources.T @ data.sources
    weights = np.asarray(
        np.linalg.lstsq(data.sources, data.response, rcond=None)[0], dtype=np.float64
    )
    rest = data.response - data.sources @ weights
    variance = max(_LEAST_NOISE**2, float(rest @ rest) / data.degrees)
    trust = np.sqrt(reliability[kept] * reliability[target])
    information = gram * np.outer(trust, trust) / (variance * _widening(data.degrees) ** 2)
    return Lesson(
        sources=tuple(kept), weights=weights, information=information, steps=steps, reasons=reasons
    )


def update(
    mean: NDArray[np.float64],
    covariance: NDArray[np.float64],
    weights: NDArray[np.float64],
    information: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and covariance of a normal prior after data; the prior may be singular."""
    values, vectors = np.linalg.eigh(information)
    root = vectors * np.sqrt(np.maximum(0, values))
    spread = covariance @ root
    inner = np.eye(len(values)) + root.T @ spread
    gain = np.linalg.solve(inner, spread.T).T
    after = covariance - gain @ spread.T
    return mean + gain @ (root.T @ (weights - mean)), (after + after.T) / 2


@dataclass(frozen=True, slots=True)
class _Residuals:
    sources: NDArray[np.float64]
    response: NDArray[np.float64]
    varies: NDArray[np.bool_]
    rows: int
    degrees: int
    reason: str = ""


def _usable(side: Sides, causes: Sequence[int], own_lag: bool) -> NDArray[np.intp]:
    starts = side.run.starts
    known = np.isfinite(side.response[starts + 1])
    known &= np.isfinite(side.inputs[starts][:, list(causes)]).all(axis=1)
    if own_lag:
        known &= np.isfinite(side.past[starts])
    return starts[known]


def _counts(causes: Sequence[int], sides: Sequence[Sides], guard: Guard | None) -> dict[int, int]:
    """Return the steps in which each cause and the target are known."""
    own_lag = guard is not None and guard.own_lag
    total = np.zeros(len(causes), dtype=np.int64)
    for side in sides:
        starts = _usable(side, [], own_lag)
        total += np.isfinite(side.inputs[starts][:, list(causes)]).sum(axis=0)
    return {cause: int(count) for cause, count in zip(causes, total, strict=True)}


def _too_few(steps: int, reason: str) -> str:
    if steps == 0:
        return "in no step are both known"
    if reason:
        return reason
    plural = "" if steps == 1 else "s"
    return f"only {steps} usable step{plural}, too few beside trend, season, own past and causes"


def _residuals(causes: Sequence[int], sides: Sequence[Sides], guard: Guard | None) -> _Residuals:
    """Take level, trend and season out run by run, then the own lag over all runs together."""
    own_lag = guard is not None and guard.own_lag
    k = len(causes)
    blocks, rank, rows = [np.zeros((0, k + 1 + own_lag))], 0, 0
    before = np.zeros(k)
    for side in sides:
        starts = _usable(side, causes, own_lag)
        if not len(starts):
            continue
        parts = [side.inputs[starts][:, causes], side.response[starts + 1, None]]
        block = np.hstack([*parts, side.past[starts, None]] if own_lag else parts)
        before += (block[:, :k] ** 2).sum(axis=0)
        rows += len(starts)
        if guard is not None:
            span = int(np.ptp(side.run.periods.ordinal[starts])) + 2
            nuisances, reason = guard.columns(side.run.periods.take(starts + 1), span=span)
            if reason:
                return _Residuals(block, block, np.ones(k, dtype=bool), rows, 0, reason)
            block, taken = partial_out(nuisances, block)
            rank += taken
        blocks.append(block)
    whole = np.vstack(blocks)
    rest, taken = partial_out(whole[:, k + 1 :], whole[:, : k + 1])
    varies = np.sqrt((rest[:, :k] ** 2).sum(axis=0)) > _CONSTANT * np.sqrt(before)
    return _Residuals(rest[:, :k], rest[:, k], varies, rows, rows - rank - taken - k)


def _widening(degrees: int) -> float:
    """Return the factor by which 1.96 spreads hold 95 % although the noise is estimated."""
    from scipy.stats import t

    return float(t.ppf(0.975, degrees)) / _NORMAL if degrees < 10_000 else math.nextafter(1, 2)
