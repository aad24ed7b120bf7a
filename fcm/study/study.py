"""Run a study the whole way: sources to evidence, evidence to weights, weights to what-ifs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import FileError, UnknownScenarioError, nearest
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
    sample,
)
from fcm.report.findings import Findings, Source
from fcm.study.document import Document, read_document
from fcm.study.sources import (
    Linked,
    read_arguments,
    read_claims,
    read_end,
    read_map,
    read_scenarios,
    read_signals,
)

if TYPE_CHECKING:
    from fcm.evidence import Effect, Panel, WeightEstimate
    from fcm.inference.rules import Rule
    from fcm.inference.transfer import Transfer
    from fcm.learning import Screening
    from fcm.map import CognitiveMap
    from fcm.scenario import Scenario
    from fcm.social import Signals
    from fcm.study.document import DynamicsSettings

__all__ = ["Study"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Study:
    """A policy question with its sources, settings and scenarios, ready to run.

    Parameters
    ----------
    document : Document
        The study file, checked.
    folder : Path
        Where the files lie that it names.

    Examples
    --------
    >>> import fcm
    >>> fcm.examples.load("madrid")
    Study('Madrid 2015-2019: clean air, clean streets', 15 concepts, 6 scenarios)
    """

    document: Document
    folder: Path

    @classmethod
    def read(cls, path: str | Path) -> Study:
        """Return the study of a TOML file.

        Raises
        ------
        FileError
            If the file is not a study; the message gives the place and the mend.
        """
        path = Path(path)
        return cls(document=read_document(path), folder=path.parent)

    @property
    def map(self) -> CognitiveMap:
        """The concepts, without links: those come from the evidence."""
        return read_map(self.document, self.folder)

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios, in the order of their file."""
        return read_scenarios(self.document, self.folder, self.map)

    @property
    def dynamics(self) -> Dynamics:
        """How the map is run."""
        return _dynamics(self.document.dynamics)

    def run(
        self, *, posts: str | Path | None = None, key: bytes | None = None, progress: bool = False
    ) -> Findings:
        """Return what the study finds.

        Parameters
        ----------
        posts : path, optional
            The posts themselves, to compute the signals from instead of the shipped aggregates.
        key : bytes, optional
            For the keyed hash of authors; a fresh random one is used and forgotten without it.
        progress : bool, default False
            Show a bar while scenarios run.

        Raises
        ------
        FileError, LodError, PrivacyError, LearningError, UnknownConceptError
            If a source cannot be read or does not fit the map; the message names the place.
        """
        from fcm.analysis import compare, rank_stability
        from fcm.experts import conflicts
        from fcm.learning import Ridge, calibrate, weigh

        document, m = self.document, self.map
        dynamics, initial = self.dynamics, self._initial(m)
        scenarios = read_scenarios(document, self.folder, m)
        claims, survey = read_claims(document, self.folder, m)
        sources: list[Source] = [survey]

        signals = self._signals(posts, key, sources)
        linked = self._linked(sources)
        arguments, argument_source = read_arguments(document, self.folder)
        if argument_source is not None:
            sources.append(argument_source)

        prior = weigh(claims, m)
        settings = document.dynamics
        if settings.slope is not None and settings.slope_spread:
            prior = prior.with_slope(settings.slope, spread=settings.slope_spread)
        panel = self._panel(m, signals, linked)
        estimate: WeightEstimate = prior
        if panel is not None:
            estimate = Ridge(prior=prior, dynamics=dynamics).fit(panel).estimate_
        effects = self._effects(linked, scenarios)
        if effects:
            estimate = calibrate(estimate, effects, estimate.map(), dynamics, initial=initial)
        mean, dynamics = estimate.map(), _at_slope(dynamics, estimate)
        return Findings(
            title=document.title,
            question=document.question,
            about=document.about,
            language=document.language,
            prior=prior,
            estimate=estimate,
            dynamics=dynamics,
            comparison=compare(mean, scenarios, dynamics, initial=initial),
            ensemble=sample(
                estimate,
                scenarios,
                document.ensemble.draws,
                np.random.default_rng(document.ensemble.seed),
                dynamics=dynamics,
                initial=initial,
                progress=progress,
            ),
            ranks=rank_stability(
                mean,
                scenarios,
                slopes=settings.slopes or [settings.slope or 1.0],
                dynamics=dynamics,
                initial=initial,
            ),
            panel=panel,
            signals=signals,
            screenings=self._screenings(linked, signals),
            conflicts=conflicts(claims),
            arguments=arguments,
            sources=tuple(sources),
            limits=tuple(document.limits),
        )

    def _initial(self, m: CognitiveMap) -> dict[str, float] | None:
        level = self.document.dynamics.initial
        return None if level is None else dict.fromkeys(m.names, level)

    def _signals(
        self, posts: str | Path | None, key: bytes | None, sources: list[Source]
    ) -> Signals | None:
        settings = self.document.posts
        if settings is None:
            if posts is not None:
                raise FileError("the study has no [posts] table, so it cannot read posts.")
            return None
        signals, source = read_signals(
            settings, self.folder, posts=None if posts is None else Path(posts), key=key
        )
        sources.append(source)
        return signals

    def _linked(self, sources: list[Source]) -> Linked | None:
        if self.document.linked_data is None:
            return None
        linked = Linked.open(self.document.linked_data, self.folder)
        sources.append(linked.source())
        return linked

    def _panel(
        self, m: CognitiveMap, signals: Signals | None, linked: Linked | None
    ) -> Panel | None:
        official = None if linked is None else linked.concepts()
        for name in () if official is None else official.names:
            m.index(name)
        settings = self.document.posts
        if signals is None or settings is None:
            return official
        measured = set() if official is None else set(official.names)
        # A measured concept is not measured again by talk of it.
        heard = [each for each in signals.concepts if each in m and each not in measured]
        talk = signals.panel(settings.use, reliability=settings.reliability).subset(heard)
        return talk if official is None else talk.join(official)

    def _effects(self, linked: Linked | None, scenarios: tuple[Scenario, ...]) -> list[Effect]:
        from fcm.learning import policy_effect

        known = {scenario.name: scenario for scenario in scenarios}
        effects = []
        for each in self.document.effects:
            if each.scenario not in known:
                raise UnknownScenarioError(
                    f"the effect on {each.outcome!r} belongs to scenario {each.scenario!r}, which "
                    f"is not in {self.document.scenarios.file}. {nearest(each.scenario, known)}"
                )
            if linked is not None:
                effects.append(
                    policy_effect(
                        linked.units(each.query),
                        each.treated,
                        each.since,
                        before=each.before,
                        after=each.after,
                        scenario=known[each.scenario],
                        outcome=each.outcome,
                        bounds=each.bounds,
                    )
                )
        return effects

    def _screenings(self, linked: Linked | None, signals: Signals | None) -> tuple[Screening, ...]:
        from fcm.learning import screen

        return tuple(
            screen(
                read_end(each.source, linked, signals).join(read_end(each.target, linked, signals)),
                each.source.label,
                each.target.label,
            )
            for each in self.document.associations
        )

    def __repr__(self) -> str:
        return (
            f"Study({self.document.title!r}, {len(self.map)} concepts, "
            f"{len(self.scenarios)} scenarios)"
        )


