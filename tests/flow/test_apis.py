"""Serializers, viewsets and GraphQL resolvers: what writing out a list reads, and what it does not."""

from __future__ import annotations

from pathlib import Path

from tests.analysing import analyse, write
from tests.flow.test_views import differences

PROJECTS = Path(__file__).parent / "projects" / "apis"


def test_what_a_list_reads_of_each_row() -> None:
    root = PROJECTS / "bad"
    assert differences(root, analyse(root).findings) == ([], [])


def test_what_costs_nothing() -> None:
    assert [(item.path, item.line, item.rule, item.relation) for item in analyse(PROJECTS / "good").findings] == []


def test_the_way_from_the_view_to_the_field() -> None:
    found = [
        item
        for item in analyse(PROJECTS / "bad").findings
        if item.path == "library/serializers.py" and item.relation == "author__country" and item.line == 9
    ]
    (finding,) = found
    assert finding.status.value == "certain"
    assert [(step.role.value, step.path) for step in finding.related] == [
        ("origin", "library/views.py"),
        ("loop", "library/views.py"),
        ("call", "library/views.py"),
        ("call", "library/serializers.py"),
        ("access", "library/serializers.py"),
    ]


def test_a_base_that_another_package_keeps_may_load_more(tmp_path: Path) -> None:
    models = (PROJECTS / "bad" / "library" / "models.py").read_text()
    serializers = """\
from rest_framework import serializers

from .models import Book


class BookSerializer(serializers.ModelSerializer):
    author = serializers.StringRelatedField()
    editor = serializers.StringRelatedField()
    tags = serializers.StringRelatedField(many=True)

    class Meta:
        model = Book
        fields = ["author", "editor", "tags"]
"""
    views = """\
from elsewhere.api import OwnedViewSet

from .models import Book
from .serializers import BookSerializer


class BookViewSet(OwnedViewSet):
    queryset = Book.objects.select_related("author")
    serializer_class = BookSerializer


class Books(OwnedViewSet):
    queryset = Book.objects.all()
"""
    files = {"manage.py": "", "library/__init__.py": "", "library/models.py": models}
    write(tmp_path, {**files, "library/serializers.py": serializers, "library/views.py": views})
    found = [item for item in analyse(tmp_path).findings if item.path == "library/serializers.py"]
    assert [(item.relation, item.ambiguity.reason if item.ambiguity else "") for item in found] == [
        ("editor", "unresolved-base"),
        ("tags", "unresolved-base"),
    ]
