"""Processes that work for this one."""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import Executor, ProcessPoolExecutor


def workers(count: int, start: str | None = None) -> Executor:
    """So many processes, started in a way that `multiprocessing` names (None: its own), that end with this one."""
    context = multiprocessing.get_context(start)
    return ProcessPoolExecutor(count, mp_context=context, initializer=end_with_parent)


def end_with_parent() -> None:
    """A worker whose parent was killed would wait for more work for good."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
