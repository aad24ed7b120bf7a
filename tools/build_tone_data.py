"""Build the sentiment lexicons of fcm.social.tone from their published files.

Usage::

    python tools/build_tone_data.py LEXICONS VADER [--check]

LEXICONS is the folder that holds ``pattern-nl-sentiment.xml``, ``uzh-german-polarity.txt``,
``afinn-es.tsv`` and ``mklab-greek.tsv``; VADER the folder of the installed ``vaderSentiment``. Each
file written has one line for each word: word, value in [-4, 4], kind. The same bytes come out for
the same files. ``--check`` writes nothing and fails if a shipped file differs.
"""

from __future__ import annotations

import argparse
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import fmean
from xml.etree import ElementTree

OUT = Path(__file__).resolve().parent.parent / "fcm/social/tone/data"

# Values of the UZH lexicon that are typing errors, and what they must have meant.
UZH_ERRORS = {"0.0.5": "0.5", "5": "0.5", "7": "0.7", "0.7+B6085": "0.7"}
# Marked as a shifter although it is praise.
UZH_NO_SHIFTER = "einzigartig"

Entry = tuple[str, float, str]


def vader(folder: Path) -> list[Entry]:
    """Return the words that can be met: tokens are put in small letters and hold no blank.

    Of words that stand twice the last counts, as it does for VADER itself.
    """
    lines = (folder / "vader_lexicon.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.strip().split("\t")[:2] for line in lines if line.strip()]
    values = {word: float(value) for word, value in pairs}
    return [(w, v, "") for w, v in values.items() if w == w.lower() and len(w.split()) == 1]


def pictographs(folder: Path) -> list[tuple[str, str]]:
    """Return pictographs of one character with their description in English."""
    lines = (folder / "emoji_utf8_lexicon.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.strip().split("\t")[:2] for line in lines if line.strip()]
    return [(sign, words) for sign, words in pairs if len(sign) == 1]


def pattern(path: Path) -> list[Entry]:
    """Return Dutch words: the mean polarity of their senses, times four."""
    senses: dict[tuple[str, str], list[float]] = defaultdict(list)
    for word in ElementTree.parse(path).getroot().iter("word"):
        form = word.get("form", "").strip().lower()
        if len(form.split()) == 1:
            kind = "adj" if word.get("pos") == "JJ" else ""
            senses[form, kind].append(float(word.get("polarity", "0")))
    return [(form, 4 * fmean(each), kind) for (form, kind), each in senses.items()]


def uzh(path: Path) -> list[Entry]:
    """Return German words: strength times three; the marks INT and SHI of adverbs as kinds."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("%%") or not line.strip():
            continue
        word, mark, part = line.split()[:3]
        mark, strength = mark.split("=")
        if "_" in word:
            continue
        size = float(UZH_ERRORS.get(strength, strength))
        word = word.lower()
        if mark in ("POS", "NEG"):
            kind = {"adj": "adj", "verben": "verb"}.get(part, "")
            found.append((word, (3 if mark == "POS" else -3) * size, kind))
        elif part in ("adj", "neg") and mark == "INT":
            found.append((word, 0.293 if size > 1 else -0.293, "booster"))
        elif part in ("adj", "neg") and mark == "SHI" and word != UZH_NO_SHIFTER:
            found.append((word, 0.0, "negator"))
    return found


def afinn_es(path: Path) -> list[Entry]:
    """Return Spanish words: two for positive, minus two for negative."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return [(word.lower(), 2.0 if mark == "positive" else -2.0, "") for word, mark in rows]


def mklab(path: Path) -> list[Entry]:
    """Return Greek words: the mean of the annotators who gave a polarity, times two."""
    lines = path.read_text(encoding="utf-8").splitlines()
    header = lines[0].split("\t")
    places = [header.index(f"Polarity{number}") for number in (1, 2, 3, 4)]
    kinds = [header.index(f"POS{number}") for number in (1, 2, 3, 4)]
    found = []
    for line in lines[1:]:
        cells = [cell.strip() for cell in line.split("\t")]
        votes = [{"POS": 2.0, "NEG": -2.0, "BOTH": 0.0}.get(cells[p]) for p in places]
        given = [vote for vote in votes if vote is not None]
        parts = [cells[p] for p in kinds]
        kind = {"ADJ": "adj", "VERB": "verb"}.get(max(parts, key=parts.count), "")
        term = cells[0].split(" ")[0].strip(",/")
        if given and term and not term.endswith("-"):
            found.append((term.lower(), fmean(given), kind))
    return found


def table(entries: Iterable[Entry]) -> str:
    """Return the lines of a lexicon: mean of equal words, no neutral ones, sorted."""
    values: dict[str, list[float]] = defaultdict(list)
    kinds: dict[str, set[str]] = defaultdict(set)
    for word, value, kind in entries:
        word = unicodedata.normalize("NFC", word)
        kinds[word].add(kind)
        if kind not in ("booster", "negator"):
            values[word].append(value)
        elif kind == "booster":
            values[f"{word} "].append(value)
    lines = []
    for word in sorted(kinds):
        mark = next((k for k in ("negator", "booster", "adj", "verb") if k in kinds[word]), "")
        given = {"negator": [0.0], "booster": values[f"{word} "]}.get(mark, values[word])
        value = round(fmean(given), 3) + 0.0
        if value or mark == "negator":
            lines.append(f"{word}\t{value:g}\t{mark}".rstrip("\t"))
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write or check the files."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("lexicons", type=Path)
    parser.add_argument("vader", type=Path)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    sources: dict[str, tuple[Callable[[Path], list[Entry]], Path]] = {
        "en": (vader, args.vader),
        "nl": (pattern, args.lexicons / "pattern-nl-sentiment.xml"),
        "de": (uzh, args.lexicons / "uzh-german-polarity.txt"),
        "es": (afinn_es, args.lexicons / "afinn-es.tsv"),
        "el": (mklab, args.lexicons / "mklab-greek.tsv"),
    }
    built = {f"{name}.tsv": table(read(path)) for name, (read, path) in sources.items()}
    built["emoji.tsv"] = "".join(f"{s}\t{words}\n" for s, words in sorted(pictographs(args.vader)))
    differ = [
        name
        for name, text in sorted(built.items())
        if not (OUT / name).is_file() or (OUT / name).read_bytes() != text.encode()
    ]
    if args.check:
        for name in differ:
            print(f"{name} differs from what the sources give")
        return 1 if differ else 0
    for name in differ:
        (OUT / name).write_bytes(built[name].encode())
    print(f"wrote {', '.join(differ) or 'nothing; all files are as they should be'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
