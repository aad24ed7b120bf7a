"""Look a map over before it is believed: loose ends, double counting, names that hide a sign.

The check reads the map and makes one run of it. It knows nothing of evidence, and finding nothing
does not make a map right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from fcm.analysis.names import nearly_alike, stated_direction
from fcm.inference import Dynamics, Outcome, Saturated, Sigmoid, Tanh, simulate
from fcm.inference.tables import table
from fcm.map import CognitiveMap

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Check", "Finding", "Severity", "check"]

Severity: TypeAlias = Literal["error", "warning", "note"]

NEAR_BOUND = 0.02
_MOST = 20
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a check found.

    Parameters
    ----------
    severity : {"error", "warning", "note"}
        An error makes answers wrong or void, a warning may, a note is good to know.
    what : str
        What was found, in one sentence that names the concepts.
    mend : str
        What to do.
    """

    severity: Severity
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.what} {self.mend}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Check:
    """What a check found.

    Parameters
    ----------
    map : CognitiveMap
        The map that was looked over.
    dynamics : Dynamics
        How it was run.
    findings : tuple of Finding
        Errors first, then warnings, then notes.
    outcome : Outcome or None
        How the no-intervention run ended; None for a map without concepts.
    steps : int
        Updates made in that run.
    saturation : float in [0, 1] or None
        Share of concepts within 0.02 of a bound of the transfer where that run settled; None
        where it did not, or where the transfer has only its bounds as values.
    """

    map: CognitiveMap
    dynamics: Dynamics
    findings: tuple[Finding, ...]
    outcome: Outcome | None
    steps: int
    saturation: float | None

    @property
    def ok(self) -> bool:
        """Whether no finding is an error; warnings may remain."""
        return all(each.severity != "error" for each in self.findings)

    def to_records(self) -> list[dict[str, str]]:
        """Return one dict per finding: severity, what, mend."""
        return [
            {"severity": each.severity, "what": each.what, "mend": each.mend}
            for each in self.findings
        ]

    def __repr__(self) -> str:
        counts = [
            sum(each.severity == severity for each in self.findings) for severity in _SEVERITIES
        ]
        told = ", ".join(
            f"{count} {severity}{'s' * (count != 1)}"
            for count, severity in zip(counts, _SEVERITIES, strict=True)
            if count
        )
        return f"Check({told or 'nothing to mend'}; {self._run()})"

    def _run(self) -> str:
        if self.outcome is None:
            return "not run"
        if self.outcome != Outcome.FIXED_POINT:
            return f"did not settle in {self.steps} steps"
        near = "" if self.saturation is None else f", {self.saturation:.0%} of concepts saturated"
        return f"settled in {self.steps} step{'s' * (self.steps != 1)}{near}"

    def _repr_html_(self) -> str:
        rows = [[each.severity, each.what, each.mend] for each in self.findings]
        return table(repr(self), ["severity", "what was found", "what to do"], rows)


def check(
    m: CognitiveMap,
    dynamics: Dynamics | None = None,
    *,
    initial: Mapping[str, float] | ArrayLike | None = None,
) -> Check:
    """Return what is, or may be, wrong with a map.

    Parameters
    ----------
    m : CognitiveMap
    dynamics : Dynamics, optional
        How the map will be run; ``Dynamics()`` unless given.
    initial : mapping of name to value or array_like of shape (n,), optional
        Start values, as for `fcm.simulate`.

    Returns
    -------
    Check
        With the findings, errors first.

    Notes
    -----
    Looked for are concepts without links; levers and outcomes that are missing, or that no path
    joins; levers with causes; links of a concept to itself; a link beside a path over one other
    concept with the same sign, which counts an effect twice; names that state a direction ("less
    traffic"), so that nobody can say what the opposite of more of it is; names nearly alike (on
    maps of more than 300 concepts, alike but for case, accents and plurals); weights at the
    limit; a run that does not settle; and activations at the bounds, where changes vanish.

    Examples
    --------
    >>> m = CognitiveMap.from_links({("less traffic", "clean air"): 0.7},
    ...                             levers=["less traffic"], outcomes=["clean air"])
    >>> result = check(m)
    >>> result
    Check(1 warning; settled in 3 steps, 0% of concepts saturated)
    >>> print(result.findings[0].what)
    'less traffic' states a direction ('less'), so the sign of its links is easily read wrongly.
    """
    used = Dynamics() if dynamics is None else dynamics
    findings = [
        *_links(m),
        *_roles(m),
        *_shortcuts(m),
        *_directions(m),
        *_doubles(m),
        *_at_limit(m),
    ]
    outcome, steps, saturation = None, 0, None
    if len(m):
        run = simulate(m, initial=initial, dynamics=used)
        outcome, steps = Outcome(int(run.outcome[0])), int(run.steps[0])
        if outcome is Outcome.FIXED_POINT:
            saturation = _saturation(run.final[0], used)
        findings += _run_findings(m, outcome, steps, saturation, run.final[0], used)
    return Check(
        map=m,
        dynamics=used,
        findings=tuple(sorted(findings, key=lambda each: _SEVERITIES.index(each.severity))),
        outcome=outcome,
        steps=steps,
        saturation=saturation,
    )


