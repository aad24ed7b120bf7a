"""What a map can end in at all, found by running it from many starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.errors import DynamicsError
from fcm.frozen import frozen_array
from fcm.inference.dynamics import DEFAULT, Dynamics
from fcm.inference.kernel import run
from fcm.inference.loop.advance import Squash
from fcm.inference.outcome import Outcome
from fcm.inference.proofs.motion import motion_of
from fcm.inference.proofs.spectrum import radius
from fcm.inference.proofs.steepness import why_not_smooth
from fcm.inference.simulate import progress_bar
from fcm.inference.tables import table
from fcm.inference.transfer import Saturated, parts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.inference.proofs.motion import Motion
    from fcm.map import CognitiveMap
    from fcm.scenario import Scenario

__all__ = ["SAME", "Attractors", "attractors"]

# States closer than this in every concept are one state (activation units).
SAME = 1e-5

_TOL = 1e-11
_FEWEST_STEPS = 5000
_EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Attractors:
    """Fixed points and limit cycles that the starts led to, those that draw most first.

    A search proves that what it found is there, never that nothing else is; see `certify`.

    Parameters
    ----------
    names : tuple of str, length n
    states : tuple of ndarray of shape (period, n)
        One entry per attractor: its states in the order of the steps. A cycle begins with the
        state that is lowest in the first concept in which its states differ.
    periods : tuple of int
        1 for a fixed point.
    shares : ndarray of shape (K,)
        Share of the uniform starts that each draws; 0 if only a corner leads there.
    radii : ndarray of shape (K,)
        Spectral radius of the Jacobian over one period; NaN where the transfer has no slope.
    unsettled : float in [0, 1]
        Share of the uniform starts that neither settled nor were seen to cycle.
    starts : int
        Number of uniform starts.
    """

    names: tuple[str, ...]
    states: tuple[NDArray[np.float64], ...]
    periods: tuple[int, ...]
    shares: NDArray[np.float64]
    radii: NDArray[np.float64]
    unsettled: float
    starts: int

    def __len__(self) -> int:
        return len(self.states)

    @property
    def stable(self) -> tuple[bool | None, ...]:
        """Whether each is locally stable; None where the Jacobian does not decide it."""
        return tuple(
            None if np.isnan(each) or abs(each - 1.0) <= 1e-9 else each < 1.0
            for each in self.radii.tolist()
        )

    def to_records(self) -> list[dict[str, Any]]:
        """Return one dict per attractor and state: attractor, step, period, share, stable, values.

        Attractors are counted from 1, steps from 0; the values stand under the concepts' names.
        """
        return [
            {
                "attractor": k + 1,
                "step": step,
                "period": self.periods[k],
                "share": float(self.shares[k]),
                "stable": self.stable[k],
                "values": dict(zip(self.names, state.tolist(), strict=True)),
            }
            for k, cycle in enumerate(self.states)
            for step, state in enumerate(cycle)
        ]

    def __repr__(self) -> str:
        fixed = self.periods.count(1)
        cycles = len(self) - fixed
        told = []
        if fixed:
            told.append(f"{fixed} fixed point{'s' * (fixed != 1)}")
        if cycles:
            told.append(f"{cycles} limit cycle{'s' * (cycles != 1)}")
        if self.unsettled:
            told.append(f"{100 * self.unsettled:.3g} % of the starts unsettled")
        return f"Attractors({', '.join(told) or 'none'}; from {self.starts} starts)"

    def _repr_html_(self) -> str:
        shown = min(len(self), _MOST_ROWS)
        rows = [
            [
                f"{k + 1}" if not step else "",
                *[f"{value:.3g}" for value in state.tolist()],
                f"{self.shares[k]:.3g}" if not step else "",
                {True: "yes", False: "no", None: "not known"}[self.stable[k]] if not step else "",
            ]
            for k in range(shown)
            for step, state in enumerate(self.states[k][:_MOST_ROWS])
        ]
        more = f" {len(self) - shown} more attractors." if shown < len(self) else ""
        note = "States of a limit cycle stand below one another." + more
        return table(repr(self), ["attractor", *self.names, "share", "stable"], rows, note=note)


_MOST_ROWS = 20


def attractors(
    m: CognitiveMap,
    dynamics: Dynamics | None = None,
    *,
    starts: int = 1000,
    rng: int | np.random.Generator | None = None,
    scenario: Scenario | None = None,
    progress: bool = False,
) -> Attractors:
    """Return the fixed points and limit cycles that many starts lead to.

    The starts are drawn uniformly from the transfer's range; its lowest, middle and highest state
    are tried besides. Runs go on to a change below 1e-11, or `tol` if that is less, for 5000 steps
    or `max_steps` if that is more. What is still farther from rest than half of 1e-5, judged by
    its Jacobian, counts as unsettled; two ends are one if no concept differs by more than 1e-5.

    Parameters
    ----------
    m : CognitiveMap
    dynamics : Dynamics, optional
        ``Dynamics()`` unless given. Concepts that `hold_inputs` holds keep the start value of a
        run that is given none, 1, or the scenario's own.
    starts : int, 1 or more, default 1000
        How many starts are drawn.
    rng : int or numpy.random.Generator, optional
    scenario : Scenario, optional
        Its last regime holds from the start on.
    progress : bool, default False

    Raises
    ------
    DynamicsError
        If `starts` is below 1, or the rule is more than an affine sum before its transfer.
    UnknownConceptError, ScenarioError
        If the scenario does not fit the map.

    Examples
    --------
    >>> from fcm.inference.transfer import Tanh
    >>> from fcm.map import CognitiveMap
    >>> m = CognitiveMap.from_links({("trust", "trust"): 1.0})
    >>> found = attractors(m, Dynamics(transfer=Tanh(slope=2.0)), rng=1)
    >>> found
    Attractors(3 fixed points; from 1000 starts)
    >>> [float(states[0, 0].round(3)) for states in found.states]
    [-0.958, 0.958, 0.0]
    >>> found.stable
    (True, True, False)
    """
    dynamics = DEFAULT if dynamics is None else dynamics
    if isinstance(starts, bool) or not isinstance(starts, int | np.integer) or starts < 1:
        raise DynamicsError(f"starts is {starts!r}; expected a whole number, 1 or more.")
    motion = motion_of(m, dynamics, scenario)
    smooth = not why_not_smooth(motion.transfer)
    first = _starts(motion, int(starts), np.random.default_rng(rng))
    with progress_bar(first.shape[1], shown=progress) as tell:
        runs = run(
            first,
            [motion.regime],
            Squash(motion.transfer),
            tol=min(dynamics.tol, _TOL),
            max_steps=max(dynamics.max_steps, _FEWEST_STEPS),
            tell=tell,
        )
    drawn = np.arange(len(runs.final)) < starts
    left = runs.outcome != Outcome.UNSETTLED
    cycles, shares, radii, adrift = [], [], [], runs.outcome == Outcome.UNSETTLED
    while left.any():
        here = int(np.argmax(left))
        cycle = _cycle(motion, runs.final[here], int(runs.period[here]))
        same = left & (runs.period % len(cycle) == 0)
        gap = np.full(len(runs.final), np.inf)
        for state in cycle:
            np.minimum(gap, np.abs(runs.final - state).max(axis=1, initial=0.0), out=gap)
        same &= gap <= SAME
        same[here] = True
        left &= ~same
        change, off = _linear(motion, cycle) if smooth else (np.nan, 0.0)
        if off > SAME / 2:
            adrift |= same
            continue
        cycles.append(cycle)
        radii.append(change)
        shares.append(np.count_nonzero(same & drawn) / starts)
    order = sorted(
        range(len(cycles)),
        key=lambda k: (-shares[k], len(cycles[k]), [-round(v, 9) for v in cycles[k][0].tolist()]),
    )
    return Attractors(
        names=m.names,
        states=tuple(frozen_array(cycles[k]) for k in order),
        periods=tuple(len(cycles[k]) for k in order),
        shares=frozen_array([shares[k] for k in order]),
        radii=frozen_array([radii[k] for k in order]),
        unsettled=float(np.count_nonzero(adrift & drawn)) / int(starts),
        starts=int(starts),
    )


def _starts(motion: Motion, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return uniform states and then three corners, shape (n, count + 3)."""
    low, high = motion.span()
    drawn = low + (high - low) * rng.uniform(size=(count, len(low)))
    return np.ascontiguousarray(np.vstack([drawn, low, (low + high) / 2, high]).T)


