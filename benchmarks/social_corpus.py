"""The posts that `benchmarks/social.py` times: many, in five languages, and nobody's.

Texts of about 150 bytes are made from labelled tweets by exchanging tokens, going on with a piece
of another one where there is room, and naming a concept in a third of them. They resemble what
people write closely enough for timing and say nothing. The tweets may not be passed on, so these
texts belong in a temporary folder.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from fcm.social.terms.lexicon import Lexicon, Term
from fcm.social.terms.words import split_term

FILES = {
    "nl": ("politwit_nl",),
    "es": ("umsab_train_es", "umsab_test_es", "sentimp_es"),
    "el": ("sentimp_el",),
    "de": ("umsab_train_de", "umsab_test_de"),
    "en": ("umsab_train_en", "umsab_test_en", "sentimp_en"),
}
LANGUAGES = tuple(FILES)
# Concept: terms in nl, es, el, de, en; a minus marks the opposite of the concept.
TERMS = {
    "traffic": (
        "verkeer, file*",
        "tráfico, atasco*",
        "κίνηση, μποτιλιάρισμα",
        "verkehr, stau*",
        "traffic, traffic jam*",
    ),
    "noise": (
        "lawaai, geluidsoverlast, -rustig",
        "ruido*, -silencio",
        "θόρυβος, -ησυχία",
        "lärm, -ruhig",
        "noise, noisy, -quiet",
    ),
    "green space": (
        "park, openbaar groen",
        "parque*, zona* verde*",
        "πάρκο, χώροι πρασίνου",
        "park, grünfläche*",
        "park, parks, green space*",
    ),
    "housing": (
        "woningnood, huur",
        "vivienda*, alquiler*",
        "στέγαση, ενοίκιο",
        "wohnung*, miete*",
        "housing, rent, rents",
    ),
    "safety": (
        "veiligheid, -onveilig",
        "seguridad, -inseguridad",
        "ασφάλεια, -ανασφάλεια",
        "sicherheit, -unsicher",
        "safety, -unsafe",
    ),
    "public transport": (
        "openbaar vervoer, tram*, bus",
        "transporte público, autobús, metro",
        "μέσα μεταφοράς, λεωφορείο",
        "nahverkehr, straßenbahn",
        "public transport, bus, tram*",
    ),
    "cycling": (
        "fiets*, fietspad",
        "bicicleta*, carril bici",
        "ποδήλατο, ποδηλατόδρομος",
        "fahrrad, radweg*",
        "bicycle*, bike lane*",
    ),
    "clean air": (
        "schone lucht, -fijnstof",
        "aire limpio, -contaminación",
        "καθαρός αέρας, -ρύπανση",
        "saubere luft, -feinstaub",
        "clean air, -pollution",
    ),
    "clean streets": (
        "-zwerfafval, -vuilnis",
        "limpieza, -basura*",
        "καθαριότητα, -σκουπίδια",
        "-müll, sauberkeit",
        "-litter, -garbage",
    ),
    "parking": (
        "parkeren, parkeerplaats*",
        "aparcamiento*, aparcar",
        "πάρκινγκ, στάθμευση",
        "parkplatz, parken",
        "parking, parking space*",
    ),
}
PART = 100_000
SHARE = 0.35
SWAPPED = 0.2
BYTES = 150
FIRST = np.datetime64("2024-01-01T00:00:00", "us")
SECONDS = 731 * 86_400


def lexicon() -> Lexicon:
    """Return the terms of ten concepts in five languages."""
    return Lexicon(
        terms=tuple(
            Term(
                concept=concept,
                language=language,
                words=split_term(term.lstrip("-")),
                polarity=-1 if term.startswith("-") else 1,
            )
            for concept, by_language in TERMS.items()
            for language, terms in zip(LANGUAGES, by_language, strict=True)
            for term in terms.split(", ")
        )
    )


def padded(size: int, shared: Path) -> Lexicon:
    """Return a lexicon of `size` English terms, the real ones first; those added never occur.

    A third of those added are invented words, a third prefixes, a third phrases that begin with a
    word of the tweets, so that they have to be looked at where that word stands. Of size 0, which
    no lexicon can have, is one with a single invented word.
    """
    real = [term for term in lexicon().terms if term.language == "en"][:size]
    rng = np.random.default_rng(size)
    words = sorted({w.casefold() for text in tweets("en", shared) for w in text if w.isalpha()})
    letters = np.array(list("bcdfghjklmnpqrstvwxz"))
    added: dict[str, None] = {}
    while len(added) < max(size, 1) - len(real):
        invented = "".join(rng.choice(letters, 7))
        form = ("{1}", "{1}*", "{0} {1}")[len(added) % 3]
        added[form.format(words[rng.integers(len(words))], invented)] = None
    terms = real + [
        Term(concept=f"padding {i % 10}", language="en", words=split_term(term))
        for i, term in enumerate(added)
    ]
    return Lexicon(terms=tuple(terms))


def tweets(language: str, shared: Path) -> list[list[str]]:
    """Return the tokens of every labelled tweet of a language."""
    return [text.split() for name in FILES[language] for _, text in labelled(name, shared)]


def labelled(name: str, shared: Path) -> list[tuple[float, str]]:
    """Return label and text of every row of a labelled set."""
    path = shared / "data" / "social" / "eval" / f"{name}.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        return [(float(row[0]), row[1]) for row in rows if len(row) == 2]


def write_parts(folder: Path, count: int, shared: Path) -> list[Path]:
    """Write `count` posts as Parquet files of 100,000 and return their paths.

    A fifth of the posts is in each language. Authors are drawn by a flattened Zipf law from a
    fifth as many as there are posts; two years of times; likes and shares with a long tail.
    """
    import polars as pl

    makers = {language: _Maker(language, shared) for language in LANGUAGES}
    people = max(count // 5, 20)
    weight = (np.arange(people) + 50.0) ** -0.8
    reach = np.cumsum(weight) / weight.sum()
    paths = []
    for part, start in enumerate(range(0, count, PART)):
        rng = np.random.default_rng([part, count])
        rows = min(PART, count - start)
        languages = rng.integers(len(LANGUAGES), size=rows)
        texts: Any = np.empty(rows, dtype=object)
        for number, language in enumerate(LANGUAGES):
            mine = np.flatnonzero(languages == number)
            texts[mine] = makers[language].texts(len(mine), rng)
        ids = np.arange(start, start + rows)
        frame = pl.DataFrame(
            {
                "id": [f"p{each}" for each in ids.tolist()],
                "author": [
                    f"u{each}" for each in np.searchsorted(reach, rng.random(rows)).tolist()
                ],
                "text": texts.tolist(),
                "created_at": FIRST + rng.integers(SECONDS, size=rows).astype("timedelta64[s]"),
                "language": np.array(LANGUAGES)[languages].tolist(),
                "likes": np.floor(rng.pareto(1.3, rows)).astype(np.int64),
                "shares": np.floor(rng.pareto(2.0, rows)).astype(np.int64),
                "replies": np.floor(rng.pareto(2.5, rows)).astype(np.int64),
            }
        )
        paths.append(folder / f"part-{part:03d}.parquet")
        frame.write_parquet(paths[-1])
    return paths


class _Maker:
    """Makes texts of one language."""

    def __init__(self, language: str, shared: Path) -> None:
        known = tweets(language, shared)
        self.tokens: Any = np.array([token for text in known for token in text], dtype=object)
        self.start = np.cumsum([0, *map(len, known)])
        terms = [term for term in lexicon().terms if term.language == language]
        self.keywords = [" ".join(w.rstrip("*") for w in term.words) for term in terms]
        size = np.mean([len(" ".join(text).encode()) for text in known])
        each = np.mean([len(token.encode()) + 1 for text in known for token in text])
        room = BYTES - SHARE * 8
        self.more = max(0.0, (room - size) / each)
        self.kept = min(1.0, room / size)

    def texts(self, count: int, rng: np.random.Generator) -> list[str]:
        chosen = rng.integers(len(self.start) - 1, size=count)
        first, last = self.start[chosen], self.start[chosen + 1]
        last = first + np.rint((last - first) * self.kept).astype(np.int64)
        more = rng.poisson(self.more, count)
        onward = rng.integers(len(self.tokens) - more.max() - 1, size=count)
        lengths = last - first + more
        ends = np.cumsum(lengths)
        place = np.arange(ends[-1]) - np.repeat(ends - lengths, lengths)
        own = place < np.repeat(last - first, lengths)
        code = np.where(
            own,
            np.repeat(first, lengths) + place,
            np.repeat(onward - (last - first), lengths) + place,
        )
        swapped = rng.random(len(code)) < SWAPPED
        code[swapped] = rng.integers(len(self.tokens), size=int(swapped.sum()))
        words = self.tokens[code]
        naming = np.flatnonzero((rng.random(count) < SHARE) & (lengths > 0))
        at = (ends - lengths)[naming] + np.floor(rng.random(len(naming)) * lengths[naming]).astype(
            np.int64
        )
        for where, which in zip(at, rng.integers(len(self.keywords), size=len(at)), strict=True):
            words[where] = f"{words[where]} {self.keywords[which]}"
        listed, bounds = words.tolist(), [0, *ends.tolist()]
        return [" ".join(listed[bounds[i] : bounds[i + 1]]) for i in range(count)]
