"""How long an edit takes to be answered with diagnostics, as a multiple of parsing the edited file with `ast.parse`.

    python -m tests.benchmarks.editing PROJECT FILE [--edits N]

Opens PROJECT in the real server, waits until it is indexed, then types N times into FILE (a path in PROJECT): a new
line in a function's body, changed with each edit. Measured is the time from sending a change to receiving the
diagnostics of that version, and beside each that of one `ast.parse` of the text. Nothing is written into PROJECT.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import statistics
import time
from pathlib import Path

from tests.benchmarks.changes import place_in
from tests.lsp.editor import Editor, part, plain

QUIET_SECONDS = 600.0


async def measure(project: Path, file: str, edits: int) -> None:
    text = (project / file).read_text(encoding="utf-8")
    line = place_in(text)
    code = text.splitlines()[line]
    indent = code[: len(code) - len(code.lstrip())]
    editor = Editor(project)
    started = time.perf_counter()
    await editor.start(plain())
    editor.open(file)
    await asyncio.wait_for(editor.at_version(file, 1), QUIET_SECONDS)
    indexed = time.perf_counter() - started
    answered, parsed = [], []
    for at in range(edits):
        # Never the same text twice: the server remembers texts.
        end = (line, 0) if at == 0 else (line + 1, 0)
        change = part((line, 0), end, f"{indent}edited = {time.time_ns()}\n")
        started = time.perf_counter()
        await editor.at_version(file, editor.change(file, change))
        answered.append(time.perf_counter() - started)
        started = time.perf_counter()
        ast.parse(text)
        parsed.append(time.perf_counter() - started)
    await editor.leave()
    answer, parse = statistics.median(answered), statistics.median(parsed)
    print(f"{file}: {text.count(chr(10))} lines; indexed after {indexed:.1f} s")
    print(
        f"{edits} edits: median {answer * 1000:.0f} ms (fastest {min(answered) * 1000:.0f}, slowest "
        f"{max(answered) * 1000:.0f}); ast.parse {parse * 1000:.1f} ms; ratio {answer / parse:.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", type=Path)
    parser.add_argument("file")
    parser.add_argument("--edits", type=int, default=15)
    options = parser.parse_args()
    asyncio.run(measure(options.project.resolve(), options.file, options.edits))


if __name__ == "__main__":
    main()
