"""The words that turn, raise, lower or set against each other what the words around them say.

One `Rules` for each language, readable in one place. The English words are those of VADER; those of
the other languages were written for this library after its model. Nothing here holds a value of
sentiment but for idioms.

References
----------
Hutto & Gilbert (2014), VADER: a parsimonious rule-based model for sentiment analysis of social
media text, doi:10.1609/icwsm.v8i1.14550.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fcm.frozen import FrozenDict

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NO_RULES", "RAISE", "RULES", "Rules"]

RAISE = 0.293


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Words of a language by what they do to sentiment.

    Parameters
    ----------
    raising, lowering : tuple of str
        Words of degree ("very", "hardly") up to three words before a word of sentiment.
    negators : tuple of str
        Words that turn a word of sentiment up to three words after them.
    contrast : tuple of str
        Words behind which a text says what it means ("but").
    no : tuple of str
        Words of sentiment of their own that turn a word of sentiment up to two words behind them,
        or three with one of `alternatives` ("or") between.
    alternatives : tuple of str
    never, so : tuple of str
        "never so good" is no negation.
    without, doubt : tuple of str
        "without doubt" is no negation.
    least, unless : tuple of str
        "least good" is a negation, "at least good" is none.
    lowering_phrases : tuple of (str, str)
        Two words that lower as one ("kind of").
    idioms : mapping of words to float
        Phrases of two or three words around a word of sentiment, with the value of the whole.
    silent : tuple of str
        Words whose value in the lexicon does not count: it is that of another word that is written
        alike ("Sucht", "sucht"), or a rule here says what they do.
    concord : bool, default False
        Whether negators agree, so that several turn a word once ("sin ningún problema").
    folded : bool, default True
        Whether words are compared without accents.
    plain : bool, default False
        Whether tokens are read as VADER reads them: ASCII punctuation alone is taken off, words
        that a mark glues together stay glued, and "n't" within a word negates.
    """

    raising: tuple[str, ...]
    lowering: tuple[str, ...]
    negators: tuple[str, ...]
    contrast: tuple[str, ...]
    no: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    so: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    doubt: tuple[str, ...] = ()
    least: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    lowering_phrases: tuple[tuple[str, str], ...] = ()
    idioms: Mapping[tuple[str, ...], float] = field(default_factory=FrozenDict)
    silent: tuple[str, ...] = ()
    concord: bool = False
    folded: bool = True
    plain: bool = False


_EN = Rules(
    raising=_words(
        "absolutely amazingly awfully completely considerable considerably decidedly deeply effing "
        "enormous enormously entirely especially exceptional exceptionally extreme extremely "
        "fabulously flipping flippin frackin fracking fricking frickin frigging friggin fully "
        "fuckin fucking fuggin fugging greatly hella highly hugely incredible incredibly intensely "
        "major majorly more most particularly purely quite really remarkably so substantially "
        "thoroughly total totally tremendous tremendously uber unbelievably unusually utter "
        "utterly very"
    ),
    lowering=_words(
        "almost barely hardly kinda kindof kind-of less little marginal marginally occasional "
        "occasionally partly scarce scarcely slight slightly somewhat sorta sortof sort-of"
    ),
    negators=_words(
        "aint arent cannot cant couldnt darent didnt doesnt ain't aren't can't couldn't daren't "
        "didn't doesn't dont hadnt hasnt havent isnt mightnt mustnt neither don't hadn't hasn't "
        "haven't isn't mightn't mustn't neednt needn't never none nope nor not nothing nowhere "
        "oughtnt shant shouldnt uhuh wasnt werent oughtn't shan't shouldn't uh-uh wasn't weren't "
        "without wont wouldnt won't wouldn't rarely seldom despite"
    ),
    contrast=("but",),
    no=("no",),
    alternatives=("or", "nor"),
    never=("never",),
    so=("so", "this"),
    without=("without",),
    doubt=("doubt",),
    least=("least",),
    unless=("at", "very"),
    lowering_phrases=(("just", "enough"), ("kind", "of"), ("sort", "of")),
    idioms=FrozenDict(
        {
            ("the", "shit"): 3.0,
            ("the", "bomb"): 3.0,
            ("bad", "ass"): 1.5,
            ("bus", "stop"): 0.0,
            ("yeah", "right"): -2.0,
            ("kiss", "of", "death"): -1.5,
            ("to", "die", "for"): 3.0,
            ("beating", "heart"): 3.5,
        }
    ),
    folded=False,
    plain=True,
)

