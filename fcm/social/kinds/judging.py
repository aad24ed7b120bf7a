"""The kind of a post, by its cues; "unsure" where they tell too little or contradict each other.

A rule of thumb, not a trained classifier: what tells for a kind is added up and held against all
that tells for any kind, and against a fixed doubt. It knows no authors and keeps no text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import EvidenceError
from fcm.social.kinds.cues import SORTS, cues
from fcm.social.terms.lexicon import primary_language
from fcm.social.terms.tokens import Tokens, tokenise
from fcm.social.terms.words import words_of
from fcm.social.tone.lexicon import SentimentLexicon, languages
from fcm.social.tone.scoring import score

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

__all__ = ["KINDS", "UNSURE", "PostKinds"]

KINDS = SORTS[:5]
UNSURE = "unsure"

DOUBT = 1.0  # evidence that tells for no kind, in every text
DEFECT = 2.5  # a thing of the street and a defect in one text
MARK = 1.5  # a question mark
MOOD = 2.0  # full sentiment towards an office

_REPORT, _QUESTION, _SUGGESTION, _COMPLAINT, _PRAISE, _OBJECT, _DEFECT, _ASKING, _ADDRESS = range(
    len(SORTS)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostKinds:
    """Tells reports, questions, suggestions, complaints and praise apart, in five languages.

    "report" is of damage or a defect, "suggestion" says what should be, "complaint" and "praise"
    judge. Evidence for a kind are cue phrases; a thing of the street with a defect (report); a
    question mark, more with a question word (question); the text's sentiment where it speaks of an
    office or a service (complaint or praise). With evidence ``e`` of each kind the certainty of a
    kind is ``e / (1 + sum of all e)``: a share of what was found, not a probability.

    How often this is right for posts of citizens is not measured. Of 100 plain sentences invented
    for its tests, by the hand that wrote the cues, 95 got their kind and 3 another; of 50 that
    say it indirectly 12 did, and 38 were "unsure". So most posts are "unsure", the shares of kinds
    are those of outspoken posts, and people should look into the rest.

    Parameters
    ----------
    threshold : float in (0, 1), default 0.4
        A post whose best kind is less certain, or as certain as another, is "unsure".

    Raises
    ------
    EvidenceError
        If the threshold is not between 0 and 1.

    Examples
    --------
    >>> import polars as pl
    >>> texts = pl.Series(["The lamp post is broken", "Thank you!", "Tuesday"])
    >>> PostKinds().classify(tokenise(texts), texts, "en")
    ['report', 'praise', 'unsure']
    """

    threshold: float = 0.4

    def __post_init__(self) -> None:
        if not 0 < self.threshold < 1:
            raise EvidenceError(
                f"threshold is {self.threshold!r}; expected a number between 0 and 1, such as 0.4."
            )

    def classify(self, tokens: Tokens, texts: pl.Series, language: str | None) -> list[str]:
        """Return the kind of every text; "unsure" in languages without cues.

        Parameters
        ----------
        tokens : Tokens
            Those of `texts`.
        texts : polars.Series of str, length R
        language : str or None

        Returns
        -------
        list of str, length R, one of `KINDS` or "unsure"
        """
        certainty = self.certainties(tokens, texts, language)
        best = certainty.argmax(axis=1) if len(certainty) else np.zeros(0, dtype=np.int64)
        highest = certainty.max(axis=1, initial=0.0)
        clear = (highest >= self.threshold) & ((certainty == highest[:, None]).sum(axis=1) == 1)
        names = np.array([*KINDS, UNSURE])
        kinds: list[str] = names[np.where(clear, best, len(KINDS))].tolist()
        return kinds

    def certainties(
        self, tokens: Tokens, texts: pl.Series, language: str | None
    ) -> NDArray[np.float64]:
        """Return how certain each kind is, (R, 5) in [0, 1), in the order of `KINDS`."""
        known = None if language is None else cues().get(primary_language(language))
        if language is None or known is None:
            return np.zeros((len(tokens), len(KINDS)))
        language = primary_language(language)
        weight = known.weigh(words_of(tokens), len(tokens))
        evidence = weight[:, : len(KINDS)]
        evidence[:, _REPORT] += DEFECT * ((weight[:, _OBJECT] > 0) & (weight[:, _DEFECT] > 0))
        asked = _asked(tokens, language)
        evidence[:, _QUESTION] += asked * (MARK + (weight[:, _ASKING] > 0))
        rows = np.flatnonzero(weight[:, _ADDRESS] > 0)
        if len(rows) and language in languages():
            spoken = tokenise(texts.gather(rows))
            mood = MOOD * score(spoken, SentimentLexicon.shipped(language))
            evidence[rows, _COMPLAINT] += np.maximum(-mood, 0)
            evidence[rows, _PRAISE] += np.maximum(mood, 0)
        certainty: NDArray[np.float64] = evidence / (DOUBT + evidence.sum(axis=1, keepdims=True))
        return certainty


def _asked(tokens: Tokens, language: str) -> NDArray[np.bool_]:
    """Say which texts hold a token that ends with a question mark."""
    marks = ";\u037e" if language == "el" else ""
    asks = tokens.distinct.str.contains(rf"[?？{marks}][^\p{{L}}\p{{N}}]*$")
    address = tokens.distinct.str.contains(r"://|^www\.")
    asked = np.zeros(len(tokens), dtype=np.bool_)
    asked[tokens.text[(asks & ~address).to_numpy()[tokens.code]]] = True
    return asked
