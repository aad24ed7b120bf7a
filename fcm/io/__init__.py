"""Files: versioned JSON, tables, and networkx graphs, with errors that give the place.

Nothing here learns or simulates; formats of Linked Open Data are read in `fcm.lod`.
"""

from fcm.io.concepts import read_concepts
from fcm.io.files import Saved, read, read_estimate, read_map, read_scenarios, save
from fcm.io.networkx import from_networkx, to_networkx

__all__ = [
    "Saved",
    "from_networkx",
    "read",
    "read_concepts",
    "read_estimate",
    "read_map",
    "read_scenarios",
    "save",
    "to_networkx",
]
