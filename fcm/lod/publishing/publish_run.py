"""Runs as statements: what was asked, how each run ended, and the last states as a data cube.

A comparison has a second cube with the changes against the no-intervention run; a change that is
not known, because one of the two runs did not settle, is no observation. Every observation says how
its run ended, so that nobody takes a state that has not settled for an equilibrium.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from fcm.errors import TooLarge
from fcm.inference import Outcome
from fcm.lod.publishing.graph import Graph, slug
from fcm.lod.publishing.publish_scenario import ends, setting_statements
from fcm.scenario import Scenario

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.inference import Dynamics, Simulation

__all__ = ["ENDINGS", "Compared", "run_statements", "unnamed_scenarios"]

ENDINGS = {
    Outcome.FIXED_POINT: "fcm:FixedPoint",
    Outcome.LIMIT_CYCLE: "fcm:LimitCycle",
    Outcome.UNSETTLED: "fcm:Unsettled",
}
_MOST = 250_000


class Compared(Protocol):
    """What a comparison offers: its runs, the first without intervention, and the changes."""

    @property
    def run(self) -> Simulation:
        """All runs, the no-intervention run first."""

    @property
    def delta(self) -> NDArray[np.float64]:
        """Changes, shape (S, n); NaN where not settled."""


def unnamed_scenarios(run: Simulation) -> tuple[Scenario, ...]:
    """Return the scenarios of a run, made from its clamps if it was asked without scenarios."""
    if run.scenarios:
        return run.scenarios
    clamps = run.question.clamps
    return tuple(
        Scenario(
            label,
            clamp={run.names[i]: float(values[s % len(values)]) for i, values in clamps.items()},
        )
        for s, label in enumerate(run.labels)
    )


def run_statements(
    graph: Graph,
    base: str,
    run: Simulation,
    m: str,
    concepts: Mapping[str, str],
    scenarios: Sequence[str],
    *,
    delta: NDArray[np.float64] | None = None,
) -> None:
    """Add the runs of a map under scenarios.

    Parameters
    ----------
    m : str
        IRI of the map.
    concepts : mapping of name to IRI
        The map's.
    scenarios : sequence of str, length S
        IRIs of the scenarios.
    delta : ndarray of shape (S - 1, n), optional
        Changes against the first run, NaN where not known.

    Raises
    ------
    TooLarge
        If there are more than 250,000 observations.
    """
    cells = run.final.size * (2 if delta is not None else 1)
    if cells > _MOST:
        raise TooLarge(
            f"{len(run):,} runs of {len(run.names):,} concepts are {cells:,} observations; at most "
            f"{_MOST:,} are published in one file. Simulate fewer scenarios, or save arrays."
        )
    node = f"{base}run"
    graph.term(node, "rdf:type", "fcm:Run")
    graph.term(node, "rdf:type", "prov:Activity")
    graph.link(node, "prov:used", m)
    for scenario in scenarios:
        graph.link(node, "prov:used", scenario)
    graph.link(node, "fcm:dynamics", f"{base}dynamics")
    single = [f"{base}run.{s}" for s in range(1, len(run) + 1)]
    for each in single:
        graph.link(node, "fcm:hasScenarioRun", each)
    _dynamics(graph, f"{base}dynamics", run.question.dynamics, concepts)
    for s, each in enumerate(single):
        _scenario_run(graph, each, run, s, scenarios[s], concepts)
    endings = [ENDINGS[Outcome(int(code))] for code in run.outcome.tolist()]
    keys = [slug(name) for name in run.names]
    iris = [concepts[name] for name in run.names]
    label = "Last activation by scenario and concept"
    _cube(graph, base, "results", "fcm:activation", node, label)
    for s, scenario in enumerate(scenarios):
        for j, key in enumerate(keys):
            observation = f"{base}result.{s + 1}.{key}"
            _observation(graph, observation, f"{base}results", scenario, iris[j], endings[s])
            graph.double(observation, "fcm:activation", run.final[s, j])
    if delta is None:
        return
    label = "Change against no intervention by scenario and concept"
    _cube(graph, base, "changes", "fcm:change", node, label)
    graph.link(f"{base}changes", "fcm:against", scenarios[0])
    for s, j in zip(*np.nonzero(np.isfinite(delta)), strict=True):
        observation = f"{base}change.{s + 2}.{keys[j]}"
        ending = endings[s + 1]
        _observation(graph, observation, f"{base}changes", scenarios[s + 1], iris[j], ending)
        graph.double(observation, "fcm:change", delta[s, j])


def _scenario_run(
    graph: Graph,
    node: str,
    run: Simulation,
    s: int,
    scenario: str,
    concepts: Mapping[str, str],
) -> None:
    """Add how one run ended, and what it was asked beside its scenario."""
    graph.term(node, "rdf:type", "fcm:ScenarioRun")
    graph.text(node, "skos:prefLabel", run.labels[s])
    graph.link(node, "fcm:scenario", scenario)
    graph.term(node, "fcm:ending", ENDINGS[Outcome(int(run.outcome[s]))])
    graph.whole(node, "fcm:steps", run.steps[s])
    graph.whole(node, "fcm:period", run.period[s])
    graph.double(node, "fcm:residual", run.residual[s])
    start = run.question.start[:, s]
    settings = [
        ("Start", run.names[i], float(start[i]), "fcm:startsFrom")
        for i in np.nonzero(start != 1.0)[0].tolist()
    ]
    if run.scenarios:
        settings += [
            ("Clamp", run.names[i], float(values[s % len(values)]), "fcm:does")
            for i, values in run.question.clamps.items()
        ]
    for kind, name, _, predicate in settings:
        graph.link(node, predicate, f"{node}.{kind.lower()}.{slug(name)}")
    for kind, name, value, _ in settings:
        setting_statements(graph, node, kind, name, value, concepts)


def _dynamics(graph: Graph, node: str, dynamics: Dynamics, concepts: Mapping[str, str]) -> None:
    graph.term(node, "rdf:type", "fcm:Dynamics")
    graph.text(node, "fcm:rule", _said(dynamics.rule))
    graph.text(node, "fcm:transfer", _said(dynamics.transfer))
    graph.double(node, "fcm:tolerance", dynamics.tol)
    graph.whole(node, "fcm:maxSteps", dynamics.max_steps)
    graph.boolean(node, "fcm:holdInputs", dynamics.hold_inputs)
    lags = [
        (f"{node}.lag.{slug(source)}.{slug(target)}", source, target, lag)
        for (source, target), lag in sorted(dynamics.lags.items())
    ]
    for each, *_ in lags:
        graph.link(node, "fcm:hasLag", each)
    for each, source, target, lag in lags:
        graph.term(each, "rdf:type", "fcm:Lag")
        ends(graph, each, source, target, concepts)
        graph.whole(each, "fcm:lagSteps", lag)


def _said(part: object) -> str:
    """Return how a rule or transfer writes itself; its name if that would hold an address."""
    said = repr(part)
    return type(part).__qualname__ if " at 0x" in said else said


def _cube(graph: Graph, base: str, name: str, measure: str, run: str, label: str) -> None:
    """Add a data set over scenario and concept with one measure, and its structure."""
    node = f"{base}{name}"
    structure = f"{node}.structure"
    graph.term(node, "rdf:type", "qb:DataSet")
    graph.term(node, "rdf:type", "prov:Entity")
    graph.text(node, "rdfs:label", label, "en")
    graph.link(node, "qb:structure", structure)
    graph.link(node, "prov:wasGeneratedBy", run)
    graph.term(structure, "rdf:type", "qb:DataStructureDefinition")
    parts = [
        ("qb:dimension", "fcm:scenario"),
        ("qb:dimension", "fcm:concept"),
        ("qb:measure", measure),
        ("qb:attribute", "fcm:ending"),
    ]
    if measure == "fcm:change":
        parts.append(("qb:attribute", "fcm:against"))
    components = [f"{structure}.{part.partition(':')[2]}" for _, part in parts]
    for component in components:
        graph.link(structure, "qb:component", component)
    for place, (component, (kind, part)) in enumerate(zip(components, parts, strict=True), start=1):
        graph.term(component, "rdf:type", "qb:ComponentSpecification")
        graph.term(component, kind, part)
        graph.whole(component, "qb:order", place)
        if part == "fcm:against":
            graph.term(component, "qb:componentAttachment", "qb:DataSet")


def _observation(
    graph: Graph, node: str, data: str, scenario: str, concept: str, ending: str
) -> None:
    graph.term(node, "rdf:type", "qb:Observation")
    graph.link(node, "qb:dataSet", data)
    graph.link(node, "fcm:scenario", scenario)
    graph.link(node, "fcm:concept", concept)
    graph.term(node, "fcm:ending", ending)
