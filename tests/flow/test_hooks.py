"""Methods by which a class answers a question of its framework, True or False."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysing import analyse, write

MODELS = """\
from django.db import models


class Picture(models.Model):
    name = models.CharField(max_length=20)

    def __str__(self):
        return self.name


class Book(models.Model):
    cover = models.ForeignKey(Picture, models.CASCADE)
"""
SHOWN = """\
    def to_representation(self, value):
        return "/pictures/%s" % value.pk

"""
SERIALIZED = """\
from rest_framework import serializers, viewsets

from .models import Book, Picture


class PictureField(serializers.PrimaryKeyRelatedField):
    def use_pk_only_optimization(self):
        ANSWER

SHOWN
class BookSerializer(serializers.ModelSerializer):
    cover = PictureField(queryset=Picture.objects.all())

    class Meta:
        model = Book
        fields = ["cover"]


class BookViewSet(viewsets.ModelViewSet):
    queryset = Book.objects.all()
    serializer_class = BookSerializer
"""


@pytest.mark.parametrize("shown", ["", SHOWN])
@pytest.mark.parametrize(
    ("answer", "relations"),
    [
        ("return True", []),
        ('"""The key will do."""\n        return True', []),
        ("return False", ["cover"]),
        ("return not self.many", ["cover"]),
    ],
)
def test_a_field_that_wants_the_key_only(tmp_path: Path, shown: str, answer: str, relations: list[str]) -> None:
    code = SERIALIZED.replace("ANSWER", answer).replace("SHOWN", shown)
    files = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": MODELS, "shop/views.py": code}
    assert [finding.relation for finding in analyse(write(tmp_path, files)).findings] == relations


ADMIN = """\
from django.contrib import admin

from .models import Book, Picture


class BookInline(admin.TabularInline):
    model = Book

    def has_change_permission(self, request, obj=None):
        return ANSWER


@admin.register(Picture)
class PictureAdmin(admin.ModelAdmin):
    inlines = [BookInline]
"""
OWNED = (
    MODELS
    + """\
    owner = models.ForeignKey("Owner", models.CASCADE)


class Owner(models.Model):
    name = models.CharField(max_length=20)

    def __str__(self):
        return self.name
"""
)


@pytest.mark.parametrize(("answer", "rules"), [("False", ["DJC101"]), ("True", ["DJC103"])])
def test_rows_that_nobody_may_change_are_text(tmp_path: Path, answer: str, rules: list[str]) -> None:
    code = ADMIN.replace("ANSWER", answer)
    files = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": OWNED, "shop/admin.py": code}
    assert [finding.rule for finding in analyse(write(tmp_path, files)).findings] == rules
