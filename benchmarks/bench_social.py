"""Posts per CPU-second: reading, matching and counting.

    python benchmarks/bench_social.py [--posts N | --file POSTS.csv --author A --text T --date D]

Without a file, posts are made from the words of the Madrid lexicon and random filler.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from pathlib import Path

import numpy as np

import fcm.examples
from fcm.social import Lexicon, Privacy, read_posts, signals
from fcm.social.matching import find_mentions


def make_posts(path: Path, count: int, lexicon: Lexicon) -> None:
    """Write posts of about 25 words, a third of which name a concept."""
    rng = np.random.default_rng(0)
    filler = ["".join(rng.choice(list("aeiourstlnmcd"), rng.integers(2, 9))) for _ in range(20_000)]
    terms = [" ".join(w.rstrip("*") for w in t.words) for t in lexicon.terms if t.language == "es"]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["author", "text", "created_at"])
        for _ in range(count):
            words = [filler[i] for i in rng.integers(0, len(filler), rng.integers(5, 45))]
            if rng.random() < 0.35:
                words.insert(int(rng.integers(len(words))), terms[int(rng.integers(len(terms)))])
            day = np.datetime64("2018-01-01") + rng.integers(0, 730)
            rows.writerow([f"a{rng.integers(count // 3)}", " ".join(words), day])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--posts", type=int, default=200_000)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--author", default="author")
    parser.add_argument("--text", default="text")
    parser.add_argument("--date", default="created_at")
    arguments = parser.parse_args()
    folder = fcm.examples.path("madrid")
    lexicon = Lexicon.read(folder / "lexicon.csv", exclude=folder / "lexicon_exclude.csv")
    privacy = Privacy(purpose="benchmark", basis="synthetic data", key=bytes(range(32)))
    with tempfile.TemporaryDirectory() as place:
        path = arguments.file or Path(place) / "posts.csv"
        if arguments.file is None:
            make_posts(path, arguments.posts, lexicon)
        columns = {
            "author": arguments.author,
            "text": arguments.text,
            "created_at": arguments.date,
        }
        start = time.process_time()
        posts = read_posts(path, columns=columns, language="es")
        read = time.process_time()
        mentions = find_mentions(posts._texts, lexicon, language="es")
        matched = time.process_time()
        result = signals(posts, lexicon, privacy=privacy, every="1w")
        counted = time.process_time()
    print(f"{posts!r}, {len(mentions.text):,} mentions, {result!r}")
    for name, seconds in (
        ("read", read - start),
        ("match", matched - read),
        ("match and count", counted - matched),
        ("all", counted - matched + read - start),
    ):
        print(f"{name:16} {seconds:7.2f} CPU-s {len(posts) / seconds:12,.0f} posts per CPU-s")


if __name__ == "__main__":
    main()
