"""A scenario: what is done differently from the no-intervention run, and when.

A scenario names concepts but knows no map; `fcm.simulate` checks that the names exist.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from fcm.errors import ScenarioError
from fcm.frozen import FrozenDict

__all__ = ["Scenario"]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One intervention, or a bundle of them.

    Parameters
    ----------
    name : str
    clamp : mapping of concept to value
        Held at this activation from step `start` until `stop`. Clamping to 0 is a clamp.
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
    note : str
        What a reader should know.

    Raises
    ------
    ScenarioError
        If a value is not finite, a link is not a pair, or `stop` is not after `start`.

    Examples
    --------
    >>> Scenario("more staff", clamp={"staff capacity": 0.9})
    Scenario('more staff': clamp staff capacity=0.9)
    """

    name: str
    clamp: Mapping[str, float] = field(default_factory=FrozenDict, kw_only=True)
    push: Mapping[str, float] = field(default_factory=FrozenDict, kw_only=True)
    links: Mapping[tuple[str, str], float] = field(default_factory=FrozenDict, kw_only=True)
    initial: Mapping[str, float] = field(default_factory=FrozenDict, kw_only=True)
    start: int = field(default=0, kw_only=True)
    stop: int | None = field(default=None, kw_only=True)
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
        parts = [
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
            parts.append(f"from step {self.start} {end}")
        return f"Scenario({self.name!r}: {'; '.join(parts) or 'nothing changes'})"
