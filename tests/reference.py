"""The slow, obvious reference of the kernel: one scenario, one concept, one sum at a time.

It shares no code with the library and is written from the documented behaviour.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import Any

from fcm.inference import (
    Bivalent,
    Dynamics,
    Kosko,
    ModifiedKosko,
    Rescaled,
    Saturated,
    Sigmoid,
    Tanh,
    Trivalent,
)
from fcm.inference.forms.certainty import CertaintyNeuron
from fcm.inference.forms.perconcept import PerConcept
from fcm.inference.forms.quasi import QuasiNonlinear
from fcm.inference.forms.stepfunction import StepFunction
from fcm.map import CognitiveMap
from fcm.scenario import Scenario

TIE = 1e-9
FIRST_CHECKPOINT = 32
ROUNDING = 16 * sys.float_info.epsilon


@dataclass
class Verdict:
    steps: int
    outcome: int
    period: int


def activation(transfer: Any, x: float) -> float:
    if isinstance(transfer, Sigmoid):
        return 1 / (1 + math.exp(-transfer.slope * x))
    if isinstance(transfer, Tanh):
        return math.tanh(transfer.slope * x)
    if isinstance(transfer, Saturated):
        return min(max(x, transfer.low), transfer.high)
    if isinstance(transfer, Bivalent):
        equal = abs(x - transfer.threshold) <= TIE
        return float(transfer.inclusive if equal else x > transfer.threshold)
    if isinstance(transfer, StepFunction):
        level = transfer.levels[0]
        for k, cut in enumerate(transfer.cuts):
            inclusive = (
                transfer.inclusive[k]
                if isinstance(transfer.inclusive, tuple)
                else transfer.inclusive
            )
            if inclusive if abs(x - cut) <= TIE else x > cut:
                level = transfer.levels[k + 1]
        return level
    assert isinstance(transfer, Trivalent)
    size = abs(x)
    equal = abs(size - transfer.threshold) <= TIE
    outer = transfer.inclusive if equal else size > transfer.threshold
    return math.copysign(1.0, x) if outer else 0.0


def own(value: Any, m: CognitiveMap, j: int, otherwise: float) -> float:
    """A number that holds for all concepts, or for each its own."""
    if isinstance(value, tuple):
        return value[j]
    return value if isinstance(value, float) else value.get(m.names[j], otherwise)


def transfer_of(m: CognitiveMap, dynamics: Dynamics, j: int) -> Any:
    transfer = dynamics.transfer
    if isinstance(transfer, PerConcept):
        return transfer.own.get(m.names[j], transfer.default)
    if isinstance(transfer, Sigmoid | Tanh):
        return type(transfer)(slope=own(transfer.slope, m, j, 1.0))
    return transfer


def certainty(a: float, s: float) -> float:
    """MYCIN's way to join two certainties."""
    if a >= 0 and s >= 0:
        return a + s - a * s
    if a <= 0 and s <= 0:
        return a + s + a * s
    return (a + s) / max(1 - min(abs(a), abs(s)), 1e-9)


def on(act: Scenario, step: int) -> bool:
    return act.start <= step and (act.stop is None or step < act.stop)


def acts(scenario: Scenario, step: int) -> list[Scenario]:
    return [act for act in scenario.parts or (scenario,) if on(act, step)]


def ramp_step(act: Scenario, step: int) -> int:
    """Which step of its ramp this is, from 1 on."""
    return step - max(act.start, 1) + 1


def weight(m: CognitiveMap, scenario: Scenario, step: int, i: int, j: int) -> float:
    pair = (m.names[i], m.names[j])
    for act in acts(scenario, step):
        if pair in act.links:
            return act.links[pair]
    return float(m.weights[i, j])


def held(m: CognitiveMap, scenario: Scenario, dynamics: Dynamics) -> list[int]:
    """Concepts without any cause at any time of the run, and that nothing pushes."""
    if not dynamics.hold_inputs:
        return []
    parts = scenario.parts or (scenario,)
    times = {1} | {t for act in parts for t in (act.start, act.stop) if t}
    given = {b for act in parts for (_, b), w in act.links.items() if w != 0}
    return [
        j
        for j, name in enumerate(m.names)
        if name not in given
        and not any(name in act.push for act in parts)
        and all(weight(m, scenario, t, i, j) == 0 for t in times for i in range(len(m)))
    ]


def first_state(m: CognitiveMap, scenario: Scenario, initial: list[float]) -> list[float]:
    state = [
        scenario.initial.get(name, value) for name, value in zip(m.names, initial, strict=True)
    ]
    for act in acts(scenario, 0):
        if not act.ramp:
            state = [act.clamp.get(name, value) for name, value in zip(m.names, state, strict=True)]
    return state


def clamped(scenario: Scenario, step: int, name: str, before: float) -> float | None:
    value = None
    for act in acts(scenario, step):
        if name in act.clamp:
            left = act.ramp - ramp_step(act, step) + 1
            share = 1 / left if left > 1 else 1.0
            value = before + share * (act.clamp[name] - before)
    return value


