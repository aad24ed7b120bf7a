"""Noise on published counts, and a budget that adds up what it has cost.

Two-sided geometric noise hides one author of one period in the counts. It comes after the
threshold of `fcm.social`: which cells are shown still depends on the people in them, so a release
of noisy signals as a whole is *not* differentially private. What the noise does to a decision is
for the map to show.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import PrivacyError
from fcm.evidence import Origin, Panel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.social.counts.aggregates import Signals

__all__ = ["Budget", "BudgetEntry", "NoisySalience", "noisy"]

_SLACK = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetEntry:
    """What one noisy release has cost.

    Parameters
    ----------
    what : str
        Which quantity and span: "salience 2018-01..2018-12".
    epsilon : float
        Spent for each author of each period.
    cells : int
        Most concepts that one author is taken to name in a period.
    scale : float
        ``(cells + 1) / epsilon``; the standard deviation of the noise is about 1.4 times this
        (persons).
    periods : int
        A person who writes in all of them has spent up to ``periods`` times `epsilon`.
    """

    what: str
    epsilon: float
    cells: int
    scale: float
    periods: int


class Budget:
    """How much may be spent on the same posts, and what was.

    A budget is the one thing here that changes: spending from a copy would defeat it.

    Parameters
    ----------
    epsilon : float, above 0
        Most that may be spent in all, for each author of each period.

    Examples
    --------
    >>> budget = Budget(1.0)
    >>> budget
    Budget(0 of 1 spent in 0 releases)
    """

    def __init__(self, epsilon: float) -> None:
        self.epsilon = _positive("the budget", epsilon)
        self._entries: list[BudgetEntry] = []

    @property
    def entries(self) -> tuple[BudgetEntry, ...]:
        """What was spent, in order."""
        return tuple(self._entries)

    @property
    def spent(self) -> float:
        """Sum of what was spent: releases of the same posts add up."""
        return math.fsum(each.epsilon for each in self._entries)

    def spend(self, entry: BudgetEntry) -> None:
        """Write an entry down.

        Raises
        ------
        PrivacyError
            If it would spend more than is left; nothing is spent then.
        """
        left = self.epsilon - self.spent
        if entry.epsilon > left * (1 + _SLACK):
            raise PrivacyError(
                f"{entry.what} would spend {entry.epsilon:.3g}, and {max(left, 0):.3g} of "
                f"{self.epsilon:.3g} is left; more noise (a smaller epsilon) spends less. Every "
                "release of the same posts counts."
            )
        self._entries.append(entry)

    def __repr__(self) -> str:
        return (
            f"Budget({self.spent:.3g} of {self.epsilon:.3g} spent in {len(self._entries)} releases)"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoisySalience:
    """Salience with noise on both counts, and what it has cost.

    Parameters
    ----------
    panel : Panel
        Salience in [0, 1], with confidence lowered for the noise.
    entry : BudgetEntry
    """

    panel: Panel
    entry: BudgetEntry


def noisy(
    signals: Signals,
    *,
    epsilon: float,
    budget: Budget,
    cells: int,
    rng: np.random.Generator | int | None = None,
) -> NoisySalience:
    """Return salience from counts with two-sided geometric noise.

    Whole numbers are added to the distinct authors of every period and of every published cell,
    each with probability proportional to ``exp(-|x| epsilon / (cells + 1))``: an author counts
    once in the total of a period and in at most `cells` of its cells. Counts are then put between
    0 and the total, which costs nothing.

    Parameters
    ----------
    signals : Signals
        Their suppressed cells stay suppressed, and which these are is not protected.
    epsilon : float, above 0
        For each author of each period: their keys change with the period, so their periods are
        not tied together here. Someone who writes in T periods is protected by T times `epsilon`.
    budget : Budget
        Pays before a number is drawn.
    cells : int, at least 1
        Most concepts that one author names in a period. It is your statement, nothing here can
        check it; the number of concepts is always true.
    rng : numpy.random.Generator or int, optional
        Fresh noise unless given. Whoever knows the seed can take the noise
        off, so a seeded generator is for tests, not for privacy.

    Returns
    -------
    NoisySalience
        Confidence is ``n / (n + 20)`` times the share of the variance that is sampling and not
        noise, both from the noisy counts alone.

    Raises
    ------
    PrivacyError
        If epsilon or cells cannot be, or the budget does not reach.

    References
    ----------
    Ghosh, Roughgarden & Sundararajan (2012), doi:10.1137/09076828X.
    Dwork, McSherry, Nissim & Smith (2006), doi:10.1007/11681878_14.

    Examples
    --------
    >>> import numpy as np
    >>> from fcm.social import Signals
    >>> talk = Signals(concepts=["noise"], periods=["2018-01"], every="1mo", active=[400],
    ...                authors=[[120]], valence=[[0.5]], k=10, purpose="noise", basis="law")
    >>> budget = Budget(1.0)
    >>> blurred = noisy(talk, epsilon=0.5, budget=budget, cells=1, rng=np.random.default_rng(7))
    >>> bool(abs(blurred.panel.values[0, 0] - 0.3) < 0.1), budget.spent, blurred.entry.scale
    (True, 0.5, 4.0)
    """
    epsilon = _positive("epsilon", epsilon)
    if isinstance(cells, bool) or not isinstance(cells, int) or cells < 1:
        raise PrivacyError(
            f"cells is {cells!r}; expected the most concepts that one author names in a period, "
            f"for example {len(signals.concepts)}, their number."
        )
    cells = min(cells, max(len(signals.concepts), 1))
    span = f"{signals.periods[0]}..{signals.periods[-1]}" if signals.periods else "no periods"
    entry = BudgetEntry(
        what=f"salience {span}",
        epsilon=epsilon,
        cells=cells,
        scale=(cells + 1) / epsilon,
        periods=len(signals.periods),
    )
    budget.spend(entry)
    rng = np.random.default_rng(rng)
    total = _blurred(signals.active, entry.scale, rng)
    named = _blurred(signals.authors, entry.scale, rng)
    total = np.where(total >= 1, total, np.nan)[:, None]
    salience = np.clip(named, 0, total) / total
    confidence = np.nan_to_num(_confidence(salience, total, entry.scale))
    return NoisySalience(
        panel=Panel(
            periods=signals.periods,
            names=signals.concepts,
            values=salience,
            confidence=confidence,
            origins=dict.fromkeys(signals.concepts, _origin(signals, span, entry)),
        ),
        entry=entry,
    )


def _blurred(
    counts: NDArray[np.float64], scale: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return counts plus the difference of two geometric numbers; NaN stays NaN."""
    stop = -math.expm1(-1 / scale)
    up, down = rng.geometric(stop, (2, *counts.shape))
    blurred: NDArray[np.float64] = counts + (up - down)
    return blurred


