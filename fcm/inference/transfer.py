"""Transfer functions: from a concept's net input to its activation.

A transfer knows neither the map nor the rule that summed the net input. `gain` is the factor that
a rule may fold into its matrix beforehand; `squash` does the rest in place.

A clamp is not a net input: a concept may be held at a value that its transfer never gives, such as
0 in a map that otherwise runs between -1 and 1.

The discontinuous transfers count net inputs within `TIE` of their threshold as equal to it, so
that the last bit of a sum, which depends on how many scenarios run side by side, cannot flip a
step. Their states come from a finite set, which `exact` says.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from inspect import getattr_static
from typing import TYPE_CHECKING, ClassVar, Protocol, Self, runtime_checkable

import numpy as np

from fcm.errors import DynamicsError
from fcm.inference.forms.by_concept import ByConcept, checked, in_order, settled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "TIE",
    "Bivalent",
    "Plain",
    "Saturated",
    "Sigmoid",
    "Tanh",
    "Transfer",
    "Trivalent",
    "parts",
]

TIE = 1e-9


@runtime_checkable
class Transfer(Protocol):
    """What the library asks of a transfer function.

    Any object with these three members runs. It should be frozen and have ``==``, as a frozen
    dataclass has, because results keep the dynamics that made them. Two more members are looked
    for: a true attribute ``exact`` says that the activations come from a finite set, and a method
    ``bind(names)`` returns the transfer for a map with these concepts.

    Examples
    --------
    A transfer of one's own, x / (1 + abs(x)):

    >>> @dataclass(frozen=True)
    ... class Softsign:
    ...     gain: float = 1.0
    ...     def squash(self, z):
    ...         z /= 1 + np.abs(z)
    ...     def __call__(self, x):
    ...         z = np.array(x, dtype=float)
    ...         self.squash(z)
    ...         return z
    >>> from fcm import CognitiveMap, Dynamics, simulate
    >>> m = CognitiveMap.from_links({("rain", "wet street"): 0.8})
    >>> simulate(m, clamp={"rain": 1}, dynamics=Dynamics(transfer=Softsign()))["wet street"]
    array([0.44444444])
    """

    @property
    def gain(self) -> float | NDArray[np.float64]:
        """Factor on the net input that is applied before `squash`; or one per concept, (n,)."""
        ...

    def squash(self, z: NDArray[np.float64]) -> None:
        """Turn net inputs, already multiplied by `gain`, into activations, in place.

        Parameters
        ----------
        z : ndarray of shape (n, ...)
            One row per concept.
        """
        ...

    def __call__(self, x: ArrayLike) -> NDArray[np.float64]:
        """Return the activation for each net input."""
        ...


def is_transfer(value: object) -> bool:
    """Return whether a value has what `Transfer` asks for, without working out its gain."""
    members = ("gain", "squash", "__call__")
    return not isinstance(value, type) and all(
        getattr_static(value, each, None) is not None for each in members
    )


def parts(transfer: Transfer) -> tuple[Transfer, ...]:
    """Return the transfers that a transfer is made of: itself, or those it gives to concepts."""
    return getattr(transfer, "each", (transfer,))


class Plain:
    """A transfer applied to an array, for readers and plots."""

    __slots__ = ()

    def __call__(self: Transfer, x: ArrayLike) -> NDArray[np.float64]:
        """Return the activation for each net input, in the shape of the input.

        A transfer with a slope per concept takes concepts along the last axis.
        """
        z = np.atleast_1d(np.asarray(x, dtype=np.float64) * self.gain)
        with np.errstate(over="ignore"):
            self.squash(z)
        return z.reshape(np.shape(x)) if z.size == np.size(x) else z


class _Sloped(Plain):
    """A smooth transfer with a slope, for all concepts or for each its own."""

    __slots__ = ()

    slope: ByConcept

    def __post_init__(self) -> None:
        slope = checked(
            type(self).__name__,
            "slope",
            self.slope,
            expected="a finite number above 0, or one per concept",
            accepts=lambda number: number > 0,
        )
        object.__setattr__(self, "slope", slope)

    def bind(self, names: Sequence[str]) -> Self:
        """Return the transfer with its slopes in the order of these concepts."""
        if isinstance(self.slope, float):
            return self
        slope = in_order(self.slope, names, owner=type(self).__name__, what="slope", otherwise=1.0)
        return replace(self, slope=slope)  # type: ignore[type-var]

    def _steepness(self) -> float | NDArray[np.float64]:
        slope = settled(self.slope, owner=type(self).__name__, what="slope")
        return slope if isinstance(slope, float) else np.array(slope)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sigmoid(_Sloped):
    """f(x) = 1 / (1 + exp(-slope x)), activations in (0, 1).

    A concept without causes and memory drifts to 0.5.

    Parameters
    ----------
    slope : float above 0, tuple of n floats, or mapping of name to float, default 1.0
        Steepness, for all concepts or for each its own; concepts that a mapping does not name
        have 1. Steeper transfers push activations to 0 and 1 and shrink differences there.

    Raises
    ------
    DynamicsError
        If a slope is not a finite number above 0; when a map is run, if their number is not the
        map's.

    Examples
    --------
    >>> float(Sigmoid(slope=2)(0.0))
    0.5
    """

    slope: ByConcept = 1.0

    @property
    def gain(self) -> float | NDArray[np.float64]:
        """Minus the slope: the sign of the exponent is folded in with it."""
        return -self._steepness()

    def squash(self, z: NDArray[np.float64]) -> None:
        """Return 1 / (1 + exp(z)) in place; an overflow to infinity becomes 0 as it should."""
        # Positional outputs: for one small map the keyword costs as much as the arithmetic.
        np.exp(z, z)
        np.add(z, 1.0, z)
        np.reciprocal(z, z)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tanh(_Sloped):
    """f(x) = tanh(slope x), activations in (-1, 1).

    The state 0 is always a fixed point of a map without pushes and clamps.

    Parameters
    ----------
    slope : float above 0, tuple of n floats, or mapping of name to float, default 1.0
        For all concepts or for each its own; concepts that a mapping does not name have 1.

    Raises
    ------
    DynamicsError
        If a slope is not a finite number above 0; when a map is run, if their number is not the
        map's.

    Examples
    --------
    >>> float(Tanh()(0.0))
    0.0
    """

    slope: ByConcept = 1.0

    @property
    def gain(self) -> float | NDArray[np.float64]:
        """The slope."""
        return self._steepness()

    def squash(self, z: NDArray[np.float64]) -> None:
        """Take the hyperbolic tangent in place."""
        np.tanh(z, out=z)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saturated(Plain):
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
class Bivalent(Plain):
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

    exact: ClassVar[bool] = True

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
class Trivalent(Plain):
    """f(x) = -1 where x < -threshold, 1 where x > threshold, else 0.

    Net inputs within 1e-9 of a cut count as equal to it. They give 0, or with `inclusive` the
    outer value, -1 or 1. For other levels or cuts see `StepFunction`.

    Parameters
    ----------
    threshold : float, 0 or more, default 0.0
    inclusive : bool, default False
        Whether a net input equal to a cut gives -1 or 1.

    Raises
    ------
    DynamicsError
        If the threshold is negative or not finite, or is 0 and inclusive: then a net input of 0
        would be on both sides.

    Examples
    --------
    >>> Trivalent()([-0.4, 0.0, 3.0]), Trivalent(threshold=0.5, inclusive=True)([-0.5, 0.4])
    (array([-1.,  0.,  1.]), array([-1.,  0.]))
    """

    exact: ClassVar[bool] = True

    threshold: float = 0.0
    inclusive: bool = False

    def __post_init__(self) -> None:
        if not _finite(self.threshold) or self.threshold < 0:
            raise DynamicsError(
                f"Trivalent has threshold={self.threshold!r}; expected a finite number, 0 or more."
            )
        if self.inclusive and self.threshold <= TIE:
            raise DynamicsError(
                f"Trivalent has threshold={self.threshold!r} and is inclusive, so a net input of 0 "
                "would give both -1 and 1; use a threshold above 0, or inclusive=False."
            )

    @property
    def gain(self) -> float:
        """1."""
        return 1.0

    def squash(self, z: NDArray[np.float64]) -> None:
        """Compare with both cuts in place."""
        if self.inclusive:
            z[np.abs(z) < self.threshold - TIE] = 0.0
        else:
            z[np.abs(z) <= self.threshold + TIE] = 0.0
        np.sign(z, out=z)


def _finite(value: object) -> bool:
    return isinstance(value, int | float | np.number) and math.isfinite(value)
