"""The second half of a step: from net inputs to the next state.

The kernel multiplies the state by a matrix and adds a constant; what happens then is an advance.
For most rules that is the transfer function alone, `Squash`. A rule that needs the present state,
or the start state, once more has an advance of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from fcm.inference.transfer import Transfer

__all__ = ["Advance", "Squash"]


@runtime_checkable
class Advance(Protocol):
    """What the kernel asks of the second half of a step."""

    @property
    def exact(self) -> bool:
        """Whether the states come from a finite set, so that a cycle returns to the last bit."""
        ...

    def apply(self, z: NDArray[np.float64], x: NDArray[np.float64]) -> None:
        """Turn net inputs `z`, the bias included, into the next state, in place.

        Parameters
        ----------
        z : ndarray of shape (n, S) or (n, R, S)
            ``matrix.T @ x + bias`` on entry, the next state on exit.
        x : ndarray as `z`
            The present state, not to be written to.
        """
        ...

    def take(self, lanes: NDArray[np.intp] | slice) -> Advance:
        """Return the advance for these lanes (axis 1 of the states) only."""
        ...


@dataclass(frozen=True, slots=True)
class Squash:
    """A transfer function and nothing else.

    Parameters
    ----------
    transfer : Transfer
        Its gain is already in the matrix and the bias. If it has a true attribute ``exact``, its
        activations come from a finite set.

    Examples
    --------
    >>> import numpy as np
    >>> from fcm.inference.transfer import Saturated
    >>> z = np.array([[-1.0, 0.4, 3.0]])
    >>> Squash(Saturated()).apply(z, z)
    >>> z
    array([[0. , 0.4, 1. ]])
    """

    transfer: Transfer

    @property
    def exact(self) -> bool:
        """Whether the transfer's activations come from a finite set."""
        return bool(getattr(self.transfer, "exact", False))

    def apply(self, z: NDArray[np.float64], x: NDArray[np.float64]) -> None:  # noqa: ARG002
        """Squash in place."""
        self.transfer.squash(z)

    def take(self, lanes: NDArray[np.intp] | slice) -> Squash:  # noqa: ARG002
        """Return itself: a transfer is the same for every run."""
        return self
