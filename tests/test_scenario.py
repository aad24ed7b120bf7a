from __future__ import annotations

import pickle

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
    ],
)
def test_a_scenario_that_cannot_be_is_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        Scenario("s", **settings)  # type: ignore[arg-type]


def test_a_scenario_needs_a_name() -> None:
    with pytest.raises(ScenarioError, match="expected a text"):
        Scenario("  ")
