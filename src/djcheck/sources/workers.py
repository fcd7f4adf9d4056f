"""Processes that work for this one."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import Any, TypeVar

Progress = Callable[[str, int, int], None]
Done = TypeVar("Done")

# What a forked process finds in its memory: nothing of it has to be sent.
_inherited: list[Callable[[Progress], Any]] = []


def workers(count: int, start: str | None = None) -> Executor:
    """So many processes, started in a way that `multiprocessing` names (None: its own), that end with this one."""
    context = multiprocessing.get_context(start)
    return ProcessPoolExecutor(count, mp_context=context, initializer=end_with_parent)


def in_processes(tasks: Sequence[Callable[[Progress], Done]], *, jobs: int, progress: Progress) -> list[Done]:
    """What one or two tasks give, the second in a process of its own if there may be more than one."""
    if len(tasks) == 1 or jobs < 2 or "fork" not in multiprocessing.get_all_start_methods():
        return [task(progress) for task in tasks]
    first, second = tasks
    _inherited[:] = [second]
    try:
        with workers(1, "fork") as executor:
            other: Future[Done] = executor.submit(do_inherited)
            return [first(progress), other.result()]
    finally:
        _inherited.clear()


def do_inherited() -> Any:
    return _inherited[0](lambda stage, done, total: None)


def end_with_parent() -> None:
    """A worker whose parent was killed would wait for more work for good."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
