"""Decision support with fuzzy cognitive maps.

A policy question becomes a map of concepts and signed causal links; the map is run forward under
what-if scenarios; the answer comes with its uncertainty, its reasons and its limits.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from fcm import errors
from fcm.concept import Concept
from fcm.evidence import Calibration, Claim, Effect, Origin, Panel, WeightEstimate
from fcm.inference import (
    Attractors,
    Bivalent,
    CertaintyNeuron,
    Certificate,
    Dynamics,
    Ensemble,
    Intervals,
    IntervalWeights,
    Kosko,
    LatinHypercube,
    ModifiedKosko,
    MonteCarlo,
    Outcome,
    PerConcept,
    QuasiNonlinear,
    Rescaled,
    Saturated,
    Sensitivity,
    Sigmoid,
    Simulation,
    SlopeAdvice,
    SparseMap,
    StepFunction,
    Tanh,
    TriangularWeights,
    Trivalent,
    advise_slope,
    attractors,
    certify,
    lyapunov,
    propagate,
    sample,
    sensitivity,
    simulate,
)
from fcm.map import CognitiveMap
from fcm.scenario import Scenario

if TYPE_CHECKING:
    from fcm import examples, experts, learning, lod, report, social
    from fcm.analysis import (
        Check,
        Comparison,
        RankStability,
        check,
        compare,
        rank_stability,
    )
    from fcm.io import from_networkx, read, save, to_networkx
    from fcm.learning import calibrate, weigh
    from fcm.study import Study

__version__ = "0.1.0"

# Rooms that load on first use: a map and a simulation need none of them.
_ROOMS = ("examples", "experts", "learning", "lod", "report", "social")
_LATER = {
    "Check": "fcm.analysis",
    "Comparison": "fcm.analysis",
    "RankStability": "fcm.analysis",
    "Study": "fcm.study",
    "calibrate": "fcm.learning",
    "check": "fcm.analysis",
    "compare": "fcm.analysis",
    "from_networkx": "fcm.io",
    "rank_stability": "fcm.analysis",
    "read": "fcm.io",
    "save": "fcm.io",
    "to_networkx": "fcm.io",
    "weigh": "fcm.learning",
}

__all__ = [
    "Attractors",
    "Bivalent",
    "Calibration",
    "CertaintyNeuron",
    "Certificate",
    "Check",
    "Claim",
    "CognitiveMap",
    "Comparison",
    "Concept",
    "Dynamics",
    "Effect",
    "Ensemble",
    "IntervalWeights",
    "Intervals",
    "Kosko",
    "LatinHypercube",
    "ModifiedKosko",
    "MonteCarlo",
    "Origin",
    "Outcome",
    "Panel",
    "PerConcept",
    "QuasiNonlinear",
    "RankStability",
    "Rescaled",
    "Saturated",
    "Scenario",
    "Sensitivity",
    "Sigmoid",
    "Simulation",
    "SlopeAdvice",
    "SparseMap",
    "StepFunction",
    "Study",
    "Tanh",
    "TriangularWeights",
    "Trivalent",
    "WeightEstimate",
    "advise_slope",
    "attractors",
    "calibrate",
    "certify",
    "check",
    "compare",
    "errors",
    "examples",
    "experts",
    "from_networkx",
    "learning",
    "lod",
    "lyapunov",
    "propagate",
    "rank_stability",
    "read",
    "report",
    "sample",
    "save",
    "sensitivity",
    "simulate",
    "social",
    "to_networkx",
    "weigh",
]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"fcm.{name}")
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    message = f"fcm has no name {name!r}. {errors.nearest(name, __all__)}"
    raise AttributeError(message, name=name, obj=None)


def __dir__() -> list[str]:
    return list(__all__)
