"""What somebody would try who wants to know of one person: the ways in that are shut.

Each test is an attack on public calls alone. What a threshold cannot shut is said in
`fcm.social.signals` and on the page on privacy.
"""

from __future__ import annotations

import copy
import math
import traceback
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from fcm import social
from fcm.errors import EvidenceError, PrivacyError
from fcm.social.counts.breakdown import NOT_STATED, OTHER
from fcm.social.law.closing import stricter
from fcm.social.posts import schema
from fcm.social.scored import Heard

WHEN = datetime(2025, 3, 3, 8)
HANDLE = "kanarie"
ADDRESS = "Zwaluwstraat 12"


def conditions(**changes: Any) -> social.Privacy:
    given = {"purpose": "concerns", "basis": "GDPR art. 6(1)(e)", "key": bytes(range(32)), "k": 5}
    return social.Privacy(**given | changes)


LEXICON = social.Lexicon(
    terms=tuple(
        social.Term(concept=name, language="en", words=(name,)) for name in ("noise", "traffic")
    )
)


def people(number: int, text: str = "noise", start: int = 0, **more: Any) -> list[dict[str, Any]]:
    return [{"author": f"a{start + i}", "text": text, **more} for i in range(number)]


def posts(rows: list[dict[str, Any]]) -> social.Posts:
    columns = schema()
    table = [{"created": WHEN, "language": "en", "id": f"id{i}"} | r for i, r in enumerate(rows)]
    frame = pl.DataFrame(
        {name: [row.get(name) for row in table] for name in columns}, schema=columns
    )
    return social.Posts(frame, social.PostsReport(rows=len(rows)))


def counted(rows: list[dict[str, Any]], **options: Any) -> social.Signals:
    return social.signals(posts(rows), LEXICON, privacy=conditions(), **options)


@pytest.mark.parametrize("by", ["area", "group"])
def test_a_label_that_few_people_have_is_not_shown_anywhere(by: str, tmp_path: Path) -> None:
    rows = people(12, start=0, **{by: "North"}) + people(12, start=20, **{by: "South"})
    rows += [{"author": "b", "text": "noise", by: ADDRESS}]
    rows += people(4, start=40, **{by: HANDLE})
    scored = social.score(posts(rows), LEXICON, privacy=conditions())
    parts = social.breakdown(scored, by=by, privacy=conditions())
    assert list(parts) == [("North",), ("South",), (OTHER,)]
    assert parts[OTHER].active[0] == 5
    shown = [repr(parts), str(parts.to_records()), parts.to_frame().to_csv(), repr(parts.strata)]
    shown.append(parts.save(tmp_path / "parts.csv").read_text(encoding="utf-8"))
    with pytest.raises(EvidenceError) as error:
        parts["Zwaluwstraat 1"]
    shown.append(str(error.value).replace("'Zwaluwstraat 1'", ""))
    for text in shown:
        assert HANDLE not in text
        assert "Zwaluwstraat" not in text


def test_a_pair_of_labels_that_few_people_have_is_not_shown() -> None:
    rows = people(12, area="North", group="shop") + people(12, start=20, area="South", group="club")
    rows += people(2, start=40, area="North", group="club") + people(2, start=50)
    scored = social.score(posts(rows), LEXICON, privacy=conditions())
    parts = social.breakdown(scored, by=("area", "group"), privacy=conditions())
    assert list(parts) == [
        ("North", "shop"), ("South", "club"), (NOT_STATED, NOT_STATED), (OTHER, OTHER)
    ]  # fmt: skip


def test_who_writes_under_a_label_once_and_elsewhere_more_leaves_no_label() -> None:
    rows = people(12, area="North") * 2 + [{"author": "a1", "text": "noise", "area": ADDRESS}]
    scored = social.score(posts(rows), LEXICON, privacy=conditions())
    assert list(social.breakdown(scored, by="area", privacy=conditions())) == [("North",)]


def test_the_reactions_to_single_posts_cannot_be_factored_out_of_a_mean() -> None:
    likes = (3, 17, 101, 7, 29)
    rows = [row | {"likes": n} for row, n in zip(people(5), likes, strict=True)]
    mean = counted(rows).engagement[0, 0]
    product = math.prod(1 + n for n in likes)
    assert mean == pytest.approx(math.log(product) / 5, abs=5e-4)
    assert abs(math.exp(5 * mean) - product) > 1000  # with all digits it is the product itself


