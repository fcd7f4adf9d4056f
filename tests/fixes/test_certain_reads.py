"""Is a prefetch safe just where it can cost no query more: where the first row is surely asked for the relation?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysing import write
from tests.fixes.conftest import Rewrite, code

SURE = {
    "asked of every row": """
        def f():
            for note in Note.objects.all():
                print([tag.word for tag in note.tags.all()])
    """,
    "asked of every row by another function": """
        def words(note):
            return [tag.word for tag in note.tags.all()]

        def f():
            return [words(note) for note in Note.objects.all()]
    """,
    "a loop that may not run, but then nothing is fetched": """
        def f(wanted):
            notes = Note.objects.all()
            if wanted:
                for note in notes:
                    print([tag.word for tag in note.tags.all()])
    """,
    "what the test asks": """
        def f():
            for note in Note.objects.all():
                if note.tags.all() and note.printed:
                    print(note.text)
    """,
    "rows of rows": """
        def f():
            for author in Author.objects.all():
                for note in author.notes.all():
                    print([tag.word for tag in note.tags.all()])
    """,
    "tested first": """
        def f():
            notes = Note.objects.all()
            if not notes:
                return
            for note in notes:
                print([tag.word for tag in note.tags.all()])
    """,
}
UNSURE = {
    "asked of some rows": """
        def f():
            for note in Note.objects.all():
                if note.printed:
                    print([tag.word for tag in note.tags.all()])
    """,
    "asked behind `and`": """
        def f():
            return [note for note in Note.objects.all() if note.printed and note.tags.all()]
    """,
    "asked in one branch of an expression": """
        def f():
            return [list(note.tags.all()) if note.printed else [] for note in Note.objects.all()]
    """,
    "some rows are passed over": """
        def f():
            for note in Note.objects.all():
                if note.printed:
                    continue
                print([tag.word for tag in note.tags.all()])
    """,
    "the loop is left": """
        def f(wanted):
            for note in Note.objects.all():
                if note.text == wanted:
                    return note
                print([tag.word for tag in note.tags.all()])
    """,
    "the other function asks of some rows": """
        def words(note):
            return [tag.word for tag in note.tags.all()] if note.printed else []

        def f():
            return [words(note) for note in Note.objects.all()]
    """,
    "another loop goes over the same rows": """
        def f(wanted):
            notes = Note.objects.all()
            if wanted:
                for note in notes:
                    print([tag.word for tag in note.tags.all()])
            else:
                print([note.text for note in notes])
    """,
    "a loop over something else": """
        def f(words):
            for note in Note.objects.all():
                for word in words:
                    print(word, [tag.word for tag in note.tags.all()])
    """,
    "errors may come before": """
        def f(check):
            for note in Note.objects.all():
                try:
                    check(note.text)
                    print([tag.word for tag in note.tags.all()])
                except ValueError:
                    pass
    """,
    "rows of rows, in a loop that is left": """
        def f(last):
            for author in Author.objects.all():
                for note in author.notes.all():
                    print([tag.word for tag in note.tags.all()])
                if author.name == last:
                    break
    """,
    "only whether there are any": """
        def f():
            return [note for note in Note.objects.all() if note.tags.exists()]
    """,
}


@pytest.mark.parametrize("case", SURE)
def test_a_prefetch_that_is_surely_used_is_safe(case: str, rewrite: Rewrite) -> None:
    assert "prefetch_related(" in rewrite(code(SURE[case]))


@pytest.mark.parametrize("case", UNSURE)
def test_a_prefetch_that_may_be_for_nothing_is_not(case: str, rewrite: Rewrite) -> None:
    text = code(UNSURE[case])
    assert 'prefetch_related("tags")' not in rewrite(text)
    assert "prefetch_related(" in rewrite(text, "--unsafe")


PAGE = "{% for note in notes %}{% for tag in note.tags.all %}{{ tag.word }}{% endfor %}{% endfor %}"
SOME = PAGE.replace("{% for tag", "{% if note.printed %}{% for tag").replace(
    "{% endfor %}", "{% endfor %}{% endif %}", 1
)
PAGES = {
    PAGE: True,
    "{% if notes %}" + PAGE + "{% endif %}": True,
    "{% if notes %}{{ notes|length }}{% endif %}{% if user.is_staff %}" + PAGE + "{% endif %}": False,
    SOME: False,
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_templates_are_read_too(page: str, rewrite: Rewrite, tmp_path: Path) -> None:
    settings = "TEMPLATES = [{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'APP_DIRS': True}]\n"
    manage = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n"
    apps = "INSTALLED_APPS = ['shop']\n"
    write(tmp_path, {"manage.py": manage, "settings.py": apps + settings, "shop/templates/notes.html": page})
    view = code(
        """
        from django.shortcuts import render

        def notes(request):
            return render(request, "notes.html", {"notes": Note.objects.all()})
        """
    )
    assert ("prefetch_related" in rewrite(view)) == PAGES[page]
