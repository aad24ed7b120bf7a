"""The guard: what two series may share without having anything to do with each other.

Trend, season and a series' own past are taken out of both sides before anything is learned from
them. Where the data are too short to tell the season from anything else, the guard says so, and
what builds on it has to refuse.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np

from fcm.errors import LearningError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.learning.periods import Periods

__all__ = ["Guard", "partial_out"]

_YEAR = {"month": 12, "quarter": 4, "week": 52}
_WEEKS_PER_YEAR = 365.2425 / 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What is taken out of both sides before anything is learned.

    Parameters
    ----------
    trend : bool, default True
        A straight line over time.
    season : "auto", int or None, default "auto"
        By the calendar of the period labels: months and quarters get a level for each month or
        quarter of the year; weeks an annual sine and cosine; days a level for every single month
        and for each day of the week, which takes out any season without knowing a second year.
        Years and labels of another form have none. A number is the length of the cycle in
        periods; None takes no season out.
    own_lag : bool, default True
        The series' own value one period before.

    Raises
    ------
    LearningError
        If `season` is none of these.

    Notes
    -----
    A season is told from other change only if it has been seen twice. With less than two full
    cycles `columns` gives the reason, and learners and `screen` learn nothing from such data.

    Examples
    --------
    >>> from fcm.learning.periods import read_periods
    >>> columns, reason = Guard().columns(read_periods([f"2018-{k:02d}" for k in range(1, 13)]))
    >>> reason
    'the season cannot be told from anything else: 12 months are less than two years'
    """

    trend: bool = True
    season: Literal["auto"] | int | None = "auto"
    own_lag: bool = True

    def __post_init__(self) -> None:
        season = self.season
        whole = isinstance(season, int) and not isinstance(season, bool) and season >= 2
        if not (season is None or season == "auto" or whole):
            raise LearningError(
                f"guard.season is {season!r}; expected 'auto', None or the length of the cycle in "
                "periods, 2 or more."
            )

    def columns(
        self, periods: Periods, *, span: int | None = None
    ) -> tuple[NDArray[np.float64], str]:
        """Return the level, trend and season as columns, and why the season is missing, if it is.

        Parameters
        ----------
        periods : Periods of length R
            The rows in use.
        span : int, optional
            Periods from first to last that the rows speak of; theirs unless given.

        Returns
        -------
        columns : ndarray of shape (R, k)
            The first is all 1. They may be collinear; `partial_out` does not mind.
        reason : str
            Empty unless a season is asked for that cannot be told.
        """
        ordinal = periods.ordinal
        rows = len(ordinal)
        parts = [np.ones((rows, 1))]
        if self.trend:
            centred = ordinal - ordinal.mean() if rows else ordinal.astype(np.float64)
            parts.append(centred[:, None] / max(1.0, float(np.ptp(ordinal)) if rows else 1.0))
        if span is None:
            span = int(np.ptp(ordinal)) + 1 if rows else 0
        reason = self._too_short(periods, span)
        if not reason:
            parts += self._season(periods)
        return np.hstack(parts), reason

    def _too_short(self, periods: Periods, span: int) -> str:
        calendar, name = periods.calendar, "period" if periods.calendar == "none" else ""
        name = name or periods.calendar
        if isinstance(self.season, int):
            cycle, wanted = self.season, f"two cycles of {self.season}"
        elif self.season is None or calendar in ("none", "year"):
            return ""
        elif calendar == "day":
            cycle, wanted = 7, "two weeks"
        else:
            cycle, wanted = _YEAR[calendar], "two years"
        if span >= 2 * cycle:
            return ""
        plural = "" if span == 1 else "s"
        return (
            f"the season cannot be told from anything else: {span} {name}{plural} are less than "
            f"{wanted}"
        )

    def _season(self, periods: Periods) -> list[NDArray[np.float64]]:
        calendar, ordinal = periods.calendar, periods.ordinal
        if isinstance(self.season, int):
            return [_levels(ordinal % self.season)]
        if self.season is None or calendar in ("none", "year"):
            return []
        if calendar == "week":
            turn = 2 * np.pi * ordinal / _WEEKS_PER_YEAR
            return [np.stack([np.sin(turn), np.cos(turn)], axis=1)]
        if calendar == "day":
            days = [date.fromordinal(int(each)) for each in ordinal]
            months = np.array([12 * day.year + day.month for day in days], dtype=np.int64)
            return [_levels(months), _levels(ordinal % 7)]
        return [_levels(ordinal % _YEAR[calendar])]


def partial_out(
    columns: NDArray[np.float64], values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], int]:
    """Return what the columns leave of the values, and the rank of the columns.

    By the theorem of Frisch, Waugh and Lovell, a regression of such residuals on each other gives
    the same coefficients as one with the columns in it.

    Parameters
    ----------
    columns : ndarray of shape (R, k)
    values : ndarray of shape (R,) or (R, m)

    References
    ----------
    Frisch, R., & Waugh, F. V. (1933). Partial time regressions as compared with individual trends.
    Econometrica 1(4), 387-401. doi:10.2307/1907330
    """
    if columns.shape[1] == 0 or len(columns) == 0:
        return values.copy(), 0
    left, size, _ = np.linalg.svd(columns, full_matrices=False)
    rank = int((size > size[0] * 1e-10 * max(columns.shape)).sum()) if size[0] > 0 else 0
    basis = left[:, :rank]
    rest = values - basis @ (basis.T @ values)
    # Once more: after one pass a series that is all season would leave rounding, not 0.
    return rest - basis @ (basis.T @ rest), rank


def _levels(cells: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(cells[:, None] == np.unique(cells)[None, :], dtype=np.float64)
