"""Voices: how much each author weighs in what is said, from posts to unsuppressed cells.

How many people speak and what is said are two questions. In how many, everybody counts as one
person. In what is said (valence, sentiment, engagement) these rules hold, all of them within a
period:

- An author has one voice in a cell, however much they write: their posts make one mean.
- The copies of a text by one author make one post, the mean of the copies. Texts are compared word
  by word, without case, links, mentions of accounts and punctuation (`fcm.social.counts.copies`).
- A text of at least five words that n authors posted is one voice together: each of these posts
  has weight 1/n. An author weighs the sum over their texts, at most 1.
- An author with more than 24 posts on their busiest day writes like a machine, and weighs 24 by
  that number. There is no cliff: 25 posts weigh nearly what 24 weigh.
- Accounts that the platform marks as automatic are left out before (`fcm.social.score`).

The number of voices behind a mean is Kish's effective size, ``(sum u)^2 / sum u^2``: over authors,
or over voices if that is less, where a text that several authors posted is one voice and all else
of an author another. In a cell that holds one copied text and nothing else it is 1.

Sums are rounded once (`math.fsum`) or taken in an order of the values, so that neither the order
of posts nor the key shows in a bit.

References
----------
Kish (1965), Survey Sampling, section 8.2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from fcm.social.counts.nesting import beyond
from fcm.social.privacy import SMALLEST_K

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

__all__ = ["Tally", "people_of", "tally"]

# Posts on one day beyond which an author weighs less.
BUSY = 24
QUANTITIES = ("valence", "sentiment", "engagement")
LISTS = ("concepts", "mentions", "polarity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Cells before suppression, by stratum, period and concept; for this room only.

    Parameters
    ----------
    active : ndarray of int64, shape (S, T)
        Distinct authors.
    behind : mapping of quantity to ndarray of int64, shape (S, T, C)
        Distinct authors who name the concept and of whom the quantity is known; for ``valence``
        all who name it.
    means : mapping of quantity to ndarray of float64, shape (S, T, C)
        NaN for fewer than k authors, and where `uneven`.
    uneven : mapping of quantity to ndarray of bool, shape (S, T, C)
        Where one author has more than a fifth of the weight.
    effective : ndarray of float64, shape (S, T, C)
        Number of voices; NaN for fewer than k authors.
    beyond : tuple of ndarray of int64, shape (S, T, C)
        Authors who name a wider concept and not this one (`fcm.social.counts.nesting`).
    """

    active: NDArray[np.int64]
    behind: dict[str, NDArray[np.int64]]
    means: dict[str, NDArray[np.float64]]
    uneven: dict[str, NDArray[np.bool_]]
    effective: NDArray[np.float64]
    beyond: tuple[NDArray[np.int64], ...]

    def without(self, hidden: NDArray[np.bool_]) -> Tally:
        """Return the tally with nobody in these cells; a count of 0 is blanked later on."""
        return replace(
            self,
            behind=self.behind | {"valence": np.where(hidden, 0, self.behind["valence"])},
            means={name: np.where(hidden, np.nan, each) for name, each in self.means.items()},
            effective=np.where(hidden, np.nan, self.effective),
        )


def people_of(frame: pl.DataFrame) -> pl.DataFrame:
    """Return every author of every period: period, author, stratum (0) and pace in (0, 1]."""
    import polars as pl

    people = frame.group_by("period", "author").agg(posts=pl.len())
    many = people.filter(pl.col("posts") > BUSY)
    if not many.height:
        return people.with_columns(stratum=0, pace=1.0)
    busiest = (
        frame.join(many, on=["period", "author"], how="semi")
        .group_by("period", "author", "day")
        .agg(pace=pl.len())
        .group_by("period", "author")
        .agg(pace=(BUSY / pl.col("pace").max()).clip(upper_bound=1.0))
    )
    return people.join(busiest, on=["period", "author"], how="left").with_columns(
        pl.col("pace").fill_null(1.0), stratum=0
    )


