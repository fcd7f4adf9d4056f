"""DJC202–DJC207: is work on rows in Python left to the database where both amount to the same?"""

from __future__ import annotations

import pytest

from tests.fixes.conftest import Rewrite, code

SAFE = {
    "some are listed": (
        "[note.text for note in Note.objects.order_by('pk') if note.printed and note.pages > 3]",
        "[note.text for note in Note.objects.order_by('pk').filter(printed=True, pages__gt=3)]",
    ),
    "those without are listed": (
        "[note for note in Note.objects.order_by('pk') if note.rank is None]",
        "[note for note in Note.objects.order_by('pk').filter(rank__isnull=True)]",
    ),
    "is there any": (
        "any(not note.printed for note in Note.objects.all() if note.pages == 3)",
        "Note.objects.all().filter(printed=False, pages=3).exists()",
    ),
    "is it so for all": (
        "all(note.printed for note in Note.objects.all())",
        "not Note.objects.all().exclude(printed=True).exists()",
    ),
    "some are counted": (
        "len([note for note in Note.objects.all() if note.printed])",
        "Note.objects.all().filter(printed=True).count()",
    ),
    "some are counted one by one": (
        "sum(1 for note in Note.objects.all() if note.printed)",
        "Note.objects.all().filter(printed=True).count()",
    ),
    "the greatest, or nothing": (
        "max((note.pages for note in Note.objects.all()), default=0)",
        'Note.objects.all().aggregate(max=Max("pages", default=0))["max"]',
    ),
}
UNSAFE = {
    "text is compared": (
        "[note.pk for note in Note.objects.all() if note.text == text]",
        "[note.pk for note in Note.objects.all().filter(text=text)]",
    ),
    "rows are filtered by a function": (
        "list(filter(lambda note: note.pages >= text, Note.objects.order_by('pk')))",
        "list(Note.objects.order_by('pk').filter(pages__gte=text))",
    ),
    "the greatest": (
        "max(Note.objects.values_list('pages', flat=True))",
        "Note.objects.aggregate(max=Max('pages'))['max']",
    ),
    "the least of a list": (
        "min([note.pages for note in Note.objects.all()])",
        'Note.objects.all().aggregate(min=Min("pages"))["min"]',
    ),
    "rows are sorted": (
        "sorted(Note.objects.all(), key=lambda note: note.pages, reverse=True)",
        'list(Note.objects.all().order_by("-pages"))',
    ),
    "one row is looked for": ("text in Note.objects.all()", "Note.objects.all().filter(pk=text.pk).exists()"),
    "one text is not found": (
        "text not in Note.objects.values_list('text', flat=True)",
        "not Note.objects.values_list('text', flat=True).filter(text=text).exists()",
    ),
}
PAGES = "sum(note.pages for note in Note.objects.all())"
TOTAL = 'Note.objects.all().aggregate(total=Sum("pages"))["total"] or 0'
SUMS = {
    "alone": ("    pages = {}\n    return pages\n", TOTAL),
    "given back": ("    return {}  # in all\n", TOTAL),
    "an argument": ("    return max(1, {})\n", TOTAL),
    "compared": ("    return text == {}\n", f"({TOTAL})"),
    "added to": ("    return max({}\n        + 1, text)\n", f"({TOTAL})"),
    "an item's number": ("    text[{}] = 1\n", TOTAL),
    "before more": ("    pages = ({}\n        + 1)\n    return pages\n", f"({TOTAL})"),
}


@pytest.mark.parametrize("case", SUMS)
def test_a_sum_stands_in_brackets_where_it_must(case: str, rewrite: Rewrite) -> None:
    around, made = SUMS[case]
    module = "from django.db.models import Sum\n" + code("def f(text):\n" + around)
    assert rewrite(module.format(PAGES)) == module.format(made)


BEFORE = """
def f():
    both = sum(note.pages for note in Note.objects.all()), any(note.printed for note in Note.objects.all())
    return both, [note.text for note in Note.objects.order_by("pk") if note.printed]
"""
AFTER = """
def f():
    both = %s, Note.objects.all().filter(printed=True).exists()
    return both, [note.text for note in Note.objects.order_by("pk").filter(printed=True)]
"""


def test_several_questions_in_one_function(rewrite: Rewrite) -> None:
    """The same name for the rows of each, and two of them on one line."""
    imports = "from django.db.models import Sum\n\n"
    assert rewrite(imports + code(BEFORE)) == imports + code(AFTER % TOTAL)


LEFT_ALONE = [
    "[note.pk for note in Note.objects.all() if note.rank > 3]",
    "[note.pk for note in Note.objects.all() if note.pages]",
    "[note.pk for note in Note.objects.all() if note.printed or note.pages > 3]",
    "[note.pk for note in Note.objects.all() if note.pages == note.rank]",
    "[note.pk for note in Note.objects.all()[:50] if note.printed]",
    "max(note.rank for note in Note.objects.all())",
    "max(note.text for note in Note.objects.all())",
    "sorted(Note.objects.all(), key=lambda note: note.rank)",
    "sorted(Note.objects.all(), key=lambda note: (note.pages, note.pk))",
]


def returning(expression: str) -> str:
    imports = {name for name in ("Max", "Min") if f"{name}(" in expression}
    line = "".join(f"from django.db.models import {name}\n" for name in imports)
    body = f"def f(text):\n    return {expression}\n"
    return f"{line}{code(body)}"


@pytest.mark.parametrize("case", SAFE)
def test_what_is_the_same_for_all_data_is_changed(case: str, rewrite: Rewrite) -> None:
    before, after = map(returning, SAFE[case])
    assert rewrite(before).split() == after.split()


@pytest.mark.parametrize("case", UNSAFE)
def test_what_may_differ_is_left_to_unsafe(case: str, rewrite: Rewrite) -> None:
    before, after = map(returning, UNSAFE[case])
    assert rewrite(before) == before
    assert rewrite(before, "--unsafe").split() == after.split()


@pytest.mark.parametrize("expression", LEFT_ALONE)
def test_what_would_differ_is_left_alone(expression: str, rewrite: Rewrite) -> None:
    before = returning(expression)
    assert rewrite(before, "--unsafe") == before
