"""The sentiment of texts, by the words of a lexicon.

A lexicon is right about trends of many authors and often wrong about a single text. It says what
mood words carry, not what people think of a matter. Nothing here keeps or shows a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

import numpy as np

from fcm.errors import EvidenceError
from fcm.social.terms.lexicon import primary_language
from fcm.social.terms.tokens import Tokens, tokenise
from fcm.social.tone.lexicon import SentimentLexicon, languages
from fcm.social.tone.marks import mark
from fcm.social.tone.valence import compound

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl
    from numpy.typing import NDArray

__all__ = ["LexiconScorer", "Scorer", "score", "sentiment"]

# Texts in one pass: enough that most words repeat, few enough that all fits into memory.
BATCH = 100_000


@runtime_checkable
class Scorer(Protocol):
    """Whatever gives texts a sentiment.

    A scorer of one's own (a model fitted to labelled texts of the place) has a name, which goes
    into the footer of outputs, and gives each text the same value whatever stands beside it.
    """

    @property
    def name(self) -> str:
        """What scores, with its version."""

    def score(self, tokens: Tokens, texts: pl.Series, language: str) -> NDArray[np.float64]:
        """Return the sentiment of every text, (R,) in [-1, 1]; NaN where it cannot tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LexiconScorer:
    """Sentiment by the shipped lexicons; NaN in other languages.

    Examples
    --------
    >>> import polars as pl
    >>> texts = pl.Series(["Wat een mooi plein!", "Vreselijk druk"])
    >>> LexiconScorer().score(tokenise(texts), texts, "nl")
    array([ 0.6239, -0.6739])
    """

    name: ClassVar[str] = "shipped lexicons"

    def score(self, tokens: Tokens, texts: pl.Series, language: str) -> NDArray[np.float64]:  # noqa: ARG002
        """Return the sentiment of every text, (R,) in [-1, 1] or NaN."""
        known = primary_language(language)
        if known not in languages():
            return np.full(len(tokens), np.nan)
        return score(tokens, SentimentLexicon.shipped(known))


def score(tokens: Tokens, lexicon: SentimentLexicon) -> NDArray[np.float64]:
    """Return the sentiment of texts that are tokens already.

    Parameters
    ----------
    tokens : Tokens of R texts
    lexicon : SentimentLexicon

    Returns
    -------
    ndarray of float64, shape (R,), in [-1, 1]
        Rounded to four places; 0 where no word has sentiment.
    """
    return compound(mark(tokens, lexicon), lexicon.vocabulary)


def sentiment(texts: Iterable[str], *, language: str) -> NDArray[np.float64]:
    """Return the sentiment of texts that are yours to look at: labelled sets, benchmarks.

    Posts of citizens do not pass through here: `fcm.social.score` gives them a sentiment without
    showing it for one of them. English follows VADER: words with values, raised by words of degree,
    capitals, "!" and "?", turned by negators, weighed by "but"; the sum x becomes
    ``x / sqrt(x**2 + 15)``. The other languages have the same rules with their own words, and
    published lexicons (`SentimentLexicon.shipped`). On labelled posts half of the texts or a little
    more (48 to 66 % by set) get the right one of three classes: it is the mean of many that can be
    read.

    Parameters
    ----------
    texts : iterable of str
        None counts as empty.
    language : str
        A primary tag, or a tag with region; `fcm.social.tone.languages` lists those known.

    Returns
    -------
    ndarray of float64, shape (R,), in [-1, 1]
        Above .05 is usually called positive, below -.05 negative. NaN where there is no lexicon
        for the language.

    Raises
    ------
    EvidenceError
        If `texts` is a single text.

    References
    ----------
    Hutto & Gilbert (2014), VADER: a parsimonious rule-based model for sentiment analysis of social
    media text, doi:10.1609/icwsm.v8i1.14550.

    Examples
    --------
    >>> sentiment(["The bridge is not safe.", "GREAT new park!", "Roads."], language="en")
    array([-0.3412,  0.729 ,  0.    ])
    """
    import polars as pl

    if isinstance(texts, str):
        raise EvidenceError("sentiment() was given one text; expected several: [text].")
    given = list(texts)
    try:
        series = pl.Series(given, dtype=pl.String)
    except UnicodeEncodeError:  # halves of characters, as careless escapes leave them
        whole = [text and text.encode("utf-8", "replace").decode() for text in given]
        series = pl.Series(whole, dtype=pl.String)
    scorer = LexiconScorer()
    parts = [series.slice(first, BATCH) for first in range(0, len(series), BATCH)]
    scores = [scorer.score(tokenise(part), part, language) for part in parts]
    return np.concatenate([np.zeros(0), *scores])
