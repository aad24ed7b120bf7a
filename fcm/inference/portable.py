"""The same runs on arrays of any library: torch, CuPy, JAX, numpy.

A second, small kernel on the Python array API standard. It is written to be read: every run is
carried along until all have ended, and nothing is done in place. The tuned kernel is tested
against it. It knows no names, scenarios or times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fcm.errors import DynamicsError, MapError
from fcm.inference.loop.cycles import FIRST_CHECKPOINT
from fcm.inference.rules import Kosko, ModifiedKosko, Rescaled, Rule
from fcm.inference.transfer import (
    TIE,
    Bivalent,
    Saturated,
    Sigmoid,
    Tanh,
    Transfer,
    Trivalent,
)

__all__ = ["ArrayRuns", "simulate_array"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArrayRuns:
    """What came of every run, in arrays of the library that the start states came in.

    Parameters
    ----------
    final : array of shape (S, n)
        Last states; equilibria only where `outcome` is 0.
    outcome : array of int, shape (S,)
        Codes of `fcm.Outcome`: 0 fixed point, 1 limit cycle, 2 unsettled.
    steps : array of int, shape (S,)
    period : array of int, shape (S,)
        1 at a fixed point, 0 where unsettled.
    residual : array of shape (S,)
        Largest change of any activation in the last step.
    """

    final: Any
    outcome: Any
    steps: Any
    period: Any
    residual: Any


def simulate_array(
    weights: Any,
    start: Any,
    *,
    held: Any = None,
    rule: Rule | None = None,
    transfer: Transfer | None = None,
    tol: float = 1e-5,
    max_steps: int = 1000,
) -> ArrayRuns:
    """Return the states to which start states run, as arrays of the same kind on the same device.

    torch tensors need the package ``array-api-compat``, since they do not follow the standard by
    themselves; numpy, CuPy and JAX arrays do.

    Parameters
    ----------
    weights : array of shape (n, n)
        ``weights[i, j]`` is the effect of concept ``i`` on concept ``j``.
    start : array of shape (n,) or (S, n)
        Its precision is that of the whole run.
    held : array of bool, shape (n,), optional
        Concepts that keep their start value: clamps and held inputs.
    rule : Kosko, ModifiedKosko or Rescaled, default ``Kosko()``
    transfer : Sigmoid, Tanh, Saturated, Bivalent or Trivalent, default ``Sigmoid()``
    tol, max_steps
        As in `fcm.Dynamics`.

    Raises
    ------
    MapError
        If the shapes do not fit.
    DynamicsError
        If rule or transfer are others, numbers differ by concept, the arrays follow no standard,
        or `tol` is below what single precision can tell.

    Examples
    --------
    >>> import numpy as np
    >>> runs = simulate_array(np.array([[0.0, 0.8], [0.0, 0.0]]), np.ones((1, 2)))
    >>> runs.final.round(3), runs.steps
    (array([[0.5  , 0.599]]), array([3]))
    """
    xp = _namespace(weights, start)
    rule = Kosko() if rule is None else rule
    transfer = Sigmoid() if transfer is None else transfer
    n = weights.shape[0] if weights.ndim else 0
    if not n or tuple(weights.shape) != (n, n) or start.ndim not in (1, 2) or start.shape[-1] != n:
        raise MapError(
            f"weights have shape {tuple(weights.shape)} and start states {tuple(start.shape)}; "
            "expected (n, n) and (n,) or (S, n), with one concept or more."
        )
    _check(xp, rule, transfer, start, tol, max_steps)
    matrix, bias = _folded(xp, rule, xp.astype(weights, start.dtype))
    x = xp.permute_dims(start if start.ndim == 2 else start[None, :], (1, 0))
    kept = None if held is None else held[:, None]
    near = 0.0 if isinstance(transfer, Bivalent | Trivalent) else 1e-3 * tol

    going = xp.ones_like(x[0, :], dtype=xp.bool)
    whole = xp.astype(going, xp.int64)
    outcome, steps, period = 2 * whole, max_steps * whole, 0 * whole
    residual = xp.astype(0 * whole, x.dtype)
    watch: _Watch | None = None
    for step in range(1, max_steps + 1):
        net = xp.matmul(xp.permute_dims(matrix, (1, 0)), x) + bias
        after = _activation(xp, transfer, net)
        after = after if kept is None else xp.where(kept, x, after)
        after = xp.where(going[None, :], after, x)
        change = _largest(xp, after - x)
        residual = xp.where(going, change, residual)
        x = after
        ended = going & (change < tol)
        found = xp.where(ended, whole, 0 * whole)
        if watch is not None:
            returned = watch.periods(x, step, change)
            cycling = going & ~ended & (returned > 0)
            found = xp.where(cycling, returned, found)
            outcome = xp.where(cycling, whole, outcome)
            ended_now = ended | cycling
        else:
            ended_now = ended
            if step == FIRST_CHECKPOINT:
                watch = _Watch(xp, x, step, near)
        outcome = xp.where(ended, 0 * whole, outcome)
        steps = xp.where(ended_now, step * whole, steps)
        period = xp.where(ended_now, found, period)
        going = going & ~ended_now
        if not bool(xp.any(going)):
            break
    return ArrayRuns(
        final=xp.permute_dims(x, (1, 0)),
        outcome=outcome,
        steps=steps,
        period=period,
        residual=residual,
    )


class _Watch:
    """One old state per run, by the rules of `fcm.inference.loop.cycles.Checkpoint`."""

    def __init__(self, xp: Any, x: Any, step: int, near: float) -> None:
        self.xp, self.near = xp, near
        self.state = x
        self.one = xp.astype(xp.ones_like(x[0, :]), xp.int64)
        self.since, self.guess = step * self.one, 0 * self.one
        self.window = FIRST_CHECKPOINT * self.one
        self.gap = 0 * x[0, :]
        self.rounding = 16 * float(xp.finfo(x.dtype).eps)

    def periods(self, x: Any, step: int, change: Any) -> Any:
        """Return the period of each run that is now known to cycle, 0 for the others."""
        xp = self.xp
        gap, age = _largest(xp, x - self.state), step - self.since
        noise = self.rounding * _largest(xp, x)
        moving = change > noise
        second = (self.guess > 0) & (age == self.guess)
        short_tail = gap * gap < self.near * (self.gap - gap)
        known = ((gap <= noise) | (second & short_tail)) & moving
        found = xp.where(known, age, 0 * age)

        guess = xp.where(second, -self.one, self.guess)
        first = (gap <= self.near) & ((guess == 0) | (age < guess))
        guess = xp.where(first, age, guess)
        self.gap = xp.where(first, gap, self.gap)
        overdue = (guess <= 0) & (age >= self.window)
        self.guess = xp.where(overdue, 0 * guess, guess)
        self.window = xp.where(overdue, 2 * self.window, self.window)
        self.since = xp.where(first | overdue, step * self.one, self.since)
        self.state = xp.where((first | overdue)[None, :], x, self.state)
        return found


def _largest(xp: Any, x: Any) -> Any:
    return xp.max(xp.abs(x), axis=0)


def _activation(xp: Any, transfer: Any, net: Any) -> Any:
    if isinstance(transfer, Sigmoid):
        return 1.0 / (1.0 + xp.exp(-float(transfer.slope) * net))  # type: ignore[arg-type]
    if isinstance(transfer, Tanh):
        return xp.tanh(float(transfer.slope) * net)  # type: ignore[arg-type]
    if isinstance(transfer, Saturated):
        return xp.clip(net, transfer.low, transfer.high)
    if isinstance(transfer, Bivalent):
        cut = transfer.threshold + (-TIE if transfer.inclusive else TIE)
        return xp.astype(net > cut, net.dtype)
    cut = transfer.threshold + TIE
    return xp.astype(net > cut, net.dtype) - xp.astype(net < -cut, net.dtype)


def _folded(xp: Any, rule: Any, weights: Any) -> tuple[Any, Any]:
    memory = 1.0 if isinstance(rule, ModifiedKosko) else float(rule.memory)
    number = xp.cumulative_sum(xp.ones_like(weights[0, :]))
    matrix = weights + memory * xp.astype(number[:, None] == number[None, :], weights.dtype)
    if isinstance(rule, Rescaled):
        return 2.0 * matrix, -xp.sum(matrix, axis=0)[:, None]
    return matrix, 0.0


def _check(xp: Any, rule: object, transfer: object, start: Any, tol: float, max_steps: int) -> None:
    if not xp.isdtype(start.dtype, "real floating"):
        raise DynamicsError(f"start states are {start.dtype}; expected floating-point numbers.")
    if not isinstance(rule, Kosko | ModifiedKosko | Rescaled):
        raise DynamicsError(f"{rule!r} runs on numpy only; use fcm.simulate.")
    if not isinstance(transfer, Sigmoid | Tanh | Saturated | Bivalent | Trivalent):
        raise DynamicsError(f"{transfer!r} runs on numpy only; use fcm.simulate.")
    numbers = (getattr(rule, "memory", 0.0), getattr(transfer, "slope", 0.0))
    if not all(isinstance(each, float | int) for each in numbers):
        raise DynamicsError(
            "memories or slopes that differ by concept run on numpy only; use fcm.simulate."
        )
    rule.check(transfer)
    if not tol > 0 or max_steps < 1:
        raise DynamicsError(
            f"tol is {tol!r} and max_steps {max_steps!r}; expected a number above 0, and 1 or more."
        )
    if tol < 8 * float(xp.finfo(start.dtype).eps):
        raise DynamicsError(
            f"tol is {tol!r}, but {start.dtype} cannot tell activations apart below about "
            f"{float(xp.finfo(start.dtype).eps):.0e}; use double precision or a larger tol."
        )


def _namespace(*arrays: Any) -> Any:
    try:
        from array_api_compat import (  # type: ignore[import-not-found, unused-ignore]
            array_namespace,
        )
    except ImportError:
        standard = [each for each in arrays if hasattr(each, "__array_namespace__")]
        spaces = {each.__array_namespace__() for each in standard}
        if len(standard) == len(arrays) and len(spaces) == 1:
            return spaces.pop()
        kinds = " and ".join(sorted({type(each).__module__ for each in arrays}))
        raise DynamicsError(
            f"the arrays are of {kinds}; expected arrays of one library that follows the array "
            "API standard. For torch install array-api-compat."
        ) from None
    return array_namespace(*arrays)
