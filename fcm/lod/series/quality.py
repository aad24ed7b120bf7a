"""How far observations can be trusted: what was wrong with them, and a factor for each of them.

The report counts, it mends nothing. The factor is the product of three parts that can each be
explained: what the publisher says about an observation, how old it is, and how far other publishers
say the same. Half-life and tolerance are the caller's judgement and have no default.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from fcm import periods as calendar
from fcm.errors import EvidenceError
from fcm.frozen import FrozenDict

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from fcm.lod.series.series import Series

__all__ = ["ACCURACY", "Quality", "accuracy", "consistency", "outliers", "timeliness", "trusted"]

ACCURACY: Mapping[str, float] = MappingProxyType(
    {
        "": 1.0, "A": 1.0,  # stated without reservation, normal
        "B": 0.8, "D": 0.8,  # break in the series, definition differs
        "P": 0.8, "V": 0.8, "G": 0.8,  # provisional, unvalidated, experimental
        "E": 0.6, "I": 0.6, "S": 0.6,  # estimated, imputed, strike and the like
        "F": 0.4, "U": 0.4, "N": 0.4,  # forecast, low reliability, not significant
        "M": 0.0, "L": 0.0, "O": 0.0, "H": 0.0, "Q": 0.0, "J": 0.0, "K": 0.0,  # no value
    }
)  # fmt: skip
"""Factor by SDMX observation status. A convention, not a measurement: pass your own to change it.
Where it is 0 the status says that there is no value."""

_UNKNOWN_STATUS = 0.4
_FAR = 3.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What was found in the observations of one series.

    Parameters
    ----------
    observations : int
        How many were read.
    identical, conflicting : int
        Further observations of a period with the same value, and with another one.
    revisions : int
        Older issues of a value that a newer one replaces.
    empty : int
        Observations without a value.
    invalid : int
        Values that are no numbers of their datatype; they are missing in the series.
    invalid_examples : tuple of str, at most 3
    unreadable : int
        Observations without a period that can be read; they are in no series.
    unreadable_examples : tuple of str, at most 3
    left_out : mapping of frequency to int
        Observations of other frequencies than the one that was asked for.
    withheld : int
        Observations whose status says that there is no value.
    statuses : mapping of str to int
        How many observations have which status, as written; without those that have none.
    unknown_statuses : tuple of str
        Those that are no SDMX codes.
    gaps : tuple of str
        Periods between the first and the last that have no value.
    outliers : tuple of str
        Periods whose value is far from the others (robust z above 3.5); none is removed.
    without_unit : int
        Observations that state no unit.
    unstated : tuple of str
        Dimensions of the cube that no observation states.
    complete : bool
        False where the source may hold more than it gave.

    Examples
    --------
    >>> print(Quality(observations=5, conflicting=1, gaps=("2018-03",)))
    5 observations.
    1 contradicts another observation of its period.
    1 period between first and last has no value: 2018-03.
    """

    observations: int
    identical: int = 0
    conflicting: int = 0
    revisions: int = 0
    empty: int = 0
    invalid: int = 0
    invalid_examples: tuple[str, ...] = ()
    unreadable: int = 0
    unreadable_examples: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=FrozenDict)
    withheld: int = 0
    statuses: Mapping[str, int] = field(default_factory=FrozenDict)
    unknown_statuses: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    outliers: tuple[str, ...] = ()
    without_unit: int = 0
    unstated: tuple[str, ...] = ()
    complete: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "left_out", FrozenDict(self.left_out))
        object.__setattr__(self, "statuses", FrozenDict(self.statuses))

    def sentences(self) -> tuple[str, ...]:
        """Return one sentence for each kind of finding; none where all is well."""
        lines = [] if self.complete else ["The source may hold more than it gave."]
        for count, one, many in (
            (self.identical, "repeats another", "repeat others"),
            (self.conflicting, "contradicts another observation of its period", ""),
            (self.revisions, "is an older issue of a value and is replaced", ""),
            (self.empty, "has no value", "have no value"),
            (self.withheld, "is marked as having no value", "are marked as having no value"),
            (self.without_unit, "states no unit", "state no unit"),
        ):
            if count:
                plural = many or one.replace("is an", "are").replace("contradicts", "contradict")
                plural = plural.replace("issue of a value and is", "issues and are")
                lines.append(f"{count:,} {one if count == 1 else plural}.")
        if self.invalid:
            lines.append(
                f"{self.invalid:,} of the values are no numbers ({_shown(self.invalid_examples)}) "
                "and count as missing."
            )
        if self.unreadable:
            lines.append(
                f"{self.unreadable:,} of the periods cannot be read "
                f"({_shown(self.unreadable_examples)}); their observations are left out."
            )
        lines += [
            f"{count:,} with the frequency {name!r} were left out as asked."
            for name, count in self.left_out.items()
        ]
        if self.statuses:
            marks = ", ".join(f"{each!r} {count:,}" for each, count in self.statuses.items())
            unknown = f"; no SDMX codes: {_shown(self.unknown_statuses)}"
            lines.append(f"Status: {marks}{unknown if self.unknown_statuses else ''}.")
        if self.unstated:
            lines.append(f"No observation states {_shown(self.unstated)}.")
        if self.gaps:
            several = len(self.gaps) > 1
            lines.append(
                f"{len(self.gaps):,} period{'s' if several else ''} between first and last "
                f"ha{'ve' if several else 's'} no value: {_few(self.gaps)}."
            )
        if self.outliers:
            lines.append(f"Far from the other values: {_few(self.outliers)}; kept.")
        return tuple(lines)

    def __str__(self) -> str:
        return "\n".join([f"{self.observations:,} observations.", *self.sentences()])


