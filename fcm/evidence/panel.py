"""A panel: concept by period, with confidence; what is missing stays missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import EvidenceError, UnknownConceptError, nearest
from fcm.evidence.claim import Origin
from fcm.frozen import FrozenDict, frozen_array

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Panel"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Panel:
    """Concept by period, with confidence; what is missing stays missing.

    Parameters
    ----------
    periods : sequence of str, length T
        Sortable labels of equal frequency ("2018-12", "2018-W51"), ascending, each once.
    names : sequence of str, length n
        Concepts (or units, for `fcm.learning.policy_effect`), each once.
    values : array_like of shape (T, n)
        Activations in [0, 1] for learning, or any unit for policy effects; NaN = missing.
    confidence : array_like of shape (T, n), values in [0, 1], optional
        1 where a value stands and 0 where it is missing, unless given.
    origins : mapping of name to Origin, optional
    reliability : array_like of shape (n,), values in [0, 1], optional
        Share of a series' variance that is the concept and not noise; 1 unless given.
    """

    periods: tuple[str, ...]
    names: tuple[str, ...]
    values: NDArray[np.float64]
    confidence: NDArray[np.float64] = None  # type: ignore[assignment]
    origins: Mapping[str, Origin] = field(default_factory=FrozenDict)
    reliability: NDArray[np.float64] = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        periods, names = tuple(map(str, self.periods)), tuple(self.names)
        values = frozen_array(self.values)
        shape = (len(periods), len(names))
        if values.shape != shape:
            raise EvidenceError(
                f"panel values have shape {values.shape}; {shape[0]} periods and {shape[1]} "
                f"names need {shape}."
            )
        if np.isinf(values).any():
            t, j = np.argwhere(np.isinf(values))[0]
            raise EvidenceError(
                f"panel value of {names[j]!r} in {periods[t]} is infinite; NaN marks missing."
            )
        for what, labels in (("period", periods), ("name", names)):
            if len(set(labels)) != len(labels):
                twice = next(each for each in labels if labels.count(each) > 1)
                raise EvidenceError(f"panel {what} {twice!r} stands twice; each may stand once.")
        if list(periods) != sorted(periods):
            later = next(b for a, b in pairwise(periods) if b < a)
            raise EvidenceError(f"panel periods are not ascending at {later!r}; sort them first.")
        given: NDArray[np.float64] | None = self.confidence
        confidence = frozen_array(np.isfinite(values) if given is None else given)
        known: NDArray[np.float64] | None = self.reliability
        reliability = frozen_array(np.ones(len(names)) if known is None else known)
        for what, array, wanted in (
            ("confidence", confidence, shape),
            ("reliability", reliability, shape[1:]),
        ):
            if array.shape != wanted:
                raise EvidenceError(f"panel {what} has shape {array.shape}; expected {wanted}.")
            if not ((array >= 0) & (array <= 1)).all():
                raise EvidenceError(f"panel {what} must lie in [0, 1].")
        for name in self.origins:
            if name not in names:
                raise EvidenceError(
                    f"panel origin for {name!r}, which is no column. {nearest(name, names)}"
                )
        object.__setattr__(self, "periods", periods)
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "confidence", confidence)
        object.__setattr__(self, "reliability", reliability)
        object.__setattr__(self, "origins", FrozenDict(self.origins))

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        """Return one column, shape (T,)."""
        if name not in self.names:
            raise UnknownConceptError(f"{name!r} is not in this panel. {nearest(name, self.names)}")
        return self.values[:, self.names.index(name)]

    def subset(self, names: Sequence[str]) -> Panel:
        """Return the panel of these columns only, in this order."""
        for name in names:
            self[name]
        columns = [self.names.index(name) for name in names]
        return replace(
            self,
            names=tuple(names),
            values=self.values[:, columns],
            confidence=self.confidence[:, columns],
            reliability=self.reliability[columns],
            origins={k: v for k, v in self.origins.items() if k in names},
        )

    def join(self, other: Panel) -> Panel:
        """Return both panels side by side over the union of their periods.

        Raises
        ------
        EvidenceError
            If a name stands in both.
        """
        for name in self.names:
            if name in other.names:
                raise EvidenceError(
                    f"both panels hold {name!r}; take one of them out with subset() first."
                )
        periods = tuple(sorted(set(self.periods) | set(other.periods)))
        names = self.names + other.names
        values = np.full((len(periods), len(names)), np.nan)
        confidence = np.zeros(values.shape)
        row = {period: t for t, period in enumerate(periods)}
        start = 0
        for panel in (self, other):
            rows = [row[period] for period in panel.periods]
            columns = slice(start, start + len(panel.names))
            values[rows, columns] = panel.values
            confidence[rows, columns] = panel.confidence
            start += len(panel.names)
        return Panel(
            periods=periods,
            names=names,
            values=values,
            confidence=confidence,
            origins={**self.origins, **other.origins},
            reliability=np.concatenate([self.reliability, other.reliability]),
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the values as a pandas frame, periods by names (needs the notebook extra)."""
        import pandas as pd

        return pd.DataFrame(
            np.array(self.values), index=pd.Index(self.periods, name="period"), columns=self.names
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Panel):
            return NotImplemented
        return (
            (self.periods, self.names, self.origins) == (other.periods, other.names, other.origins)
            and np.array_equal(self.values, other.values, equal_nan=True)
            and np.array_equal(self.confidence, other.confidence)
            and np.array_equal(self.reliability, other.reliability)
        )

    def __hash__(self) -> int:
        return hash((self.periods, self.names))

    def __repr__(self) -> str:
        if not self.periods:
            return f"Panel(no periods, {len(self.names)} names)"
        known = int(np.isfinite(self.values).sum())
        return (
            f"Panel({self.periods[0]}..{self.periods[-1]}, {len(self.periods)} periods x "
            f"{len(self.names)} names, {known} of {self.values.size} cells known)"
        )
