"""A small project under git whose history tests write step by step."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from djcheck.cli.main import main
from tests.analysing import write

PROJECT = {
    "manage.py": """\
        import os
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_.settings")
        """,
    "site_/__init__.py": "",
    "site_/settings.py": 'INSTALLED_APPS = ["shop"]\n',
    "shop/__init__.py": "",
    "shop/models.py": """\
        from django.db import models

        class Author(models.Model):
            name = models.CharField(max_length=50)

        class Book(models.Model):
            title = models.CharField(max_length=50)
            author = models.ForeignKey(Author, on_delete=models.CASCADE)

            def label(self):
                return f"{self.title} by {self.author}"
        """,
    "shop/views.py": """\
        from django.shortcuts import render

        from shop.models import Book

        def names(request):
            books = Book.objects.all()
            lines = []
            for book in books:
                lines.append(book.author.name)
            return render(request, "names.html", {"lines": lines})

        def page(request):
            return render(request, "page.html", {"books": Book.objects.order_by("title")})

        def shown(request):
            return render(request, "shown.html", {"books": Book.objects.order_by("pk")})
        """,
    "shop/labels.py": """\
        from shop.models import Book

        def labels():
            return [book.label() for book in Book.objects.all()]
        """,
    "shop/templates/names.html": "{% for line in lines %}{{ line }}{% endfor %}\n",
    "shop/templates/page.html": "{% for book in books %}{{ book.title }}{% endfor %}\n",
    "shop/templates/shown.html": "{% for book in books %}{{ book }}{% endfor %}\n",
}
# What is found in it from the beginning.
LABEL = ("DJC101", "shop/models.py", "self.author")
NAMES = ("DJC101", "shop/views.py", "book.author")


class History:
    """The project, with its first commit made; `err` is what the last run of djcheck printed to standard error."""

    def __init__(self, root: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.root = write(root, PROJECT)
        self._capture = capture
        self.err = ""
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit()

    def git(self, *arguments: str) -> str:
        settings = ("user.name=Somebody", "user.email=somebody@example.org", "commit.gpgsign=false")
        command = ["git", *(word for each in settings for word in ("-c", each)), *arguments]
        return subprocess.run(command, cwd=self.root, check=True, capture_output=True, text=True).stdout

    def write(self, files: Mapping[str, str]) -> None:
        write(self.root, files)

    def replace(self, name: str, old: str, new: str) -> None:
        file = self.root / name
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "a step")

    def baseline(self, name: str = "djcheck-baseline.jsonl") -> list[dict[str, str]]:
        """The baseline's entries."""
        return [json.loads(line) for line in (self.root / name).read_text().splitlines()[1:]]

    def files(self) -> dict[str, bytes]:
        """Every file of the work tree, with its content."""
        files = (path for path in self.root.rglob("*") if path.is_file() and ".git" not in path.parts)
        return {str(path): path.read_bytes() for path in files}

    def run(self, *arguments: str, folder: str = ".") -> tuple[int, Any]:
        """The exit status and the JSON report of djcheck, run in a folder; None where it wrote none."""
        before = Path.cwd()
        os.chdir(self.root / folder)
        try:
            status = main(["check", *arguments, "--format", "json", "--jobs", "1"])
        finally:
            os.chdir(before)
        out, self.err = self._capture.readouterr()
        return status, json.loads(out) if out else None

    def told(self, report: Any) -> list[tuple[str, str, str]]:
        """(code, path, code text) of each finding of a report."""
        return [(each["rule"], each["path"], self._text(each)) for each in report["findings"]]

    def _text(self, finding: Any) -> str:
        line = (self.root / finding["path"]).read_text().splitlines()[finding["line"] - 1]
        return str(line[finding["column"] - 1 : finding["end_column"] - 1])