def _at_slope(dynamics: Dynamics, estimate: WeightEstimate) -> Dynamics:
    """Return the dynamics at the slope that the estimate holds, if it holds one."""
    if estimate.slope is None or not isinstance(dynamics.transfer, Sigmoid | Tanh):
        return dynamics
    return replace(dynamics, transfer=replace(dynamics.transfer, slope=estimate.slope[0]))


def _dynamics(settings: DynamicsSettings) -> Dynamics:
    memory = settings.memory
    rule: Rule
    if settings.rule == "modified-kosko":
        rule = ModifiedKosko()
    elif settings.rule == "kosko":
        rule = Kosko() if memory is None else Kosko(memory=memory)
    else:
        rule = Rescaled() if memory is None else Rescaled(memory=memory)
    slope = 1.0 if settings.slope is None else settings.slope
    transfers: dict[str, Transfer] = {
        "sigmoid": Sigmoid(slope=slope),
        "tanh": Tanh(slope=slope),
        "saturated": Saturated(),
        "bivalent": Bivalent(),
        "trivalent": Trivalent(),
    }
    return Dynamics(
        rule=rule,
        transfer=transfers[settings.transfer],
        tol=settings.tol,
        max_steps=settings.max_steps,
        hold_inputs=settings.hold_inputs,
    )
