"""One of each kind that can be published, with everything in it."""

from __future__ import annotations

import numpy as np

from fcm.analysis import compare
from fcm.concept import Concept
from fcm.evidence import Calibration, Claim, Effect, Origin, WeightEstimate
from fcm.inference import Simulation, simulate
from fcm.map import CognitiveMap
from fcm.scenario import Scenario

BASE = "https://example.org/zone#"


def city() -> CognitiveMap:
    return CognitiveMap(
        concepts=(
            Concept(
                name="car traffic",
                role="lever",
                good="down",
                labels={"es": "Tráfico", "el": "Κίνηση", "pt-BR": "Trânsito"},
                low="none",
                middle="today",
                high="jam",
            ),
            Concept(
                name="NO₂",
                role="outcome",
                good="down",
                uri="http://www.wikidata.org/entity/Q207895",
                note='says "so"\\ and\nso',
            ),
            Concept(name="a-b.c/d~e", good="up"),
        ),
        weights=[[0, 1 / 3, 0.1], [0, 0, -1], [5e-324, 0, 0]],
        name="zone",
    )


PROGRAMME = Scenario(
    "programme",
    parts=[
        Scenario("trial", clamp={"car traffic": 0.2}, stop=10),
        Scenario("zone", clamp={"car traffic": 0.1}, start=10, ramp=5, note="for good"),
        Scenario("trees", push={"NO₂": -1 / 3}, links={("car traffic", "NO₂"): 0.0}),
    ],
    initial={"NO₂": 0.7},
)


def known() -> WeightEstimate:
    m = city()
    status = np.full((3, 3), "", dtype="U12")
    status[0, 1], status[0, 2], status[1, 2], status[2, 0] = (
        "data", "prior", "conflict", "unidentified",
    )  # fmt: skip
    survey = Origin(kind="survey", source="R1", date="2025-03", licence="CC BY 4.0", note="said")
    effect = Effect(
        scenario=PROGRAMME,
        outcome="NO₂",
        change=-0.1,
        spread=1 / 7,
        origin=Origin(kind="policy effect", source="24 stations"),
        treated="centre",
        rank=1,
        of=24,
        pre_change=0.01,
        p=1 / 24,
        relative=-0.16,
        interval=(-0.27, -0.04),
        placebos={"u2": 0.05, "u1": -0.1},
    )
    bare = Effect(scenario=Scenario("x"), outcome="y", change=0, spread=1, origin=survey)
    return WeightEstimate(
        prior=m,
        mean=m.weights * 0.9,
        spread=np.where(status == "", 0.0, 0.1),
        data_share=np.where(status == "data", 2 / 3, 0.0),
        status=status,
        slope=(1.3, 0.4),
        covariance=np.eye(5) / 9 + 1e-17,
        claims=(
            Claim("car traffic", "NO₂", 0.4, 0.5, survey),
            Claim("car traffic", "NO₂", 0.3, 1.0, survey),
            Claim("elsewhere", "NO₂", -1.0, 0.0, Origin(kind="posts")),
        ),
        notes={("car traffic", "NO₂"): ("twice", "twice"), ("NO₂", "NO₂"): ("",)},
        calibrations=(
            Calibration(effect=effect, before=(-0.2, 0.1), after=(-0.1, 0.07), data_share=0.6),
            Calibration(effect=bare, before=(0.0, 0.1), after=(0.0, 0.1), data_share=0.0),
        ),
    )


def runs() -> Simulation:
    return simulate(city(), [Scenario("nothing"), PROGRAMME])


PUBLISHED = {
    "map": city,
    "estimate": known,
    "scenarios": lambda: (PROGRAMME, Scenario("nothing")),
    "simulation": runs,
    "comparison": lambda: compare(city(), [PROGRAMME]),
    "batch": lambda: simulate(city(), clamp={"car traffic": [0.0, 0.5]}, initial={"NO₂": 0.2}),
}
