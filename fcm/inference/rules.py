"""Inference rules: how a concept's net input is summed from the state before.

Every rule here is linear before its transfer, so it folds into one affine map of the state,
``net = A M + b``; the kernel knows only M and b. Rules that look at the state once more are in
`certainty`, `quasi` and `update`. Rows of a weight matrix are causes, columns effects.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

import numpy as np

from fcm.errors import DynamicsError
from fcm.inference.forms.by_concept import ByConcept, checked, in_order, settled
from fcm.inference.transfer import Sigmoid, parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fcm.inference.forms.by_concept import Settled
    from fcm.inference.transfer import Transfer

__all__ = ["Kosko", "ModifiedKosko", "Rescaled", "Rule"]


@runtime_checkable
class Rule(Protocol):
    """What the library asks of an inference rule.

    Any object with these two methods runs; a frozen dataclass is best, because results keep the
    dynamics that made them. A rule that is more than an affine map before a transfer has a third
    method, see `fcm.inference.Updating`. A method ``bind(names)`` returns the rule for a
    map with these concepts, and an attribute ``default_transfer`` is the transfer of dynamics
    that name none.

    Examples
    --------
    A rule of one's own, in which every concept takes the mean of what acts on it:

    >>> @dataclass(frozen=True)
    ... class MeanOfCauses:
    ...     def fold(self, weights):
    ...         causes = (weights != 0).sum(axis=-2, keepdims=True)
    ...         return weights / np.maximum(causes, 1), None
    ...     def check(self, transfer):
    ...         pass
    >>> from fcm import CognitiveMap, Dynamics, Saturated, simulate
    >>> m = CognitiveMap.from_links({("rain", "flood"): 0.8, ("snow melt", "flood"): 0.4})
    >>> dynamics = Dynamics(rule=MeanOfCauses(), transfer=Saturated(), hold_inputs=True)
    >>> simulate(m, dynamics=dynamics)["flood"].round(2)
    array([0.6])
    """

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
    memory : float, tuple of n floats, or mapping of name to float, default 0.0
        How much of its own activation a concept carries over, for all or per concept; concepts
        that a mapping does not name have 0. A self-loop of the map is added to it.

    Raises
    ------
    DynamicsError
        If a memory is not finite; when a map is run, if their number is not the map's.

    References
    ----------
    Kosko, B. (1986). Fuzzy cognitive maps. Int. J. Man-Machine Studies 24, 65-75.
    doi:10.1016/S0020-7373(86)80040-2
    """

    memory: ByConcept = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "memory", _checked_memory("Kosko", self.memory))

    def bind(self, names: Sequence[str]) -> Self:
        """Return the rule with its memories in the order of these concepts."""
        if isinstance(self.memory, float):
            return self
        memory = in_order(self.memory, names, owner="Kosko", what="memory", otherwise=0.0)
        return replace(self, memory=memory)

    def fold(
        self, weights: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
        """Return W + memory on the diagonal, and no constant."""
        return _with_memory(weights, settled(self.memory, owner="Kosko", what="memory")), None

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
    memory : float, tuple of n floats, or mapping of name to float, default 1.0
        For all or per concept; concepts that a mapping does not name have 1.

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

    memory: ByConcept = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "memory", _checked_memory("Rescaled", self.memory))

    def bind(self, names: Sequence[str]) -> Self:
        """Return the rule with its memories in the order of these concepts."""
        if isinstance(self.memory, float):
            return self
        memory = in_order(self.memory, names, owner="Rescaled", what="memory", otherwise=1.0)
        return replace(self, memory=memory)

    def fold(
        self, weights: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
        """Return 2 (W + memory) and minus the column sums of W + memory."""
        matrix = _with_memory(weights, settled(self.memory, owner="Rescaled", what="memory"))
        constant = -matrix.sum(axis=-2)
        matrix *= 2.0
        return matrix, constant

    def check(self, transfer: Transfer) -> None:
        """Accept the sigmoid only."""
        if not all(isinstance(each, Sigmoid) for each in parts(transfer)):
            raise DynamicsError(
                f"the rescaled rule measures activations from 0.5 and needs Sigmoid; got "
                f"{transfer!r}. For tanh use ModifiedKosko: Rescaled with Sigmoid(slope=s) is "
                "ModifiedKosko with Tanh(slope=s / 2) on the scale 2A - 1."
            )


def _checked_memory(rule: str, memory: object) -> ByConcept:
    return checked(
        rule,
        "memory",
        memory,
        expected="a finite number, or one per concept",
        accepts=lambda _: True,
    )


def _with_memory(weights: NDArray[np.float64], memory: Settled) -> NDArray[np.float64]:
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
