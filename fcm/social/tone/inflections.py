"""Forms of words: adjectives with their endings, verbs of the present and past.

Lexicons list base forms, people write inflected ones. The endings here are few and regular; a form
that a lexicon lists itself is never overruled. Nothing here knows sentiment. English is left out:
its lexicon lists all forms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["forms"]

# Longer adjectives are hardly ever compared by an ending.
LONGEST_COMPARED = 10
_VOWELS = frozenset("aeiou")


def forms(word: str, kind: str, *, language: str) -> Iterator[str]:
    """Yield other forms of a word in small letters.

    Parameters
    ----------
    word : str
    kind : {"", "adj", "verb"}
        Spanish endings do not ask for it.
    language : str

    Examples
    --------
    >>> list(forms("boos", "adj", language="nl"))
    ['boze', 'bozer', 'boost', 'booste']
    >>> list(forms("malo", "", language="es"))
    ['mala', 'malos', 'malas']
    """
    return _FORMS.get(language, _none)(word, kind)


def _none(word: str, kind: str) -> Iterator[str]:  # noqa: ARG001  (the signature of the others)
    return iter(())


def _dutch(word: str, kind: str) -> Iterator[str]:
    bare = len(word) > 2 and (word[-1] not in _VOWELS or word.endswith(("ai", "ei", "oi")))
    if kind != "adj" or not bare:
        return
    stem = _dutch_stem(word)
    yield stem + "e"
    if len(word) <= LONGEST_COMPARED:
        yield word + "der" if word.endswith("r") else stem + "er"
        superlative = word + ("t" if word.endswith("s") else "st")
        yield superlative
        yield superlative + "e"


def _dutch_stem(word: str) -> str:
    """Return the word as it stands before a vowel: boos, boz-; dom, domm-; vaag, vag-."""
    if word[-1] not in _VOWELS and word[-2] == word[-3] and word[-2] in "aeou":
        return word[:-2] + {"f": "v", "s": "z"}.get(word[-1], word[-1])
    if word[-3:-1] in ("ie", "ij", "eu", "ui", "ou", "oe") and word[-1] in "fs":
        return word[:-1] + {"f": "v", "s": "z"}[word[-1]]
    short = (
        word[-1] not in _VOWELS
        and word[-1] not in "wjx"
        and word[-2] in _VOWELS
        and word[-3] not in _VOWELS
        and sum(letter in _VOWELS for letter in word) == 1
    )
    return word + word[-1] if short else word


def _german(word: str, kind: str) -> Iterator[str]:
    if kind == "adj" and len(word) > 2:
        stem = word.removesuffix("e")
        if word.endswith(("el", "uer")) and len(word) > 3:
            stem = word[:-2] + word[-1]
        for ending in ("e", "er", "es", "en", "em"):
            yield stem + ending
        if len(word) <= LONGEST_COMPARED:
            yield from (stem + ending for ending in ("ere", "eren"))
            link = "est" if word.endswith(("t", "d", "s", "ß", "z", "sch")) else "st"
            yield from (word.removesuffix("e") + link + ending for ending in ("e", "en"))
    elif kind == "verb" and word.endswith("n") and len(word) > 3:
        stem = word.removesuffix("n").removesuffix("e")
        link = "e" if stem.endswith(("t", "d")) else ""
        for ending in ("e", link + "st", link + "t", link + "te", link + "ten", "end"):
            yield stem + ending
        bound = ("be", "ent", "er", "ver", "zer", "miss", "emp", "ge")
        if not word.startswith(bound) and not word.endswith("ieren"):
            yield "ge" + stem + link + "t"


def _spanish(word: str, kind: str) -> Iterator[str]:  # noqa: ARG001  (the file names no kinds)
    if len(word) < 4:
        return
    if word.endswith("o"):
        yield from (word[:-1] + ending for ending in ("a", "os", "as"))
    elif word.endswith("a"):
        yield word + "s"
        yield from (word[:-1] + ending for ending in ("o", "os"))
    elif word.endswith("e"):
        yield word + "s"
    elif word.endswith("z"):
        yield word[:-1] + "ces"
    elif word.endswith(("ión", "ón")):
        yield word[:-2] + "ones"
    elif word.endswith(("or", "és")):
        bare = word[:-2] + {"or": "or", "és": "es"}[word[-2:]]
        yield from (bare + ending for ending in ("a", "es", "as"))
    elif word.endswith(("l", "d", "n", "j")):
        yield word + "es"


def _greek(word: str, kind: str) -> Iterator[str]:
    for ending, others in _GREEK.items():
        if word.endswith(ending) and len(word) > len(ending) + 2:
            stem = word[: -len(ending)]
            yield from (stem + other for other in others)
            return
    if kind == "verb" and word.endswith("ω") and len(word) > 3:
        stem = word[:-1]
        yield from (stem + other for other in ("εις", "ει", "ουμε", "ετε", "ουν", "ε", "οντας"))


# Accents are taken off before the look-up; nouns and adjectives by their longest ending.
_GREEK: Mapping[str, tuple[str, ...]] = {
    "ικός": ("ική", "ικό", "ικού", "ικής", "ικοί", "ικές", "ικά", "ικών", "ικούς", "ικά"),
    "ός": ("ή", "ό", "ού", "ής", "οί", "ές", "ά", "ών", "ούς", "έ"),
    "ος": ("η", "α", "ο", "ου", "ης", "ας", "οι", "ες", "ων", "ους", "ε"),
    "ής": ("ές", "ούς", "είς", "ή", "ών"),
    "ύς": ("ιά", "ύ", "ιού", "ιάς", "ιοί", "ιές", "ιών", "ιούς"),
    "ας": ("α", "ες", "ων"),
    "ης": ("η", "ες", "ων", "εις"),
    "ία": ("ίας", "ίες", "ιών"),
    "μα": ("ματος", "ματα", "μάτων"),
    "ση": ("σης", "σεις", "σεων", "σεως"),
    "η": ("ης", "ες", "ων", "εις"),
    "ή": ("ής", "ές", "ών"),
    "α": ("ας", "ες", "ων"),
    "ά": ("άς", "ές", "ών"),
    "ιο": ("ια", "ίου", "ίων"),
    "ο": ("ου", "α", "ων"),
    "ό": ("ού", "ά", "ών"),
    "ί": ("ιά", "ιού", "ιών"),
    "άω": ("άς", "ά", "άει", "άμε", "άτε", "άνε", "ούν", "ώντας"),
    "ώ": ("είς", "εί", "ούμε", "είτε", "ούν", "άς", "ά", "άμε", "άτε", "ώντας"),
    "ομαι": ("εσαι", "εται", "όμαστε", "εστε", "ονται", "όταν", "όμουν"),
    "άμαι": ("άσαι", "άται", "όμαστε", "άστε", "ούνται"),
    "ιέμαι": ("ιέσαι", "ιέται", "ιόμαστε", "ιέστε", "ιούνται"),
    "ούμαι": ("είσαι", "είται", "ούμαστε", "είστε", "ούνται"),
}

_FORMS: Mapping[str, Callable[[str, str], Iterator[str]]] = {
    "de": _german,
    "el": _greek,
    "es": _spanish,
    "nl": _dutch,
}
