"""Rebuild the aggregated signals of the Madrid example from the comments.

    python tools/build_madrid_signals.py COMMENTS.csv [--out signals.csv]

Columns, purpose, basis, threshold and credit are those of the example's ``study.toml``. The key is
random and forgotten: the aggregates do not depend on it.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tomllib
from pathlib import Path

import fcm.examples
from fcm.errors import FCMError
from fcm.social import Lexicon, Privacy, Signals, read_posts, signals


def build(comments: Path) -> Signals:
    """Return the signals of the Madrid comments under the settings of the shipped study."""
    folder = fcm.examples.path("madrid")
    settings = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))["posts"]
    posts = read_posts(comments, columns=settings["columns"], language=settings["language"])
    lexicon = Lexicon.read(folder / settings["lexicon"], exclude=folder / settings["exclude"])
    privacy = Privacy(key=secrets.token_bytes(32), **settings["privacy"])
    return signals(
        posts, lexicon, privacy=privacy, every=settings["every"], credit=settings["credit"]
    )


def main() -> int:
    """Write the file and say what is in it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("comments", type=Path, metavar="COMMENTS.csv")
    parser.add_argument("--out", type=Path, default=fcm.examples.path("madrid") / "signals.csv")
    arguments = parser.parse_args()
    try:
        result = build(arguments.comments)
    except FCMError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    result.save(arguments.out)
    sys.stdout.write(f"{arguments.out}: {result!r}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
