"""Sentiment lexicons: those shipped, with their licences, and those of one's own."""

from __future__ import annotations

import importlib.util
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from fcm.errors import EvidenceError, FileError
from fcm.social.terms.tokens import tokenise
from fcm.social.tone import SentimentLexicon, languages, score, sentiment
from fcm.social.tone.inflections import forms

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "fcm/social/tone/data"


@pytest.mark.parametrize("language", languages())
def test_every_shipped_lexicon_has_its_licence_beside_it(language):
    lexicon = SentimentLexicon.shipped(language)
    assert lexicon.licence in {"MIT", "Apache-2.0", "ODbL-1.0", "PDDL-1.0"}
    assert lexicon.notice == (DATA / f"{language}.NOTICE.txt").read_text(encoding="utf-8")
    assert len(lexicon) > 2000
    assert all(-4 <= value <= 4 for value in lexicon.values.values())


def test_shipped_lexicons_are_read_once_and_differ():
    assert SentimentLexicon.shipped("nl-BE") is SentimentLexicon.shipped("nl")
    prints = {SentimentLexicon.shipped(language).fingerprint for language in languages()}
    assert len(prints) == len(languages())


def test_a_lexicon_survives_pickling():
    lexicon = SentimentLexicon.shipped("es")
    again = pickle.loads(pickle.dumps(lexicon))
    assert again == lexicon
    assert again.fingerprint == lexicon.fingerprint


def test_a_language_that_is_not_shipped_is_named_with_those_that_are():
    with pytest.raises(EvidenceError, match=r"'fr'.*There are: 'de', 'el'"):
        SentimentLexicon.shipped("fr")


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_lexicon_of_ones_own_is_read(tmp_path, separator):
    path = tmp_path / "roads.csv"
    rows = [("word", "value"), ("Kuil", "-3"), ("glad", "1.5")]
    path.write_text("\n".join(separator.join(row) for row in rows), encoding="utf-8")
    lexicon = SentimentLexicon.read(path, language="nl")
    assert repr(lexicon) == "SentimentLexicon('roads', nl, 2 words)"
    scores = score(tokenise(pl.Series(["een kuil", "geen kuil", "mooi"])), lexicon)
    assert scores[0] < 0 < scores[1]
    assert scores[2] == 0


def test_a_lexicon_of_another_language_has_no_rules():
    lexicon = SentimentLexicon(name="mine", language="fr", values={"bon": 2.0})
    scores = score(tokenise(pl.Series(["bon", "pas bon", "Bon !"])), lexicon)
    assert scores[0] == scores[1] == 0.4588
    assert scores[2] > scores[0]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("good,5", "expected a number in"),
        ("good,high", "expected a number"),
        ("somebody wrote this,1", "holds blanks"),
        ("good,1\ngood,2", "two values"),
        (",1", "blank"),
        ("", "no rows"),
    ],
)
def test_a_faulty_lexicon_says_what_is_wrong(tmp_path, rows, said):
    path = tmp_path / "words.csv"
    path.write_text(f"word,value\n{rows}\n", encoding="utf-8")
    with pytest.raises((FileError, EvidenceError), match=said) as caught:
        SentimentLexicon.read(path, language="en")
    assert "somebody" not in str(caught.value)


@pytest.mark.parametrize("value", [float("nan"), 4.5, -5.0])
def test_a_value_off_the_scale_is_refused(value):
    with pytest.raises(EvidenceError, match="in \\[-4, 4\\]"):
        SentimentLexicon(name="x", language="en", values={"word": value})


def test_the_fingerprint_follows_words_values_and_marks():
    base = {"name": "x", "language": "en", "values": {"a": 1.0}}
    lexicons = [
        SentimentLexicon(**base),
        SentimentLexicon(**base | {"values": {"a": 1.5}}),
        SentimentLexicon(**base | {"values": {"b": 1.0}}),
        SentimentLexicon(**base | {"language": "nl"}),
        SentimentLexicon(**base, marks={"c": "negator"}),
    ]
    assert len({lexicon.fingerprint for lexicon in lexicons}) == len(lexicons)
    assert SentimentLexicon(**base | {"name": "y"}).fingerprint == lexicons[0].fingerprint


@pytest.mark.parametrize(
    ("language", "word", "kind", "expected"),
    [
        ("nl", "mooi", "adj", {"mooie", "mooier", "mooist", "mooiste"}),
        ("nl", "dom", "adj", {"domme", "dommer", "domste"}),
        ("nl", "boos", "adj", {"boze", "bozer"}),
        ("nl", "lief", "adj", {"lieve", "liever", "liefste"}),
        ("nl", "duur", "adj", {"dure", "duurder", "duurst"}),
        ("nl", "gevaarlijk", "adj", {"gevaarlijke", "gevaarlijker"}),
        ("nl", "boosheid", "", set()),
        ("de", "schön", "adj", {"schöne", "schönes", "schönere", "schönsten"}),
        ("de", "edel", "adj", {"edle", "edler"}),
        ("de", "müde", "adj", {"müde", "müden"}),
        ("de", "hassen", "verb", {"hasse", "hasst", "hasste", "gehasst"}),
        ("de", "retten", "verb", {"rettet", "rettete", "gerettet"}),
        ("es", "malo", "", {"mala", "malos", "malas"}),
        ("es", "feliz", "", {"felices"}),
        ("es", "bendición", "", {"bendiciones"}),
        ("el", "κακός", "adj", {"κακή", "κακό", "κακοί", "κακές"}),
        ("el", "όμορφος", "adj", {"όμορφη", "όμορφο", "όμορφες"}),
        ("el", "λάμπω", "verb", {"λάμπει", "λάμπουν"}),
        ("en", "good", "adj", set()),
    ],
)
def test_words_have_their_regular_forms(language, word, kind, expected):
    assert expected <= set(forms(word, kind, language=language))


def test_a_form_does_not_overrule_a_word_that_is_listed():
    lexicon = SentimentLexicon.shipped("es")
    listed = dict(
        line.split("\t")[:2] for line in (DATA / "es.tsv").read_text(encoding="utf-8").splitlines()
    )
    assert all(lexicon.values[word] == float(value) for word, value in listed.items())


def test_the_shipped_files_are_what_their_sources_give(shared):
    found = importlib.util.find_spec("vaderSentiment")
    if found is None or found.origin is None:
        pytest.skip("vaderSentiment is not installed")
    done = subprocess.run(
        [
            sys.executable,
            ROOT / "tools/build_tone_data.py",
            shared / "data/social/lexicons",
            Path(found.origin).parent,
            "--check",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("name", "language", "least"),
    [
        ("umsab_test_en", "en", 0.555),
        ("sentimp_en", "en", 0.57),
        ("politwit_nl", "nl", 0.48),
        ("umsab_test_de", "de", 0.50),
        ("umsab_test_es", "es", 0.52),
        ("sentimp_es", "es", 0.55),
        ("sentimp_el", "el", 0.47),
    ],
)
def test_lexicons_are_as_right_about_labelled_texts_as_stated(shared, name, language, least):
    lines = (shared / f"data/social/eval/{name}.tsv").read_text(encoding="utf-8").split("\n")[1:]
    pairs = [line.split("\t", 1) for line in lines if line]
    label = np.array([float(pair[0]) for pair in pairs])
    value = sentiment([pair[1] for pair in pairs], language=language)
    said = np.where(value >= 0.05, 1, np.where(value <= -0.05, -1, 0))
    each = [
        2 * np.sum((label == c) & (said == c)) / (np.sum(label == c) + np.sum(said == c))
        for c in (-1, 0, 1)
    ]
    assert np.mean(each) >= least
