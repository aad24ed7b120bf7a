"""The spectral radius of a matrix: as it is, and bounded from above for a proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["proved_radius", "radius", "shrinks"]

_EPS = float(np.finfo(np.float64).eps)
_LOOSER = (1e-12, 1e-9, 1e-6, 1e-3, 1e-1)
_SHARES = (1e-3, 1e-2, 1e-1, 0.5)
_QUICK_STEPS = 8


def radius(matrix: NDArray[np.float64]) -> float:
    """Return the largest modulus of the eigenvalues; 0 for an empty matrix.

    Parameters
    ----------
    matrix : ndarray of shape (n, n)

    Examples
    --------
    >>> round(radius(np.array([[0.0, 4.0], [1.0, 0.0]])), 9)
    2.0
    """
    if not matrix.size:
        return 0.0
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def proved_radius(matrix: NDArray[np.float64]) -> float:
    """Return an upper bound of the spectral radius of a non-negative matrix.

    For every positive vector v, the largest of ``(matrix v) / v`` is such a bound (Collatz and
    Wielandt). The eigenvalues, which may be far off for a matrix that is nearly defective, only
    serve to find a good v. The bound carries the rounding of its own arithmetic.

    Parameters
    ----------
    matrix : ndarray of shape (n, n), values 0 or more

    References
    ----------
    Collatz, L. (1942). Einschließungssatz für die charakteristischen Zahlen von Matrizen. Math.
    Zeitschrift 48, 221-226. doi:10.1007/BF01180013

    Examples
    --------
    >>> 2.0 <= proved_radius(np.array([[0.0, 4.0], [1.0, 0.0]])) < 2.0 + 1e-9
    True
    """
    n = len(matrix)
    if not matrix.any():
        return 0.0
    if not np.isfinite(matrix).all():
        return float("inf")
    best = _quotient(matrix, np.ones(n))
    near = radius(matrix)
    above = [near * (1 + looser) for looser in _LOOSER] + [best * share for share in _SHARES]
    for guess in above:
        try:
            v = np.linalg.solve(guess * np.eye(n) - matrix, np.ones(n))
        except np.linalg.LinAlgError:
            continue
        if np.isfinite(v).all() and (v > 0).all():
            return min(best, _quotient(matrix, v))
    return best


def shrinks(matrix: NDArray[np.float64]) -> bool:
    """Return whether the spectral radius is below 1: first by a few products, then exactly."""
    size = np.abs(matrix)
    v = np.ones(len(size))
    for _ in range(_QUICK_STEPS):
        w = size @ v
        if (w < v).all():
            return True
        w += 1e-3 * v
        top = float(w.max())
        if not np.isfinite(top):
            return False
        w /= top
        v = w
    return radius(matrix) < 1.0


def _quotient(matrix: NDArray[np.float64], v: NDArray[np.floating]) -> float:
    rounding = 1.0 + 4.0 * (len(v) + 2) * _EPS
    return float((matrix @ v / v).max()) * rounding
