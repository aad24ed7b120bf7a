"""How steep a transfer may be before activations crowd at the ends of its range.

This is advice about reading results, not a proof about runs: proofs are `certify`'s.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import DynamicsError
from fcm.inference.dynamics import DEFAULT, Dynamics
from fcm.inference.rules import Kosko, ModifiedKosko, Rescaled
from fcm.inference.transfer import Sigmoid, Tanh

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.map import CognitiveMap

__all__ = ["SlopeAdvice", "advise_slope"]

# Where the third derivative of the sigmoid vanishes: net inputs +- ln(2 + sqrt 3), activations
# (3 -+ sqrt 3) / 6. For tanh: net inputs +- artanh(1 / sqrt 3), activations +- 1 / sqrt 3.
_SIGMOID_NET = math.log(2 + math.sqrt(3))
_SIGMOID_LOW, _SIGMOID_HIGH = (3 - math.sqrt(3)) / 6, (3 + math.sqrt(3)) / 6
_TANH_NET = math.sqrt(3) * math.atanh(1 / math.sqrt(3))


@dataclass(frozen=True, slots=True, kw_only=True)
class SlopeAdvice:
    """The slope under which a map stays near-linear, from two terms.

    Parameters
    ----------
    slope : float
        The slope in use; the steepest, if concepts differ.
    contraction : float
        4 over the Frobenius norm for the sigmoid, 1 over it for tanh: under it one fixed point
        attracts every start. Infinite for a map without links.
    saturation : float
        Under it net inputs stay where the transfer is nearly straight, as long as activations do:
        they keep apart instead of crowding at the ends. This is no statement about stability.
    """

    slope: float
    contraction: float
    saturation: float

    @property
    def most(self) -> float:
        """The smaller of both terms: slopes under it are advised."""
        return min(self.contraction, self.saturation)

    @property
    def within(self) -> bool:
        """Whether the slope in use is under `most`."""
        return self.slope < self.most

    def __repr__(self) -> str:
        term = "contraction" if self.contraction <= self.saturation else "saturation"
        return (
            f"SlopeAdvice(keep the slope under {self.most:.3g}, for {term}: contraction "
            f"{self.contraction:.3g}, saturation {self.saturation:.3g}; in use: {self.slope:.3g})"
        )


def advise_slope(m: CognitiveMap, dynamics: Dynamics | None = None) -> SlopeAdvice:
    """Return how steep a sigmoid or tanh should be for this map at most.

    With the weights W, memory included, and S+ and S- the sums of a concept's positive and
    negative incoming weights, the terms are for the sigmoid ``4 / ||W||_F`` and
    ``1.317 / max |0.211 S+ + 0.789 S-|, |0.211 S- + 0.789 S+|``, and for tanh ``1 / ||W||_F`` and
    ``1.14 / max (S+ - S-)``, with the constants in full. The rescaled rule is the tanh on another
    scale, with half the slope.

    Parameters
    ----------
    m : CognitiveMap
    dynamics : Dynamics, optional
        ``Dynamics()`` unless given. Its slope is compared with the advice, not used for it.

    Raises
    ------
    DynamicsError
        If the transfer is neither a sigmoid nor tanh, or the rule none of `Kosko`,
        `ModifiedKosko` and `Rescaled`.

    References
    ----------
    Koutsellis, T., Xexakis, G., Koasidis, K., Nikas, A., & Doukas, H. (2022). Parameter analysis
    for sigmoid and hyperbolic transfer functions of fuzzy cognitive maps. Operational Research
    22(5), 5733-5763. doi:10.1007/s12351-022-00717-x

    Examples
    --------
    >>> from fcm.map import CognitiveMap
    >>> m = CognitiveMap.from_links({("fear", "trust"): -1.0, ("trust", "fear"): -1.0})
    >>> advise_slope(m)
    SlopeAdvice(keep the slope under 1.67, for saturation: contraction 2.83, saturation 1.67; in
    use: 1)
    """
    dynamics = DEFAULT if dynamics is None else dynamics
    dynamics = dynamics.bind(m.names)
    rule, transfer = dynamics.rule, dynamics.transfer
    if not isinstance(transfer, Sigmoid | Tanh):
        raise DynamicsError(
            f"the advice is about the slope of Sigmoid or Tanh; got {transfer!r}, which has none."
        )
    if not isinstance(rule, Kosko | ModifiedKosko | Rescaled):
        raise DynamicsError(
            f"the advice is worked out for Kosko, ModifiedKosko and Rescaled; got {rule!r}."
        )
    matrix = rule.fold(m.weights)[0]
    rescaled = isinstance(rule, Rescaled)
    if rescaled:
        matrix = matrix / 2
    norm = float(np.sqrt((matrix**2).sum()))
    if isinstance(transfer, Tanh) or rescaled:
        unit, middle = 1.0, _TANH_NET
        spread = float(np.abs(matrix).sum(axis=0).max(initial=0.0))
    else:
        unit, middle = 4.0, _SIGMOID_NET
        spread = _spread(matrix)
    scale = 2.0 if rescaled else 1.0
    return SlopeAdvice(
        slope=float(np.abs(transfer.gain).max(initial=0.0)),
        contraction=scale * unit / norm if norm else math.inf,
        saturation=scale * middle / spread if spread else math.inf,
    )


def _spread(matrix: NDArray[np.float64]) -> float:
    """Return the largest net input that near-linear activations can make."""
    plus = np.maximum(matrix, 0.0).sum(axis=0)
    minus = np.minimum(matrix, 0.0).sum(axis=0)
    one = np.abs(_SIGMOID_LOW * plus + _SIGMOID_HIGH * minus)
    other = np.abs(_SIGMOID_LOW * minus + _SIGMOID_HIGH * plus)
    return float(np.maximum(one, other).max(initial=0.0))
