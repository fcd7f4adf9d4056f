"""Pages of wagtail: the context that a model's `get_context` gives, in the template that the model names."""

from __future__ import annotations

from tests.analysing import analyse
from tests.flow.test_views import PROJECTS, differences


def test_every_way_from_a_page_to_its_template() -> None:
    root = PROJECTS / "pages"
    assert differences(root, analyse(root).findings) == ([], [])
