"""The process that analyses one workspace folder: tasks in on standard input, what they found out on standard output.

A process of its own keeps the server answering while it computes, and the server alive whatever happens to it.
"""

from __future__ import annotations

import gc
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from djcheck.cache.store import Store
from djcheck.config import Config, ConfigError, adjusted, load
from djcheck.domain.finding import Report
from djcheck.lsp.messages import Answer, Failure, Message, Progress, Task, decode_task, framed, read_frame
from djcheck.reporters.diagnostics import UNITS, Diagnostic, Documents, diagnostic
from djcheck.rulebook import rulebook
from djcheck.session import Session
from djcheck.sources.contents import content_of
from djcheck.sources.discover import FileKind, SourceFile
from djcheck.sources.naming import is_python
from djcheck.sources.read import Illegible
from djcheck.triage import gate

# A task that takes no longer than this is over before anybody reads how far it is.
PATIENCE = 0.5
BETWEEN_REPORTS = 0.1
# Seconds without a task after which the editor's user seems to read.
IDLE = 3.0
EDITOR = "the editor's settings"


class Superseded(Exception):
    """A later task has arrived: what this one finds would be thrown away."""


class Worker:
    """The state between tasks: what the editor holds, and what the server was told last.

    `tasks` is filled by another thread; `output` goes to the server.
    """

    def __init__(self, folder: Path, store: Store, jobs: int, tasks: queue.SimpleQueue[Task], output: BinaryIO) -> None:
        self._folder = folder
        self._session = Session([Path()], jobs=jobs, store=store)
        self._tasks = tasks
        self._output = output
        self._unsaved: dict[str, str] = {}
        self._told: dict[str, tuple[Diagnostic, ...]] = {}
        self._indexed = False

    def work(self) -> None:
        """Do the next task, or all of its kind that wait at once."""
        task = self._newest()
        try:
            self._do(task)
        except Superseded:
            return
        except ConfigError as error:
            self._send(Failure(task.number, str(error), blames_user=True))
        except Exception:  # djcheck's own fault, and no reason to stop: the next text may be luckier
            self._send(Failure(task.number, traceback.format_exc(), blames_user=False))

    def _newest(self) -> Task:
        """The last task that waits, with the texts of those before it taken in."""
        while True:
            task = self._next()
            for path, text in task.unsaved.items():
                if text is None:
                    self._unsaved.pop(path, None)
                else:
                    self._unsaved[path] = text
            if task.disk:
                self._session.look_again()
            if self._tasks.empty():
                return task

    def _next(self) -> Task:
        try:
            return self._tasks.get(timeout=IDLE)
        except queue.Empty:
            # Old indices are cyclic garbage; nobody waits now for the time that it takes to find them.
            gc.collect()
            return self._tasks.get()

    def _do(self, task: Task) -> None:
        config = adjusted(load([Path()]), task.settings, EDITOR)
        report = self._session.check(config, progress=self._progress(task.number), unsaved=self._unsaved)
        found = self._diagnostics(report, config, task.units)
        news = {
            path: found.get(path, ())
            for path in sorted(found.keys() | self._told.keys())
            if found.get(path) != self._told.get(path)
        }
        self._told = found
        self._send(Answer(task.number, not self._indexed, news, report.troubles))
        self._indexed = True

    def _diagnostics(self, report: Report, config: Config, units: str) -> dict[str, tuple[Diagnostic, ...]]:
        documents = Documents(self._uri_of, Lines(self._unsaved).of, UNITS[units])
        rules = rulebook()
        shown = [each for each in gate.shown(report.findings, config.ambiguous) if each.is_in_sight]
        return {
            path: tuple(diagnostic(each, documents, rules) for each in findings)
            for path, findings in groupby(shown, key=lambda each: each.path)
        }

    def _uri_of(self, path: str) -> str:
        return (self._folder / path).as_uri()

    def _progress(self, number: int) -> Callable[[str, int, int], None]:
        """Tells the server now and then how far a task is, and drops it for a later one."""
        due = time.monotonic() + PATIENCE

        def tell(stage: str, done: int, total: int) -> None:
            nonlocal due
            # The first task is carried through, whatever comes: those that follow will have less to do.
            if self._indexed and not self._tasks.empty():
                raise Superseded
            if time.monotonic() >= due:
                due = time.monotonic() + BETWEEN_REPORTS
                self._send(Progress(number, stage, done, total))

        return tell

    def _send(self, message: Message) -> None:
        self._output.write(framed(message))
        self._output.flush()


class Lines:
    """The lines of the files as they were analysed."""

    def __init__(self, unsaved: Mapping[str, str]) -> None:
        self._unsaved = unsaved
        self._lines: dict[str, Sequence[str]] = {}

    def of(self, path: str) -> Sequence[str]:
        """The file's lines; none where it cannot be read any more."""
        if path not in self._lines:
            kind = FileKind.PYTHON if is_python(path) else FileKind.TEMPLATE
            file = SourceFile(Path(path), path, kind)
            try:
                self._lines[path] = content_of(file, self._unsaved).decoded(kind).split("\n")
            except Illegible:
                self._lines[path] = ()
        return self._lines[path]


def _receive(stream: BinaryIO, tasks: queue.SimpleQueue[Task]) -> None:
    """Take tasks in until the server is gone, and then end at once, whatever is being computed."""
    while (frame := read_frame(stream)) is not None:
        tasks.put(decode_task(frame))
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)  # the processes that help with this folder are in this group
    os._exit(0)


def _complain(words: str) -> None:
    """Editors keep what a server writes to standard error."""
    sys.stderr.write(f"djcheck: {words}\n")


def main() -> None:
    """Serve the folder that is the working directory.

    The arguments are its path as the editor writes it, the cache's directory and the number of processes to use.
    """
    # What is printed by accident must not end up between the messages, nor a child process read them.
    source, sink = os.dup(sys.stdin.fileno()), os.dup(sys.stdout.fileno())
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(os.fdopen(source, "rb"), tasks), daemon=True).start()
    folder, cache, jobs = sys.argv[1:]
    store = Store(Path(cache), _complain)
    gc.disable()
    worker = Worker(Path(folder), store, int(jobs), tasks, os.fdopen(sink, "wb"))
    while True:
        worker.work()


if __name__ == "__main__":
    main()
