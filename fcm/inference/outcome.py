"""What a run came to: settled, cycling or neither, and the states behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.errors import NotSettledError, UnknownConceptError, nearest

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from numpy.typing import NDArray

    from fcm.inference.loop.ledger import Runs
    from fcm.inference.loop.question import Question
    from fcm.scenario import Scenario

__all__ = ["Outcome", "Simulation"]


class Outcome(IntEnum):
    """How a run ended; not settling is an answer, not an accident."""

    FIXED_POINT = 0
    LIMIT_CYCLE = 1
    UNSETTLED = 2

    @property
    def advice(self) -> str:
        """What the outcome means, and what to do."""
        return _ADVICE[self.value]


_ADVICE = (
    "Settled: the state no longer changes by more than the tolerance.",
    "Repeats a cycle for ever, so no single state is the answer. Report the cycle, or try a "
    "flatter slope.",
    "Neither settled nor seen to cycle within max_steps, so the last state is no equilibrium. "
    "Allow more steps, or try a flatter slope.",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Simulation:
    """The runs of one map.

    Parameters
    ----------
    names : tuple of str, length n
        Concepts, in the order of the last axis of the states.
    scenarios : tuple of Scenario, length S
        Empty if the runs were not asked for by scenario.
    final : ndarray of shape (S, n)
        Last state of each run. An equilibrium only where `outcome` is FIXED_POINT.
    outcome : ndarray of int8, shape (S,)
        Codes of `Outcome`.
    steps : ndarray of int64, shape (S,)
        Updates made.
    period : ndarray of int64, shape (S,)
        Length of the limit cycle in steps; 1 at a fixed point, 0 where unsettled.
    residual : ndarray of shape (S,)
        Largest change of any activation in the last update.
    question : Question
        What was asked: map, scenarios, start states, clamps and dynamics.
    states : ndarray of shape (S, T + 1, n) or None
        Every state, if recorded; a run that has ended repeats its last state.
    """

    names: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    final: NDArray[np.float64]
    outcome: NDArray[np.int8]
    steps: NDArray[np.int64]
    period: NDArray[np.int64]
    residual: NDArray[np.float64]
    question: Question
    states: NDArray[np.float64] | None = None
    _followed: list[Runs] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self.final.setflags(write=False)
        self.outcome.setflags(write=False)
        self.steps.setflags(write=False)
        self.period.setflags(write=False)
        self.residual.setflags(write=False)
        if self.states is not None:
            self.states.setflags(write=False)

    @property
    def peak(self) -> NDArray[np.float64]:
        """Largest activation over all states of each run, start vector included, shape (S, n).

        Worked out on first use by running once more; the result is kept.
        """
        return self._follow().peak  # type: ignore[return-value]

    @property
    def mean(self) -> NDArray[np.float64]:
        """Average activation over all states of each run, as `peak`."""
        return self._follow().mean  # type: ignore[return-value]

    def _follow(self) -> Runs:
        if not self._followed:
            runs = self.question.answer(track=True)
            for array in (runs.peak, runs.mean):
                if array is not None:
                    array.setflags(write=False)
            self._followed.append(runs)
        return self._followed[0]

    def _of(self, name: str) -> int:
        if name not in self.names:
            raise UnknownConceptError(f"{name!r} was not simulated. {nearest(name, self.names)}")
        return self.names.index(name)

    def __getitem__(self, concept: str) -> NDArray[np.float64]:
        """Return the last activation of one concept in every run, shape (S,)."""
        return self.final[:, self._of(concept)]

    def __len__(self) -> int:
        return len(self.final)

    def require_settled(self) -> Simulation:
        """Return the simulation itself if every run settled.

        Raises
        ------
        NotSettledError
            Otherwise; the message names the runs and says what to do.
        """
        bad = np.nonzero(self.outcome != Outcome.FIXED_POINT)[0]
        if not len(bad):
            return self
        shown = ", ".join(
            f"{self.labels[s]} ({Outcome(int(self.outcome[s])).name})" for s in bad[:6].tolist()
        )
        more = f" and {len(bad) - 6} more" if len(bad) > 6 else ""
        worst = Outcome(int(self.outcome[bad].max()))
        raise NotSettledError(
            f"{len(bad)} of {len(self)} runs did not settle: {shown}{more}. {worst.advice}"
        )

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the runs: the scenarios', or "run 1", "run 2", ..."""
        if self.scenarios:
            return tuple(scenario.name for scenario in self.scenarios)
        return tuple(f"run {s + 1}" for s in range(len(self)))

    def to_frame(self) -> pd.DataFrame:
        """Return one row per run: the last states, then outcome, steps, period and residual.

        Needs the notebook extra.
        """
        import pandas as pd

        frame = pd.DataFrame(np.array(self.final), columns=list(self.names))
        frame.index = pd.Index(self.labels, name="scenario")
        ended = pd.DataFrame(
            {
                "outcome": [Outcome(code).name for code in self.outcome.tolist()],
                "steps": self.steps,
                "period": self.period,
                "residual": self.residual,
            },
            index=frame.index,
        )
        return pd.concat([frame, ended], axis=1)

    def to_xarray(self) -> xr.Dataset:
        """Return the arrays as a dataset over scenario, concept and, if recorded, step.

        Needs the notebook extra.
        """
        import xarray as xr

        over = ("scenario", "concept")
        data: dict[str, Any] = {
            each: (over, np.array(getattr(self, each))) for each in ("final", "peak", "mean")
        }
        for each in ("outcome", "steps", "period", "residual"):
            data[each] = ("scenario", np.array(getattr(self, each)))
        if self.states is not None:
            data["states"] = (("scenario", "step", "concept"), np.array(self.states))
        return xr.Dataset(data, coords={"scenario": list(self.labels), "concept": list(self.names)})

    def __repr__(self) -> str:
        runs, n = self.final.shape
        counts = [
            (int((self.outcome == Outcome.LIMIT_CYCLE).sum()), "in a limit cycle"),
            (int((self.outcome == Outcome.UNSETTLED).sum()), "unsettled"),
        ]
        told = ", ".join(f"{count} {what}" for count, what in counts if count) or "all settled"
        steps = f", in {_span(self.steps)} steps" if runs else ""
        return (
            f"Simulation({runs} run{'s' * (runs != 1)} of {n} concept{'s' * (n != 1)}: "
            f"{told}{steps})"
        )

    def _repr_html_(self) -> str:
        from fcm.inference.tables import table

        shown = min(len(self), _MOST_ROWS)
        rows = [
            [
                self.labels[s],
                *[f"{value:.3g}" for value in self.final[s].tolist()],
                Outcome(int(self.outcome[s])).name.replace("_", " ").lower(),
            ]
            for s in range(shown)
        ]
        note = f"{len(self) - shown} more runs." if shown < len(self) else ""
        return table(repr(self), ["scenario", *self.names, "outcome"], rows, note=note)


_MOST_ROWS = 20


def _span(steps: NDArray[np.int64]) -> str:
    low, high = int(steps.min()), int(steps.max())
    return f"{low}" if low == high else f"{low} to {high}"
