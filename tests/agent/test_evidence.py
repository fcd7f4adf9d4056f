"""Is what decides a finding put before the agent, wherever in the project it stands?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from djcheck import pipeline
from djcheck.config import load
from djcheck.domain.finding import Status
from djcheck.triage.agent.evidence import Evidence
from djcheck.triage.agent.gathering import MOST_LINES, gather
from tests.analysing import write

FILES = {
    "manage.py": 'import os\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "conf.settings")\n',
    "conf/__init__.py": "",
    "conf/settings.py": 'from conf.base import *\n\nINSTALLED_APPS = ["shop"]\n',
    "conf/base.py": 'SHELVES = ["new", "old"]\n',
    "shop/__init__.py": "",
    "shop/models.py": """\
        from django.db import models


        class BookQuerySet(models.QuerySet):
            def on_sale(self):
                return self.filter(price__lt=LIMIT)


        class BookManager(models.Manager):
            def of_the_day(self):
                return self.first()


        class Feed(models.Model):
            entries = models.JSONField()


        class Book(models.Model):
            isbn = models.CharField(max_length=20)
            price = models.IntegerField()
            feed = models.ForeignKey(Feed, null=True, on_delete=models.SET_NULL)
            objects = BookManager.from_queryset(BookQuerySet)()


        LIMIT = 5
        """,
}


@pytest.fixture
def on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Evidence]:
    """The evidence on the one ambiguous finding of the project with these files more."""
    monkeypatch.chdir(tmp_path)

    def evidence(files: dict[str, str]) -> Evidence:
        write(tmp_path, {**FILES, **files})
        paths = [Path()]
        config = load(paths, None)
        report = pipeline.check(paths, config, jobs=1, progress=lambda *_: None)
        code = pipeline.code_of(paths, config, jobs=1, progress=lambda *_: None)
        (finding,) = [finding for finding in report.findings if finding.status is Status.AMBIGUOUS]
        return gather(finding, code)

    return evidence


def shown(evidence: Evidence, path: str) -> str:
    return "\n".join(text for _, text in sorted(evidence.shown.get(path, {}).items()))


def test_a_setting_that_the_settings_module_takes_from_another(on: Callable[..., Evidence]) -> None:
    evidence = on(
        {
            "shop/stock.py": """\
        from django.conf import settings

        from shop.models import Book


        def stock():
            for shelf in settings.SHELVES:
                Book.objects.get(isbn=shelf)
        """
        }
    )
    assert shown(evidence, "conf/base.py") == 'SHELVES = ["new", "old"]'


def test_methods_of_managers_and_querysets_and_the_constants_in_them(on: Callable[..., Evidence]) -> None:
    evidence = on(
        {
            "shop/stock.py": """\
        from shop.models import Book


        def stock(isbns):
            for isbn in isbns:
                Book.objects.of_the_day()
                Book.objects.filter(isbn=isbn).on_sale().get()
        """
        }
    )
    assert "return self.first()" in shown(evidence, "shop/models.py")
    assert "return self.filter(price__lt=LIMIT)" in shown(evidence, "shop/models.py")
    assert "LIMIT = 5" in shown(evidence, "shop/models.py")


def test_who_calls_and_what_fills_the_attribute_that_is_passed(on: Callable[..., Evidence]) -> None:
    evidence = on(
        {
            "shop/stock.py": """\
            from shop.models import Book


            def stock(isbns):
                for isbn in isbns:
                    Book.objects.get(isbn=isbn)
            """,
            "shop/tasks.py": """\
            from shop.models import Feed
            from shop.stock import stock


            def task(pk):
                feed = Feed.objects.get(pk=pk)
                stock(feed.entries)
            """,
            "shop/uploads.py": """\
            from shop import models


            def uploaded(request):
                models.Feed.objects.create(entries=request.POST.getlist("isbn"))
            """,
            "shop/names.py": """\
            def others(things):
                stock = len(things)
                print("the stock(s)", stock)
            """,
        }
    )
    assert "stock(feed.entries)" in shown(evidence, "shop/tasks.py")
    assert 'entries=request.POST.getlist("isbn")' in shown(evidence, "shop/uploads.py")
    assert shown(evidence, "shop/names.py") == ""


def test_a_method_that_a_base_class_calls(on: Callable[..., Evidence]) -> None:
    evidence = on(
        {
            "shop/readers.py": """\
            class Reader:
                def all(self, request):
                    self.read(request.POST.getlist("isbn"))
            """,
            "shop/stock.py": """\
            from shop.models import Book
            from shop.readers import Reader


            class Stock(Reader):
                def read(self, isbns):
                    for isbn in isbns:
                        Book.objects.get(isbn=isbn)
            """,
        }
    )
    assert 'self.read(request.POST.getlist("isbn"))' in shown(evidence, "shop/readers.py")


def test_where_a_templates_variable_comes_from(on: Callable[..., Evidence]) -> None:
    evidence = on(
        {
            "shop/templates/shop/part.html": "{% for isbn in isbns %}{{ feed.book_set.count }}{% endfor %}\n",
            "shop/templates/shop/page.html": '{% include "shop/part.html" %}\n',
            "shop/stock.py": """\
                from django.shortcuts import get_object_or_404, render

                from shop.models import Feed


                class Search:
                    def wanted_by(self, request):
                        return request.GET.getlist("isbn")


                search = Search()


                def page(request, pk):
                    isbns = search.wanted_by(request)
                    return render(request, "shop/page.html", {"feed": get_object_or_404(Feed, pk=pk), "isbns": isbns})
                """,
        }
    )
    assert "{{ feed.book_set.count }}" in shown(evidence, "shop/templates/shop/part.html")
    assert "include" in shown(evidence, "shop/templates/shop/page.html")
    assert "isbns = search.wanted_by(request)" in shown(evidence, "shop/stock.py")
    assert 'return request.GET.getlist("isbn")' in shown(evidence, "shop/stock.py")


def test_a_long_function_is_shown_from_its_loop_to_its_query(on: Callable[..., Evidence]) -> None:
    filler = "\n".join(f"    print({number})" for number in range(200))
    between = "\n".join(f"        print({number})" for number in range(900, 930))
    evidence = on(
        {
            "shop/stock.py": "from shop.models import Book\n\n\ndef stock(isbns):\n"
            f"{filler}\n    for isbn in isbns:\n{between}\n        Book.objects.get(isbn=isbn)\n{filler}\n"
        }
    )
    text = shown(evidence, "shop/stock.py")
    assert between in text
    assert "print(100)" not in text
    assert sum(map(len, evidence.shown.values())) <= MOST_LINES


def test_many_callers_are_told_in_a_line_each(on: Callable[..., Evidence]) -> None:
    dots = "    ...\n" * 6
    callers = "\n\n".join(f"def caller_{at}():\n{dots}    stock([{at}])\n" for at in range(20))
    evidence = on(
        {
            "shop/stock.py": """\
            from shop.models import Book


            def stock(isbns):
                for isbn in isbns:
                    Book.objects.get(isbn=isbn)
            """,
            "shop/callers.py": f"from shop.stock import stock\n\n\n{callers}",
        }
    )
    text = shown(evidence, "shop/callers.py")
    assert f"def caller_0():\n{dots}    stock([0])" in text
    assert "stock([14])" in text
    assert "def caller_14()" not in text
    assert "stock([15])" not in text
    assert "5 more places use stock" in evidence.facts


def test_the_fields_that_the_relations_path_follows_are_shown_whole(on: Callable[..., Evidence]) -> None:
    columns = "\n".join(f"            column_{number} = models.TextField()" for number in range(40))
    owners = f"""\
        from django.db import models


        class Shelf(models.Model):
            owner = models.ForeignKey("shop.Owner", on_delete=models.CASCADE)


        class Owner(models.Model):
{columns}
            feed = models.ForeignKey(
                "shop.Feed",
                on_delete=models.SET_NULL,
                related_name="owners",
                null=True,
            )
        """
    stock = """\
        from django.db.models import QuerySet

        from shop.owners import Shelf


        def stock(shelves: QuerySet[Shelf]):
            return [shelf.owner.feed.pk + shelf.owner.feed.id for shelf in shelves.select_related("owner")]
        """
    evidence = on({"shop/owners.py": owners, "shop/stock.py": stock})
    assert "    null=True,\n" in shown(evidence, "shop/owners.py")
