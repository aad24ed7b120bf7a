from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from fcm import Scenario
from fcm.errors import ScenarioError


def test_a_scenario_is_a_value() -> None:
    scenario = Scenario("more staff", clamp={"staff": 1}, links={("staff", "delay"): 0.0}, start=2)
    again = pickle.loads(pickle.dumps(scenario))
    assert again == scenario
    assert hash(again) == hash(scenario)
    assert repr(scenario) == (
        "Scenario('more staff': clamp staff=1; links staff -> delay=0; from step 2 on)"
    )


def test_what_it_was_built_from_can_change_without_changing_it() -> None:
    clamp = {"staff": 1.0}
    scenario = Scenario("more staff", clamp=clamp)
    clamp["staff"] = 0.0
    assert scenario.clamp["staff"] == 1.0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"clamp": {"a": float("nan")}}, "clamp of 'a' is nan"),
        ({"clamp": {"a": "much"}}, "clamp of 'a' is 'much'"),
        ({"push": {"a": float("inf")}}, "push of 'a' is inf"),
        ({"initial": {"a": None}}, "initial of 'a' is None"),
        ({"links": {"ab": 0.1}}, "expected a .cause, effect."),
        ({"links": {("a", "b"): "x"}}, "links of 'a -> b' is 'x'"),
        ({"start": -1}, "starts at step -1"),
        ({"start": True}, "starts at step True"),
        ({"start": 3, "stop": 3}, "stop must come after start"),
        ({"stop": 1.5}, "stops at step 1.5"),
        ({"clamp": {"a": 1}, "ramp": -1}, "ramp=-1"),
        ({"clamp": {"a": 1}, "ramp": True}, "ramp=True"),
        ({"links": {("a", "b"): 1}, "ramp": 3}, "links change at once"),
        ({"clamp": {"a": 1}, "start": 2, "ramp": 3, "stop": 4}, "before it has its whole value"),
        ({"parts": ["a"]}, "has the part 'a'"),
    ],
)
def test_a_scenario_that_cannot_be_is_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        Scenario("s", **settings)  # type: ignore[arg-type]


def test_a_scenario_needs_a_name() -> None:
    with pytest.raises(ScenarioError, match="expected a text"):
        Scenario("  ")


A = Scenario("a", clamp={"x": 0.2}, stop=10)


def test_parts_are_done_each_at_its_own_time() -> None:
    later = Scenario("b", clamp={"x": 0.8}, start=10, ramp=5)
    both = Scenario("both", parts=[A, later])
    assert both.acts == (A, later)
    assert A.acts == (A,)
    assert pickle.loads(pickle.dumps(both)) == both
    assert hash(both) == hash(Scenario("both", parts=(A, later)))
    assert repr(both) == "Scenario('both': 'a' + 'b')"
    assert repr(later) == "Scenario('b': clamp x=0.8; from step 10 on; over 5 steps)"


def test_parts_of_parts_count_as_parts() -> None:
    push = Scenario("push", push={"y": 1})
    inner = Scenario("inner", parts=[A, push])
    assert Scenario("outer", parts=[inner, Scenario("z", links={("x", "y"): 0})]).acts[:2] == (
        A,
        push,
    )
    assert Scenario("one", parts=A).acts == (A,)


def test_start_values_of_parts_stand_with_the_whole() -> None:
    parts = [Scenario("a", initial={"x": 0.1}), Scenario("b", initial={"y": 0.2}, push={"y": 1})]
    whole = Scenario("whole", initial={"z": 0.3}, parts=parts)
    assert whole.initial == {"z": 0.3, "x": 0.1, "y": 0.2}


def test_a_scenario_with_parts_can_be_renamed() -> None:
    both = Scenario("both", parts=[A, Scenario("b", push={"y": 1}, initial={"y": 0.2})])
    assert replace(both, name="c").acts == both.acts


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"clamp": {"x": 0.3}}, "'a' and 'b' both clamp 'x' at the same steps, to 0.2 and 0.3"),
        ({"clamp": {"x": 0.3}, "start": 9}, "let one stop before the other starts"),
        ({"clamp": {"x": 0.2}, "ramp": 4}, "both clamp 'x'"),
        ({"links": {("x", "y"): 0.5}, "start": 3}, "both set link 'x' -> 'y'"),
        ({"initial": {"x": 0.9}}, "gives 'x' two start values"),
    ],
)
def test_parts_that_contradict_each_other_are_refused(
    other: dict[str, object], message: str
) -> None:
    one = Scenario("a", clamp={"x": 0.2}, links={("x", "y"): 0.1}, initial={"x": 0.1}, stop=10)
    with pytest.raises(ScenarioError, match=message):
        Scenario("both", parts=[one, Scenario("b", **other)])  # type: ignore[arg-type]


def test_parts_may_follow_each_other_agree_or_add_up() -> None:
    for other in (
        Scenario("b", clamp={"x": 0.9}, start=10),
        Scenario("b", clamp={"x": 0.2}, start=5),
        Scenario("b", push={"x": 0.5}),
    ):
        assert len(Scenario("both", parts=[A, other]).acts) == 2
        assert len(Scenario("both", parts=[other, A]).acts) == 2


def test_what_is_done_beside_parts_is_a_part_too() -> None:
    with pytest.raises(ScenarioError, match="make that a part too"):
        Scenario("both", parts=[A], push={"y": 1})
    with pytest.raises(ScenarioError, match="make that a part too"):
        Scenario("both", parts=[A], start=3)
