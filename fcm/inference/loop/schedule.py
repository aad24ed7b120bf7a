"""From maps and scenarios to what the kernel runs: start states and regimes.

Names end here: the kernel behind knows only rows. Scenarios that change the same links at the same
times share a matrix and run side by side; everything else that a scenario does differs by column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.inference.forms.lags import Delayed, delay_lines
from fcm.inference.forms.update import Update
from fcm.inference.kernel import Hold, Regime
from fcm.inference.loop.advance import Squash
from fcm.inference.loop.batch import check_scenarios, start_states
from fcm.scenario import Scenario

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.inference.dynamics import Dynamics
    from fcm.inference.forms.lags import DelayLines
    from fcm.inference.loop.advance import Advance
    from fcm.map import CognitiveMap

__all__ = ["Group", "check_scenarios", "schedule", "start_states"]


@dataclass(frozen=True, slots=True)
class Group:
    """Runs that share their matrices.

    Parameters
    ----------
    columns : ndarray of int, shape (K,)
        Which of the S runs.
    start : ndarray of shape (n, K), or longer where links have lags
        Delay lines stand behind the n concepts.
    regimes : tuple of Regime
    advance : Advance
        The second half of a step. For members it broadcasts over them.
    """

    columns: NDArray[np.intp]
    start: NDArray[np.float64]
    regimes: tuple[Regime, ...]
    advance: Advance


def schedule(
    m: CognitiveMap,
    weights: NDArray[np.float64],
    gain: float | NDArray[np.float64] | None,
    dynamics: Dynamics,
    scenarios: Sequence[Scenario],
    start: NDArray[np.float64],
    clamps: Mapping[int, NDArray[np.float64]],
) -> Iterator[Group]:
    """Yield the groups that together are all runs.

    Parameters
    ----------
    m : CognitiveMap
        For the names.
    weights : ndarray of shape (n, n) or (R, n, n)
    gain : float, ndarray of shape (n,), (R, 1) or (R, n), or None
        In place of the transfer's gain, for all, per concept or per member; None means the
        transfer's.
    dynamics : Dynamics
    scenarios : sequence of Scenario, length S or 0
    start, clamps
        From `start_states`.
    """
    names = m.names
    dynamics = dynamics.bind(names)
    plan = _Plan(
        m.rows,
        weights,
        dynamics.transfer.gain if gain is None else gain,
        dynamics,
        delay_lines(dynamics.lags, names) if dynamics.lags else None,
    )
    if not scenarios:
        yield _group(plan, [()], np.arange(start.shape[1]), start, clamps)
        return
    alike: dict[object, list[int]] = {}
    acts = [_acting(scenario) for scenario in scenarios]
    for s, each in enumerate(acts):
        timeline = tuple((act.start, act.stop, act.ramp, act.links) for act in each)
        alike.setdefault(timeline, []).append(s)
    for members in alike.values():
        columns = np.array(members)
        chosen = [acts[s] for s in members]
        own = {i: v if len(v) == 1 else v[columns] for i, v in clamps.items()}
        yield _group(plan, chosen, columns, start[:, columns], own)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the groups of a batch have in common."""

    index: Mapping[str, int]
    weights: NDArray[np.float64]
    gain: float | NDArray[np.float64]
    dynamics: Dynamics
    delays: DelayLines | None

    @property
    def members(self) -> bool:
        return self.weights.ndim == 3

    @property
    def updating(self) -> bool:
        """Whether the rule makes the next state by itself, from net inputs without the gain."""
        return hasattr(self.dynamics.rule, "advance")

    def with_links(self, acts: Sequence[Scenario]) -> NDArray[np.float64]:
        """Return the weights while these acts are on; they agree on links that they share."""
        if not any(act.links for act in acts):
            return self.weights
        weights = self.weights.copy()
        for act in acts:
            for (source, target), weight in act.links.items():
                weights[..., self.index[source], self.index[target]] = weight
        return weights

    def folded(
        self, weights: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
        """Return the matrix, and the bias in the layout of the states, with the gain in both."""
        rule = self.dynamics.rule
        matrix, constant = rule.fold(weights)
        if self.delays is not None:
            matrix = self.delays.matrix(rule, weights, matrix)
        bias = None
        if constant is not None:
            bias = constant.T[..., None]
            if self.members and constant.ndim == 1:
                bias = bias[:, None]
        if self.updating:
            return matrix, bias
        if matrix is weights:
            matrix = matrix.copy()
        by_effect = self.gain[..., None, :] if isinstance(self.gain, np.ndarray) else self.gain
        matrix[..., : len(self.index)] *= by_effect
        return matrix, None if bias is None else bias * self.row_gain()

    def row_gain(self) -> float | NDArray[np.float64]:
        """Return the gain so that it multiplies states (n, K) or (n, R, K)."""
        if not isinstance(self.gain, np.ndarray):
            return float(self.gain)
        by_row = self.gain.T[..., None]
        return by_row[:, None] if self.members and by_row.ndim == 2 else by_row

    def pushed(
        self, step: int, acting: Sequence[_Act], shape: tuple[int, ...]
    ) -> NDArray[np.float64] | None:
        """Return what is pushed in this step, in the layout of the states, or None."""
        if not any(each.pushes for each in acting):
            return None
        pushed: NDArray[np.float64] = np.zeros(shape)
        for each in acting:
            for push in each.pushes.values():
                pushed[push.row] += each.share(step) * push.values
        if self.members:
            pushed = pushed[:, None]
        return pushed if self.updating else pushed * self.row_gain()

    def advance(self, start: NDArray[np.float64]) -> Advance:
        """Return the second half of a step for runs with this start, clamps included."""
        advance: Advance = Squash(self.dynamics.transfer)
        if self.updating:
            rule: Any = self.dynamics.rule
            own = start[:, None] if self.members else start
            advance = Update(rule, self.dynamics.transfer, self.row_gain(), own)
        return advance if self.delays is None else Delayed(advance, len(self.index))


@dataclass(frozen=True, slots=True)
class _Act:
    """One act of the scenarios of a group: at the same times, with the same links, in all."""

    act: Scenario
    clamps: Mapping[int, Hold]
    pushes: Mapping[int, Hold]

    def on(self, step: int) -> bool:
        return self.act.start <= step and (self.act.stop is None or step < self.act.stop)

    def left(self, step: int) -> int:
        """Return how many steps of the ramp are left, this one included; 1 after it."""
        return max(max(self.act.start, 1) + self.act.ramp - step, 1)

    def share(self, step: int) -> float:
        """Return how much of its value a push has in this step."""
        left = self.left(step)
        return 1.0 if left == 1 else (self.act.ramp - left + 1) / self.act.ramp

    def holds(self, step: int) -> Iterator[Hold]:
        """Yield the clamps; in equal steps towards a value, one of k that are left is 1 / k."""
        left = self.left(step)
        for each in self.clamps.values():
            yield each if left == 1 else replace(each, share=1 / left)


_NOTHING = Scenario("nothing")


def _acting(scenario: Scenario) -> tuple[Scenario, ...]:
    acting = tuple(act for act in scenario.acts if act.clamp or act.push or act.links)
    # A run without intervention goes side by side with those that act all the time.
    return acting or (_NOTHING,)


def _changes(acts: Sequence[Scenario]) -> list[int]:
    """Return the steps, from 1 on, whose updates obey something new."""
    steps = {1}
    for act in acts:
        begin = max(act.start, 1)
        steps.update(range(begin, begin + max(act.ramp, 1)))
        if act.stop is not None:
            steps.add(act.stop)
    return sorted(steps)


def _group(
    plan: _Plan,
    scenarios: Sequence[tuple[Scenario, ...]],
    columns: NDArray[np.intp],
    start: NDArray[np.float64],
    clamps: Mapping[int, NDArray[np.float64]],
) -> Group:
    index = plan.index
    acts = [
        _Act(
            act,
            _by_row([each[k].clamp for each in scenarios], index),
            _by_row([each[k].push for each in scenarios], index),
        )
        for k, act in enumerate(scenarios[0])
    ]
    steps = _changes(scenarios[0])
    linked = {step: tuple(a.act for a in acts if a.act.links and a.on(step)) for step in steps}
    weights = {on: plan.with_links(on) for on in dict.fromkeys(linked.values())}
    folded = {on: plan.folded(each) for on, each in weights.items()}

    always = [Hold(row, values, None) for row, values in clamps.items()]
    if plan.dynamics.hold_inputs:
        always += _held_inputs(plan, acts, weights.values(), clamps, start)
    first = start.copy(order="K") if acts else start
    for each in acts:
        if each.act.start == 0 and not each.act.ramp:
            for hold in each.clamps.values():
                where = True if hold.where is None else hold.where
                np.copyto(first[hold.row], hold.values, where=where)

    regimes = []
    for step in steps:
        matrix, bias = folded[linked[step]]
        acting = [each for each in acts if each.on(step)]
        pushed = plan.pushed(step, acting, first.shape)
        if pushed is not None:
            bias = pushed if bias is None else bias + pushed
        if bias is not None and plan.delays is not None:
            bias = plan.delays.bias(bias)
        holds = [*always, *(hold for each in acting for hold in each.holds(step))]
        if plan.members:
            holds = [_over_members(hold) for hold in holds]
        regimes.append(Regime(step, matrix, bias, tuple(holds)))
    advance = plan.advance(first)
    longer = first if plan.delays is None else plan.delays.state(first)
    return Group(columns, longer, tuple(regimes), advance)


def _held_inputs(
    plan: _Plan,
    acts: Sequence[_Act],
    weights: Iterable[NDArray[np.float64]],
    clamps: Mapping[int, NDArray[np.float64]],
    start: NDArray[np.float64],
) -> Iterator[Hold]:
    """Yield a hold for each concept without a cause at any time of the run."""
    caused = np.zeros(len(plan.index), dtype=bool)
    for each in weights:
        caused |= (each != 0).any(axis=tuple(range(each.ndim - 1)))
    for act in acts:
        for (_, target), weight in act.act.links.items():
            caused[plan.index[target]] |= weight != 0
    for row in np.flatnonzero(~caused).tolist():
        if row in clamps:
            continue
        free = np.ones(start.shape[1], dtype=bool)
        for act in acts:
            if row in act.pushes:
                where = act.pushes[row].where
                free &= False if where is None else ~where
        if free.any():
            yield Hold(row, start[row].copy(), None if free.all() else free)


def _by_row(settings: Sequence[Mapping[str, float]], index: Mapping[str, int]) -> dict[int, Hold]:
    """Return what the scenarios set, concept by concept; values are 0 where one sets nothing."""
    rows: dict[int, Hold] = {}
    if not any(settings):
        return rows
    for name in dict.fromkeys(name for setting in settings for name in setting):
        values = np.array([setting.get(name, 0.0) for setting in settings])
        where = np.array([name in setting for setting in settings])
        rows[index[name]] = Hold(index[name], values, None if where.all() else where)
    return rows


def _over_members(hold: Hold) -> Hold:
    where = hold.where if hold.where is None else hold.where[None]
    return Hold(hold.row, hold.values[None], where, hold.share)
