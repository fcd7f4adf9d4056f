"""One workspace folder: what is open of it, what is known of it, and what is still to be analysed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from djcheck.lsp.analyst import Analyst
from djcheck.lsp.bar import Bar
from djcheck.lsp.messages import Answer, Failure, Message, Progress, Task
from djcheck.reporters.diagnostics import Diagnostic

if TYPE_CHECKING:
    from pygls.workspace import TextDocument

    from djcheck.lsp.server import Server

# Seconds without a keystroke before the text is analysed.
PAUSE = 0.05


class Folder:
    """The diagnostics of the files below a directory, kept up to date with what the editor says.

    Files go by their paths relative to the folder.
    """

    def __init__(self, server: Server, root: Path) -> None:
        self.root = root
        self.settings: Mapping[str, Any] = {}
        self.diagnostics: dict[str, tuple[Diagnostic, ...]] = {}
        self.bar = Bar(server, f"djcheck: {root.name}")
        self._server = server
        self._published: dict[str, tuple[int | None, tuple[Diagnostic, ...]]] = {}
        self._analyst = Analyst(root, server.means, self._hear, self._gone)
        self._touched: set[str] = set()
        self._disk = False
        self._timer: asyncio.TimerHandle | None = None
        # The number of the last change, and that of the last which was answered; the first analysis is owed at once.
        self._asked, self._settled = 1, 0
        # The versions of the open documents on which the diagnostics rest, and those that tasks were given.
        self._analysed: dict[str, int | None] = {}
        self._given: dict[int, dict[str, int | None]] = {}
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []

    def open_documents(self) -> dict[str, TextDocument]:
        """What the editor holds open in this folder, by path."""
        return dict(self._server.documents_of(self))

    def uri_of(self, path: str, documents: Mapping[str, TextDocument]) -> str:
        """A file's URI, spelled as the editor spells it where it is among the open documents."""
        return documents[path].uri if path in documents else (self.root / path).as_uri()

    def touch(self, path: str) -> None:
        """The editor's text of a file changed, or it was opened or closed."""
        self._touched.add(path)
        self._disk |= path not in self.open_documents()
        self._schedule()

    def refresh(self) -> None:
        """Files may have changed on the disk, or the settings."""
        self._disk = True
        self._schedule()

    def _schedule(self) -> None:
        """Analyse again when nothing more comes for a moment."""
        self._asked += 1
        if self._timer is not None:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(PAUSE, lambda: loop.create_task(self._submit()))

    async def settled(self) -> None:
        """Wait until what is known rests on all that the editor has said so far."""
        if self._settled < self._asked:
            done = asyncio.get_running_loop().create_future()
            self._waiting.append((self._asked, done))
            await done

    def interrupt(self) -> None:
        """Give up what is being computed; the next change starts anew."""
        self._analyst.dismiss()
        self._server.log(f"the analysis of {self.root} was cancelled; the next change starts it again")
        self._settle(self._asked)

    def close(self) -> None:
        """End everything that runs for this folder."""
        if self._timer is not None:
            self._timer.cancel()
        self._analyst.dismiss()
        self.diagnostics = {}
        self._settle(self._asked)

    async def _submit(self) -> None:
        documents = self.open_documents()
        touched = self._touched if self._analyst.is_there else set(documents)
        unsaved = {path: documents[path].source if path in documents else None for path in touched}
        disk, self._touched, self._disk = self._disk, set(), False
        number = self._asked
        self._given[number] = {path: document.version for path, document in documents.items()}
        try:
            await self._analyst.give(Task(number, unsaved, disk, dict(self.settings), self._server.encoding))
        except OSError as error:  # the folder is gone, or there is no room for another process
            self._server.log(f"the analysis of {self.root} could not be started: {error}", error=True)
            self._settle(number)

    def _hear(self, message: Message) -> None:
        changed = False
        match message:
            case Progress(_, stage, done, total):
                self.bar.report(stage, done, total)
                return
            case Answer():
                changed = self._take_in(message)
            case Failure(_, reason, True):
                self._server.warn(f"djcheck: {reason}")
            case Failure(_, reason, False):
                self._server.log(f"djcheck failed (please report it): {reason}", error=True)
        self._settle(message.number, changed=changed)

    def _take_in(self, answer: Answer) -> bool:
        """Whether the answer changes any diagnostics."""
        for trouble in answer.troubles:
            self._server.log(f"left out because djcheck failed there (please report it): {trouble}", error=True)
        before = self.diagnostics
        kept = {} if answer.is_first else before
        self.diagnostics = {path: found for path, found in {**kept, **answer.diagnostics}.items() if found}
        self._analysed = self._given.get(answer.number, {})
        return self.diagnostics != before

    def _publish(self) -> None:
        """Send the editor what it has not been sent."""
        documents = self.open_documents()
        for path in sorted(self.diagnostics.keys() | self._published.keys() | documents.keys()):
            version = documents[path].version if path in documents else None
            # What was typed since is analysed in a moment; until then the editor moves the marks itself.
            if path in documents and version != self._analysed.get(path):
                continue
            now = version, self.diagnostics.get(path, ())
            if now != self._published.get(path, (None, ())):
                self._published[path] = now
                self._server.publish(self.uri_of(path, documents), *now)

    def _gone(self, status: int) -> None:
        self._server.log(
            f"the analysis of {self.root} ended with {status}; the next change starts it again", error=True
        )
        self._settle(self._asked)

    def _settle(self, number: int, *, changed: bool = False) -> None:
        """All up to `number` is answered, or will never be."""
        self.bar.end()
        self._settled = max(self._settled, number)
        self._given = {each: versions for each, versions in self._given.items() if each > number}
        ready = [done for wanted, done in self._waiting if wanted <= number]
        self._waiting = [(wanted, done) for wanted, done in self._waiting if wanted > number]
        if not self._server.pulls:
            self._publish()
        elif changed:
            self._server.workspace_diagnostic_refresh(None)
        for done in ready:
            if not done.done():  # a request that was cancelled waits no more
                done.set_result(None)
