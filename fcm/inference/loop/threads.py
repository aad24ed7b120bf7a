"""Work shared out between threads, with BLAS held to one thread each.

numpy lets go of the interpreter while it computes, so that chunks run side by side. BLAS would
start threads of its own under each of them and lose more than it gains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["one_blas_thread", "shared_out"]

Piece = TypeVar("Piece")
Result = TypeVar("Result")


def shared_out(
    work: Callable[[Piece], Result], pieces: Sequence[Piece], threads: int
) -> Iterator[Result]:
    """Yield what the work makes of each piece, in their order.

    If a piece fails, the pieces that have not begun are dropped and its exception is raised.

    Parameters
    ----------
    work : callable
    pieces : sequence
    threads : int, 1 or more
        Pieces worked on at a time; never more threads than pieces are started.

    Examples
    --------
    >>> list(shared_out(abs, [-1, 2, -3], threads=2))
    [1, 2, 3]
    """
    workers = min(threads, len(pieces))
    if workers < 2:
        yield from map(work, pieces)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(workers, thread_name_prefix="fcm") as pool:
        waiting: list[Future[Result]] = [pool.submit(work, piece) for piece in pieces]
        try:
            for each in waiting:
                yield each.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


_lock = Lock()
_inside = 0
_limit: Any = None


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Hold BLAS to one thread; its own number comes back when the last one inside leaves.

    The number is the process's, not the thread's, so those inside are counted: two callers that
    overlap must not put back each other's limit.
    """
    global _inside, _limit
    with _lock:
        if not _inside:
            _limit = _blas().limit(limits=1, user_api="blas")
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                _limit.restore_original_limits()


@cache
def _blas() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
