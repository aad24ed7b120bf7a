"""From series to steps: the state before and after, only between neighbouring periods.

A gap in a series is no step, and a missing cell stays missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import LearningError, UnknownConceptError, nearest
from fcm.evidence import Panel
from fcm.learning.periods import Periods, read_periods

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Series", "read_series"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One run of a system, concept by period.

    Parameters
    ----------
    values : ndarray of shape (T, n), NaN = missing
    periods : Periods of length T
    labels : tuple of str, length T
    """

    values: NDArray[np.float64]
    periods: Periods
    labels: tuple[str, ...]

    @property
    def starts(self) -> NDArray[np.intp]:
        """Rows that are followed by their neighbour, shape (steps,)."""
        return np.flatnonzero(np.diff(self.periods.ordinal) == 1)


def read_series(
    X: Panel | ArrayLike | Sequence[ArrayLike],  # noqa: N803  (scikit-learn's name)
    names: Sequence[str] | None = None,
) -> tuple[tuple[Series, ...], tuple[str, ...], NDArray[np.float64]]:
    """Return the series, the names of their columns and how reliable each column is.

    Parameters
    ----------
    X : Panel, (T, n) array, (K, T, n) array, or list of (T, n) arrays
        Cells of a panel with confidence 0 count as missing.
    names : sequence of str, optional
        Concepts in the wanted order; columns that a panel lacks are all missing.

    Raises
    ------
    UnknownConceptError
        If a panel holds a name that is not among `names`.
    LearningError
        If arrays have the wrong shape or hold infinity.
    """
    if isinstance(X, Panel):
        wanted = tuple(X.names if names is None else names)
        for name in X.names:
            if name not in wanted:
                raise UnknownConceptError(
                    f"the panel holds {name!r}, which is not in the map. {nearest(name, wanted)}"
                )
        known = np.where(X.confidence > 0, X.values, np.nan)
        values = np.full((len(X.periods), len(wanted)), np.nan)
        reliability = np.ones(len(wanted))
        for column, name in enumerate(X.names):
            values[:, wanted.index(name)] = known[:, column]
            reliability[wanted.index(name)] = X.reliability[column]
        series = Series(values=values, periods=read_periods(X.periods), labels=X.periods)
        return (series,), wanted, reliability
    arrays = _arrays(X)
    n = arrays[0].shape[1]
    found = tuple(f"C{i + 1}" for i in range(n)) if names is None else tuple(names)
    for array in arrays:
        if array.shape[1] != len(found):
            raise LearningError(
                f"a series has {array.shape[1]} columns; expected {len(found)}, one per concept."
            )
        if np.isinf(array).any():
            raise LearningError("a series holds infinity; mark what is missing as NaN.")
    runs = tuple(
        Series(
            values=array,
            periods=Periods(calendar="none", ordinal=np.arange(len(array), dtype=np.int64)),
            labels=tuple(f"row {t}" for t in range(len(array))),
        )
        for array in arrays
    )
    return runs, found, np.ones(len(found))


def _arrays(X: ArrayLike | Sequence[ArrayLike]) -> list[NDArray[np.float64]]:  # noqa: N803
    advice = "expected (T, n), (K, T, n), a list of (T, n), or a Panel"
    try:
        if isinstance(X, list | tuple) and X and np.ndim(X[0]) == 2:
            arrays = [np.array(each, dtype=np.float64) for each in X]
        else:
            whole = np.array(X, dtype=np.float64)
            arrays = [whole] if whole.ndim == 2 else list(whole) if whole.ndim == 3 else []
    except (TypeError, ValueError) as error:
        raise LearningError(f"series are no numbers ({error}); {advice}.") from None
    if not arrays or any(array.ndim != 2 for array in arrays):
        raise LearningError(f"series have shape {np.shape(np.asarray(X))}; {advice}.")
    return arrays
