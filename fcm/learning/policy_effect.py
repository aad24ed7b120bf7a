"""What a policy did: one unit that had it, against others that did not.

A difference in differences with placebos. It does not know why the units differ: another change at
the same place and time is part of what it finds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import LearningError, nearest
from fcm.evidence import Effect, Origin
from fcm.learning.difference import FEWEST_KNOWN, difference
from fcm.scenario import Scenario

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.evidence import Panel

__all__ = ["FEWEST_CONTROLS", "policy_effect"]

FEWEST_CONTROLS = 5
_PRE_SHARE = 0.5
_PRE_NOISE = 3
_FEWEST_DATES = 3
_NORMAL = 1.959964  # 97.5 % quantile of the normal distribution


def policy_effect(
    panel: Panel,
    treated: str,
    since: str,
    *,
    controls: Sequence[str] | None = None,
    before: int = 12,
    after: int = 12,
    scenario: Scenario | None = None,
    outcome: str | None = None,
    bounds: tuple[float, float] | None = None,
) -> Effect:
    """Return what changed at one unit, against others, when a policy began there.

    Per period, the logarithm of the treated unit minus the logarithm of the mean over the control
    units; the mean of that over `after` periods from `since`, minus its mean over the `before`
    periods before. Every control in turn is then taken for the treated one (a placebo; the treated
    unit is never among its controls), and so is every earlier date of the treated unit whose
    windows end before `since`. The noise is the larger of the two root mean squares.

    Parameters
    ----------
    panel : Panel
        One column per unit, values above 0 in their own unit of measurement; NaN = missing.
    treated : str
        The unit where the policy began.
    since : str
        The first period with it.
    controls : sequence of str, optional
        Units without it; all the others unless given.
    before, after : int, default 12
        Periods in the two windows. Whole years keep the season out.
    scenario : Scenario, optional
        What was done, in the terms of a map; a name only unless given.
    outcome : str, optional
        The concept that the units measure; the name of the treated unit unless given.
    bounds : (float, float), optional
        The values, in the panel's unit, that mean activation 0 and 1. With them `change` and
        `spread` are in activation units, measured from the treated unit's mean level before;
        without them `change` is the relative change.

    Returns
    -------
    Effect
        With `relative`, its 95 % `interval` (log change -+ noise times Student's t quantile for
        as many degrees of freedom as there are placebo units), `placebos`, `rank` among all units
        by size in the direction of the treated one, ``p = rank / of``, and `pre_change`, the
        relative change found `after` periods earlier, if the series reaches back that far.
        `spread` is the noise as a share of the level before, or after where that is higher (less
        of something is not taken to be less noisy), widened so that change -+ 1.96 spread holds
        95 % however few the placebos. ``origin.note`` names the units that were left out and the
        checks that could not be made.

    Raises
    ------
    LearningError
        If a unit is unknown, `since` is not a period, a window does not fit, a value is not above
        0, less than three quarters of a window of the treated unit is known, or fewer than five
        controls are left. Also if the treated unit moved earlier already: a change one comparison
        earlier of at least half the size of the change itself, and beyond three root mean
        squares of the other units' changes then.

    Notes
    -----
    Only reported, never refused: a small change, a poor rank, a wide spread, an earlier change
    that other units show as well. p cannot be smaller than one over the number of units. The
    figure holds all that happened at this unit and time, not the policy alone.

    References
    ----------
    Abadie, A., Diamond, A., & Hainmueller, J. (2010). Synthetic control methods for comparative
    case studies. J. Am. Stat. Assoc. 105(490), 493-505. doi:10.1198/jasa.2009.ap08746 (placebo
    units)

    Examples
    --------
    >>> import numpy as np
    >>> from fcm import Panel
    >>> values = 40 + np.random.default_rng(0).normal(0, 0.3, (24, 8))
    >>> values[12:, 0] *= 0.8
    >>> panel = Panel(periods=[f"{2017 + t // 12}-{t % 12 + 1:02d}" for t in range(24)],
    ...               names=[f"station {u}" for u in range(8)], values=values)
    >>> effect = policy_effect(panel, "station 0", "2018-01")
    >>> round(effect.relative, 2), effect.rank, effect.of
    (-0.2, 1, 8)
    """
    values = np.asarray(panel.values)
    _check_settings(panel, treated, since, before, after, bounds)
    at = panel.periods.index(since)
    column = {name: values[:, u] for u, name in enumerate(panel.names)}
    chosen = _controls(panel, treated, controls)
    window = slice(at - before, at + after)
    _check_above_zero(panel, [treated, *chosen], until=at + after)
    _check_known(column[treated][window], treated, before)
    used = [name for name in chosen if _known_enough(column[name][window], before)]
    left_out = [name for name in chosen if name not in used]
    if len(used) < FEWEST_CONTROLS:
        more = f" ({', '.join(map(repr, left_out))} lack too many periods)" if left_out else ""
        raise LearningError(
            f"only {len(used)} control units are left{more}; expected {FEWEST_CONTROLS} or more, "
            "since the spread is read from them."
        )
    study = _Study(treated, tuple(used), column, before, after)
    change = study.change(treated, at)
    if change is None:  # windows and gaps were checked above
        raise LearningError(f"too few periods are known of {treated!r} and the controls together.")
    placebos = study.placebos(at)
    past = [each for t in range(at - after + 1) if (each := study.change(treated, t)) is not None]
    notes = [f"left out for gaps: {', '.join(left_out)}"] if left_out else []
    noise = _root_mean_square(list(placebos.values()))
    if len(past) >= _FEWEST_DATES:
        noise = max(noise, _root_mean_square(past))
    else:
        notes.append("too few earlier dates for placebo dates")
    pre = study.change(treated, at - after)
    if pre is None:
        notes.append("the series does not reach back far enough to look for an earlier trend")
    else:
        _check_earlier(treated, since, change, pre, study.placebos(at - after))
    if not noise > 1e-12:
        raise LearningError(
            "the placebo units show no variation at all, so the spread cannot be told; expected "
            "measured series."
        )
    larger = sum(each * math.copysign(1, change) >= abs(change) for each in placebos.values())
    relative = math.expm1(change)
    quantile = _student(len(placebos))
    scale = 1.0
    if bounds is not None:
        scale = float(np.nanmean(column[treated][at - before : at])) / (bounds[1] - bounds[0])
    return Effect(
        scenario=scenario or Scenario(f"policy at {treated} since {since}"),
        outcome=outcome or treated,
        change=scale * relative,
        spread=abs(scale) * max(1.0, math.exp(change)) * noise * quantile / _NORMAL,
        origin=_origin(panel, treated, since, before, after, notes),
        treated=treated,
        rank=1 + larger,
        of=1 + len(placebos),
        p=(1 + larger) / (1 + len(placebos)),
        pre_change=None if pre is None else math.expm1(pre),
        relative=relative,
        interval=(
            math.expm1(change - quantile * noise),
            math.expm1(change + quantile * noise),
        ),
        placebos={name: math.expm1(each) for name, each in placebos.items()},
    )


@dataclass(frozen=True, slots=True)
class _Study:
    treated: str
    controls: tuple[str, ...]
    column: dict[str, NDArray[np.float64]]
    before: int
    after: int

    def change(self, unit: str, at: int) -> float | None:
        others = [self.column[each] for each in self.controls if each != unit]
        return difference(
            self.column[unit],
            np.stack(others, axis=1),
            at=at,
            before=self.before,
            after=self.after,
        )

    def placebos(self, at: int) -> dict[str, float]:
        found = {unit: self.change(unit, at) for unit in self.controls}
        return {unit: change for unit, change in found.items() if change is not None}


def _check_settings(
    panel: Panel,
    treated: str,
    since: str,
    before: int,
    after: int,
    bounds: tuple[float, float] | None,
) -> None:
    if treated not in panel.names:
        raise LearningError(
            f"the treated unit {treated!r} is not in the panel. {nearest(treated, panel.names)}"
        )
    for what, count in (("before", before), ("after", after)):
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise LearningError(f"{what} is {count!r}; expected a number of periods, 1 or more.")
    if bounds is not None and not (np.isfinite(bounds).all() and bounds[0] != bounds[1]):
        raise LearningError(
            f"bounds are {bounds}; expected the two different values that mean 0 and 1."
        )
    if since not in panel.periods:
        span = f"{panel.periods[0]} to {panel.periods[-1]}" if panel.periods else "nothing"
        raise LearningError(
            f"since={since!r} is not a period of the panel, which runs from {span}. "
            f"{nearest(since, panel.periods)}"
        )
    at = panel.periods.index(since)
    if at < before or at + after > len(panel.periods):
        raise LearningError(
            f"before={before} and after={after} do not fit: the panel has {at} periods before "
            f"{since} and {len(panel.periods) - at} from it on. Shorten the windows, or bring "
            "longer series."
        )


def _controls(panel: Panel, treated: str, controls: Sequence[str] | None) -> list[str]:
    if controls is None:
        return [name for name in panel.names if name != treated]
    for name in controls:
        if name not in panel.names:
            raise LearningError(
                f"the control {name!r} is not in the panel. {nearest(name, panel.names)}"
            )
        if name == treated:
            raise LearningError(f"{treated!r} is treated; it cannot be its own control.")
    return list(dict.fromkeys(controls))


def _check_above_zero(panel: Panel, units: Sequence[str], *, until: int) -> None:
    for unit in units:
        bad = panel[unit][:until] <= 0
        if bad.any():
            t = int(np.argmax(bad))
            raise LearningError(
                f"{unit!r} is {panel[unit][t]:g} in {panel.periods[t]}; changes are compared as "
                "ratios, so every value must be above 0. Mark what was not measured as NaN."
            )


def _known_enough(window: NDArray[np.float64], before: int) -> bool:
    parts = (window[:before], window[before:])
    return all(np.isfinite(part).mean() >= FEWEST_KNOWN for part in parts)


def _check_known(window: NDArray[np.float64], treated: str, before: int) -> None:
    if not _known_enough(window, before):
        known = [int(np.isfinite(part).sum()) for part in (window[:before], window[before:])]
        raise LearningError(
            f"of the treated unit {treated!r} {known[0]} of {before} periods before and {known[1]} "
            f"of {len(window) - before} after are known; expected three quarters of each."
        )


def _check_earlier(
    treated: str, since: str, change: float, pre: float, others: dict[str, float]
) -> None:
    noise = _PRE_NOISE * _root_mean_square(list(others.values())) if others else 0.0
    if abs(pre) >= _PRE_SHARE * abs(change) and abs(pre) > noise:
        raise LearningError(
            f"{treated!r} moved before the policy: {math.expm1(pre):+.1%} one comparison earlier, "
            f"against {math.expm1(change):+.1%} at {since}, and other units did not. What follows "
            "cannot be told from that earlier trend; look for controls that share it."
        )


def _root_mean_square(values: list[float]) -> float:
    return math.sqrt(math.fsum(each**2 for each in values) / len(values)) if values else 0.0


def _student(degrees: int) -> float:
    from scipy.stats import t

    return float(t.ppf(0.975, degrees))


def _origin(
    panel: Panel, treated: str, since: str, before: int, after: int, notes: list[str]
) -> Origin:
    given = panel.origins.get(treated, Origin(kind=""))
    method = (
        f"difference in differences of logarithms, {before} periods before and {after} from {since}"
    )
    return Origin(
        kind="policy effect",
        source=given.source or treated,
        date=given.date,
        licence=given.licence,
        note="; ".join([method, *notes]),
    )
