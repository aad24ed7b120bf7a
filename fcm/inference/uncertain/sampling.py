"""Draw weight matrices from what is known of the weights and run the scenarios on each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from fcm.errors import DynamicsError, EvidenceError
from fcm.evidence import WeightEstimate
from fcm.inference.dynamics import DEFAULT, Dynamics
from fcm.inference.ensemble import Ensemble
from fcm.inference.loop.baseline import with_baseline
from fcm.inference.simulate import progress_bar
from fcm.inference.transfer import Sigmoid, Tanh
from fcm.inference.uncertain.draws import Method, MonteCarlo
from fcm.inference.uncertain.fuzzy_weights import IntervalWeights, TriangularWeights
from fcm.inference.uncertain.members import simulate_members

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from fcm.scenario import Scenario

__all__ = ["LEAST_SLOPE", "sample"]

LEAST_SLOPE = 0.05
# Weights drawn at a time: as many as stay in the processor's cache until they are run.
_BATCH_BYTES = 2**22


# What one draw is made of: weights, and the slope if it is uncertain.
_Drawn: TypeAlias = "tuple[NDArray[np.float64], NDArray[np.float64] | None]"


def sample(
    estimate: WeightEstimate | IntervalWeights | TriangularWeights,
    scenarios: Scenario | Sequence[Scenario],
    draws: int = 1000,
    rng: np.random.Generator | np.random.SeedSequence | int | None = None,
    *,
    method: Method = MonteCarlo(),  # noqa: B008  (frozen)
    dynamics: Dynamics | None = None,
    initial: Mapping[str, float] | ArrayLike | None = None,
    progress: bool = False,
) -> Ensemble:
    """Return what each scenario changes, over draws from what is known of the weights.

    Each draw is one map. The no-intervention run and every scenario are run on it, so a change is
    always taken within one draw.

    Weights of an estimate are drawn jointly normal from its mean and covariance and then clipped
    to the map's limit. Clipping piles up draws at the limit where a weight is near it and widely
    spread, and pulls their mean inwards. If the estimate has a slope, it is drawn together with
    the weights, clipped to at least 0.05, and replaces the slope of the transfer. Weights known by
    their bounds are drawn independently, uniform over an interval or triangular over a fuzzy
    number. Links that are certain stay as they are, and so does the absence of a link.

    Parameters
    ----------
    estimate : WeightEstimate, IntervalWeights or TriangularWeights
    scenarios : Scenario or sequence of Scenario
    draws : int, 1 or more, default 1000
    rng : Generator, SeedSequence, int or None
        Equal seeds give equal draws.
    method : MonteCarlo or LatinHypercube, default MonteCarlo()
        How the draws are spread.
    dynamics : Dynamics, optional
    initial : mapping of name to value, or array_like of shape (n,), optional
        Start values, as in `simulate`.
    progress : bool, default False
        Whether to show a bar.

    Raises
    ------
    EvidenceError
        If `draws` is below 1, nothing can be drawn from `estimate`, or its covariance is not
        positive semidefinite.
    DynamicsError
        If the estimate has a slope and the transfer has none, or `method` is no way of drawing.
    ScenarioError, UnknownConceptError
        If a scenario does not fit the map.

    Examples
    --------
    >>> from fcm.map import CognitiveMap
    >>> from fcm.scenario import Scenario
    >>> m = CognitiveMap.from_links({("rain", "wet street"): 0.8})
    >>> known = IntervalWeights.from_links(m, {("rain", "wet street"): (0.5, 1.0)})
    >>> found = sample(known, [Scenario("a wet day", clamp={"rain": 1.0})], 200, rng=1)
    >>> found
    Ensemble(200 draws x 1 scenario of 2 concepts, 100% settled)
    >>> found.probability_of_increase("wet street")
    array([1.])
    """
    dynamics = DEFAULT if dynamics is None else dynamics
    if isinstance(draws, bool) or not isinstance(draws, int | np.integer) or draws < 1:
        raise EvidenceError(f"draws is {draws!r}; expected a whole number, 1 or more.")
    if isinstance(method, type) or not isinstance(method, Method):
        raise DynamicsError(f"method is {method!r}; expected MonteCarlo() or LatinHypercube().")
    k, normal, drawn = _recipe(estimate, dynamics)
    m = estimate.prior
    listed = with_baseline(m, scenarios, initial)
    n, batch = len(m), max(1, _BATCH_BYTES // (8 * max(len(m) ** 2, 1)))
    parts = []
    with progress_bar(draws * len(listed), shown=progress) as tell:
        for block in method.blocks(
            np.random.default_rng(rng), int(draws), k, batch=batch, normal=normal
        ):
            weights, slopes = drawn(block)
            parts.append(
                simulate_members(
                    m,
                    weights,
                    listed,
                    slopes=slopes,
                    dynamics=dynamics,
                    initial=initial,
                    tell=tell,
                )
            )
    final = np.concatenate([part.final for part in parts]).reshape(draws, len(listed), n)
    outcome = np.concatenate([part.outcome for part in parts])
    return Ensemble(
        names=m.names,
        scenarios=listed[1:],
        baseline=final[:, 0].copy(),
        baseline_outcome=outcome[:, 0].copy(),
        final=final[:, 1:].copy(),
        outcome=outcome[:, 1:].copy(),
        resolution=dynamics.tol,
    )


def _recipe(
    estimate: object, dynamics: Dynamics
) -> tuple[int, bool, Callable[[NDArray[np.float64]], _Drawn]]:
    """Return how many standard numbers make a draw, whether normal, and what they make."""
    if isinstance(estimate, IntervalWeights | TriangularWeights):
        known = estimate
        return int(known.uncertain.sum()), False, lambda rows: (known.quantiles(rows), None)
    if not isinstance(estimate, WeightEstimate):
        raise EvidenceError(
            f"weights are drawn from a WeightEstimate, IntervalWeights or TriangularWeights; got "
            f"{type(estimate).__name__}. A map alone holds no uncertainty."
        )
    if estimate.slope is not None and not isinstance(dynamics.transfer, Sigmoid | Tanh):
        raise DynamicsError(
            f"the estimate holds an uncertain slope, but {dynamics.transfer!r} has none; use "
            "Sigmoid or Tanh."
        )
    root = _square_root(estimate.joint_covariance())
    if root.ndim == 1:
        free = root > 0

        def untied(rows: NDArray[np.float64]) -> _Drawn:
            deviations = np.zeros((len(rows), len(root)))
            deviations[:, free] = rows * root[free]
            return _deviating(estimate, deviations)

        return int(free.sum()), True, untied
    root = root[root.any(axis=0)]
    return len(root), True, lambda rows: _deviating(estimate, rows @ root)


def _deviating(estimate: WeightEstimate, deviations: NDArray[np.float64]) -> _Drawn:
    linked, limit = estimate.linked, estimate.prior.limit
    links = int(linked.sum())
    weights = np.broadcast_to(estimate.mean, (len(deviations), *estimate.mean.shape)).copy()
    weights[:, linked] += deviations[:, :links]
    if limit is not None:
        np.clip(weights, -limit, limit, out=weights)
    if estimate.slope is None:
        return weights, None
    return weights, np.maximum(estimate.slope[0] + deviations[:, links], LEAST_SLOPE)


def _square_root(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the symmetric square root, or its diagonal alone if nothing is tied.

    It exists for singular covariances and is unique.
    """
    diagonal = np.diag(covariance)
    if not np.isfinite(covariance).all() or (diagonal < 0).any():
        raise EvidenceError("the estimate's covariance must be finite with variances of 0 or more.")
    if np.array_equal(covariance, np.diag(diagonal)):
        return np.sqrt(diagonal)
    symmetric = (covariance + covariance.T) / 2
    values, vectors = np.linalg.eigh(symmetric)
    if values[0] < -1e-8 * max(values[-1], 0.0) or not np.allclose(covariance, symmetric):
        raise EvidenceError(
            f"the estimate's covariance is not symmetric positive semidefinite (smallest "
            f"eigenvalue {values[0]:.3g}); no weights can be drawn from it."
        )
    root: NDArray[np.float64] = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    certain = diagonal == 0
    root[certain] = 0.0
    root[:, certain] = 0.0
    return root
