from __future__ import annotations

import csv
import pickle
import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fcm.examples
from fcm.errors import EvidenceError, PrivacyError
from fcm.evidence import Claim, Origin
from fcm.learning import weigh
from fcm.map import CognitiveMap
from fcm.social.causes import CausalClaims, causal_claims
from fcm.social.posts import Posts, PostsReport, schema
from fcm.social.privacy import Privacy
from fcm.social.reading import read_posts
from fcm.social.terms.lexicon import Lexicon, Term

PRIVACY = Privacy(purpose="what people tie together", basis="GDPR art. 6", key=bytes(32), k=5)
LEXICON = Lexicon(
    terms=(
        Term(concept="traffic", language="en", words=("traffic",)),
        Term(concept="noise", language="en", words=("noise",)),
        Term(concept="noise", language="en", words=("quiet",), polarity=-1),
        Term(concept="bins", language="en", words=("bins",)),
        Term(concept="traffic", language="fr", words=("trafic",)),
    )
)
RAISES, LOWERS, NONE = (
    "Traffic causes noise.",
    "The traffic reduces noise",
    "traffic does not cause noise",
)


def posts_of(rows: list[tuple[Any, ...]]) -> Posts:
    """Posts from (author, text) and, if wanted, language, automatic and own."""
    columns = schema()
    full = [
        (*row, "en", False, False)[: len(row)] + ("en", False, False)[len(row) - 2 :]
        for row in rows
    ]
    frame = pl.DataFrame(
        [
            {"author": a, "text": t, "language": lang, "automatic": bot, "own": own}
            for a, t, lang, bot, own in full
        ],
        schema={name: columns[name] for name in ("author", "text", "language", "automatic", "own")},
    ).with_columns(created=pl.datetime(2018, 1, 15))
    missing = [name for name in columns if name not in frame.columns]
    frame = frame.with_columns(pl.lit(None, dtype=columns[name]).alias(name) for name in missing)
    return Posts(frame.select(list(columns)).cast(columns), PostsReport(rows=len(rows)))


def crowd(count: int, text: str, start: int = 0) -> list[tuple[Any, ...]]:
    return [(f"canary-{start + i}", text) for i in range(count)]


REST = crowd(20, "nothing at all", start=900)


def claims(rows: list[tuple[Any, ...]], **options: Any) -> CausalClaims:
    return causal_claims(posts_of(rows + REST), LEXICON, **{"privacy": PRIVACY, **options})


def test_one_claim_stands_for_all_authors_of_a_pair() -> None:
    (claim,) = claims(crowd(8, RAISES) + crowd(2, "noise because of the traffic", start=8))
    assert (claim.source, claim.target) == ("traffic", "noise")
    assert claim.value == 0.5
    assert claim.confidence == pytest.approx(0.3 * 10 / 30)
    assert claim.origin.kind == "posts: causal phrases"
    assert claim.origin.note.startswith("10 distinct authors: 10 say it raises")
    assert claim.origin.date == "2018-01-15..2018-01-15"


def test_authors_who_contradict_each_other_pull_the_value_to_zero() -> None:
    (claim,) = claims(crowd(6, RAISES) + crowd(6, LOWERS, start=6))
    assert claim.value == 0
    assert "6 say it raises, 6 that it lowers" in claim.origin.note


def test_denying_a_link_is_evidence_of_no_effect_and_not_of_the_opposite() -> None:
    (claim,) = claims(crowd(5, NONE))
    assert claim.value == 0
    (claim,) = claims(crowd(5, NONE) + crowd(5, RAISES, start=5))
    assert claim.value == 0.25


def test_a_part_of_too_few_people_is_not_told_apart() -> None:
    (claim,) = claims(crowd(9, RAISES) + crowd(1, LOWERS, start=9))
    assert claim.value == 0.5  # 0.4 would tell the 1 of 10
    assert "a part is too small to show" in claim.origin.note
    assert "9" not in claim.origin.note


def test_the_opposite_of_a_concept_turns_the_sign() -> None:
    (claim,) = claims(crowd(5, "Traffic causes quiet"))
    assert claim.value == -0.5


def test_an_author_counts_once_however_often_they_write() -> None:
    once = claims(crowd(6, RAISES) + crowd(6, LOWERS, start=6))
    loud = claims(crowd(6, RAISES) + crowd(6, LOWERS, start=6) + [("canary-0", RAISES)] * 40)
    assert loud == once


def test_a_text_that_an_author_repeats_counts_once() -> None:
    said = [*crowd(5, RAISES), *crowd(5, LOWERS)]
    again = [*said, *crowd(5, "TRAFFIC  causes noise.")]
    assert claims(again) == claims(said)
    assert claims(said)[0].value == 0


def test_a_pair_that_too_few_claim_is_counted_and_not_shown() -> None:
    seen = claims(crowd(4, RAISES) + crowd(5, "bins reduce noise", start=10))
    assert [(c.source, c.target) for c in seen] == [("bins", "noise")]
    assert seen.hidden == 1


def test_a_pair_that_nearly_everybody_claims_is_not_shown() -> None:
    everyone = posts_of(crowd(20, RAISES) + crowd(4, "nothing", start=20))
    assert len(causal_claims(everyone, LEXICON, privacy=PRIVACY)) == 0
    enough = posts_of(crowd(20, RAISES) + crowd(5, "nothing", start=20))
    assert len(causal_claims(enough, LEXICON, privacy=PRIVACY)) == 1


