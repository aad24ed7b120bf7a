"""Posts that are scored where they lie: two worker processes, and one machine that counts."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

bag = pytest.importorskip("dask.bag", reason="the dask extra is not installed")
distributed = pytest.importorskip("distributed", reason="the dask extra is not installed")

from fcm.social import Lexicon, Privacy, Signals, Term  # noqa: E402
from fcm.social.counts.counting import count  # noqa: E402
from fcm.social.reading import read_posts  # noqa: E402
from fcm.social.scored import Scored  # noqa: E402
from fcm.social.scoring import score  # noqa: E402

LEXICON = Lexicon(
    terms=(
        Term(concept="noise", language="en", words=("noise",)),
        Term(concept="noise", language="en", words=("quiet",), polarity=-1),
        Term(concept="parks", language="en", words=("park*",)),
        Term(concept="rent", language="nl", words=("hoge", "huur")),
    )
)
WORDS = ("noise", "quiet", "park", "parks", "great", "awful", "not", "but", "hoge", "huur", "bus")
CANARIES = (b"canary", b"secret-text", b"post-id")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three parts of one collection, and the key in a file of its own."""
    place = tmp_path_factory.mktemp("posts")
    rng = np.random.default_rng(7)
    first = datetime(2024, 1, 1)
    for part in range(3):
        rows = [
            {
                "id": f"post-id-{part}-{n}",
                "author": f"canary-{rng.integers(120)}",
                "text": " ".join(["secret-text", *rng.choice(WORDS, 6)]),
                "created_at": first + timedelta(minutes=int(rng.integers(60 * 24 * 28))),
                "language": str(rng.choice(["en", "nl"])),
            }
            for n in range(500)
        ]
        pl.DataFrame(rows).write_parquet(place / f"part-{part}.parquet")
    (place / "key").write_bytes(bytes(range(32)))
    return place


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    )
    with cluster, distributed.Client(cluster) as client:
        yield client


def privacy_of(folder: Path) -> Privacy:
    return Privacy(purpose="talk by week", basis="GDPR art. 6", key=(folder / "key").read_bytes())


def scorer(folder: Path) -> Callable[[str], Scored]:
    """Return the function that a worker runs; a closure travels as it is, without this module."""
    lexicon, key, terms = LEXICON, str(folder / "key"), {"purpose": "talk by week"}

    def part(path: str) -> Scored:
        secret = Path(key).read_bytes()  # the key is read where it is used, and never sent
        privacy = Privacy(basis="GDPR art. 6", key=secret, **terms)
        return score(read_posts(path, source="parquet"), lexicon, privacy=privacy, every="1w")

    return part


def paths_of(folder: Path) -> list[str]:
    return [str(path) for path in sorted(folder.glob("*.parquet"))]


def alone(folder: Path) -> Signals:
    """What one machine makes of all posts at once."""
    pl.concat([pl.read_parquet(path) for path in paths_of(folder)]).write_parquet(folder / "all")
    posts = read_posts(folder / "all", source="parquet")
    scored = score(posts, LEXICON, privacy=privacy_of(folder), every="1w")
    return count(scored, privacy=privacy_of(folder))


def test_two_processes_come_to_the_signals_of_one_machine(client: Any, folder: Path) -> None:
    assert len(client.scheduler_info()["workers"]) == 2
    parts = bag.from_sequence(paths_of(folder), partition_size=1).map(scorer(folder)).compute()
    together = count(Scored.concat(parts), privacy=privacy_of(folder))
    assert together == alone(folder)
    assert together.heard == alone(folder).heard
    assert not together.suppressed.all()
    assert np.isfinite(together.authors).sum() >= 4


def test_what_a_worker_hands_back_holds_no_text_no_author_and_no_id(folder: Path) -> None:
    scored = scorer(folder)(paths_of(folder)[0])
    sent = pickle.dumps(scored)
    assert len(scored) == 500
    assert [word for word in CANARIES if word in sent] == []
    again = pickle.loads(sent)
    assert (len(again), again.heard, again.lexicon) == (500, scored.heard, scored.lexicon)


def test_the_order_of_the_parts_does_not_change_a_bit(folder: Path) -> None:
    parts = [scorer(folder)(path) for path in paths_of(folder)]
    one, other = (
        count(Scored.concat(each), privacy=privacy_of(folder)) for each in (parts, parts[::-1])
    )
    assert one == other


def test_a_privacy_is_not_sent_to_a_worker(client: Any, folder: Path) -> None:
    privacy = privacy_of(folder)
    with pytest.raises(Exception, match=r"secret key|serialize"):
        client.submit(lambda: privacy.k).result()
