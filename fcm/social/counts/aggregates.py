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

from fcm.errors import EvidenceError, UnknownConceptError, nearest
from fcm.evidence import Origin, Panel
from fcm.frozen import FrozenDict, frozen_array
from fcm.social.counts import intervals
from fcm.social.counts.consistency import ARRAYS, USES, check
from fcm.social.counts.suppression import suppress
from fcm.social.scored import Heard

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Signals", "Use", "suppress"]

Use = Literal["salience", "valence", "sentiment", "engagement"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Signals:
    """Who is heard and what they say: authors, salience and three means by period and concept.

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
        Mean over these authors of their mean polarity of mention; NaN where suppressed or not
        known. It is the direction of talk, not a sentiment.
    every : {"1d", "1w", "1mo", "1q"}
    k : int, at least 5
        Fewest distinct authors for whom a cell may stand.
    purpose, basis : str
        What the counts are for, and the lawful basis of the processing.
    credit : str
        The line of credit of the source.
    lexicon : str
        Which lexicon was used: number of terms and fingerprint.
    sentiment : array_like of shape (T, C), values in [-1, 1], optional
        Mean over these authors of the mean mood of their posts that name the concept, whatever
        the mood is about; NaN where suppressed or not known.
    effective : array_like of shape (T, C), above 0, optional
        Number of voices behind the means, at most `authors`: lower where texts are copied or
        accounts write like machines. NaN where suppressed or not known. Counted from posts it is
        a whole number, and the means have three decimals.
    engagement : array_like of shape (T, C), values in [0, log1p(1000)], optional
        Mean over these authors of ``log1p(likes + replies + 2 shares)`` of their posts that name
        the concept; NaN where suppressed or not known.
    heard : Heard, optional
        Which posts count and which do not, in numbers rounded down to multiples of `k`.

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
    sentiment: NDArray[np.float64] = None  # type: ignore[assignment]
    effective: NDArray[np.float64] = None  # type: ignore[assignment]
    engagement: NDArray[np.float64] = None  # type: ignore[assignment]
    heard: Heard | None = None

    def __post_init__(self) -> None:
        for name in ("concepts", "periods"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for name in ARRAYS:
            given = getattr(self, name)
            unknown = np.full((len(self.periods), len(self.concepts)), np.nan)
            object.__setattr__(self, name, frozen_array(unknown if given is None else given))
        check(self)

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

    def _quantity(self, use: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the values of a quantity and the number of people behind each."""
        if use not in USES:
            raise EvidenceError(f"signals have no {use!r}. {nearest(use, USES)}")
        if use == "salience":
            return self.salience, np.broadcast_to(self.active[:, None], self.authors.shape)
        voices = np.where(np.isnan(self.effective), self.authors, self.effective)
        return getattr(self, use), voices

    def interval(
        self, use: Use = "salience", *, level: float = 0.9
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the ends of an interval for every cell, wider where fewer people stand behind it.

        It is Wilson's score interval; for a mean, of the mean scaled to [0, 1], which is then
        conservative. It takes authors for a sample of those who might have written, with the
        number of voices (`effective`; `authors` where that is not known) for its size. It says
        nothing about people who do not write, and nothing of the errors of the lexicon.

        Parameters
        ----------
        use : {"salience", "valence", "sentiment", "engagement"}, default "salience"
        level : float in (0, 1), default 0.9

        Returns
        -------
        low, high : ndarray of shape (T, C)
            In the unit of the quantity; NaN where it is suppressed or not known.

        Raises
        ------
        EvidenceError
            If there is no such quantity, or the level is not between 0 and 1.

        References
        ----------
        Wilson (1927), doi:10.1080/01621459.1927.10502953.
        """
        if not 0 < level < 1:
            raise EvidenceError(f"level is {level}; expected a number between 0 and 1, as 0.9.")
        values, n = self._quantity(use)
        least, most, _ = USES[use]
        low, high = intervals.wilson((values - least) / (most - least), n, level=level)
        return frozen_array(least + (most - least) * low), frozen_array(
            least + (most - least) * high
        )

    def confidence(self, use: Use = "salience") -> NDArray[np.float64]:
        """Return ``n / (n + 20)`` of every cell, (T, C), in [0, 1); 0 where there is no value.

        Of salience, n is the number of the period's authors; of the others, the number of voices
        in the cell. It is a weight for what rests on few people, not a probability.

        Raises
        ------
        EvidenceError
            If there is no such quantity.
        """
        values, n = self._quantity(use)
        return frozen_array(intervals.confidence(np.where(np.isnan(values), np.nan, n)))

    def shrunk(self, use: Use = "salience") -> NDArray[np.float64]:
        """Return the quantity drawn towards what is usual for its concept, (T, C).

        ``c value + (1 - c) prior`` with the `confidence` c; the prior is the concept's own mean
        over its published cells, weighted by n. Since small cells are suppressed, the prior of a
        concept that is rarely published is that of its loud periods.

        Raises
        ------
        EvidenceError
            If there is no such quantity.
        """
        return frozen_array(intervals.shrunk(*self._quantity(use)))

    def panel(
        self,
        use: Use = "salience",
        *,
        reliability: float | Mapping[str, float] | None = None,
    ) -> Panel:
        """Return one quantity as evidence, periods by concepts; suppressed cells are missing.

        Parameters
        ----------
        use : {"salience", "valence", "sentiment", "engagement"}, default "salience"
            Salience lies in [0, 1], valence and sentiment in [-1, 1], engagement in
            [0, log1p(1000)]. None of them measures the concept itself.
        reliability : float or mapping of concept to float, in [0, 1], optional
            Share of a series' variance that is the concept and not noise; 1 unless given.

        Returns
        -------
        Panel
            With `confidence`.

        Raises
        ------
        EvidenceError
            If there is no such quantity.
        UnknownConceptError
            If a reliability is given for a concept that is not here.
        """
        values, _ = self._quantity(use)
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
                f"{USES[use][2]}; cells of at least {self.k} distinct authors; "
                f"purpose: {self.purpose}; basis: {self.basis}"
            ),
        )
        return Panel(
            periods=self.periods,
            names=self.concepts,
            values=values,
            confidence=self.confidence(use),
            origins=dict.fromkeys(self.concepts, origin),
            reliability=frozen_array(shares),
        )

    def to_records(self) -> list[dict[str, Any]]:
        """Return one dict per cell; what is suppressed or not known is None.

        Keys are period, active, concept, authors, salience, valence, sentiment, effective and
        engagement.
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
            }
            | {
                name: shown(getattr(self, name)[t, j], float)
                for name in ("valence", "sentiment", "effective", "engagement")
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
        from fcm.social.counts.archive import write

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
        from fcm.social.counts.archive import read

        return read(path)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Signals):
            return NotImplemented
        plain = [each.name for each in fields(self) if each.name not in ARRAYS]
        return all(getattr(self, name) == getattr(other, name) for name in plain) and all(
            np.array_equal(getattr(self, name), getattr(other, name), equal_nan=True)
            for name in ARRAYS
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
        from fcm.social.counts.heatmap import heatmap

        return heatmap(self)
