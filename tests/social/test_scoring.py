from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcm import periods
from fcm.errors import EvidenceError, PrivacyError
from fcm.social import Lexicon, Posts, PostsReport, Privacy, Signals, Term
from fcm.social.counts.counting import count, signals
from fcm.social.counts.engagement import damped
from fcm.social.periods import frequency_of, ordinals
from fcm.social.posts import schema
from fcm.social.privacy import Retention
from fcm.social.scored import Heard, Scored
from fcm.social.scored import schema as scored_schema
from fcm.social.scoring import score
from fcm.social.terms.tokens import Tokens

PRIVACY = Privacy(purpose="concerns", basis="GDPR art. 6", key=bytes(32), k=5)
KEEPING = Privacy(
    purpose="concerns",
    basis="GDPR art. 6",
    key=bytes(32),
    k=5,
    retention=Retention(days=30, purpose="honour deletions"),
)
LEXICON = Lexicon(
    terms=(
        Term(concept="noise", language="en", words=("noise",)),
        Term(concept="noise", language="es", words=("ruido",)),
        Term(concept="clean", language="en", words=("clean",)),
        Term(concept="clean", language="en", words=("litter",), polarity=-1),
    )
)
WHEN = datetime(2018, 1, 15, 8, 30)


def posts_of(rows: list[dict[str, Any]]) -> Posts:
    usual = {"language": "en", "automatic": False, "own": False, "created": WHEN}
    frame = pl.DataFrame([usual | row for row in rows], schema=schema())
    return Posts(frame, PostsReport(rows=len(rows)))


def crowd(number: int, text: str = "noise", start: int = 0, **more: Any) -> list[dict[str, Any]]:
    return [{"author": f"a{start + i}", "text": text, **more} for i in range(number)]


def scored(rows: list[dict[str, Any]], **options: Any) -> Scored:
    return score(posts_of(rows), LEXICON, **{"privacy": PRIVACY, **options})


def numbers(seen: Signals) -> list[Any]:
    names = ("active", "authors", "valence", "sentiment", "effective", "engagement")
    return [seen.periods, *(getattr(seen, name).tobytes() for name in names)]


def test_a_scored_post_has_the_columns_that_are_promised() -> None:
    seen = scored(crowd(3, likes=4) + crowd(2, "nothing", 5))
    assert dict(seen._frame.schema) == scored_schema()
    assert len(seen) == 5
    assert (seen.concepts, seen.every) == (("noise", "clean"), "1mo")
    assert repr(seen) == "Scored(5 posts by 1mo, 2 concepts)"


def test_nothing_of_a_text_a_handle_or_an_id_is_left_after_scoring() -> None:
    rows = [
        {
            "id": f"canary-id-{i}",
            "author": f"canary-{i}",
            "text": f"noise canary{i} https://canary.x",
        }
        for i in range(20)
    ]
    for privacy in (PRIVACY, KEEPING):
        kept = pickle.dumps(scored(rows, privacy=privacy))
        assert b"canary" not in kept
        assert b"noise canary" not in kept
        assert b"08:30" not in kept


def test_a_scored_post_cannot_be_looked_at() -> None:
    with pytest.raises(PrivacyError, match=r"fcm.social.count\(\)"):
        iter(scored(crowd(5)))


def test_the_same_author_is_equal_in_a_period_and_unlinkable_in_the_next() -> None:
    rows = [{"author": "ana", "text": "noise", "created": datetime(2018, m, 3)} for m in (1, 1, 2)]
    seen = scored(rows)._frame.sort("period")
    assert seen["author"].n_unique() == 2
    assert (
        seen["author"][0] == seen["author"][1] == PRIVACY.keyed(["ana"], domain="author 2018-01")[0]
    )
    assert seen["copy"].n_unique() == 2


def test_ids_of_posts_are_kept_as_hashes_only_under_a_retention() -> None:
    rows = [{"id": "p1", "author": "ana", "text": "noise"}, {"author": "bea", "text": "noise"}]
    assert scored(rows)._frame["post"].null_count() == 2
    kept = scored(rows, privacy=KEEPING)._frame["post"]
    assert kept.drop_nulls().to_list() == KEEPING.keyed(["p1"], domain="post").tolist()


def test_posts_that_do_not_count_are_counted_by_reason() -> None:
    rows = crowd(8) + crowd(3, "noise", 20, automatic=True) + crowd(2, "noise", 30, own=True)
    rows += crowd(4, "bruit", 40, language="fr") + crowd(6, "nothing", 50)
    heard = scored(rows).heard
    assert heard == Heard(rows=23, automatic=3, own=2, other_language=4, scored=14, silent=6)