def _confidence(
    share: NDArray[np.float64], n: NDArray[np.float64], scale: float
) -> NDArray[np.float64]:
    """Return n / (n + 20), times the share of the variance of a share that is not the noise."""
    alpha = math.exp(-1 / scale)
    noise = 2 * alpha / (1 - alpha) ** 2 * (1 + share**2) / n**2
    middle = (share * n + 1) / (n + 2)
    sampling = middle * (1 - middle) / n
    kept: NDArray[np.float64] = n / (n + 20) * sampling / (sampling + noise)
    return kept


def _origin(signals: Signals, span: str, entry: BudgetEntry) -> Origin:
    return Origin(
        kind="posts",
        source="noisy salience among authors of posts",
        date=span,
        licence=signals.credit,
        note=(
            f"two-sided geometric noise of scale {entry.scale:.3g} on counts of authors (epsilon "
            f"{entry.epsilon:.3g} for an author of a period, {entry.cells} cells); cells of at "
            f"least {signals.k} distinct authors, whose choice is not protected; purpose: "
            f"{signals.purpose}; basis: {signals.basis}"
        ),
    )


def _positive(name: str, value: float) -> float:
    if not (isinstance(value, int | float) and math.isfinite(value) and value > 0):
        raise PrivacyError(f"{name} is {value!r}; expected a number above 0.")
    return float(value)
