from __future__ import annotations

import pytest

from djcheck.domain.directive import Directive
from djcheck.facts.comments import directives_in


def test_in_python() -> None:
    text = """x = 1  # djcheck: ignore[DJC101, DJC2] because é
    # djcheck: ignore-file[DJC1]
y = 2  # noqa: E501 # djcheck: ignore
z = f"{a["b"]}"  #djcheck:ignore[missing-select-related] why not
"""
    assert directives_in(text, template=False) == (
        Directive(1, 8, 49, ("DJC101", "DJC2"), False, False, "because é"),
        Directive(2, 5, 33, ("DJC1",), True, True),
        Directive(3, 21, 38, (), False, False),
        Directive(4, 18, 65, ("missing-select-related",), False, False, "why not"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "x = '# djcheck: ignore'",
        '"""\n# djcheck: ignore\n"""',
        "r'\\'; x = # djcheck: ignore'",
        "'''it's\n\\'''# djcheck: ignore'''",
        "# djcheck: ignored",
        "# djcheck: ignore-filed",
        "# djcheck: forget[DJC101]",
        "djcheck: ignore",
    ],
)
def test_what_is_no_directive(text: str) -> None:
    assert directives_in(text, template=False) == ()


def test_broken_files_still_have_comments() -> None:
    (found,) = directives_in("def f(:\n  'unclosed\n  # djcheck: ignore[DJC001] old\n", template=False)
    assert (found.line, found.column, found.codes, found.alone) == (3, 3, ("DJC001",), True)


def test_in_templates() -> None:
    text = """<p>{{ a }}</p> {# djcheck: ignore[DJC102] reason #}
{# djcheck: ignore-file #}
<a>{# djcheck:ignore #}</a>
  {#- djcheck: ignore[DJC1]
   two lines -#}
{# no directive #} # djcheck: ignore
"""
    assert directives_in(text, template=True) == (
        Directive(1, 16, 52, ("DJC102",), False, False, "reason"),
        Directive(2, 1, 27, (), True, True),
        Directive(3, 4, 24, (), False, False),
        Directive(5, 1, 17, ("DJC1",), False, True, "two lines"),
    )
