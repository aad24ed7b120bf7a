from __future__ import annotations

import math
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import fcm.examples
from fcm.errors import EvidenceError, PrivacyError
from fcm.social.counts.aggregates import Signals
from fcm.social.posts import Posts, PostsReport, schema
from fcm.social.privacy import Privacy
from fcm.social.reading import read_posts
from fcm.social.redaction import LEVELS, RedactionEffect, redaction_effect
from fcm.social.redaction.pairing import kendall
from fcm.social.terms.lexicon import Lexicon, Term

PRIVACY = Privacy(purpose="what redaction costs", basis="GDPR art. 6", key=bytes(32), k=5)
LEXICON = Lexicon(
    terms=(
        Term(concept="park", language="en", words=("vondelpark",)),
        Term(concept="noise", language="en", words=("noise",)),
    )
)


def posts_of(texts: list[str], **columns: Any) -> Posts:
    frame = pl.DataFrame(
        {
            "author": [f"canary-{i}" for i in range(len(texts))],
            "text": texts,
            "language": columns.pop("language", ["en"] * len(texts)),
            "created": [pl.Series(["2018-01-15"]).str.to_datetime()[0]] * len(texts),
            **columns,
        }
    )
    kinds = schema()
    frame = frame.with_columns(
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in kinds.items()
        if name not in frame.columns
    )
    return Posts(frame.select(list(kinds)).cast(kinds), PostsReport(rows=len(texts)))


# Masking names takes the park out of these, and a word of mood out of those that shout.
TEXTS = (
    ["I am in the Vondelpark, noise"] * 8
    + ["the vondelpark is great"] * 6
    + ["such a GREAT noise @jan"] * 6
    + ["nothing"] * 10
)


def effect(texts: list[str] = TEXTS, **options: Any) -> RedactionEffect:
    return redaction_effect(posts_of(texts), LEXICON, **{"privacy": PRIVACY, **options})


def by_salience(told: Signals) -> dict[str, float]:
    return {name: float(np.nan_to_num(told.salience[0, j])) for j, name in enumerate(told.concepts)}


def test_what_a_level_leaves_alone_does_not_move() -> None:
    seen = effect()["contacts"]
    assert seen.touched == 5 / 30  # 6, rounded down to a multiple of k
    assert seen.flips == 0
    for quantity in ("salience", "valence", "sentiment"):
        assert seen.cells[quantity].largest == 0
        assert seen.cells[quantity].cells == 2


def test_masking_names_moves_the_cells_and_the_labels() -> None:
    seen = effect()["names"]
    assert seen.touched == 10 / 30  # 14, rounded down
    assert seen.flips == 5 / 30  # 6, rounded down; "GREAT" is a word with a capital
    assert seen.cells["salience"].largest == pytest.approx(8 / 30)
    assert seen.cells["salience"].mean == pytest.approx(4 / 30)


def test_a_cell_that_falls_under_the_threshold_is_lost() -> None:
    texts = ["I am in the Vondelpark"] * 6 + ["noise"] * 6 + ["nothing"] * 10
    seen = effect(texts)["names"]
    assert seen.cells["salience"].lost == 1
    assert seen.cells["salience"].gained == 0
    assert seen.cells["salience"].cells == 1


def test_a_decision_that_moves_is_told() -> None:
    # 14 name the park and 14 the noise; with names masked 6 do.
    texts = [*TEXTS, "vondelpark"]
    seen = effect(texts, decide=by_salience)
    assert seen.ranking == ("park", "noise")
    assert seen["contacts"].same_choice is True
    assert seen["contacts"].tau == 1
    assert seen["names"].same_choice is False
    assert seen["names"].ranking == ("noise", "park")
    assert seen["names"].tau == -1
    assert "becomes 'noise'" in seen.sentences()[2]
    assert repr(seen) == "RedactionEffect(31 posts, 4 levels, another choice at 2)"


def test_without_a_decision_nothing_is_said_of_one() -> None:
    seen = effect()
    assert seen.ranking == ()
    assert seen["names"].same_choice is None
    assert math.isnan(seen["names"].tau)
    assert "scenario" not in " ".join(seen.sentences())
    assert seen.to_records()[0]["tau"] is None


@pytest.mark.parametrize(
    ("decide", "message"),
    [
        (lambda _: {}, "gives no scenario"),
        (lambda _: {"a": math.nan}, "finite number"),
        (lambda told: {f"a{np.nansum(told.authors)}": 1.0}, "same scenarios"),
    ],
)
def test_a_decision_that_cannot_be_compared_is_refused(decide: Any, message: str) -> None:
    with pytest.raises(EvidenceError, match=message):
        effect(decide=decide)


def test_posts_of_too_few_people_are_refused() -> None:
    with pytest.raises(PrivacyError, match="fewer than 5 people"):
        effect(["noise"] * 4)


def test_posts_in_no_known_language_are_refused() -> None:
    posts = posts_of(["noise"] * 9, language=["fi"] * 9)
    with pytest.raises(EvidenceError, match="no post"):
        redaction_effect(posts, LEXICON, privacy=PRIVACY)


def test_posts_without_a_language_have_no_label_that_could_flip() -> None:
    posts = posts_of(["noise"] * 9, language=pl.Series([None] * 9, dtype=pl.String))
    seen = redaction_effect(posts, LEXICON, privacy=PRIVACY)["names"]
    assert math.isnan(seen.flips)
    assert "labels" not in seen.sentence()


def test_automatic_and_own_posts_are_left_out() -> None:
    posts = posts_of(TEXTS, automatic=[True] * 6 + [False] * 24, own=[False] * 28 + [True] * 2)
    assert redaction_effect(posts, LEXICON, privacy=PRIVACY).posts == 22


def test_nothing_that_comes_out_holds_a_text_or_an_author() -> None:
    seen = effect(decide=by_salience, credit="a <source>")
    everything = seen._repr_html_() + repr(seen.to_records()) + " ".join(seen.sentences())
    assert "canary" not in everything
    assert "Vondelpark" not in everything
    assert "a &lt;source&gt;" in everything
    frame = seen.to_frame()
    assert len(frame) == 3 * len(LEVELS)
    assert frame.attrs["basis"] == PRIVACY.basis
    with pytest.raises(EvidenceError, match="Did you mean 'names'"):
        seen["nam"]


def test_tau_counts_ties_and_is_unknown_for_flat_scores() -> None:
    first = {"a": 1.0, "b": 2.0, "c": 3.0}
    assert kendall(first, {"a": 3.0, "b": 2.0, "c": 1.0}) == -1
    assert kendall(first, {"a": 1.0, "b": 1.0, "c": 3.0}) == pytest.approx(2 / math.sqrt(6))
    assert math.isnan(kendall(first, dict.fromkeys(first, 1.0)))


def test_on_madrid_contacts_cost_nothing_and_names_do(shared: Path) -> None:
    folder = fcm.examples.path("madrid")
    settings = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))["posts"]
    posts = read_posts(
        shared / "data" / "madrid" / "raw" / "comments.csv",
        columns=settings["columns"],
        language=settings["language"],
    )
    lexicon = Lexicon.read(folder / settings["lexicon"], exclude=folder / settings["exclude"])
    privacy = Privacy(key=bytes(32), **settings["privacy"])
    seen = redaction_effect(posts, lexicon, privacy=privacy)
    assert seen["contacts"].flips <= 0.003
    assert seen["contacts"].cells["salience"].largest == 0
    assert 0.005 < seen["names"].flips < 0.05
    assert seen["names"].cells["salience"].lost > 0