def _links(m: CognitiveMap) -> Iterator[Finding]:
    linked = m.weights != 0
    if not linked.any():
        what = "The map has no links." if len(m) else "The map has no concepts."
        yield Finding(severity="error", what=what, mend="Draw links before it is run.")
        return
    alone = [m.names[i] for i in np.nonzero(~(linked.any(axis=0) | linked.any(axis=1)))[0]]
    if alone:
        yield Finding(
            severity="warning",
            what=f"{_quoted(alone)} {'has' if len(alone) == 1 else 'have'} no links.",
            mend="Link them, or take them out with without().",
        )
    loops = [m.names[i] for i in np.nonzero(np.diag(linked))[0]]
    if loops:
        yield Finding(
            severity="warning",
            what=f"{_quoted(loops)} {'links' if len(loops) == 1 else 'link'} to itself.",
            mend="Say memory in the rule, Kosko(memory=...), or draw the loop over the concept "
            "that it works through.",
        )


def _roles(m: CognitiveMap) -> Iterator[Finding]:
    for role, names in (("lever", m.levers), ("outcome", m.outcomes)):
        if not names and len(m):
            yield Finding(
                severity="warning",
                what=f"No concept is {'a lever' if role == 'lever' else 'an outcome'}.",
                mend=f"Give a concept the role {role!r}: "
                + ("what can a policy move?" if role == "lever" else "what is it judged by?"),
            )
    if not (m.levers and m.outcomes and np.count_nonzero(m.weights)):
        return
    levers, outcomes = [m.index(each) for each in m.levers], [m.index(each) for each in m.outcomes]
    forth, back = m.weights != 0, (m.weights != 0).T
    moved, moving = _reached(forth, levers), _reached(back, outcomes)
    for name, at in zip(m.outcomes, outcomes, strict=True):
        if not moved[at]:
            yield Finding(
                severity="error",
                what=f"No lever reaches outcome {name!r}: every scenario changes it by exactly 0.",
                mend="Draw what links them, or do not judge a policy by it.",
            )
    for name, at in zip(m.levers, levers, strict=True):
        if not moving[at]:
            yield Finding(
                severity="warning",
                what=f"Lever {name!r} reaches no outcome.",
                mend="Draw what it works through, or take its role away.",
            )
    for name, at in zip(m.levers, levers, strict=True):
        causes = [m.names[i] for i in np.nonzero(m.weights[:, at])[0]]
        if causes:
            yield Finding(
                severity="note",
                what=f"Lever {name!r} has causes: {_quoted(causes)}.",
                mend="A clamp cuts them off; push it instead if they go on acting.",
            )


def _reached(linked: NDArray[np.bool_], start: Sequence[int]) -> NDArray[np.bool_]:
    reached = np.zeros(len(linked), dtype=bool)
    reached[list(start)] = True
    for _ in range(len(linked)):
        grown = reached | linked[reached].any(axis=0)
        if (grown == reached).all():
            break
        reached = grown
    return reached


def _shortcuts(m: CognitiveMap) -> Iterator[Finding]:
    sign = np.sign(m.weights)
    np.fill_diagonal(sign, 0)
    positive, negative = (sign > 0).astype(np.float64), (sign < 0).astype(np.float64)
    same = positive @ positive + negative @ negative
    opposite = positive @ negative + negative @ positive
    twice = np.argwhere(((sign > 0) & (same > 0)) | ((sign < 0) & (opposite > 0)))
    for i, k in twice[:_MOST]:
        over = np.nonzero(sign[i] * sign[:, k] == sign[i, k])[0]
        yield Finding(
            severity="warning",
            what=f"{m.names[i]!r} -> {m.names[k]!r} stands beside the path over "
            f"{_quoted([m.names[j] for j in over], 'or')} with the same sign, so the effect may "
            "be counted twice.",
            mend="Keep the direct link only for what does not go that way.",
        )
    yield from _rest(len(twice), "links stand beside a path with the same sign")