def _cycle(motion: Motion, state: NDArray[np.float64], period: int) -> NDArray[np.float64]:
    """Return the states of the cycle through a state, in canonical rotation, shape (p, n)."""
    states = [state]
    for _ in range(period - 1):
        states.append(motion.step(states[-1]))
    cycle = np.array(states)
    for shorter in range(1, period // 2 + 1):
        if not period % shorter and np.abs(cycle[shorter:] - cycle[:-shorter]).max() <= SAME / 10:
            cycle = cycle[:shorter]
            break
    order = sorted(range(len(cycle)), key=lambda k: (cycle[k] / SAME).round().tolist())
    return np.roll(cycle, -order[0], axis=0)


def _linear(motion: Motion, cycle: NDArray[np.float64]) -> tuple[float, float]:
    """Return the spectral radius over one period, and how far the true cycle may be off.

    The distance is the residual times the growth of the inverse of ``I - J``: where a run creeps
    along a flat stretch, the residual is small and the inverse is large.
    """
    product = np.eye(len(motion))
    for state in cycle:
        product = product @ motion.jacobian(state)
    after = motion.step(cycle[-1])
    residual = float(np.abs(after - cycle[0]).max(initial=0.0))
    if residual == 0.0 and _flat(motion):
        return radius(product), 0.0
    rounding = 4 * _EPS * max(1.0, float(np.abs(cycle).max(initial=0.0)))
    try:
        inverse = np.linalg.inv(np.eye(len(motion)) - product)
    except np.linalg.LinAlgError:
        return radius(product), np.inf
    growth = float(np.abs(inverse).sum(axis=0).max(initial=0.0))
    return radius(product), growth * (residual + rounding)


def _flat(motion: Motion) -> bool:
    """Whether the squash is made of straight pieces, so that no residual means no movement."""
    return all(isinstance(each, Saturated) for each in parts(motion.transfer))