def tally(
    frame: pl.DataFrame, people: pl.DataFrame, *, shape: tuple[int, int, int], k: int
) -> Tally:
    """Return the cells of scored posts.

    Parameters
    ----------
    frame : polars.DataFrame
        Columns of `fcm.social.scored.schema`.
    people : polars.DataFrame
        As `people_of`, with the number of the stratum of every author.
    shape : (S, T, C)
        Numbers of strata, periods and concepts. The first period is the earliest of `frame`.
    k : int
        Cells of fewer authors get no means.
    """
    first = people["period"].min()
    seen = people["stratum"].to_numpy() * shape[1] + (people["period"] - first).to_numpy()
    active = np.bincount(seen, minlength=shape[0] * shape[1]).reshape(shape[:2])
    votes = _votes(_rows(frame, people, shape))
    size = shape[0] * shape[1] * shape[2]
    known = ~np.isnan(votes.values)
    behind = [np.bincount(votes.cell[each], minlength=size) for each in known]
    means = np.full((len(QUANTITIES), size), np.nan)
    uneven = np.zeros((len(QUANTITIES), size), dtype=np.bool_)
    effective = np.full(size, np.nan)
    weights = np.where(known, votes.weight, 0.0).tolist()
    products = np.where(known, votes.weight * votes.values, 0.0).tolist()
    own, copied = votes.own.tolist(), votes.copied.tolist()
    ends = np.cumsum(behind[0])
    copied_ends = np.searchsorted(votes.copied_cell, np.arange(size), side="right")
    for cell in np.flatnonzero(behind[0] >= k).tolist():
        low, high = int(ends[cell] - behind[0][cell]), int(ends[cell])
        shared = copied[int(copied_ends[cell - 1]) if cell else 0 : int(copied_ends[cell])]
        squares = max(
            math.fsum(each * each for each in weights[0][low:high]),
            math.fsum(each * each for each in own[low:high] + shared),
        )
        effective[cell] = math.fsum(weights[0][low:high]) ** 2 / squares
        for q in range(len(QUANTITIES)):
            if behind[q][cell] >= k:
                each = weights[q][low:high]
                total = math.fsum(each)
                uneven[q, cell] = max(each) * SMALLEST_K > total
                means[q, cell] = math.fsum(products[q][low:high]) / total
    means[uneven] = np.nan
    people_behind = [each.reshape(shape) for each in behind]
    return Tally(
        active=active,
        beyond=beyond(frame, people_behind[0]),
        behind=dict(zip(QUANTITIES, people_behind, strict=True)),
        means={name: each.reshape(shape) for name, each in zip(QUANTITIES, means, strict=True)},
        uneven={name: each.reshape(shape) for name, each in zip(QUANTITIES, uneven, strict=True)},
        effective=effective.reshape(shape),
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """What one author says in one cell by one text, sorted by cell and author.

    ``values`` are, (3, R), sum of polarity, sentiment and engagement; ``sharing`` is the number of
    authors of the text.
    """

    cell: NDArray[np.int64]
    author: NDArray[np.uint64]
    copy: NDArray[np.uint64]
    pace: NDArray[np.float64]
    sharing: NDArray[np.int64]
    mentions: NDArray[np.float64]
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Votes:
    """What one author says in one cell, sorted by cell.

    ``own`` is the part of ``weight`` that no other author shares. ``copied`` are the weights of
    the texts of several authors, one for each text of a cell, by ``copied_cell``.
    """

    cell: NDArray[np.int64]
    weight: NDArray[np.float64]
    values: NDArray[np.float64]
    own: NDArray[np.float64]
    copied: NDArray[np.float64]
    copied_cell: NDArray[np.int64]


def _rows(frame: pl.DataFrame, people: pl.DataFrame, shape: tuple[int, int, int]) -> _Rows:
    """Return the rows of the posts that name a concept, copies by one author taken together."""
    import polars as pl

    flat = _named(frame, people).explode(LISTS)
    first = people["period"].min()
    place = [flat["stratum"], flat["period"] - first, flat["concepts"]]
    cell = np.ravel_multi_index(tuple(each.cast(pl.Int64).to_numpy() for each in place), shape)
    author, copy = flat["author"].to_numpy(), flat["copy"].to_numpy()
    order = np.lexsort((copy, author, cell))
    cell, author, copy = cell[order], author[order], copy[order]
    start = _starts(cell, author, copy)
    means = []
    for name in ("mentions", "polarity", "sentiment", "engagement"):
        values = flat[name].cast(pl.Float64).fill_null(np.nan).to_numpy()[order]
        known = ~np.isnan(values)
        means.append(_ratio(_sums(np.where(known, values, 0.0), start), _sums(1.0 * known, start)))
    return _Rows(
        cell=cell[start],
        author=author[start],
        copy=copy[start],
        pace=flat["pace"].to_numpy()[order[start]],
        sharing=flat["sharing"].to_numpy()[order[start]],
        mentions=means[0],
        values=np.stack(means[1:]),
    )


def _named(frame: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return the posts that name a concept, and how many authors share the text of each."""
    import polars as pl

    posts = (
        frame.lazy()
        .filter(pl.col("concepts").list.len() > 0)
        .select("period", "author", "copy", "sentiment", "engagement", *LISTS)
        .collect()
    )
    sharing = (
        posts.filter(pl.col("copy").is_not_null() & pl.col("copy").is_duplicated())
        .select("period", "copy", "author")
        .unique()
        .group_by("period", "copy")
        .agg(sharing=pl.len())
    )
    return (
        posts.join(people.select("period", "author", "stratum", "pace"), on=["period", "author"])
        .join(sharing, on=["period", "copy"], how="left")
        .with_columns(
            pl.col("sharing").fill_null(1),
            # A post without a hash of its text is a copy of none: a number that no other has.
            pl.col("copy").fill_null(2**64 - 1 - pl.int_range(pl.len(), dtype=pl.UInt64)),
        )
    )


def _votes(rows: _Rows) -> _Votes:
    """Return what every author says in a cell, the texts weighed."""
    start = _starts(rows.cell, rows.author)
    weight = 1.0 / rows.sharing
    texts = _sums(weight, start)
    # Parts of a whole may add up to a hair less than 1.
    voice = rows.pace[start] * np.minimum(np.round(texts, 12), 1.0)
    alone = _sums(np.where(rows.sharing == 1, weight, 0.0), start)
    values = [_ratio(_sums(weight * rows.values[0], start), _sums(weight * rows.mentions, start))]
    for each in rows.values[1:]:
        known = ~np.isnan(each)
        products = np.where(known, weight * each, 0.0)
        values.append(_ratio(_sums(products, start), _sums(weight * known, start)))
    size = np.diff(np.append(start, len(rows.cell)))
    shared = np.flatnonzero(rows.sharing > 1)
    part = (np.repeat(voice / texts, size) * weight)[shared]
    order = np.lexsort((rows.copy[shared], rows.cell[shared]))
    cell = rows.cell[shared][order]
    groups = _starts(cell, rows.copy[shared][order])
    return _Votes(
        cell=rows.cell[start],
        weight=voice,
        values=np.stack(values),
        own=voice * (alone / texts),
        copied=_sums(part[order], groups),
        copied_cell=cell[groups],
    )


def _starts(*keys: NDArray[np.int64] | NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return where runs of equal keys start, of rows that are sorted by them."""
    changes = np.ones(len(keys[0]), dtype=np.bool_)
    if len(changes):
        changes[1:] = np.any([key[1:] != key[:-1] for key in keys], axis=0)
    return np.flatnonzero(changes)


def _sums(values: NDArray[np.float64], start: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the sum of every run of values, whatever the order within it."""
    if not len(start):
        return np.zeros(0)
    size = np.diff(np.append(start, len(values)))
    run = np.repeat(np.arange(len(start)), size)
    # Two numbers have one sum; of more, the order is that of their values.
    many = np.flatnonzero((size > 2)[run])
    if len(many):
        values = values.copy()
        values[many] = values[many][np.lexsort((values[many], run[many]))]
    sums: NDArray[np.float64] = np.add.reduceat(values, start)
    return sums


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return part by whole, NaN where there is none."""
    return part / np.where(whole > 0, whole, np.nan)
