"""Writes docs/rules/ from rules/*.yaml: `python docs/generate_rules.py`. tests/test_rule_docs.py holds both in step."""

from __future__ import annotations

from pathlib import Path

from djcheck.rulebook import Rule, Rulebook, rulebook

FOLDER = Path(__file__).parent / "rules"
FAMILIES = {
    "DJC0": "djcheck itself",
    "DJC1": "Queries per row",
    "DJC2": "Work for the database done in Python",
    "DJC3": "Raw SQL",
}
DOUBTS = {
    "unknown-origin": "it is not known where the rows or the value come from",
    "unresolved-base": "a base class could not be read",
    "dynamic-attribute": "an attribute is looked up by a computed name",
    "unknown-taint": "it is not known whether the text can come from outside",
    "unbounded-unknown": "it is not known whether the loop runs more than a few times",
    "maybe-cached": "the result may be at hand already",
    "other": "another reason",
}


def pages(rules: Rulebook) -> dict[str, str]:
    """File name to text of every page."""
    written = {f"{_stem(rule)}.md": _page(rule) for rule in rules.values()}
    return {"index.md": _index(rules), **written}


def _stem(rule: Rule) -> str:
    return f"{rule.code}_{rule.name}".lower().replace("-", "_")


def _page(rule: Rule) -> str:
    parts = [
        f"# {rule.code} {rule.name}",
        rule.summary,
        f"Severity: {rule.severity}. Principle: {rule.principle}.",
        "## Why",
        rule.rationale.strip(),
        "## Faulty",
        f"```python\n{rule.examples.bad.rstrip()}\n```",
        "## Clean",
        f"```python\n{rule.examples.good.rstrip()}\n```",
    ]
    if rule.options:
        parts += ["## Options", "\n".join(f"- `{o.name}` (default `{o.default}`): {o.summary}" for o in rule.options)]
    if rule.escalation:
        questions = [f"- {DOUBTS[reason]} (`{reason}`): {text}" for reason, text in rule.escalation.items()]
        parts += ["## Where it cannot be proven", "The finding is ambiguous and asks:", "\n".join(questions)]
    parts += ["## Read more", "\n".join(f"- [{each.title}]({_link(each.url)})" for each in rule.references)]
    return "\n\n".join(parts) + "\n"


def _link(url: str) -> str:
    # The YAML names pages of ours from the repository's root.
    return f"../{url.removeprefix('docs/')}" if url.startswith("docs/") else url


def _index(rules: Rulebook) -> str:
    parts = ["# Rules"]
    for prefix, title in FAMILIES.items():
        rows = [
            f"| [{rule.code}]({_stem(rule)}.md) | {rule.name} | {rule.severity} | {rule.summary} |"
            for rule in rules.values()
            if rule.code.startswith(prefix)
        ]
        parts += [f"## {title}", "\n".join(["| code | name | severity | what |", "| --- | --- | --- | --- |", *rows])]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Write every page and remove those whose rule is gone."""
    FOLDER.mkdir(exist_ok=True)
    written = pages(rulebook())
    for name, text in written.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    for file in FOLDER.glob("*.md"):
        if file.name not in written:
            file.unlink()


if __name__ == "__main__":
    main()
