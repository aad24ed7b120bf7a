"""How a map is run: rule, transfer, and when a run counts as settled."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fcm.errors import DynamicsError
from fcm.inference.rules import Kosko, Rule
from fcm.inference.transfer import Sigmoid, Transfer

__all__ = ["DEFAULT", "Dynamics"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dynamics:
    """How a map is run.

    Tools differ in every one of these, and the answer differs with them, so a result should be
    quoted together with its dynamics.

    Parameters
    ----------
    rule : Rule, default Kosko()
        `Kosko`, `ModifiedKosko` or `Rescaled`.
    transfer : Transfer, default Sigmoid()
        `Sigmoid`, `Tanh`, `Saturated`, `Bivalent` or `Trivalent`.
    tol : float above 0, default 1e-5
        Largest change of any activation in one step that still counts as settled (activation
        units). A slowly drifting run settles by this rule before it has arrived.
    max_steps : int, 1 or more, default 1000
        Steps after which a run is given up as unsettled.
    hold_inputs : bool, default False
        Whether concepts without causes keep their start value instead of drifting to f(0), as
        some tools do silently. A concept that a scenario pushes, or to which a scenario's links
        give a cause, has one and is not held.

    Raises
    ------
    DynamicsError
        If a value is out of range, or rule and transfer do not go together.

    Examples
    --------
    >>> Dynamics(transfer=Sigmoid(slope=2.0)).tol
    1e-05
    """

    rule: Rule = Kosko()  # noqa: RUF009  (frozen)
    transfer: Transfer = Sigmoid()  # noqa: RUF009  (frozen)
    tol: float = 1e-5
    max_steps: int = 1000
    hold_inputs: bool = False

    def __post_init__(self) -> None:
        for what, value, kind, example in (
            ("rule", self.rule, Rule, "ModifiedKosko()"),
            ("transfer", self.transfer, Transfer, "Sigmoid(slope=2)"),
        ):
            if isinstance(value, type) or not isinstance(value, kind):
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
        self.rule.check(self.transfer)


DEFAULT = Dynamics()
