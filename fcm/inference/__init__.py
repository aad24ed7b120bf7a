"""Arrays and time: run a map under scenarios, alone, in batches and as an ensemble.

Nothing here knows a file, a network or a text.
"""

from fcm.inference.dynamics import Dynamics
from fcm.inference.ensemble import Ensemble
from fcm.inference.members import MemberRuns, simulate_members
from fcm.inference.outcome import Outcome, Simulation
from fcm.inference.rules import Kosko, ModifiedKosko, Rescaled, Rule
from fcm.inference.sampling import sample
from fcm.inference.simulate import simulate
from fcm.inference.transfer import Bivalent, Saturated, Sigmoid, Tanh, Transfer, Trivalent

__all__ = [
    "Bivalent",
    "Dynamics",
    "Ensemble",
    "Kosko",
    "MemberRuns",
    "ModifiedKosko",
    "Outcome",
    "Rescaled",
    "Rule",
    "Saturated",
    "Sigmoid",
    "Simulation",
    "Tanh",
    "Transfer",
    "Trivalent",
    "sample",
    "simulate",
    "simulate_members",
]
