"""What data make of a prior: the lessons of all concepts joined into one estimate.

It does no regression itself, and says of every link what was learned or why nothing was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from fcm.evidence import WeightEstimate
from fcm.learning.regression import update
from fcm.map import CognitiveMap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.learning.regression import Lesson

__all__ = ["flat_prior", "posterior"]

_DATA = 0.5
_LEAST_SLOPE = 0.05  # as in fcm.sample
_MOST_JOINT = 2000


def flat_prior(names: Sequence[str], alpha: float) -> WeightEstimate:
    """Return an estimate in which every pair of concepts is a link with prior N(0, 1 / alpha)."""
    n = len(names)
    links = ~np.eye(n, dtype=bool)
    zero = np.zeros((n, n))
    return WeightEstimate(
        prior=CognitiveMap.from_matrix(zero, names),
        mean=zero,
        spread=links / np.sqrt(alpha),
        data_share=zero,
        status=np.where(links, "unidentified", ""),
    )


def posterior(prior: WeightEstimate, lessons: Sequence[Lesson], *, flat: bool) -> WeightEstimate:
    """Return the prior joined with the lesson of every concept, in the order of the concepts.

    Parameters
    ----------
    prior : WeightEstimate
    lessons : sequence of Lesson, length n
    flat : bool
        Whether the prior is nobody's, so that what is not learned is not identified.
    """
    rows, columns = np.nonzero(prior.linked)
    place = {(int(i), int(j)): k for k, (i, j) in enumerate(zip(rows, columns, strict=True))}
    where = [[place[i, j] for i in learned.sources] for j, learned in enumerate(lessons)]
    mean = prior.mean[rows, columns]
    variance = prior.spread[rows, columns] ** 2
    before, k = variance.copy(), len(rows)
    covariance: NDArray[np.float64] | None = None
    slope = prior.slope
    if prior.covariance is not None:
        # Calibrated weights are tied across concepts (and to the slope): one update for all.
        covariance = np.array(prior.covariance)
        before = np.diag(covariance)[:k].copy()
        whole = len(covariance)
        weights, information = np.zeros(whole), np.zeros((whole, whole))
        for index, learned in zip(where, lessons, strict=True):
            weights[index] = learned.weights
            information[np.ix_(index, index)] = learned.information
        start = mean if slope is None else np.append(mean, slope[0])
        moved, covariance = update(start, covariance, weights, information)
        mean, variance = moved[:k], np.diag(covariance)[:k].copy()
        if slope is not None:
            slope = (
                max(_LEAST_SLOPE, float(moved[-1])),
                float(np.sqrt(max(0.0, covariance[-1, -1]))),
            )
    else:
        size = k + (slope is not None)
        if size <= _MOST_JOINT:
            covariance = np.asarray(prior.joint_covariance()).copy()
        for index, learned in zip(where, lessons, strict=True):
            moved, block = update(
                mean[index], np.diag(variance[index]), learned.weights, learned.information
            )
            mean[index], variance[index] = moved, np.diag(block)
            if covariance is not None:
                covariance[np.ix_(index, index)] = block
        if not any(where):
            covariance = None
    left = np.divide(variance, before, out=np.ones(k), where=before > 0).clip(0, 1)
    known = prior.spread[rows, columns]
    new = {name: np.array(getattr(prior, name)) for name in ("mean", "spread", "data_share")}
    new["mean"][rows, columns] = mean
    new["spread"][rows, columns] = np.where(left < 1, np.sqrt(variance.clip(0)), known)
    new["data_share"][rows, columns] = 1 - (1 - new["data_share"][rows, columns]) * left
    status = np.array(prior.status)
    learned_enough = new["data_share"] >= _DATA
    status[prior.linked & learned_enough] = "data"
    return replace(
        prior,
        mean=new["mean"],
        spread=new["spread"],
        data_share=new["data_share"],
        status=status,
        slope=slope,
        covariance=covariance,
        notes=_notes(prior, lessons, flat),
    )


def _notes(
    prior: WeightEstimate, lessons: Sequence[Lesson], flat: bool
) -> dict[tuple[str, str], tuple[str, ...]]:
    names: dict[tuple[str, str], tuple[str, ...]] = dict(prior.notes)
    stays = "not identified" if flat else "the prior stands"
    for i, j in zip(*np.nonzero(prior.linked), strict=True):
        learned, link = lessons[j], (prior.names[i], prior.names[j])
        if i in learned.sources:
            weight = learned.weights[learned.sources.index(i)]
            told = f"series: {learned.steps[i]} usable steps; they alone say {weight:+.2g}"
        elif i in learned.reasons:
            told = f"series: nothing learned, {learned.reasons[i]}; {stays}"
        else:
            told = f"series: a self-loop is not told from the own past; {stays}"
        names[link] = (*names.get(link, ()), told)
    return names
