"""Blocks of draws on all cores. Which block a draw is in never depends on the machine, so neither does a number."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache


def each[A, B](function: Callable[[A], B], blocks: Sequence[A]) -> list[B]:
    """Return `function` of each block, in order; array operations of several blocks run at once."""
    if len(blocks) < 2:
        return [function(block) for block in blocks]
    return list(_pool().map(function, blocks))


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
