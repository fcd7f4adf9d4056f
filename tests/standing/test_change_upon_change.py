"""Many changes one upon the other, sensible or not: is the outcome always that of a run from nothing?"""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from tests.changing import put
from tests.standing.standing_project import StandingProject

LINES = re.compile(r"[^\n]*\n")
WORD = re.compile(r"\b[a-z_]{4,}\b")


def edited(text: str, chance: random.Random) -> str:
    """The text after something that happens to texts: lines go, come, trade places; a name becomes another."""
    lines, words = LINES.findall(text), WORD.findall(text)
    if not lines or not words:
        return f"{text}\nadded = 1\n"
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(6):
        case 0:
            del lines[at : at + chance.choice((1, 1, 5, 20))]
        case 1:
            lines.insert(at, chance.choice(("\n", lines[other])))
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            return "".join(lines[:at])
        case _:
            old, new = chance.choice(words), chance.choice(words)
            return re.sub(rf"\b{old}\b", new, text, count=chance.choice((0, 1, 3)))
    return "".join(lines)


@pytest.mark.parametrize("seed", range(3))
def test_change_upon_change(project: StandingProject, seed: int) -> None:
    chance = random.Random(seed)
    files = sorted(str(path) for path in Path().rglob("*.*") if path.suffix in (".py", ".html", ".jinja"))
    first = {file: Path(file).read_text() for file in files}
    for _ in range(10):
        file = chance.choice(files)
        there = Path(file).exists()
        if there and chance.random() < 0.1:
            put(file, None)
        elif not there or chance.random() < 0.2:
            put(file, first[file])
        else:
            put(file, edited(Path(file).read_text(), chance))
        project.check()
    for file, text in first.items():
        put(file, text)
    project.check()