def pushed(scenario: Scenario, step: int, name: str) -> float:
    total = 0.0
    for act in acts(scenario, step):
        if name in act.push:
            share = min(ramp_step(act, step) / act.ramp, 1.0) if act.ramp else 1.0
            total += share * act.push[name]
    return total


def next_state(
    m: CognitiveMap,
    scenario: Scenario,
    dynamics: Dynamics,
    step: int,
    state: list[float],
    initial: list[float],
    past: list[list[float]] | None = None,
) -> list[float]:
    """The state after update number `step`, from the one before; `past` ends with that one."""
    rule = dynamics.rule
    past = [state] if past is None else past
    begin = first_state(m, scenario, initial)
    keep = held(m, scenario, dynamics)
    after = []
    for j, name in enumerate(m.names):
        value = clamped(scenario, step, name, state[j])
        if value is not None:
            after.append(value)
            continue
        if j in keep:
            after.append(scenario.initial.get(name, initial[j]))
            continue
        transfer = transfer_of(m, dynamics, j)
        influence = 0.0
        for i, cause in enumerate(m.names):
            lag = dynamics.lags.get((cause, name), 1)
            then = past[max(len(past) - lag, 0)][i]
            sent = 2 * then - 1 if isinstance(rule, Rescaled) else then
            influence += sent * weight(m, scenario, step, i, j)
        push = pushed(scenario, step, name)
        if isinstance(rule, CertaintyNeuron):
            net = certainty(state[j], influence + push) - own(rule.decay, m, j, 0.0) * state[j]
            after.append(activation(transfer, net))
        elif isinstance(rule, QuasiNonlinear):
            net = influence + push + own(rule.bias, m, j, 0.0)
            after.append(rule.phi * activation(transfer, net) + (1 - rule.phi) * begin[j])
        elif isinstance(rule, Rescaled):
            net = influence + push + own(rule.memory, m, j, 1.0) * (2 * state[j] - 1)
            after.append(activation(transfer, net))
        else:
            assert isinstance(rule, Kosko | ModifiedKosko)
            memory = 1.0 if isinstance(rule, ModifiedKosko) else own(rule.memory, m, j, 0.0)
            after.append(activation(transfer, influence + push + memory * state[j]))
    return after


def last_change(scenario: Scenario) -> int:
    last = 1
    for act in scenario.parts or (scenario,):
        if act.clamp or act.push or act.links:
            whole = max(act.start, 1) + max(act.ramp, 1) - 1
            last = max(last, whole if act.stop is None else act.stop)
    return last


def on_its_way(m: CognitiveMap, dynamics: Dynamics, states: list[list[float]]) -> list[list[float]]:
    """Each state together with the past of the causes whose links are late."""
    longest = [0] * len(m)
    for (cause, _), lag in dynamics.lags.items():
        i = m.names.index(cause)
        longest[i] = max(longest[i], lag - 1)
    return [
        state + [states[max(t - k, 0)][i] for i in range(len(m)) for k in range(1, longest[i] + 1)]
        for t, state in enumerate(states)
    ]


def verdict(states: list[list[float]], scenario: Scenario, dynamics: Dynamics) -> Verdict:
    """How a run with these states ends; they may go on after its end."""

    def apart(a: list[float], b: list[float]) -> float:
        return max((abs(x - y) for x, y in zip(a, b, strict=True)), default=0.0)

    earliest = last_change(scenario)
    since = earliest - 1 + FIRST_CHECKPOINT
    window, guess, gap_of_guess, near = FIRST_CHECKPOINT, 0, 0.0, 1e-3 * dynamics.tol
    for step in range(1, len(states)):
        change = apart(states[step], states[step - 1])
        if step >= earliest and change < dynamics.tol:
            return Verdict(step, 0, 1)
        if step <= earliest - 1 + FIRST_CHECKPOINT:
            continue
        gap, age = apart(states[step], states[since]), step - since
        noise = ROUNDING * max(map(abs, states[step]), default=0.0)
        if gap <= noise < change:
            return Verdict(step, 1, age)
        if guess > 0 and age == guess:
            if noise < change and gap < gap_of_guess and gap**2 / (gap_of_guess - gap) < near:
                return Verdict(step, 1, age)
            guess = -1
        if gap <= near and (guess == 0 or age < guess):
            guess, gap_of_guess, since = age, gap, step
        elif guess <= 0 and age >= window:
            guess, since, window = 0, step, 2 * window
    return Verdict(len(states) - 1, 2, 0)


def run(
    m: CognitiveMap, scenario: Scenario, dynamics: Dynamics, initial: list[float]
) -> tuple[list[list[float]], Verdict]:
    """All states up to max_steps, and how the run ends."""
    states = [first_state(m, scenario, initial)]
    for step in range(1, dynamics.max_steps + 1):
        before = states[-1]
        states.append(next_state(m, scenario, dynamics, step, before, initial, list(states)))
    return states, verdict(on_its_way(m, dynamics, states), scenario, dynamics)
