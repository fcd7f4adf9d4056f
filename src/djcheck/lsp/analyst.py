"""The server's side of the process that analyses a folder: starts it, hands it tasks, hears its messages."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from djcheck.lsp.messages import HEADER, Message, Task, decode_message, framed


class Means(NamedTuple):
    """What an analysis may use: the cache in a directory, and so many processes."""

    cache: Path
    jobs: int


class Analyst:
    """One process for one folder.

    `hear` is called with each of its messages, `gone` with its exit status where it ends though nobody asked it to.
    """

    def __init__(
        self, folder: Path, means: Means, hear: Callable[[Message], None], gone: Callable[[int], None]
    ) -> None:
        self._folder = folder
        self._means = means
        self._hear = hear
        self._gone = gone
        self._process: Process | None = None
        self._listening: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()

    @property
    def is_there(self) -> bool:
        return self._process is not None

    async def give(self, task: Task) -> None:
        """Hand over a task; starts the process where there is none."""
        async with self._starting:
            process = self._process = self._process or await self._start()
        assert process.stdin is not None
        process.stdin.write(framed(task))
        with contextlib.suppress(ConnectionError):  # it has ended, which `_listen` hears too
            await process.stdin.drain()

    async def _start(self) -> Process:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "djcheck.lsp.worker"),
            *(str(self._folder), str(self._means.cache), str(self._means.jobs)),
            stdin=PIPE,
            stdout=PIPE,
            cwd=self._folder,
            start_new_session=True,  # so that the processes which it starts itself can be ended with it
        )
        self._listening = asyncio.create_task(self._listen(process))
        return process

    async def _listen(self, process: Process) -> None:
        assert process.stdout is not None
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                length = int.from_bytes(await process.stdout.readexactly(HEADER))
                message = decode_message(await process.stdout.readexactly(length))
                if self._process is process:
                    self._hear(message)
        status = await process.wait()
        if self._process is process:
            self._process = None
            self._gone(status)

    def dismiss(self) -> None:
        """End the process at once, whatever it is doing."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