def outliers(values: ArrayLike, *, far: float = _FAR) -> NDArray[np.bool_]:
    """Return which values have a robust z-score beyond `far`; none where there is no spread.

    ``z = 0.6745 (x - median) / MAD``, with the median absolute deviation.

    Parameters
    ----------
    values : array_like of shape (n,)
        NaN = missing.
    far : float, default 3.5

    References
    ----------
    Iglewicz & Hoaglin, How to Detect and Handle Outliers (ASQC Quality Press, 1993).

    Examples
    --------
    >>> outliers([10, 11, 12, 11, 90]).tolist()
    [False, False, False, False, True]
    """
    x = np.asarray(values, dtype=float)
    known = x[np.isfinite(x)]
    if known.size < 5:
        return np.zeros(x.shape, dtype=bool)
    middle = np.median(known)
    spread = np.median(np.abs(known - middle))
    if spread == 0:
        return np.zeros(x.shape, dtype=bool)
    return np.asarray(np.abs(0.6745 * (np.nan_to_num(x, nan=middle) - middle) / spread) > far)


def accuracy(
    statuses: Sequence[str], *, factors: Mapping[str, float] | None = None
) -> NDArray[np.float64]:
    """Return the factor for each observation status, shape (n,), values in [0, 1].

    Parameters
    ----------
    statuses : sequence of str
        SDMX codes, or IRIs that end in one ("...code#obsStatus-E"); "" where none is stated.
        A status that is no SDMX code gives 0.4: somebody had a reservation.
    factors : mapping of code to float, optional
        `ACCURACY` unless given.

    Examples
    --------
    >>> accuracy(["A", "http://purl.org/linked-data/sdmx/2009/code#obsStatus-E", "shaky"]).tolist()
    [1.0, 0.6, 0.4]
    """
    table = ACCURACY if factors is None else factors
    for code, number in table.items():
        if not (math.isfinite(number) and 0 <= number <= 1):
            raise EvidenceError(
                f"factor of status {code!r} is {number}; expected a number in [0, 1]."
            )
    codes = [status_code(each) for each in statuses]
    return np.array([table.get(each, _UNKNOWN_STATUS) for each in codes], dtype=float)


def status_code(written: str) -> str:
    """Return the SDMX code of a status as written, or what was written."""
    last = written.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
    code = last.removeprefix("obsStatus-").upper()
    return code if code in ACCURACY else written


