"""A small shop whose code is fixed by the command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from djcheck.cli.main import main
from tests.analysing import write

MODELS = """
    from django.db import models
    from django.db.models.signals import post_save
    from django.dispatch import receiver


    class Author(models.Model):
        name = models.CharField(max_length=50)
        slug = models.SlugField(unique=True)
        born = models.IntegerField()
        photo = models.FileField()
        changed_at = models.DateTimeField(auto_now=True)

        def rename(self, name):
            self.name = name


    class Tag(models.Model):
        word = models.CharField(max_length=50)


    class Note(models.Model):
        author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="notes")
        text = models.TextField()
        pages = models.IntegerField()
        rank = models.IntegerField(null=True)
        printed = models.BooleanField(default=False)
        tags = models.ManyToManyField(Tag, related_name="notes")

        def save(self, *args, **kwargs):
            self.text = self.text.strip()
            super().save(*args, **kwargs)


    class Draft(models.Model):
        author = models.ForeignKey(Author, on_delete=models.CASCADE)
        text = models.TextField()

        def delete(self, *args, **kwargs):
            print(self.text)
            super().delete(*args, **kwargs)


    class Special(Note):
        reason = models.TextField()
        tags_count = models.IntegerField()


    @receiver(post_save, sender=Author)
    def index_author(sender, instance, **kwargs):
        print(instance.name)
"""
Rewrite = Callable[..., str]


@pytest.fixture
def rewrite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rewrite:
    """`rewrite(code, *options)`: what `djcheck fix` makes of a module of the shop (models in shop/models.py)."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"shop/__init__.py": "", "shop/models.py": MODELS})

    def run(code: str, *options: str) -> str:
        write(tmp_path, {"shop/work.py": code})
        assert main(["fix", "--no-cache", "--allow-dirty", "--jobs", "1", *options]) == 0
        made = (tmp_path / "shop/work.py").read_text()
        assert main(["fix", "--no-cache", "--check", "--jobs", "1", *options]) == 0, made
        return made

    return run


def code(text: str) -> str:
    """The text of a module of the shop, that knows its models."""
    return f"from .models import Author, Draft, Note, Special, Tag\n\n{dedent(text)}"
