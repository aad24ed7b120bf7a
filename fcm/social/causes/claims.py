"""Causal claims: what citizens say affects what, as proposals for a map and never as facts.

Every author counts once for a link, and links that fewer than `k` people claim are not shown. A
phrase carries a direction and a sign but no size, and what is often said need not be so: experts
decide which proposals become links.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import EvidenceError
from fcm.evidence import Claim, Origin
from fcm.social.causes.cues import Cues, cue_languages
from fcm.social.causes.links import find_links
from fcm.social.causes.proposals import CausalClaims
from fcm.social.law.categories import check_topics
from fcm.social.posts import Posts, batches
from fcm.social.terms.matching import Matcher
from fcm.social.terms.tokens import tokenise
from fcm.social.terms.words import words_of

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from fcm.social.law.audit import AuditLog
    from fcm.social.privacy import Privacy
    from fcm.social.terms.lexicon import Lexicon

__all__ = ["causal_claims"]

STRENGTH = 0.5
"""Size of the value of a claim all authors agree on: a phrase says a sign, not a size."""
CERTAINTY = 0.3
"""Highest confidence of a claim, approached as its authors become many."""
HALFWAY = 20
"""Number of authors at which half of `CERTAINTY` is reached."""
_KIND = "posts: causal phrases"
_COLUMNS = ("author", "copy", "source", "target", "sign", "number")


def causal_claims(
    posts: Posts | Iterable[Posts],
    lexicon: Lexicon,
    *,
    privacy: Privacy,
    credit: str = "",
    audit: AuditLog | None = None,
) -> CausalClaims:
    """Return what citizens say affects what: one claim for each pair of concepts.

    Phrases such as "leads to" or "because of" between two concepts in one sentence give a link with
    a direction and a sign (`fcm.social.causes.links`). An author's sign for a pair is the mean over
    their links; the value of the claim is the mean over its authors times 0.5, so authors who
    contradict each other pull it to 0. Confidence is ``0.3 n / (n + 20)`` with ``n`` authors.
    Whoever writes that there is *no* effect counts with 0: denying a link is evidence against it,
    while turning its sign round would claim what nobody said.

    Not shown are pairs that fewer than `k` people claim, and pairs that all but 1 to ``k - 1`` of
    all authors claim. The note of a claim says how many hold which sign, unless a group of fewer
    than `k` people would show; the sum of signs behind the value is then rounded to a multiple of
    `k`, since value and number of authors would show that group as well.

    Questions, irony, conditions and causes named by a pronoun ("it causes noise") are not
    understood. Precision is known roughly, for Spanish only: of 53 links in comments that the
    phrases were not tuned on, 30 had pair, direction and sign right (57 %; 95 % interval 43 to
    69 %), most of the others tied the wrong pair. Their author read them, so it was no blind test;
    most were between frequent nouns that stood in for concepts, and words that are no nouns were
    passed over. Hence the low confidence: let people read the proposals.

    Parameters
    ----------
    posts : Posts, or iterable of Posts
        Posts of the municipality's own accounts and of automatic ones are left out. Those without a
        language are matched with the terms and phrases of all.
    lexicon : Lexicon
    privacy : Privacy
        Authors become keys that are valid for this call's purpose only and are then forgotten.
    credit : str
        The line of credit of the source, carried along.
    audit : AuditLog, optional
        Takes an entry of numbers.

    Raises
    ------
    PrivacyError
        If the lexicon names a topic that the law protects most and privacy has no `dpia`.
    EvidenceError
        If no post is in a language that the lexicon and the shipped phrases share.

    References
    ----------
    Cue patterns: Khoo, Chan & Niu (2000), doi:10.3115/1075218.1075261.
    """
    check_topics(lexicon, privacy)
    shared = [each for each in lexicon.languages if each in cue_languages()]
    said: list[pl.DataFrame] = []
    everyone: list[pl.DataFrame] = []
    first, last, found = None, None, {}
    for part in batches(posts):
        table = _counted(part, shared)
        for language in table["language"].unique().to_list():
            if language not in found:
                found[language] = (Matcher(lexicon, language or None), Cues(language or None))
        everyone.append(_keyed(table.select("author").unique(), privacy))
        said.append(_said(table, found, privacy))
        if part.span is not None and table.height:
            first = min(first or part.span[0], part.span[0])
            last = max(last or part.span[1], part.span[1])
    if first is None:
        raise EvidenceError(
            "there is no post in a language that the lexicon and the causal phrases share; the "
            f"lexicon has {', '.join(lexicon.languages)}, the phrases are in "
            f"{', '.join(cue_languages())}."
        )
    claims = _claims(
        said,
        everyone,
        lexicon=lexicon,
        privacy=privacy,
        credit=credit,
        span=f"{first}..{last}",
    )
    if audit is not None:
        audit.record(
            "claims",
            rows_in=sum(each.height for each in everyone),
            rows_out=len(claims),
            suppressed=claims.hidden,
            k=privacy.k,
        )
    return claims


def _counted(posts: Posts, languages: Sequence[str]) -> pl.DataFrame:
    """Return author, text and language of the posts that count; "" for no language."""
    import polars as pl

    return posts._frame.filter(
        pl.col("language").is_null() | pl.col("language").is_in(languages),
        ~pl.col("automatic").fill_null(False),
        ~pl.col("own").fill_null(False),
    ).select("author", "text", pl.col("language").fill_null(""))


def _keyed(authors: pl.DataFrame, privacy: Privacy) -> pl.DataFrame:
    import polars as pl

    keys = privacy.keyed(authors["author"].to_list(), domain="author causes")
    return authors.select(author=pl.Series(keys, dtype=pl.UInt64))


def _said(
    table: pl.DataFrame, found: Mapping[str, tuple[Matcher, Cues]], privacy: Privacy
) -> pl.DataFrame:
    """Return, for each post and pair it links, its author and text (keyed), sum and number."""
    import polars as pl

    rows = []
    for language in sorted(table["language"].unique().to_list()):
        posts = table.filter(pl.col("language") == language)
        matcher, cues = found[language]
        words = words_of(tokenise(posts["text"]))
        links = find_links(words, matcher.find(words), cues)
        chosen = posts[links.text]
        plain = chosen["text"].str.to_lowercase().str.replace_all(r"\s+", " ").to_list()
        each = _keyed(chosen, privacy).with_columns(
            copy=pl.Series(privacy.keyed(plain, domain="copy causes"), dtype=pl.UInt64),
            text=links.text,
            source=links.source,
            target=links.target,
            sign=links.sign,
        )
        rows.append(
            each.group_by("author", "copy", "text", "source", "target")
            .agg(pl.col("sign").sum(), number=pl.len().cast(pl.Int64))
            .select(_COLUMNS)
        )
    kinds = (pl.UInt64, pl.UInt64, pl.Int64, pl.Int64, pl.Int64, pl.Int64)
    empty = pl.DataFrame(schema=dict(zip(_COLUMNS, kinds, strict=True)))
    return pl.concat([empty, *rows])


def _claims(
    said: Sequence[pl.DataFrame],
    everyone: Sequence[pl.DataFrame],
    *,
    lexicon: Lexicon,
    privacy: Privacy,
    credit: str,
    span: str,
) -> CausalClaims:
    """Count authors, hide what stands for too few, and make claims of the rest."""
    import polars as pl

    active = pl.concat(everyone)["author"].n_unique()
    each = (
        pl.concat(said)
        .unique()  # a text that an author repeats counts once
        .group_by("author", "source", "target")
        .agg(pl.col("sign").sum(), pl.col("number").sum())
        .with_columns(mean=pl.col("sign") / pl.col("number"))
    )
    claims, authors, hidden = [], {}, 0
    for (source, target), group in sorted(
        each.group_by("source", "target"), key=lambda pair: pair[0]
    ):
        count, rest = group.height, active - group.height
        if count < privacy.k or 0 < rest < privacy.k:
            hidden += 1
            continue
        means = group["mean"].to_numpy()
        pair = (lexicon.concepts[int(source)], lexicon.concepts[int(target)])
        authors[pair] = count
        claims.append(
            Claim(
                *pair,
                STRENGTH * _agreement(means, privacy.k),
                CERTAINTY * count / (count + HALFWAY),
                Origin(
                    kind=_KIND,
                    source="authors of posts",
                    date=span,
                    licence=credit,
                    note=_note(means, privacy),
                ),
            )
        )
    order = sorted(claims, key=lambda claim: (claim.source, claim.target))
    return CausalClaims(
        claims=tuple(order),
        authors={(c.source, c.target): authors[c.source, c.target] for c in order},
        hidden=hidden,
        k=privacy.k,
        purpose=privacy.purpose,
        basis=privacy.basis,
        credit=credit,
        lexicon=f"{len(lexicon)} terms, {lexicon.fingerprint}",
    )


def _parts(means: NDArray[np.float64]) -> dict[str, int]:
    """Return how many people hold which sign."""
    return {
        "say it raises": int(np.sum(means > 0)),
        "that it lowers": int(np.sum(means < 0)),
        "that it does neither, or both": int(np.sum(means == 0)),
    }


def _shown(means: NDArray[np.float64], k: int) -> bool:
    """Say whether every sign is held by nobody or by at least `k` people."""
    return all(count == 0 or count >= k for count in _parts(means).values())


def _agreement(means: NDArray[np.float64], k: int) -> float:
    """Return the mean sign, its sum rounded to a multiple of `k` where a small part would show."""
    total = math.fsum(means)
    if not _shown(means, k):
        total = min(max(round(total / k) * k, -len(means)), len(means))
    return total / len(means)


def _note(means: NDArray[np.float64], privacy: Privacy) -> str:
    """Say how many people hold which sign, as far as no small group shows."""
    if _shown(means, privacy.k):
        told = ", ".join(f"{count} {words}" for words, count in _parts(means).items() if count)
    else:
        told = "they differ, and a part is too small to show"
    return (
        f"{len(means)} distinct authors: {told}; a proposal from phrases, not a fact; "
        f"purpose: {privacy.purpose}; basis: {privacy.basis}"
    )