def _directions(m: CognitiveMap) -> Iterator[Finding]:
    for concept in m.concepts:
        texts = {concept.name: None, **dict.fromkeys(concept.labels.values())}
        for text in texts:
            word = stated_direction(text)
            if word:
                yield Finding(
                    severity="warning",
                    what=f"{text!r} states a direction ({word!r}), so the sign of its links is "
                    "easily read wrongly.",
                    mend="Name the quantity and turn the signs: 'traffic', not 'less traffic'.",
                )
                break


def _doubles(m: CognitiveMap) -> Iterator[Finding]:
    pairs = nearly_alike(m.names)
    for i, j in islice(pairs, _MOST):
        yield Finding(
            severity="warning",
            what=f"{m.names[i]!r} and {m.names[j]!r} have nearly the same name.",
            mend="If they are one quantity, or one is the opposite of the other, merge them.",
        )
    yield from _rest(len(pairs), "pairs of names are nearly alike")


def _at_limit(m: CognitiveMap) -> Iterator[Finding]:
    if m.limit is None:
        return
    ends = np.argwhere(np.abs(m.weights) >= m.limit)
    if len(ends):
        shown = [f"{m.names[i]!r} -> {m.names[j]!r}" for i, j in ends[:5]]
        more = f" and {len(ends) - 5} more" if len(ends) > 5 else ""
        yield Finding(
            severity="note",
            what=f"{len(ends)} weight{'s' * (len(ends) != 1)} at the limit {m.limit:g}: "
            f"{', '.join(shown)}{more}.",
            mend="Is the scale cut off there? An effect as strong as can be is rare.",
        )


def _run_findings(
    m: CognitiveMap,
    outcome: Outcome,
    steps: int,
    saturation: float | None,
    final: NDArray[np.float64],
    dynamics: Dynamics,
) -> Iterator[Finding]:
    if outcome is not Outcome.FIXED_POINT:
        yield Finding(
            severity="error",
            what=f"Without intervention the map does not settle in {steps} steps under "
            f"{dynamics!r}.",
            mend=outcome.advice,
        )
    if saturation:
        near = [name for name, at in zip(m.names, _near(final, dynamics), strict=True) if at]
        yield Finding(
            severity="warning" if saturation > 0.5 else "note",
            what=f"Without intervention {len(near)} of {len(m)} concepts stand within "
            f"{NEAR_BOUND:g} of a bound: {_quoted(near)}.",
            mend="Changes vanish there; a flatter slope shows them.",
        )


def _bounds(dynamics: Dynamics) -> tuple[float, float] | None:
    transfer = dynamics.transfer
    if isinstance(transfer, Saturated):
        return transfer.low, transfer.high
    if isinstance(transfer, Sigmoid):
        return 0.0, 1.0
    return (-1.0, 1.0) if isinstance(transfer, Tanh) else None


def _near(final: NDArray[np.float64], dynamics: Dynamics) -> NDArray[np.bool_]:
    bounds = _bounds(dynamics)
    if bounds is None:
        return np.zeros(len(final), dtype=bool)
    low, high = bounds
    near: NDArray[np.bool_] = (final <= low + NEAR_BOUND) | (final >= high - NEAR_BOUND)
    return near


def _saturation(final: NDArray[np.float64], dynamics: Dynamics) -> float | None:
    return None if _bounds(dynamics) is None else float(_near(final, dynamics).mean())


def _rest(count: int, what: str) -> Iterator[Finding]:
    if count > _MOST:
        yield Finding(
            severity="warning",
            what=f"In all {count} {what}; the first {_MOST} are listed.",
            mend="",
        )


def _quoted(names: Sequence[str], joint: str = "and") -> str:
    shown = [repr(each) for each in names[:6]]
    if len(names) > 6:
        return f"{', '.join(shown)} {joint} {len(names) - 6} more"
    return f" {joint} ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
