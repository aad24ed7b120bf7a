"""The quasi-nonlinear rule of long-term cognitive networks: the start is never quite forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from fcm.errors import DynamicsError
from fcm.inference.forms.by_concept import ByConcept, checked, in_order, settled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fcm.inference.transfer import Transfer

__all__ = ["QuasiNonlinear"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuasiNonlinear:
    """A' = phi f(A W + bias) + (1 - phi) A(0), with A(0) the start state.

    With phi below 1 different starts end in different states, so that a scenario's start values
    are part of the answer. A clamp from step 0 on is in A(0), and stays in it after its end.

    Parameters
    ----------
    phi : float above 0, up to 1, default 0.8
        Share of the transfer; the rest is the start state's.
    bias : float, tuple of n floats, or mapping of name to float, default 0.0
        Added to the net input, for all or per concept; concepts that a mapping does not name
        have 0.

    Raises
    ------
    DynamicsError
        If a value is not finite or phi is out of range; when a map is run, if there are not as
        many biases as concepts.

    Examples
    --------
    >>> from fcm import CognitiveMap, Dynamics, Tanh, simulate
    >>> m = CognitiveMap.from_links({("rain", "wet street"): 0.8})
    >>> dynamics = Dynamics(rule=QuasiNonlinear(phi=0.5), transfer=Tanh())
    >>> simulate(m, initial=[1.0, 0.2], clamp={"rain": 1}, dynamics=dynamics).final.round(3)
    array([[1.   , 0.432]])

    References
    ----------
    Nápoles, G., Grau, I., Concepción, L., Koutsoviti Koumeri, L., & Papa, J. P. (2022). Modeling
    implicit bias with fuzzy cognitive maps. Neurocomputing 481, 33-45.
    doi:10.1016/j.neucom.2022.01.070
    """

    phi: float = 0.8
    bias: ByConcept = 0.0

    def __post_init__(self) -> None:
        phi = checked(
            "QuasiNonlinear",
            "phi",
            self.phi,
            expected="a number above 0, up to 1",
            accepts=lambda number: 0 < number <= 1,
        )
        if not isinstance(phi, float):
            raise DynamicsError(f"QuasiNonlinear has phi={self.phi!r}; expected one number.")
        bias = checked(
            "QuasiNonlinear",
            "bias",
            self.bias,
            expected="a finite number, or one per concept",
            accepts=lambda _: True,
        )
        object.__setattr__(self, "phi", phi)
        object.__setattr__(self, "bias", bias)

    def bind(self, names: Sequence[str]) -> Self:
        """Return the rule with its biases in the order of these concepts."""
        if isinstance(self.bias, float):
            return self
        bias = in_order(self.bias, names, owner="QuasiNonlinear", what="bias", otherwise=0.0)
        return replace(self, bias=bias)

    def fold(
        self, weights: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
        """Return W and the bias."""
        bias = settled(self.bias, owner="QuasiNonlinear", what="bias")
        constant = None if bias == 0 else np.full(weights.shape[:-1], bias)
        return np.array(weights, dtype=np.float64), constant

    def check(self, transfer: Transfer) -> None:
        """Accept every transfer."""

    def advance(
        self,
        net: NDArray[np.float64],
        state: NDArray[np.float64],  # noqa: ARG002
        start: NDArray[np.float64],
        activate: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    ) -> NDArray[np.float64]:
        """Mix the transfer of the net input with the start."""
        after = activate(net)
        after *= self.phi
        if self.phi < 1:
            after += (1 - self.phi) * start
        return after
