"""What people say: linguistic terms, surveys of links, and where respondents contradict each other.

Everything here ends in a `fcm.Claim` or in a list of disagreements; weights are made of claims in
`fcm.learning`.
"""

from fcm.experts.arguments import Contestedness, read_arguments
from fcm.experts.conflict import Conflict, conflicts
from fcm.experts.survey import read_survey
from fcm.experts.terms import Term, Terms, read_terms

__all__ = [
    "Conflict",
    "Contestedness",
    "Term",
    "Terms",
    "conflicts",
    "read_arguments",
    "read_survey",
    "read_terms",
]
