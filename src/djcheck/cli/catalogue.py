"""`djcheck rules` and `djcheck explain`: the catalogue, and one rule in full."""

from __future__ import annotations

import difflib
from textwrap import indent
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from djcheck.rulebook import Rule, Rulebook


@click.command()
@click.option("--format", type=click.Choice(["text", "json"]), default="text", help="A table, or all there is to know.")
def rules(format: str) -> None:
    """List the rules."""
    from djcheck.cli.output import encoded, write

    catalogue = _rulebook()
    if format == "json":
        import msgspec

        write(msgspec.json.format(msgspec.json.encode(list(catalogue.values())), indent=2) + b"\n", None)
    else:
        write(encoded(_table(catalogue), None), None)


@click.command()
@click.argument("code")
def explain(code: str) -> None:
    """Tell what a rule is about: why, a faulty and a clean example, and where to read more.

    CODE is a rule's code or name.
    """
    from djcheck.cli.output import encoded, write

    catalogue = _rulebook()
    found = [rule for rule in catalogue.values() if code.lower() in (rule.code.lower(), rule.name)]
    if not found:
        names = [word for rule in catalogue.values() for word in (rule.code, rule.name)]
        near = difflib.get_close_matches(code, names, n=3) or difflib.get_close_matches(code.upper(), names, n=3)
        hint = f"did you mean {', '.join(near)}?" if near else "`djcheck rules` lists them"
        raise click.UsageError(f"{code} is no rule; {hint}")
    write(encoded(_explained(found[0]), None), None)


def _rulebook() -> Rulebook:
    from djcheck.cli.output import failure
    from djcheck.rulebook import RulebookError, rulebook

    try:
        return rulebook()
    except RulebookError as error:
        raise failure(str(error)) from error


def _table(catalogue: Rulebook) -> str:
    names = max(len(rule.name) for rule in catalogue.values())
    rows = (f"{rule.code}  {rule.name:<{names}}  {rule.severity:<7}  {rule.summary}" for rule in catalogue.values())
    return "\n".join(rows) + "\n"


def _explained(rule: Rule) -> str:
    parts = [
        f"{rule.code} {rule.name}",
        rule.summary,
        f"Severity: {rule.severity}\nPrinciple: {rule.principle}",
        rule.rationale.strip(),
        f"Faulty:\n\n{indent(rule.examples.bad.rstrip(), '    ')}",
        f"Clean:\n\n{indent(rule.examples.good.rstrip(), '    ')}",
        "\n".join(["Read more:", *(f"  {each.title}\n    {each.url}" for each in rule.references)]),
    ]
    return "\n\n".join(parts) + "\n"
