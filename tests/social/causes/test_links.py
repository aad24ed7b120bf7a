import numpy as np
import polars as pl
import pytest

from fcm.social.causes.cues import Cues, cue_languages, outermost
from fcm.social.causes.links import find_links
from fcm.social.terms.lexicon import Lexicon, Term
from fcm.social.terms.matching import Matcher
from fcm.social.terms.tokens import tokenise
from fcm.social.terms.words import split_term, words_of

# traffic, noise, clean (with dirt as its opposite) and bins, in five languages.
WORDS = {
    "en": ["traffic", "noise", "clean streets", "dirt", "bins", "parking"],
    "nl": ["verkeer", "lawaai", "schone straten", "vuil", "prullenbakken", "parkeren"],
    "de": ["Verkehr", "Lärm", "saubere Straßen", "Dreck", "Mülleimer", "Parkplätze"],
    "es": ["tráfico", "ruido", "calles limpias", "suciedad", "papeleras", "aparcamiento"],
    "el": ["κίνηση", "θόρυβος", "καθαροί δρόμοι", "βρωμιά", "κάδοι", "πάρκινγκ"],
}
CONCEPTS = ["traffic", "noise", "clean", "clean", "bins", "parking"]
MORE = {
    "de": [("Parkplätzen", "parking", 1)],
    "el": [("κίνησης", "traffic", 1), ("θόρυβο", "noise", 1), ("κάδων", "bins", 1)],
}


def lexicon():
    terms = [
        Term(
            concept=concept,
            language=language,
            words=split_term(word),
            polarity=-1 if place == 3 else 1,
        )
        for language, words in WORDS.items()
        for place, (word, concept) in enumerate(zip(words, CONCEPTS, strict=True))
    ]
    terms += [
        Term(concept=concept, language=language, words=split_term(word), polarity=polarity)
        for language, more in MORE.items()
        for word, concept, polarity in more
    ]
    return Lexicon(terms=tuple(terms))


def links(texts, language, lex=None):
    lex = lexicon() if lex is None else lex
    words = words_of(tokenise(pl.Series(texts, dtype=pl.String)))
    found = find_links(words, Matcher(lex, language).find(words), Cues(language))
    return [
        (int(t), lex.concepts[s], lex.concepts[e], int(sign))
        for t, s, e, sign in zip(found.text, found.source, found.target, found.sign, strict=True)
    ]


def link(text, language):
    return [row[1:] for row in links([text], language)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "The traffic here leads to a lot of noise", ("traffic", "noise", 1)),
        ("en", "Noise because of the traffic.", ("traffic", "noise", 1)),
        ("en", "Because of all that traffic there is noise", ("traffic", "noise", 1)),
        ("en", "So much dirt because of fewer bins", ("bins", "clean", 1)),
        ("en", "Bins reduce dirt", ("bins", "clean", 1)),
        ("en", "Parking does not cause noise", ("parking", "noise", 0)),
        ("en", "Parking causes no noise", ("parking", "noise", 0)),
        ("en", "Parking not only causes noise", ("parking", "noise", 1)),
        ("en", "Removing bins leads to dirt", ("bins", "clean", 1)),
        ("en", "no parking because of the traffic", ("traffic", "parking", -1)),
        ("nl", "Het verkeer zorgt voor veel lawaai", ("traffic", "noise", 1)),
        ("nl", "Lawaai door het vele verkeer", ("traffic", "noise", 1)),
        ("nl", "Door het verkeer is er altijd lawaai", ("traffic", "noise", 1)),
        ("nl", "Meer prullenbakken leiden tot minder vuil", ("bins", "clean", 1)),
        ("nl", "Vuil vanwege te weinig prullenbakken", ("bins", "clean", 1)),
        ("nl", "Parkeren zorgt niet voor lawaai", ("parking", "noise", 0)),
        ("nl", "Parkeren vermindert het verkeer niet.", ("parking", "traffic", 0)),
        ("de", "Der Verkehr führt zu Lärm", ("traffic", "noise", 1)),
        ("de", "Wegen dem Verkehr haben wir ständig Lärm", ("traffic", "noise", 1)),
        ("de", "Lärm durch den Verkehr", ("traffic", "noise", 1)),
        ("de", "Mülleimer verringern den Dreck", ("bins", "clean", 1)),
        ("de", "Dreck aufgrund fehlender Mülleimer", ("bins", "clean", 1)),
        ("de", "Der Verkehr führt nicht zu Dreck", ("traffic", "clean", 0)),
        ("es", "El tráfico provoca mucho ruido", ("traffic", "noise", 1)),
        ("es", "Gracias a las papeleras tenemos calles limpias", ("bins", "clean", 1)),
        ("es", "Suciedad por falta de papeleras", ("bins", "clean", 1)),
        ("es", "Hay ruido por culpa del tráfico", ("traffic", "noise", 1)),
        ("es", "Más aparcamiento contribuye a reducir el tráfico", ("parking", "traffic", -1)),
        ("es", "Las papeleras no provocan ruido", ("bins", "noise", 0)),
        ("es", "Reducir el tráfico ayuda a evitar ruido", ("traffic", "noise", 1)),
        ("el", "Η κίνηση προκαλεί θόρυβο", ("traffic", "noise", 1)),
        ("el", "Θόρυβος λόγω της κίνησης", ("traffic", "noise", 1)),
        ("el", "Λόγω της κίνησης υπάρχει συνέχεια θόρυβος", ("traffic", "noise", 1)),
        ("el", "Βρωμιά λόγω έλλειψης κάδων", ("bins", "clean", 1)),
        ("el", "Οι κάδοι μειώνουν τη βρωμιά", ("bins", "clean", 1)),
        ("el", "Οι κάδοι δεν προκαλούν θόρυβο", ("bins", "noise", 0)),
    ],
)
def test_a_phrase_gives_pair_direction_and_sign(language, text, expected):
    assert link(text, language) == [expected]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Noise. Because of the traffic I stay home"),  # the sentence ends between them
        ("en", "traffic and noise"),
        ("en", "traffic causes traffic"),
        ("en", "traffic causes " + "very " * 9 + "much noise"),
        ("en", "because of traffic and noise"),
        ("en", "leads to noise traffic"),
        ("nl", "verkeer rijdt door de straat vol lawaai"),
        ("nl", "vuil door een lange rij van prullenbakken"),
        ("es", "el ruido que causan los aparcamientos del tráfico"),
        ("es", "ruido que causa la suciedad"),
        ("es", "papeleras que provocan que haya menos ruido"),
        ("en", ""),
        ("en", "causes"),
    ],
)
def test_what_is_no_claim_gives_none(language, text):
    assert link(text, language) == []


