"""Inference rules: how a concept's net input is summed from the state before.

Every rule here is linear before its transfer, so it folds into one affine map of the state,
``net = A M + b``; the kernel knows only M and b. Rows of a weight matrix are causes, columns
effects.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from fcm.errors import DynamicsError
from fcm.inference.transfer import Sigmoid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.inference.transfer import Transfer

__all__ = ["Kosko", "ModifiedKosko", "Rescaled", "Rule"]


@runtime_checkable
class Rule(Protocol):
    """What the library asks of an inference rule."""

    def fold(
        self, weights: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
        """Return M (..., n, n), a new array, and b (..., n) or None for b = 0."""
        ...

    def check(self, transfer: Transfer) -> None:
        """Raise DynamicsError if the rule makes no sense with this transfer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kosko:
    """A' = f(memory * A + A W).

    Parameters
    ----------
    memory : float, or tuple of n floats, default 0.0
        How much of its own activation a concept carries over, for all or per concept. A self-loop
        of the map is added to it.

    Raises
    ------
    DynamicsError
        If a memory is not finite; when a map is run, if their number is not the map's.

    References
    ----------
    Kosko, B. (1986). Fuzzy cognitive maps. Int. J. Man-Machine Studies 24, 65-75.
    doi:10.1016/S0020-7373(86)80040-2
    """

    memory: float | tuple[float, ...] = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "memory", _checked_memory("Kosko", self.memory))

    def fold(
        self, weights: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
        """Return W + memory on the diagonal, and no constant."""
        return _with_memory(weights, self.memory), None

    def check(self, transfer: Transfer) -> None:
        """Accept every transfer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifiedKosko:
    """A' = f(A + A W), the same as ``Kosko(memory=1)``.

    References
    ----------
    Stylios, C. D., & Groumpos, P. P. (2004). Modeling complex systems using fuzzy cognitive maps.
    IEEE Trans. Systems, Man, and Cybernetics A 34(1), 155-162. doi:10.1109/TSMCA.2003.818878
    """

    def fold(
        self, weights: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
        """Return W + I, and no constant."""
        return _with_memory(weights, 1.0), None

    def check(self, transfer: Transfer) -> None:
        """Accept every transfer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescaled:
    """A' = f((2A - 1)(memory I + W)): activations count from the middle, 0.5, not from 0.

    A concept at 0.5 sends nothing, so a map at 0.5 stays there: 0.5 reads "as today". Only with
    the sigmoid. ``memory=0`` is the centred rule without own memory.

    Parameters
    ----------
    memory : float, or tuple of n floats, default 1.0

    Raises
    ------
    DynamicsError
        If a memory is not finite; when a map is run, if their number is not the map's.

    References
    ----------
    Papageorgiou, E. I. (2011). A new methodology for decisions in medical informatics using fuzzy
    cognitive maps based on fuzzy rule-extraction techniques. Applied Soft Computing 11(1),
    500-513. doi:10.1016/j.asoc.2009.12.010
    """

    memory: float | tuple[float, ...] = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "memory", _checked_memory("Rescaled", self.memory))

    def fold(
        self, weights: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
        """Return 2 (W + memory) and minus the column sums of W + memory."""
        matrix = _with_memory(weights, self.memory)
        constant = -matrix.sum(axis=-2)
        matrix *= 2.0
        return matrix, constant

    def check(self, transfer: Transfer) -> None:
        """Accept the sigmoid only."""
        if not isinstance(transfer, Sigmoid):
            raise DynamicsError(
                f"the rescaled rule measures activations from 0.5 and needs Sigmoid; got "
                f"{transfer!r}. For tanh use ModifiedKosko: Rescaled with Sigmoid(slope=s) is "
                "ModifiedKosko with Tanh(slope=s / 2) on the scale 2A - 1."
            )


def _checked_memory(rule: str, memory: object) -> float | tuple[float, ...]:
    try:
        if isinstance(memory, (int, float, np.number)):
            checked: float | tuple[float, ...] = float(memory)
        else:
            checked = tuple(float(each) for each in memory)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        checked = math.nan
    if not np.isfinite(checked).all():
        raise DynamicsError(
            f"{rule} has memory={memory!r}; expected a finite number, or one per concept."
        )
    return checked


def _with_memory(
    weights: NDArray[np.float64], memory: float | tuple[float, ...]
) -> NDArray[np.float64]:
    n = weights.shape[-1]
    if isinstance(memory, tuple) and len(memory) != n:
        raise DynamicsError(
            f"the rule has {len(memory)} memories, but the map has {n} concepts; give one number, "
            "or one per concept in the map's order."
        )
    matrix = np.array(weights, dtype=np.float64)
    if memory != 0.0:
        diagonal = np.arange(n)
        matrix[..., diagonal, diagonal] += memory
    return matrix
