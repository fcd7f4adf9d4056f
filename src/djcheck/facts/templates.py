"""What the survey says of a Django template, from its text alone."""

from __future__ import annotations

from pathlib import PurePosixPath

from djcheck.domain.facts import TemplateFacts

JINJA_SUFFIXES = frozenset((".jinja", ".jinja2", ".j2"))


def survey_template(path: str, text: str) -> TemplateFacts:
    """Never raises: a tag that is not closed lasts as long as what surrounds it, an expression that Django would
    refuse is opaque."""
    # Django's template module takes a twentieth of a second to import: only those pay who have templates to read.
    from djcheck.facts.template_reading import Reader

    lines = text.count("\n") + (text[-1:] not in ("", "\n"))
    reader = Reader(text)
    try:
        body = reader.read()
    except RecursionError:
        return TemplateFacts(path, lines, "django", error="tags are nested too deeply")
    return TemplateFacts(path, lines, "django", body=body, extends=reader.extends, libraries=tuple(reader.libraries))


def guess_language(path: str, text: str) -> str:
    """ "django" or "jinja2", where no setting says it: by folder, by suffix, by what only Jinja2 has."""
    from djcheck.facts.template_reading import speaks_jinja

    where = PurePosixPath(path)
    if "jinja2" in where.parts or JINJA_SUFFIXES.intersection(where.suffixes) or speaks_jinja(text):
        return "jinja2"
    return "django"
