"""The certainty neuron: influences are weighed up like evidence for and against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from fcm.errors import DynamicsError
from fcm.inference.forms.by_concept import ByConcept, checked, in_order, settled
from fcm.inference.transfer import TIE, Saturated, Sigmoid, Transfer, parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["CertaintyNeuron"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CertaintyNeuron:
    """A' = f(f_M(A, A W) - decay A), with activations as certainties between -1 and 1.

    f_M joins a concept's own certainty a with the influence s on it as MYCIN joins certainty
    factors: ``a + s - a s`` where both are 0 or above, ``a + s + a s`` where both are 0 or below,
    and ``(a + s) / (1 - min(|a|, |s|))`` where they disagree. Without a transfer of the caller's,
    f clips to [-1, 1]. An influence may sum to more than 1; the formulas are used as they stand
    and f brings the result back.

    Full certainty against full certainty (a = 1, s = -1) has no value in the formula and counts
    as 0, neither for nor against; the divisor is never taken below 1e-9.

    Parameters
    ----------
    decay : float in [0, 1], tuple of n floats, or mapping of name to float, default 0.0
        How much of its own certainty a concept loses in a step, for all or per concept; concepts
        that a mapping does not name have 0. Without decay a certainty that is only ever
        confirmed climbs to 1.

    Raises
    ------
    DynamicsError
        If a decay is outside [0, 1]; with the dynamics, if the transfer goes in steps, or does
        not have its values on both sides of 0, within [-1, 1].

    Examples
    --------
    >>> from fcm import CognitiveMap, Dynamics, simulate
    >>> m = CognitiveMap.from_links({("rain", "wet street"): 0.8})
    >>> dynamics = Dynamics(rule=CertaintyNeuron(decay=0.3))
    >>> simulate(m, initial=[0.5, 0.1], clamp={"rain": 0.5}, dynamics=dynamics).final.round(3)
    array([[0.5  , 0.571]])

    References
    ----------
    Tsadiras, A. K., & Margaritis, K. G. (1997). Cognitive mapping and certainty neuron fuzzy
    cognitive maps. Information Sciences 101(1-2), 109-130. doi:10.1016/S0020-0255(97)00001-7
    """

    decay: ByConcept = 0.0

    default_transfer: ClassVar[Transfer] = Saturated(low=-1.0, high=1.0)

    def __post_init__(self) -> None:
        decay = checked(
            "CertaintyNeuron",
            "decay",
            self.decay,
            expected="a number from 0 to 1, or one per concept",
            accepts=lambda number: 0 <= number <= 1,
        )
        object.__setattr__(self, "decay", decay)

    def bind(self, names: Sequence[str]) -> Self:
        """Return the rule with its decays in the order of these concepts."""
        if isinstance(self.decay, float):
            return self
        decay = in_order(self.decay, names, owner="CertaintyNeuron", what="decay", otherwise=0.0)
        return replace(self, decay=decay)

    def fold(
        self, weights: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
        """Return W and no constant: the rest of the rule is not linear."""
        return np.array(weights, dtype=np.float64), None

    def check(self, transfer: Transfer) -> None:
        """Accept smooth and clipping transfers with values on both sides of 0, within [-1, 1]."""
        for each in parts(transfer):
            fits = not isinstance(each, Sigmoid) and not getattr(each, "exact", False)
            if isinstance(each, Saturated):
                fits = -1 <= each.low < 0 < each.high <= 1
            if not fits:
                raise DynamicsError(
                    f"the certainty neuron joins certainties between -1 and 1; got {each!r}. Leave "
                    "the transfer out (certainties are clipped), or use Tanh."
                )

    def advance(
        self,
        net: NDArray[np.float64],
        state: NDArray[np.float64],
        start: NDArray[np.float64],  # noqa: ARG002
        activate: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    ) -> NDArray[np.float64]:
        """Join each concept's certainty with the influence on it, and let it decay."""
        decay = settled(self.decay, owner="CertaintyNeuron", what="decay")
        if isinstance(decay, tuple):
            lost = state * np.array(decay).reshape(-1, *[1] * (net.ndim - 1))
        else:
            lost = state * decay
        product = state * net
        both = np.abs(product)
        np.copysign(both, state + net, out=both)
        agreed = state + net - both
        room = np.minimum(np.abs(state), np.abs(net))
        np.subtract(1.0, room, out=room)
        np.maximum(room, TIE, out=room)
        np.add(state, net, out=net)
        np.divide(net, room, out=net)
        np.copyto(net, agreed, where=product >= 0)
        np.subtract(net, lost, out=net)
        return activate(net)
