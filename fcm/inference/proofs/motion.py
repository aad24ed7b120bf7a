"""The map as it moves in the end: one affine sum and one squash, the same at every step.

Verdicts, brackets and gradients are about what a run comes to, so they look at the last regime
only: what a scenario does for a time has no part in it. A rule that is more than an affine sum
before its transfer has no motion here, and is refused by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import DynamicsError
from fcm.inference.kernel import Hold, Regime
from fcm.inference.loop.batch import check_scenarios, start_states
from fcm.inference.loop.schedule import schedule
from fcm.inference.proofs.steepness import slopes, steepest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from fcm.inference.dynamics import Dynamics
    from fcm.inference.transfer import Transfer
    from fcm.map import CognitiveMap
    from fcm.scenario import Scenario

__all__ = ["Motion", "motion_of", "motion_or_reason", "one_state"]

_FAR = 1e300
_STRIDE = 4


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """A' = squash(matrix.T A + bias) for the free concepts; the held ones have their values.

    Parameters
    ----------
    matrix : ndarray of shape (n, n)
        [cause, effect], times the transfer's gain.
    bias : ndarray of shape (n,)
        Times the gain as well.
    transfer : Transfer
    held : ndarray of int, shape (h,)
    values : ndarray of shape (h,)
    """

    matrix: NDArray[np.float64]
    bias: NDArray[np.float64]
    transfer: Transfer
    held: NDArray[np.intp]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.bias)

    @property
    def free(self) -> NDArray[np.bool_]:
        """Which concepts are not held, shape (n,)."""
        mask = np.ones(len(self), dtype=bool)
        mask[self.held] = False
        return mask

    @property
    def regime(self) -> Regime:
        """The same as the kernel runs it, from the first step on."""
        holds = zip(self.held.tolist(), self.values[:, None], strict=True)
        return Regime(
            0, self.matrix, self.bias[:, None], tuple(Hold(row, v, None) for row, v in holds)
        )

    def net(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the net inputs, gain included, of one state (n,) or of states (n, S)."""
        z: NDArray[np.float64] = self.matrix.T @ x
        z += self.bias if x.ndim == 1 else self.bias[:, None]
        return z

    def step(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the state after one state (n,), or the states after states (n, S)."""
        return self._advanced(self.net(x))

    def squashed(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the activations at these net inputs, (n,) or (n, S); holds play no part."""
        a = z.copy()
        with np.errstate(over="ignore"):
            self.transfer.squash(a[:, None] if a.ndim == 1 else a)
        return a

    def _advanced(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        with np.errstate(over="ignore"):
            self.transfer.squash(z[:, None] if z.ndim == 1 else z)
        if len(self.held):
            z[self.held] = self.values if z.ndim == 1 else self.values[:, None]
        return z

    def settle(
        self, x: NDArray[np.float64], *, within: float, most: int
    ) -> tuple[NDArray[np.float64], float]:
        """Return the state after at most so many steps, and its last change.

        Parameters
        ----------
        x : ndarray of shape (n,)
        within : float
            Change that counts as arrived; looked at after every few steps.
        most : int
        """
        transposed, squash = np.ascontiguousarray(self.matrix.T), self.transfer.squash
        held, values, bias = self.held, self.values, self.bias
        # One column each: transfers want concepts along axis 0.
        x, z = x[:, None].copy(), np.empty((len(x), 1))
        bias, values = bias[:, None], values[:, None]
        change = np.inf
        with np.errstate(over="ignore"):
            for _ in range(0, most, _STRIDE):
                for _ in range(_STRIDE):
                    np.matmul(transposed, x, out=z)
                    z += bias
                    squash(z)
                    if len(held):
                        z[held] = values
                    x, z = z, x
                np.subtract(x, z, out=z)
                change = float(np.abs(z).max(initial=0.0))
                if change <= within:
                    break
        return x[:, 0], change

    def slopes(self, z: NDArray[np.float64], a: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return d squash / dz at net inputs z with activations a; 0 for held concepts.

        The transfer is to be smooth, see `why_not_smooth`.
        """
        slope = slopes(self.transfer, z, a)
        slope[self.held] = 0.0
        return slope

    def jacobian(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return d A'_j / d A_i at a state, shape (n, n) [i, j]."""
        z = self.net(x)
        return self.matrix * self.slopes(z, self.squashed(z))

    def steepest(
        self, low: NDArray[np.float64] | None = None, high: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Return the largest abs(d squash / dz), shape (n,): anywhere, or between net inputs."""
        if low is None or high is None:
            high = np.full(len(self), np.inf)
            low = -high
        return steepest(self.transfer, low, high)

    def span(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the box, (n,) and (n,), in which every state lies after one step."""
        ends = np.tile([-_FAR, _FAR], (len(self), 1))
        with np.errstate(over="ignore"):
            self.transfer.squash(ends)
        low, high = ends.min(axis=1), ends.max(axis=1)
        low[self.held] = high[self.held] = self.values
        return low, high


def motion_of(
    m: CognitiveMap,
    dynamics: Dynamics,
    scenario: Scenario | None = None,
    initial: Mapping[str, float] | ArrayLike | None = None,
) -> Motion:
    """Return the motion of a map under the last regime of a scenario.

    Raises
    ------
    DynamicsError
        If the rule is more than an affine sum before its transfer.
    UnknownConceptError, ScenarioError, DynamicsError
        As `simulate` does.
    """
    motion = motion_or_reason(m, dynamics, scenario, initial)
    if isinstance(motion, str):
        raise DynamicsError(motion)
    return motion


def motion_or_reason(
    m: CognitiveMap,
    dynamics: Dynamics,
    scenario: Scenario | None = None,
    initial: Mapping[str, float] | ArrayLike | None = None,
) -> Motion | str:
    """Return the motion, or why this rule has none.

    Raises
    ------
    UnknownConceptError, ScenarioError, DynamicsError
        As `simulate` does.
    """
    checked = check_scenarios(m, scenario)
    start, clamps = start_states(m, checked, initial, None)
    dynamics = dynamics.bind(m.names)
    group = next(iter(schedule(m, m.weights, None, dynamics, checked, start, clamps)))
    regime, n = group.regimes[-1], len(m)
    if hasattr(dynamics.rule, "advance"):
        return (
            f"{type(dynamics.rule).__name__} is more than a sum before its transfer; this is "
            "worked out for Kosko, ModifiedKosko and Rescaled only."
        )
    if regime.matrix.shape != (n, n):
        return "links that act with a lag are not covered here; leave the lags out."
    bias = np.zeros(n)
    if regime.bias is not None:
        bias += np.broadcast_to(regime.bias, (n, 1))[:, 0]
    holds = {hold.row: float(hold.values[0]) for hold in regime.holds}
    return Motion(
        regime.matrix,
        bias,
        dynamics.transfer,
        np.array(list(holds), dtype=np.intp),
        np.array(list(holds.values())),
    )


def one_state(m: CognitiveMap, state: Mapping[str, float] | ArrayLike) -> NDArray[np.float64]:
    """Return a given state as a new array (n,); concepts that a mapping leaves out are 1.

    Raises
    ------
    DynamicsError, UnknownConceptError
        If it does not fit the map.
    """
    start, _ = start_states(m, (), state, None)
    if start.shape[1] != 1:
        raise DynamicsError(
            f"{start.shape[1]} states are given; expected one, of shape ({len(m)},)."
        )
    return start[:, 0].copy()
