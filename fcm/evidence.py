"""The three currencies of evidence, where each comes from, and what is made of them.

A `Claim` says that A affects B; a `Panel` is concept by period; an `Effect` is what a policy was
seen to do. All carry `Origin`. `WeightEstimate` is what experts and data together say of every
weight, and how much of that is data. Nothing here reads a file, learns or simulates.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import numpy as np

from fcm.errors import EvidenceError, UnknownConceptError, nearest
from fcm.frozen import FrozenDict, frozen_array
from fcm.map import CognitiveMap

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from fcm.scenario import Scenario

__all__ = ["Claim", "Effect", "Origin", "Panel", "Status", "WeightEstimate"]

Status: TypeAlias = Literal["", "prior", "data", "unidentified", "conflict"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a piece of evidence comes from.

    Parameters
    ----------
    kind : str
        "survey", "posts", "linked data", "file", "policy effect", ...
    source : str
        The respondent, file, endpoint or study.
    date : str
        When it was said or measured, as the source writes it.
    licence : str
        Terms and the line of credit to print.
    note : str
        The rationale, query or method in one line.
    """

    kind: str
    source: str = ""
    date: str = ""
    licence: str = ""
    note: str = ""

    def __str__(self) -> str:
        return ": ".join(part for part in (self.kind, self.source) if part)


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody or something says that `source` affects `target` by `value`.

    Parameters
    ----------
    source, target : str
        Names of the concepts.
    value : float in [-1, 1]
        Sign and strength of the effect; 0 is an explicit "no effect", not a missing answer.
    confidence : float in [0, 1]
        How surely it is said.
    origin : Origin
    """

    source: str
    target: str
    value: float
    confidence: float
    origin: Origin

    def __post_init__(self) -> None:
        link = f"claim {self.source!r} -> {self.target!r} ({self.origin})"
        if not (math.isfinite(self.value) and -1 <= self.value <= 1):
            raise EvidenceError(f"{link} has value {self.value}; expected a number in [-1, 1].")
        if not (math.isfinite(self.confidence) and 0 <= self.confidence <= 1):
            raise EvidenceError(
                f"{link} has confidence {self.confidence}; expected a number in [0, 1]."
            )


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a policy was seen to do to an outcome.

    Parameters
    ----------
    scenario : Scenario
        What was done, in the map's own terms.
    outcome : str
        The concept that changed.
    change : float
        Change against no intervention, in activation units.
    spread : float, above 0
        Standard deviation of `change`.
    origin : Origin
    rank, of : int, optional
        Place of the treated unit among all units by size of change, and their number.
    pre_change : float, optional
        The same figure one period of comparison earlier; near 0 where there is no earlier trend.
    p : float, optional
        Placebo p value; it cannot be smaller than 1 / `of`.
    relative : float, optional
        The change as a share of what would have been: -0.16 means 16 % lower.
    interval : tuple of float, optional
        95 % interval of `relative`.
    """

    scenario: Scenario
    outcome: str
    change: float
    spread: float
    origin: Origin
    rank: int | None = None
    of: int | None = None
    pre_change: float | None = None
    p: float | None = None
    relative: float | None = None
    interval: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if not math.isfinite(self.change):
            raise EvidenceError(
                f"effect on {self.outcome!r} has change {self.change}; expected a finite number."
            )
        if not (math.isfinite(self.spread) and self.spread > 0):
            raise EvidenceError(
                f"effect on {self.outcome!r} has spread {self.spread}; expected a number above 0."
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class WeightEstimate:
    """What experts and data together say of every weight.

    Parameters
    ----------
    prior : CognitiveMap
        The map whose concepts the matrices follow; its weights are the experts' means.
    mean : array_like of shape (n, n)
        Present estimate of each weight; ``mean[i, j]`` is the effect of ``i`` on ``j``.
    spread : array_like of shape (n, n), 0 or more
        Standard deviation of each weight; 0 where there is no link.
    data_share : array_like of shape (n, n), values in [0, 1]
        1 - posterior variance / prior variance: 0 means that the weight is the experts' alone.
    status : array_like of str, shape (n, n)
        "prior", "data", "unidentified" or "conflict" where there is a link; "" elsewhere.
    covariance : array_like of shape (L, L), optional
        Joint covariance of the L linked weights in the order of `links`; None = independent.
        Calibration on a path total ties weights together, and sampling must keep the tie.
    claims : tuple of Claim
        What was said, link by link.
    notes : mapping of (cause, effect) to tuple of str
        Why a weight is what it is: refusals, calibrations, sign conflicts.
    """

    prior: CognitiveMap
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    data_share: NDArray[np.float64]
    status: NDArray[np.str_]
    covariance: NDArray[np.float64] | None = None
    claims: tuple[Claim, ...] = ()
    notes: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=FrozenDict)

    def __post_init__(self) -> None:
        shape = (len(self.prior), len(self.prior))
        for what in ("mean", "spread", "data_share"):
            array = frozen_array(getattr(self, what))
            if array.shape != shape or not np.isfinite(array).all():
                raise EvidenceError(
                    f"estimate.{what} must be finite with shape {shape}; got {array.shape}."
                )
            object.__setattr__(self, what, array)
        if (self.spread < 0).any():
            raise EvidenceError("estimate.spread must be 0 or more.")
        if ((self.data_share < 0) | (self.data_share > 1)).any():
            raise EvidenceError("estimate.data_share must lie in [0, 1].")
        status = np.array(self.status, dtype="U12")
        if status.shape != shape:
            raise EvidenceError(f"estimate.status has shape {status.shape}; expected {shape}.")
        unknown = set(np.unique(status).tolist()) - set(get_args(Status))
        if unknown:
            raise EvidenceError(
                f"estimate.status holds {sorted(unknown)[0]!r}; expected one of "
                f"{[each for each in get_args(Status) if each]}."
            )
        status.setflags(write=False)
        object.__setattr__(self, "status", status)
        if self.covariance is not None:
            covariance, links = frozen_array(self.covariance), len(self.links)
            if covariance.shape != (links, links):
                raise EvidenceError(
                    f"estimate.covariance has shape {covariance.shape}; {links} links need "
                    f"({links}, {links})."
                )
            object.__setattr__(self, "covariance", covariance)
        object.__setattr__(self, "claims", tuple(self.claims))
        object.__setattr__(self, "notes", FrozenDict(self.notes))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the concepts."""
        return self.prior.names

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """The (cause, effect) pairs that are links, row by row."""
        names = self.names
        return tuple((names[i], names[j]) for i, j in zip(*np.nonzero(self.linked), strict=True))

    @property
    def linked(self) -> NDArray[np.bool_]:
        """True where there is a link, shape (n, n)."""
        linked: NDArray[np.bool_] = self.status != ""
        return linked

    def map(self) -> CognitiveMap:
        """Return the map of the present mean weights."""
        weights = self.mean
        if self.prior.limit is not None:
            weights = np.clip(weights, -self.prior.limit, self.prior.limit)
        return self.prior.with_weights(weights)

    def explain(self, source: str, target: str) -> str:
        """Say in plain words where one weight comes from.

        Examples
        --------
        >>> m = CognitiveMap.from_links({("rain", "wet street"): 0.8})
        >>> e = WeightEstimate(prior=m, mean=m.weights, spread=[[0, .1], [0, 0]],
        ...                    data_share=[[0, 0], [0, 0]], status=[["", "prior"], ["", ""]])
        >>> print(e.explain("rain", "wet street"))
        rain -> wet street: +0.8 +- 0.1 (prior; 0 % data, 100 % experts)
        """
        i, j = self.prior.index(source), self.prior.index(target)
        head = f"{source} -> {target}"
        if not self.linked[i, j]:
            return f"{head}: no link; nobody claimed one."
        share = 100 * self.data_share[i, j]
        lines = [
            f"{head}: {self.mean[i, j]:+.3g} +- {self.spread[i, j]:.2g} "
            f"({self.status[i, j]}; {share:.0f} % data, {100 - share:.0f} % experts)"
        ]
        lines += [
            f"  {claim.origin}: {claim.value:+.3g}"
            + (f" - {claim.origin.note}" if claim.origin.note else "")
            for claim in self.claims
            if (claim.source, claim.target) == (source, target)
        ]
        lines += [f"  {note}" for note in self.notes.get((source, target), ())]
        return "\n".join(lines)

    def to_records(self) -> list[dict[str, Any]]:
        """Return one dict per link: source, target, prior, mean, spread, data_share, status."""
        rows = zip(*np.nonzero(self.linked), strict=True)
        return [
            {
                "source": self.names[i],
                "target": self.names[j],
                "prior": float(self.prior.weights[i, j]),
                "mean": float(self.mean[i, j]),
                "spread": float(self.spread[i, j]),
                "data_share": float(self.data_share[i, j]),
                "status": str(self.status[i, j]),
            }
            for i, j in rows
        ]

    def to_frame(self) -> pd.DataFrame:
        """Return `to_records` as a pandas frame (needs the notebook extra)."""
        import pandas as pd

        return pd.DataFrame(self.to_records())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, WeightEstimate):
            return NotImplemented
        return (
            (self.prior, self.claims, self.notes) == (other.prior, other.claims, other.notes)
            and all(
                np.array_equal(getattr(self, each), getattr(other, each))
                for each in ("mean", "spread", "data_share", "status")
            )
            and (self.covariance is None) == (other.covariance is None)
            and (
                self.covariance is None
                or np.array_equal(np.asarray(self.covariance), np.asarray(other.covariance))
            )
        )

    def __hash__(self) -> int:
        return hash((self.prior, self.mean.tobytes()))

    def __repr__(self) -> str:
        links = len(self.links)
        with_data = int((self.data_share[self.linked] >= 0.1).sum())
        return (
            f"WeightEstimate({len(self.prior)} concepts, {links} links, "
            f"{with_data} with a data share of 0.1 or more)"
        )