def test_automatic_and_own_accounts_add_nothing() -> None:
    people = crowd(12, "clean noise") + crowd(10, "nothing", 20)
    robots = crowd(30, "noise", 100, automatic=True) + crowd(9, "litter", 200, own=True)
    assert numbers(count(scored(people + robots), privacy=PRIVACY)) == numbers(
        count(scored(people), privacy=PRIVACY)
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Noise, again!", "noise again", True),
        ("noise https://x.org/1", "NOISE www.y.org @you", True),
        ("noise again", "noise once", False),
        ("noise 🚲", "noise 🚗", False),
        ("noise", "no is e noise", False),
    ],
)
def test_copies_are_told_without_case_links_names_and_marks(
    one: str, other: str, *, same: bool
) -> None:
    seen = scored([{"author": "ana", "text": one}, {"author": "ana", "text": other}])._frame
    assert (seen["copy"].n_unique() == 1) == same


def test_only_texts_of_five_words_are_copies_of_others() -> None:
    def distinct(text: str) -> int:
        return scored(crowd(4, text))._frame["copy"].n_unique()

    assert distinct("too much noise here") == 4
    assert distinct("too much noise here again") == 1
    assert distinct("noise @you @me @them @all https://x.org") == 4


def test_texts_that_name_nothing_get_no_sentiment_and_no_copy() -> None:
    seen = scored(crowd(1, "what a lovely day it is"))._frame
    assert seen.select("copy", "sentiment").null_count().row(0) == (1, 1)
    assert seen["concepts"].to_list() == [[]]


def test_mentions_are_counted_with_their_polarity() -> None:
    seen = scored(crowd(1, "litter, litter and clean noise"))._frame
    assert seen.select("concepts", "mentions", "polarity").row(0) == ([0, 1], [1, 3], [1, -1])


def test_sentiment_is_that_of_the_language_and_missing_without_one() -> None:
    rows = crowd(1, "horrible noise") + crowd(1, "ruido maravilloso", 1, language="es")
    rows += crowd(1, "horrible noise", 2, language=None)
    seen = scored(rows)._frame["sentiment"].to_list()
    assert sum(each is None for each in seen) == 1
    assert sorted(each for each in seen if each is not None)[0] < -0.3


class Fixed:
    name = "fixed"

    def __init__(self, value: float) -> None:
        self.value = value
        self.texts = 0

    def score(self, tokens: Tokens, texts: pl.Series, language: str) -> Any:
        assert language == "en"
        assert [
            " ".join(tokens.distinct.gather(tokens.code[a:b]))
            for a, b in zip(tokens.start[:-1], tokens.start[1:], strict=True)
        ] == texts.to_list()
        self.texts += len(texts)
        return np.full(len(tokens), self.value)


def test_a_scorer_of_ones_own_sees_only_posts_that_name_a_concept() -> None:
    scorer = Fixed(0.5)
    rows = crowd(6, "nothing at all") + crowd(8, "noise here", 10) + crowd(3, "no noise", 30)
    seen = scored(rows, scorer=scorer)
    assert scorer.texts == 11
    assert seen.lexicon.endswith("; sentiment: fixed")
    assert count(seen, privacy=PRIVACY).sentiment[0, 0] == 0.5


def test_a_scorer_that_gives_impossible_values_is_refused() -> None:
    with pytest.raises(EvidenceError, match="'fixed' does not give"):
        scored(crowd(5), scorer=Fixed(1.5))


class Kinds:
    def classify(self, tokens: Tokens, texts: pl.Series, language: str | None) -> list[str | None]:
        assert len(tokens) == len(texts)
        return [None if "?" not in text else f"question {language}" for text in texts]


def test_kinds_are_those_of_the_classifier_and_unsure_is_counted() -> None:
    rows = crowd(3, "noise?") + crowd(2, "nothing", 5) + crowd(1, "ruido?", 9, language="es")
    seen = scored(rows, kinds=Kinds())
    assert sorted(seen._frame["kind"].to_list()) == [
        *["question en"] * 3, "question es", "unsure", "unsure",
    ]  # fmt: skip
    assert seen.heard.unsure == 2
    assert scored(rows)._frame["kind"].null_count() == 6


def test_engagement_is_damped_capped_and_missing_where_not_given() -> None:
    frame = pl.DataFrame(
        {"likes": [0, 10, 2**62, None, None, -5], "replies": [None, 4, 1, None, 7, None],
         "shares": [None, 3, 2**62, None, None, None]}
    )  # fmt: skip
    wanted = np.log1p([0, 20, 1000, np.nan, 7, 0])
    assert damped(frame).fill_null(np.nan).to_numpy() == pytest.approx(wanted, nan_ok=True)


