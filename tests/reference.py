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
    Saturated,
    Sigmoid,
    Tanh,
    Trivalent,
)
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
    assert isinstance(transfer, Trivalent)
    if x > transfer.threshold + TIE:
        return 1.0
    return -1.0 if x < -transfer.threshold - TIE else 0.0


def acts(scenario: Scenario, step: int) -> bool:
    return scenario.start <= step and (scenario.stop is None or step < scenario.stop)


def weight(m: CognitiveMap, scenario: Scenario, step: int, i: int, j: int) -> float:
    pair = (m.names[i], m.names[j])
    if acts(scenario, step) and pair in scenario.links:
        return scenario.links[pair]
    return float(m.weights[i, j])


def held(m: CognitiveMap, scenario: Scenario, dynamics: Dynamics) -> list[int]:
    """Concepts without any cause at any time of the run."""
    if not dynamics.hold_inputs:
        return []
    times = {1, max(1, scenario.start)} | ({scenario.stop} if scenario.stop else set())
    if scenario.start == 0 and scenario.stop == 1:
        times = {0, 1}
    return [
        j
        for j, name in enumerate(m.names)
        if name not in scenario.push
        and all(weight(m, scenario, t, i, j) == 0 for t in times for i in range(len(m)))
    ]


def first_state(m: CognitiveMap, scenario: Scenario, initial: list[float]) -> list[float]:
    state = [
        scenario.initial.get(name, value) for name, value in zip(m.names, initial, strict=True)
    ]
    if acts(scenario, 0):
        state = [
            scenario.clamp.get(name, value) for name, value in zip(m.names, state, strict=True)
        ]
    return state


def next_state(
    m: CognitiveMap,
    scenario: Scenario,
    dynamics: Dynamics,
    step: int,
    state: list[float],
    initial: list[float],
) -> list[float]:
    """The state after update number `step`, from the one before."""
    rule = dynamics.rule
    memory = 1.0 if isinstance(rule, ModifiedKosko) else rule.memory
    plain = isinstance(rule, Kosko | ModifiedKosko)
    keep = held(m, scenario, dynamics)
    after = []
    for j, name in enumerate(m.names):
        if acts(scenario, step) and name in scenario.clamp:
            after.append(scenario.clamp[name])
            continue
        if j in keep:
            after.append(scenario.initial.get(name, initial[j]))
            continue
        net = scenario.push.get(name, 0.0) if acts(scenario, step) else 0.0
        for i in range(len(m)):
            sent = state[i] if plain else 2 * state[i] - 1
            own = memory if i == j else 0.0
            net += sent * (weight(m, scenario, step, i, j) + own)
        after.append(activation(dynamics.transfer, net))
    return after


def last_change(scenario: Scenario) -> int:
    if not (scenario.clamp or scenario.push or scenario.links):
        return 1
    return max(1, scenario.start if scenario.stop is None else scenario.stop)


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
        states.append(next_state(m, scenario, dynamics, step, states[-1], initial))
    return states, verdict(states, scenario, dynamics)
