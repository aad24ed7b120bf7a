"""Decision support with fuzzy cognitive maps.

A policy question becomes a map of concepts and signed causal links; the map is run forward under
what-if scenarios; the answer comes with its uncertainty, its reasons and its limits.
"""

from __future__ import annotations

__version__ = "0.1.0"