_NL = Rules(
    raising=_words(
        "zeer heel hele erg enorm enorme ontzettend ontzettende bijzonder echt echte uiterst "
        "uitermate extreem extreme behoorlijk flink flinke hartstikke ongelooflijk ongelofelijk "
        "onwijs mega zo zó zulke zoveel veel meer meest absoluut totaal totale volkomen volledig "
        "volstrekt compleet complete hoogst buitengewoon helemaal oprecht werkelijk gigantisch "
        "gigantische"
    ),
    lowering=_words(
        "beetje enigszins enigzins ietwat iets weinig minder lichtelijk licht nauwelijks "
        "amper bijna haast vrijwel deels gedeeltelijk redelijk tamelijk vrij soms best min-of-meer"
    ),
    negators=_words(
        "niet geen nooit niets niks niemand nergens noch zonder nimmer evenmin nee neen ipv "
        "geenszins allerminst"
    ),
    contrast=_words("maar echter toch desondanks niettemin"),
    never=("nooit",),
    so=("zo", "eerder"),
    without=("zonder",),
    doubt=("twijfel",),
    least=("minst", "minste"),
    unless=("ten", "op", "zijn", "z'n"),
    # "to", "where", "made", "just", "once", "last", not "nasty", "true", "fake", "neat", "agreed",
    # "late"; the others stand in a rule.
    silent=_words("naar waar gemaakt net eens laatste minst minste"),
    idioms=FrozenDict({("niet", "slecht"): 1.6, ("niet", "verkeerd"): 1.6}),
)

_DE = Rules(
    raising=_words(
        "sehr besonders so echt wirklich total völlig voll absolut extrem enorm äußerst äusserst "
        "unglaublich richtig verdammt viel mehr überaus höchst ganz zutiefst komplett "
        "vollkommen ungemein ausgesprochen mega ultra recht ziemlich tierisch wahnsinnig "
        "unheimlich"
    ),
    lowering=_words(
        "etwas bisschen wenig leicht fast beinahe einigermaßen einigermassen halbwegs teilweise "
        "manchmal eher relativ"
    ),
    negators=_words(
        "nicht kein keine keinen keinem keiner keines nie niemals nichts nix niemand nirgends "
        "nirgendwo weder ohne kaum keinesfalls keineswegs keinerlei ned net nich selten weniger "
        "trotz"
    ),
    contrast=_words("aber jedoch doch sondern dennoch trotzdem allerdings"),
    never=("nie", "niemals"),
    so=("so", "zuvor"),
    without=("ohne",),
    doubt=("zweifel", "frage"),
    silent=_words("wohl sucht not will wollen wollte wollt folge folgen regen front"),
    idioms=FrozenDict({("nicht", "schlecht"): 1.5}),
    folded=False,
)

_ES = Rules(
    raising=_words(
        "muy mucho mucha muchos muchas más tan tanto tanta bastante demasiado demasiada realmente "
        "verdaderamente totalmente completamente absolutamente extremadamente sumamente súper "
        "super mega increíblemente especialmente gran enorme todo toda profundamente altamente"
    ),
    lowering=_words(
        "poco poca pocos pocas algo casi apenas menos ligeramente levemente parcialmente "
        "relativamente"
    ),
    negators=_words("nunca jamás nada nadie ningún ninguno ninguna ni sin tampoco"),
    contrast=_words("pero sino aunque"),
    no=("no",),
    alternatives=("o", "ni"),
    never=("nunca",),
    so=("tan", "tanto", "antes"),
    without=("sin",),
    doubt=("duda", "dudas", "embargo"),
    # Without their accents "sí" is the much more frequent "if", "seria" "it would be" and "maño"
    # "hand"; a dog is no insult, as its feminine is.
    silent=_words("sí seria dicho maño maños perro perros"),
    concord=True,
)

_EL = Rules(
    raising=_words(
        "πολύ πάρα πολλή πολλοί πολλές πολλά τόσο τόση τόσοι πιο εντελώς τελείως απολύτως "
        "απόλυτα εξαιρετικά ιδιαίτερα πραγματικά σούπερ τρομερά υπερβολικά άκρως λίαν "
        "αληθινά βαθιά πλήρως"
    ),
    lowering=_words("λίγο λίγη λίγα κάπως σχεδόν ελάχιστα μόλις λιγότερο μερικώς σχετικά"),
    negators=_words(
        "δεν δε μην μη όχι ποτέ τίποτα τίποτε κανείς κανένας καμία κανένα χωρίς δίχως ούτε μήτε "
        "ουδείς ουδέποτε ουδέν άνευ"
    ),
    contrast=_words("αλλά όμως ωστόσο μα εντούτοις"),
    never=("ποτέ",),
    so=("τόσο",),
    without=("χωρίς", "δίχως"),
    doubt=("αμφιβολία",),
    # The particle "to", "this" and "only" in all their forms, and a filler of pauses.
    silent=_words(
        "να ε αυτός αυτή αυτό αυτού αυτής αυτοί αυτές αυτά αυτών αυτούς μόνο τέτοιος τέτοια τέτοιο"
    ),
    concord=True,
)

RULES: Mapping[str, Rules] = FrozenDict({"de": _DE, "el": _EL, "en": _EN, "es": _ES, "nl": _NL})

# For a lexicon of one's own in another language.
NO_RULES = Rules(raising=(), lowering=(), negators=(), contrast=())
