"""Which Django a project runs on, told by its requirement, project and lock files."""

from __future__ import annotations

import re
from collections.abc import Mapping

Version = tuple[int, int]

# A lock file says what is installed; a requirement only what is allowed.
LOCKED = (
    re.compile(r"""^name = ["']django["']\s*\nversion = ["'](\d+)\.(\d+)""", re.IGNORECASE | re.MULTILINE),
    re.compile(r'"django":\s*\{[^{}]*?"version":\s*"==(\d+)\.(\d+)', re.IGNORECASE),
)
REQUIRED = re.compile(
    r"""^[\s"'\-\[]*django(?:\[[^\]]*\])?["']?\s*(?:=\s*["']|=\s*\{[^}\n]*?version\s*=\s*["'])?\s*\(?"""
    # A date is no version: uv's `exclude-newer-package` holds such.
    r"""(?P<clauses>(?:[=<>~!^]=?=?\s*)?(?!\d{4}-)\d[^"'#;\n)\]]*)""",
    re.IGNORECASE | re.MULTILINE,
)
# Requirements may stand side by side in one list: `dependencies = ["a", "Django>=5"]`.
QUOTED = re.compile(r"""["']django(?:\[[^\]]*\])?\s*\(?(?P<clauses>[=<>~!^]=?=?\s*\d[^"'#;)]*)""", re.IGNORECASE)
CLAUSE = re.compile(r"(?P<operator>===?|~=|>=|<=|!=|<|>|\^|~)?\s*(?P<major>\d+)(?:\.(?P<minor>\d+))?")
# The last minor release of each major one: what `<5` can reach.
LAST_MINOR = {1: 11, 2: 2, 3: 2, 4: 2, 5: 2, 6: 2}


def django_version(texts: Mapping[str, str]) -> Version | None:
    """The Django release named by files (name → text): a locked one if there is one, else the lowest allowed."""
    for pattern in LOCKED:
        for _, text in sorted(texts.items()):
            found = pattern.search(text)
            if found is not None:
                return int(found[1]), int(found[2])
    versions = [
        version
        for _, text in sorted(texts.items())
        for found in (*REQUIRED.finditer(text), *QUOTED.finditer(text))
        if (version := allowed(found["clauses"])) is not None
    ]
    return max(versions, default=None)


def allowed(clauses: str) -> Version | None:
    """The release that a version specifier pins or begins with."""
    upper: Version | None = None
    for clause in CLAUSE.finditer(clauses):
        version = int(clause["major"]), int(clause["minor"] or 0)
        match clause["operator"]:
            case "<":
                upper = below(version)
            case "<=":
                upper = version
            case "!=":
                continue
            case _:
                return version
    return upper


def below(version: Version) -> Version | None:
    major, minor = version
    if minor:
        return major, minor - 1
    return (major - 1, LAST_MINOR[major - 1]) if major - 1 in LAST_MINOR else None
