"""Breakdown: the same signals by area, group or kind of post, so that no difference betrays anyone.

Strata and total are published together, so whoever has them can subtract. That is why an author
stands in one stratum of a period only, and why more is hidden than the small cells themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.errors import EvidenceError, PrivacyError, nearest
from fcm.frozen import FrozenDict
from fcm.social.counts.aggregates import Signals, Use
from fcm.social.counts.counting import periods_of, shielded, signals_of
from fcm.social.counts.suppression import between, hidden_cells
from fcm.social.counts.voices import QUANTITIES, people_of, tally

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    import polars as pl

    from fcm.evidence import Panel
    from fcm.social.counts.voices import Tally
    from fcm.social.privacy import Privacy
    from fcm.social.scored import Scored

__all__ = ["NOT_STATED", "OTHER", "Breakdown", "breakdown"]

NOT_STATED = "not stated"
OTHER = "other"
BY = ("area", "group", "kind")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Breakdown:
    """Signals of strata and of all together: ``parts["North"]``, ``parts.total``.

    Parameters
    ----------
    by : sequence of str
        One or two of "area", "group" and "kind".
    strata : mapping of tuple of str to Signals
        By labels, in the order of `by`; sorted. Concepts, periods and conditions are those of
        `total`.
    total : Signals
        Of everybody, each author of a period once.

    Raises
    ------
    PrivacyError
        If what the total shows, less what the strata show, stands for 1 to ``k - 1`` people.
    EvidenceError
        If a stratum does not fit the total.

    Examples
    --------
    >>> both = {"concepts": ["noise"], "periods": ["2018-01"], "every": "1mo", "k": 10,
    ...         "purpose": "concerns by area", "basis": "GDPR art. 6(1)(e)"}
    >>> def counted(active, authors):
    ...     valence = [[np.nan if np.isnan(authors) else 1.0]]
    ...     return Signals(active=[active], authors=[[authors]], valence=valence, **both)
    >>> strata = {("North",): counted(40, 20), ("South",): counted(20, np.nan)}
    >>> parts = Breakdown(by=("area",), strata=strata, total=counted(60, 30))
    >>> parts
    Breakdown(2 strata by area, 2018-01..2018-01, 1 of 2 cells suppressed, k=10)
    >>> parts["North"].authors
    array([[20.]])
    """

    by: tuple[str, ...]
    strata: Mapping[tuple[str, ...], Signals]
    total: Signals

    def __post_init__(self) -> None:
        object.__setattr__(self, "by", _checked(self.by))
        given = {tuple(labels): signals for labels, signals in self.strata.items()}
        object.__setattr__(self, "strata", FrozenDict(dict(sorted(given.items()))))
        same = ("concepts", "periods", "every", "k", "purpose", "basis", "credit", "lexicon")
        for labels, signals in self.strata.items():
            if len(labels) != len(self.by):
                raise EvidenceError(
                    f"stratum {', '.join(labels)!r} has {len(labels)} labels; expected one for "
                    f"each of {', '.join(self.by)}."
                )
            for name in same:
                if getattr(signals, name) != getattr(self.total, name):
                    raise EvidenceError(
                        f"stratum {', '.join(labels)!r} and the total differ in {name}."
                    )
        self._check_differences()

    def _check_differences(self) -> None:
        k, total = self.total.k, self.total
        active = np.array([each.active for each in self.strata.values()]).reshape(
            -1, len(total.periods)
        )
        authors = np.array([each.authors for each in self.strata.values()])
        authors = authors.reshape(len(active), *total.authors.shape)
        silent = active[:, :, None] - authors
        for what, shown, everybody in (
            ("the period", active[:, :, None], total.active[:, None]),
            ("who name it", authors, total.authors),
            ("who do not name it", silent, total.active[:, None] - total.authors),
        ):
            rest = everybody - np.nansum(shown, axis=0)
            if (~np.isnan(shown) & np.isnan(everybody)).any():
                raise PrivacyError(f"a stratum shows authors of {what} that the total hides.")
            whole = ~np.isnan(shown).any(axis=0)
            if (rest < 0).any() or (whole & (rest > 0)).any():
                raise EvidenceError(
                    f"the authors of the strata ({what}) do not add up to those of the total; an "
                    "author stands in one stratum of a period."
                )
            for t, _ in np.argwhere(between(rest, k)):
                raise PrivacyError(
                    f"in {total.periods[t]} the total less the strata that are shown leaves fewer "
                    f"than {k} authors ({what}); hide another stratum as well."
                )

    def __getitem__(self, stratum: str | tuple[str, ...]) -> Signals:
        labels = (stratum,) if isinstance(stratum, str) else tuple(stratum)
        if labels not in self.strata:
            known = [", ".join(each) for each in self.strata]
            raise EvidenceError(
                f"there is no stratum {', '.join(map(str, labels))!r} by {' and '.join(self.by)}. "
                f"{nearest(', '.join(map(str, labels)), known)}"
            )
        return self.strata[labels]

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        return iter(self.strata)

    def __len__(self) -> int:
        return len(self.strata)

    def panel(self, use: Use = "salience", *, stratum: str | tuple[str, ...]) -> Panel:
        """Return one quantity of one stratum as evidence; see `Signals.panel`.

        Raises
        ------
        EvidenceError
            If there is no such quantity or stratum.
        """
        return self[stratum].panel(use)

    def to_records(self) -> list[dict[str, Any]]:
        """Return one dict per cell: part ("total" or "stratum"), labels, and those of `Signals`."""
        blank = dict.fromkeys(self.by, "")
        rows = [{"part": "total"} | blank | each for each in self.total.to_records()]
        for labels, signals in self.strata.items():
            named = {"part": "stratum"} | dict(zip(self.by, labels, strict=True))
            rows += [named | each for each in signals.to_records()]
        return rows

    def to_frame(self) -> pd.DataFrame:
        """Return `to_records` as a pandas frame (needs the notebook extra).

        ``frame.attrs`` carries the provenance.
        """
        import pandas as pd

        frame = pd.DataFrame(self.to_records()).astype({"active": "Int64", "authors": "Int64"})
        frame.attrs.update(self.total.provenance)
        return frame

    def save(self, path: str | Path) -> Path:
        """Write a CSV file with the conditions in its head; return the path.

        Equal breakdowns give equal bytes.
        """
        from fcm.social.counts.archive import write_breakdown

        return write_breakdown(self, path)

    @classmethod
    def read(cls, path: str | Path) -> Breakdown:
        """Return the breakdown of a file that `save` wrote, identical to the one saved.

        Raises
        ------
        FileError
            If the file is not such a file; with the line.
        PrivacyError
            If a published cell, or a difference of cells, stands for fewer than the file's k.
        """
        from fcm.social.counts.archive import read_breakdown

        return read_breakdown(path)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Breakdown):
            return NotImplemented
        return (self.by, self.strata, self.total) == (other.by, other.strata, other.total)

    def __hash__(self) -> int:
        return hash((self.by, tuple(self.strata), self.total))

    def __repr__(self) -> str:
        periods = self.total.periods
        span = f"{periods[0]}..{periods[-1]}, " if periods else ""
        hidden = sum(int(each.suppressed.sum()) for each in self.strata.values())
        return (
            f"Breakdown({len(self)} strata by {' and '.join(self.by)}, {span}{hidden} of "
            f"{len(self) * self.total.suppressed.size} cells suppressed, k={self.total.k})"
        )


def breakdown(
    scored: Scored, *, by: str | Sequence[str] = ("area",), privacy: Privacy, credit: str = ""
) -> Breakdown:
    """Return the signals by area, group or kind of post, and of all together.

    An author stands, in a period, in the one stratum of most of their posts (of several with
    equally many, the first by name) with all they write: strata are parts of the people, and add
    up to the total. A stratum is thus not all that was said *there*. Posts of which the source
    says no area or group, or whose kind is not known, are those of the stratum "not stated".
    Labels are what the source says, so one that few people have may be a name or an address: a
    stratum that has fewer than `k` authors in every period is not named, and its authors are those
    of the stratum "other".

    Hidden are the small cells, as in `fcm.social.signals`; and of every period, and of every
    concept in it, the stratum with the fewest authors of those still shown, until the hidden
    strata together stand for nobody or for at least `k` people, both of those who name the concept
    and of those who do not. What the total hides, no stratum shows. The same holds for people of
    whom a sentiment or engagement is known. Where in one stratum a single author has more than a
    fifth of the weight, that mean is blank in all strata of the cell. Weights of copied texts
    (`fcm.social.counts.voices`) are those of the total.

    Publish one breakdown of the same posts only, and in one length of period: two can be held
    against each other.

    Parameters
    ----------
    scored : Scored
    by : str or sequence of str, default ("area",)
        One or two of "area", "group" and "kind".
    privacy : Privacy
    credit : str
        The line of credit of the source, carried along.

    Raises
    ------
    EvidenceError
        If `by` is something else, or there are no scored posts.
    """
    by = _checked((by,) if isinstance(by, str) else by)
    periods = periods_of(scored)
    frame, k = scored._frame, privacy.k
    people, strata = _named(*_placed(frame, by), k=k)
    shape = (len(strata), len(periods), len(scored.concepts))
    whole = tally(frame, people.with_columns(stratum=0), shape=(1, *shape[1:]), k=k)
    whole = shielded(whole, k)
    parts = _protected(tally(frame, people, shape=shape, k=k), whole, k)
    options = {"scored": scored, "periods": periods, "privacy": privacy, "credit": credit}
    return Breakdown(
        by=by,
        strata={
            labels: replace(signals_of(parts, s, **options), heard=None)  # type: ignore[arg-type]
            for s, labels in enumerate(strata)
        },
        total=signals_of(whole, 0, **options),  # type: ignore[arg-type]
    )


def _checked(by: Sequence[str]) -> tuple[str, ...]:
    chosen = tuple(by)
    for name in chosen:
        if name not in BY:
            raise EvidenceError(f"there is no breakdown by {name!r}. {nearest(str(name), BY)}")
    if not 1 <= len(chosen) <= 2 or len(set(chosen)) != len(chosen):
        raise EvidenceError(
            f"a breakdown by {', '.join(chosen) or 'nothing'}; expected one or two of "
            f"{', '.join(BY)}."
        )
    return chosen


def _placed(frame: pl.DataFrame, by: tuple[str, ...]) -> tuple[pl.DataFrame, list[tuple[str, ...]]]:
    """Return the authors of every period with the number of their stratum, and the strata."""
    import polars as pl

    labelled = frame.select("period", "author", pl.col(by).fill_null(NOT_STATED))
    strata = labelled.select(by).unique().sort(by).with_row_index("stratum")
    chosen = (
        labelled.join(strata, on=by)
        .group_by("period", "author", "stratum")
        .agg(posts=pl.len())
        .sort(["posts", "stratum"], descending=[True, False])
        .unique(["period", "author"], keep="first", maintain_order=True)
        .select("period", "author", pl.col("stratum").cast(pl.Int64))
    )
    people = people_of(frame).drop("stratum").join(chosen, on=["period", "author"])
    return people, [tuple(row) for row in strata.select(by).rows()]


def _named(
    people: pl.DataFrame, strata: list[tuple[str, ...]], *, k: int
) -> tuple[pl.DataFrame, list[tuple[str, ...]]]:
    """Return authors and strata, those that fewer than `k` authors have taken together."""
    import polars as pl

    most = people.group_by("period", "stratum").len().group_by("stratum").agg(pl.col("len").max())
    known = set(most.filter(pl.col("len") >= k)["stratum"].to_list())
    here = set(most["stratum"].to_list())
    unstated, other = (tuple([label] * len(strata[0])) for label in (NOT_STATED, OTHER))
    new = {
        number: labels if number in known or labels == unstated else other
        for number, labels in enumerate(strata)
        if number in here
    }
    kept = sorted(set(new.values()))
    numbers = {number: kept.index(labels) for number, labels in new.items()}
    return people.with_columns(
        pl.col("stratum").replace_strict(numbers, return_dtype=pl.Int64)
    ), kept


def _protected(parts: Tally, whole: Tally, k: int) -> Tally:
    """Return the tally of strata with every number set to nobody that a difference would betray.

    A count of 0 is blanked later on, as any that is smaller than k.
    """
    active = parts.active
    gone = hidden_cells(active, (active < k) | (whole.active < k), k=k)
    named = parts.behind["valence"]
    silent = active[:, :, None] - named
    hidden = (named < k) | between(silent, k) | gone[:, :, None]
    all_named = whole.behind["valence"]
    hidden |= (all_named < k) | between(whole.active[:, :, None] - all_named, k)
    for rest in parts.beyond:
        hidden |= between(rest, k)
    hidden = hidden_cells(named, hidden, silent, *parts.beyond, k=k)
    means = {}
    for name in QUANTITIES:
        known = parts.behind[name]
        blank = hidden_cells(known, hidden | (known < k), k=k) | parts.uneven[name].any(axis=0)
        means[name] = np.where(blank, np.nan, parts.means[name])
    return replace(parts, active=np.where(gone, 0, active), means=means).without(hidden)
