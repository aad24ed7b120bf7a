"""Regular endings of nouns and adjectives, so that a term also finds its plural.

A heuristic over folded words, with no dictionary: for each language a short table of endings, of
which the first that fits counts. It keeps to what seldom makes another word: no verbs and no
irregular plurals ("stad", "steden"), which a lexicon must name itself. An umlaut is gone before it
comes here, with all accents ("Baum", "Bäume"). Some forms are no words at all; they are found in
no text.
"""

from __future__ import annotations

import re

__all__ = ["inflections"]

# The shortest word that is inflected; of shorter ones too much looks alike.
SHORTEST = 3

_DUTCH = (
    ("(.+)heid", r"\1heden"),
    ("(.+(?:isch|lijk|ig))", r"\1e"),
    ("(.+um)", r"\1s"),
    ("(.+)aar", r"\1aren \1aars"),
    ("(.+(?:eur|ier))", r"\1en \1s"),
    # A long vowel is written double in a closed syllable only: straat, straten; kaas, kazen.
    (r"(.*)([aeou])\2s", r"\1\2se \1\2sen \1\2ze \1\2zen"),
    (r"(.*)([aeou])\2f", r"\1\2ve \1\2ven"),
    (r"(.*)([aeou])\2([bcdgklmnprtwz])", r"\1\2\3e \1\2\3en"),
    ("(.*(?:ie|oe|eu|ui|ij|ei|ou|au)|.*[lnr])s", r"\1se \1sen \1ze \1zen"),
    ("(.*(?:ie|oe|eu|ui|ij|ei|ou|au)|.*[lr])f", r"\1ve \1ven"),
    ("(.*(?:ie|oe|eu|ui|ij|ei|ou|au)[bcdgklmnprtw])", r"\1e \1en"),
    ("(.+(?:ij|ui|ei|ee))", r"\1en"),
    ("(.+ie)", r"\1n \1s \1en"),
    ("(.+e)", r"\1n \1s"),
    ("(.+[aiouy])", r"\1s"),
    ("(.*[aeiouy].*or)", r"\1en \1s"),
    ("(.*[aeiouy].*(?:el|em|en|er|on))", r"\1e \1s"),
    # A short vowel keeps a closed syllable: bak, bakken; but afval is not afvallen.
    ("([^aeiouy]*[aeiou])([bmp])", r"\1\2\2e \1\2\2en \1\2s"),
    ("([^aeiouy]*[aeiou])([dfgklnrst])", r"\1\2\2e \1\2\2en"),
    ("(.*[^aeiou][aeiou])([kst])", r"\1\2\2e \1\2\2en"),
    ("(.+[^aeiou][bmp])", r"\1e \1en \1s"),
    ("(.+[^aeiou]{2})", r"\1e \1en"),
)
_ENGLISH = (
    ("(.*[^aeiou])y", r"\1ies"),
    ("(.+(?:[sxz]|ch|sh))", r"\1es"),
    ("(.+o)", r"\1s \1es"),
    ("(.+)", r"\1s"),
)
_GERMAN = (
    ("(.+(?:ig|lich|isch|bar|sam|haft|los))", r"\1e \1em \1en \1er \1es"),
    ("(.+(?:ung|heit|keit|schaft|ion|tat))", r"\1en"),
    ("(.{3,}in)", r"\1nen"),
    ("(.*haus)", r"\1e \1er \1ern \1es"),
    ("(.+(?:nis|us))", r"\1se \1sen \1ses"),
    ("(.+(?:el|er))", r"\1n \1s"),
    ("(.+en)", r"\1s"),
    ("(.+e)", r"\1n"),
    ("(.+[aioy])", r"\1s"),
    ("(.+d)", r"\1e \1er \1ern \1es \1s"),
    ("(.+[sxz])", r"\1e \1es"),
    # After these -en mostly makes the verb: Park, parken; Kauf, kaufen.
    ("(.+[bfkmp])", r"\1e \1es \1s"),
    ("(.+)", r"\1e \1en \1es \1s"),
)
_SPANISH = (
    ("(.+(?:os|ad|iv|ic|ari|ur|pi|uci))o", r"\1a \1as \1os"),
    ("(.*)z", r"\1ces"),
    ("(.+s)", ""),
    ("(.+[iu])", r"\1s \1es"),
    ("(.+[aeo])", r"\1s"),
    ("(.+[bcgkmpt])", r"\1s \1es"),
    ("(.+)", r"\1es"),
)
_GREEK = (
    ("(.+μα)", r"\1τα \1τοσ \1των"),
    ("(.+)οσ", r"\1ο \1οι \1ου \1ουσ \1ων"),
    ("(.+)([αη])σ", r"\1\2 \1εσ \1ων"),
    ("(.+)η", r"\1ησ \1εσ \1ων \1εισ \1εων \1εωσ"),
    ("(.+)α", r"\1ασ \1εσ \1ων"),
    ("(.+)ο", r"\1α \1ου \1ων"),
    ("(.+ι)", r"\1α \1ου \1ων"),
)
_TABLES = {"nl": _DUTCH, "en": _ENGLISH, "de": _GERMAN, "es": _SPANISH, "el": _GREEK}


def inflections(word: str, language: str) -> tuple[str, ...]:
    """Return the regular inflections of a folded word, without the word itself, sorted.

    Parameters
    ----------
    word : str
        Folded, as in `fcm.social.Term`; a word with a digit, a ``*`` or fewer than three letters
        has none.
    language : {"nl", "en", "de", "es", "el"}
        Words of any other language have none.

    Examples
    --------
    >>> inflections("straat", "nl"), inflections("bak", "nl")
    (('strate', 'straten'), ('bakke', 'bakken'))
    >>> inflections("city", "en"), inflections("luz", "es"), inflections("δρομοσ", "el")
    (('cities',), ('luces',), ('δρομο', 'δρομοι', 'δρομου', 'δρομουσ', 'δρομων'))
    """
    if len(word) < SHORTEST or not word.isalpha():
        return ()
    for ending, forms in _TABLES.get(language, ()):
        match = re.fullmatch(ending, word)
        if match:
            return tuple(sorted({match.expand(form) for form in forms.split()} - {word}))
    return ()
