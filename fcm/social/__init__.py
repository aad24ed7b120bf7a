"""What citizens write about, as aggregates: text and identities end in this room.

`read_posts` gives opaque `Posts`; `score` turns them into opaque numbers and lets the text go;
`count` turns those into `Signals`, in which every cell stands for at least ``k`` people. `signals`
does both. `causal_claims` reads who says what affects what. Nothing that leaves this room holds a
text, an author or the id of a post.
"""

from __future__ import annotations

from fcm.social.accounts import own_accounts
from fcm.social.areas import Areas
from fcm.social.audience import HeardReport, heard
from fcm.social.causes import CausalClaims, causal_claims
from fcm.social.counts.aggregates import Signals
from fcm.social.counts.breakdown import Breakdown, breakdown
from fcm.social.counts.counting import count, signals
from fcm.social.counts.from_counts import from_counts
from fcm.social.kinds import PostKinds
from fcm.social.language import detect, fill_languages
from fcm.social.law.audit import AuditLog
from fcm.social.law.categories import check_topics
from fcm.social.law.deletion import Deletion, moved_results
from fcm.social.law.facts import DpiaFacts, dpia_facts
from fcm.social.law.ledger import Ledger
from fcm.social.law.noise import Budget, noisy
from fcm.social.law.register import algorithm_register_record, register_faults
from fcm.social.law.replay import replay
from fcm.social.platforms.cards import SourceCard, source_card
from fcm.social.posts import Posts, PostsReport
from fcm.social.privacy import Privacy, Retention
from fcm.social.reading import read_posts, stream_posts
from fcm.social.redaction import Redaction, RedactionEffect, redact, redaction_effect
from fcm.social.scored import Heard, Scored
from fcm.social.scoring import score
from fcm.social.terms.lexicon import Lexicon, Term
from fcm.social.tone import LexiconScorer, Scorer, SentimentLexicon, sentiment
from fcm.social.tone.accuracy import Accuracy
from fcm.social.tone.model import SentimentModel

__all__ = [
    "Accuracy",
    "Areas",
    "AuditLog",
    "Breakdown",
    "Budget",
    "CausalClaims",
    "Deletion",
    "DpiaFacts",
    "Heard",
    "HeardReport",
    "Ledger",
    "Lexicon",
    "LexiconScorer",
    "PostKinds",
    "Posts",
    "PostsReport",
    "Privacy",
    "Redaction",
    "RedactionEffect",
    "Retention",
    "Scored",
    "Scorer",
    "SentimentLexicon",
    "SentimentModel",
    "Signals",
    "SourceCard",
    "Term",
    "algorithm_register_record",
    "breakdown",
    "causal_claims",
    "check_topics",
    "count",
    "detect",
    "dpia_facts",
    "fill_languages",
    "from_counts",
    "heard",
    "moved_results",
    "noisy",
    "own_accounts",
    "read_posts",
    "redact",
    "redaction_effect",
    "register_faults",
    "replay",
    "score",
    "sentiment",
    "signals",
    "source_card",
    "stream_posts",
]
