"""What citizens say affects what: causal phrases between two concepts in one sentence."""

from fcm.social.causes.claims import causal_claims
from fcm.social.causes.proposals import CausalClaims

__all__ = ["CausalClaims", "causal_claims"]