def test_how_many_posts_the_busiest_author_wrote_cannot_be_solved_from_the_voices() -> None:
    voices = set()
    for number in (25, 26, 30, 40):
        machine = [{"author": "z", "text": f"noise {i}"} for i in range(number)]
        voices.add(float(counted(people(9) + machine).effective[0, 0]))
    assert voices == {10.0}


def test_means_have_three_decimals_and_voices_none() -> None:
    rows = people(30, "noise is bad") + people(7, "noise is lovely", 40) + people(40, "fine", 60)
    seen = counted([row | {"likes": i} for i, row in enumerate(rows)])
    for name, decimals in (("valence", 3), ("sentiment", 3), ("engagement", 3), ("effective", 0)):
        value = getattr(seen, name)[0, 0]
        assert value == round(value, decimals), name
    assert seen.sentiment[0, 0] != 0


def test_a_mean_at_the_end_of_its_range_is_not_rounded_out_of_it() -> None:
    rows = [row | {"likes": 10**6} for row in people(8)]
    assert counted(rows).engagement[0, 0] == math.log1p(1000)


def test_the_value_of_a_claim_does_not_show_the_few_that_its_note_hides() -> None:
    def claim(against: int) -> Any:
        rows = people(20 - against, "traffic leads to noise")
        rows += people(against, "traffic reduces noise", 50) + people(20, "hello", 100)
        (found,) = social.causal_claims(posts(rows), LEXICON, privacy=conditions())
        return found

    assert len({claim(against).value for against in (1, 0)}) == 1
    assert len({claim(against).value for against in (2, 3)}) == 1
    for against in (1, 2, 3, 4):
        assert "too small to show" in claim(against).origin.note
        assert claim(against).value != pytest.approx(0.5 * (20 - 2 * against) / 20)
    assert "15 say it raises, 5 that it lowers" in claim(5).origin.note
    assert claim(5).value == pytest.approx(0.25)


def test_shares_of_redacted_posts_do_not_show_one_post() -> None:
    rows = [*people(19), {"author": "z", "text": "noise, call 06-12345678 or mail a@b.example"}]
    effect = social.redaction_effect(posts(rows), LEXICON, privacy=conditions())
    assert {each.touched for each in effect.levels} == {0.0}
    assert {each.flips for each in effect.levels} == {0.0}
    assert "12345678" not in effect._repr_html_()


def test_an_id_that_cannot_be_encoded_is_not_quoted() -> None:
    # The error about a lone surrogate would carry the whole value.
    keys = conditions().keyed([f"{HANDLE}\ud800", HANDLE], domain="post")
    assert keys[0] != keys[1]
    privacy = conditions(retention=social.Retention(days=30, purpose="deletions"))
    ledger = social.Ledger.open(
        social.score(posts(people(6)), LEXICON, privacy=privacy), privacy=privacy
    )
    assert ledger.delete([f"{HANDLE}\ud800"], privacy=privacy).unknown == 1


def test_a_ledger_is_private_also_where_the_file_was_there_before(tmp_path: Path) -> None:
    privacy = conditions(retention=social.Retention(days=30, purpose="deletions"))
    ledger = social.Ledger.open(
        social.score(posts(people(6)), LEXICON, privacy=privacy), privacy=privacy
    )
    path = tmp_path / "ledger.parquet"
    path.touch()
    path.chmod(0o644)
    ledger.save(path)
    assert path.stat().st_mode & 0o077 == 0


def test_a_handle_in_the_column_of_languages_is_not_quoted() -> None:
    with pytest.raises(EvidenceError) as error:
        counted([row | {"language": HANDLE} for row in people(9)])
    assert "without a known tag" in str(error.value)
    assert HANDLE not in "".join(traceback.format_exception(error.value))
    with pytest.raises(EvidenceError, match="the posts are in nl"):
        counted([row | {"language": "nl"} for row in people(9)])


def test_a_text_in_an_unexpected_place_is_not_quoted_by_any_verb() -> None:
    row = f"{HANDLE} lives in {ADDRESS}"
    verbs: tuple[Any, ...] = (
        lambda: social.signals([row], LEXICON, privacy=conditions()),  # type: ignore[list-item]
        lambda: social.causal_claims([row], LEXICON, privacy=conditions()),  # type: ignore[list-item]
        lambda: next(iter(posts(people(5, row)))),
        lambda: copy.deepcopy(posts(people(5, row))),
        lambda: copy.copy(conditions(purpose=row)),
    )
    for verb in verbs:
        with pytest.raises((EvidenceError, PrivacyError)) as error:
            verb()
        said = "".join(traceback.format_exception(error.value, chain=True))
        message = f"{error.value!r}{error.value.__cause__!r}{error.value.__context__!r}"
        assert HANDLE not in message
        assert f"{HANDLE} lives" not in said


