"""Signals: what citizens write about, by concept and period, as aggregates and nothing else.

The constructor refuses a cell that stands for fewer than ``k`` people, so that no way to a
`Signals` (counting, reading a file, making one by hand) goes round the threshold.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from fcm.errors import EvidenceError, PrivacyError, UnknownConceptError, nearest
from fcm.evidence import Origin, Panel
from fcm.frozen import FrozenDict, frozen_array
from fcm.periods import frequency
from fcm.social.periods import frequency_of
from fcm.social.privacy import SMALLEST_K

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Signals", "suppress"]


def suppress(
    active: ArrayLike, authors: ArrayLike, valence: ArrayLike, *, k: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the three tables with every cell blanked that stands for too few people.

    Blanked are period totals under `k`, cells under `k`, and cells whose complement (active
    authors who do not name the concept) is 1 to ``k - 1`` people.

    Parameters
    ----------
    active : array_like of shape (T,)
        Distinct authors of the period.
    authors, valence : array_like of shape (T, C)
        Distinct authors who name the concept, and their mean polarity.
    k : int

    Examples
    --------
    >>> active, authors, _ = suppress([40, 9], [[40, 35, 12, 3], [9, 0, 0, 0]], [[0] * 4] * 2, k=10)
    >>> print(active, authors[0])
    [40. nan] [40. nan 12. nan]
    """
    total = np.array(active, dtype=np.float64)
    cells = np.array(authors, dtype=np.float64)
    talk = np.array(valence, dtype=np.float64)
    rest = total[:, None] - cells
    hidden = (cells < k) | ((rest > 0) & (rest < k))
    cells[hidden] = np.nan
    talk[hidden] = np.nan
    total[total < k] = np.nan
    return total, cells, talk


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Signals:
    """Who is heard: distinct authors, salience and valence by period and concept.

    Parameters
    ----------
    concepts : sequence of str, length C
    periods : sequence of str, length T
        Labels of equal length, ascending, each once.
    active : array_like of shape (T,)
        Distinct authors of the period, at least `k`; NaN where suppressed.
    authors : array_like of shape (T, C)
        Distinct authors who name the concept, at least `k`; NaN where suppressed. A suppressed
        cell may be zero.
    valence : array_like of shape (T, C), values in [-1, 1]
        Mean over these authors of their mean polarity of mention; NaN where suppressed. It is
        the direction of talk, not a sentiment.
    every : {"1d", "1w", "1mo", "1q"}
    k : int, at least 5
        Fewest distinct authors for whom a cell may stand.
    purpose, basis : str
        What the counts are for, and the lawful basis of the processing.
    credit : str
        The line of credit of the source.
    lexicon : str
        Which lexicon was used: number of terms and fingerprint.

    Raises
    ------
    PrivacyError
        If a total, a cell or the rest of its period stands for fewer than `k` people, or purpose
        or basis is missing.
    EvidenceError
        If shapes, labels or values do not fit.

    Examples
    --------
    >>> talk = Signals(concepts=["noise"], periods=["2018-01", "2018-02"], every="1mo",
    ...                active=[40, 25], authors=[[12], [np.nan]], valence=[[0.5], [np.nan]],
    ...                k=10, purpose="concerns by month", basis="GDPR art. 6(1)(e)")
    >>> talk
    Signals(2018-01..2018-02, 2 periods x 1 concepts, 1 of 2 cells suppressed, k=10)
    >>> talk.panel("salience")["noise"].round(2)
    array([0.3, nan])
    """

    concepts: tuple[str, ...]
    periods: tuple[str, ...]
    active: NDArray[np.float64]
    authors: NDArray[np.float64]
    valence: NDArray[np.float64]
    every: str
    k: int
    purpose: str
    basis: str
    credit: str = ""
    lexicon: str = ""

    def __post_init__(self) -> None:
        for name in ("concepts", "periods"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for name in ("active", "authors", "valence"):
            object.__setattr__(self, name, frozen_array(getattr(self, name)))
        self._check_labels()
        self._check_privacy()
        inside = ~(np.abs(self.valence) > 1)
        if not inside.all() or (np.isnan(self.valence) != np.isnan(self.authors)).any():
            raise EvidenceError(
                "valence must lie in [-1, 1] where authors are given, and be NaN elsewhere."
            )

    def _check_labels(self) -> None:
        shape = (len(self.periods), len(self.concepts))
        if len(set(self.concepts)) != shape[1]:
            raise EvidenceError("a concept stands twice in the signals; each may stand once.")
        if list(self.periods) != sorted(set(self.periods)):
            raise EvidenceError("periods of signals must be ascending, each once.")
        length = frequency_of(self.every)
        for period in self.periods:
            if frequency(period) != length:
                raise EvidenceError(f"{period!r} is no label of a period of {self.every!r}.")
        for name, wanted in (("active", shape[:1]), ("authors", shape), ("valence", shape)):
            seen = getattr(self, name).shape
            if seen != wanted:
                raise EvidenceError(f"{name} has shape {seen}; expected {wanted}.")
        for name in ("active", "authors"):
            counts = getattr(self, name)[~np.isnan(getattr(self, name))]
            if (counts != np.floor(counts)).any() or np.isinf(counts).any():
                raise EvidenceError(f"{name} holds a value that is no whole number.")

    def _check_privacy(self) -> None:
        if isinstance(self.k, bool) or not isinstance(self.k, int) or self.k < SMALLEST_K:
            raise PrivacyError(f"k is {self.k!r}; expected a whole number from {SMALLEST_K}.")
        for name in ("purpose", "basis"):
            if not str(getattr(self, name)).strip():
                raise PrivacyError(f"{name} is empty; signals carry their {name} along.")
        for t in np.flatnonzero(self.active < self.k):
            raise PrivacyError(
                f"{self.periods[t]} stands for fewer than {self.k} authors; leave the total and "
                "the cells of the period out (NaN)."
            )
        rest = self.active[:, None] - self.authors
        shown = ~np.isnan(self.authors)
        if (shown & ~(rest >= 0)).any():
            t, j = np.argwhere(shown & ~(rest >= 0))[0]
            raise EvidenceError(
                f"{self.concepts[j]!r} in {self.periods[t]} has more authors than the period."
            )
        small = shown & ((self.authors < self.k) | ((rest > 0) & (rest < self.k)))
        for t, j in np.argwhere(small):
            raise PrivacyError(
                f"{self.concepts[j]!r} in {self.periods[t]} stands for fewer than {self.k} "
                "authors, or leaves fewer than that; such a cell must be suppressed (NaN)."
            )

    @property
    def salience(self) -> NDArray[np.float64]:
        """Share of the period's authors who name the concept, (T, C), in [0, 1] or NaN."""
        return frozen_array(self.authors / self.active[:, None])

    @property
    def suppressed(self) -> NDArray[np.bool_]:
        """True where a cell is blanked, (T, C); it may be zero."""
        hidden: NDArray[np.bool_] = np.isnan(self.authors)
        return hidden

    @property
    def provenance(self) -> Mapping[str, str]:
        """What every output must carry: k, purpose, basis, credit, length of period, lexicon."""
        names = ("k", "every", "purpose", "basis", "credit", "lexicon")
        return FrozenDict({name: str(getattr(self, name)) for name in names})

    def panel(
        self,
        use: Literal["salience", "valence"] = "salience",
        *,
        reliability: float | Mapping[str, float] | None = None,
    ) -> Panel:
        """Return one quantity as evidence, periods by concepts; suppressed cells are missing.

        Parameters
        ----------
        use : {"salience", "valence"}, default "salience"
            Salience lies in [0, 1], valence in [-1, 1]. Neither measures the concept itself.
        reliability : float or mapping of concept to float, in [0, 1], optional
            Share of a series' variance that is the concept and not noise; 1 unless given.

        Raises
        ------
        EvidenceError
            If there is no such quantity.
        UnknownConceptError
            If a reliability is given for a concept that is not here.
        """
        if use not in ("salience", "valence"):
            raise EvidenceError(f"signals have no {use!r}. {nearest(use, ('salience', 'valence'))}")
        if isinstance(reliability, Mapping):
            for name in reliability:
                if name not in self.concepts:
                    raise UnknownConceptError(
                        f"reliability of {name!r}, which is not in these signals. "
                        f"{nearest(name, self.concepts)}"
                    )
            shares = [reliability.get(name, 1.0) for name in self.concepts]
        else:
            shares = [1.0 if reliability is None else reliability] * len(self.concepts)
        span = f"{self.periods[0]}..{self.periods[-1]}" if self.periods else ""
        origin = Origin(
            kind="posts",
            source=f"{use} among authors of posts",
            date=span,
            licence=self.credit,
            note=(
                f"cells of at least {self.k} distinct authors; purpose: {self.purpose}; "
                f"basis: {self.basis}"
            ),
        )
        return Panel(
            periods=self.periods,
            names=self.concepts,
            values=getattr(self, use),
            origins=dict.fromkeys(self.concepts, origin),
            reliability=frozen_array(shares),
        )

    def to_records(self) -> list[dict[str, Any]]:
        """Return one dict per cell: period, active, concept, authors, salience, valence.

        Suppressed values are None.
        """

        def shown(value: float, kind: type) -> Any:
            return None if math.isnan(value) else kind(value)

        salience = self.salience
        return [
            {
                "period": period,
                "active": shown(self.active[t], int),
                "concept": concept,
                "authors": shown(self.authors[t, j], int),
                "salience": shown(salience[t, j], float),
                "valence": shown(self.valence[t, j], float),
            }
            for t, period in enumerate(self.periods)
            for j, concept in enumerate(self.concepts)
        ]

    def to_frame(self) -> pd.DataFrame:
        """Return `to_records` as a pandas frame (needs the notebook extra).

        ``frame.attrs`` carries the provenance.
        """
        import pandas as pd

        frame = pd.DataFrame(self.to_records())
        frame = frame.astype({"active": "Int64", "authors": "Int64"})
        frame.attrs.update(self.provenance)
        return frame

    def save(self, path: str | Path) -> Path:
        """Write a CSV file with purpose, basis, k and credit in its head; return the path.

        Equal signals give equal bytes.
        """
        from fcm.social.archive import write

        return write(self, path)

    @classmethod
    def read(cls, path: str | Path) -> Signals:
        """Return the signals of a file that `save` wrote, identical to those saved.

        Raises
        ------
        FileError
            If the file is not such a file; with the line.
        PrivacyError
            If a published cell stands for fewer than the file's k.
        """
        from fcm.social.archive import read

        return read(path)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Signals):
            return NotImplemented
        arrays = ("active", "authors", "valence")
        plain = [each.name for each in fields(self) if each.name not in arrays]
        return all(getattr(self, name) == getattr(other, name) for name in plain) and all(
            np.array_equal(getattr(self, name), getattr(other, name), equal_nan=True)
            for name in arrays
        )

    def __hash__(self) -> int:
        return hash((self.concepts, self.periods, self.k, self.purpose))

    def __repr__(self) -> str:
        span = f"{self.periods[0]}..{self.periods[-1]}, " if self.periods else ""
        return (
            f"Signals({span}{len(self.periods)} periods x {len(self.concepts)} concepts, "
            f"{int(self.suppressed.sum())} of {self.suppressed.size} cells suppressed, k={self.k})"
        )

    def _repr_html_(self) -> str:
        from fcm.social.heatmap import heatmap

        return heatmap(self)
