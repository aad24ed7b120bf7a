"""What an outcome's steady state owes to every weight, push and clamp, by one linear solve.

The gradient is exact at the steady state and says what a small change does; a large one may do
something else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fcm.errors import DynamicsError, NotSettledError, UnknownConceptError, nearest
from fcm.frozen import FrozenDict
from fcm.inference.dynamics import DEFAULT, Dynamics
from fcm.inference.forms.perconcept import Mixed
from fcm.inference.outcome import Outcome
from fcm.inference.proofs.motion import motion_of
from fcm.inference.proofs.spectrum import radius, shrinks
from fcm.inference.proofs.steepness import why_not_smooth
from fcm.inference.rules import Kosko, ModifiedKosko, Rescaled
from fcm.inference.simulate import simulate
from fcm.inference.tables import table
from fcm.inference.transfer import Saturated, parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from fcm.inference.proofs.motion import Motion
    from fcm.map import CognitiveMap
    from fcm.scenario import Scenario

__all__ = ["Sensitivity", "sensitivity"]

_ARRIVED = 1e-13
_MOST_STEPS = 20_000
_KINK = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Sensitivity:
    """How the steady state of one outcome answers to small changes.

    Parameters
    ----------
    names : tuple of str, length n
    outcome : str
    value : float
        Its activation at the steady state, taken on to a change below 1e-13.
    weights : ndarray of shape (n, n)
        ``[i, j]``: d outcome / d weight of i on j, for absent links as well. 0 where j is held.
        A link that the scenario sets stands for the value the scenario gives it.
    inputs : ndarray of shape (n,)
        d outcome / d push on each concept. 0 where it is held.
    clamps : mapping of name to float
        d outcome / d value at which each held concept is held.
    present : ndarray of bool, shape (n, n)
        Which links have a weight other than 0.
    """

    names: tuple[str, ...]
    outcome: str
    value: float
    weights: NDArray[np.float64]
    inputs: NDArray[np.float64]
    clamps: Mapping[str, float]
    present: NDArray[np.bool_]

    def __post_init__(self) -> None:
        for each in ("weights", "inputs", "present"):
            getattr(self, each).setflags(write=False)

    def of(self, source: str, target: str) -> float:
        """Return d outcome / d weight of one link, whether it exists or not."""
        for name in (source, target):
            if name not in self.names:
                raise UnknownConceptError(
                    f"{name!r} is not in the map. {nearest(str(name), self.names)}"
                )
        return float(self.weights[self.names.index(source), self.names.index(target)])

    def top(self, k: int = 10, *, absent: bool = False) -> list[tuple[str, str, float]]:
        """Return the k links that matter most, as (cause, effect, d outcome / d weight).

        Parameters
        ----------
        k : int, default 10
        absent : bool, default False
            Whether links that the map does not have are ranked as well.
        """
        shown = np.ones_like(self.present) if absent else self.present
        size = np.where(shown, np.abs(self.weights), -1.0).ravel()
        order = np.argsort(-size, kind="stable")[: max(k, 0)]
        pairs = [divmod(int(at), len(self.names)) for at in order.tolist() if size[at] >= 0]
        return [(self.names[i], self.names[j], float(self.weights[i, j])) for i, j in pairs]

    def to_records(self) -> list[dict[str, Any]]:
        """Return one dict per weight, push and clamp: kind, source, target, present, gradient."""
        names, n = self.names, len(self.names)
        records: list[dict[str, Any]] = [
            {
                "kind": "weight",
                "source": names[i],
                "target": names[j],
                "present": bool(self.present[i, j]),
                "gradient": float(self.weights[i, j]),
            }
            for i in range(n)
            for j in range(n)
        ]
        single = [("push", dict(zip(names, self.inputs.tolist(), strict=True)))]
        single.append(("clamp", dict(self.clamps)))
        return records + [
            {"kind": kind, "source": "", "target": name, "present": True, "gradient": gradient}
            for kind, gradients in single
            for name, gradient in gradients.items()
        ]

    def __repr__(self) -> str:
        first = self.top(1)
        most = f"; most for {first[0][0]!r} -> {first[0][1]!r}: {first[0][2]:+.3g}" if first else ""
        return f"Sensitivity({self.outcome!r} = {self.value:.3g}{most})"

    def _repr_html_(self) -> str:
        rows = [
            [f"{source} \N{RIGHTWARDS ARROW} {target}", f"{gradient:+.3g}"]
            for source, target, gradient in self.top(_MOST_ROWS)
        ]
        rows += [[f"{name} held at", f"{gradient:+.3g}"] for name, gradient in self.clamps.items()]
        note = "For small changes only."
        return table(repr(self), ["weight or clamp", "outcome's change per unit"], rows, note=note)


_MOST_ROWS = 20


def sensitivity(
    m: CognitiveMap,
    outcome: str,
    *,
    scenario: Scenario | None = None,
    dynamics: Dynamics | None = None,
    initial: Mapping[str, float] | ArrayLike | None = None,
) -> Sensitivity:
    """Return the gradient of a concept's steady state to all weights, pushes and clamps.

    At a steady state A = F(A), with J the Jacobian [cause, effect] and f' the slopes there, one
    solve of ``(I - J) v = e_outcome`` gives all at once: ``A_i f'_j v_j`` for the weight of i on
    j, ``f'_j v_j`` for a push on j, ``v_i`` for the value i is held at.

    Parameters
    ----------
    m : CognitiveMap
    outcome : str
        The concept whose steady state is asked about.
    scenario : Scenario, optional
        The steady state is that of its run, the gradient that of its last regime.
    dynamics : Dynamics, optional
        ``Dynamics()`` unless given.
    initial : mapping of name to value, or array_like of shape (n,), optional
        Start values, as in `simulate`; in a map with several steady states they choose one.

    Raises
    ------
    NotSettledError
        If the run does not settle, ends in a limit cycle, or drifts on below the tolerance.
    DynamicsError
        If the transfer has no slope, the rule is more than an affine sum before its transfer, the
        steady state is unstable, so that a small change leads elsewhere, or a concept stands at a
        bound of `Saturated`, where there is no derivative.
    UnknownConceptError, ScenarioError
        If outcome, scenario or start do not fit the map.

    Examples
    --------
    >>> from fcm.map import CognitiveMap
    >>> from fcm.scenario import Scenario
    >>> m = CognitiveMap.from_links({("rain", "traffic"): 0.5, ("traffic", "noise"): 0.8})
    >>> found = sensitivity(m, "noise", scenario=Scenario("wet", clamp={"rain": 1.0}))
    >>> found
    Sensitivity('noise' = 0.622; most for 'traffic' -> 'noise': +0.146)
    >>> {name: round(gradient, 4) for name, gradient in found.clamps.items()}
    {'rain': 0.0221}
    """
    dynamics = (DEFAULT if dynamics is None else dynamics).bind(m.names)
    at = m.index(outcome)
    if not isinstance(dynamics.rule, Kosko | ModifiedKosko | Rescaled):
        raise DynamicsError(
            f"gradients are worked out for Kosko, ModifiedKosko and Rescaled; got {dynamics.rule!r}"
        )
    reason = why_not_smooth(dynamics.transfer)
    if reason:
        raise DynamicsError(reason)
    motion = motion_of(m, dynamics, scenario, initial)
    x = _steady(m, motion, dynamics, scenario, initial, outcome)
    z = motion.net(x)
    slopes = motion.slopes(z, x)
    _refuse_kinks(m, motion, z)
    jacobian = motion.matrix * slopes
    if not shrinks(jacobian):
        raise DynamicsError(
            f"the steady state is not stable: small changes grow by {radius(jacobian):.3g} a step, "
            f"so {outcome!r} has no gradient there. Start elsewhere, or use a flatter slope."
        )
    system = -jacobian
    diagonal = np.einsum("ii->i", system)
    diagonal += 1.0
    target = np.zeros(len(m))
    target[at] = 1.0
    adjoint = np.linalg.solve(system, target)
    inputs = adjoint * slopes * motion.transfer.gain
    sent = 2.0 * x - 1.0 if isinstance(dynamics.rule, Rescaled) else x
    names = m.names
    return Sensitivity(
        names=names,
        outcome=outcome,
        value=float(x[at]),
        weights=sent[:, None] * inputs,
        inputs=inputs,
        clamps=FrozenDict({names[i]: float(adjoint[i]) for i in motion.held.tolist()}),
        present=_present(m, motion, dynamics),
    )


def _steady(
    m: CognitiveMap,
    motion: Motion,
    dynamics: Dynamics,
    scenario: Scenario | None,
    initial: Mapping[str, float] | ArrayLike | None,
    outcome: str,
) -> NDArray[np.float64]:
    run = simulate(m, scenario, initial=initial, dynamics=dynamics)
    ended = Outcome(int(run.outcome[0]))
    if ended != Outcome.FIXED_POINT:
        what = "ends in a limit cycle" if ended == Outcome.LIMIT_CYCLE else "does not settle"
        raise NotSettledError(
            f"the run {what}, so {outcome!r} has no steady state and no gradient. {ended.advice}"
        )
    within = _ARRIVED * max(1.0, float(np.abs(run.final).max(initial=0.0)))
    x, change = motion.settle(run.final[0], within=within, most=_MOST_STEPS)
    if change > within:
        raise NotSettledError(
            f"the run counts as settled at tol={dynamics.tol:g}, but {_MOST_STEPS} more steps do "
            f"not bring it to rest (last change {change:.2g}), so the gradient of {outcome!r} "
            "would be that of a state on its way. Use a flatter slope."
        )
    return x


def _refuse_kinks(m: CognitiveMap, motion: Motion, z: NDArray[np.float64]) -> None:
    transfer = motion.transfer
    if not any(isinstance(each, Saturated) for each in parts(transfer)):
        return
    each = transfer.transfers if isinstance(transfer, Mixed) else (transfer,) * len(m)
    for i in np.flatnonzero(motion.free).tolist():
        own = each[i]
        if isinstance(own, Saturated) and min(abs(z[i] - own.low), abs(z[i] - own.high)) <= _KINK:
            raise DynamicsError(
                f"{m.names[i]!r} stands exactly at a bound of {own!r}, where the transfer has a "
                "kink and no derivative. Compare scenarios instead, or use Sigmoid."
            )


def _present(m: CognitiveMap, motion: Motion, dynamics: Dynamics) -> NDArray[np.bool_]:
    memory = dynamics.rule.fold(np.zeros_like(m.weights))[0] * motion.transfer.gain
    present: NDArray[np.bool_] = motion.matrix != memory
    return present
