"""Screening: whether two series go together for a reason that outlives trend and season.

It looks for reasons to refuse. What it keeps is an association, not a cause, and no weight.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import LearningError
from fcm.learning.guard import Guard, partial_out
from fcm.learning.periods import read_periods

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.evidence import Panel
    from fcm.learning.periods import Periods

__all__ = ["Screening", "screen"]

_GUARD = Guard()
_NOTHING = 1e-9  # a residual below this share of the series is rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What came of screening one pair of series.

    Parameters
    ----------
    source, target : str
    steps : int
        Periods in which both are known.
    levels : float in [-1, 1], or NaN
        Correlation of the two as they are.
    differences : float in [-1, 1], or NaN
        Correlation of their changes between neighbouring periods.
    adjusted : float in [-1, 1], or NaN
        Correlation of what trend and season leave; NaN where that cannot be told.
    p : float in [0, 1], or NaN
        Chance of an `adjusted` as far from 0 between series that have nothing to do with each
        other but are each as sluggish as these.
    kept : bool
        Whether the association outlived every check. It is not a cause.
    reason : str
        Why, in one or two plain sentences.
    """

    source: str
    target: str
    steps: int
    levels: float
    differences: float
    adjusted: float
    p: float
    kept: bool
    reason: str


def screen(
    panel: Panel,
    source: str,
    target: str,
    *,
    guard: Guard = _GUARD,
    min_steps: int = 24,
    level: float = 0.05,
) -> Screening:
    """Return whether an association between two series outlives trend and season, and why not.

    Use it before a correlation becomes an argument. It is refused if too few periods hold both
    series, if the season cannot be told from anything else, if the sign turns once trend and
    season are taken out, or if what is left could be chance.

    Parameters
    ----------
    panel : Panel
        Missing and suppressed cells are NaN and count as unknown.
    source, target : str
    guard : Guard, optional
        What is taken out of both. With `own_lag` the series' sluggishness is counted against the
        association: the number of periods shrinks by (1 - ab) / (1 + ab), where a and b are what
        each one keeps of itself from one period to the next.
    min_steps : int, default 24
        Fewest periods with both known.
    level : float in (0, 1), default 0.05
        Largest p that is kept.

    Raises
    ------
    UnknownConceptError
        If a series is not in the panel.
    LearningError
        If a setting is out of range, or the panel mixes frequencies.

    References
    ----------
    Bartlett, M. S. (1935). Some aspects of the time-correlation problem in regard to tests of
    significance. J. Royal Statistical Society 98(3), 536-543. doi:10.2307/2342284

    Examples
    --------
    >>> import numpy as np
    >>> from fcm import Panel
    >>> t = np.arange(16)
    >>> panel = Panel(periods=[f"{2016 + k // 12}-{k % 12 + 1:02d}" for k in t],
    ...               names=["cycling", "air pollution"],
    ...               values=np.stack([np.cos(t / 1.9), -np.cos(t / 2)], axis=1))
    >>> print(screen(panel, "cycling", "air pollution").reason)
    Only 16 of 16 periods hold both series, fewer than 24; r = -0.97 in levels and -0.97 in
    changes. The season cannot be told from anything else: 16 months are less than two years.
    """
    _check_settings(min_steps, level)
    x, y = panel[source], panel[target]
    rows = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    calendar = read_periods(panel.periods)
    periods = calendar.take(rows)
    a, b = x[rows], y[rows]
    near = np.diff(periods.ordinal) == 1
    levels = _correlation(a, b)
    differences = _correlation(np.diff(a)[near], np.diff(b)[near])
    adjusted, p, why = _adjusted(a, b, periods, guard)
    found = f"r = {levels:+.2f} in levels and {differences:+.2f} in changes"
    if len(rows) < min_steps:
        kept, reason = False, _too_few(panel, source, target, len(rows), min_steps, found)
        if why:
            reason += f" {why[:1].upper()}{why[1:]}."
    elif not math.isfinite(levels):
        kept, reason = False, "One of the two series does not vary, so nothing can be said."
    elif why:
        kept, reason = False, f"{why[:1].upper()}{why[1:]}; {found}."
    else:
        left = f"{adjusted:+.2f} once {_taken(guard)} taken out"
        outcome = f"{found}, but {left}"
        if adjusted * levels < 0:
            kept, reason = False, f"The sign turns: {outcome}. Levels and short run disagree."
        elif not p <= level:
            kept = False
            reason = f"Not told from chance: {outcome} (p = {p:.2g}, {len(rows)} periods)."
        else:
            kept = True
            reason = (
                f"It stays: {found}, and {left} (p = {p:.2g}, {len(rows)} periods). "
                "An association is not a cause."
            )
    return Screening(
        source=source,
        target=target,
        steps=len(rows),
        levels=levels,
        differences=differences,
        adjusted=adjusted,
        p=p,
        kept=kept,
        reason=reason,
    )


