from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fcm.social.kinds
from fcm.errors import EvidenceError
from fcm.social.kinds import KINDS, PostKinds
from fcm.social.kinds.cues import SORTS, cues
from fcm.social.terms.tokens import tokenise
from fcm.social.terms.words import split_term
from fcm.table import read_rows

LANGUAGES = ("de", "el", "en", "es", "nl")
HERE = Path(__file__).parent


def kinds(texts: list[str], language: str | None, threshold: float = 0.4) -> list[str]:
    series = pl.Series(texts, dtype=pl.String)
    return PostKinds(threshold=threshold).classify(tokenise(series), series, language)


def judged(name: str, language: str) -> Counter[str]:
    """How often sentences invented for the tests are right, unsure and wrong, by their kind."""
    table = pl.read_csv(HERE / name).filter(pl.col("language") == language)
    said = kinds(table["text"].to_list(), language)
    found: Counter[str] = Counter()
    for wanted, given_ in zip(table["kind"].to_list(), said, strict=True):
        if wanted == given_:
            found["neutral kept" if wanted == "unsure" else "right"] += 1
        else:
            found["unsure" if given_ == "unsure" else "wrong"] += 1
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_plain_sentences_get_their_kind(language: str) -> None:
    found = judged("sentences.csv", language)
    assert found["right"] >= 17
    assert found["wrong"] <= 2
    assert found["neutral kept"] >= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_indirect_sentences_are_unsure_rather_than_wrong(language: str) -> None:
    found = judged("indirect.csv", language)
    assert found["unsure"] >= found["wrong"]
    assert found["wrong"] <= 3


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("en", "The bench is broken", "report"),
        ("en", "Where is the library?", "question"),
        ("en", "Where is the library?!", "question"),
        ("en", "Why not open it on Sunday?", "suggestion"),
        ("en", "It is a bench", "unsure"),
        ("en", "It is broken", "unsure"),
        ("en", "https://example.org/?", "unsure"),
        ("el", "Πού είναι το ΚΕΠ;", "question"),
        ("en", "He said so;", "unsure"),
        ("es", "ESTO ES UNA VERGUENZA", "complaint"),
        ("de", "VIELEN DANK", "praise"),
    ],
)
def test_cues_work_as_described(language: str, text: str, kind: str) -> None:
    assert kinds([text], language) == [kind]


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("de", "Die Laterne ist kaputt. Vielen Dank im Voraus", "report"),
        ("el", "Η λάμπα κάηκε. Ευχαριστώ εκ των προτέρων", "report"),
        ("en", "The lamp post is broken. Thanks in advance", "report"),
        ("es", "La farola está rota. Gracias de antemano", "report"),
        ("nl", "De lantaarn is stuk. Alvast bedankt", "report"),
        ("en", "I would appreciate an answer", "unsure"),
        ("es", "Agradecería información", "unsure"),
    ],
)
def test_thanks_for_what_is_still_to_be_done_are_no_praise(
    language: str, text: str, kind: str
) -> None:
    assert kinds([text], language) == [kind]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Ich bin nicht zufrieden"),
        ("el", "Δεν μου αρέσει η πλατεία"),
        ("en", "Not happy with the new square"),
        ("es", "No estoy satisfecho"),
        ("nl", "Ik ben niet tevreden"),
    ],
)
def test_praise_that_is_denied_is_no_praise(language: str, text: str) -> None:
    assert kinds([text], language) == ["unsure"]


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("de", "Das ist schon lange so", "unsure"),  # not "schön"
        ("de", "Der Park ist sehr schön", "praise"),
        ("de", "Gestern konnten wir nicht schlafen", "unsure"),  # not "könnten"
        ("de", "Die Klasse meiner Tochter ist umgezogen", "unsure"),
        ("de", "Mehr Respekt vor Radfahrern", "unsure"),
        ("de", "Die Brücke ist aus Holz", "unsure"),
        ("de", "Das Problem mit der Ampel ist gelöst", "unsure"),
        ("el", "Στρίψτε αριστερά στο φανάρι", "unsure"),  # left, not "άριστ-"
        ("el", "Πότε τελειώνει το έργο", "unsure"),  # ends, not "τέλει-"
        ("el", "Εξαιρετικά αργή διαδικασία", "unsure"),
        ("el", "Το πρόβλημα με τον δρόμο λύθηκε", "unsure"),
        ("en", "The bus stop is next to the church", "unsure"),
        ("en", "Thanks to the roadworks my street is flooded", "report"),
        ("en", "Should I bring my passport?", "question"),
        ("en", "A pathetic website that is not working", "complaint"),
        ("es", "Los precios son altos", "unsure"),  # prices, not "precioso"
        ("es", "La plaza ha quedado preciosa", "praise"),
        ("es", "Y si llueve no hay autobús", "unsure"),
        ("es", "¿Y si ponen más bancos?", "suggestion"),
        ("es", "¿Por qué no contestan?", "question"),
        ("es", "¿Por qué no ponen más bancos?", "suggestion"),
        ("nl", "Het is een stuk veiliger op straat", "unsure"),
        ("nl", "Hierdoor kunnen we niet slapen", "unsure"),
        ("nl", "Ik kan er niet tegen", "unsure"),
        ("nl", "We hebben meer last van lawaai dan vroeger", "complaint"),
        ("nl", "Er hangt een bord in de straat", "unsure"),
    ],
)
def test_a_cue_is_not_taken_for_a_word_that_looks_like_it(
    language: str, text: str, kind: str
) -> None:
    assert kinds([text], language) == [kind]


