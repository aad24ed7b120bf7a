"""The states of a chunk that are in memory: the present ones and the next.

Long chunks keep two arrays in turn, and what has changed is worked out at every step in the one
that is no longer needed. Short ones, where a call costs more than its arithmetic, take several
steps at a stretch and look at all of them at once.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Space", "Trail", "within"]


class Space:
    """Memory that chunk after chunk uses again: fresh memory costs more than the arithmetic.

    Parameters
    ----------
    states, matrices : int
        Entries of the largest array of each kind. There is room for two, and for the states of
        the runs that have ended.
    """

    def __init__(self, states: int, matrices: int) -> None:
        self.states = np.empty(states), np.empty(states)
        self.ended = np.empty(states)
        self._matrices = np.empty(matrices), np.empty(matrices)

    def kept(self, matrices: NDArray[np.float64], lanes: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the matrices of these lanes, in memory that the last but one call returned."""
        here, there = self._matrices
        self._matrices = there, here
        kept = within(here, (len(lanes), *matrices.shape[1:]))
        np.take(matrices, lanes, axis=0, out=kept, mode="clip")
        return kept


class Trail:
    """The last known states and the room for those that follow.

    Parameters
    ----------
    start : ndarray of shape (n, S) or (n, R, S)
    stretch : int
        Steps between two looks at the changes.
    space : Space

    Attributes
    ----------
    states : list of ndarray
        The present state, and one array for each step of the stretch.
    """

    def __init__(self, start: NDArray[np.float64], stretch: int, space: Space) -> None:
        shape = start.shape
        if stretch == 1:
            self._stack = None
            self._differences = None
            self.states = [within(each, shape) for each in space.states]
        else:
            self._stack = np.empty((stretch + 1, *shape))
            self._differences = np.empty((stretch, *shape))
            self.states = list(self._stack)
        self.states[0][...] = start
        self._witnesses: list[int] = []
        self._screens = start.size >= _LEAST_TO_SCREEN and len(start) > 2 * _WITNESSES

    def all_move(self, tol: float) -> bool:
        """Whether a few concepts alone show that no run has settled; False says nothing."""
        largest = None
        for row in self._witnesses:
            change = np.subtract(self.states[1][row], self.states[0][row])
            np.abs(change, out=change)
            largest = change if largest is None else np.maximum(largest, change, out=change)
            if np.minimum.reduce(largest, axis=None) >= tol:
                return True
        return False

    def changes(self, count: int) -> NDArray[np.float64]:
        """Return the largest change of any concept in each of the steps made, (count, S).

        In a stretch of one step this uses up the state before it.
        """
        if self._stack is None or self._differences is None:
            x, z = self.states
            np.subtract(z, x, out=x)
            np.abs(x, out=x)
            if self._screens:
                moved = np.add.reduce(x.reshape(len(x), -1)[:, :_SAMPLE], axis=1)
                self._witnesses = np.argsort(-moved)[:_WITNESSES].tolist()
            largest: NDArray[np.float64] = np.maximum.reduce(x, axis=0, initial=0.0)
            return largest[None]
        differences = self._differences[:count]
        np.subtract(self._stack[1 : count + 1], self._stack[:count], out=differences)
        np.abs(differences, out=differences)
        found: NDArray[np.float64] = np.maximum.reduce(differences, axis=1, initial=0.0)
        return found

    def stop_screening(self) -> None:
        """Look at every change from now on, since runs have begun to end."""
        self._screens, self._witnesses = False, []

    @property
    def scratch(self) -> NDArray[np.float64]:
        """An array like a state that may be written to after `changes`."""
        return self.states[0] if self._differences is None else self._differences[0]

    def turn(self, count: int) -> None:
        """Make the state after `count` steps the present one."""
        if self._stack is None:
            self.states.reverse()
        else:
            self._stack[0] = self._stack[count]

    def keep(self, lanes: NDArray[np.intp]) -> None:
        """Forget the runs outside these lanes; only in stretches of one step."""
        present, spent = self.states
        shape = (len(present), len(lanes), *present.shape[2:])
        kept = within(spent.reshape(-1), shape)
        np.take(present, lanes, axis=1, out=kept, mode="clip")
        self.states = [kept, within(present.reshape(-1), shape)]


def within(memory: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return an array of this shape at the beginning of flat memory."""
    return memory[: math.prod(shape)].reshape(shape)


# As long as every run moves, these few concepts, the liveliest in a sample of runs, mostly show it.
_WITNESSES = 3
_SAMPLE = 256
_LEAST_TO_SCREEN = 2**14
