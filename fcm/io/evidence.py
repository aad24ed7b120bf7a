"""The documents of scenarios and of weight estimates, beside that of the map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from fcm.errors import nearest
from fcm.evidence import Calibration, Claim, Effect, Origin, WeightEstimate
from fcm.io.document import Finite, LinkPart, MapDocument, Name, Part, Text
from fcm.scenario import Scenario

__all__ = ["EstimateDocument", "ScenarioPart", "ScenariosDocument"]

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class ScenarioPart(Part):
    """One scenario."""

    name: Annotated[Text, Field(pattern=r"\S")]
    clamp: dict[Text, Finite] = Field(default_factory=dict)
    push: dict[Text, Finite] = Field(default_factory=dict)
    links: list[LinkPart] = Field(default_factory=list)
    initial: dict[Text, Finite] = Field(default_factory=dict)
    start: Count = 0
    stop: Count | None = None
    ramp: Count = 0
    parts: list[ScenarioPart] = Field(default_factory=list)
    note: Text = ""

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        if self.stop is not None and self.stop <= self.start:
            message = f"stop is {self.stop} but start is {self.start}; stop must come after start"
            raise ValueError(message)
        self.value()
        return self

    @model_serializer(mode="wrap")
    def _without_empty_ramp_and_parts(self, write: SerializerFunctionWrapHandler) -> Any:
        data = write(self)
        for key in ("ramp", "parts"):
            if not data.get(key):
                data.pop(key, None)
        return data

    @classmethod
    def of(cls, scenario: Scenario) -> Self:
        """Return the document part of a scenario."""
        return cls(
            name=scenario.name,
            clamp=dict(sorted(scenario.clamp.items())),
            push=dict(sorted(scenario.push.items())),
            links=[
                LinkPart(source=source, target=target, weight=weight)
                for (source, target), weight in sorted(scenario.links.items())
            ],
            initial=dict(sorted(scenario.initial.items())),
            start=scenario.start,
            stop=scenario.stop,
            ramp=scenario.ramp,
            parts=[ScenarioPart.of(part) for part in scenario.parts],
            note=scenario.note,
        )

    def value(self) -> Scenario:
        """Return the scenario."""
        return Scenario(
            self.name,
            clamp=self.clamp,
            push=self.push,
            links={(each.source, each.target): each.weight for each in self.links},
            initial=self.initial,
            start=self.start,
            stop=self.stop,
            ramp=self.ramp,
            parts=tuple(part.value() for part in self.parts),
            note=self.note,
        )


class ScenariosDocument(Part):
    """Scenarios, in order."""

    format: Literal["fcm-scenarios"]
    version: Literal[1]
    scenarios: list[ScenarioPart]

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        seen: dict[str, int] = {}
        for i, each in enumerate(self.scenarios):
            if each.name in seen:
                message = f"scenarios[{i}].name: {each.name!r} stands twice; names are unique"
                raise ValueError(message)
            seen[each.name] = i
        return self

    @classmethod
    def of(cls, scenarios: Iterable[Scenario]) -> Self:
        """Return the document of scenarios."""
        parts = [ScenarioPart.of(each) for each in scenarios]
        return cls(format="fcm-scenarios", version=1, scenarios=parts)

    def value(self) -> tuple[Scenario, ...]:
        """Return the scenarios."""
        return tuple(each.value() for each in self.scenarios)


class OriginPart(Part):
    """Where a piece of evidence comes from."""

    kind: Text
    source: Text = ""
    date: Text = ""
    licence: Text = ""
    note: Text = ""


class ClaimPart(Part):
    """What somebody said of a link."""

    source: Text
    target: Text
    value: Annotated[float, Field(ge=-1, le=1)]
    confidence: Share
    origin: OriginPart


class EffectPart(Part):
    """What a policy was seen to do."""

    scenario: ScenarioPart
    outcome: Text
    change: Finite
    spread: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    origin: OriginPart
    treated: Text = ""
    rank: Count | None = None
    of: Count | None = None
    pre_change: Finite | None = None
    p: Finite | None = None
    relative: Finite | None = None
    interval: list[Finite] | None = Field(default=None, min_length=2, max_length=2)
    placebos: dict[Text, Finite] = Field(default_factory=dict)


class CalibrationPart(Part):
    """What one effect taught about a path total."""

    effect: EffectPart
    before: list[Finite] = Field(min_length=2, max_length=2)
    after: list[Finite] = Field(min_length=2, max_length=2)
    data_share: Share


class WeightPart(Part):
    """What is known of one weight; a status of "" is a place without a link."""

    source: Name
    target: Name
    mean: Finite
    spread: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    data_share: Share
    status: Literal["", "prior", "data", "unidentified", "conflict"]
    notes: list[Text] = Field(default_factory=list)


class EstimateDocument(Part):
    """What experts and data together say of every weight."""

    format: Literal["fcm-estimate"]
    version: Literal[1]
    prior: MapDocument
    weights: list[WeightPart]
    slope: list[Finite] | None = Field(default=None, min_length=2, max_length=2)
    covariance: list[list[Finite]] | None = None
    claims: list[ClaimPart] = Field(default_factory=list)
    calibrations: list[CalibrationPart] = Field(default_factory=list)

    @model_validator(mode="after")
    def _ends_are_concepts(self) -> Self:
        names = [each.name for each in self.prior.concepts]
        seen: set[tuple[str, str]] = set()
        for k, each in enumerate(self.weights):
            for end, name in (("source", each.source), ("target", each.target)):
                if name not in names:
                    message = (
                        f"weights[{k}].{end}: {name!r} is not a concept. {nearest(name, names)}"
                    )
                    raise ValueError(message)
            if (each.source, each.target) in seen:
                message = f"weights[{k}]: {each.source!r} -> {each.target!r} stands twice"
                raise ValueError(message)
            seen.add((each.source, each.target))
        if self.covariance is not None and {len(row) for row in self.covariance} != {
            len(self.covariance)
        }:
            message = "covariance is not a square matrix"
            raise ValueError(message)
        return self

    @classmethod
    def of(cls, estimate: WeightEstimate) -> Self:
        """Return the document of an estimate."""
        names, arrays = estimate.names, (estimate.mean, estimate.spread, estimate.data_share)
        told = estimate.linked | np.any([array != 0 for array in arrays], axis=0)
        for source, target in estimate.notes:
            told[estimate.prior.index(source), estimate.prior.index(target)] = True
        covariance = estimate.covariance
        return cls(
            format="fcm-estimate",
            version=1,
            prior=MapDocument.of(estimate.prior),
            weights=[
                WeightPart(
                    source=names[i],
                    target=names[j],
                    mean=float(estimate.mean[i, j]),
                    spread=float(estimate.spread[i, j]),
                    data_share=float(estimate.data_share[i, j]),
                    status=str(estimate.status[i, j]),  # type: ignore[arg-type]
                    notes=list(estimate.notes.get((names[i], names[j]), ())),
                )
                for i, j in zip(*np.nonzero(told), strict=True)
            ],
            slope=None if estimate.slope is None else [float(each) for each in estimate.slope],
            covariance=None if covariance is None else np.asarray(covariance).tolist(),
            claims=[_claim_part(each) for each in estimate.claims],
            calibrations=[_calibration_part(each) for each in estimate.calibrations],
        )

    def value(self) -> WeightEstimate:
        """Return the estimate."""
        prior = self.prior.value()
        shape = (len(prior), len(prior))
        mean, spread, share = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        status = np.full(shape, "", dtype="U12")
        for each in self.weights:
            at = prior.index(each.source), prior.index(each.target)
            mean[at], spread[at], share[at] = each.mean, each.spread, each.data_share
            status[at] = each.status
        return WeightEstimate(
            prior=prior,
            mean=mean,
            spread=spread,
            data_share=share,
            status=status,
            slope=None if self.slope is None else (self.slope[0], self.slope[1]),
            covariance=None if self.covariance is None else np.array(self.covariance),
            claims=tuple(
                Claim(
                    each.source,
                    each.target,
                    each.value,
                    each.confidence,
                    Origin(**each.origin.model_dump()),
                )
                for each in self.claims
            ),
            notes={
                (each.source, each.target): tuple(each.notes) for each in self.weights if each.notes
            },
            calibrations=tuple(_calibration(each) for each in self.calibrations),
        )


def _claim_part(claim: Claim) -> ClaimPart:
    return ClaimPart(
        source=claim.source,
        target=claim.target,
        value=float(claim.value),
        confidence=float(claim.confidence),
        origin=OriginPart(**asdict(claim.origin)),
    )


def _calibration_part(calibration: Calibration) -> CalibrationPart:
    effect = calibration.effect
    return CalibrationPart(
        effect=EffectPart(
            scenario=ScenarioPart.of(effect.scenario),
            outcome=effect.outcome,
            change=float(effect.change),
            spread=float(effect.spread),
            origin=OriginPart(**asdict(effect.origin)),
            treated=effect.treated,
            rank=None if effect.rank is None else int(effect.rank),
            of=None if effect.of is None else int(effect.of),
            pre_change=_float(effect.pre_change),
            p=_float(effect.p),
            relative=_float(effect.relative),
            interval=None if effect.interval is None else [float(each) for each in effect.interval],
            placebos={unit: float(each) for unit, each in sorted(effect.placebos.items())},
        ),
        before=[float(each) for each in calibration.before],
        after=[float(each) for each in calibration.after],
        data_share=float(calibration.data_share),
    )


def _calibration(part: CalibrationPart) -> Calibration:
    given: dict[str, Any] = part.effect.model_dump(exclude={"scenario", "origin", "interval"})
    interval = part.effect.interval
    return Calibration(
        effect=Effect(
            scenario=part.effect.scenario.value(),
            origin=Origin(**part.effect.origin.model_dump()),
            interval=None if interval is None else (interval[0], interval[1]),
            **given,
        ),
        before=(part.before[0], part.before[1]),
        after=(part.after[0], part.after[1]),
        data_share=part.data_share,
    )


def _float(value: float | None) -> float | None:
    return None if value is None else float(value)
