"""Is an agent file read as it is meant, and a faulty one refused with the line of the fault?"""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from djcheck.rulebook import Principle, rulebook
from djcheck.triage.agent.definition import Definition, built_in, looks_like_one, read
from djcheck.triage.agent.trouble import EscalationError

CLASS = "---\nmodel: s\ncomplexity_hints:\n  simple_queries:\n"
SEED_FORM = Path(__file__).parent / "data" / "seed_form.md"


def written(folder: Path, text: str) -> Path:
    file = folder / "agent.md"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_file_in_the_form_of_the_seed() -> None:
    agent = read(SEED_FORM)
    assert (agent.name, agent.tier) == ("django-pro", "sonnet")
    assert [(each.name, each.tier, each.latency_target_ms) for each in agent.classes] == [
        ("simple_queries", "haiku", 200),
        ("medium_queries", "sonnet", 600),
        ("complex_queries", "sonnet", 1000),
    ]
    assert agent.classes[1].patterns[0] == "authentication"
    assert agent.tiers == ("haiku", "sonnet")
    assert agent.instructions.startswith("You are an expert")


def test_the_agent_that_djcheck_brings() -> None:
    agent = read(built_in())
    assert agent.name == "django-pro"
    assert [each.tier for each in agent.classes] == ["haiku", "sonnet", "sonnet"]
    assert all(each.patterns and each.latency_target_ms for each in agent.classes)


def principles(agent: Definition) -> dict[str, str]:
    """The sections below "Principles", by their ids."""
    part = agent.instructions.partition("# Principles\n")[2].partition("\n# ")[0]
    sections = part.split("\n## ")[1:]
    return {section.split("\n", 1)[0]: section.split("\n", 1)[1] for section in sections}


def test_each_principle_is_served_by_rules_or_cannot_be_decided_by_reading() -> None:
    stated = principles(read(built_in()))
    assert set(stated) == set(get_args(Principle))
    served = {rule.principle for rule in rulebook().values()}
    undecidable = {name for name, words in stated.items() if "Not decidable by reading code:" in words}
    assert served | undecidable == set(stated)
    assert not served & undecidable


def test_unknown_keys_are_let_be(tmp_path: Path) -> None:
    front = "name: x\nmodel: opus\ncolor: green\ntools: [Read]\ncomplexity_hints:\n  other_queries: 3\n"
    agent = read(written(tmp_path, f"---\n{front}---\nBe brief.\n"))
    assert (agent.tier, agent.classes, agent.instructions) == ("opus", (), "Be brief.")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("No front matter.\n", 1, "front matter"),
        ("", 1, "front matter"),
        ("---\nname: x\n", 1, "not closed"),
        ("---\nname: x\n---\n", 2, "the agent names no `model`"),
        ("---\n- a\n---\n", 2, "no keys"),
        ("---\n---\n", 1, "no keys"),
        ("---\nname: x\nmodel: [a\n---\n", 3, "not valid YAML"),
        ("---\nname: x\nmodel: {a: b}\n---\n", 3, "a text is expected"),
        (f"{CLASS}    patterns: []\n---\n", 5, "`simple_queries` names no `model`"),
        (f"{CLASS}    model: h\n    patterns:\n      - ok\n      - 'a(b'\n---\n", 8, "`a(b`"),
        (f"{CLASS}    model: h\n    patterns: word\n---\n", 6, "a list"),
        (f"{CLASS}    model: h\n    latency_target_ms: soon\n---\n", 6, "milliseconds"),
        ("---\nmodel: s\ncomplexity_hints: no\n---\n", 3, "keys with values"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(EscalationError) as caught:
        read(file)
    message = str(caught.value)
    assert message.startswith(f"{file}:{line}: ")
    assert words in message


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(EscalationError, match=r"nowhere\.md: cannot be read"):
        read(tmp_path / "nowhere.md")
    (tmp_path / "binary.md").write_bytes(b"---\n\xff\xfe\n---\n")
    with pytest.raises(EscalationError, match="not valid UTF-8"):
        read(tmp_path / "binary.md")


def test_an_agent_file_is_told_from_a_path_to_check(tmp_path: Path) -> None:
    assert looks_like_one(SEED_FORM)
    assert not looks_like_one(tmp_path)
    assert not looks_like_one(Path(__file__))
    assert not looks_like_one(tmp_path / "nowhere.md")
