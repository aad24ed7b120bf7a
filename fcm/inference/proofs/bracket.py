"""A box that every run ends in, found without running any of them.

From the range of the transfer on, the box is moved by interval arithmetic: each bound of a net
input is summed from the bounds of its causes, the upper ones where the weight is positive and the
lower ones where it is negative. Whatever starts in a box is in the next one after a step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fcm.inference.dynamics import DEFAULT, Dynamics
from fcm.inference.proofs.motion import motion_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.inference.proofs.motion import Motion
    from fcm.map import CognitiveMap
    from fcm.scenario import Scenario

__all__ = ["Box", "bracket", "smallest_box"]

_EPS = float(np.finfo(np.float64).eps)
_TINY = float(np.finfo(np.float64).tiny)
_MOST_STEPS = 5000
_STILL = 1e-14
# Units in the last place by which a computed squash may be off; the vendors promise 4.
_SQUASH_ULPS = 8

Box = tuple["NDArray[np.float64]", "NDArray[np.float64]"]


def bracket(
    m: CognitiveMap, dynamics: Dynamics | None = None, *, scenario: Scenario | None = None
) -> Box:
    """Return bounds within which every concept stays in the end, from whatever start.

    The bounds hold for every run of this rule and transfer under the last regime of the scenario.
    They are sound, not tight: no run need reach them. They are rounded outward, by ``n + 8`` units
    in the last place of the sum of the absolute terms of a net input, times 2, and 8 units in the
    last place of an activation, so that rounding cannot carry a run out.

    Parameters
    ----------
    m : CognitiveMap
    dynamics : Dynamics, optional
        ``Dynamics()`` unless given. Concepts that `hold_inputs` holds are taken at the start value
        of a run that is given none, 1, or at the scenario's own.
    scenario : Scenario, optional

    Returns
    -------
    low, high : ndarray of shape (n,)
        Activation units. Where they meet up to rounding, all runs end in that state.

    Raises
    ------
    DynamicsError
        If the rule is more than an affine sum before its transfer.
    UnknownConceptError, ScenarioError
        If the scenario does not fit the map.

    References
    ----------
    Concepción, L., Nápoles, G., Falcon, R., Vanhoof, K., & Bello, R. (2021). Unveiling the dynamic
    behavior of fuzzy cognitive maps. IEEE Trans. Fuzzy Systems 29(5), 1252-1261.
    doi:10.1109/TFUZZ.2020.2973853

    Examples
    --------
    >>> from fcm.map import CognitiveMap
    >>> m = CognitiveMap.from_links({("rain", "traffic"): 0.5, ("traffic", "noise"): 0.8})
    >>> low, high = bracket(m)
    >>> low.round(6), high.round(6)
    (array([0.5     , 0.562177, 0.610578]), array([0.5     , 0.562177, 0.610578]))
    """
    dynamics = DEFAULT if dynamics is None else dynamics
    (low, high), _ = smallest_box(motion_of(m, dynamics, scenario))
    return low, high


def smallest_box(motion: Motion) -> tuple[Box, Box]:
    """Return the box in which interval iteration ends, and the net inputs that it allows.

    Returns
    -------
    box : (low, high) of ndarray of shape (n,)
    nets : (low, high) of ndarray of shape (n,)
        Gain included; the bounds hold for every state in the box.
    """
    rising = np.maximum(motion.matrix, 0.0).T
    falling = np.minimum(motion.matrix, 0.0).T
    size = np.abs(motion.matrix).T
    held, free = motion.held, motion.free
    outward = 2 * (len(motion) + 8) * _EPS
    first_low, first_high = low, high = motion.span()

    def nets(low: NDArray[np.float64], high: NDArray[np.float64]) -> Box:
        margin = outward * (size @ np.maximum(np.abs(low), np.abs(high)) + np.abs(motion.bias))
        margin += _TINY
        return (
            rising @ low + falling @ high + motion.bias - margin,
            rising @ high + falling @ low + motion.bias + margin,
        )

    for _ in range(_MOST_STEPS):
        below, above = nets(low, high)
        one, other = motion.squashed(below), motion.squashed(above)
        least, most = np.minimum(one, other), np.maximum(one, other)
        least -= _SQUASH_ULPS * _EPS * np.abs(least) + _TINY
        most += _SQUASH_ULPS * _EPS * np.abs(most) + _TINY
        # Every state is in the box before as well, so it is in what both share.
        new_low = np.maximum(np.maximum(least, first_low), low)
        new_high = np.minimum(np.minimum(most, first_high), high)
        new_low[held] = new_high[held] = motion.values
        moved = np.maximum(new_low - low, high - new_high)[free].max(initial=0.0)
        low, high = new_low, new_high
        if moved <= _STILL:
            break
    return (low, high), nets(low, high)
