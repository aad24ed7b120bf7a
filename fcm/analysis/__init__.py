"""What the scenarios change, how far that can be trusted, and what is wrong with the map."""

from fcm.analysis.compare import Comparison, compare
from fcm.analysis.ranks import RankStability, rank_stability

__all__ = ["Comparison", "RankStability", "compare", "rank_stability"]
