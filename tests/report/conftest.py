"""A small study of our own, found with the library's own functions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fcm.analysis import compare, rank_stability
from fcm.concept import Concept
from fcm.evidence import Claim, Origin, Panel
from fcm.experts import Contestedness, conflicts
from fcm.inference import Dynamics, Rescaled, Sigmoid, sample
from fcm.learning import calibrate, policy_effect, screen, weigh
from fcm.map import CognitiveMap
from fcm.report import Findings, Source
from fcm.scenario import Scenario
from fcm.social import Signals

CONCEPTS = (
    Concept(name="toll", role="lever", labels={"en": "Road toll", "es": "Peaje"}),
    Concept(name="trees", role="lever", labels={"en": "Street trees"}),
    Concept(name="traffic", good="down", labels={"en": "Car traffic"}),
    Concept(
        name="dust",
        role="outcome",
        good="down",
        low="10 ug/m3",
        middle="30 ug/m3",
        high="50 ug/m3",
        labels={"en": "Dust <PM10> & soot"},
    ),
    Concept(name="trust", role="outcome", good="up", labels={"en": "Trust"}),
)
SAID = (
    ("toll", "traffic", "Ann", -0.75),
    ("toll", "traffic", "Bo", -0.5),
    ("toll", "trust", "Ann", 0.5),
    ("toll", "trust", "Bo", -0.5),
    ("trees", "dust", "Ann", -0.25),
    ("trees", "trust", "Bo", 0.5),
    ("traffic", "dust", "Ann", 0.75),
    ("traffic", "dust", "Bo", 0.95),
    ("dust", "trust", "Bo", -0.5),
)
MONTHS = tuple(f"{year}-{month:02}" for year in (2017, 2018, 2019) for month in range(1, 13))


def claims() -> tuple[Claim, ...]:
    return tuple(
        Claim(source, target, value, 1.0, Origin(kind="survey", source=who))
        for source, target, who, value in SAID
    )


def scenarios() -> tuple[Scenario, ...]:
    return (
        Scenario("road_toll", clamp={"toll": 0.9}, note="as <discussed>"),
        Scenario("plant_trees", clamp={"trees": 0.9}),
        Scenario("both", clamp={"toll": 0.8, "trees": 0.8}),
    )


def stations() -> Panel:
    rng = np.random.default_rng(7)
    values = 40 * np.exp(rng.normal(0, 0.03, size=(len(MONTHS), 9)))
    values[24:, 0] *= 0.8
    return Panel(periods=MONTHS, names=[f"station {k}" for k in range(9)], values=values)


def heard() -> Signals:
    authors = np.full((len(MONTHS), 3), np.nan)
    authors[0, :2] = [25, 12]
    authors[5, 0] = 18
    active = np.full(len(MONTHS), np.nan)
    active[[0, 5]] = 60, 40
    return Signals(
        concepts=["traffic", "dust", "noise_at_night"],
        periods=MONTHS,
        active=active,
        authors=authors,
        valence=np.where(np.isfinite(authors), 0.2, np.nan),
        every="1mo",
        k=10,
        purpose="concerns by month",
        basis="GDPR art. 6(1)(e)",
    )


def find(draws: int = 60) -> Findings:
    rng = np.random.default_rng(3)
    dynamics = Dynamics(rule=Rescaled(memory=0), transfer=Sigmoid(slope=1.3))
    m = CognitiveMap.from_links({}, concepts=CONCEPTS, name="town")
    start = dict.fromkeys(m.names, 0.5)
    prior = weigh(claims(), m).with_slope(1.3, spread=0.3)
    plans = scenarios()
    effect = policy_effect(
        stations(),
        "station 0",
        "2019-01",
        scenario=plans[0],
        outcome="dust",
        bounds=(10, 50),
    )
    estimate = calibrate(prior, [effect], prior.map(), dynamics, initial=start)
    trend = np.linspace(0, 1, len(MONTHS))
    panel = Panel(
        periods=MONTHS,
        names=["bicycles", "sales"],
        values=np.c_[trend, trend] + rng.normal(0, 0.05, (len(MONTHS), 2)),
    )
    mean = estimate.map()
    return Findings(
        title="A town & its <toll>",
        question="What would a toll change?",
        about="A worked example.",
        language="en",
        prior=prior,
        estimate=estimate,
        dynamics=dynamics,
        comparison=compare(mean, plans, dynamics, initial=start),
        ensemble=sample(
            estimate, plans, draws, np.random.default_rng(1), dynamics=dynamics, initial=start
        ),
        ranks=rank_stability(mean, plans, slopes=[0.5, 1.3, 2], dynamics=dynamics, initial=start),
        panel=panel,
        signals=heard(),
        screenings=(screen(panel, "bicycles", "sales"),),
        conflicts=conflicts(claims()),
        arguments=(
            Contestedness(source="toll", target="trust", relations=6, support=3, attack=3),
            Contestedness(source="trust", target="toll", relations=4, support=4, attack=0),
        ),
        sources=(
            Source(
                name="survey.csv",
                kind="survey",
                read="9 judgements",
                defects=("One row was <blank>.",),
                credit="Written for this test.",
            ),
        ),
        limits=("Only two people were asked.",),
    )


@pytest.fixture(scope="session")
def found() -> Findings:
    return find()


@pytest.fixture(scope="session")
def again() -> Findings:
    return find()


@pytest.fixture(scope="session")
def bare(found: Findings) -> Findings:
    """The same without anything that a study may lack."""
    return replace(
        found,
        estimate=replace(found.prior, slope=None, covariance=None),
        signals=None,
        screenings=(),
        conflicts=(),
        arguments=(),
        sources=(),
        limits=(),
        about="",
    )
