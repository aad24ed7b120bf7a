"""The one loop of the library: multiply the state by a matrix and squash it, until it settles.

The kernel knows arrays and steps; it knows no names, scenarios or rules. States stand as
``(n, S)``, one column per run with one matrix for all, or as ``(n, R, S)``, where each of R
members has a matrix of its own and S columns. The work is split into chunks that fit the
processor's cache along the *lanes*, axis 1: columns in the first layout, members in the second.

Each run ends at its own step, whatever its neighbours do. Its states agree to 1e-12 however the
runs are batched; bitwise they may not, since a sum may round differently in its last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from math import ceil, inf, log
from typing import TYPE_CHECKING, Protocol

import numpy as np

from fcm.inference.loop.cycles import FIRST_CHECKPOINT, Checkpoint
from fcm.inference.loop.ledger import Ledger, Runs, join
from fcm.inference.loop.threads import one_blas_thread, shared_out
from fcm.inference.loop.trail import Space, Trail

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.inference.loop.advance import Advance

__all__ = ["Hold", "Law", "Regime", "run"]

# Of the states of a chunk, and of its members' matrices: together they stay in the cache.
_STATE_BYTES = 2**19
_MATRIX_BYTES = 2**20
_FEWEST_COLUMNS = 512
# Multiplications in one step. Below the first, calls cost more than arithmetic, so several steps
# are taken at a stretch; below the second, BLAS starts no threads by itself.
_STRETCH_BELOW = 2**14
_STRETCH = 8
_ONE_THREAD_FROM = 2**15


Product = Callable[["NDArray[np.float64]", "NDArray[np.float64]"], object]


@dataclass(frozen=True, slots=True)
class Hold:
    """A concept that has a given value after every step.

    Parameters
    ----------
    row : int
    values : ndarray, broadcasts to the runs: (S,) or (R, S)
    where : ndarray of bool, broadcasts to the runs, or None
        The runs in which it is held; None means all.
    share : float, optional
        How much of the way from its present state to the value it goes in this step; None means
        all of it.
    """

    row: int
    values: NDArray[np.float64]
    where: NDArray[np.bool_] | None
    share: float | None = None

    def take(self, lanes: NDArray[np.intp] | slice) -> Hold:
        """Return the hold for these lanes only."""
        where = self.where
        return Hold(
            self.row,
            self.values if len(self.values) == 1 else self.values[lanes],
            where if where is None or len(where) == 1 else where[lanes],
            self.share,
        )


class Law(Protocol):
    """What the kernel asks of a regime."""

    @property
    def first(self) -> int:
        """First step whose state is computed under it."""
        ...

    @property
    def bias(self) -> NDArray[np.float64] | None:
        """What is added to the product; broadcasts to the states."""
        ...

    @property
    def holds(self) -> tuple[Hold, ...]:
        """What has a given value after every step."""
        ...

    @property
    def fewest(self) -> int:
        """Columns below which a product does not pay."""
        ...

    def product(self, *, few: bool) -> Product:
        """Return the function that puts ``matrix.T @ x`` into its second argument."""
        ...

    def take(self, lanes: NDArray[np.intp] | slice, space: Space | None = None) -> Law:
        """Return the regime for these lanes only; its matrices may go into the space."""
        ...


@dataclass(frozen=True, slots=True)
class Regime:
    """What the states obey from step `first` on, until the next regime.

    Parameters
    ----------
    first : int
        First step whose state is computed under this regime.
    matrix : ndarray of shape (n, n) or (R, n, n)
        [cause, effect], times the transfer's gain; the advance of ``matrix.T @ state + bias``
        comes next.
    bias : ndarray that broadcasts to the states, or None
    holds : tuple of Hold
    """

    first: int
    matrix: NDArray[np.float64]
    bias: NDArray[np.float64] | None
    holds: tuple[Hold, ...]

    @property
    def fewest(self) -> int:
        """Columns below which a product does not pay."""
        return _FEWEST_COLUMNS

    def product(self, *, few: bool) -> Product:
        """Return the function that puts ``matrix.T @ x`` into its second argument."""
        if self.matrix.ndim == 3:
            turned = self.matrix.swapaxes(1, 2)
            return lambda x, z: np.matmul(turned, x.swapaxes(0, 1), out=z.swapaxes(0, 1))
        # For few columns the call is what costs, and this one is the shortest.
        return self.matrix.T.dot if few else partial(np.matmul, self.matrix.T)

    def take(self, lanes: NDArray[np.intp] | slice, space: Space | None = None) -> Regime:
        """Return the regime for these lanes only; its matrices may go into the space."""
        matrix, bias = self.matrix, self.bias
        if matrix.ndim == 3:
            if space is None or isinstance(lanes, slice):
                matrix = matrix[lanes]
            else:
                matrix = space.kept(matrix, lanes)
        return Regime(
            self.first,
            matrix,
            bias if bias is None or bias.shape[1] == 1 else bias[:, lanes],
            tuple(hold.take(lanes) for hold in self.holds),
        )


def run(
    start: NDArray[np.float64],
    regimes: Sequence[Law],
    advance: Advance,
    *,
    tol: float,
    max_steps: int,
    visible: int | None = None,
    track: bool = False,
    record: bool = False,
    threads: int = 1,
    tell: Callable[[int], object] | None = None,
) -> Runs:
    """Run every start state to its own end.

    Parameters
    ----------
    start : ndarray of shape (n, S) or (n, R, S)
        Holds that act from step 0 are already in it.
    regimes : sequence of Regime
        In the order of their first steps. No run settles before the last of them acts.
    advance : Advance
        From net inputs to the next state; `Squash` for a plain transfer.
    tol, max_steps
        As in `fcm.Dynamics`. All rows count for settling, hidden ones too.
    visible : int, optional
        Only the first rows stand in the results; the rows behind them may be delay lines.
    track : bool
        Whether to follow peak and mean.
    record : bool
        Whether to keep every state; layout (n, S) only.
    threads : int
        Chunks worked on at a time.
    tell : callable, optional
        Called after each chunk with the number of runs done, in the order of the runs.
    """
    n, lanes = start.shape[:2]
    # Threads wait for one another less often if each has more to do at a time.
    room = _STATE_BYTES if threads == 1 else 2 * _STATE_BYTES
    fewest = regimes[0].fewest
    share = max(-(-lanes // threads), fewest)
    chunk = max(1, min(_lanes_per_chunk(start, fewest, room), share, lanes))
    results = Runs.blank(start.shape[1:], n if visible is None else visible, track=track)
    whole = chunk == lanes
    pieces = [slice(low, min(low + chunk, lanes)) for low in range(0, lanes, chunk)]
    spaces: list[Space] = []

    def work(here: slice) -> Runs:
        try:
            space = spaces.pop()
        except IndexError:
            space = Space(_entries_per_lane(start) * chunk, n * n * chunk if start.ndim == 3 else 0)
        with np.errstate(over="ignore"):
            part = _run_chunk(
                start if whole else start[:, here],
                regimes if whole else [regime.take(here) for regime in regimes],
                advance if whole else advance.take(here),
                results if whole else results.part(here),
                space,
                tol=tol,
                max_steps=max_steps,
                record=record,
            )
        spaces.append(space)
        return part

    parts = []
    with one_blas_thread() if start.size * n >= _ONE_THREAD_FROM else nullcontext():
        for part in shared_out(work, pieces, threads):
            parts.append(part)
            if tell is not None:
                tell(part.outcome.size)
    return join(parts) if record and parts else results


def _lanes_per_chunk(start: NDArray[np.float64], fewest: int, room: int) -> int:
    n, per_lane = len(start), _entries_per_lane(start)
    if start.ndim == 3:
        return min(room // (8 * per_lane), _MATRIX_BYTES // (8 * max(n * n, 1)))
    return max(fewest, room // (8 * per_lane))


def _entries_per_lane(start: NDArray[np.float64]) -> int:
    return int(max(start.size // max(start.shape[1], 1), 1))


def _run_chunk(
    start: NDArray[np.float64],
    regimes: Sequence[Law],
    advance: Advance,
    results: Runs,
    space: Space,
    *,
    tol: float,
    max_steps: int,
    record: bool,
) -> Runs:
    # With one column per member the last axis is only in the way.
    lone = start.ndim == 3 and start.shape[2] == 1
    ledger = Ledger(
        start[:, :, 0] if lone else start,
        results.first_columns() if lone else results,
        space,
        record=record,
    )
    short = start.size * len(start) < _STRETCH_BELOW and not ledger.follows
    stretch = _STRETCH if short else 1
    trail = Trail(start, stretch, space)
    upcoming = list(regimes)
    settle_from = max(regimes[-1].first, 1)
    watch_from = settle_from - 1 + FIRST_CHECKPOINT
    watch: Checkpoint | None = None
    change = np.zeros(ledger.open.shape)
    follows, done = ledger.follows, 0
    while done < max_steps and ledger.remaining:
        count = min(stretch, max_steps - done)
        states = trail.states
        for i in range(count):
            while upcoming and done + i + 1 >= upcoming[0].first:
                regime = upcoming.pop(0)
                multiply = regime.product(few=short)
            x, z = states[i], states[i + 1]
            multiply(x, z)
            if regime.bias is not None:
                np.add(z, regime.bias, out=z)
            advance.apply(z, x)
            for hold in regime.holds:
                values = hold.values
                if hold.share is not None:
                    values = x[hold.row] + hold.share * (values - x[hold.row])
                if hold.where is None:
                    z[hold.row] = values
                else:
                    np.copyto(z[hold.row], values, where=hold.where)
            if follows:
                ledger.note(z[:, :, 0] if lone else z)
        before, begin, done = ledger.remaining, done + 1, done + count
        if done < max_steps and (done < settle_from or (done < watch_from and trail.all_move(tol))):
            trail.turn(count)
            continue
        changes = trail.changes(count)
        scratch = trail.scratch
        if lone:
            changes, scratch = changes[:, :, 0], scratch[:, :, 0]
        settled = changes < tol
        for i in range(count) if done >= watch_from else _rows(changes, tol):
            step = begin + i
            if step < settle_from or not ledger.remaining:
                continue
            x, change = states[i + 1], changes[i]
            x = x[:, :, 0] if lone else x
            if settled[i].any():
                ledger.close(settled[i] & ledger.open, x, step, change)
            if watch is not None:
                period = watch.periods(x, step, change, scratch)
                if period.any():
                    cycling = (period > 0) & ledger.open
                    ledger.close(cycling, x, step, change, outcome=1, period=period)
            elif step == watch_from:
                watch = Checkpoint(x, step, 0.0 if advance.exact else tol)
        if not ledger.remaining:
            break
        change = changes[-1]
        trail.turn(count)
        if short:
            stretch = _steps_to_rest(changes, tol)
        if ledger.remaining == before:
            continue
        trail.stop_screening()
        keep = None if short else ledger.compact()
        if keep is not None:
            trail.keep(keep)
            change = change[keep]
            regime = regime.take(keep, space)
            multiply = regime.product(few=short)
            advance = advance.take(keep)
            if watch is not None:
                watch.keep(keep)
    if ledger.remaining:
        x = trail.states[0][:, :, 0] if lone else trail.states[0]
        ledger.close(ledger.open.copy(), x, max_steps, change, outcome=2, period=0)
    return ledger.end()


def _steps_to_rest(changes: NDArray[np.float64], tol: float) -> int:
    """Return a guess at the steps until all runs have settled, at most a stretch."""
    largest = np.maximum.reduce(changes.reshape(len(changes), -1), 1, initial=0.0).tolist()
    before, last = largest[0], largest[-1]
    if not 0 < tol < last < before:
        return _STRETCH
    left = log(last / tol) * (len(changes) - 1) / log(before / last)
    return max(1, min(ceil(left), _STRETCH))


def _rows(changes: NDArray[np.float64], tol: float) -> list[int]:
    """Return the steps of a stretch in which something settled."""
    if len(changes) == 1:
        return [0] if np.count_nonzero(changes < tol) else []
    smallest = np.fmin.reduce(changes.reshape(len(changes), -1), 1, initial=inf).tolist()
    return [i for i, change in enumerate(smallest) if change < tol]
