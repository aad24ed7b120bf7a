"""What citizens write about, as aggregates: text and identities end in this room.

Posts are read into an opaque `Posts`, a `Lexicon` says which words name which concept, and
`signals` counts distinct authors by concept and period. Cells that stand for fewer than ``k``
people are suppressed. Nothing that leaves this room holds a text, an author or the id of a post.
"""

from __future__ import annotations

from fcm.social.aggregates import Signals
from fcm.social.counting import signals
from fcm.social.lexicon import Lexicon, Term
from fcm.social.posts import Posts, PostsReport
from fcm.social.privacy import Privacy
from fcm.social.reading import read_posts

__all__ = [
    "Lexicon",
    "Posts",
    "PostsReport",
    "Privacy",
    "Signals",
    "Term",
    "read_posts",
    "signals",
]
