"""The book of a chunk while it runs: which runs are still open, and what the others came to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Ledger", "Runs", "join"]

# Share of the lanes that must have ended before the others are moved together.
_COMPACT_FROM = 0.25


@dataclass(frozen=True, slots=True)
class Runs:
    """What came of every run; arrays follow the layout of the start states.

    Parameters
    ----------
    final : ndarray of shape (n, S) or (R, n, S)
    outcome : ndarray of int8, shape (S,) or (R, S)
        0 fixed point, 1 limit cycle, 2 unsettled.
    steps, period : ndarray of int64
    residual : ndarray
        Largest change of any activation in the last step.
    peak, mean : ndarray as `final`
        Over all states from the start vector to the last.
    states : ndarray of shape (T + 1, n, S), or None
        A run that has ended repeats its last state.
    """

    final: NDArray[np.float64]
    outcome: NDArray[np.int8]
    steps: NDArray[np.int64]
    period: NDArray[np.int64]
    residual: NDArray[np.float64]
    peak: NDArray[np.float64]
    mean: NDArray[np.float64]
    states: NDArray[np.float64] | None = None

    def in_order(self, columns: NDArray[np.intp]) -> Runs:
        """Return runs of layout (n, S) with column ``columns[k]`` for the present column k."""
        order = np.argsort(columns)
        return Runs(
            self.final[:, order],
            self.outcome[order],
            self.steps[order],
            self.period[order],
            self.residual[order],
            self.peak[:, order],
            self.mean[:, order],
            None if self.states is None else self.states[:, :, order],
        )


class Ledger:
    """Which runs are open, and the results of those that have ended.

    Parameters
    ----------
    x : ndarray of shape (n, S) or (R, n, S)
        Start states.
    record : bool
        Whether to keep every state; layout (n, S) only.
    """

    def __init__(self, x: NDArray[np.float64], *, record: bool) -> None:
        columns = x.shape[:-2] + x.shape[-1:]
        self.lane_axis = 0 if x.ndim == 3 else 1
        self.open = np.ones(columns, dtype=bool)
        self.remaining = self.open.size
        self._lanes = np.arange(columns[0])
        self._runs = Runs(
            final=x.copy(),
            outcome=np.zeros(columns, dtype=np.int8),
            steps=np.zeros(columns, dtype=np.int64),
            period=np.zeros(columns, dtype=np.int64),
            residual=np.zeros(columns),
            peak=x.copy(),
            mean=x.copy(),
        )
        self._peak = x.copy()
        self._total = x.copy()
        self._history = [x.copy()] if record else None

    def note(self, x: NDArray[np.float64]) -> None:
        """Take a new state into peak, mean and history."""
        np.maximum(self._peak, x, out=self._peak)
        np.add(self._total, x, out=self._total)
        if self._history is not None:
            states = self._history[-1].copy()
            open_ = np.nonzero(self.open)[0]
            states[:, self._lanes[open_]] = x[:, open_]
            self._history.append(states)

    def close(
        self,
        ended: NDArray[np.bool_],
        x: NDArray[np.float64],
        step: int,
        change: NDArray[np.float64],
        *,
        outcome: int,
        period: NDArray[np.int64] | int = 0,
    ) -> None:
        """Write down the runs that ended with this state."""
        here = np.nonzero(ended)
        there = (self._lanes[here[0]], *here[1:])
        runs = self._runs
        for result, now in ((runs.final, x), (runs.peak, self._peak), (runs.mean, self._total)):
            np.swapaxes(result, -1, -2)[there] = np.swapaxes(now, -1, -2)[here]
        np.swapaxes(runs.mean, -1, -2)[there] /= step + 1
        runs.outcome[there] = outcome
        runs.steps[there] = step
        runs.period[there] = period if isinstance(period, int) else period[here]
        runs.residual[there] = change[here]
        self.open[here] = False
        self.remaining -= len(here[0])

    def compact(self) -> NDArray[np.intp] | None:
        """Drop the lanes that have ended if they are many, and return those to keep."""
        keep = np.nonzero(self.open.reshape(len(self._lanes), -1).any(axis=1))[0]
        if len(keep) > (1 - _COMPACT_FROM) * len(self._lanes):
            return None
        self.open = self.open[keep]
        self._lanes = self._lanes[keep]
        self._peak = np.take(self._peak, keep, axis=self.lane_axis)
        self._total = np.take(self._total, keep, axis=self.lane_axis)
        return keep

    def runs(self) -> Runs:
        """Return the results."""
        if self._history is None:
            return self._runs
        return replace(self._runs, states=np.array(self._history))


def join(parts: Sequence[Runs], lane_axis: int) -> Runs:
    """Return the runs of several chunks as one."""
    if len(parts) == 1:
        return parts[0]

    states = None
    if parts[0].states is not None:
        every = [part.states for part in parts if part.states is not None]
        longest = max(len(each) for each in every)
        states = np.concatenate([_lengthened(each, longest) for each in every], axis=2)
    return Runs(
        np.concatenate([part.final for part in parts], axis=lane_axis),
        np.concatenate([part.outcome for part in parts]),
        np.concatenate([part.steps for part in parts]),
        np.concatenate([part.period for part in parts]),
        np.concatenate([part.residual for part in parts]),
        np.concatenate([part.peak for part in parts], axis=lane_axis),
        np.concatenate([part.mean for part in parts], axis=lane_axis),
        states,
    )


def _lengthened(states: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    missing = length - len(states)
    return np.concatenate([states, np.repeat(states[-1:], missing, axis=0)]) if missing else states
