"""A transfer that rises in steps, with levels and cuts of the modeller's choice."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from fcm.errors import DynamicsError
from fcm.inference.transfer import TIE, Plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["StepFunction"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFunction(Plain):
    """f(x) = the level of the step on which x lies.

    Below the first cut the activation is the first level, between the first and the second cut
    the second level, and so on. Net inputs within 1e-9 of a cut count as equal to it: they give
    the level below the cut, or with `inclusive` the level above it.

    Parameters
    ----------
    levels : tuple of k + 1 floats that never fall, default (0, 0.5, 1)
        Activations. A transfer that falls would turn the signs of the links round.
    cuts : tuple of k rising floats, default (1/3, 2/3)
        Net inputs at which the activation changes.
    inclusive : bool, or tuple of k bools, default False
        Whether a net input equal to a cut gives the level above it, for all cuts or for each.

    Raises
    ------
    DynamicsError
        If a number is not finite, their counts do not fit together, the levels fall, or two cuts
        are closer than 1e-8.

    Examples
    --------
    >>> StepFunction()([0.0, 1 / 3, 0.5, 0.9])
    array([0. , 0. , 0.5, 1. ])
    >>> StepFunction(levels=(-1, 0, 1), cuts=(-0.5, 0.5), inclusive=(False, True))([-0.5, 0.5])
    array([-1.,  1.])
    """

    exact: ClassVar[bool] = True

    levels: tuple[float, ...] = (0.0, 0.5, 1.0)
    cuts: tuple[float, ...] = (1 / 3, 2 / 3)
    inclusive: bool | tuple[bool, ...] = False

    def __post_init__(self) -> None:
        levels, cuts = self._numbers("levels"), self._numbers("cuts")
        if len(levels) != len(cuts) + 1:
            raise DynamicsError(
                f"StepFunction has {len(levels)} levels and {len(cuts)} cuts; expected one level "
                "more than cuts."
            )
        if list(levels) != sorted(levels):
            raise DynamicsError(
                f"StepFunction has levels={levels!r}, which fall; give them from low to high, and "
                "turn the signs of the links instead."
            )
        if any(high - low < 10 * TIE for low, high in pairwise(cuts)):
            raise DynamicsError(
                f"StepFunction has cuts={cuts!r}; expected them to rise by 1e-8 or more."
            )
        inclusive = self.inclusive
        if not isinstance(inclusive, bool):
            try:
                inclusive = tuple(inclusive)
            except TypeError:
                inclusive = ()
            if len(inclusive) != len(cuts) or not all(isinstance(one, bool) for one in inclusive):
                raise DynamicsError(
                    f"StepFunction has inclusive={self.inclusive!r}; expected True, False, or one "
                    f"of them for each of the {len(cuts)} cuts."
                )
        object.__setattr__(self, "levels", levels)
        object.__setattr__(self, "cuts", cuts)
        object.__setattr__(self, "inclusive", inclusive)

    def _numbers(self, what: str) -> tuple[float, ...]:
        given = getattr(self, what)
        try:
            numbers = tuple(float(each) for each in given)
        except (TypeError, ValueError):
            numbers = (math.nan,)
        if not all(map(math.isfinite, numbers)):
            raise DynamicsError(f"StepFunction has {what}={given!r}; expected finite numbers.")
        return numbers

    @property
    def gain(self) -> float:
        """1."""
        return 1.0

    def squash(self, z: NDArray[np.float64]) -> None:
        """Count the cuts below each net input, and look up the level."""
        cuts = np.array(self.cuts)
        cuts += np.where(self.inclusive, -TIE, TIE)
        np.take(np.array(self.levels), np.searchsorted(cuts, z), out=z)