def _too_few(panel: Panel, source: str, target: str, steps: int, min_steps: int, found: str) -> str:
    whole = len(panel.periods)
    counts = {name: int(np.isfinite(panel[name]).sum()) for name in (source, target)}
    known = " and ".join(f"{name!r} in {n}" for name, n in counts.items() if n < whole)
    reason = f"Only {steps} of {whole} periods hold both series, fewer than {min_steps}"
    reason += f" (known: {known})" if known else ""
    return f"{reason}; {found if steps >= 3 else 'too few for a correlation'}."


def _check_settings(min_steps: int, level: float) -> None:
    if isinstance(min_steps, bool) or not isinstance(min_steps, int) or min_steps < 3:
        raise LearningError(f"min_steps is {min_steps!r}; expected a whole number, 3 or more.")
    if not 0 < level < 1:
        raise LearningError(f"level is {level!r}; expected a number between 0 and 1.")


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    if len(a) < 3:
        return math.nan
    a, b = a - a.mean(), b - b.mean()
    size = math.sqrt(float(a @ a) * float(b @ b))
    return float(np.clip(a @ b / size, -1, 1)) if size > 0 else math.nan


def _adjusted(
    a: NDArray[np.float64], b: NDArray[np.float64], periods: Periods, guard: Guard
) -> tuple[float, float, str]:
    """Return correlation and p of what the guard leaves, or NaN twice and the reason."""
    if len(a) < 3:
        return math.nan, math.nan, ""
    columns, reason = guard.columns(periods)
    if reason:
        return math.nan, math.nan, reason
    (rest_a, rank), (rest_b, _) = partial_out(columns, a), partial_out(columns, b)
    for before, rest in ((a, rest_a), (b, rest_b)):
        if np.linalg.norm(rest) <= _NOTHING * np.linalg.norm(before):
            return math.nan, math.nan, "trend and season leave nothing of one of the two series"
    r = _correlation(rest_a, rest_b)
    near = np.diff(periods.ordinal) == 1
    shrink = 1.0
    if guard.own_lag:
        kept = _persistence(rest_a, near) * _persistence(rest_b, near)
        shrink = min(1.0, (1 - kept) / (1 + kept))
    # `rank` counts the mean, which an ordinary correlation takes out as well.
    degrees = (len(a) - rank) * shrink - 1
    if degrees < 1:
        return math.nan, math.nan, "too few periods are left after trend and season to judge by"
    return r, _p_value(r, degrees), ""


def _persistence(rest: NDArray[np.float64], near: NDArray[np.bool_]) -> float:
    earlier, later = rest[:-1][near], rest[1:][near]
    size = float(rest @ rest) / len(rest)
    if not near.any() or size == 0:
        return 0.0
    return float(np.clip((earlier @ later) / len(earlier) / size, -0.99, 0.99))


def _p_value(r: float, degrees: float) -> float:
    from scipy.stats import t

    if abs(r) >= 1:
        return 0.0
    return float(2 * t.sf(abs(r) * math.sqrt(degrees / (1 - r * r)), degrees))


def _taken(guard: Guard) -> str:
    parts = ["trend"] * guard.trend + ["season"] * (guard.season is not None)
    return f"{' and '.join(parts) or 'the mean'} {'are' if len(parts) == 2 else 'is'}"
