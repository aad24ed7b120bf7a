"""Telling a limit cycle from slow convergence while a batch runs.

Brent's checkpoint: one old state per run, moved on at powers of two, so that any period is found
once the checkpoint lies on the cycle and the window is at least as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FIRST_CHECKPOINT", "Checkpoint"]

FIRST_CHECKPOINT = 32

# Two states are the same up to rounding if they differ by this share of the largest activation.
_ROUNDING = 16 * float(np.finfo(np.float64).eps)


class Checkpoint:
    """One old state per run, and what has been seen of its return.

    A state that returns up to rounding proves a cycle, since the next state depends on the state
    alone. A state that returns within a thousandth of `tol` is only a guess at the period. It is
    confirmed one period later, and only if the two distances shrink so fast that their geometric
    tail, all the movement still to come, stays below the same thousandth. A run that converges
    slowly while it alternates has a tail as large as its steps, which are at least `tol`, and is
    never taken for a cycle. A return within that period makes a shorter guess.

    Parameters
    ----------
    x : ndarray of shape (n, S) or (n, R, S)
        States now.
    step : int
    tol : float
    """

    def __init__(self, x: NDArray[np.float64], step: int, tol: float) -> None:
        columns = x.shape[1:]
        self._state = x.copy()
        self._near = 1e-3 * tol
        self._since = np.full(columns, step)
        self._guess = np.zeros(columns, dtype=np.int64)
        self._gap = np.zeros(columns)
        self._window = np.full(columns, FIRST_CHECKPOINT)

    def periods(
        self,
        x: NDArray[np.float64],
        step: int,
        change: NDArray[np.float64],
        scratch: NDArray[np.float64],
    ) -> NDArray[np.int64]:
        """Return the period of each run that is now known to cycle, 0 for the others."""
        np.subtract(x, self._state, out=scratch)
        np.abs(scratch, out=scratch)
        gap = np.maximum.reduce(scratch, axis=0, initial=0.0)
        age = step - self._since
        np.abs(x, out=scratch)
        noise = _ROUNDING * np.maximum.reduce(scratch, axis=0, initial=0.0)

        moving = change > noise
        proved = (gap <= noise) & moving
        second = (self._guess > 0) & (age == self._guess)
        tail_is_short = gap * gap < self._near * (self._gap - gap)
        confirmed = second & tail_is_short & moving
        found: NDArray[np.int64] = np.where(proved | confirmed, age, 0)

        self._guess[second] = -1
        first = (gap <= self._near) & ((self._guess == 0) | (age < self._guess))
        if first.any():
            self._guess[first] = age[first]
            self._gap[first] = gap[first]
            self._move(first, x, step)
        overdue = (self._guess <= 0) & (age >= self._window)
        if overdue.any():
            self._guess[overdue] = 0
            self._move(overdue, x, step)
            self._window[overdue] *= 2
        return found

    def keep(self, lanes: NDArray[np.intp]) -> None:
        """Forget the runs outside these lanes."""
        self._state = self._state[:, lanes]
        self._since = self._since[lanes]
        self._guess = self._guess[lanes]
        self._gap = self._gap[lanes]
        self._window = self._window[lanes]

    def _move(self, which: NDArray[np.bool_], x: NDArray[np.float64], step: int) -> None:
        self._state[:, which] = x[:, which]
        self._since[which] = step
