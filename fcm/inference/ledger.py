"""The book of a chunk while it runs: which runs are still open, and what the others came to."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Buffers", "Ledger", "Runs", "join"]

# Share of the lanes that must have ended before the others are moved together.
_COMPACT_FROM = 0.25


class Buffers:
    """Working memory that every chunk uses again: fresh memory costs more than the arithmetic.

    Parameters
    ----------
    size : int
        Entries of the largest array.
    count : int
        Number of arrays in use at one time.
    """

    def __init__(self, size: int, count: int) -> None:
        self._free = [np.empty(size) for _ in range(count)]
        self._own = {id(array) for array in self._free}

    def lend(self, shape: tuple[int, ...]) -> NDArray[np.float64]:
        """Return an array with arbitrary contents."""
        return self._free.pop()[: math.prod(shape)].reshape(shape)

    def copied(self, array: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a copy in C order."""
        copy = self.lend(array.shape)
        np.copyto(copy, array)
        return copy

    def compacted(
        self, array: NDArray[np.float64], keep: NDArray[np.intp], axis: int
    ) -> NDArray[np.float64]:
        """Return these entries along an axis and take the array back."""
        shape = (*array.shape[:axis], len(keep), *array.shape[axis + 1 :])
        smaller = self.lend(shape)
        np.take(array, keep, axis=axis, out=smaller, mode="clip")
        self.take_back(array)
        return smaller

    def take_back(self, *arrays: NDArray[np.float64]) -> None:
        """Lend the memory of these arrays again; arrays from elsewhere are left alone."""
        owners = [array.base for array in arrays]
        self._free += [each for each in owners if each is not None and id(each) in self._own]


@dataclass(frozen=True, slots=True)
class Runs:
    """What came of every run.

    Parameters
    ----------
    final : ndarray of shape (S, n) or (R, S, n)
    peak, mean : ndarray as `final`
        Over all states from the start vector to the last.
    outcome : ndarray of int8, shape (S,) or (R, S)
        0 fixed point, 1 limit cycle, 2 unsettled.
    steps, period : ndarray of int64
    residual : ndarray
        Largest change of any activation in the last step.
    states : ndarray of shape (S, T + 1, n), or None
        A run that has ended repeats its last state.
    """

    final: NDArray[np.float64]
    peak: NDArray[np.float64]
    mean: NDArray[np.float64]
    outcome: NDArray[np.int8]
    steps: NDArray[np.int64]
    period: NDArray[np.int64]
    residual: NDArray[np.float64]
    states: NDArray[np.float64] | None = None

    @classmethod
    def blank(cls, columns: tuple[int, ...], n: int) -> Runs:
        """Return arrays to be filled."""
        return cls(
            np.empty((*columns, n)),
            np.empty((*columns, n)),
            np.empty((*columns, n)),
            np.empty(columns, dtype=np.int8),
            np.empty(columns, dtype=np.int64),
            np.empty(columns, dtype=np.int64),
            np.empty(columns),
        )

    def part(self, lanes: NDArray[np.intp] | slice) -> Runs:
        """Return the runs of these lanes, as a view where `lanes` is a slice."""
        return Runs(
            self.final[lanes],
            self.peak[lanes],
            self.mean[lanes],
            self.outcome[lanes],
            self.steps[lanes],
            self.period[lanes],
            self.residual[lanes],
            None if self.states is None else self.states[lanes],
        )


class Ledger:
    """Which runs are open, and the results of those that have ended.

    Parameters
    ----------
    x : ndarray of shape (n, S) or (n, R, S)
        Start states.
    results : Runs
        Written to as the runs end.
    buffers : Buffers
    record : bool
        Whether to keep every state; layout (n, S) only.
    """

    def __init__(
        self, x: NDArray[np.float64], results: Runs, buffers: Buffers, *, record: bool
    ) -> None:
        self.open = np.ones(results.outcome.shape, dtype=bool)
        self.remaining = self.open.size
        self._lanes = np.arange(len(self.open))
        self._results = results
        self._buffers = buffers
        self._peak = buffers.copied(x)
        self._total = buffers.copied(x)
        self._history = [x.T.copy()] if record else None

    def note(self, x: NDArray[np.float64]) -> None:
        """Take a new state into peak, mean and history."""
        np.maximum(self._peak, x, out=self._peak)
        np.add(self._total, x, out=self._total)
        if self._history is not None:
            states = self._history[-1].copy()
            states[self._lanes[self.open]] = x.T[self.open]
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
        here = ended.nonzero()
        there = (self._lanes[here[0]], *here[1:])
        results = self._results
        columns: Any = (slice(None), *here)
        results.final[there] = x[columns].T
        results.peak[there] = self._peak[columns].T
        results.mean[there] = self._total[columns].T / (step + 1)
        results.outcome[there] = outcome
        results.steps[there] = step
        results.period[there] = period if isinstance(period, int) else period[here]
        results.residual[there] = change[here]
        self.open[here] = False
        self.remaining -= len(here[0])

    def compact(self) -> NDArray[np.intp] | None:
        """Drop the lanes that have ended if they are many, and return those to keep."""
        keep = np.flatnonzero(self.open if self.open.ndim == 1 else self.open.any(axis=1))
        if len(keep) > (1 - _COMPACT_FROM) * len(self._lanes):
            return None
        self.open = self.open[keep]
        self._lanes = self._lanes[keep]
        self._peak = self._buffers.compacted(self._peak, keep, 1)
        self._total = self._buffers.compacted(self._total, keep, 1)
        return keep

    def end(self) -> Runs:
        """Return the results and the buffers."""
        self._buffers.take_back(self._peak, self._total)
        if self._history is None:
            return self._results
        return replace(self._results, states=np.stack(self._history, axis=1))


def join(parts: Sequence[Runs]) -> Runs:
    """Return runs of several chunks or groups, one after the other."""
    if len(parts) == 1:
        return parts[0]
    recorded = [part.states for part in parts if part.states is not None]
    longest = max((states.shape[1] for states in recorded), default=0)
    return Runs(
        np.concatenate([part.final for part in parts]),
        np.concatenate([part.peak for part in parts]),
        np.concatenate([part.mean for part in parts]),
        np.concatenate([part.outcome for part in parts]),
        np.concatenate([part.steps for part in parts]),
        np.concatenate([part.period for part in parts]),
        np.concatenate([part.residual for part in parts]),
        np.concatenate([_lengthened(each, longest) for each in recorded]) if recorded else None,
    )


def _lengthened(states: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    missing = length - states.shape[1]
    return np.concatenate([states, np.repeat(states[:, -1:], missing, axis=1)], axis=1)
