"""Who is heard and who is not: the report that belongs beside every table of signals.

It says how much of what was read counts, what is left out and why, and how many people stand
behind a cell. It does not reweight: the ages, homes and platforms of those who write are not
known, and weights guessed for them make estimates worse as often as better.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.frozen import FrozenDict

if TYPE_CHECKING:
    from fcm.social.counts.aggregates import Signals
    from fcm.social.scored import Heard

__all__ = ["ENOUGH", "HeardReport", "heard"]

ENOUGH = 50
MOST = 8
_REASONS = (
    ("broken", "could not be read"),
    ("without_text", "have no text"),
    ("without_author", "have no known author"),
    ("repeated", "repeat an earlier row"),
    ("automatic", "are of automatic accounts"),
    ("own", "are of the municipality's own accounts"),
    ("other_language", "are in a language of which the lexicon has no terms"),
)
_OTHER = "are left out for other reasons, such as records that only pass on a post"
_CAVEATS = (
    "Who chooses to write is not the city: those who write are few, and they choose themselves.",
    "Age, income and home of the authors are not known, and people who use other platforms or "
    "none are not here at all; nothing is reweighted to make up for it.",
    "A concept that is seldom named is not one that nobody cares about.",
)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class HeardReport:
    """How much of what was read is heard, and how many people stand behind it.

    `fcm.social.heard` makes it.

    Parameters
    ----------
    rows : int or None
        Rows of the source; None if the signals do not say.
    counted, silent, unsure : int
        Posts that count; of these, those that name no concept and those of uncertain kind.
    reasons : mapping of str to int
        Rows that do not count, by reason. All numbers of rows and posts are as the signals hold
        them, rounded down to multiples of `k`, so they add up to `rows` only roughly.
    periods, concepts : int
    quiet : tuple of str
        Periods with fewer than `k` authors; they show nothing.
    never : tuple of str
        Concepts that are suppressed in every period.
    cells, suppressed : int
        Cells of the table, and how many of them are blank.
    authors_per_cell : float or None
        Median of the distinct authors behind a cell that is shown; None if none is.
    enough : int
        Cells that stand for at least 50 authors, which is about what learning links needs.
    provenance : mapping of str to str
        k, purpose, basis and credit, to print along.
    """

    rows: int | None
    counted: int
    silent: int
    unsure: int
    reasons: Mapping[str, int]
    periods: int
    concepts: int
    quiet: tuple[str, ...]
    never: tuple[str, ...]
    cells: int
    suppressed: int
    authors_per_cell: float | None
    enough: int
    provenance: Mapping[str, str]

    def sentences(self) -> tuple[str, ...]:
        """Return the report in plain sentences, the caveats last."""
        return (*self._of_rows(), *self._of_cells(), *_CAVEATS)

    def to_records(self) -> list[dict[str, Any]]:
        """Return one dict per figure: what, count, of, share; share is None where of is 0."""
        table: list[tuple[str, int, int]] = []
        if self.rows is not None:
            table = [("rows that count", self.counted, self.rows)]
            table += [(f"rows that {what}", n, self.rows) for what, n in self.reasons.items()]
            table += [
                ("counted posts that name no concept", self.silent, self.counted),
                ("counted posts of uncertain kind", self.unsure, self.counted),
            ]
        table += [
            ("periods with too few authors", len(self.quiet), self.periods),
            ("concepts never shown", len(self.never), self.concepts),
            ("cells suppressed", self.suppressed, self.cells),
            (f"cells of at least {ENOUGH} authors", self.enough, self.cells),
        ]
        return [
            {"what": what, "count": count, "of": of, "share": count / of if of else None}
            for what, count, of in table
        ]

    def _of_rows(self) -> list[str]:
        if self.rows is None:
            return ["How many posts were read and how many left out is not known."]
        said = [
            f"{_part(self.counted, self.rows)} rows count (numbers of rows and posts are rounded "
            f"down to multiples of {self.provenance['k']})."
        ]
        said += [f"{_part(n, self.rows)} rows {what}." for what, n in self.reasons.items() if n]
        if self.silent:
            said.append(
                f"{_part(self.silent, self.counted)} posts that count name no concept of the "
                "lexicon; their authors count among those who write."
            )
        if self.unsure:
            said.append(
                f"{_part(self.unsure, self.counted)} posts that count are of a kind that could "
                "not be told for sure."
            )
        return said

    def _of_cells(self) -> list[str]:
        k = self.provenance["k"]
        said = []
        if self.quiet:
            said.append(
                f"{_part(len(self.quiet), self.periods)} periods have fewer than {k} authors and "
                f"show nothing: {_listed(self.quiet)}."
            )
        said.append(
            f"{_part(self.suppressed, self.cells)} cells (concept and period) are suppressed, "
            "since they stand for too few people or leave too few; such a cell may be zero."
        )
        if self.never:
            said.append(f"Suppressed in every period: {_listed(self.never)}.")
        if self.authors_per_cell is not None:
            said.append(
                f"A cell that is shown stands for {self.authors_per_cell:,.3g} authors (median). "
                f"To learn links between concepts about {ENOUGH} are needed; "
                f"{_part(self.enough, self.cells)} cells have that many."
            )
        return said

    def __repr__(self) -> str:
        rows = "" if self.rows is None else f"{self.counted:,} of {self.rows:,} rows count, "
        return f"HeardReport({rows}{self.suppressed:,} of {self.cells:,} cells suppressed)"

    def _repr_html_(self) -> str:
        bars = "".join(_bar(each) for each in self.to_records() if each["count"])
        said = "".join(f"<li>{escape(each)}</li>" for each in self.sentences())
        foot = "; ".join(
            f"{name}: {self.provenance[name]}"
            for name in ("k", "purpose", "basis", "credit")
            if self.provenance.get(name)
        )
        return (
            '<div style="color:inherit;font:12px sans-serif;overflow-x:auto">'
            f'<table style="border-collapse:collapse">{bars}</table><ul>{said}</ul>'
            f"<p>{escape(foot)}</p></div>"
        )


def heard(signals: Signals) -> HeardReport:
    """Return who is heard and who is not in these signals.

    Examples
    --------
    >>> from fcm.social import Signals
    >>> talk = Signals(concepts=["noise"], periods=["2018-01", "2018-02"], every="1mo",
    ...                active=[40, 25], authors=[[12], [np.nan]], valence=[[0.5], [np.nan]],
    ...                k=10, purpose="concerns by month", basis="GDPR art. 6(1)(e)")
    >>> for sentence in heard(talk).sentences()[:3]:
    ...     print(sentence)
    How many posts were read and how many left out is not known.
    1 of 2 (50 %) cells (concept and period) are suppressed, since they stand for too few people
    or leave too few; such a cell may be zero.
    A cell that is shown stands for 12 authors (median). To learn links between concepts about 50
    are needed; 0 of 2 (0 %) cells have that many.
    """
    counts: Heard | None = signals.heard
    reasons = {} if counts is None else {what: getattr(counts, each) for each, what in _REASONS}
    if counts is not None:
        other = counts.rows - counts.scored - sum(reasons.values())
        # Less may be no more than what was lost when all these numbers were rounded down.
        if other > signals.k * (len(reasons) + 1):
            reasons[_OTHER] = other
    shown = signals.authors[~signals.suppressed]
    return HeardReport(
        rows=None if counts is None else counts.rows,
        counted=0 if counts is None else counts.scored,
        silent=0 if counts is None else counts.silent,
        unsure=0 if counts is None else counts.unsure,
        reasons=FrozenDict(reasons),
        periods=len(signals.periods),
        concepts=len(signals.concepts),
        quiet=tuple(np.array(signals.periods)[np.isnan(signals.active)].tolist()),
        never=tuple(np.array(signals.concepts)[signals.suppressed.all(axis=0)].tolist()),
        cells=signals.suppressed.size,
        suppressed=int(signals.suppressed.sum()),
        authors_per_cell=float(np.median(shown)) if shown.size else None,
        enough=int((shown >= ENOUGH).sum()),
        provenance=signals.provenance,
    )


def _part(count: int, of: int) -> str:
    return f"{count:,} of {of:,}" + (f" ({100 * count / of:.3g} %)" if of else "")


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - MOST:,} more" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + more


def _bar(record: Mapping[str, Any]) -> str:
    share = record["share"] or 0.0
    return (
        f'<tr><td style="text-align:right;padding:0 8px">{escape(record["what"])}</td>'
        '<td><svg width="200" height="10" role="img" '
        f'aria-label="{100 * share:.3g} %"><rect width="200" height="10" fill="currentColor" '
        f'fill-opacity="0.12"/><rect width="{200 * share:.1f}" height="10" fill="#2a78b5"/></svg>'
        f'</td><td style="padding:0 8px">{escape(_part(record["count"], record["of"]))}</td></tr>'
    )
