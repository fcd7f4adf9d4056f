"""Are the pages of docs/rules/ what the rule files say?"""

from __future__ import annotations

import re
import runpy
from pathlib import Path

from djcheck.rulebook import rulebook

DOCS = Path(__file__).parents[1] / "docs"
GENERATOR = runpy.run_path(str(DOCS / "generate_rules.py"))


def test_pages_are_in_step_with_the_rules() -> None:
    there = {file.name: file.read_text(encoding="utf-8") for file in (DOCS / "rules").glob("*.md")}
    assert there == GENERATOR["pages"](rulebook()), "run `python docs/generate_rules.py`"


def test_every_rule_is_in_the_index() -> None:
    index = GENERATOR["pages"](rulebook())["index.md"]
    assert re.findall(r"\[(DJC\d+)\]", index) == list(rulebook())


def test_links_between_our_pages_lead_somewhere() -> None:
    for name, text in GENERATOR["pages"](rulebook()).items():
        for target in re.findall(r"\]\((?!https:)([^)]+)\)", text):
            path, _, anchor = target.partition("#")
            page = (DOCS / "rules" / path).read_text(encoding="utf-8")
            headings = {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", page, re.MULTILINE)}
            assert not anchor or anchor in headings, f"{name}: {target}"
