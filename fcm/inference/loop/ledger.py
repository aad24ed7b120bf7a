"""The book of a chunk while it runs: which runs are still open, and what the others came to."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.inference.loop.trail import Space, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Ledger", "Runs", "join"]

# Share of the lanes that must have ended before the others are moved together.
_COMPACT_FROM = 0.25


@dataclass(frozen=True, slots=True)
class Runs:
    """What came of every run.

    Parameters
    ----------
    final : ndarray of shape (S, n) or (R, S, n)
    outcome : ndarray of int8, shape (S,) or (R, S)
        0 fixed point, 1 limit cycle, 2 unsettled.
    steps, period : ndarray of int64
    residual : ndarray
        Largest change of any activation in the last step.
    peak, mean : ndarray as `final`, or None if they were not asked for
        Over all states from the start vector to the last.
    states : ndarray of shape (S, T + 1, n), or None
        A run that has ended repeats its last state.
    """

    final: NDArray[np.float64]
    outcome: NDArray[np.int8]
    steps: NDArray[np.int64]
    period: NDArray[np.int64]
    residual: NDArray[np.float64]
    peak: NDArray[np.float64] | None = None
    mean: NDArray[np.float64] | None = None
    states: NDArray[np.float64] | None = None

    @classmethod
    def blank(cls, columns: tuple[int, ...], n: int, *, track: bool = False) -> Runs:
        """Return arrays to be filled; they say fixed point, period 1, until told otherwise."""
        return cls(
            np.empty((*columns, n)),
            np.zeros(columns, dtype=np.int8),
            np.empty(columns, dtype=np.int64),
            np.ones(columns, dtype=np.int64),
            np.empty(columns),
            np.empty((*columns, n)) if track else None,
            np.empty((*columns, n)) if track else None,
        )

    def part(self, lanes: NDArray[np.intp] | slice) -> Runs:
        """Return the runs of these lanes, as a view where `lanes` is a slice."""
        taken: list[Any] = [
            None if array is None else array[lanes]
            for array in (getattr(self, field.name) for field in fields(self))
        ]
        return Runs(*taken)

    def first_columns(self) -> Runs:
        """Return the runs of every member's first column, as a view."""
        taken: list[Any] = [
            None if array is None else array[:, 0]
            for array in (getattr(self, field.name) for field in fields(self))
        ]
        return Runs(*taken)


