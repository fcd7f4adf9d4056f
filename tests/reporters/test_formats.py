"""Has every format that the command line offers its reporter, and the other way round?"""

from __future__ import annotations

from typing import get_args

import pytest

from djcheck.config import Format
from djcheck.reporters.formats import reporter
from djcheck.reporters.style import Style
from tests.building import ambiguous, finding, report


@pytest.mark.parametrize("name", get_args(Format))
def test_a_format_is_written_and_the_same_each_time(name: Format) -> None:
    render = reporter(name)
    once, again = (render(report(finding(), ambiguous()), lambda path: (), Style()) for _ in range(2))
    assert b"DJC101" in once
    assert once == again
    assert once.endswith(b"\n")
    assert render(report(), lambda path: (), Style()) != once
