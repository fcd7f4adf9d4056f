"""What the agent may look up while it thinks about one question: read-only, confined to the project, bounded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from djcheck.triage.agent.code import Block, Code
from djcheck.triage.agent.evidence import numbered
from djcheck.triage.agent.gathering import WIDEST_LINE
from djcheck.triage.agent.models import describe
from djcheck.triage.agent.redaction import redacted

MOST_CALLS = 8
MOST_LINES = 120
MOST_PLACES = 8


class Tools:
    """The look-ups for one question. `seen` is what they showed: path and line.

    They are coroutines that never wait, so that they run one after another: a client would give functions threads.
    """

    def __init__(self, code: Code, most_calls: int = MOST_CALLS) -> None:
        self._code = code
        self._left = most_calls
        self.seen: set[tuple[str, int]] = set()

    def all(self) -> Sequence[Callable[..., Awaitable[str]]]:
        return (self.read_lines, self.find_definition, self.find_callers, self.describe_model)

    async def read_lines(self, path: str, first: int, last: int) -> str:
        """Read lines of a file of the project.

        Args:
            path: The file's path as the evidence writes it.
            first: The first line, counted from 1.
            last: The last line; at most 120 lines are shown.
        """
        return self._answer(lambda: self._lines(path, first, last))

    async def find_definition(self, name: str) -> str:
        """Find a function, method, class or assigned name of the project, and show its code.

        Args:
            name: The name, dotted if need be: `visible`, `BookQuerySet.visible`, `shop.models.Book`.
        """
        return self._answer(lambda: "\n\n".join(map(self._block, self._named(name))))

    async def find_callers(self, name: str) -> str:
        """Show where a function, method or class of the project is used.

        Args:
            name: The name, dotted if need be.
        """
        return self._answer(lambda: "\n\n".join(map(self._callers, self._named(name))))

    async def describe_model(self, name: str) -> str:
        """Describe a Django model: its columns, relations and managers, inherited ones too.

        Args:
            name: The model's label (`shop.Book`) or class name.
        """
        return self._answer(lambda: self._model(name))

    def _answer(self, look: Callable[[], str]) -> str:
        if self._left <= 0:
            return "No look-ups are left. Answer with what you have seen."
        self._left -= 1
        return redacted(look() or "Nothing of that name is in the project.")

    def _lines(self, path: str, first: int, last: int) -> str:
        lines = self._code.lines(path)
        if not lines:
            return f"{path} is not a file of the project that djcheck reads."
        first = max(first, 1)
        last = min(last, len(lines), first + MOST_LINES - 1)
        if last < first:
            return f"{path} has {len(lines)} lines."
        shown = {number: lines[number - 1][:WIDEST_LINE] for number in range(first, last + 1)}
        self.seen |= {(path, number) for number in shown}
        return "\n".join([f"File {path}:", *numbered(shown)])

    def _named(self, name: str) -> list[Block]:
        return self._code.definitions(name)[:3]

    def _block(self, block: Block) -> str:
        return f"{block.kind} {block.qualname}\n{self._lines(block.path, block.line, block.end_line)}"

    def _callers(self, block: Block) -> str:
        uses = self._code.uses(block)
        parts = [f"{len(uses)} uses of {block.kind} {block.qualname}"]
        for use in uses[:MOST_PLACES]:
            inside = self._code.enclosing(use.path, use.line)
            sure = "" if use.sure else ", or of something else of that name"
            parts.append(f"in {inside.qualname if inside else use.path}{sure}")
            parts.append(self._lines(use.path, use.line - 3, use.line + 3))
        return "\n".join(parts)

    def _model(self, name: str) -> str:
        model = self._code.model(name)
        return describe(model) if model else ""