@settings(max_examples=50)
@given(day=st.dates(date(1, 1, 1), date(9000, 1, 1)))
def test_days_are_put_into_the_periods_of_the_calendar(day: date) -> None:
    for every in ("1d", "1w", "1mo", "1q"):
        (number,) = ordinals(pl.Series([day]), every=every).to_list()
        assert number == periods.ordinal_of_day(day, frequency_of(every))


def test_what_is_no_batch_of_posts_is_refused() -> None:
    with pytest.raises(EvidenceError, match=r"of type str; expected Posts"):
        score(["noise"], LEXICON, privacy=PRIVACY)  # type: ignore[list-item]
    with pytest.raises(EvidenceError, match=r"of type int; expected Posts"):
        score(5, LEXICON, privacy=PRIVACY)  # type: ignore[arg-type]
    with pytest.raises(EvidenceError, match="no posts at all"):
        score([], LEXICON, privacy=PRIVACY)


def test_special_categories_are_scored_only_under_an_impact_assessment() -> None:
    faith = Lexicon(terms=(Term(concept="faith", language="en", words=("mosque",)),))
    posts = posts_of(crowd(9, "the mosque"))
    with pytest.raises(PrivacyError, match="special categories"):
        score(posts, faith, privacy=PRIVACY)
    assert score(posts, faith, privacy=replace(PRIVACY, dpia="DPIA 2018/3")).heard.silent == 0


def test_a_wrong_date_that_would_make_endless_periods_is_refused() -> None:
    rows = crowd(6, created=datetime(18, 1, 1)) + crowd(6, created=WHEN)
    with pytest.raises(EvidenceError, match="look for a wrong date"):
        count(scored(rows, every="1d"), privacy=PRIVACY)


def test_batches_are_let_go_one_by_one() -> None:
    alive: list[int] = []

    def stream() -> Iterator[Posts]:
        for start in (0, 10, 20):
            alive.append(start)
            yield posts_of(crowd(10, start=start))

    seen = score(stream(), LEXICON, privacy=PRIVACY)
    assert alive == [0, 10, 20]
    assert seen.heard.scored == 30


texts = st.sampled_from(
    ["noise", "so much terrible NOISE here, really", "clean and lovely", "litter! awful litter",
     "ruido", "nothing", "clean noise @x https://y.org/z", "Noise; litter. Clean?"]
)  # fmt: skip
rows_of = st.lists(
    st.fixed_dictionaries(
        {
            "author": st.integers(0, 14).map("a{}".format),
            "text": texts,
            "language": st.sampled_from(["en", "en", "es", "fr", None]),
            "created": st.sampled_from([WHEN, datetime(2018, 1, 16), datetime(2018, 3, 1)]),
            "likes": st.sampled_from([None, 0, 3, 10**6]),
            "automatic": st.sampled_from([False, False, False, True]),
        }
    ),
    max_size=60,
).map(lambda rows: rows + crowd(3))


@settings(max_examples=25)
@given(rows=rows_of, data=st.data())
def test_order_borders_and_key_do_not_change_a_bit_of_the_signals(
    rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    whole = signals(posts_of(rows), LEXICON, privacy=PRIVACY, every="1w")
    mixed = data.draw(st.permutations(rows))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=3)))
    edges = [0, *cuts, len(rows)]
    batches = [posts_of(mixed[a:b]) for a, b in pairwise(edges)]
    other = Privacy(purpose="concerns", basis="GDPR art. 6", key=bytes([7] * 32), k=5)
    parts = signals(batches, LEXICON, privacy=other, every="1w")
    assert numbers(parts) == numbers(whole)
    assert parts == whole


@settings(max_examples=25)
@given(rows=rows_of, data=st.data())
def test_posting_again_changes_nothing(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(rows), max_size=5))
    once = count(scored(rows), privacy=PRIVACY)
    twice = count(scored(rows + again), privacy=PRIVACY)
    assert np.array_equal(once.active, twice.active, equal_nan=True)
    assert np.array_equal(once.authors, twice.authors, equal_nan=True)


@settings(max_examples=25)
@given(rows=rows_of)
def test_no_number_and_no_mean_stands_for_fewer_than_k(rows: list[dict[str, Any]]) -> None:
    seen = count(scored(rows), privacy=PRIVACY)
    for counts in (seen.active, seen.authors, seen.active[:, None] - seen.authors):
        shown = counts[~np.isnan(counts)]
        assert ((shown == 0) | (shown >= PRIVACY.k)).all()
    for mean in (seen.valence, seen.sentiment, seen.engagement, seen.effective):
        assert np.isnan(mean[np.isnan(seen.authors)]).all()
    heard = seen.heard
    assert heard is not None
    assert all(getattr(heard, name) % PRIVACY.k == 0 for name in Heard.__dataclass_fields__)
