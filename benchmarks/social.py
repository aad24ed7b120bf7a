"""How fast and how truly posts become signals, beside vaderSentiment, in one run.

Run ``python benchmarks/social.py`` for a quick look and ``--full`` for the figures to quote (some
minutes). Posts are made for the run (`benchmarks/social_corpus.py`) from the labelled texts among
the shared data, which have to be there. No connection is opened but to workers of this machine.
"""

from __future__ import annotations

import os

# Before polars is loaded: everything here is timed on one core.
os.environ["POLARS_MAX_THREADS"] = "1"

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import Row, interleaved, machine, publish
from benchmarks.social_corpus import labelled, lexicon, padded, write_parts
from fcm.social.privacy import Privacy

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("FCM_SHARED", ROOT.parent / "shared"))
ENGLISH = (
    "tweeteval_test_en",
    "tweeteval_val_en",
    "umsab_train_en",
    "umsab_val_en",
    "umsab_test_en",
    "sentimp_en",
    "vader_tweets_en",
    "vader_amazonReviewSnippets_en",
    "vader_nytEditorialSnippets_en",
)
# Macro-F1 of the best free lexicon known for each set.
KNOWN = {
    ("en", "umsab_test_en"): 0.560,
    ("en", "sentimp_en"): 0.575,
    ("en", "tweeteval_test_en"): 0.529,
    ("nl", "politwit_nl"): 0.488,
    ("de", "umsab_test_de"): 0.496,
    ("es", "umsab_test_es"): 0.527,
    ("es", "sentimp_es"): 0.551,
    ("el", "sentimp_el"): 0.473,
}
TERMS = (0, 50, 1_000, 5_000)
ABSENT = "vaderSentiment is not installed"
OPTIONS: dict[str, Any] = {"source": "parquet"}


def equality(full: bool) -> Iterator[Row]:
    """Measure (a): the same scores as vaderSentiment on English texts."""
    from fcm.social.tone import sentiment

    theirs = _vader()
    if theirs is None:
        yield Row(what="equality with vaderSentiment", reached=None, unit="%", note=ABSENT)
        return
    step = 1 if full else 20
    sets = {name: [text for _, text in labelled(name, SHARED)][::step] for name in ENGLISH}
    texts = [text for each in sets.values() for text in each]
    expected = np.array([theirs.polarity_scores(text)["compound"] for text in texts])
    apart = np.abs(sentiment(texts, language="en") - expected)
    pictures = {*"".join(theirs.emojis), "\ufe0f", "\u200d"} - set("0123456789#*©®")
    plain = np.array([pictures.isdisjoint(text) for text in texts])
    yield Row(
        what="English texts without emoji scored as by vaderSentiment, to 1e-4",
        reached=100 * float((apart[plain] <= 1e-4).mean()),
        unit="%",
        asked=100,
        note=f"{int(plain.sum()):,} texts; largest difference {apart[plain].max():.2g}",
    )
    tweets = apart[: len(sets["tweeteval_test_en"])]
    yield Row(
        what="TweetEval test, with emoji, to .05",
        reached=100 * float((tweets <= 0.05).mean()),
        unit="%",
        asked=99,
        note=f"{len(tweets):,} texts; {100 * (tweets <= 1e-4).mean():.1f} % to 1e-4",
    )


def accuracy() -> Iterator[Row]:
    """Measure macro-F1 of three classes by lexicon on the labelled sets."""
    from benchmarks.social_accuracy import by_lexicon
    from fcm.social.tone.accuracy import Accuracy

    for (language, name), known in KNOWN.items():
        rows = labelled(name, SHARED)
        found = by_lexicon([text for _, text in rows], language)
        reached = Accuracy.of([label for label, _ in rows], found, rng=0).macro_f1
        yield Row(
            what=f"sentiment of {name}, macro-F1",
            reached=round(reached, 3),
            unit="",
            asked=known,
            note=f"{len(rows):,} texts; by chance about .33",
        )


