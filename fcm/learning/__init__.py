"""From evidence to weights: claims make the prior, effects and panels update it.

`weigh` turns claims into a prior; `policy_effect` reads what a policy did from series of units
with and without it; `calibrate` brings the weights into line with such effects; `Ridge` learns
from a panel under a `Guard`; `screen` refuses associations that are only trend and season.
Nothing here reads files or talks to anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fcm.errors import nearest
from fcm.learning.calibrate import calibrate
from fcm.learning.guard import Guard
from fcm.learning.policy_effect import policy_effect
from fcm.learning.screening import Screening, screen
from fcm.learning.weigh import weigh

if TYPE_CHECKING:
    from fcm.learning.ridge import Ridge

__all__ = ["Guard", "Ridge", "Screening", "calibrate", "policy_effect", "screen", "weigh"]


def __getattr__(name: str) -> Any:
    if name == "Ridge":  # loads scikit-learn
        from fcm.learning.ridge import Ridge

        return Ridge
    message = f"fcm.learning has no name {name!r}. {nearest(name, __all__)}"
    raise AttributeError(message, name=name, obj=None)


def __dir__() -> list[str]:
    return list(__all__)
