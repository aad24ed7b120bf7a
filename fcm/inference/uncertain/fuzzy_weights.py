"""Weights known by their bounds: intervals and triangular fuzzy numbers.

Both may stand in place of a `WeightEstimate` in `sample`, where every link is drawn independently,
and in `propagate`, which gives outer bounds without drawing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np

from fcm.errors import EvidenceError
from fcm.frozen import frozen_array
from fcm.map import CognitiveMap

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["IntervalWeights", "TriangularWeights"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class IntervalWeights:
    """Weights of which only a lower and an upper bound are known.

    Drawn, each weight is uniform between its bounds, independently of the others. That is a
    choice, not knowledge; `propagate` needs no such choice.

    Parameters
    ----------
    prior : CognitiveMap
        For the concepts and the limit; its weights are not used.
    low, high : array_like of shape (n, n), values in [-limit, limit]
        Bounds of each weight; equal where a weight is certain, both 0 where there is no link.

    Raises
    ------
    EvidenceError
        If the bounds have another shape, are not finite, lie beyond the map's limit, or `low` is
        above `high`.

    Examples
    --------
    >>> m = CognitiveMap.from_links({("rain", "wet street"): 0.8, ("wet street", "speed"): -0.5})
    >>> known = IntervalWeights.from_links(m, {("rain", "wet street"): (0.6, 1.0)})
    >>> known
    IntervalWeights(3 concepts, 2 links, 1 of them uncertain)
    """

    prior: CognitiveMap
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def __post_init__(self) -> None:
        _check(self, ("low", "high"))

    @classmethod
    def from_links(
        cls, m: CognitiveMap, links: Mapping[tuple[str, str], tuple[float, float]]
    ) -> IntervalWeights:
        """Return bounds for these links; all others keep the map's weight.

        Parameters
        ----------
        m : CognitiveMap
        links : mapping of (cause, effect) to (low, high)
            A pair that is no link of the map becomes one.

        Raises
        ------
        UnknownConceptError
            If a link names a concept that is not in the map.
        EvidenceError
            If something other than two numbers is given for a link.
        """
        return cls(m, *_with_links(m, links, ("low", "high")))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the concepts."""
        return self.prior.names

    @property
    def linked(self) -> NDArray[np.bool_]:
        """True where there is a link, shape (n, n)."""
        return _linked(self)

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """The (cause, effect) pairs that are links, row by row."""
        return _links(self)

    @property
    def uncertain(self) -> NDArray[np.bool_]:
        """True where the bounds differ, shape (n, n)."""
        return _uncertain(self)

    def map(self) -> CognitiveMap:
        """Return the map of the midpoints."""
        return self.prior.with_weights(self.low / 2 + self.high / 2)

    def quantiles(self, shares: ArrayLike) -> NDArray[np.float64]:
        """Return the weights at given quantiles of the uncertain links.

        Parameters
        ----------
        shares : array_like of shape (R, L), values in [0, 1]
            One column per uncertain link, row by row of the matrix.

        Returns
        -------
        ndarray of shape (R, n, n)
        """
        u = np.asarray(shares, dtype=np.float64)
        free = self.uncertain
        low, high = self.low[free], self.high[free]
        return _filled(self, np.clip((1 - u) * low + u * high, low, high))

    def __eq__(self, other: object) -> bool:
        return _equal(self, other)

    def __hash__(self) -> int:
        return _hash(self)

    def __repr__(self) -> str:
        return _told(self)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TriangularWeights:
    """Weights as triangular fuzzy numbers: possible between two bounds, most plausible at a peak.

    Drawn, each weight has the triangular density over its bounds, independently of the others.

    Parameters
    ----------
    prior : CognitiveMap
        For the concepts and the limit; its weights are not used.
    low, peak, high : array_like of shape (n, n), values in [-limit, limit]
        Equal where a weight is certain, all 0 where there is no link.

    Raises
    ------
    EvidenceError
        If a matrix has another shape, is not finite or lies beyond the map's limit, or ``low <=
        peak <= high`` does not hold.

    Examples
    --------
    >>> m = CognitiveMap.from_links({("rain", "wet street"): 0.8})
    >>> known = TriangularWeights.from_links(m, {("rain", "wet street"): (0.4, 0.8, 1.0)})
    >>> known.cut(0.5).low[0, 1].round(3), known.cut(0.5).high[0, 1].round(3)
    (np.float64(0.6), np.float64(0.9))
    """

    prior: CognitiveMap
    low: NDArray[np.float64]
    peak: NDArray[np.float64]
    high: NDArray[np.float64]

    def __post_init__(self) -> None:
        _check(self, ("low", "peak", "high"))

    @classmethod
    def from_links(
        cls, m: CognitiveMap, links: Mapping[tuple[str, str], tuple[float, float, float]]
    ) -> TriangularWeights:
        """Return fuzzy numbers for these links; all others keep the map's weight.

        Parameters
        ----------
        m : CognitiveMap
        links : mapping of (cause, effect) to (low, peak, high)
            A pair that is no link of the map becomes one.

        Raises
        ------
        UnknownConceptError
            If a link names a concept that is not in the map.
        EvidenceError
            If something other than three numbers is given for a link.
        """
        return cls(m, *_with_links(m, links, ("low", "peak", "high")))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the concepts."""
        return self.prior.names

    @property
    def linked(self) -> NDArray[np.bool_]:
        """True where there is a link, shape (n, n)."""
        return _linked(self)

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """The (cause, effect) pairs that are links, row by row."""
        return _links(self)

    @property
    def uncertain(self) -> NDArray[np.bool_]:
        """True where the bounds differ, shape (n, n)."""
        return _uncertain(self)

    def map(self) -> CognitiveMap:
        """Return the map of the peaks."""
        return self.prior.with_weights(self.peak)

    def cut(self, level: float) -> IntervalWeights:
        """Return the weights that are possible to at least this level, from 0 (all) to 1 (peak).

        Raises
        ------
        EvidenceError
            If the level is outside [0, 1].
        """
        if not 0 <= level <= 1:
            raise EvidenceError(f"the level of a cut is {level!r}; expected a number in [0, 1].")
        if level == 0:
            return IntervalWeights(self.prior, self.low, self.high)
        low = np.minimum(self.low + level * (self.peak - self.low), self.peak)
        high = np.maximum(self.high - level * (self.high - self.peak), self.peak)
        return IntervalWeights(self.prior, low, high)

    def quantiles(self, shares: ArrayLike) -> NDArray[np.float64]:
        """Return the weights at given quantiles of the uncertain links.

        Parameters
        ----------
        shares : array_like of shape (R, L), values in [0, 1]
            One column per uncertain link, row by row of the matrix.

        Returns
        -------
        ndarray of shape (R, n, n)
        """
        u = np.asarray(shares, dtype=np.float64)
        free = self.uncertain
        low, peak, high = self.low[free], self.peak[free], self.high[free]
        width, left = high - low, peak - low
        rising = low + np.sqrt(u * width * left)
        falling = high - np.sqrt((1 - u) * width * (high - peak))
        return _filled(self, np.clip(np.where(u * width < left, rising, falling), low, high))

    def __eq__(self, other: object) -> bool:
        return _equal(self, other)

    def __hash__(self) -> int:
        return _hash(self)

    def __repr__(self) -> str:
        return _told(self)


class _Bounded(Protocol):
    @property
    def prior(self) -> CognitiveMap: ...
    @property
    def low(self) -> NDArray[np.float64]: ...
    @property
    def high(self) -> NDArray[np.float64]: ...


def _check(weights: _Bounded, fields: Sequence[str]) -> None:
    prior, kind = weights.prior, type(weights).__name__
    if not isinstance(prior, CognitiveMap):
        raise EvidenceError(
            f"{kind} is built from a map and its bounds; got {type(prior).__name__} as the map."
        )
    n, limit = len(prior), prior.limit
    for what in fields:
        try:
            array = frozen_array(getattr(weights, what))
        except (TypeError, ValueError):
            raise EvidenceError(f"{kind}.{what} must be a matrix of numbers.") from None
        if array.shape != (n, n):
            raise EvidenceError(f"{kind}.{what} has shape {array.shape}; expected ({n}, {n}).")
        bad = ~np.isfinite(array) if limit is None else ~(np.abs(array) <= limit)
        if bad.any():
            i, j = np.argwhere(bad)[0]
            bound = "finite" if limit is None else f"in [-{limit:g}, {limit:g}]"
            raise EvidenceError(
                f"{kind}.{what} of {prior.names[i]!r} -> {prior.names[j]!r} is {array[i, j]}; "
                f"weights of this map must be {bound}."
            )
        object.__setattr__(weights, what, array)
    for lower, upper in pairwise(fields):
        crossed = getattr(weights, lower) > getattr(weights, upper)
        if crossed.any():
            i, j = np.argwhere(crossed)[0]
            told = ", ".join(f"{each} {getattr(weights, each)[i, j]:g}" for each in fields)
            raise EvidenceError(
                f"{kind} of {prior.names[i]!r} -> {prior.names[j]!r} are {told}; expected "
                f"{' <= '.join(fields)}."
            )


def _with_links(
    m: CognitiveMap, links: Mapping[tuple[str, str], Sequence[float]], fields: Sequence[str]
) -> list[NDArray[np.float64]]:
    matrices = [m.weights.copy() for _ in fields]
    for pair, given in links.items():
        if not (isinstance(pair, tuple) and len(pair) == 2):
            raise EvidenceError(f"link {pair!r} is not a (cause, effect) pair of names.")
        i, j = m.index(pair[0]), m.index(pair[1])
        try:
            values = [float(each) for each in given]
        except (TypeError, ValueError):
            values = []
        if len(values) != len(fields):
            raise EvidenceError(
                f"link {pair[0]!r} -> {pair[1]!r} is given as {given!r}; expected "
                f"({', '.join(fields)})."
            )
        for matrix, value in zip(matrices, values, strict=True):
            matrix[i, j] = value
    return matrices


def _linked(weights: _Bounded) -> NDArray[np.bool_]:
    linked: NDArray[np.bool_] = (weights.low != 0) | (weights.high != 0)
    return linked


def _uncertain(weights: _Bounded) -> NDArray[np.bool_]:
    uncertain: NDArray[np.bool_] = weights.low != weights.high
    return uncertain


def _links(weights: _Bounded) -> tuple[tuple[str, str], ...]:
    names = weights.prior.names
    return tuple((names[i], names[j]) for i, j in zip(*np.nonzero(_linked(weights)), strict=True))


def _filled(weights: _Bounded, values: NDArray[np.float64]) -> NDArray[np.float64]:
    filled = np.empty((len(values), *weights.low.shape))
    filled[:] = weights.low
    filled[:, _uncertain(weights)] = values
    return filled


def _arrays(weights: object) -> list[NDArray[np.float64]]:
    return [getattr(weights, each) for each in ("low", "peak", "high") if hasattr(weights, each)]


def _equal(weights: _Bounded, other: object) -> bool:
    if type(other) is not type(weights):
        return False
    return weights.prior == other.prior and all(
        np.array_equal(a, b) for a, b in zip(_arrays(weights), _arrays(other), strict=True)
    )


def _hash(weights: _Bounded) -> int:
    return hash((weights.prior, *[(each + 0.0).tobytes() for each in _arrays(weights)]))


def _told(weights: _Bounded) -> str:
    n, links = len(weights.prior), int(_linked(weights).sum())
    return (
        f"{type(weights).__name__}({n} concept{'s' * (n != 1)}, {links} link{'s' * (links != 1)}, "
        f"{int(_uncertain(weights).sum())} of them uncertain)"
    )
