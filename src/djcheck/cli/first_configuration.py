"""The words of `djcheck init`: what was found, and a configuration in which every setting waits to be uncommented."""

from __future__ import annotations

from djcheck.index.profile import Profile

BASELINE = "djcheck-baseline.jsonl"


def described(profile: Profile) -> str:
    """What kind of project it is, in a few lines."""
    release = ".".join(map(str, profile.django)) if profile.django else "not told by a requirement file"
    apps = f"{', '.join(profile.apps)} ({profile.models} models)" if profile.apps else "none found in INSTALLED_APPS"
    lines = {
        "settings": profile.settings or "none found",
        "Django": release,
        "apps": apps,
        "templates": ", ".join(profile.templates) or "none configured",
        "libraries": ", ".join(profile.libraries) or "none that djcheck knows in particular",
    }
    return "".join(f"{name:<10} {value}\n" for name, value in lines.items())


def section(profile: Profile, *, in_pyproject: bool) -> str:
    """The configuration as TOML, for a pyproject.toml or a file of its own."""
    app = profile.apps[0] if profile.apps else "shop"
    return TEMPLATE.format(
        heading="[tool.djcheck]\n" if in_pyproject else "",
        prefix="tool.djcheck." if in_pyproject else "",
        baseline=BASELINE,
        settings=profile.settings or "project.settings",
        found="Found by djcheck itself; name others if these are not right."
        if profile.settings
        else "None were found.",
        app=app,
    )


TEMPLATE = """\
{heading}# What djcheck checks and how; `djcheck rules` lists the rules, `djcheck config` what is in force.

# Queries per row are DJC1, work for the database done in Python is DJC2, raw SQL is DJC3, djcheck itself is DJC0.
# select = ["DJC"]
# ignore = []

# The least severity that makes the exit status 1, and what becomes of findings that could not be proven.
# fail-on = "warning"
# ambiguous = "report"

# Accepted findings, one a line: `djcheck . --baseline {baseline} --write-baseline` writes them.
# baseline = "{baseline}"

# Whether a comment such as `# djcheck: ignore[DJC101] three rows at most` must say why.
# require-reasons = true

# Patterns as in .gitignore; tests and migrations are left out as far as queries are concerned.
# extend-exclude = []
# include-tests = false
# include-migrations = false

# The settings. {found}
# settings-module = "{settings}"

# What to leave alone in some files, in an app, about rows of a model, where a relation is read.
# [{prefix}per-path-ignores]
# "/scripts/" = ["DJC1", "DJC2"]
# [{prefix}per-app-ignores]
# {app} = ["DJC104"]
# [{prefix}per-model-ignores]
# "{app}.Model" = ["DJC101"]
# [{prefix}per-relation-ignores]
# "{app}.Model.relation" = ["DJC101"]
"""
