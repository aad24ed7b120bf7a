"""A deletion followed through to the decision: which results moved, from what to what.

It knows no map: what is computed from signals is the caller's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fcm.errors import EvidenceError

if TYPE_CHECKING:
    from fcm.social.counts.aggregates import Signals
    from fcm.social.law.deletion import Deletion

__all__ = ["MovedResult", "replay"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedResult:
    """A result that is another one after a deletion.

    Parameters
    ----------
    name : str
        As the caller's function names it: a weight, an activation, a scenario.
    before, after : float
        NaN where there is none.
    """

    name: str
    before: float
    after: float


def replay(
    deletion: Deletion, run: Callable[[Signals], Mapping[str, float]]
) -> tuple[MovedResult, ...]:
    """Return the results that a deletion moved, by name.

    Parameters
    ----------
    deletion : Deletion
        Of `Ledger.delete`.
    run : callable
        Takes signals and returns named results: weights, activations, changes under scenarios.
        It is run twice, with the signals before and after, and must give the same answer for
        the same signals.

    Raises
    ------
    EvidenceError
        If nothing is left to run on.

    Examples
    --------
    ::

        gone = ledger.delete(authors=ids, privacy=privacy)
        replay(gone, lambda signals: decide(signals.panel("salience")))
    """
    if not deletion.moved or deletion.before is None:
        return ()
    if deletion.after is None:
        raise EvidenceError(
            "the deletion took the last posts out; there are no signals left to run on, and no "
            "result of before stands."
        )
    old, new = dict(run(deletion.before)), dict(run(deletion.after))
    pairs = {
        name: (float(old.get(name, math.nan)), float(new.get(name, math.nan)))
        for name in sorted(old | new)
    }
    return tuple(
        MovedResult(name=name, before=a, after=b)
        for name, (a, b) in pairs.items()
        if a != b and not (math.isnan(a) and math.isnan(b))
    )
