"""Changes of a project's files in the working directory."""

from __future__ import annotations

from pathlib import Path


def put(file: str, text: str | None) -> None:
    """Write a file; None removes it."""
    path = Path(file)
    if text is None:
        path.unlink()
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def change(file: str, old: str | None, new: str | None) -> str | None:
    """Put `new` wherever `old` stands in a file, or in the whole file's place (None: no such file).

    Returns what stood in the file before.
    """
    before = Path(file).read_text() if Path(file).exists() else None
    if old is not None:
        assert before is not None
        assert old in before
        new = before.replace(old, str(new))
    put(file, new)
    return before
