"""Names of concepts that mislead: those that state a direction, and those nearly alike.

It reads names only; what the concepts stand for it cannot know.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from itertools import combinations

__all__ = ["nearly_alike", "stated_direction"]

_MOST_COMPARED = 300

# Words that give a quantity a direction, in English, Spanish and Greek; accents taken off.
_DIRECTIONS = re.compile(
    "less|fewer|more|lack|reduc(ed|ing|tion)|(in|de)creas(e|ed|ing)|decline|lower|higher|rising"
    "|falling|shortage|absence|insufficient|menos|mas|falta|reduccion|aumento|disminucion|descenso"
    "|escasez|ausencia|insuficiente|(λιγοτερ|περισσοτερ|ελλειψ|μειω|αυξησ|αυξημεν).*"
)
_FIRST_WORDS = frozenset({"no", "not", "non", "without", "sin", "χωρισ"})


def stated_direction(text: str) -> str:
    """Return the word by which a name gives its quantity a direction, or "".

    English, Spanish and Greek; a name such as "less traffic" leaves open what more of it means.

    Examples
    --------
    >>> stated_direction("less traffic"), stated_direction("traffic")
    ('less', '')
    """
    words = _words(text)
    for place, word in enumerate(words):
        plain = _plain(word)
        negated = place == 0 and len(words) > 1 and plain in _FIRST_WORDS
        if negated or _DIRECTIONS.fullmatch(plain):
            return word
    return ""


def nearly_alike(names: Sequence[str]) -> list[tuple[int, int]]:
    """Return the pairs of places whose names are nearly alike.

    Case, accents, blanks and a plural s do not count, and names that differ in a number are not
    alike. Of more than 300 names only those equal by this measure are found.

    Examples
    --------
    >>> nearly_alike(["air pollution", "noise", "Air_pollutions"])
    [(0, 2)]
    """
    keys = [" ".join(_plain(word).removesuffix("s") for word in _words(each)) for each in names]
    digits = [re.findall(r"\d+", key) for key in keys]
    if len(names) > _MOST_COMPARED:
        first: dict[str, int] = {}
        return [
            (first[key], j) for j, key in enumerate(keys) if key and first.setdefault(key, j) != j
        ]
    pairs = []
    matcher = difflib.SequenceMatcher(autojunk=False)
    for i, j in combinations(range(len(names)), 2):
        if keys[i] and digits[i] == digits[j]:
            matcher.set_seqs(keys[i], keys[j])
            if matcher.real_quick_ratio() >= 0.9 and matcher.ratio() >= 0.9:
                pairs.append((i, j))
    return pairs


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in decomposed if not unicodedata.combining(each))