def ratio(full: bool, folder: Path) -> Iterator[Row]:
    """Measure (b): tokens, sentiment and concepts together against vaderSentiment's score."""
    from fcm.social import tone
    from fcm.social.terms.matching import Matcher
    from fcm.social.terms.tokens import tokenise
    from fcm.social.terms.words import words_of

    theirs = _vader()
    if theirs is None:
        yield Row(what="speed against vaderSentiment", reached=None, unit="x", note=ABSENT)
        return
    texts = _english(folder, 200_000 if full else 20_000)
    some = texts.head(len(texts) // 10).to_list()
    matcher, mood = Matcher(lexicon(), "en"), tone.SentimentLexicon.shipped("en")
    tokens = tokenise(texts)
    words = words_of(tokens)

    def ours() -> None:
        tokens = tokenise(texts)
        tone.score(tokens, mood)
        matcher.find(words_of(tokens))

    seconds = interleaved(
        {
            "vader": lambda: [theirs.polarity_scores(text) for text in some],
            "ours": ours,
            "tokens": lambda: tokenise(texts),
            "sentiment": lambda: tone.score(tokens, mood),
            "words": lambda: words_of(tokens),
            "concepts": lambda: matcher.find(words),
        },
        5 if full else 3,
    )
    each = {
        name: 1e6 * value / (len(some) if name == "vader" else len(texts))
        for name, value in seconds.items()
    }
    stages = ", ".join(f"{n} {each[n]:.2f}" for n in ("tokens", "sentiment", "words", "concepts"))
    yield Row(
        what="tokens, sentiment and ten concepts, against vaderSentiment alone",
        reached=each["vader"] / each["ours"],
        unit="x",
        asked=8,
        note=f"{each['ours']:.2f} against {each['vader']:.1f} us a post of "
        f"{texts.str.len_bytes().mean():.0f} bytes, one core ({stages})",
    )


def growth(full: bool, folder: Path) -> Iterator[Row]:
    """Measure (d): what more terms cost."""
    from fcm.social.terms.matching import Matcher
    from fcm.social.terms.tokens import tokenise
    from fcm.social.terms.words import words_of

    texts = _english(folder, 200_000 if full else 20_000)
    matchers = {size: Matcher(padded(size, SHARED), "en") for size in TERMS}
    found = {size: len(m.find(words_of(tokenise(texts))).text) for size, m in matchers.items()}

    def work(matcher: Any) -> Callable[[], Any]:
        return lambda: matcher.find(words_of(tokenise(texts)))

    seconds = interleaved({str(n): work(m) for n, m in matchers.items()}, 7 if full else 3)
    said = ", ".join(
        f"{n:,}: {1e6 * seconds[str(n)] / len(texts):.2f} us, {found[n] / len(texts):.2f}"
        for n in TERMS
    )
    yield Row(
        what="tokens and concepts with 5,000 terms, more than with none",
        reached=100 * (seconds["5000"] / seconds["0"] - 1),
        unit="%",
        asked=15,
        most=True,
        note=f"terms, time and mentions a post: {said}",
    )


def panel(full: bool, folder: Path) -> Iterator[Row]:
    """Measure (c): from Parquet files to a weekly panel, in a process of its own."""
    count = 1_000_000 if full else 50_000
    write_parts(folder, count, SHARED)
    got = _child("panel", folder)
    yield Row(
        what=f"{count:,} posts from Parquet to a weekly panel, sentiment included",
        reached=got["read"] + got["score"] + got["count"],
        unit="CPU-s",
        asked=10 * count / 1e6,
        most=True,
        note=f"one core; read {got['read']:.2f}, score {got['score']:.2f}, count "
        f"{got['count']:.2f}; {int(got['authors']):,} authors in cells; "
        f"{got['wall']:.1f} s of wall time",
    )
    yield Row(
        what="the same, peak memory of the process",
        reached=got["peak"],
        unit="MB",
        asked=1_500,
        most=True,
        note=f"{got['before']:.0f} MB once everything is imported; "
        f"{got['bytes'] / 1e6:.0f} MB of text",
    )
    got = _child("csv", folder)
    yield Row(
        what=f"{int(got['posts']):,} posts read from CSV",
        reached=1e6 * got["read"] / got["posts"],
        unit="us a post",
        asked=4,
        most=True,
    )


def workers(full: bool, folder: Path) -> Iterator[Row]:
    """Measure (e): the same function over the parts, by two processes of a cluster."""
    import dask.bag
    import distributed

    from fcm.social.counts.counting import count
    from fcm.social.scored import Scored

    number = 1_000_000 if full else 50_000
    paths = [str(path) for path in write_parts(folder, number, SHARED)]
    begin = time.perf_counter()
    alone = count(Scored.concat(map(_scored, paths)), privacy=_privacy())
    one = time.perf_counter() - begin
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    )
    with cluster, distributed.Client(cluster):
        begin = time.perf_counter()
        bag = dask.bag.from_sequence(paths, partition_size=1)
        together = count(Scored.concat(bag.map(_scored).compute()), privacy=_privacy())
        two = time.perf_counter() - begin
    if together != alone:
        raise SystemExit("two processes and one come to different signals.")
    yield Row(
        what=f"{number:,} posts by two Dask workers against one process, wall time",
        reached=one / two,
        unit="x",
        note=f"equal signals; {one:.1f} against {two:.1f} s; load {os.getloadavg()[0]:.1f}",
    )


