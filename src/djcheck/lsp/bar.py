"""How far an analysis is, shown by editors that can show it."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from djcheck.lsp.server import Server

# At which percentage each stage begins, and at which it ends.
STAGES = {"read": (0, 50), "evaluate": (50, 100)}
WORDS = {"read": "reading files", "evaluate": "following rows"}


class Bar:
    """At most one progress bar at a time, with a button that stops the analysis."""

    def __init__(self, server: Server, title: str) -> None:
        self._server = server
        self._title = title
        self._percentage = 0
        self.token: str | None = None
        self._opening: asyncio.Task[None] | None = None

    def report(self, stage: str, done: int, total: int) -> None:
        """Open the bar, or move it on."""
        if not self._server.shows_progress:
            return
        if self._opening is None:
            self._opening = asyncio.create_task(self._open())
        elif self.token is not None:
            first, last = STAGES.get(stage, (0, 100))
            # Parts of a stage may each begin at nought; a bar never goes back.
            self._percentage = max(self._percentage, first + (last - first) * done // max(total, 1))
            value = types.WorkDoneProgressReport(
                message=f"{WORDS.get(stage, stage)} {done}/{total}", percentage=self._percentage, cancellable=True
            )
            self._server.work_done_progress.report(self.token, value)

    async def _open(self) -> None:
        token = f"djcheck-{uuid.uuid4()}"
        await self._server.work_done_progress.create_async(token)
        if self._opening is not asyncio.current_task():
            return  # what it was to show is over
        self.token, self._percentage = token, 0
        begin = types.WorkDoneProgressBegin(title=self._title, percentage=0, cancellable=True)
        self._server.work_done_progress.begin(token, begin)

    def end(self) -> None:
        """Close the bar where there is one."""
        if self.token is not None:
            self._server.work_done_progress.end(self.token, types.WorkDoneProgressEnd())
        self._opening = self.token = None