def test_mood_counts_where_an_office_is_spoken_of() -> None:
    spoken = ["The council is wonderful", "The weather is good", "The council is a horrible enemy"]
    assert kinds(spoken, "en") == ["praise", "unsure", "complaint"]


def test_a_tie_is_unsure() -> None:
    said = kinds(["bravo, what a disgrace"], "en", threshold=0.01)
    assert said == ["unsure"]


def test_other_languages_are_unsure() -> None:
    assert kinds(["Thank you!", "Why not?"], "fr") == ["unsure", "unsure"]
    assert kinds(["Thank you!"], None) == ["unsure"]
    assert kinds(["Thank you!"], "en-GB") == ["praise"]


def test_odd_texts_are_unsure() -> None:
    assert kinds(["", "   ", "…", "🙂🙂", "שלום", "x " * 300_000], "en") == ["unsure"] * 6
    assert kinds([], "en") == []


def test_a_higher_threshold_never_makes_a_post_sure() -> None:
    texts = pl.read_csv(HERE / "sentences.csv").filter(pl.col("language") == "en")["text"].to_list()
    low, high = kinds(texts, "en", 0.3), kinds(texts, "en", 0.8)
    assert all(b in (a, "unsure") for a, b in zip(low, high, strict=True))
    assert high.count("unsure") > low.count("unsure")


@settings(max_examples=30)
@given(
    st.lists(
        st.sampled_from(
            ["thank", "you", "broken", "bench", "why", "not", "?", "should", "council", "bad", ""]
        ),
        max_size=7,
    )
)
def test_a_kind_does_not_depend_on_the_batch(words: list[str]) -> None:
    text = " ".join(words)
    assert kinds([text], "en")[0] == kinds(["thank you", text, "bad council", ""], "en")[1]


def test_certainties_are_shares() -> None:
    series = pl.read_csv(HERE / "sentences.csv")["text"]
    found = PostKinds().certainties(tokenise(series), series, "nl")
    assert found.shape == (len(series), len(KINDS))
    assert (found >= 0).all()
    assert (found.sum(axis=1) < 1).all()


@pytest.mark.parametrize("threshold", [0, 1, -0.1, np.nan])
def test_a_threshold_that_is_no_share_is_refused(threshold: float) -> None:
    with pytest.raises(EvidenceError, match="between 0 and 1"):
        PostKinds(threshold=threshold)


def test_every_language_has_cues_of_every_sort() -> None:
    path = Path(fcm.social.kinds.__file__).parent / "data" / "cues.csv"
    rows = list(read_rows(path, columns=("language", "kind", "phrase", "weight")))
    seen = Counter((row.text("language"), row.text("kind")) for row in rows)
    assert set(seen) == {(language, sort) for language in LANGUAGES for sort in SORTS}
    assert min(seen.values()) >= 10
    assert all((2 * row.number("weight")).is_integer() for row in rows)
    assert sorted(cues()) == list(LANGUAGES)
    phrases = Counter(
        (row.text("language"), row.text("kind"), split_term(row.text("phrase"))) for row in rows
    )
    assert max(phrases.values()) == 1