def test_automatic_and_own_accounts_make_no_claims() -> None:
    machine = [(f"bot-{i}", RAISES, "en", True, False) for i in range(5)]
    house = [(f"own-{i}", RAISES, "en", False, True) for i in range(5)]
    seen = claims(machine + house)
    assert (len(seen), seen.hidden) == (0, 0)


def test_posts_without_a_language_are_read_with_the_phrases_of_all() -> None:
    assert len(claims([(f"a{i}", RAISES, None, False, False) for i in range(5)])) == 1


def test_a_language_without_cues_makes_no_claims_and_alone_is_refused() -> None:
    french = [(f"a{i}", "le trafic", "fr", False, False) for i in range(9)]
    assert len(claims(french)) == 0
    with pytest.raises(EvidenceError, match="no post in a language"):
        causal_claims(posts_of(french), LEXICON, privacy=PRIVACY)


def test_a_batch_that_is_no_posts_is_refused() -> None:
    with pytest.raises(EvidenceError, match="expected Posts"):
        causal_claims(["traffic causes noise"], LEXICON, privacy=PRIVACY)  # type: ignore[list-item]


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_order_and_batches_do_not_matter(data: st.DataObject) -> None:
    texts = [RAISES, LOWERS, NONE, "noise due to few bins", "bins help. quiet thanks to bins"]
    rows = data.draw(
        st.lists(
            st.tuples(st.integers(0, 12).map(lambda i: f"canary-{i}"), st.sampled_from(texts)),
            min_size=1,
            max_size=60,
        )
    )
    whole = claims(rows)
    shuffled = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(0, len(rows)))
    parts = (posts_of(part) for part in (shuffled[:cut] + REST, shuffled[cut:]) if part)
    assert causal_claims(parts, LEXICON, privacy=PRIVACY) == whole
    assert all(count >= 5 for count in whole.authors.values())


def test_nothing_that_comes_out_holds_a_text_or_an_author() -> None:
    seen = claims(crowd(6, "The quokkas say traffic causes noise"))
    everything = (
        repr(seen)
        + seen._repr_html_()
        + repr(seen.to_records())
        + repr(list(seen))
        + repr(pickle.dumps(seen))
    )
    assert "traffic" in everything
    assert "quokkas" not in everything
    assert "canary" not in everything


def test_claims_are_weighed_as_those_of_one_respondent() -> None:
    seen = claims(crowd(6, RAISES))
    m = CognitiveMap.from_links({}, concepts=["traffic", "noise"])
    estimate = weigh(seen, m, trust={"authors of posts": 0.5})
    assert estimate.mean[0, 1] == 0.5
    assert "6 distinct authors" in estimate.explain("traffic", "noise")


def test_the_sequence_reads_like_one() -> None:
    seen = claims(crowd(6, RAISES) + crowd(5, "bins reduce noise", start=10), credit="a <source>")
    assert repr(seen) == "CausalClaims(2 pairs shown, 0 hidden, k=5)"
    assert seen[0] == next(iter(seen))
    assert seen[:1] == (seen[0],)
    assert [row["authors"] for row in seen.to_records()] == [5, 6]
    assert "a &lt;source&gt;" in seen._repr_html_()
    frame = seen.to_frame()
    assert frame["source"].tolist() == ["bins", "traffic"]
    assert frame.attrs["purpose"] == PRIVACY.purpose
    assert claims([("a", "nothing")]).to_frame().empty


def test_a_claim_of_too_few_cannot_be_made_by_hand() -> None:
    claim = Claim("a", "b", 0.5, 0.1, Origin(kind="posts"))
    options: dict[str, Any] = {"hidden": 0, "k": 5, "purpose": "p", "basis": "b"}
    with pytest.raises(PrivacyError, match="fewer than 5"):
        CausalClaims(claims=(claim,), authors={("a", "b"): 4}, **options)
    for wrong, message in (({"k": 2}, "whole number from 5"), ({"basis": " "}, "basis is empty")):
        with pytest.raises(PrivacyError, match=message):
            CausalClaims(claims=(), authors={}, **{**options, **wrong})
    with pytest.raises(EvidenceError, match="one number of authors"):
        CausalClaims(claims=(claim,), authors={}, **options)


def test_madrid_has_links_but_none_that_ten_people_claim(shared: Path) -> None:
    folder = fcm.examples.path("madrid")
    settings_ = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))["posts"]
    posts = read_posts(
        shared / "data" / "madrid" / "raw" / "comments.csv",
        columns=settings_["columns"],
        language=settings_["language"],
    )
    lexicon = Lexicon.read(folder / settings_["lexicon"], exclude=folder / settings_["exclude"])
    privacy = Privacy(key=bytes(32), **settings_["privacy"])
    seen = causal_claims(posts, lexicon, privacy=privacy)
    assert len(seen) == 0
    assert 10 <= seen.hidden <= 30


def test_every_cue_stands_once_in_its_form() -> None:
    path = Path(fcm.social.__file__).parent / "causes" / "data" / "cues.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = [(row["language"], row["phrase"], row["form"]) for row in rows]
    assert len(set(keys)) == len(keys) > 800
