"""Arrays and time: run a map under scenarios, alone, in batches and as an ensemble.

Nothing here knows a file, a network or a text.
"""

from fcm.inference.advance import Advance, Squash
from fcm.inference.attractors import Attractors, attractors
from fcm.inference.bracket import bracket
from fcm.inference.certainty import CertaintyNeuron
from fcm.inference.certificate import Certificate, Condition, certify
from fcm.inference.draws import LatinHypercube, Method, MonteCarlo
from fcm.inference.dynamics import Dynamics
from fcm.inference.ensemble import Ensemble
from fcm.inference.fuzzy_weights import IntervalWeights, TriangularWeights
from fcm.inference.intervals import Intervals, propagate
from fcm.inference.members import MemberRuns, simulate_members
from fcm.inference.outcome import Outcome, Simulation
from fcm.inference.perconcept import PerConcept
from fcm.inference.portable import ArrayRuns, simulate_array
from fcm.inference.quasi import QuasiNonlinear
from fcm.inference.rules import Kosko, ModifiedKosko, Rescaled, Rule
from fcm.inference.sampling import sample
from fcm.inference.sensitivity import Sensitivity, sensitivity
from fcm.inference.simulate import simulate
from fcm.inference.slope_advice import SlopeAdvice, advise_slope
from fcm.inference.sparse import SparseMap
from fcm.inference.stability import LocalStability, jacobian, local_stability, lyapunov
from fcm.inference.stepfunction import StepFunction
from fcm.inference.transfer import Bivalent, Saturated, Sigmoid, Tanh, Transfer, Trivalent
from fcm.inference.update import Updating

__all__ = [
    "Advance",
    "ArrayRuns",
    "Attractors",
    "Bivalent",
    "CertaintyNeuron",
    "Certificate",
    "Condition",
    "Dynamics",
    "Ensemble",
    "IntervalWeights",
    "Intervals",
    "Kosko",
    "LatinHypercube",
    "LocalStability",
    "MemberRuns",
    "Method",
    "ModifiedKosko",
    "MonteCarlo",
    "Outcome",
    "PerConcept",
    "QuasiNonlinear",
    "Rescaled",
    "Rule",
    "Saturated",
    "Sensitivity",
    "Sigmoid",
    "Simulation",
    "SlopeAdvice",
    "SparseMap",
    "Squash",
    "StepFunction",
    "Tanh",
    "Transfer",
    "TriangularWeights",
    "Trivalent",
    "Updating",
    "advise_slope",
    "attractors",
    "bracket",
    "certify",
    "jacobian",
    "local_stability",
    "lyapunov",
    "propagate",
    "sample",
    "sensitivity",
    "simulate",
    "simulate_array",
    "simulate_members",
]
