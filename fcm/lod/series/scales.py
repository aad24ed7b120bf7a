"""What an indicator's values mean on the scale from 0 to 1; fixed before any scenario is run.

A scale is a value with its own numbers. It is stored with the series that it made, so that a
scenario, a later year or another area is judged by the same scale and cannot move it.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from fcm.errors import EvidenceError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Anchors", "Bounds", "Logistic", "Quantiles", "Scale", "Trapezoid", "Triangle"]


class Scale(Protocol):
    """How values become activations."""

    def degree(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return the activations of values, in [0, 1]; NaN stays NaN."""

    def outside(self, values: ArrayLike) -> int:
        """Return how many values lie where the scale does not tell them apart any more."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Linear between two stated values.

    Parameters
    ----------
    low, high : float
        What 0 and 1 mean, in the unit of the series.

    Raises
    ------
    EvidenceError
        If they are no interval.

    Examples
    --------
    >>> Bounds(20, 60).degree([30, 80])
    array([0.25, 1.  ])
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        _ascending("bounds", (self.low, self.high), names="low, high")

    def degree(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return ``(value - low) / (high - low)``, at least 0 and at most 1."""
        x = np.asarray(values, dtype=float)
        return np.asarray(np.clip((x - self.low) / (self.high - self.low), 0, 1))

    def outside(self, values: ArrayLike) -> int:
        """Return how many values lie below `low` or above `high`."""
        return _beyond(values, self.low, self.high)

    def __str__(self) -> str:
        return f"{self.low:g}..{self.high:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """The values that a policy itself names: where it wants to be, its norm and its alarm.

    The activation is the size of the problem: 0 at the target, 0.5 at the norm, 1 at the alarm,
    linear between them. The three may rise (a pollutant) or fall (green space per head).

    Parameters
    ----------
    target, norm, alarm : float
        In the unit of the series.

    Raises
    ------
    EvidenceError
        If they neither rise nor fall.

    Examples
    --------
    >>> Anchors(target=10, norm=40, alarm=200).degree([10, 25, 40, 120])
    array([0.  , 0.25, 0.5 , 0.75])
    >>> Anchors(target=15, norm=9, alarm=3).degree([12, 3])
    array([0.25, 1.  ])
    """

    target: float
    norm: float
    alarm: float

    def __post_init__(self) -> None:
        given = (self.target, self.norm, self.alarm)
        if not all(math.isfinite(each) for each in given) or not (
            self.target < self.norm < self.alarm or self.target > self.norm > self.alarm
        ):
            raise EvidenceError(
                f"target {self.target:g}, norm {self.norm:g} and alarm {self.alarm:g} are no "
                "scale; expected three finite numbers that rise, or fall, in this order."
            )

    def degree(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return 0 at the target, 0.5 at the norm, 1 at the alarm, linear between them."""
        knots, degrees = (self.target, self.norm, self.alarm), (0.0, 0.5, 1.0)
        if self.target > self.alarm:
            knots, degrees = knots[::-1], degrees[::-1]
        return np.asarray(np.interp(np.asarray(values, dtype=float), knots, degrees))

    def outside(self, values: ArrayLike) -> int:
        """Return how many values lie beyond target or alarm."""
        return _beyond(values, min(self.target, self.alarm), max(self.target, self.alarm))

    def __str__(self) -> str:
        return f"target {self.target:g}, norm {self.norm:g}, alarm {self.alarm:g}"


