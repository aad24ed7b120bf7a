"""Hypothesis strategies for maps, scenarios and dynamics, shared by all tests.

Numbers are short decimals so that failures read well. Tolerances are odd on purpose: a change that
equals the tolerance to the last bit could fall either way in two equally right summations.
"""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from fcm.errors import ScenarioError
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

TOLERANCES = (1.234e-5, 3.21e-4, 4.56e-8)


def decimals(low: float, high: float, places: int = 2) -> st.SearchStrategy[float]:
    scale = 10**places
    return st.integers(round(low * scale), round(high * scale)).map(lambda k: k / scale)


@st.composite
def maps(
    draw: st.DrawFn, *, least: int = 1, most: int = 6, low: float = -1.0, high: float = 1.0
) -> CognitiveMap:
    """Maps with about half of the links missing."""
    n = draw(st.integers(least, most))
    weight = st.one_of(st.just(0.0), decimals(low, high))
    weights = draw(st.lists(weight, min_size=n * n, max_size=n * n))
    return CognitiveMap.from_matrix(np.reshape(weights, (n, n)))


@st.composite
def acyclic_maps(draw: st.DrawFn, *, most: int = 6) -> CognitiveMap:
    m = draw(maps(most=most))
    return m.with_weights(np.triu(m.weights, 1))


def states(m: CognitiveMap, low: float = 0.0, high: float = 1.0) -> st.SearchStrategy[list[float]]:
    return st.lists(decimals(low, high), min_size=len(m), max_size=len(m))


def settings_of(m: CognitiveMap, low: float = 0.0, high: float = 1.0) -> st.SearchStrategy[dict]:
    """Some concepts with values."""
    return st.dictionaries(st.sampled_from(m.names), decimals(low, high), max_size=2)


@st.composite
def scenarios(draw: st.DrawFn, m: CognitiveMap, *, name: str = "s", timed: bool = True) -> Scenario:
    """Any mixture of clamps, pushes, changed links and start values, now or for a time."""
    pair = st.tuples(st.sampled_from(m.names), st.sampled_from(m.names))
    start = draw(st.sampled_from((0, 0, 1, 2, 5))) if timed else 0
    last = draw(st.sampled_from((None, None, 1, 4))) if timed else None
    return Scenario(
        name,
        clamp=draw(settings_of(m)),
        push=draw(settings_of(m, -1.0, 1.0)),
        links=draw(st.dictionaries(pair, decimals(-1.0, 1.0), max_size=1)),
        initial=draw(settings_of(m)),
        start=start,
        stop=None if last is None else start + last,
    )


@st.composite
def ramps(draw: st.DrawFn, m: CognitiveMap, *, name: str = "s") -> Scenario:
    """Clamps and pushes that come in slowly, for good or for a time."""
    start, ramp = draw(st.sampled_from((0, 1, 3))), draw(st.integers(1, 4))
    stop = draw(st.sampled_from((None, max(start, 1) + ramp, max(start, 1) + ramp + 3)))
    return Scenario(
        name,
        clamp=draw(settings_of(m)),
        push={m.names[0]: draw(decimals(-1.0, 1.0)), **draw(settings_of(m, -1.0, 1.0))},
        initial=draw(settings_of(m)),
        start=start,
        stop=stop,
        ramp=ramp,
    )


@st.composite
def programmes(draw: st.DrawFn, m: CognitiveMap, *, name: str = "s") -> Scenario:
    """Two or three acts, together or one after the other, that do not contradict each other."""
    parts: list[Scenario] = []
    for k in range(draw(st.integers(2, 3))):
        some = ramps(m, name=f"part {k}") if draw(st.booleans()) else scenarios(m, name=f"part {k}")
        try:
            parts = list(Scenario(name, parts=[*parts, draw(some)]).parts)
        except ScenarioError:
            continue
    return Scenario(name, parts=parts)


def anything_done(m: CognitiveMap, *, name: str = "s") -> st.SearchStrategy[Scenario]:
    """Every kind of scenario."""
    return st.one_of(scenarios(m, name=name), ramps(m, name=name), programmes(m, name=name))


@st.composite
def scenario_lists(
    draw: st.DrawFn, m: CognitiveMap, *, most: int = 5, timed: bool = True
) -> list[Scenario]:
    count = draw(st.integers(1, most))
    return [draw(scenarios(m, name=f"s{k}", timed=timed)) for k in range(count)]


