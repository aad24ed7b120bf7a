"""Transfer functions: from a concept's net input to its activation.

A transfer knows neither the map nor the rule that summed the net input. `gain` is the factor that
a rule may fold into its matrix beforehand; `squash` does the rest in place.

The discontinuous transfers count net inputs within `TIE` of their threshold as equal to it, so
that the last bit of a sum, which depends on how many scenarios run side by side, cannot flip a
step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from fcm.errors import DynamicsError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["TIE", "Bivalent", "Saturated", "Sigmoid", "Tanh", "Transfer", "Trivalent"]

TIE = 1e-9


@runtime_checkable
class Transfer(Protocol):
    """What the kernel asks of a transfer function."""

    @property
    def gain(self) -> float:
        """Factor on the net input that is applied before `squash`."""
        ...

    def squash(self, z: NDArray[np.float64]) -> None:
        """Turn net inputs, already multiplied by `gain`, into activations, in place."""
        ...

    def __call__(self, x: ArrayLike) -> NDArray[np.float64]:
        """Return the activation for each net input."""
        ...


class _Plain:
    """A transfer applied to an array, for readers and plots."""

    __slots__ = ()

    def __call__(self: Transfer, x: ArrayLike) -> NDArray[np.float64]:
        """Return the activation for each net input, in the shape of the input."""
        z = np.atleast_1d(np.asarray(x, dtype=np.float64) * self.gain)
        with np.errstate(over="ignore"):
            self.squash(z)
        return z.reshape(np.shape(x))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sigmoid(_Plain):
    """f(x) = 1 / (1 + exp(-slope x)), activations in (0, 1).

    A concept without causes and memory drifts to 0.5.

    Parameters
    ----------
    slope : float above 0, default 1.0
        Steepness. Steeper transfers push activations to 0 and 1 and shrink differences there.

    Raises
    ------
    DynamicsError
        If the slope is not a finite number above 0.

    Examples
    --------
    >>> float(Sigmoid(slope=2)(0.0))
    0.5
    """

    slope: float = 1.0

    def __post_init__(self) -> None:
        _check_slope(self)

    @property
    def gain(self) -> float:
        """Minus the slope: the sign of the exponent is folded in with it."""
        return -self.slope

    def squash(self, z: NDArray[np.float64]) -> None:
        """Return 1 / (1 + exp(z)) in place; an overflow to infinity becomes 0 as it should."""
        np.exp(z, out=z)
        np.add(z, 1.0, out=z)
        np.reciprocal(z, out=z)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tanh(_Plain):
    """f(x) = tanh(slope x), activations in (-1, 1).

    The state 0 is always a fixed point of a map without pushes and clamps.

    Parameters
    ----------
    slope : float above 0, default 1.0

    Raises
    ------
    DynamicsError
        If the slope is not a finite number above 0.

    Examples
    --------
    >>> float(Tanh()(0.0))
    0.0
    """

    slope: float = 1.0

    def __post_init__(self) -> None:
        _check_slope(self)

    @property
    def gain(self) -> float:
        """The slope."""
        return self.slope

    def squash(self, z: NDArray[np.float64]) -> None:
        """Take the hyperbolic tangent in place."""
        np.tanh(z, out=z)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saturated(_Plain):
    """f(x) = x between `low` and `high`, and the nearer bound beyond them.

    Parameters
    ----------
    low, high : float, default 0.0 and 1.0

    Raises
    ------
    DynamicsError
        If `low` is not below `high`, or a bound is not finite.

    Examples
    --------
    >>> Saturated()([-2.0, 0.3, 5.0])
    array([0. , 0.3, 1. ])
    """

    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        if not (_finite(self.low) and _finite(self.high) and self.low < self.high):
            raise DynamicsError(
                f"Saturated has low={self.low!r} and high={self.high!r}; expected finite numbers "
                "with low below high."
            )

    @property
    def gain(self) -> float:
        """1."""
        return 1.0

    def squash(self, z: NDArray[np.float64]) -> None:
        """Clip in place."""
        np.clip(z, self.low, self.high, out=z)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bivalent(_Plain):
    """f(x) = 1 where x > threshold, else 0.

    Net inputs within 1e-9 of the threshold count as equal to it.

    Parameters
    ----------
    threshold : float, default 0.0
    inclusive : bool, default False
        Whether a net input equal to the threshold gives 1. Both conventions are in print.

    Raises
    ------
    DynamicsError
        If the threshold is not finite.

    Examples
    --------
    >>> Bivalent()([-1.0, 0.0, 0.2]), Bivalent(threshold=0.5, inclusive=True)([0.5, 0.4])
    (array([0., 0., 1.]), array([1., 0.]))
    """

    threshold: float = 0.0
    inclusive: bool = False

    def __post_init__(self) -> None:
        if not _finite(self.threshold):
            raise DynamicsError(
                f"Bivalent has threshold={self.threshold!r}; expected a finite number."
            )

    @property
    def gain(self) -> float:
        """1."""
        return 1.0

    def squash(self, z: NDArray[np.float64]) -> None:
        """Compare with the threshold in place."""
        cut = self.threshold - TIE if self.inclusive else self.threshold + TIE
        np.greater(z, cut, out=z, casting="unsafe")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trivalent(_Plain):
    """f(x) = -1 where x < -threshold, 1 where x > threshold, else 0.

    Net inputs within 1e-9 of a cut count as equal to it and give 0.

    Parameters
    ----------
    threshold : float, 0 or more, default 0.0

    Raises
    ------
    DynamicsError
        If the threshold is negative or not finite.

    Examples
    --------
    >>> Trivalent()([-0.4, 0.0, 3.0])
    array([-1.,  0.,  1.])
    """

    threshold: float = 0.0

    def __post_init__(self) -> None:
        if not _finite(self.threshold) or self.threshold < 0:
            raise DynamicsError(
                f"Trivalent has threshold={self.threshold!r}; expected a finite number, 0 or more."
            )

    @property
    def gain(self) -> float:
        """1."""
        return 1.0

    def squash(self, z: NDArray[np.float64]) -> None:
        """Compare with both cuts in place."""
        z[np.abs(z) <= self.threshold + TIE] = 0.0
        np.sign(z, out=z)


def _finite(value: object) -> bool:
    return isinstance(value, int | float | np.number) and math.isfinite(value)


def _check_slope(transfer: Sigmoid | Tanh) -> None:
    if not _finite(transfer.slope) or transfer.slope <= 0:
        raise DynamicsError(
            f"{type(transfer).__name__} has slope={transfer.slope!r}; expected a finite number "
            "above 0."
        )
