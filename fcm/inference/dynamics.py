"""How a map is run: rule, transfer, and when a run counts as settled."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from fcm.errors import DynamicsError
from fcm.frozen import FrozenDict
from fcm.inference.rules import Kosko, Rule
from fcm.inference.transfer import Sigmoid, Transfer, is_transfer

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["DEFAULT", "Dynamics"]

T = TypeVar("T", Rule, Transfer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dynamics:
    """How a map is run.

    Tools differ in every one of these, and the answer differs with them, so a result should be
    quoted together with its dynamics.

    Parameters
    ----------
    rule : Rule, default Kosko()
        `Kosko`, `ModifiedKosko`, `Rescaled`, `CertaintyNeuron`, `QuasiNonlinear` or one's own.
    transfer : Transfer, default Sigmoid()
        `Sigmoid`, `Tanh`, `Saturated`, `Bivalent`, `Trivalent`, `StepFunction`, one for each
        concept by `PerConcept`, or one's own. The certainty neuron's default is
        ``Saturated(low=-1, high=1)``.
    tol : float above 0, default 1e-5
        Largest change of any activation in one step that still counts as settled (activation
        units). A slowly drifting run settles by this rule before it has arrived.
    max_steps : int, 1 or more, default 1000
        Steps after which a run is given up as unsettled.
    hold_inputs : bool, default False
        Whether concepts without causes keep their start value instead of drifting to f(0), as
        some tools do silently. A concept that a scenario pushes, or to which a scenario's links
        give a cause, has one and is not held.
    lags : mapping of (cause, effect) to int, 1 or more, default none
        How many steps a link takes. 1 is the usual step: the effect answers to the present state
        of its cause; with 3 it answers to what the cause was two steps before. Until the run is
        that old, causes count as having always stood at their start values, clamps from step 0
        included. A concept's own memory is never late. A run has settled once everything that is
        still on its way has settled too.

    Raises
    ------
    DynamicsError
        If a value is out of range, or rule and transfer do not go together.

    References
    ----------
    Park, K. S., & Kim, S. H. (1995). Fuzzy cognitive maps considering time relationships. Int. J.
    Human-Computer Studies 42(2), 157-168. doi:10.1006/ijhc.1995.1007 (lags)

    Examples
    --------
    >>> Dynamics(transfer=Sigmoid(slope=2.0)).tol
    1e-05
    >>> Dynamics(lags={("new bus lane", "car traffic"): 6}).lags
    {('new bus lane', 'car traffic'): 6}
    """

    rule: Rule = Kosko()  # noqa: RUF009  (frozen)
    transfer: Transfer = None  # type: ignore[assignment]  # (the rule's own; see __post_init__)
    tol: float = 1e-5
    max_steps: int = 1000
    hold_inputs: bool = False
    lags: Mapping[tuple[str, str], int] = field(default_factory=FrozenDict)

    def __post_init__(self) -> None:
        given: object = self.transfer
        if given is None:
            own = getattr(self.rule, "default_transfer", None)
            object.__setattr__(self, "transfer", _USUAL if own is None else own)
        rule: object = self.rule
        for what, value, fits, example in (
            ("rule", rule, isinstance(rule, Rule), "ModifiedKosko()"),
            ("transfer", self.transfer, is_transfer(self.transfer), "Sigmoid(slope=2)"),
        ):
            if isinstance(value, type) or not fits:
                raise DynamicsError(
                    f"dynamics.{what} is {value!r}; expected an instance such as {example}."
                )
        number = isinstance(self.tol, int | float | np.floating) and not isinstance(self.tol, bool)
        if not number or not math.isfinite(self.tol) or self.tol <= 0:
            raise DynamicsError(f"dynamics.tol is {self.tol!r}; expected a number above 0.")
        whole = isinstance(self.max_steps, int | np.integer) and not isinstance(
            self.max_steps, bool
        )
        if not whole or self.max_steps < 1:
            raise DynamicsError(
                f"dynamics.max_steps is {self.max_steps!r}; expected a whole number, 1 or more."
            )
        object.__setattr__(self, "lags", _checked_lags(self.lags))
        self.rule.check(self.transfer)

    def bind(self, names: Sequence[str]) -> Dynamics:
        """Return the dynamics for a map with these concepts, numbers in their order.

        `simulate` does it by itself; it is for code that folds a rule or calls a transfer which
        may name concepts.

        Raises
        ------
        UnknownConceptError
            If rule or transfer name a concept that is not among them.
        DynamicsError
            If there are not as many numbers as concepts.

        Examples
        --------
        >>> Dynamics(rule=Kosko(memory={"debt": 1})).bind(["debt", "budget"]).rule
        Kosko(memory=(1.0, 0.0))
        """
        rule, transfer = _bound(self.rule, names), _bound(self.transfer, names)
        if rule is self.rule and transfer is self.transfer:
            return self
        return replace(self, rule=rule, transfer=transfer)


def _bound(one: T, names: Sequence[str]) -> T:
    bind = getattr(one, "bind", None)
    bound: T = one if bind is None else bind(names)
    return bound


def _checked_lags(lags: object) -> FrozenDict[tuple[str, str], int]:
    if not isinstance(lags, Mapping):
        raise DynamicsError(
            f"dynamics.lags is {lags!r}; expected a mapping such as {{('cause', 'effect'): 2}}."
        )
    for pair, lag in lags.items():
        if not (isinstance(pair, tuple) and len(pair) == 2):
            raise DynamicsError(
                f"dynamics.lags has {pair!r}; expected (cause, effect) pairs of names."
            )
        whole = isinstance(lag, int | np.integer) and not isinstance(lag, bool)
        if not whole or lag < 1:
            raise DynamicsError(
                f"dynamics.lags has {lag!r} for {pair[0]!r} -> {pair[1]!r}; expected a whole "
                "number of steps, 1 or more (1 is the usual step)."
            )
    return FrozenDict({pair: int(lag) for pair, lag in lags.items()})


_USUAL = Sigmoid()
DEFAULT = Dynamics()