SLOPES = (0.3, 0.5, 1.0, 2.0)
SMOOTH = st.sampled_from(SLOPES).flatmap(
    lambda s: st.sampled_from((Sigmoid(slope=s), Tanh(slope=s)))
)
DISCRETE = st.sampled_from(
    (
        Bivalent(),
        Bivalent(threshold=0.5, inclusive=True),
        Bivalent(threshold=-0.25),
        Trivalent(),
        Trivalent(threshold=0.5),
    )
)
CLIPPED = st.sampled_from((Saturated(), Saturated(low=-1.0, high=1.0)))


@st.composite
def dynamics(
    draw: st.DrawFn,
    *,
    transfers: st.SearchStrategy | None = None,
    max_steps: int = 150,
) -> Dynamics:
    """Every rule with every transfer that it accepts."""
    transfer = draw(st.one_of(SMOOTH, DISCRETE, CLIPPED) if transfers is None else transfers)
    rules = [Kosko(), ModifiedKosko(), Kosko(memory=0.4)]
    if isinstance(transfer, Sigmoid):
        rules += [Rescaled(), Rescaled(memory=0.0)]
    return Dynamics(
        rule=draw(st.sampled_from(rules)),
        transfer=transfer,
        tol=draw(st.sampled_from(TOLERANCES)),
        max_steps=max_steps,
        hold_inputs=draw(st.booleans()),
    )


STEPS = st.sampled_from(
    (
        StepFunction(),
        StepFunction(levels=(-1.0, 0.0, 1.0), cuts=(-0.5, 0.25), inclusive=(False, True)),
        StepFunction(levels=(0.0, 1.0), cuts=(0.1,), inclusive=True),
        Trivalent(threshold=0.5, inclusive=True),
    )
)


def by_concept(m: CognitiveMap, numbers: tuple[float, ...]) -> st.SearchStrategy:
    """One number, one for each concept in order, or some by name."""
    one = st.sampled_from(numbers)
    return st.one_of(
        one,
        st.lists(one, min_size=len(m), max_size=len(m)).map(tuple),
        st.dictionaries(st.sampled_from(m.names), one, max_size=2),
    )


@st.composite
def mixed_transfers(
    draw: st.DrawFn, m: CognitiveMap, each: st.SearchStrategy | None = None
) -> PerConcept:
    each = st.one_of(SMOOTH, DISCRETE, CLIPPED, STEPS) if each is None else each
    own = st.dictionaries(st.sampled_from(m.names), each, max_size=3)
    return PerConcept(draw(each), draw(own))


def sloped(m: CognitiveMap, kind: type) -> st.SearchStrategy:
    return by_concept(m, SLOPES).map(lambda slope: kind(slope=slope))


@st.composite
def wide_dynamics(
    draw: st.DrawFn, m: CognitiveMap, *, max_steps: int = 60, lags: bool = True
) -> Dynamics:
    """Every rule and transfer, with numbers by concept and links that are late."""
    sigmoids = st.one_of(
        sloped(m, Sigmoid), mixed_transfers(m, st.sampled_from(SLOPES).map(_sigmoid))
    )
    tanhs = st.one_of(sloped(m, Tanh), st.just(Saturated(low=-1.0, high=1.0)), st.none())
    rule, transfers = draw(
        st.one_of(
            st.tuples(
                st.one_of(
                    st.just(ModifiedKosko()),
                    by_concept(m, (0.0, 0.4, 1.0)).map(lambda k: Kosko(memory=k)),
                    st.builds(
                        QuasiNonlinear,
                        phi=st.sampled_from((0.3, 0.8, 1.0)),
                        bias=by_concept(m, (-0.2, 0.0, 0.3)),
                    ),
                ),
                st.just(st.one_of(sigmoids, sloped(m, Tanh), STEPS, mixed_transfers(m))),
            ),
            st.tuples(
                by_concept(m, (0.0, 1.0)).map(lambda k: Rescaled(memory=k)), st.just(sigmoids)
            ),
            st.tuples(
                by_concept(m, (0.0, 0.3, 1.0)).map(lambda d: CertaintyNeuron(decay=d)),
                st.just(tanhs),
            ),
        )
    )
    pair = st.tuples(st.sampled_from(m.names), st.sampled_from(m.names))
    return Dynamics(
        rule=rule,
        transfer=draw(transfers),
        tol=draw(st.sampled_from(TOLERANCES)),
        max_steps=max_steps,
        hold_inputs=draw(st.booleans()),
        lags=draw(st.dictionaries(pair, st.integers(1, 4), max_size=3)) if lags else {},
    )


def _sigmoid(slope: float) -> Sigmoid:
    return Sigmoid(slope=slope)


# Contractions: every run settles, and rounding cannot grow on the way. With at most four concepts
# and weights in [-1, 1] the net input moves at most four times as far as the state.
CONTRACTING = st.sampled_from((Sigmoid(slope=0.4), Sigmoid(slope=0.7), Tanh(slope=0.15)))