def timeliness(periods: Sequence[str], *, at: str, half_life: float) -> NDArray[np.float64]:
    """Return ``0.5 ** (age / half_life)`` for each period, shape (T,), values in (0, 1].

    Parameters
    ----------
    periods : sequence of str, length T
        Labels of one frequency.
    at : str
        The period that is decided for, of the same frequency. Later periods count in full.
    half_life : float, in periods
        After how many periods an observation is worth half as much. A judgement.

    Raises
    ------
    EvidenceError
        If the frequencies differ, or the half-life is not positive.

    Examples
    --------
    >>> timeliness(["2016", "2018", "2019"], at="2018", half_life=2).tolist()
    [0.5, 1.0, 1.0]
    """
    if not half_life > 0:
        raise EvidenceError(f"half_life is {half_life}; expected a number of periods above 0.")
    of = calendar.frequency(at)
    if of is None or any(calendar.frequency(each) != of for each in periods):
        shown = periods[0] if periods else ""
        raise EvidenceError(
            f"age of {shown!r} at {at!r} cannot be told; give `at` as a period of the same "
            "frequency, such as '2018-12' for months."
        )
    age = [max(calendar.ordinal(at, of) - calendar.ordinal(each, of), 0) for each in periods]
    return np.asarray(0.5 ** (np.array(age, dtype=float) / half_life))


def consistency(
    series: Series, peers: Sequence[Series], *, tolerance: float
) -> NDArray[np.float64]:
    """Return how far other publishers say the same, shape (T,), values in (0, 1].

    ``0.5 ** (|value - median of the peers| / tolerance)``; 1 where no peer has a value.

    Parameters
    ----------
    series : Series
    peers : sequence of Series
        The same indicator from other publishers, in the same unit.
    tolerance : float, in the unit of the series
        Which difference makes an observation worth half as much. A judgement.

    Raises
    ------
    EvidenceError
        If the units differ, or the tolerance is not positive.
    """
    if not tolerance > 0:
        raise EvidenceError(f"tolerance is {tolerance}; expected a number above 0.")
    if series.scale is not None or series.bounds is not None:
        raise EvidenceError(
            f"series {series.name!r} is already on the scale from 0 to 1; compare the originals."
        )
    found: dict[str, list[float]] = {}
    for peer in peers:
        if peer.unit != series.unit:
            raise EvidenceError(
                f"series {series.name!r} is in {series.unit!r} and its peer {peer.name!r} in "
                f"{peer.unit!r}; bring both to one unit with convert(to=...)."
            )
        for label, number in zip(peer.periods, peer.values.tolist(), strict=True):
            if math.isfinite(number):
                found.setdefault(label, []).append(number)
    apart = np.array(
        [
            abs(value - float(np.median(found[label]))) if label in found else 0.0
            for label, value in zip(series.periods, series.values.tolist(), strict=True)
        ]
    )
    return np.asarray(0.5 ** (np.nan_to_num(apart) / tolerance))


def trusted(
    series: Series,
    *,
    at: str | None = None,
    half_life: float | None = None,
    peers: Sequence[Series] = (),
    tolerance: float | None = None,
) -> Series:
    """Return the series with its confidence multiplied by timeliness and consistency.

    Accuracy, from the publisher's status, is in the confidence of a series from the start.

    Parameters
    ----------
    series : Series
    at, half_life
        See `timeliness`; both or neither.
    peers, tolerance
        See `consistency`; both or neither.

    Raises
    ------
    EvidenceError
        If one of a pair is missing, or as the two functions say.

    Examples
    --------
    >>> from fcm import lod
    >>> no2 = lod.Series(name="no2", periods=("2017", "2018"), values=[38.0, 65.0], unit="ug/m3")
    >>> trusted(no2, at="2018", half_life=1).confidence.tolist()
    [0.5, 1.0]
    """
    from dataclasses import replace

    if (at is None) != (half_life is None) or (not peers) != (tolerance is None):
        raise EvidenceError(
            "age needs both at= and half_life=, and agreement both peers= and tolerance=."
        )
    weight = np.array(series.confidence)
    said = []
    if at is not None and half_life is not None:
        weight = weight * timeliness(series.periods, at=at, half_life=half_life)
        said.append(f"half-life {half_life:g} periods at {at}")
    if tolerance is not None:
        weight = weight * consistency(series, peers, tolerance=tolerance)
        said.append(f"agreement with {len(peers)} other publishers, tolerance {tolerance:g}")
    note = "; ".join(each for each in (series.origin.note, *said) if each)
    return replace(series, confidence=weight, origin=replace(series.origin, note=note))


def _shown(examples: Sequence[str]) -> str:
    return ", ".join(repr(each) for each in examples)


def _few(labels: Sequence[str]) -> str:
    return ", ".join(labels[:5]) + (f" and {len(labels) - 5} more" if len(labels) > 5 else "")
