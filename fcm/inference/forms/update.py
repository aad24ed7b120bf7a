"""Rules that are more than a matrix before a transfer: they see the present state once more.

Such a rule has, beside `fold` and `check`, a method `advance`. The kernel multiplies the state by
the folded matrix and adds the constant and the pushes, as for every rule; `advance` makes the next
state of that net input.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.inference.transfer import Transfer

__all__ = ["Update", "Updating"]


@runtime_checkable
class Updating(Protocol):
    """What the library asks of a rule of this kind, beside what `Rule` asks.

    Examples
    --------
    A rule of one's own, half-way between the present state and Kosko's next:

    >>> @dataclass(frozen=True)
    ... class Hesitant:
    ...     def fold(self, weights):
    ...         return weights.copy(), None
    ...     def check(self, transfer):
    ...         pass
    ...     def advance(self, net, state, start, activate):
    ...         return 0.5 * state + 0.5 * activate(net)
    >>> from fcm import CognitiveMap, Dynamics, simulate
    >>> m = CognitiveMap.from_links({("rain", "wet street"): 0.8})
    >>> dynamics = Dynamics(rule=Hesitant())
    >>> simulate(m, clamp={"rain": 1}, dynamics=dynamics, record=True).states[0, :3, 1].round(3)
    array([1.   , 0.845, 0.767])
    """

    def advance(
        self,
        net: NDArray[np.float64],
        state: NDArray[np.float64],
        start: NDArray[np.float64],
        activate: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    ) -> NDArray[np.float64]:
        """Return the next state; it may be made in `net`.

        Parameters
        ----------
        net : ndarray of shape (n, ...)
            Net inputs, one row per concept, pushes included.
        state : ndarray as `net`
            The present state, not to be written to.
        start : ndarray that broadcasts to `net`
            The start state, clamps included, not to be written to.
        activate : callable
            The transfer. It works in place and returns what it was given.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Update:
    """The second half of a step under such a rule.

    Parameters
    ----------
    rule : Updating
    transfer : Transfer
    gain : float, or ndarray that broadcasts to the states
        The transfer's, which for such rules is not in the matrix.
    start : ndarray of shape (n, S) or (n, R or 1, S)
    """

    rule: Updating
    transfer: Transfer
    gain: float | NDArray[np.float64]
    start: NDArray[np.float64]

    @property
    def exact(self) -> bool:
        """Whether the rule says that its states come from a finite set."""
        return bool(getattr(self.rule, "exact", False))

    def apply(self, z: NDArray[np.float64], x: NDArray[np.float64]) -> None:
        """Turn net inputs into the next state."""
        after = self.rule.advance(z, x, self.start, self._activate)
        if after is not z:
            np.copyto(z, after)

    def take(self, lanes: NDArray[np.intp] | slice) -> Update:
        """Return the advance for these lanes only."""
        gain, start = self.gain, self.start
        return Update(
            self.rule,
            self.transfer,
            gain if isinstance(gain, float) or gain.shape[1] == 1 else gain[:, lanes],
            start if start.shape[1] == 1 else start[:, lanes],
        )

    def _activate(self, net: NDArray[np.float64]) -> NDArray[np.float64]:
        np.multiply(net, self.gain, out=net)
        self.transfer.squash(net)
        return net
