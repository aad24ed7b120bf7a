"""How steep a transfer is: at a net input, and at its steepest between two.

All net inputs here have the transfer's gain in them, as the kernel's have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import DynamicsError
from fcm.inference.forms.perconcept import Mixed
from fcm.inference.transfer import Saturated, Sigmoid, Tanh, parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from fcm.inference.transfer import Transfer

__all__ = ["slopes", "steepest", "why_not_smooth"]

_EPS = float(np.finfo(np.float64).eps)
_AT_BOUND = 1e-12


def why_not_smooth(transfer: Transfer) -> str:
    """Return why a transfer has no slope that this library knows, or "" if it has one.

    `Saturated` passes: it has one but for two points.

    Examples
    --------
    >>> from fcm.inference.transfer import Bivalent
    >>> why_not_smooth(Bivalent())
    'Bivalent jumps and has no slope; use Sigmoid or Tanh.'
    """
    for each in parts(transfer):
        if isinstance(each, Sigmoid | Tanh | Saturated):
            continue
        name = type(each).__name__
        if getattr(each, "exact", False):
            return f"{name} jumps and has no slope; use Sigmoid or Tanh."
        return f"the slope of {name} is not known; use Sigmoid, Tanh or Saturated."
    return ""


def slopes(
    transfer: Transfer, z: NDArray[np.float64], a: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return d squash / dz at net inputs z (n,), whose activations are a.

    At a bound of `Saturated` the slope inwards counts, so that nothing passes for stable that is
    not.

    Raises
    ------
    DynamicsError
        If the transfer has no known slope.
    """
    if isinstance(transfer, Sigmoid):
        return a * (a - 1.0)
    if isinstance(transfer, Tanh):
        return 1.0 - a * a
    if isinstance(transfer, Saturated):
        inside = (z >= transfer.low - _AT_BOUND) & (z <= transfer.high + _AT_BOUND)
        return inside.astype(np.float64)
    if isinstance(transfer, Mixed):
        slope = np.empty(len(z))
        for each, rows in _rows(transfer):
            slope[rows] = slopes(each, z[rows], a[rows])
        return slope
    raise DynamicsError(why_not_smooth(transfer))


def steepest(
    transfer: Transfer, low: NDArray[np.float64], high: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the largest abs(d squash / dz) for net inputs from low to high, each (n,).

    Raises
    ------
    DynamicsError
        If the transfer has no known slope.
    """
    if isinstance(transfer, Mixed):
        slope = np.empty(len(low))
        for each, rows in _rows(transfer):
            slope[rows] = steepest(each, low[rows], high[rows])
        return slope
    if isinstance(transfer, Saturated):
        return ((high >= transfer.low) & (low <= transfer.high)).astype(np.float64)
    # Sigmoid and tanh are steepest at 0 and flatter the farther from it.
    z = np.clip(0.0, low, high)
    a = z.copy()
    with np.errstate(over="ignore"):
        transfer.squash(a[:, None])
    # An activation near a bound of the range is known to its last bits only.
    most: NDArray[np.float64] = np.abs(slopes(transfer, z, a)) + 4 * _EPS * (z != 0)
    return most


def _rows(transfer: Mixed) -> Iterator[tuple[Transfer, NDArray[np.intp]]]:
    for each in transfer.each:
        yield each, np.flatnonzero([own == each for own in transfer.transfers])
