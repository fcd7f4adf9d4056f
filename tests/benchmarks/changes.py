"""The two changes that a warm run is measured after, made in a copy of a project."""

from __future__ import annotations

import ast
import re
import time
from collections import Counter
from pathlib import Path

RELATION = re.compile(r"""(?:ForeignKey|OneToOneField|ManyToManyField)\(\s*(?:to=)?['"]?(?:\w+\.)*(\w+)""")


def change_view(root: Path) -> Path:
    """Add a statement to a function in the middle of the project's largest module of views."""
    path = max(modules(root, "views"), key=lambda each: each.stat().st_size)
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    line = place_in(text)
    code = lines[line]
    indent = code[: len(code) - len(code.lstrip())]
    # Never the same text twice: the cache remembers texts.
    lines.insert(line, f"{indent}edited = {time.time_ns()}")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def place_in(text: str) -> int:
    """The 0-based line before the last statement of a function in the middle of the file."""
    functions = [each for each in ast.walk(ast.parse(text)) if isinstance(each, ast.FunctionDef)]
    functions.sort(key=lambda each: each.lineno)
    return functions[len(functions) // 2].body[-1].lineno - 1


def change_model(root: Path) -> Path:
    """Add a field to the model that most relations of the project lead to."""
    texts = {path: path.read_text(encoding="utf-8") for path in modules(root, "models")}
    targets = Counter(name for text in texts.values() for name in RELATION.findall(text))
    for name, _ in targets.most_common():
        for path, text in texts.items():
            found = re.search(rf"^class {name}\(.*$", text, re.MULTILINE)
            if found is not None and "import models" in text:
                path.write_text(with_field(text, name), encoding="utf-8")
                return path
    raise SystemExit(f"{root}: no model that a relation leads to")


def with_field(text: str, name: str) -> str:
    [declared] = [each for each in ast.parse(text).body if isinstance(each, ast.ClassDef) and each.name == name][:1]
    last = declared.body[-1]
    first = min([last.lineno, *(each.lineno for each in getattr(last, "decorator_list", ()))])
    lines = text.split("\n")
    lines.insert(first - 1, f"    edited_{time.time_ns()} = models.BooleanField(default=False)")
    return "\n".join(lines)


def modules(root: Path, name: str) -> list[Path]:
    """The project's files of one kind: `models.py`, or those in a package `models`. Raises SystemExit without any."""
    found = sorted(
        path
        for path in root.rglob("*.py")
        if (path.stem == name or path.parent.name == name) and "tests" not in path.parts and path.stat().st_size
    )
    if not found:
        raise SystemExit(f"{root}: no module of {name} to change")
    return found
