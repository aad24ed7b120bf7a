"""Bring weights into line with what policies were seen to do.

An effect speaks of a path total, not of a link: it moves the joint distribution of all weights on
the paths, mostly by tying them together. It cannot add links, and a link that does not lead to the
outcome stays as it was.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import LearningError, UnknownConceptError, nearest
from fcm.evidence import Calibration, Effect, WeightEstimate
from fcm.inference import Dynamics, simulate_members
from fcm.scenario import Scenario

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from fcm.map import CognitiveMap

__all__ = ["calibrate"]

_STEP = math.sqrt(3.0)  # kurtosis of the normal distribution: the best choice for it
_LEAST_SLOPE = 0.05  # as in fcm.sample
_DATA = 0.5
_WORTH_A_NOTE = 0.005


def calibrate(
    estimate: WeightEstimate,
    effects: Effect | Sequence[Effect],
    m: CognitiveMap,
    dynamics: Dynamics | None = None,
    *,
    initial: Mapping[str, float] | ArrayLike | None = None,
) -> WeightEstimate:
    """Return the estimate after it has learned from policy effects, each by its spread.

    For each effect the change of its outcome is simulated: the final state under its scenario minus
    that without intervention. Weights (and the slope, if the estimate has one) are updated jointly
    so that these changes agree with what was seen: one Kalman update whose moments come from
    central divided differences over sigma points at sqrt(3) standard deviations, without any
    derivative. Several effects are updated at once; their errors count as independent.

    Parameters
    ----------
    estimate : WeightEstimate
        Its weights are clipped to the map's limit and its slope at 0.05, as in `fcm.sample`.
    effects : Effect or sequence of Effect
    m : CognitiveMap
        The concepts; must be those of the estimate. Its weights are not used.
    dynamics : Dynamics, optional
        How the map is run; the slope of the estimate goes over that of the transfer.
    initial : mapping of name to value, or array_like of shape (n,), optional
        Start values, as in `fcm.simulate`.

    Returns
    -------
    WeightEstimate
        New mean, spread, joint covariance and slope. `data_share` of a link grows to 1 - (1 -
        share before) x (variance after / variance before); `status` is "data" from one half on.
        `calibrations` tell for each effect what the map said before and after, and how much of
        that total now is data.

    Raises
    ------
    LearningError
        If the concepts differ, a scenario cannot reach its outcome or holds it, nothing on the
        paths is uncertain, or a run does not settle.
    UnknownConceptError
        If an effect or its scenario names a concept that is not in the map.
    DynamicsError
        If the estimate has a slope and the transfer has none.

    Notes
    -----
    The update is Gaussian: exact if the simulated change were linear in weights and slope, close
    while spreads are moderate. A mean may pass the map's limit slightly; runs clip it.

    References
    ----------
    Norgaard, M., Poulsen, N. K., & Ravn, O. (2000). New developments in state estimation for
    nonlinear systems. Automatica 36(11), 1627-1638. doi:10.1016/S0005-1098(00)00089-3

    Examples
    --------
    >>> from fcm import Claim, CognitiveMap, Effect, Origin, Scenario, weigh
    >>> m = CognitiveMap.from_links({}, concepts=["zone", "traffic"])
    >>> prior = weigh([Claim("zone", "traffic", -0.5, 1.0, Origin(kind="survey"))], m)
    >>> seen = Effect(scenario=Scenario("zone", clamp={"zone": 1}), outcome="traffic",
    ...               change=-0.02, spread=0.01, origin=Origin(kind="policy effect"))
    >>> after = calibrate(prior, seen, m)
    >>> bool(after.mean[0, 1] > prior.mean[0, 1]), after.status[0, 1].item()
    (True, 'data')
    """
    seen = (effects,) if isinstance(effects, Effect) else tuple(effects)
    if not seen:
        return estimate
    if m.names != estimate.names:
        raise LearningError(
            f"the map has the concepts {list(m.names)}, the estimate {list(estimate.names)}; "
            "calibrate with the map that the estimate was made for."
        )
    for effect in seen:
        _check_paths(estimate, effect)
    runs = _Runs(estimate, seen, m, dynamics or Dynamics(), initial)
    mean, covariance = _parameters(estimate)
    moving = _moving(estimate, seen, covariance)
    if not moving.any():
        raise LearningError(
            "no weight on the paths to the outcome is uncertain, so effects cannot teach anything; "
            "give the links a spread first."
        )
    expected, spread_of_total, cross = runs.moments(mean, covariance, moving)
    noise = np.diag([effect.spread**2 for effect in seen])
    gain = np.linalg.solve(spread_of_total + noise, cross.T).T
    change = np.array([effect.change for effect in seen])
    new_mean = mean + gain @ (change - expected)
    new_covariance = covariance - gain @ (spread_of_total + noise) @ gain.T
    new_covariance = (new_covariance + new_covariance.T) / 2
    after, spread_after, _ = runs.moments(new_mean, new_covariance, moving)
    calibrations = [
        _calibration(effect, *each)
        for effect, *each in zip(
            seen,
            expected,
            np.diag(spread_of_total),
            after,
            np.diag(spread_after),
            strict=True,
        )
    ]
    return _updated(estimate, new_mean, new_covariance, covariance, calibrations)


@dataclass(frozen=True, slots=True)
class _Runs:
    estimate: WeightEstimate
    effects: tuple[Effect, ...]
    m: CognitiveMap
    dynamics: Dynamics
    initial: Mapping[str, float] | ArrayLike | None

    def moments(
        self,
        mean: NDArray[np.float64],
        covariance: NDArray[np.float64],
        moving: NDArray[np.bool_],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return mean (E,) and covariance (E, E) of the changes, and theirs with all parameters."""
        block = covariance[np.ix_(moving, moving)]
        root = _square_root(block)
        k = root.shape[1]
        points = np.tile(mean, (1 + 2 * k, 1))
        points[1 : k + 1, moving] += _STEP * root.T
        points[k + 1 :, moving] -= _STEP * root.T
        changes = self._changes(points)
        middle, up, down = changes[0], changes[1 : k + 1], changes[k + 1 :]
        square = _STEP**2
        expected = middle * (square - k) / square + (up + down).sum(axis=0) / (2 * square)
        slope, bend = (up - down) / (2 * _STEP), up + down - 2 * middle
        total = slope.T @ slope + bend.T @ bend * (square - 1) / (4 * square**2)
        # Parameters outside the block move only as far as they are tied to it.
        cross = covariance[:, moving] @ np.linalg.pinv(block, hermitian=True) @ root @ slope
        cross[moving] = root @ slope
        return expected, total, cross

    def _changes(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the simulated change per point and effect, shape (R, E)."""
        estimate = self.estimate
        links = len(estimate.links)
        weights = np.tile(np.asarray(estimate.mean), (len(points), 1, 1))
        weights[:, estimate.linked] = points[:, :links]
        limit = estimate.prior.limit
        if limit is not None:
            weights = np.clip(weights, -limit, limit)
        slopes = np.maximum(_LEAST_SLOPE, points[:, links]) if estimate.slope else None
        scenarios = [
            replace(effect.scenario, name=f"effect {number}: {effect.scenario.name}")
            for number, effect in enumerate(self.effects, start=1)
        ]
        runs = simulate_members(
            self.m,
            weights,
            [Scenario("no intervention"), *scenarios],
            slopes=slopes,
            dynamics=self.dynamics,
            initial=self.initial,
        )
        unsettled = int((runs.outcome != 0).any(axis=1).sum())
        if unsettled:
            raise LearningError(
                f"{unsettled} of {len(points)} runs near the estimate do not settle, so there is "
                "no change to compare with what was seen. Allow more steps, or calibrate with a "
                "flatter slope or a narrower prior."
            )
        columns = [self.m.index(effect.outcome) for effect in self.effects]
        rows = np.arange(1, 1 + len(columns))
        changes: NDArray[np.float64] = runs.final[:, rows, columns] - runs.final[:, 0, columns]
        return changes


def _parameters(estimate: WeightEstimate) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    mean = estimate.mean[estimate.linked]
    if estimate.slope is not None:
        mean = np.append(mean, estimate.slope[0])
    return mean, np.array(estimate.joint_covariance())


def _square_root(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return S with S S' = covariance, without columns that are 0."""
    diagonal = np.diag(covariance)
    if np.array_equal(covariance, np.diag(diagonal)):
        return np.diag(np.sqrt(diagonal))
    values, vectors = np.linalg.eigh(covariance)
    kept = values > values[-1] * 1e-12
    root: NDArray[np.float64] = vectors[:, kept] * np.sqrt(values[kept])
    return root


def _graph(estimate: WeightEstimate, scenario: Scenario) -> NDArray[np.bool_]:
    linked: NDArray[np.bool_] = estimate.linked | (estimate.mean != 0)
    for act in scenario.acts:
        for source, target in act.links:
            linked[estimate.prior.index(source), estimate.prior.index(target)] = True
    return linked


def _leads_to(linked: NDArray[np.bool_], target: int) -> NDArray[np.bool_]:
    """Return which concepts have a path to the target; the target has."""
    reached: NDArray[np.bool_] = np.arange(len(linked)) == target
    for _ in range(len(linked)):
        reached |= linked[:, reached].any(axis=1)
    return reached


def _check_paths(estimate: WeightEstimate, effect: Effect) -> None:
    scenario, names = effect.scenario, estimate.names
    touched = {
        name
        for act in scenario.acts
        for name in (*act.clamp, *act.push, *act.initial, *(effect for _, effect in act.links))
    }
    for name in (effect.outcome, *sorted(scenario.names)):
        if name not in names:
            raise UnknownConceptError(
                f"the effect of {scenario.name!r} on {effect.outcome!r} names {name!r}, which is "
                f"not in the map. {nearest(name, names)}"
            )
    if not touched:
        raise LearningError(
            f"scenario {scenario.name!r} changes nothing, so its effect on {effect.outcome!r} "
            "cannot teach a weight; clamp or push what the policy moved."
        )
    if any(effect.outcome in act.clamp for act in scenario.acts):
        raise LearningError(
            f"scenario {scenario.name!r} holds {effect.outcome!r} itself; its effect on it says "
            "nothing about weights. Clamp the lever instead."
        )
    reached = _leads_to(_graph(estimate, scenario), names.index(effect.outcome))
    if not any(reached[names.index(name)] for name in touched):
        moved = ", ".join(map(repr, sorted(touched)))
        raise LearningError(
            f"no path leads from {moved} to {effect.outcome!r}, so the effect of "
            f"{scenario.name!r} cannot teach a weight; the map lacks the links."
        )


def _moving(
    estimate: WeightEstimate, effects: tuple[Effect, ...], covariance: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return which parameters move an outcome: uncertain links that lead to one, and the slope."""
    leads = np.zeros(len(estimate.names), dtype=bool)
    for effect in effects:
        graph = _graph(estimate, effect.scenario)
        leads |= _leads_to(graph, estimate.names.index(effect.outcome))
    moving = leads[np.nonzero(estimate.linked)[1]]
    if estimate.slope is not None:
        moving = np.append(moving, True)
    uncertain: NDArray[np.bool_] = np.diag(covariance) > 0
    return moving & uncertain


def _calibration(
    effect: Effect, before: float, variance: float, after: float, variance_after: float
) -> Calibration:
    share = 1 - variance_after / variance if variance > 0 else 0.0
    return Calibration(
        effect=effect,
        before=(float(before), math.sqrt(variance)),
        after=(float(after), math.sqrt(variance_after)),
        data_share=float(np.clip(share, 0, 1)),
    )


def _updated(
    estimate: WeightEstimate,
    mean: NDArray[np.float64],
    covariance: NDArray[np.float64],
    before: NDArray[np.float64],
    calibrations: list[Calibration],
) -> WeightEstimate:
    links = estimate.links
    variance, prior_variance = np.maximum(0, np.diag(covariance)), np.diag(before)
    left = np.divide(
        variance, prior_variance, out=np.ones(len(variance)), where=prior_variance > 0
    ).clip(0, 1)
    touched = variance != prior_variance
    linked = estimate.linked
    known = np.append(estimate.spread[linked], estimate.slope[1] if estimate.slope else [])
    # Where nothing was learned the spread stays to the last bit.
    spread = np.where(touched, np.sqrt(variance), known)
    new = {name: np.array(getattr(estimate, name)) for name in ("mean", "spread", "data_share")}
    status = np.array(estimate.status)
    new["mean"][linked] = mean[: len(links)]
    new["spread"][linked] = spread[: len(links)]
    new["data_share"][linked] = 1 - (1 - new["data_share"][linked]) * left[: len(links)]
    status[linked & (new["data_share"] >= _DATA)] = "data"
    notes = dict(estimate.notes)
    for link, gained in zip(links, 1 - left, strict=False):
        if gained >= _WORTH_A_NOTE:
            told = [
                f"calibrated on {each.effect.scenario.name!r} -> {each.effect.outcome!r}: seen "
                f"{each.effect.change:+.2f} +- {each.effect.spread:.2f}, the map said "
                f"{each.before[0]:+.2f} before and {each.after[0]:+.2f} after"
                for each in calibrations
            ]
            notes[link] = (*notes.get(link, ()), *told)
    slope = estimate.slope
    if slope is not None:
        slope = (max(_LEAST_SLOPE, float(mean[-1])), float(spread[-1]))
    return replace(
        estimate,
        mean=new["mean"],
        spread=new["spread"],
        data_share=new["data_share"],
        status=status,
        slope=slope,
        covariance=covariance,
        notes=notes,
        calibrations=(*estimate.calibrations, *calibrations),
    )
