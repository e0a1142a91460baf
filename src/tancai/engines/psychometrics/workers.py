"""Blocks of rows on all cores: one thread a block, matrix products single-threaded within.

Many small products that each wait for all threads of the matrix library stand still on a busy machine; whole blocks do
not wait for each other. Results come in the order of the blocks, so sums do not depend on the number of threads.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

import numpy as np
import scipy.linalg
from threadpoolctl import ThreadpoolController

Given = TypeVar("Given")
Made = TypeVar("Made")


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _libraries() -> ThreadpoolController:
    """The matrix libraries of numpy and scipy, both loaded by now."""
    scipy.linalg.cholesky(np.eye(2))
    return ThreadpoolController()


@contextmanager
def single_threaded_products() -> Iterator[None]:
    with _libraries().limit(limits=1):
        yield


def in_order(work: Callable[[Given], Made], parts: Iterable[Given], count: int) -> Iterator[Made]:
    """``work`` on each of ``count`` parts, some at a time, results in the order of the parts."""
    threads = min(cores(), count)
    if threads <= 1:
        yield from map(work, parts)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Made]] = deque()
        for part in parts:
            waiting.append(pool.submit(work, part))
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
