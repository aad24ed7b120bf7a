"""Weights of authors, against a slow and obvious count over dictionaries."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm.social import Privacy, Signals
from fcm.social.counts.counting import count
from fcm.social.scored import Heard, Scored, schema

PRIVACY = Privacy(purpose="concerns", basis="GDPR art. 6", key=bytes(32), k=5)
FIRST = date(2018, 1, 1)


def scored(rows: list[dict[str, Any]], concepts: tuple[str, ...] = ("noise", "clean")) -> Scored:
    table = []
    for row in rows:
        day = FIRST + timedelta(days=row.get("day", 0))
        said = row.get("said", {})  # concept -> (mentions, polarity)
        table.append(
            {
                "period": day.year * 12 + day.month - 1,
                "day": day,
                "author": row["author"],
                "copy": row.get("copy"),
                "sentiment": row.get("sentiment"),
                "engagement": row.get("engagement"),
                "concepts": list(said),
                "mentions": [each[0] for each in said.values()],
                "polarity": [each[1] for each in said.values()],
            }
        )
    columns = schema()
    frame = pl.DataFrame(table, schema={k: columns[k] for k in table[0]}).select(
        pl.col(name) if name in table[0] else pl.lit(None, kind).alias(name)
        for name, kind in columns.items()
    )
    return Scored(frame, concepts=concepts, every="1mo", lexicon="by hand", heard=Heard())


def counted(rows: list[dict[str, Any]]) -> Signals:
    return count(scored(rows), privacy=PRIVACY)


def crowd(number: int, start: int = 0, **row: Any) -> list[dict[str, Any]]:
    return [{"author": start + i, **row} for i in range(number)]


def reference(rows: list[dict[str, Any]], concept: int, k: int) -> dict[str, float]:
    """Return the numbers of one cell of one period; NaN where nothing may be said."""
    of_author = Counter(row["author"] for row in rows)
    per_day = Counter((row["author"], row.get("day", 0)) for row in rows)
    pace = {a: min(1.0, 24 / max(n for (b, _), n in per_day.items() if a == b)) for a in of_author}
    naming = [row | {"nr": i} for i, row in enumerate(rows) if concept in row.get("said", {})]
    spread = defaultdict(set)
    for row in rows:
        if row.get("said") and row.get("copy") is not None:
            spread[row["copy"]].add(row["author"])
    authors = sorted({row["author"] for row in naming})
    nothing = dict.fromkeys(("valence", "sentiment", "engagement", "effective"), math.nan)
    if len(authors) < k or 0 < len(of_author) - len(authors) < k:
        return nothing | {"authors": math.nan}

    def mean(values: list[float]) -> float | None:
        known = [v for v in values if v is not None]
        return sum(known) / len(known) if known else None

    weights, own, said = {}, {}, {}
    shared: dict[int, float] = defaultdict(float)
    for author in authors:
        texts = defaultdict(list)
        for row in naming:
            if row["author"] == author:
                texts[("nr", row["nr"]) if row.get("copy") is None else row["copy"]].append(row)
        weight = {key: 1 / max(1, len(spread.get(key, ()))) for key in texts}
        weights[author] = pace[author] * min(1.0, sum(weight.values()))
        own[author] = 0.0
        for key in texts:
            part = weights[author] * weight[key] / sum(weight.values())
            if weight[key] == 1:
                own[author] += part
            else:
                shared[key] += part
        votes = {
            key: {
                "mentions": mean([row["said"][concept][0] for row in group]),
                "polarity": mean([row["said"][concept][1] for row in group]),
                "sentiment": mean([row.get("sentiment") for row in group]),
                "engagement": mean([row.get("engagement") for row in group]),
            }
            for key, group in texts.items()
        }
        said[author] = {
            "valence": sum(weight[t] * votes[t]["polarity"] for t in votes)
            / sum(weight[t] * votes[t]["mentions"] for t in votes)
        }
        for name in ("sentiment", "engagement"):
            known = [t for t in votes if votes[t][name] is not None]
            if known:
                said[author][name] = sum(weight[t] * votes[t][name] for t in known) / sum(
                    weight[t] for t in known
                )
    total = sum(weights.values())
    squares = max(
        sum(w * w for w in weights.values()),
        sum(u * u for u in [*own.values(), *shared.values()]),
    )
    result = {"authors": len(authors), "effective": total**2 / squares}
    for name in ("valence", "sentiment", "engagement"):
        known = [a for a in authors if name in said[a]]
        share = sum(weights[a] for a in known)
        uneven = bool(known) and max(weights[a] for a in known) > share / 5
        result[name] = (
            math.nan
            if len(known) < k or uneven
            else sum(weights[a] * said[a][name] for a in known) / share
        )
    return result


said = st.dictionaries(
    st.integers(0, 1), st.sampled_from([(1, 1), (1, -1), (2, 0), (3, -1)]), max_size=2
)
rows_of = st.lists(
    st.fixed_dictionaries(
        {
            "author": st.integers(0, 24),
            "day": st.integers(0, 2),
            "copy": st.sampled_from([None, None, 1, 2, 3]),
            "said": said,
            "sentiment": st.sampled_from([None, -0.4321, 0.1, 0.77]),
            "engagement": st.sampled_from([None, 0.0, 1.25, 6.9]),
        }
    ),
    min_size=1,
    max_size=120,
)


@settings(max_examples=40)
@given(rows=rows_of, seed=st.integers(0, 99))
def test_the_cells_are_those_of_the_slow_count(rows: list[dict[str, Any]], seed: int) -> None:
    rows += [dict(rows[0]) for _ in range(seed % 60)]  # somebody who writes like a machine
    seen = counted(rows)
    for concept in range(2):
        wanted = reference(rows, concept, PRIVACY.k)
        for name, value in wanted.items():
            number = getattr(seen, name)[0, concept]
            # Voices are published as a whole number, at least 1, and means with three decimals.
            least, hair = (1, 0.5 + 1e-9) if name == "effective" else (-1, 5e-4 + 1e-9)
            assert number == pytest.approx(max(value, least), rel=0, abs=hair, nan_ok=True), name
    mixed = [rows[i] for i in np.random.default_rng(seed).permutation(len(rows))]
    assert counted(mixed) == seen


def test_a_copied_campaign_is_its_people_in_how_many_and_one_voice_in_what_is_said() -> None:
    campaign = crowd(40, said={0: (1, 1)}, copy=7, sentiment=1.0)
    others = crowd(20, 100, said={0: (1, -1)}, sentiment=-1.0)
    seen = counted(campaign + others + crowd(40, 500))
    assert seen.authors[0, 0] == 60
    assert seen.salience[0, 0] == 0.6
    assert seen.effective[0, 0] == pytest.approx(21)
    assert seen.valence[0, 0] == pytest.approx((1 - 20) / 21, abs=5e-4)
    assert seen.sentiment[0, 0] == pytest.approx((1 - 20) / 21, abs=5e-4)
    alone = counted(campaign)
    assert alone.effective[0, 0] == pytest.approx(1)
    low, high = alone.interval("sentiment")
    assert high[0, 0] - low[0, 0] > 1


def test_who_writes_like_a_machine_weighs_less_without_a_cliff() -> None:
    people = crowd(20, said={0: (1, 1)})
    effect = []
    for posts in (1, 24, 25, 48, 480):
        machine = [{"author": 99, "said": {0: (1, -1)}} for _ in range(posts)]
        seen = counted(people + machine)
        assert seen.authors[0, 0] == 21
        effect.append(seen.valence[0, 0])
    weights = [1, 1, 24 / 25, 0.5, 0.05]
    assert effect == pytest.approx([(20 - w) / (20 + w) for w in weights], abs=5e-4)


def test_posts_on_many_days_are_no_sign_of_a_machine() -> None:
    busy = [{"author": 99, "day": i % 28, "said": {0: (1, -1)}} for i in range(28 * 20)]
    seen = counted(crowd(20, said={0: (1, 1)}) + busy)
    assert seen.valence[0, 0] == pytest.approx(19 / 21, abs=5e-4)


def test_a_mean_that_one_author_dominates_is_not_shown() -> None:
    campaign = crowd(40, said={0: (1, 1)}, copy=7, sentiment=0.5)
    three = crowd(3, 100, said={0: (1, -1)}, sentiment=-0.25)
    seen = counted(campaign + three)
    assert seen.authors[0, 0] == 43
    assert np.isnan(seen.valence[0, 0])
    assert np.isnan(seen.sentiment[0, 0])
    assert seen.confidence("sentiment")[0, 0] == 0


def test_a_sentiment_known_of_fewer_than_k_is_not_shown() -> None:
    knowing = crowd(4, said={0: (1, 1)}, sentiment=0.5, engagement=1.0)
    seen = counted(knowing + crowd(20, 100, said={0: (1, 1)}, engagement=1.0))
    assert np.isnan(seen.sentiment[0, 0])
    assert seen.engagement[0, 0] == 1
    assert seen.valence[0, 0] == 1