def test_a_larger_threshold_rounds_the_numbers_of_posts_again() -> None:
    seen = counted(people(23) + people(23, "hello", 40))
    assert seen.heard is not None
    assert stricter(seen, k=20).heard == Heard(rows=40, scored=40, silent=20)


def test_one_person_in_a_cell_or_outside_it_changes_nothing_that_is_shown() -> None:
    # Of a cell under k, and of one that all but a few name, not even the mean is there.
    for few in range(5):
        seen = counted(people(few) + people(20, "hello", 40))
        both = counted(people(20) + people(few, "hello", 40))
        assert np.isnan(seen.authors[0]).all()
        for name in ("authors", "valence", "sentiment", "engagement", "effective", "salience"):
            assert np.isnan(getattr(seen, name)[0]).all(), name
            if few:
                assert np.isnan(getattr(both, name)[0]).all(), name
        assert seen.heard is not None
        assert all(
            getattr(seen.heard, name) % 5 == 0 for name in ("rows", "scored", "silent", "own")
        )


def test_a_mean_that_is_known_of_fewer_than_k_is_not_shown_though_many_name_the_concept() -> None:
    # Seven share the weight evenly, so that no rule on dominance steps in.
    rows = people(23) + [row | {"likes": 3} for row in people(7, start=40)]
    rows += people(20, "hello", 60)
    seen = social.signals(posts(rows), LEXICON, privacy=conditions(k=10))
    assert seen.authors[0, 0] == 30
    assert np.isnan(seen.engagement[0, 0])
    assert social.signals(posts(rows), LEXICON, privacy=conditions(k=7)).engagement[0, 0] > 0


def test_no_verb_counts_a_special_topic_by_accident() -> None:
    words = social.Lexicon(
        terms=[social.Term(concept="noise", language="en", words=("noisy", "mosque"))]
    )
    for verb in (social.score, social.signals, social.causal_claims, social.redaction_effect):
        with pytest.raises(PrivacyError, match="religion or belief"):
            verb(posts(people(20)), words, privacy=conditions())  # type: ignore[operator]


NESTED = social.Lexicon(
    terms=tuple(
        social.Term(concept=concept, language="en", words=tuple(words.split()))
        for concept, words in (
            ("noise", "noise"),
            ("noise", "night noise"),
            ("night noise", "night noise"),
        )
    )
)


def test_a_wider_concept_less_a_narrower_one_leaves_nobody_or_enough_people() -> None:
    for alone, shown in ((0, True), (1, False), (4, False), (5, True)):
        rows = people(12, "night noise") + people(alone, "noise", start=20)
        rows += people(20, "nothing of the kind", start=40)
        talk = social.signals(posts(rows), NESTED, privacy=conditions())
        wide, narrow = talk.authors[0]
        assert wide == 12 + alone
        assert bool(narrow == 12) is shown
        assert bool(np.isnan(talk.valence[0, 1])) is not shown


def test_nested_concepts_are_safe_in_every_area_and_over_the_hidden_ones() -> None:
    rng = np.random.default_rng(3)
    for _ in range(60):
        rows = []
        for number, area in enumerate(("North", "South", "West")):
            start = 100 * number
            night, alone, others = rng.integers(5, 25), rng.integers(0, 12), rng.integers(0, 25)
            rows += people(night, "night noise", start=start, area=area)
            rows += people(alone, "noise", start=start + 30, area=area)
            rows += people(others, "nothing of the kind", start=start + 60, area=area)
        scored = social.score(posts(rows), NESTED, privacy=conditions())
        parts = social.breakdown(scored, by="area", privacy=conditions())
        wide = np.array([each.authors[0, 0] for each in parts.strata.values()])
        narrow = np.array([each.authors[0, 1] for each in parts.strata.values()])
        total = parts.total.authors[0]
        apart = [*(wide - narrow), total[0] - total[1]]
        # What both sums leave to the areas whose narrower cell is hidden.
        hidden = np.isnan(narrow)
        if not np.isnan(wide[hidden]).any():
            apart.append(wide[hidden].sum() - (total[1] - narrow[~hidden].sum()))
        assert not [each for each in apart if 0 < each < 5]
