"""Do ignores in the configuration hold for the app, the model or the relation that they name, and for no other?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysing import analyse, write
from tests.gate.histories import PROJECT

REVIEWS = {
    "reviews/__init__.py": "",
    "reviews/models.py": """\
        from django.db import models

        class Review(models.Model):
            book = models.ForeignKey("shop.Book", on_delete=models.CASCADE)
        """,
    "reviews/views.py": """\
        from django.shortcuts import render

        from reviews.models import Review

        def writers():
            return [review.book.author.name for review in Review.objects.all()]

        def reviews(request):
            return render(request, "reviews.html", {"reviews": Review.objects.all()})
        """,
    "templates/reviews.html": "{% for review in reviews %}{{ review.book.title }}{% endfor %}\n",
    "site_/settings.py": """\
        INSTALLED_APPS = ["shop", "reviews"]
        TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": ["templates"]}]
        """,
}
LABEL = ("shop/models.py", "author")
NAMES = ("shop/views.py", "author")
WRITERS = ("reviews/views.py", "book__author")
PAGE = ("templates/reviews.html", "book")


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        ("", [WRITERS, LABEL, NAMES, PAGE]),
        ('[per-app-ignores]\nshop = ["DJC1"]', [WRITERS, PAGE]),
        ('[per-app-ignores]\nreviews = ["missing-select-related"]', [LABEL, NAMES]),
        ('[per-app-ignores]\nreviews = ["DJC2"]', [WRITERS, LABEL, NAMES, PAGE]),
        ('[per-model-ignores]\n"shop.Book" = ["DJC101"]', [WRITERS, PAGE]),
        ('[per-model-ignores]\n"reviews.Review" = ["DJC101"]', [LABEL, NAMES]),
        ('[per-relation-ignores]\n"shop.Book.author" = ["DJC1"]', [PAGE]),
        ('[per-relation-ignores]\n"reviews.Review.book" = ["DJC1"]', [WRITERS, LABEL, NAMES]),
    ],
)
def test_ignores(tmp_path: Path, settings: str, left: list[tuple[str, str]]) -> None:
    write(tmp_path, {**PROJECT, **REVIEWS, "djcheck.toml": settings})
    report = analyse(tmp_path)
    assert [(each.path, each.relation) for each in report.findings] == left
    assert len(report.marks) == len(left)


def test_what_is_ignored_twice_leaves_the_comment_its_right(tmp_path: Path) -> None:
    comment = "  # djcheck: ignore[DJC101] few authors\n"
    views = PROJECT["shop/views.py"].replace("book.author.name)\n", f"book.author.name){comment}")
    write(tmp_path, {**PROJECT, "shop/views.py": views, "djcheck.toml": '[per-app-ignores]\nshop = ["DJC101"]'})
    assert analyse(tmp_path).findings == ()
