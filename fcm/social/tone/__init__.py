"""Sentiment of texts by published word lists, in five languages.

`sentiment` for texts of one's own; `score` and the `Scorer` protocol for posts that are being
scored; `SentimentLexicon` for the words, with their licences.
"""

from fcm.social.tone.lexicon import SentimentLexicon, languages
from fcm.social.tone.scoring import LexiconScorer, Scorer, score, sentiment

__all__ = ["LexiconScorer", "Scorer", "SentimentLexicon", "languages", "score", "sentiment"]
