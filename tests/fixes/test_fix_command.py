"""Does `djcheck fix` change what it should, prove it, and leave alone what it must?"""

from __future__ import annotations

import subprocess
from pathlib import Path
from textwrap import dedent

import pytest

from djcheck.cli.main import main
from djcheck.domain.finding import Finding
from djcheck.fixes.editing.edits import spliced
from tests.analysing import write

MODELS = """
    from django.db import models


    class Author(models.Model):
        name = models.CharField(max_length=50)


    class Book(models.Model):
        title = models.CharField(max_length=50)
        author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="books")
        editor = models.ForeignKey(Author, null=True, on_delete=models.SET_NULL, related_name="edited")
"""
REPORT = """
    from .models import Book


    def titles():
        for book in Book.objects.all():  # all of them
            print(book.author.name)
"""
FIXED = REPORT.replace("Book.objects.all()", 'Book.objects.select_related("author")')
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(tmp_path, {"shop/__init__.py": "", "shop/models.py": MODELS, "shop/reports.py": REPORT})


def fix(*options: str) -> int:
    return main(["fix", "--no-cache", "--jobs", "1", *options])


def test_what_is_found_is_fixed(shop: Path, capsys: Capture) -> None:
    assert fix() == 0
    assert (shop / "shop/reports.py").read_text() == dedent(FIXED)
    assert "shop/reports.py:7: DJC101 fixed: Join `author` with the rows" in capsys.readouterr().err
    assert fix("--check") == 0


