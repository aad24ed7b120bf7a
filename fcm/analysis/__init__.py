"""What the scenarios change, how far that can be trusted, and what is wrong with the map."""

from fcm.analysis.check import Check, Finding, check
from fcm.analysis.compare import Comparison, compare
from fcm.analysis.ranks import RankStability, rank_stability

__all__ = ["Check", "Comparison", "Finding", "RankStability", "check", "compare", "rank_stability"]