class Ledger:
    """Which runs are open, and the results of those that have ended.

    Parameters
    ----------
    start : ndarray of shape (n, S) or (n, R, S)
    results : Runs
        Written to, `final` at the end and the others as the runs end; peak and mean are followed
        if it has room for them.
    space : Space
        For the last states; `end` uses up the states in it.
    record : bool
        Whether to keep every state; layout (n, S) only.
    """

    def __init__(
        self, start: NDArray[np.float64], results: Runs, space: Space, *, record: bool
    ) -> None:
        self.open = np.ones(results.outcome.shape, dtype=bool)
        self.remaining = self.open.size
        self._lanes: NDArray[np.intp] | None = None
        self._results = results
        self._visible = results.final.shape[-1]
        seen = start[: self._visible]
        self._peak = None if results.peak is None else seen.copy()
        self._total = None if results.mean is None else seen.copy()
        self._history = [seen.T.copy()] if record else None
        self._space = space
        self._last = within(space.ended, (self._visible, self.remaining))
        self._places: list[NDArray[np.intp]] = []

    @property
    def follows(self) -> bool:
        """Whether every state is to be noted."""
        return self._peak is not None or self._history is not None

    def note(self, x: NDArray[np.float64]) -> None:
        """Take a new state into peak, mean and history."""
        seen = x[: self._visible]
        if self._peak is not None and self._total is not None:
            np.maximum(self._peak, seen, out=self._peak)
            np.add(self._total, seen, out=self._total)
        if self._history is not None:
            states = self._history[-1].copy()
            there = self.open.nonzero()[0]
            states[there if self._lanes is None else self._lanes[there]] = seen.T[there]
            self._history.append(states)

    def close(
        self,
        ended: NDArray[np.bool_],
        x: NDArray[np.float64],
        step: int,
        change: NDArray[np.float64],
        *,
        outcome: int = 0,
        period: NDArray[np.int64] | int = 1,
    ) -> None:
        """Write down the runs that ended with this state; a fixed point unless told otherwise."""
        if self.remaining == self._results.outcome.size and np.count_nonzero(ended) == ended.size:
            self._close_all(x, step, change, outcome, period)
            return
        here = ended.nonzero()
        there = here if self._lanes is None else (self._lanes[here[0]], *here[1:])
        results = self._results
        room = self._last[:, -self.remaining :][:, : len(here[0])]
        room[...] = _columns(x[: self._visible], here)
        self._places.append(_flat(there, results.outcome.shape))
        if results.peak is not None and results.mean is not None:
            results.peak[there] = _columns(self._peak, here).T
            results.mean[there] = _columns(self._total, here).T / (step + 1)
        results.steps[there] = step
        results.residual[there] = change[here]
        if outcome:
            results.outcome[there] = outcome
            results.period[there] = period if isinstance(period, int) else period[here]
        self.open[here] = False
        self.remaining -= len(here[0])

    def _close_all(
        self,
        x: NDArray[np.float64],
        step: int,
        change: NDArray[np.float64],
        outcome: int,
        period: NDArray[np.int64] | int,
    ) -> None:
        """Write down all runs at once, as a run alone needs it."""
        results = self._results
        results.final[...] = _as_rows(x[: self._visible])
        if results.peak is not None and results.mean is not None:
            results.peak[...] = _as_rows(self._peak)
            results.mean[...] = _as_rows(self._total) / (step + 1)
        results.steps.fill(step)
        results.residual[...] = change
        if outcome:
            results.outcome.fill(outcome)
            results.period[...] = period
        self.open.fill(False)
        self.remaining = 0

    def compact(self) -> NDArray[np.intp] | None:
        """Drop the lanes that have ended if they are many, and return those to keep."""
        keep = np.flatnonzero(self.open if self.open.ndim == 1 else self.open.any(axis=1))
        if len(keep) > (1 - _COMPACT_FROM) * len(self.open):
            return None
        self.open = self.open[keep]
        self._lanes = keep if self._lanes is None else self._lanes[keep]
        if self._peak is not None and self._total is not None:
            self._peak = self._peak.take(keep, axis=1)
            self._total = self._total.take(keep, axis=1)
        return keep

    def end(self) -> Runs:
        """Return the results; the space is used up."""
        if self._places:
            # The last states are brought into order here, in the cache. Written as the runs end
            # they would go to places far apart, which takes longer.
            places = np.concatenate(self._places)
            order = np.empty(len(places), dtype=np.intp)
            order[places] = np.arange(len(places))
            states = within(self._space.states[0], self._last.shape)
            np.take(self._last, order, axis=1, out=states, mode="clip")
            self._results.final.reshape(states.T.shape)[...] = states.T
        if self._history is None:
            return self._results
        return replace(self._results, states=np.stack(self._history, axis=1))


def _as_rows(x: Any) -> NDArray[np.float64]:
    """Return states (n, S) or (n, R, S) with the concepts last."""
    rows: NDArray[np.float64] = x.T if x.ndim == 2 else x.transpose(1, 2, 0)
    return rows


def _flat(there: Any, shape: tuple[int, ...]) -> NDArray[np.intp]:
    """Return the places in an array of this shape, counted through."""
    places: NDArray[np.intp] = there[0]
    for along, size in zip(there[1:], shape[1:], strict=True):
        places = places * size + along
    return places


def _columns(x: Any, here: tuple[NDArray[np.intp], ...]) -> NDArray[np.float64]:
    """Return some columns of the states, (n, m)."""
    if len(here) == 1:
        columns: NDArray[np.float64] = x.take(here[0], axis=1, mode="clip")
    else:
        columns = x[(slice(None), *here)]
    return columns


def join(parts: Sequence[Runs]) -> Runs:
    """Return runs of several chunks or groups, one after the other."""
    if len(parts) == 1:
        return parts[0]
    longest = max(0 if part.states is None else part.states.shape[1] for part in parts)
    joined: list[Any] = []
    for field in fields(Runs):
        arrays = [getattr(part, field.name) for part in parts]
        if field.name == "states" and longest:
            arrays = [_lengthened(states, longest) for states in arrays]
        joined.append(None if arrays[0] is None else np.concatenate(arrays))
    return Runs(*joined)


def _lengthened(states: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    missing = length - states.shape[1]
    return np.concatenate([states, np.repeat(states[:, -1:], missing, axis=1)], axis=1)
