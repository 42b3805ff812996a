"""Blocks of draws on all cores. Which block a draw is in never depends on how many there are, so neither does a number.

Nor may it through linear algebra, whose libraries add in another order on several threads: `on_one_thread`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache


def each[A, B](function: Callable[[A], B], blocks: Sequence[A]) -> list[B]:
    """Return `function` of each block, in order; array operations of several blocks run at once."""
    if len(blocks) < 2:
        return [function(block) for block in blocks]
    return list(_pool().map(function, blocks))


@contextmanager
def on_one_thread() -> Iterator[None]:
    """Keep linear algebra on one thread."""
    from threadpoolctl import threadpool_limits  # a fiftieth of a second that few forecasts need

    with threadpool_limits(1, "blas"):
        yield


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # threads do not live on in a forked process
