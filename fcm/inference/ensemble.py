"""How sure each change is, over draws from what is known of the weights.

The draws carry the uncertainty of the weights, and of the slope where the estimate holds one. They
do not carry the uncertainty of the map's structure, its rule or its start values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from fcm.errors import EvidenceError, UnknownConceptError, nearest
from fcm.inference.tables import table

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from fcm.scenario import Scenario

__all__ = ["Ensemble"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Ensemble:
    """The change that each scenario makes, on every draw of the weights.

    All summaries are taken over settled draws only; `settled_share` says how many those are.

    Parameters
    ----------
    names : tuple of str, length n
    scenarios : tuple of Scenario, length S
    baseline : ndarray of shape (R, n)
        Last state of the no-intervention run on each draw.
    baseline_outcome : ndarray of int8, shape (R,)
    final : ndarray of shape (R, S, n)
        Last state of each scenario on each draw.
    outcome : ndarray of int8, shape (R, S)
        Codes of `Outcome`.
    resolution : float, 0 or more
        Changes up to this size are no change: the runs stop at the tolerance of the dynamics, so
        smaller differences are noise.
    settled : ndarray of bool, shape (R, S)
        Whether scenario and no-intervention run both came to a fixed point on the draw.
    delta : ndarray of shape (R, S, n)
        ``final - baseline``; NaN where not settled.
    """

    names: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    baseline: NDArray[np.float64]
    baseline_outcome: NDArray[np.int8]
    final: NDArray[np.float64]
    outcome: NDArray[np.int8]
    resolution: float = 0.0
    settled: NDArray[np.bool_] = field(init=False)
    delta: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        settled = (self.outcome == 0) & (self.baseline_outcome == 0)[:, None]
        change = self.final - self.baseline[:, None, :]
        object.__setattr__(self, "settled", settled)
        object.__setattr__(self, "delta", np.where(settled[:, :, None], change, np.nan))
        for each in ("baseline", "baseline_outcome", "final", "outcome", "settled", "delta"):
            getattr(self, each).setflags(write=False)

    def __len__(self) -> int:
        return len(self.final)

    @property
    def settled_share(self) -> NDArray[np.float64]:
        """Share of the draws on which each scenario settled, shape (S,)."""
        share: NDArray[np.float64] = self.settled.mean(axis=0)
        return share

    def of(self, concept: str) -> NDArray[np.float64]:
        """Return the change of one concept, shape (R, S); NaN where not settled."""
        if concept not in self.names:
            raise UnknownConceptError(
                f"{concept!r} was not simulated. {nearest(concept, self.names)}"
            )
        return self.delta[:, :, self.names.index(concept)]

    def _each(self, concept: str) -> list[NDArray[np.float64]]:
        change = self.of(concept)
        return [change[self.settled[:, s], s] for s in range(len(self.scenarios))]

    def quantiles(self, concept: str, q: ArrayLike) -> NDArray[np.float64]:
        """Return quantiles of the change of a concept, shape (S, len(q)); NaN if none settled.

        Parameters
        ----------
        concept : str
        q : float or sequence of float in [0, 1]

        Raises
        ------
        EvidenceError
            If a quantile is outside [0, 1].
        """
        wanted = np.atleast_1d(np.asarray(q, dtype=np.float64))
        if not ((wanted >= 0) & (wanted <= 1)).all():
            raise EvidenceError(
                f"quantiles are {wanted.tolist()}; expected numbers in [0, 1], such as 0.05."
            )
        return np.array(
            [
                np.quantile(change, wanted) if len(change) else np.full(len(wanted), np.nan)
                for change in self._each(concept)
            ]
        )

    def mean(self, concept: str) -> NDArray[np.float64]:
        """Return the mean change of a concept, shape (S,); NaN if none settled."""
        return np.array([c.mean() if len(c) else np.nan for c in self._each(concept)])

    def spread(self, concept: str) -> NDArray[np.float64]:
        """Return the standard deviation of the change, shape (S,); NaN under two settled draws."""
        return np.array([c.std(ddof=1) if len(c) > 1 else np.nan for c in self._each(concept)])

    def probability_of_increase(self, concept: str) -> NDArray[np.float64]:
        """Return the share of settled draws in which the concept rises, shape (S,).

        A change no larger than `resolution` is no rise, so a scenario that does not reach the
        concept has probability 0. NaN if none settled.
        """
        return np.array(
            [
                (change > self.resolution).mean() if len(change) else np.nan
                for change in self._each(concept)
            ]
        )

    def best_share(self, concept: str, direction: Literal["up", "down"]) -> NDArray[np.float64]:
        """Return the share of draws in which each scenario moves the concept furthest, shape (S,).

        Only draws on which every scenario settled are counted; scenarios within `resolution` of
        the best share the draw. NaN if there is no such draw.

        Raises
        ------
        EvidenceError
            If the direction is neither "up" nor "down".
        """
        best: NDArray[np.float64] = self.rank_share(concept, direction)[:, 0]
        return best

    def rank_share(
        self, concept: str, direction: Literal["up", "down"] = "up"
    ) -> NDArray[np.float64]:
        """Return the share of draws in which each scenario has each place, shape (S, S).

        ``rank_share(c)[s, 0]`` is how often scenario ``s`` moves the concept furthest, the last
        column how often it does so least. A ranking that the draws confirm has a share near 1 in
        every row.

        Only draws on which every scenario settled are counted. Scenarios within `resolution` of
        the best of those not placed yet share the next places equally. Rows and columns sum to 1;
        all NaN if there is no such draw.

        Parameters
        ----------
        concept : str
        direction : {"up", "down"}, default "up"
            Whether the first place is that of the largest rise or of the largest fall.

        Raises
        ------
        EvidenceError
            If the direction is neither "up" nor "down".
        """
        if direction not in ("up", "down"):
            raise EvidenceError(f"direction is {direction!r}; expected 'up' or 'down'.")
        change = self.of(concept)[self.settled.all(axis=1)]
        draws, count = change.shape
        if not draws:
            return np.full((count, count), np.nan)
        change = change if direction == "up" else -change
        order = np.argsort(-change, axis=1, kind="stable")
        change = np.take_along_axis(change, order, axis=1)
        tied = np.zeros((draws, count), dtype=np.int64)
        leader = change[:, 0]
        for place in range(1, count):
            behind = change[:, place] < leader - self.resolution
            tied[:, place] = tied[:, place - 1] + behind
            leader = np.where(behind, change[:, place], leader)
        shares = np.zeros((count, count))
        for place in range(count):
            among = tied == tied[:, place : place + 1]
            np.add.at(shares, order[:, place], among / among.sum(axis=1, keepdims=True))
        shares /= draws
        return shares

    def to_records(self) -> list[dict[str, Any]]:
        """Return one dict per scenario and concept: mean, spread, quantiles, probabilities."""
        columns = {
            name: (
                self.mean(name),
                self.spread(name),
                self.quantiles(name, (0.05, 0.5, 0.95)),
                self.probability_of_increase(name),
            )
            for name in self.names
        }
        share = self.settled_share
        return [
            {
                "scenario": scenario.name,
                "concept": name,
                "mean": float(mean[s]),
                "spread": float(spread[s]),
                "q05": float(quantiles[s, 0]),
                "median": float(quantiles[s, 1]),
                "q95": float(quantiles[s, 2]),
                "probability_of_increase": float(rises[s]),
                "settled_share": float(share[s]),
            }
            for s, scenario in enumerate(self.scenarios)
            for name, (mean, spread, quantiles, rises) in columns.items()
        ]

    def to_frame(self) -> pd.DataFrame:
        """Return `to_records` as a pandas frame (needs the notebook extra)."""
        import pandas as pd

        return pd.DataFrame(self.to_records())

    def __repr__(self) -> str:
        draws, scenarios = self.outcome.shape
        share = f"{self.settled.mean():.0%} settled" if self.settled.size else "none run"
        return (
            f"Ensemble({draws} draws x {scenarios} scenario{'s' * (scenarios != 1)} of "
            f"{len(self.names)} concepts, {share})"
        )

    def _repr_html_(self) -> str:
        rows = []
        for name in self.names:
            quantiles = self.quantiles(name, (0.05, 0.5, 0.95))
            rows.append(
                [name, *[f"{mid:+.3g} [{low:+.3g}, {high:+.3g}]" for low, mid, high in quantiles]]
            )
        return table(
            repr(self),
            ["concept", *[scenario.name for scenario in self.scenarios]],
            rows,
            note="Median change against no intervention with its 5-95 % interval over the "
            "settled draws; not a forecast.",
        )
