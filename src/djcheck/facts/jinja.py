"""What the survey says of a Jinja2 template, from its text alone."""

from __future__ import annotations

from djcheck.domain.facts import TemplateFacts


def survey_jinja(path: str, text: str) -> TemplateFacts:
    """Never raises: what Jinja2 itself cannot parse is told as `error`."""
    # Only those pay for the import who have Jinja2 templates to read.
    from djcheck.facts.jinja_parsing import Broken
    from djcheck.facts.jinja_reading import JinjaReader

    lines = text.count("\n") + (text[-1:] not in ("", "\n"))
    try:
        reader = JinjaReader(text)
        body = reader.read()
    except Broken as error:
        return TemplateFacts(path, lines, "jinja2", error=str(error), error_line=error.line)
    except RecursionError:
        return TemplateFacts(path, lines, "jinja2", error="nested too deeply")
    return TemplateFacts(
        path,
        lines,
        "jinja2",
        body=body,
        extends=reader.extends,
        macros=tuple(reader.macros),
        imports=tuple(reader.imports),
    )
