"""The files in which a project says which packages it needs."""

from __future__ import annotations

from pathlib import Path

PATTERNS = (
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "Pipfile",
    "Pipfile.lock",
    "poetry.lock",
    "uv.lock",
    "*requirements*.txt",
    "*requirements*.in",
    "requirements/*.txt",
    "requirements/*.in",
)


def requirement_texts(root: Path) -> dict[str, str]:
    """The texts of these files in `root`, by name; what cannot be read is left out."""
    texts = {}
    for path in (path for pattern in PATTERNS for path in sorted(root.glob(pattern))):
        try:
            texts[path.relative_to(root).as_posix()] = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
    return texts