def test_after_and_the_nearest_mention_is_not_taken_for_the_subject():
    assert link("traffic makes noise and causes dirt", "en") == []


def test_a_third_concept_between_takes_the_place_of_the_farther_one():
    assert link("traffic near bins causes noise", "en") == [("bins", "noise", 1)]


def test_reducing_one_thing_and_less_of_another_are_two_statements():
    assert link("bins to reduce dust and less noise", "en") == []
    assert link("bins lead to less noise", "en") == [("bins", "noise", -1)]


def test_words_that_name_two_concepts_make_no_link():
    both = Lexicon(
        terms=(
            *lexicon().terms,
            Term(concept="parking", language="en", words=("traffic",)),
        )
    )
    assert links(["traffic causes noise"], "en", both) == []
    assert links(["bins cause noise"], "en", both) == [(0, "bins", "noise", 1)]


def test_the_longer_of_two_nested_mentions_counts():
    longer = Lexicon(
        terms=(
            *lexicon().terms,
            Term(concept="parking", language="en", words=("traffic", "ban")),
        )
    )
    assert links(["the traffic ban causes noise"], "en", longer) == [(0, "parking", "noise", 1)]


def test_a_text_gives_the_same_links_alone_and_in_a_batch():
    texts = [
        "The traffic leads to noise. Dirt because of fewer bins!",
        "",
        "nothing",
        "Because of traffic there is noise",
        "noise",
        "bins reduce dirt and noise",
    ] * 3
    together = links(texts, "en")
    alone = [(row, *each[1:]) for row, text in enumerate(texts) for each in links([text], "en")]
    assert together == alone
    assert len(alone) == 12


def test_a_link_says_where_it_stands():
    words = words_of(tokenise(pl.Series(["one", "so the traffic here causes noise again"])))
    found = find_links(words, Matcher(lexicon(), "en").find(words), Cues("en"))
    spelt = [words.vocabulary[each] for each in words.code[found.start[0] : found.end[0]]]
    assert spelt == ["traffic", "here", "causes", "noise"]


def test_every_language_has_cues_of_every_direction():
    assert cue_languages() == ("de", "el", "en", "es", "nl")
    for language in cue_languages():
        spans = Cues(language)
        assert {"forward", "backward", "less", "none", "not", "and"} <= set(spans._form.tolist())


def test_outermost_keeps_one_of_equal_spans_and_none_inside_another():
    kept = outermost(np.array([2, 2, 0, 1, 6]), np.array([4, 4, 5, 2, 7]))
    assert kept.tolist() == [2, 4]
    assert outermost(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)).tolist() == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Der Mülleimer liegt am Parkplätze", []),
        ("de", "Der Verkehr macht mir Sorgen, der Lärm", []),
        ("de", "Der Verkehr macht große Sorgen, der Lärm", []),
        ("el", "Η κίνηση φταίει για τον θόρυβο", [("traffic", "noise", 1)]),
        ("el", "Για τον θόρυβο φταίει η κίνηση", [("traffic", "noise", 1)]),
    ],
)
def test_words_that_are_causes_only_in_some_uses(
    language: str, text: str, expected: list[tuple[str, str, int]]
) -> None:
    assert link(text, language) == expected
