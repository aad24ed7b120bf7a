"""Ridge regression of every concept on its causes, under a guard and with a prior.

A scikit-learn estimator. It learns weights of links that somebody drew, or of all links if nobody
did; it does not know what causes what, and an edge that it finds is a lagged association.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from fcm.errors import LearningError
from fcm.evidence import Panel, WeightEstimate
from fcm.inference import Dynamics, Sigmoid, Tanh, simulate
from fcm.learning.guard import Guard
from fcm.learning.posterior import flat_prior, posterior
from fcm.learning.regression import Sides, lesson
from fcm.learning.steps import read_series

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from fcm.learning.steps import Series

__all__ = ["Ridge"]

_GUARD = Guard()


class Ridge(BaseEstimator):  # type: ignore[misc]
    """Weights from series: ridge regression of each concept on its causes one period before.

    For each concept j the net input that its activation stands for, z = f^-1(x_j(t + 1)), is
    regressed on what its causes send at t. Before that the guard takes level, trend, season and
    x_j(t) out of both sides. The result is joined with a normal prior; the spread of a weight says
    how far data of this length and noise can fix it.

    Parameters
    ----------
    prior : WeightEstimate, optional
        Links, means and spreads to start from. Without it every pair of concepts is a link, with
        the prior N(0, 1 / alpha).
    alpha : float above 0, default 1.0
        Precision of the prior where `prior` is not given.
    dynamics : Dynamics, optional
        The rule that says what causes send, and the transfer to invert: `Sigmoid` or `Tanh`.
    guard : Guard or None, default Guard()
        What is taken out of both sides. None takes nothing out, not even the level: for series
        that a map of this dynamics has made.
    edge : float in (0, 0.5), default 0.01
        Activations closer than this to the ends of the transfer's range are moved there before it
        is inverted, since the inverse grows without bound. As a share of the range.

    Attributes
    ----------
    estimate_ : WeightEstimate
        With `data_share` and `status` per link: "data" from a share of one half on; else "prior"
        (or "conflict", if the respondents contradict each other), and "unidentified" where there
        is no prior. `notes` give the usable steps, or why there was nothing to learn. The joint
        covariance is kept up to 2000 links.
    map_ : CognitiveMap
    weights_, weights_sd_ : ndarray of shape (n, n)
        Weights of the map, and their spread.
    steps_ : ndarray of int64, shape (n, n)
        Usable steps per link.
    n_features_in_ : int
    feature_names_in_ : ndarray of str, shape (n,)

    Notes
    -----
    Steps go only from one period to the next; a gap is no step. A step counts for a concept if its
    value, its own value before and those of its measured causes are known. The noise is estimated
    with the degrees of freedom that level, trend, season, own lag and causes leave; below three,
    nothing is learned. Few degrees widen the spread as Student's t does. `Panel.reliability` of
    source and target multiplies the information, not the weight. A self-loop is not told from the
    own lag that the guard takes out, and keeps its prior. Each of several series has a level,
    trend and season of its own.

    In short and sluggish series (each keeping most of itself from one period to the next) the own
    past is underestimated, and with a flat prior a false edge is found in up to 10 % of pairs
    instead of 5 %. The default prior keeps it far below.

    An own past explains most of what happens next: see how well it predicts before a map is
    credited with it.

    References
    ----------
    Hoerl, A. E., & Kennard, R. W. (1970). Ridge regression: biased estimation for nonorthogonal
    problems. Technometrics 12(1), 55-67. doi:10.1080/00401706.1970.10488634

    Examples
    --------
    >>> import numpy as np
    >>> from fcm import CognitiveMap, simulate
    >>> m = CognitiveMap.from_matrix([[0, 0.7, 0], [0, 0, -0.6], [0.5, 0, 0]])
    >>> starts = np.random.default_rng(0).uniform(size=(20, 3))
    >>> runs = simulate(m, initial=starts, record=True).states[:, :4]
    >>> np.abs(Ridge(guard=None).fit(runs).weights_ - m.weights).max() < 1e-6
    np.True_
    """

    def __init__(
        self,
        prior: WeightEstimate | None = None,
        *,
        alpha: float = 1.0,
        dynamics: Dynamics | None = None,
        guard: Guard | None = _GUARD,
        edge: float = 0.01,
    ) -> None:
        self.prior = prior
        self.alpha = alpha
        self.dynamics = dynamics
        self.guard = guard
        self.edge = edge

    def fit(
        self,
        X: Panel | ArrayLike | Sequence[ArrayLike],  # noqa: N803
        y: object = None,
        groups: object = None,
    ) -> Ridge:
        """Learn from series and return the estimator.

        Parameters
        ----------
        X : Panel, array_like of shape (T, n) or (K, T, n), or list of (T, n)
            Activations within the range of the transfer; NaN = missing.
        y, groups : ignored

        Raises
        ------
        LearningError
            If series have the wrong shape, hold no step, lie outside the transfer's range, or a
            setting is out of range.
        UnknownConceptError
            If a panel holds a concept that the prior's map does not have.
        """
        del y, groups
        dynamics, prior = self._settings()
        runs, names, reliability = read_series(X, None if prior is None else prior.names)
        if not any(len(run.starts) for run in runs):
            raise LearningError(
                "the series hold no step: no two neighbouring periods. A step needs both."
            )
        if prior is None:
            prior = flat_prior(names, self.alpha)
        dynamics = dynamics.bind(names)
        self._check_range(runs, names, dynamics)
        sides = [_both_sides(run, dynamics, self.edge) for run in runs]
        lessons = [
            lesson(
                j,
                self._causes(prior, j),
                sides=[each[j] for each in sides],
                guard=self.guard,
                reliability=reliability,
            )
            for j in range(len(names))
        ]
        self.estimate_ = posterior(prior, lessons, flat=self.prior is None)
        self.map_ = self.estimate_.map()
        self.weights_ = self.map_.weights
        self.weights_sd_ = self.estimate_.spread
        self.steps_ = np.zeros((len(names), len(names)), dtype=np.int64)
        for j, learned in enumerate(lessons):
            for cause, count in learned.steps.items():
                self.steps_[cause, j] = count
        self.n_features_in_ = len(names)
        self.feature_names_in_ = np.array(names, dtype=object)
        return self

    def predict(
        self,
        X: Panel | ArrayLike | Sequence[ArrayLike],  # noqa: N803
    ) -> NDArray[np.float64] | list[NDArray[np.float64]]:
        """Return what the map makes of each row one period later; NaN where the row is not whole.

        The shape is that of `X`; a list of series gives a list.
        """
        check_is_fitted(self)
        runs, _, _ = read_series(X, self.map_.names)
        following = [self._next(run.values) for run in runs]
        if isinstance(X, list | tuple) and np.ndim(X[0]) == 2:
            return following
        if not isinstance(X, Panel) and np.ndim(X) == 3:  # type: ignore[arg-type]
            return np.stack(following)
        return following[0]

    def simulate(self, x0: ArrayLike, steps: int) -> NDArray[np.float64]:
        """Return the states from a start on, shape (steps + 1, n), start included.

        Parameters
        ----------
        x0 : array_like of shape (n,)
        steps : int, 1 or more
        """
        check_is_fitted(self)
        if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
            raise LearningError(f"steps is {steps!r}; expected a whole number, 1 or more.")
        dynamics = replace(self.dynamics or Dynamics(), max_steps=steps, tol=1e-300)
        states = simulate(self.map_, initial=x0, dynamics=dynamics, record=True).states
        found = np.empty((0, len(self.map_))) if states is None else states[0]
        # A run that repeats itself to the last bit ends early and stays there.
        held = np.repeat(found[-1:], max(0, steps + 1 - len(found)), axis=0)
        return np.vstack([found, held])

    def score(
        self,
        X: Panel | ArrayLike | Sequence[ArrayLike],  # noqa: N803
        y: object = None,
    ) -> float:
        """Return R2 of one-step predictions, averaged over the concepts that vary.

        The map alone predicts: what the guard took out in `fit` is not put back. 0 is what each
        concept's mean would get, and less is worse than that.
        """
        del y
        check_is_fitted(self)
        runs, _, _ = read_series(X, self.map_.names)
        truth = np.vstack([run.values[run.starts + 1] for run in runs])
        guess = np.vstack([self._next(run.values)[run.starts] for run in runs])
        scores = []
        for j in range(truth.shape[1]):
            known = np.isfinite(truth[:, j]) & np.isfinite(guess[:, j])
            seen, said = truth[known, j], guess[known, j]
            total = float(((seen - seen.mean()) ** 2).sum()) if known.any() else 0.0
            if total > 0:
                scores.append(1 - float(((seen - said) ** 2).sum()) / total)
        if not scores:
            raise LearningError(
                "no concept both varies and can be predicted in these series, so there is no "
                "score; bring steps in which every concept is known."
            )
        return float(np.mean(scores))

    def _settings(self) -> tuple[Dynamics, WeightEstimate | None]:
        dynamics = Dynamics() if self.dynamics is None else self.dynamics
        if not isinstance(dynamics.transfer, Sigmoid | Tanh):
            raise LearningError(
                f"{dynamics.transfer!r} cannot be inverted, so net inputs cannot be read from "
                "activations; learn with Sigmoid or Tanh."
            )
        if dynamics.lags or hasattr(dynamics.rule, "advance"):
            raise LearningError(
                f"{dynamics!r} is more than a sum of what causes send one period before; learn "
                "with Kosko, ModifiedKosko or Rescaled, without lags."
            )
        if not 0 < self.edge < 0.5:
            raise LearningError(f"edge is {self.edge!r}; expected a share between 0 and 0.5.")
        if not (np.isfinite(self.alpha) and self.alpha > 0):
            raise LearningError(f"alpha is {self.alpha!r}; expected a number above 0.")
        if not (self.guard is None or isinstance(self.guard, Guard)):
            raise LearningError(f"guard is {self.guard!r}; expected a Guard or None.")
        if not (self.prior is None or isinstance(self.prior, WeightEstimate)):
            raise LearningError(
                f"prior is {type(self.prior).__name__}; expected a WeightEstimate, as weigh gives."
            )
        return dynamics, self.prior

    def _causes(self, prior: WeightEstimate, j: int) -> list[int]:
        linked = prior.linked[:, j].copy()
        if self.guard is not None and self.guard.own_lag:
            linked[j] = False
        return [int(i) for i in np.flatnonzero(linked)]

    def _check_range(
        self, runs: Sequence[Series], names: Sequence[str], dynamics: Dynamics
    ) -> None:
        low = -1.0 if isinstance(dynamics.transfer, Tanh) else 0.0
        for run in runs:
            outside = (run.values < low) | (run.values > 1)
            if outside.any():
                t, j = np.argwhere(outside)[0]
                raise LearningError(
                    f"{names[j]!r} is {run.values[t, j]:g} in {run.labels[t]}; activations under "
                    f"{type(dynamics.transfer).__name__} lie in [{low:g}, 1]. Normalise the series "
                    "with fixed bounds first."
                )

    def _next(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        whole = np.isfinite(values).all(axis=1)
        following = np.full(values.shape, np.nan)
        if whole.any():
            dynamics = replace(self.dynamics or Dynamics(), max_steps=1)
            following[whole] = simulate(self.map_, initial=values[whole], dynamics=dynamics).final
        return following


def _both_sides(run: Series, dynamics: Dynamics, edge: float) -> list[Sides]:
    """Return what concepts send and what their activations stand for, per concept."""
    transfer, values = dynamics.transfer, run.values
    n = values.shape[1]
    # The rule is affine in the weights, so its answer to no weights and to unit weights says all.
    nothing, own = dynamics.rule.fold(np.zeros((n, n)))
    unit, shift = dynamics.rule.fold(np.eye(n))
    own = np.zeros(n) if own is None else own
    shift = np.zeros(n) if shift is None else shift
    memory, factor = np.diag(nothing), np.diag(unit - nothing)
    if isinstance(transfer, Tanh):
        low, slope = -1.0, 2 * np.asarray(transfer.gain)  # tanh(s x) = 2 sigmoid(2 s x) - 1
    else:
        low, slope = 0.0, -np.asarray(transfer.gain)
    share = ((values - low) / (1 - low)).clip(edge, 1 - edge)
    net = np.log(share / (1 - share)) / slope
    # What a concept keeps of itself by the rule is no weight.
    carried = np.where(memory == 0, 0.0, values * memory) + own
    response = net.copy()
    response[1:] -= carried[:-1]
    inputs = values * factor + (shift - own)
    return [
        Sides(run=run, inputs=inputs, response=response[:, j], past=net[:, j]) for j in range(n)
    ]
