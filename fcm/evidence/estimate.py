"""What experts and data together say of every weight, and how much of that is data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import numpy as np

from fcm.errors import EvidenceError
from fcm.evidence.claim import Claim
from fcm.evidence.effect import Effect
from fcm.frozen import FrozenDict, frozen_array
from fcm.map import CognitiveMap

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Calibration", "Status", "WeightEstimate"]

Status: TypeAlias = Literal["", "prior", "data", "unidentified", "conflict"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What one effect taught about a path total: before, seen, after.

    Parameters
    ----------
    effect : Effect
        What was seen.
    before, after : tuple of float
        Mean and standard deviation of the simulated change of the outcome under the effect's
        scenario, before and after the estimate was calibrated (activation units).
    data_share : float in [0, 1]
        1 - variance after / variance before, of the total over all paths.
    """

    effect: Effect
    before: tuple[float, float]
    after: tuple[float, float]
    data_share: float


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
    slope : tuple of (mean, standard deviation), optional
        The slope of the transfer as a further uncertain quantity: how strongly concepts respond
        is nobody's judgement, and effects saturate with it. None leaves the slope to the dynamics.
    covariance : array_like of shape (L, L), or (L + 1, L + 1) with the slope last, optional
        Joint covariance of the L linked weights in the order of `links`; None = independent.
        Calibration on a path total ties weights together, and sampling must keep the tie.
    claims : tuple of Claim
        What was said, link by link.
    notes : mapping of (cause, effect) to tuple of str
        Why a weight is what it is: refusals, calibrations, sign conflicts.
    calibrations : tuple of Calibration
        What policy effects taught about path totals.
    """

    prior: CognitiveMap
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    data_share: NDArray[np.float64]
    status: NDArray[np.str_]
    slope: tuple[float, float] | None = None
    covariance: NDArray[np.float64] | None = None
    claims: tuple[Claim, ...] = ()
    notes: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=FrozenDict)
    calibrations: tuple[Calibration, ...] = ()

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
        if self.slope is not None and not (
            math.isfinite(self.slope[0]) and self.slope[0] > 0 and 0 <= self.slope[1] < math.inf
        ):
            raise EvidenceError(
                f"estimate.slope is {self.slope}; expected a mean above 0, a spread from 0."
            )
        if self.covariance is not None:
            covariance, k = frozen_array(self.covariance), len(self.links)
            k += int(self.slope is not None)
            if covariance.shape != (k, k):
                raise EvidenceError(
                    f"estimate.covariance has shape {covariance.shape}; {len(self.links)} links"
                    f"{' and the slope' if self.slope else ''} need ({k}, {k})."
                )
            object.__setattr__(self, "covariance", covariance)
        object.__setattr__(self, "claims", tuple(self.claims))
        object.__setattr__(self, "calibrations", tuple(self.calibrations))
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

    def joint_covariance(self) -> NDArray[np.float64]:
        """Return the covariance of the linked weights, (L, L), with the slope last if uncertain."""
        if self.covariance is not None:
            return self.covariance
        spread = self.spread[self.linked]
        if self.slope is not None:
            spread = np.append(spread, self.slope[1])
        return np.diag(spread**2)

    def with_slope(self, mean: float, *, spread: float) -> WeightEstimate:
        """Return the estimate with an uncertain slope of the transfer, independent of the weights.

        Raises
        ------
        EvidenceError
            If the slope is already part of the estimate.
        """
        if self.slope is not None:
            raise EvidenceError(f"the estimate already has a slope, {self.slope[0]:.3g}.")
        covariance = self.covariance
        if covariance is not None:
            k = len(covariance)
            grown = np.zeros((k + 1, k + 1))
            grown[:k, :k] = covariance
            grown[k, k] = spread**2
            covariance = grown
        return replace(self, slope=(float(mean), float(spread)), covariance=covariance)

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
            (self.prior, self.claims, self.notes, self.slope, self.calibrations)
            == (other.prior, other.claims, other.notes, other.slope, other.calibrations)
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
