"""Arrays and time: run a map under scenarios, alone, in batches and as an ensemble.

Nothing here knows a file, a network or a text.
"""

from fcm.inference.dynamics import Dynamics
from fcm.inference.ensemble import Ensemble
from fcm.inference.forms.certainty import CertaintyNeuron
from fcm.inference.forms.perconcept import PerConcept
from fcm.inference.forms.quasi import QuasiNonlinear
from fcm.inference.forms.stepfunction import StepFunction
from fcm.inference.forms.update import Updating
from fcm.inference.loop.advance import Advance, Squash
from fcm.inference.loop.sparse import SparseMap
from fcm.inference.outcome import Outcome, Simulation
from fcm.inference.portable import ArrayRuns, simulate_array
from fcm.inference.proofs.attractors import Attractors, attractors
from fcm.inference.proofs.bracket import bracket
from fcm.inference.proofs.certificate import Certificate, Condition, certify
from fcm.inference.proofs.slope_advice import SlopeAdvice, advise_slope
from fcm.inference.rules import Kosko, ModifiedKosko, Rescaled, Rule
from fcm.inference.sensitivity import Sensitivity, sensitivity
from fcm.inference.simulate import simulate
from fcm.inference.stability import LocalStability, jacobian, local_stability, lyapunov
from fcm.inference.transfer import Bivalent, Saturated, Sigmoid, Tanh, Transfer, Trivalent
from fcm.inference.uncertain.draws import LatinHypercube, Method, MonteCarlo
from fcm.inference.uncertain.fuzzy_weights import IntervalWeights, TriangularWeights
from fcm.inference.uncertain.intervals import Intervals, propagate
from fcm.inference.uncertain.members import MemberRuns, simulate_members
from fcm.inference.uncertain.sampling import sample

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