def test_a_patch_is_printed_and_nothing_is_written(shop: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert fix("--diff") == 0
    patch = capfdbinary.readouterr().out
    assert (shop / "shop/reports.py").read_text() == dedent(REPORT)
    subprocess.run(["git", "apply", "-"], input=patch, check=True, cwd=shop)
    assert (shop / "shop/reports.py").read_text() == dedent(FIXED)


def test_a_patch_fits_files_with_other_line_ends(shop: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    path = shop / "shop/reports.py"
    path.write_bytes(dedent(REPORT).encode().replace(b"\n", b"\r\n"))
    assert fix("--diff") == 0
    subprocess.run(["git", "apply", "-"], input=capfdbinary.readouterr().out, check=True, cwd=shop)
    assert path.read_bytes() == dedent(FIXED).encode().replace(b"\n", b"\r\n")


def test_check_says_by_its_status_that_something_can_be_fixed(shop: Path) -> None:
    assert fix("--check") == 1
    assert (shop / "shop/reports.py").read_text() == dedent(REPORT)


def test_only_what_is_selected_is_fixed(shop: Path) -> None:
    assert fix("--check", "--select", "DJC102") == 0
    assert fix("--check", "--select", "missing-select-related") == 1


def test_one_finding_by_its_fingerprint(shop: Path, capsys: Capture) -> None:
    assert fix("--check", "--fingerprint", "0" * 16) == 2
    assert "no finding has 0000000000000000" in capsys.readouterr().err
    assert fix("--check", "--fingerprint", finding().fingerprint) == 1


def test_a_rule_that_does_not_exist_is_refused(shop: Path, capsys: Capture) -> None:
    assert fix("--select", "DJC999") == 2
    assert "DJC999 is no rule" in capsys.readouterr().err


def finding() -> Finding:
    from djcheck import pipeline
    from djcheck.config import load

    report = pipeline.check([Path()], load([Path()]), jobs=1, progress=lambda *_: None)
    return next(each for each in report.findings if each.rule == "DJC101")


def test_the_finding_holds_the_edits_that_the_command_makes(shop: Path) -> None:
    told = finding().fix
    assert told is not None
    assert told.safe
    assert told.title == "Join `author` with the rows"
    made = spliced((shop / "shop/reports.py").read_text(), told.edits)
    assert fix() == 0
    assert made == (shop / "shop/reports.py").read_text()


# ------------------------------------------------------------------ git


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def test_changes_that_git_could_not_give_back_are_refused(shop: Path, capsys: Capture) -> None:
    git(shop, "init")
    assert fix() == 2
    assert "changes that are not committed" in capsys.readouterr().err
    assert (shop / "shop/reports.py").read_text() == dedent(REPORT)
    assert fix("--check") == 1
    git(shop, "add", ".")
    git(shop, "commit", "-m", "all")
    assert fix() == 0
    assert fix() == 2
    assert fix("--allow-dirty") == 0


# ------------------------------------------------------------------ what is not safe


UNSAFE = {
    "rows change between fetching and reading": """
        from .models import Book

        def f():
            for book in Book.objects.all():
                book.author.name = book.title
                book.author.save()
    """,
    "a function that is called changes rows": """
        from .models import Author, Book

        def rename():
            Author.objects.filter(pk=1).update(name="x")

        def f():
            books = list(Book.objects.all())
            rename()
            return [book.author.name for book in books]
    """,
    "the joined rows would be locked": """
        from .models import Book

        def f():
            return [book.author.name for book in Book.objects.select_for_update()]
    """,
    "SQL written by hand may become ambiguous": """
        from .models import Book

        def f():
            return [book.author.name for book in Book.objects.extra(where=["id > 3"])]
    """,
    "a caller that nobody can follow leaves columns out": """
        from .models import Book

        class Shelf:
            def books(self):
                books = Book.objects.order_by("title")
                print([book.author.name for book in books])
                return books

        def titles(request):
            return [book.title for book in request.shelf.books().only("title")]
    """,
    "the rows may have been prefetched": """
        from .models import Author

        def f(author: Author):
            return [book.author.books.all() for book in author.books.all()]
    """,
    "a row's model may be gone": """
        from django.contrib.contenttypes.fields import GenericForeignKey
        from django.contrib.contenttypes.models import ContentType
        from django.db import models

        class Mark(models.Model):
            content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
            object_id = models.PositiveIntegerField()
            subject = GenericForeignKey()

        def f():
            return [str(mark.subject) for mark in Mark.objects.all()]
    """,
}


@pytest.mark.parametrize("case", UNSAFE)
def test_what_could_change_results_is_left_to_unsafe(case: str, shop: Path) -> None:
    write(shop, {"shop/reports.py": UNSAFE[case]})
    text = (shop / "shop/reports.py").read_text()
    assert fix() == 0
    assert (shop / "shop/reports.py").read_text() == text


@pytest.mark.parametrize("case", list(UNSAFE)[:5])
def test_unsafe_fixes_say_what_may_change(case: str, shop: Path, capsys: Capture) -> None:
    write(shop, {"shop/reports.py": UNSAFE[case]})
    assert fix() == 0
    assert "only with --unsafe, " in capsys.readouterr().err
    assert fix("--unsafe") == 0
    assert "select_related(" in (shop / "shop/reports.py").read_text()


def test_a_router_may_keep_other_apps_rows_elsewhere(shop: Path, capsys: Capture) -> None:
    text = """
        from django.db import models
        from shop.models import Book

        class Loan(models.Model):
            book = models.ForeignKey(Book, on_delete=models.CASCADE)

        def f():
            return [loan.book.title for loan in Loan.objects.all()]
    """
    settings = 'DATABASE_ROUTERS = ["site.Router"]\nINSTALLED_APPS = ["shop", "lending"]\n'
    manage = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop_settings")\n'
    write(shop, {"lending/__init__.py": "", "lending/models.py": text})
    write(shop, {"shop_settings.py": settings, "manage.py": manage})
    assert fix() == 0
    assert "only with --unsafe, a database router may keep" in capsys.readouterr().err
    assert "select_related" not in (shop / "lending/models.py").read_text()
    assert "select_related" in (shop / "shop/reports.py").read_text()


REFUSED = {
    "a combined queryset": """
        from .models import Book

        def f():
            books = Book.objects.filter(title="a")
            both = books.union(Book.objects.filter(title="b"))
            return [book.author.name for book in books], list(both)
    """,
    "columns that are left out elsewhere": """
        from .models import Book

        def f():
            books = Book.objects.filter(title="a")
            return [book.author.name for book in books.only("title")]
    """,
    "columns that nobody can tell": """
        from .models import Book

        def f(columns):
            return [book.author.name for book in Book.objects.only(*columns)]
    """,
    "rows that PostgreSQL cannot lock": """
        from .models import Book

        def f():
            return [book.editor.name for book in Book.objects.select_for_update() if book.editor]
    """,
    "a manager that is asked for more than rows": """
        from .models import Author

        def f(author: Author, title):
            books = author.books
            books.create(title=title)
            return [book.editor.name for book in books.all()]
    """,
    "a join of everything": """
        from .models import Author, Book

        def f():
            return [list(book.author.books.all()) for book in Book.objects.select_related()]
    """,
    "a base class for several models": """
        from .models import Author, Book

        class Report:
            def rows(self):
                return self.model._default_manager.order_by("pk")

            def lines(self):
                return [self.line(row) for row in self.rows()]

        class BookReport(Report):
            model = Book

            def line(self, book):
                return book.author.name

        class AuthorReport(Report):
            model = Author

            def line(self, author):
                return author.name

        def f():
            return BookReport().lines() + AuthorReport().lines()
    """,
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_django_would_refuse_is_never_written(case: str, shop: Path) -> None:
    write(shop, {"shop/reports.py": REFUSED[case]})
    before = (shop / "shop/reports.py").read_text()
    assert fix("--unsafe") == 0
    after = (shop / "shop/reports.py").read_text()
    assert after == before or case == "a join of everything"
    assert after.replace('.prefetch_related("author__books")', "") == before


# ------------------------------------------------------------------ proof


def test_a_fix_that_does_not_help_is_taken_back(shop: Path, capsys: Capture) -> None:
    text = """
        from .models import Book

        def books():
            return Book.objects.order_by("title")

        def f():
            return [book.author.name for book in books().select_related(None)]
    """
    write(shop, {"shop/reports.py": text})
    assert fix() == 0
    assert "not fixed, the finding stays" in capsys.readouterr().err
    assert (shop / "shop/reports.py").read_text() == dedent(text)


def test_imports_are_added_where_they_are_missing(shop: Path) -> None:
    write(
        shop,
        {
            "shop/models.py": MODELS + "        publisher = models.ForeignKey(Author, on_delete=models.CASCADE, "
            'related_name="+")\n',
            "shop/reports.py": """
                # "Reports" for "everybody"

                from __future__ import annotations

                from django.db.models import Count
                from django.http import HttpResponse
                from .models import Author, Book

                def f():
                    for author in Author.objects.all():
                        for book in author.books.all():
                            print(book.publisher.name)
            """,
        },
    )
    assert fix() == 0
    text = (shop / "shop/reports.py").read_text()
    assert "from django.db.models import Count, Prefetch\n" in text
    assert (
        'Author.objects.prefetch_related(Prefetch("books", queryset=Book.objects.select_related("publisher")))' in text
    )
    assert fix("--check") == 0


# ------------------------------------------------------------------ tests begun

URLS = """
    from django.urls import path
    from . import views

    app_name = "shop"
    urlpatterns = [path("books/<int:year>/", views.book_list, name="books")]
"""
VIEWS = """
    from django.http import HttpResponse
    from .models import Book

    def book_list(request, year):
        return HttpResponse("".join(book.author.name for book in Book.objects.all()))
"""


def test_tests_are_begun_next_to_the_projects_tests(shop: Path, capsys: Capture) -> None:
    write(shop, {"shop/urls.py": URLS, "shop/views.py": VIEWS, "shop/tests/__init__.py": ""})
    assert fix("--tests") == 0
    begun = shop / "shop/tests/test_query_counts.py"
    text = begun.read_text()
    compile(text, "test_query_counts.py", "exec")
    assert "class BookListQueries(TestCase):" in text
    assert 'reverse("shop:books", kwargs={"year": 1})' in text
    assert "from django.urls import reverse" in text
    begun.write_text("mine")
    write(shop, {"shop/views.py": VIEWS})
    assert fix("--tests") == 0
    assert begun.read_text() == "mine"
    assert "is there already" in capsys.readouterr().err


ROOT = """
    from django.urls import include, path

    urlpatterns = [path("api/", include([path("v2/", include("shop.urls", namespace="v2"))]))]
"""


def test_tests_name_pages_through_the_namespaces_that_lead_to_them(shop: Path) -> None:
    settings = 'ROOT_URLCONF = "site_urls"\nINSTALLED_APPS = ["shop"]\n'
    manage = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n'
    files = {"settings.py": settings, "manage.py": manage, "site_urls.py": ROOT, "shop/apps.py": ""}
    write(shop, {**files, "shop/urls.py": URLS, "shop/views.py": VIEWS})
    assert fix("--tests") == 0
    assert 'reverse("v2:books", kwargs={"year": 1})' in (shop / "shop/test_query_counts.py").read_text()


def test_no_test_is_begun_for_what_does_not_grow_with_rows(shop: Path) -> None:
    view = """
        from django.db import connection
        from django.http import HttpResponse

        def book_list(request, year):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT title FROM shop_book WHERE title = '{request.GET['title']}'")
                return HttpResponse(str(cursor.fetchall()))
    """
    write(shop, {"shop/urls.py": URLS, "shop/views.py": view, "shop/tests/__init__.py": ""})
    assert fix("--tests", "--select", "DJC3") == 0
    assert "%s" in (shop / "shop/views.py").read_text()
    assert not (shop / "shop/tests/test_query_counts.py").exists()
