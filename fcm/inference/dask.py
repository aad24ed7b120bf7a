"""Large batches over many processes or machines, block by block, with Dask.

`simulate_block` is an ordinary function from a block of rows to a block of rows, so that any
engine can call it; `simulate_blocks` hands it to ``dask.array.map_blocks``. Needs the dask extra.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.errors import DynamicsError, ScenarioError
from fcm.inference.simulate import simulate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.inference.dynamics import Dynamics
    from fcm.inference.loop.sparse import SparseMap
    from fcm.map import CognitiveMap

__all__ = ["BlockRuns", "simulate_block", "simulate_blocks"]

_COLUMNS = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BlockRuns:
    """What will come of every run, as Dask arrays with one block per block of start states.

    Compute several at once, ``dask.compute(runs.final, runs.outcome)``, so that nothing is run
    twice.

    Parameters
    ----------
    final : dask array of shape (S, n)
        Last states; equilibria only where `outcome` is 0.
    outcome : dask array of int8, shape (S,)
        Codes of `fcm.Outcome`.
    steps, period : dask array of int64, shape (S,)
    residual : dask array of shape (S,)
    """

    final: Any
    outcome: Any
    steps: Any
    period: Any
    residual: Any


def simulate_blocks(
    m: CognitiveMap | SparseMap,
    initial: Any,
    *,
    clamp: Mapping[str, Any] | None = None,
    dynamics: Dynamics | None = None,
) -> BlockRuns:
    """Return a lazy batch: every row of start states run on one map.

    The results do not depend on the blocks: equal outcomes and steps, states to 1e-12. Blocks of
    some 10^5 rows keep a worker busy for about a second per ten concepts.

    Parameters
    ----------
    m : CognitiveMap or SparseMap
    initial : dask array of shape (S, n)
        Start values; blocks along the rows.
    clamp : mapping of name to value or array of shape (S,), optional
        As in `simulate`; arrays may be Dask's.
    dynamics : Dynamics, optional

    Raises
    ------
    DynamicsError
        If `initial` is no Dask array of shape (S, n) with a known number of rows.
    ScenarioError
        If a clamp has another length.
    """
    da: Any = import_module("dask.array")
    n = len(m)
    if not isinstance(initial, da.Array) or initial.ndim != 2 or initial.shape[1] != n:
        raise DynamicsError(
            f"initial is {type(initial).__name__} of shape {np.shape(initial)}; expected a Dask "
            f"array of shape (S, {n}), for example dask.array.from_array(states, "
            f"chunks=(100_000, {n}))."
        )
    if np.isnan(initial.shape[0]):
        raise DynamicsError(
            "initial has an unknown number of rows; call its compute_chunk_sizes() first."
        )
    fixed: dict[str, float] = {}
    columns: dict[str, Any] = {}
    for name, value in (clamp or {}).items():
        if np.ndim(value) == 0:
            fixed[name] = float(value)
        elif np.shape(value) == initial.shape[:1]:
            columns[name] = da.asarray(value).rechunk((initial.chunks[0],))[:, None]
        else:
            raise ScenarioError(
                f"clamp of {name!r} has shape {np.shape(value)}; expected one number or "
                f"{initial.shape[0]} values, one per row of initial."
            )
    rows = da.concatenate([initial.rechunk({1: n}), *columns.values()], axis=1)
    rows = rows.rechunk({1: n + len(columns)})
    ended = rows.map_blocks(
        simulate_block,
        m,
        clamped=tuple(columns),
        clamp=fixed,
        dynamics=dynamics,
        dtype=np.float64,
        chunks=(rows.chunks[0], (n + _COLUMNS,)),
        meta=np.empty((0, 0)),
    )
    return BlockRuns(
        final=ended[:, :n],
        outcome=ended[:, n].astype(np.int8),
        steps=ended[:, n + 1].astype(np.int64),
        period=ended[:, n + 2].astype(np.int64),
        residual=ended[:, n + 3],
    )


def simulate_block(
    rows: NDArray[np.float64],
    m: CognitiveMap | SparseMap,
    *,
    clamped: tuple[str, ...] = (),
    clamp: Mapping[str, float] | None = None,
    dynamics: Dynamics | None = None,
) -> NDArray[np.float64]:
    """Return last state, outcome, steps, period and residual of each row, side by side.

    Parameters
    ----------
    rows : ndarray of shape (s, n + k)
        Start states, then a column for each of the k concepts in `clamped`.
    m : CognitiveMap or SparseMap
    clamped : tuple of str, length k
    clamp : mapping of name to value, optional
        Clamps of all rows.
    dynamics : Dynamics, optional

    Returns
    -------
    ndarray of shape (s, n + 4)

    Examples
    --------
    >>> from fcm.map import CognitiveMap
    >>> m = CognitiveMap.from_links({("rain", "wet street"): 0.8})
    >>> simulate_block(np.ones((1, 2)), m, clamp={"rain": 1.0}).round(3)
    array([[1.  , 0.69, 0.  , 2.  , 1.  , 0.  ]])
    """
    n = len(m)
    own = {name: rows[:, n + k] for k, name in enumerate(clamped)}
    run = simulate(m, initial=rows[:, :n], clamp={**(clamp or {}), **own}, dynamics=dynamics)
    return np.column_stack([run.final, run.outcome, run.steps, run.period, run.residual])
