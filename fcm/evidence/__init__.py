"""The three currencies of evidence, where each comes from, and what is made of them.

A `Claim` says that A affects B; a `Panel` is concept by period; an `Effect` is what a policy was
seen to do. All carry `Origin`. `WeightEstimate` is what experts and data together say of every
weight, and how much of that is data. Nothing here reads a file, learns or simulates.
"""

from fcm.evidence.claim import Claim, Origin
from fcm.evidence.effect import Effect
from fcm.evidence.estimate import Calibration, Status, WeightEstimate
from fcm.evidence.panel import Panel

__all__ = ["Calibration", "Claim", "Effect", "Origin", "Panel", "Status", "WeightEstimate"]
