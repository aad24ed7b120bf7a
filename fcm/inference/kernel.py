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
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.inference.cycles import FIRST_CHECKPOINT, Checkpoint
from fcm.inference.ledger import Buffers, Ledger, Runs, join

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.inference.transfer import Transfer

__all__ = ["Hold", "Regime", "run"]

_STATE_BYTES = 2**18
_MATRIX_BYTES = 2**20
_FEWEST_COLUMNS = 512
# Below this many state entries a product is too small for BLAS to start threads.
_SINGLE_THREAD_FROM = 2**12


@dataclass(frozen=True, slots=True)
class Hold:
    """A concept that has a given value after every step.

    Parameters
    ----------
    row : int
    values : ndarray, broadcasts to the runs: (S,) or (R, S)
    where : ndarray of bool, broadcasts to the runs, or None
        The runs in which it is held; None means all.
    """

    row: int
    values: NDArray[np.float64]
    where: NDArray[np.bool_] | None

    def take(self, lanes: NDArray[np.intp] | slice) -> Hold:
        """Return the hold for these lanes only."""
        where = self.where
        return Hold(
            self.row,
            self.values if len(self.values) == 1 else self.values[lanes],
            where if where is None or len(where) == 1 else where[lanes],
        )


@dataclass(frozen=True, slots=True)
class Regime:
    """What the states obey from step `first` on, until the next regime.

    Parameters
    ----------
    first : int
        First step whose state is computed under this regime.
    matrix : ndarray of shape (n, n) or (R, n, n)
        [cause, effect], times the transfer's gain; ``squash(matrix.T @ state + bias)`` comes next.
    bias : ndarray that broadcasts to the states, or None
    holds : tuple of Hold
    """

    first: int
    matrix: NDArray[np.float64]
    bias: NDArray[np.float64] | None
    holds: tuple[Hold, ...]

    def take(self, lanes: NDArray[np.intp] | slice, buffers: Buffers | None = None) -> Regime:
        """Return the regime for these lanes only; its matrices may go into buffers."""
        matrix, bias = self.matrix, self.bias
        if matrix.ndim == 3:
            if buffers is None or isinstance(lanes, slice):
                matrix = matrix[lanes]
            else:
                matrix = buffers.compacted(matrix, lanes, 0)
        return Regime(
            self.first,
            matrix,
            bias if bias is None or bias.shape[1] == 1 else bias[:, lanes],
            tuple(hold.take(lanes) for hold in self.holds),
        )


def run(
    start: NDArray[np.float64],
    regimes: Sequence[Regime],
    transfer: Transfer,
    *,
    tol: float,
    max_steps: int,
    record: bool = False,
    tell: Callable[[int], object] | None = None,
) -> Runs:
    """Run every start state to its own end.

    Parameters
    ----------
    start : ndarray of shape (n, S) or (n, R, S)
        Holds that act from step 0 are already in it.
    regimes : sequence of Regime
        In the order of their first steps. No run settles before the last of them acts.
    transfer : Transfer
    tol, max_steps
        As in `fcm.Dynamics`.
    record : bool
        Whether to keep every state; layout (n, S) only.
    tell : callable, optional
        Called after each chunk with the number of runs done.
    """
    n, lanes = start.shape[:2]
    bytes_per_lane = 8 * max(start.size // max(lanes, 1), 1)
    if start.ndim == 3:
        chunk = max(1, min(_STATE_BYTES // bytes_per_lane, _MATRIX_BYTES // (8 * max(n * n, 1))))
    else:
        chunk = max(_FEWEST_COLUMNS, _STATE_BYTES // bytes_per_lane)
    results = Runs.blank(start.shape[1:], n)
    chunk = max(1, min(chunk, lanes))
    states = Buffers(bytes_per_lane // 8 * chunk, count=5)
    matrices = Buffers(n * n * chunk, count=2) if start.ndim == 3 else None
    parts = []
    with (
        _one_blas_thread() if start.size >= _SINGLE_THREAD_FROM else nullcontext(),
        np.errstate(over="ignore"),
    ):
        for low in range(0, lanes, chunk):
            here = slice(low, min(low + chunk, lanes))
            part = _run_chunk(
                start[:, here],
                regimes if chunk == lanes else [regime.take(here) for regime in regimes],
                transfer,
                results.part(here),
                states,
                matrices,
                tol=tol,
                max_steps=max_steps,
                record=record,
            )
            parts.append(part)
            if tell is not None:
                tell(part.outcome.size)
    return join(parts) if record and parts else results


def _run_chunk(
    start: NDArray[np.float64],
    regimes: Sequence[Regime],
    transfer: Transfer,
    results: Runs,
    buffers: Buffers,
    matrices: Buffers | None,
    *,
    tol: float,
    max_steps: int,
    record: bool,
) -> Runs:
    x = buffers.copied(start)
    z = buffers.lend(x.shape)
    ledger = Ledger(x, results, buffers, record=record)
    regime, upcoming = regimes[0], list(regimes[1:])
    settle_from = max(regimes[-1].first, 1)
    watch_from = settle_from - 1 + FIRST_CHECKPOINT
    watch: Checkpoint | None = None
    change = np.zeros(results.outcome.shape)
    for step in range(1, max_steps + 1):
        if upcoming and step >= upcoming[0].first:
            regime = upcoming.pop(0)
        if matrices is None:
            np.matmul(regime.matrix.T, x, out=z)
        else:
            np.matmul(regime.matrix.swapaxes(1, 2), x.swapaxes(0, 1), out=z.swapaxes(0, 1))
        if regime.bias is not None:
            np.add(z, regime.bias, out=z)
        transfer.squash(z)
        for hold in regime.holds:
            if hold.where is None:
                z[hold.row] = hold.values
            else:
                np.copyto(z[hold.row], hold.values, where=hold.where)
        ledger.note(z)
        np.subtract(z, x, out=x)
        np.abs(x, out=x)
        change = np.maximum.reduce(x, axis=0, initial=0.0)
        x, z = z, x
        if step < settle_from:
            continue
        ended = ledger.remaining
        settled = change < tol
        if np.count_nonzero(settled):
            ledger.close(settled & ledger.open, x, step, change, outcome=0, period=1)
        if watch is not None:
            period = watch.periods(x, step, change, z)
            if period.any():
                cycling = (period > 0) & ledger.open
                ledger.close(cycling, x, step, change, outcome=1, period=period)
        elif step == watch_from:
            watch = Checkpoint(x, step, tol)
        if not ledger.remaining:
            break
        keep = ledger.compact() if ledger.remaining < ended else None
        if keep is not None:
            x = buffers.compacted(x, keep, 1)
            buffers.take_back(z)
            z = buffers.lend(x.shape)
            change = change[keep]
            regime = regime.take(keep, matrices)
            if watch is not None:
                watch.keep(keep)
    if ledger.remaining:
        ledger.close(ledger.open.copy(), x, max_steps, change, outcome=2)
    buffers.take_back(x, z)
    if matrices is not None:
        matrices.take_back(regime.matrix)
    return ledger.end()


@cache
def _blas() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _one_blas_thread() -> Any:
    return _blas().limit(limits=1, user_api="blas")