def _vader() -> Any:
    """Return the analyser to compare with, or None."""
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError:
        return None
    return SentimentIntensityAnalyzer()


def _privacy() -> Privacy:
    return Privacy(purpose="benchmark", basis="made-up posts", key=bytes(range(32)))


def _scored(path: str) -> Any:
    from fcm.social.reading import read_posts
    from fcm.social.scoring import score

    return score(read_posts(path, **OPTIONS), lexicon(), privacy=_privacy(), every="1w")


def _english(folder: Path, count: int) -> Any:
    """Return texts of English posts."""
    import polars as pl

    paths = write_parts(folder, 5 * count, SHARED)
    frame = pl.concat([pl.read_parquet(path) for path in paths])
    return frame.filter(pl.col("language") == "en")["text"].rechunk()


def _child(work: str, folder: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, "--child", work, "--folder", str(folder)],
        check=True,
        capture_output=True,
        text=True,
    )
    read: dict[str, float] = json.loads(done.stdout)
    return read


def _read_csv(folder: Path) -> dict[str, float]:
    import polars as pl

    from fcm.social.reading import read_posts

    path = folder / "posts.csv"
    first = sorted(folder.glob("*.parquet"))[:2]
    pl.concat([pl.read_parquet(each) for each in first]).write_csv(path)
    begin = time.process_time()
    posts = read_posts(path)
    return {"read": time.process_time() - begin, "posts": len(posts)}


def _panel(folder: Path) -> dict[str, float]:
    """Read, score and count in batches, and say what each took."""
    import polars  # noqa: F401  (before the memory is read)

    from fcm.social.counts.counting import count
    from fcm.social.reading import read_posts
    from fcm.social.scored import Scored
    from fcm.social.scoring import score

    spent = dict.fromkeys(("read", "score", "count"), 0.0)
    before, wall, parts, size = _memory("VmRSS"), time.perf_counter(), [], 0
    for path in sorted(folder.glob("*.parquet")):
        begin = time.process_time()
        posts = read_posts(path, **OPTIONS)
        read = time.process_time()
        size += int(posts._frame["text"].str.len_bytes().sum())
        scoring = time.process_time()
        parts.append(score(posts, lexicon(), privacy=_privacy(), every="1w"))
        spent["score"] += time.process_time() - scoring
        spent["read"] += read - begin
    begin = time.process_time()
    signals = count(Scored.concat(parts), privacy=_privacy())
    signals.panel("salience")
    spent["count"] = time.process_time() - begin
    return spent | {
        "before": before,
        "peak": _memory("VmHWM"),
        "wall": time.perf_counter() - wall,
        "authors": float(np.nansum(signals.authors)),
        "bytes": size,
    }


def _memory(name: str) -> float:
    """Memory of this process in MB: VmRSS now, VmHWM at its peak."""
    text = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(next(x for x in text.splitlines() if x.startswith(name)).split()[1]) / 1e3


CHILDREN = {"panel": _panel, "csv": _read_csv}
PARTS: dict[str, Callable[[bool, Path], Iterator[Row]]] = {
    "equality": lambda full, _: equality(full),
    "accuracy": lambda *_: accuracy(),
    "ratio": ratio,
    "growth": growth,
    "panel": panel,
    "workers": workers,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--full", action="store_true", help="the figures to quote, some minutes")
    size.add_argument("--quick", action="store_true", help="small sizes (the default)")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=list(PARTS))
    parser.add_argument("--json", type=Path, default=ROOT / ".benchmarks" / "social.json")
    parser.add_argument("--child", choices=CHILDREN, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        print(json.dumps(CHILDREN[asked.child](asked.folder)))
        return
    if not (SHARED / "data" / "social" / "eval").is_dir():
        print(f"the labelled texts are not at {SHARED}; set FCM_SHARED to the shared data's folder")
        return
    rows = []
    for part in asked.only:
        with tempfile.TemporaryDirectory() as folder:
            rows += list(PARTS[part](asked.full, Path(folder)))
    publish(rows, machine(), title="Social signals", full=asked.full, path=asked.json)


if __name__ == "__main__":
    main()
