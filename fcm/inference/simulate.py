"""Run one map under scenarios or a batch of settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from fcm.errors import DynamicsError
from fcm.inference.dynamics import DEFAULT, Dynamics
from fcm.inference.loop.question import Question
from fcm.inference.loop.schedule import check_scenarios, start_states
from fcm.inference.loop.sparse import SparseMap, pays
from fcm.inference.loop.sparse_schedule import sparse_start
from fcm.inference.outcome import Simulation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike

    from fcm.map import CognitiveMap
    from fcm.scenario import Scenario

__all__ = ["progress_bar", "simulate"]


def simulate(
    m: CognitiveMap | SparseMap,
    scenarios: Scenario | Sequence[Scenario] | None = None,
    *,
    initial: Mapping[str, float] | ArrayLike | None = None,
    clamp: Mapping[str, ArrayLike] | None = None,
    dynamics: Dynamics | None = None,
    record: bool = False,
    threads: int = 1,
    sparse: bool | None = None,
    progress: bool = False,
) -> Simulation:
    """Return the state to which a map runs, for every scenario or row of a batch.

    Parameters
    ----------
    m : CognitiveMap or SparseMap
    scenarios : Scenario or sequence of Scenario, optional
        One run each. Without them there is one run, or as many as `initial` and `clamp` have rows.
    initial : mapping of name to value, or array_like of shape (n,) or (S, n), optional
        Start values; 1 for every concept that is not given. A scenario's own start values go over
        them.
    clamp : mapping of name to value or array_like of shape (S,), optional
        Concepts held at a value from the start vector on, in every run or per run. A scenario's
        own clamp on the same concept goes over it while it acts. Clamping to 0 is a clamp.
    dynamics : Dynamics, optional
        Rule, transfer and stopping; ``Dynamics()`` unless given.
    record : bool, default False
        Whether to keep every state; memory grows with S x steps x n.
    threads : int, 1 or more, default 1
        Threads that share a large batch. Outcomes and steps are the same for any number, states
        agree to 1e-12.
    sparse : bool, optional
        Whether to multiply by the links of the map and not by its matrix. By default whichever is
        faster for the size and density of the map. The answers agree to 1e-12.
    progress : bool, default False
        Whether to show a bar.

    Returns
    -------
    Simulation
        With an outcome per run. A run that does not settle is no error, and its last state is no
        equilibrium.

    Raises
    ------
    UnknownConceptError
        If a scenario, `initial` or `clamp` names a concept that is not in the map.
    ScenarioError
        If a scenario's name stands twice, or batch lengths differ.
    DynamicsError
        If a start value is not finite, the rule does not fit the map, or `threads` is not a whole
        number above 0.

    Examples
    --------
    >>> from fcm.map import CognitiveMap
    >>> from fcm.scenario import Scenario
    >>> m = CognitiveMap.from_links({("car traffic", "air pollution"): 0.7})
    >>> run = simulate(m, [Scenario("fewer cars", clamp={"car traffic": 0.0})])
    >>> run["air pollution"]
    array([0.5])
    >>> run
    Simulation(1 run of 2 concepts: all settled, in 2 steps)
    """
    dynamics = DEFAULT if dynamics is None else dynamics
    if isinstance(threads, bool) or not isinstance(threads, int) or threads < 1:
        raise DynamicsError(
            f"threads is {threads!r}; expected a whole number, 1 or more, such as the number of "
            "processors."
        )
    if isinstance(m, SparseMap):
        checked, start, clamps = sparse_start(m, scenarios, initial, clamp)
    else:
        checked = check_scenarios(m, scenarios)
        start, clamps = start_states(m, checked, initial, clamp)
        if sparse is None:
            sparse = not dynamics.lags and pays(m.weights, start.shape[1])
    names: Any = m.names
    question = Question(m, checked, start, clamps, dynamics, bool(sparse))
    with progress_bar(start.shape[1], shown=progress) as tell:
        runs = question.answer(record=record, threads=threads, tell=tell)
    return Simulation(
        names=names,
        scenarios=checked,
        final=runs.final,
        outcome=runs.outcome,
        steps=runs.steps,
        period=runs.period,
        residual=runs.residual,
        question=question,
        states=runs.states,
    )


@contextmanager
def progress_bar(total: int, *, shown: bool) -> Iterator[Callable[[int], object] | None]:
    """Give a function that moves a bar of `total` runs, or None if it is not to be shown."""
    if not shown:
        yield None
        return
    from tqdm.auto import tqdm

    with tqdm(total=total, unit="run") as bar:
        yield bar.update
