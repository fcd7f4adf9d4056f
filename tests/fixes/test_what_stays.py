"""For generated querysets and reads: a fix mends its own finding, and nothing else that djcheck says changes."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from djcheck.domain.finding import Finding
from djcheck.fixes.editing.edits import spliced
from djcheck.flow.depth import MOST_CALLS
from tests.analysing import analyse, write

MODELS = """
    from django.db import models


    class Country(models.Model):
        name = models.CharField(max_length=50)


    class Author(models.Model):
        name = models.CharField(max_length=50)
        country = models.ForeignKey(Country, null=True, on_delete=models.SET_NULL)


    class Tag(models.Model):
        word = models.CharField(max_length=50)


    class Book(models.Model):
        title = models.CharField(max_length=50)
        price = models.IntegerField()
        author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="books")
        tags = models.ManyToManyField(Tag)
"""
HOPS = [
    ".all()", '.filter(title="a")', ".order_by('price')", ".exclude(price=1)", '.select_related("author")',
    '.prefetch_related("tags")', '.prefetch_related("author__books")', '.only("title")', '.defer("price")', "[:50]",
    ".select_related(\n        'author',  # shown\n    )",
]  # fmt: skip
READS = [
    "print(book.author.name)", "print(book.author.country.name)", "print(book.author.id)", "print(book.price)",
    "print([tag.word for tag in book.tags.all()])", "print(book.tags.count())", "print(book.tags.filter(word='a'))",
    "print([other.title for other in book.author.books.all()])", "print(book.title)", "book.save()",
    "book.price += 1\n        book.save()", "Tag.objects.create(word=book.title)", "book.delete()",
    "print(Tag.objects.filter(pk=book.price).exists())", "print(Author.objects.get(pk=book.price))",
]  # fmt: skip
WHOLE = [
    "return len(books)",
    "return sum(b.price for b in books)",
    "if books:\n        return 1",
    "return books.count() > 0",
    "return [b.pk for b in books if b.price > 3]",
    "return any(b.price == 3 for b in books)",
    "return sorted(books, key=lambda b: b.price)",
    "return max((b.price for b in books), default=0)",
    "return {b.pk: b.tags.count() for b in books}",
]


@st.composite
def function(draw: st.DrawFn, name: str) -> str:
    """A function over a queryset of books: read row by row, or as a whole."""
    hops = draw(st.lists(st.sampled_from(HOPS), max_size=3))
    rows = "Book.objects" + "".join(sorted(hops, key=lambda hop: hop == "[:50]"))
    if draw(st.booleans()):
        reads = draw(st.lists(st.sampled_from(READS), min_size=1, max_size=3))
        body = "    for book in books:\n" + "\n".join(f"        {read}" for read in reads)
    else:
        body = f"    {draw(st.sampled_from(WHOLE))}"
    return f"def {name}():  # {name}\n    books = {rows}\n{body}\n"


MODULE = st.tuples(*(function(name) for name in ("first", "second", "third"))).map("\n\n".join)


def says(findings: tuple[Finding, ...], but: str) -> Counter[tuple[str | None, ...]]:
    """What is said of all functions but one."""
    return Counter(
        (each.rule, each.symbol, each.model, each.relation, each.message)
        for each in findings
        if each.symbol != f"shop.reports.{but}"
    )


# The evaluator does so too; Hypothesis does not like it to change while it looks.
sys.setrecursionlimit(max(sys.getrecursionlimit(), MOST_CALLS))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(MODULE)
def test_a_fix_touches_nothing_else(module: str) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        text = (
            f"# Kept: été\nfrom django.conf import settings\n\nfrom shop.models import Author, Book, Tag\n\n\n{module}"
        )
        write(root, {"shop/__init__.py": "", "shop/models.py": MODELS, "shop/reports.py": text.encode()})
        before = analyse(root).findings
        for finding in before:
            if finding.fix is None:
                continue
            name = (finding.symbol or "").rpartition(".")[2]
            made = spliced(text, finding.fix.edits)
            ast.parse(made)
            assert without(made, name) == without(text, name)
            (root / "shop/reports.py").write_bytes(made.encode())
            after = analyse(root).findings
            assert says(after, but=name) == says(before, but=name)
            same = (finding.rule, finding.symbol, finding.relation, finding.message)
            left = Counter((each.rule, each.symbol, each.relation, each.message) for each in after)
            had = Counter((each.rule, each.symbol, each.relation, each.message) for each in before)
            assert left[same] < had[same], made


def without(text: str, name: str) -> list[str]:
    """The module's lines but for those of one function, and for imports."""
    tree = ast.parse(text)
    spans = [(each.lineno, each.end_lineno or 0) for each in tree.body if getattr(each, "name", "") == name]
    return [
        line
        for at, line in enumerate(text.split("\n"), start=1)
        if not any(first <= at <= last for first, last in spans) and not line.startswith("from ")
    ]