@dataclass(frozen=True, slots=True)
class Quantiles:
    """The place of a value in a reference population, such as all areas in a base year.

    Parameters
    ----------
    values : tuple of float, ascending
        The population's quantiles at equal steps from 0 to 1; see `Quantiles.of`.

    Raises
    ------
    EvidenceError
        If there are fewer than two different values, or they do not ascend.

    Examples
    --------
    >>> areas = Quantiles.of([12, 15, 18, 21, 40])
    >>> areas.degree([12, 18, 30.5, 99])
    array([0.   , 0.5  , 0.875, 1.   ])
    """

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        given = tuple(float(each) for each in self.values)
        object.__setattr__(self, "values", given)
        fine = all(math.isfinite(each) for each in given) and list(given) == sorted(given)
        if not fine or len(set(given)) < 2:
            raise EvidenceError(
                f"{len(given)} quantiles ({', '.join(f'{each:g}' for each in given[:5])}...) are "
                "no scale; expected ascending finite numbers, at least two of them different."
            )

    @classmethod
    def of(cls, population: ArrayLike, *, steps: int = 100) -> Quantiles:
        """Return the quantiles of a population at `steps` equal steps; NaN are left out.

        Parameters
        ----------
        population : array_like
            The reference: other areas, or a base period. Not the values that are judged, which
            would let them set their own scale.
        steps : int, default 100
            At most as many as the population has intervals.
        """
        x = np.sort(np.asarray(population, dtype=float).ravel())
        x = x[np.isfinite(x)]
        if steps < 1 or x.size < 2:
            raise EvidenceError(
                f"a reference population of {x.size} known values in {steps} steps gives no "
                "quantiles; expected two values and one step at least."
            )
        at = np.linspace(0, 1, min(steps, x.size - 1) + 1)
        return cls(tuple(np.quantile(x, at).tolist()))

    def degree(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return the share of the population below a value, ties counted half."""
        knots, first, count = np.unique(self.values, return_index=True, return_counts=True)
        middle = (first + (count - 1) / 2) / (len(self.values) - 1)
        x = np.asarray(values, dtype=float)
        inside = np.interp(x, knots, middle)
        return np.where(x < knots[0], 0.0, np.where(x > knots[-1], 1.0, inside))

    def outside(self, values: ArrayLike) -> int:
        """Return how many values lie beyond the population."""
        return _beyond(values, self.values[0], self.values[-1])

    def __str__(self) -> str:
        return (
            f"quantiles of a population from {self.values[0]:g} to {self.values[-1]:g} "
            f"(median {np.median(self.values):g})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """A smooth scale: 0.5 at the centre, never quite 0 or 1.

    Parameters
    ----------
    centre, spread : float
        In the unit of the series; `Logistic.of` takes the median and the scaled median absolute
        deviation of a reference population, which outliers do not move.
    slope : float, default 1
        Steepness: at one spread above the centre the activation is ``1 / (1 + exp(-slope))``.

    Raises
    ------
    EvidenceError
        If spread or slope is not positive.

    Examples
    --------
    >>> Logistic(centre=40, spread=10).degree([40, 50]).round(3)
    array([0.5  , 0.731])
    """

    centre: float
    spread: float
    slope: float = 1.0

    def __post_init__(self) -> None:
        good = all(math.isfinite(each) for each in (self.centre, self.spread, self.slope))
        if not (good and self.spread > 0 and self.slope > 0):
            raise EvidenceError(
                f"centre {self.centre:g}, spread {self.spread:g}, slope {self.slope:g} are no "
                "scale; expected finite numbers, spread and slope above 0."
            )

    @classmethod
    def of(cls, population: ArrayLike, *, slope: float = 1.0) -> Logistic:
        """Return the scale of a reference population; NaN are left out.

        Raises
        ------
        EvidenceError
            If more than half of the population have one and the same value, or there is none.
        """
        x = np.asarray(population, dtype=float).ravel()
        x = x[np.isfinite(x)]
        centre = float(np.median(x)) if x.size else math.nan
        spread = 1.4826 * float(np.median(np.abs(x - centre))) if x.size else 0.0
        if spread == 0:
            raise EvidenceError(
                f"a reference population of {x.size} known values has no spread (half of them or "
                "more are the same); state centre and spread, or use lod.Bounds."
            )
        return cls(centre=centre, spread=spread, slope=slope)

    def degree(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return ``1 / (1 + exp(-slope (value - centre) / spread))``."""
        z = self.slope * (np.asarray(values, dtype=float) - self.centre) / self.spread
        return np.asarray(0.5 * (1 + np.tanh(z / 2)))

    def outside(self, values: ArrayLike) -> int:
        """Return how many values lie more than 5 / `slope` spreads from the centre."""
        reach = 5 * self.spread / self.slope
        return _beyond(values, self.centre - reach, self.centre + reach)

    def __str__(self) -> str:
        return f"logistic around {self.centre:g} with spread {self.spread:g}, slope {self.slope:g}"


@dataclass(frozen=True, slots=True)
class Trapezoid:
    """Membership in a fuzzy set: full between two values, none beyond two others.

    Parameters
    ----------
    start, full, fade, end : float, ascending
        Membership is 0 up to `start`, 1 from `full` to `fade`, 0 from `end` on.

    Raises
    ------
    EvidenceError
        If they do not ascend, or all are one value.

    Examples
    --------
    >>> Trapezoid(10, 20, 30, 40).degree([15, 25, 38])
    array([0.5, 1. , 0.2])
    """

    start: float
    full: float
    fade: float
    end: float

    def __post_init__(self) -> None:
        knots = (self.start, self.full, self.fade, self.end)
        good = all(math.isfinite(each) for each in knots) and list(knots) == sorted(knots)
        if not good or self.start == self.end:
            raise EvidenceError(
                f"({', '.join(f'{each:g}' for each in knots)}) is no membership function; "
                "expected finite numbers that ascend."
            )

    def degree(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return the membership of values."""
        x = np.asarray(values, dtype=float)
        rising = _ramp(x, self.start, self.full)
        falling = 1 - _ramp(x, self.fade, self.end)
        inside = (x >= self.full) & (x <= self.fade)
        return np.where(inside, 1.0, np.minimum(rising, falling))

    def outside(self, values: ArrayLike) -> int:
        """Return how many values lie before `start` or behind `end`."""
        return _beyond(values, self.start, self.end)

    def __str__(self) -> str:
        return f"membership ({self.start:g}, {self.full:g}, {self.fade:g}, {self.end:g})"


@dataclass(frozen=True, slots=True)
class Triangle:
    """Membership in a fuzzy set with one peak.

    Parameters
    ----------
    start, peak, end : float, ascending
        Membership is 0 up to `start`, 1 at `peak`, 0 from `end` on.

    Raises
    ------
    EvidenceError
        If they do not ascend, or all are one value.

    Examples
    --------
    >>> Triangle(10, 20, 40).degree([15, 20, 35])
    array([0.5 , 1.  , 0.25])
    """

    start: float
    peak: float
    end: float

    def __post_init__(self) -> None:
        self._trapezoid()

    def degree(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return the membership of values."""
        return self._trapezoid().degree(values)

    def outside(self, values: ArrayLike) -> int:
        """Return how many values lie before `start` or behind `end`."""
        return _beyond(values, self.start, self.end)

    def _trapezoid(self) -> Trapezoid:
        return Trapezoid(self.start, self.peak, self.peak, self.end)

    def __str__(self) -> str:
        return f"membership ({self.start:g}, {self.peak:g}, {self.end:g})"


def _ramp(x: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    if low == high:
        return np.where(np.isnan(x), np.nan, (x >= low).astype(float))
    return np.asarray(np.clip((x - low) / (high - low), 0, 1))


def _ascending(what: str, given: tuple[float, ...], *, names: str) -> None:
    rising = all(a < b for a, b in itertools.pairwise(given))
    if not (rising and all(math.isfinite(each) for each in given)):
        raise EvidenceError(
            f"{what} {given} are no scale; expected finite numbers ({names}), the lower first."
        )


def _beyond(values: ArrayLike, low: float, high: float) -> int:
    x = np.asarray(values, dtype=float)
    return int(((x < low) | (x > high)).sum())
