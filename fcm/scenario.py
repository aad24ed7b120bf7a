"""A scenario: what is done differently from the no-intervention run, and when.

A scenario is one act, or parts that act together or one after the other. It names concepts but
knows no map; `fcm.simulate` checks that the names exist.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations

from fcm.errors import ScenarioError
from fcm.frozen import FrozenDict

__all__ = ["Scenario"]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One intervention, or several as `parts`.

    Parameters
    ----------
    name : str
    clamp : mapping of concept to value
        Held at this activation from step `start` until `stop`. Clamping to 0 is a clamp, and a
        value that the transfer would never give is allowed.
    push : mapping of concept to value
        Added to the concept's net input in every step from `start` until `stop`.
    links : mapping of (cause, effect) to weight
        Links that weaken, strengthen, vanish (0) or appear, from `start` until `stop`.
    initial : mapping of concept to value
        Start values where they differ from the run's own.
    start : int, default 0
        First step at which the intervention acts; 0 means from the start vector on.
    stop : int or None, default None
        First step at which it no longer acts; None means never.
    ramp : int, default 0
        Steps over which clamps and pushes come in; 0 means at once. From step `start` on (1 if
        that is 0: the start vector stays as it is) a clamped concept goes in `ramp` equal steps
        from its state to its value, and a push in as many from 0 to its own; the last of these
        steps has the whole value. Links change at once.
    parts : sequence of Scenario
        What is done together, or one after the other, each part at its own times. A scenario
        with parts does nothing of its own beside them, except for start values. Pushes of parts
        on the same concept add up; parts that would clamp one concept, or set one link or start
        value, to different values at one time are refused. Parts of parts count as parts.
    note : str
        What a reader should know.

    Raises
    ------
    ScenarioError
        If a value is not finite, a link is not a pair, the times do not fit together, or parts
        contradict each other.

    Examples
    --------
    >>> Scenario("more staff", clamp={"staff capacity": 0.9})
    Scenario('more staff': clamp staff capacity=0.9)

    A bus lane from step 5 on, after a trial of road pricing that is followed by the real one:

    >>> Scenario(
    ...     "programme",
    ...     parts=[
    ...         Scenario("trial", clamp={"road price": 0.2}, stop=10),
    ...         Scenario("pricing", clamp={"road price": 0.8}, start=10, ramp=5),
    ...         Scenario("bus lane", push={"bus speed": 0.5}, start=5),
    ...     ],
    ... ).acts[1]
    Scenario('pricing': clamp road price=0.8; from step 10 on; over 5 steps)
    """

    name: str
    clamp: Mapping[str, float] = field(default_factory=FrozenDict, kw_only=True)
    push: Mapping[str, float] = field(default_factory=FrozenDict, kw_only=True)
    links: Mapping[tuple[str, str], float] = field(default_factory=FrozenDict, kw_only=True)
    initial: Mapping[str, float] = field(default_factory=FrozenDict, kw_only=True)
    start: int = field(default=0, kw_only=True)
    stop: int | None = field(default=None, kw_only=True)
    ramp: int = field(default=0, kw_only=True)
    parts: tuple[Scenario, ...] = field(default=(), kw_only=True)
    note: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise ScenarioError(f"a scenario's name is {self.name!r}; expected a text.")
        for what in ("clamp", "push", "initial"):
            values = getattr(self, what)
            object.__setattr__(
                self, what, FrozenDict({k: self._number(what, k, v) for k, v in values.items()})
            )
        for pair in self.links:
            if not (isinstance(pair, tuple) and len(pair) == 2):
                raise ScenarioError(
                    f"scenario {self.name!r} changes link {pair!r}; expected a (cause, effect) "
                    "pair of names."
                )
        links = {
            pair: self._number("links", f"{pair[0]} -> {pair[1]}", v)
            for pair, v in self.links.items()
        }
        object.__setattr__(self, "links", FrozenDict(links))
        self._check_times()
        object.__setattr__(self, "parts", self._flat_parts())
        if self.parts:
            self._join_parts()

    @property
    def acts(self) -> tuple[Scenario, ...]:
        """What is done, act by act: the parts, or the scenario itself if it has none.

        Examples
        --------
        >>> [act.name for act in Scenario("more staff", clamp={"staff capacity": 0.9}).acts]
        ['more staff']
        """
        return self.parts or (self,)

    @property
    def names(self) -> frozenset[str]:
        """Every concept that is named by what is done."""
        return frozenset(
            name
            for act in self.acts
            for name in (
                *act.clamp,
                *act.push,
                *act.initial,
                *(end for pair in act.links for end in pair),
            )
        )

    def _check_times(self) -> None:
        if isinstance(self.start, bool) or not isinstance(self.start, int) or self.start < 0:
            raise ScenarioError(
                f"scenario {self.name!r} starts at step {self.start!r}; expected 0 or later."
            )
        if self.stop is not None and (
            isinstance(self.stop, bool) or not isinstance(self.stop, int) or self.stop <= self.start
        ):
            raise ScenarioError(
                f"scenario {self.name!r} stops at step {self.stop!r} but starts at {self.start}; "
                "stop must come after start."
            )
        if isinstance(self.ramp, bool) or not isinstance(self.ramp, int) or self.ramp < 0:
            raise ScenarioError(
                f"scenario {self.name!r} has ramp={self.ramp!r}; expected a number of steps, 0 or "
                "more."
            )
        if self.ramp and not (self.clamp or self.push):
            raise ScenarioError(
                f"scenario {self.name!r} has a ramp of {self.ramp} steps, but no clamp or push "
                "that could come in slowly; links change at once."
            )
        if self.ramp and self.stop is not None and self.stop < max(self.start, 1) + self.ramp:
            raise ScenarioError(
                f"scenario {self.name!r} comes in over {self.ramp} steps from step "
                f"{max(self.start, 1)} but stops at step {self.stop}, before it has its whole "
                "value; stop later, or shorten the ramp."
            )

    def _flat_parts(self) -> tuple[Scenario, ...]:
        given: object = self.parts
        flat: list[Scenario] = []
        for part in [given] if isinstance(given, Scenario) else self.parts:
            if not isinstance(part, Scenario):
                raise ScenarioError(
                    f"scenario {self.name!r} has the part {part!r}; expected Scenario values."
                )
            flat += part.acts
        return tuple(flat)

    def _join_parts(self) -> None:
        if self.clamp or self.push or self.links or self.start or self.stop is not None:
            raise ScenarioError(
                f"scenario {self.name!r} has parts and does something beside them; make that a "
                "part too, with its own times."
            )
        initial = dict(self.initial)
        for part in self.parts:
            for concept, value in part.initial.items():
                if initial.setdefault(concept, value) != value:
                    raise ScenarioError(
                        f"scenario {self.name!r} gives {concept!r} two start values, "
                        f"{initial[concept]:g} and, in part {part.name!r}, {value:g}; keep one."
                    )
        object.__setattr__(self, "initial", FrozenDict(initial))
        for one, other in combinations(self.parts, 2):
            if not _overlap(one, other):
                continue
            for concept in one.clamp:
                if concept in other.clamp and (
                    one.clamp[concept] != other.clamp[concept] or one.ramp or other.ramp
                ):
                    raise ScenarioError(
                        f"scenario {self.name!r}: parts {one.name!r} and {other.name!r} both clamp "
                        f"{concept!r} at the same steps, to {one.clamp[concept]:g} and "
                        f"{other.clamp[concept]:g}; let one stop before the other starts."
                    )
            for pair in one.links:
                if pair in other.links and one.links[pair] != other.links[pair]:
                    raise ScenarioError(
                        f"scenario {self.name!r}: parts {one.name!r} and {other.name!r} both set "
                        f"link {pair[0]!r} -> {pair[1]!r} at the same steps, to "
                        f"{one.links[pair]:g} and {other.links[pair]:g}; let one stop before the "
                        "other starts."
                    )

    def _number(self, what: str, key: str, value: object) -> float:
        try:
            number = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            number = math.nan
        if not math.isfinite(number):
            raise ScenarioError(
                f"scenario {self.name!r}: {what} of {key!r} is {value!r}; expected a finite number."
            )
        return number

    def __repr__(self) -> str:
        done = [
            f"{what} " + ", ".join(f"{k}={v:g}" for k, v in values.items())
            for what, values in (
                ("clamp", self.clamp),
                ("push", self.push),
                ("links", {f"{a} -> {b}": v for (a, b), v in self.links.items()}),
                ("initial", self.initial),
            )
            if values
        ]
        if self.start or self.stop is not None:
            end = "on" if self.stop is None else f"to {self.stop}"
            done.append(f"from step {self.start} {end}")
        if self.ramp:
            done.append(f"over {self.ramp} step{'s' * (self.ramp != 1)}")
        if self.parts:
            done.append(" + ".join(repr(part.name) for part in self.parts))
        return f"Scenario({self.name!r}: {'; '.join(done) or 'nothing changes'})"


def _overlap(one: Scenario, other: Scenario) -> bool:
    before = one.stop is not None and one.stop <= other.start
    after = other.stop is not None and other.stop <= one.start
    return not (before or after)
