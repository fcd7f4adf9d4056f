"""What libraries say of their methods and functions counts as if it were read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysing import analyse, told, write

MODELS = """\
from django.db import models
from mptt.models import MPTTModel, TreeForeignKey
from polymorphic.models import PolymorphicModel
from treebeard.mp_tree import MP_Node
from wagtail.models import Page


class Genre(MPTTModel):
    name = models.CharField(max_length=20)
    parent = TreeForeignKey("self", models.CASCADE, null=True)
    head = models.ForeignKey("auth.User", models.CASCADE)


class Folder(MP_Node):
    owner = models.ForeignKey("auth.User", models.CASCADE)


class Article(Page):
    editor = models.ForeignKey("auth.User", models.CASCADE, related_name="+")
"""
START = """\
from django.contrib.auth.models import Group, User
from guardian.shortcuts import assign_perm, get_objects_for_user, get_user_perms
from shop.models import Article, Folder, Genre

"""
LINE = START.count("\n") + 1


def told_of(tmp_path: Path, code: str) -> set[tuple[int, str, str]]:
    files = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": MODELS, "shop/code.py": START + code}
    write(tmp_path, files)
    return {(line - LINE, rule, relation) for _, line, rule, relation in map(told, analyse(tmp_path).findings)}


@pytest.mark.parametrize(
    ("rows", "relation"),
    [
        ("Genre.objects.root_nodes()", "head"),
        ("Genre.objects.first().get_children()", "head"),
        ("Genre.objects.get_queryset_descendants(Genre.objects.all())", "head"),
        ("Folder.get_root_nodes()", "owner"),
        ("Folder.objects.get(pk=1).get_descendants()", "owner"),
        ("Article.objects.live().public()", "editor"),
        ("get_objects_for_user(user, 'shop.view_folder', Folder)", "owner"),
        ("get_objects_for_user(user, 'shop.view_folder', klass=Folder.objects.filter(depth=1))", "owner"),
    ],
)
def test_rows(tmp_path: Path, rows: str, relation: str) -> None:
    code = f"def page(user):\n    for row in {rows}:\n        print(row.{relation}.username)\n"
    assert told_of(tmp_path, code) == {(2, "DJC101", relation)}


@pytest.mark.parametrize(
    ("rows", "relation"),
    [
        ("Genre.objects.root_nodes().select_related('head')", "head"),
        ("Folder.get_root_nodes().select_related('owner')", "owner"),
        ("Article.objects.select_related('editor').live()", "editor"),
        ("Article.objects.live().specific()", "editor"),
    ],
)
def test_rows_that_hold_it(tmp_path: Path, rows: str, relation: str) -> None:
    code = f"def page(user):\n    for row in {rows}:\n        print(row.{relation}.username)\n"
    assert told_of(tmp_path, code) == set()


@pytest.mark.parametrize("asked", ["genre.get_root()", "list(genre.get_ancestors())"])
def test_asked_for_each_row(tmp_path: Path, asked: str) -> None:
    code = f"def page():\n    for genre in Genre.objects.all():\n        print({asked})\n"
    assert told_of(tmp_path, code) == {(2, "DJC103", "")}


@pytest.mark.parametrize(
    "asked",
    ["genre.get_descendant_count()", "genre.is_leaf_node()", "genre.get_level()", "get_user_perms(None, genre)"],
)
def test_not_asked(tmp_path: Path, asked: str) -> None:
    code = f"def page():\n    for genre in Genre.objects.all():\n        print({asked})\n"
    assert told_of(tmp_path, code) == set()


@pytest.mark.parametrize("asked", ["filter(parent=None)", "filter(parent__isnull=True)"])
def test_empty_key(tmp_path: Path, asked: str) -> None:
    code = f"def page():\n    for genre in Genre.objects.{asked}:\n        print(genre.parent)\n"
    assert told_of(tmp_path, code) == set()


def test_key_that_is_not_empty(tmp_path: Path) -> None:
    code = "def page():\n    for genre in Genre.objects.filter(parent__isnull=False):\n        print(genre.parent)\n"
    assert told_of(tmp_path, code) == {(2, "DJC101", "parent")}


def test_prefetched_from_their_owner(tmp_path: Path) -> None:
    code = (
        "from django.db.models import Prefetch\ndef page():\n    user = User.objects.get(pk=1)\n"
        "    own = Group.objects.prefetch_related(Prefetch('user_set__genre_set', queryset=user.genre_set.all()))\n"
        "    for group in own:\n        for person in group.user_set.all():\n"
        "            print([genre.head.username for genre in person.genre_set.all()])\n"
    )
    assert told_of(tmp_path, code) == set()


IMAGES = """\
from django.db import models
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class Photo(AbstractImage):
    place = models.CharField(max_length=20)


class PhotoRendition(AbstractRendition):
    image = models.ForeignKey(Photo, models.CASCADE, related_name="renditions")


def shown():
    return [image.get_rendition("width-400").url for image in IMAGE.objects.all()]
"""


@pytest.mark.parametrize(
    ("image", "rendition"), [("Photo", "shop.PhotoRendition"), ("Image", "wagtailimages.Rendition")]
)
def test_renditions_are_those_of_the_image(tmp_path: Path, image: str, rendition: str) -> None:
    files = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": IMAGES.replace("IMAGE", image)}
    files["settings.py"] = "INSTALLED_APPS = ['wagtail.images', 'shop']\n"
    [found] = analyse(write(tmp_path, files)).findings
    assert found.rule == "DJC103"
    assert rendition in found.message
