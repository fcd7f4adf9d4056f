"""What library declarations, Django's source and installed packages add to a project's models and classes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from djcheck.domain.relation_kind import RelationKind
from djcheck.facts.survey import survey
from djcheck.index.libraries import Libraries, default_directory
from djcheck.index.project import ProjectIndex
from djcheck.index.thirdparty import InstalledPackages
from djcheck.sources.environment import search_paths
from tests.index.building import index_of

FILES = sorted(file.stem for file in default_directory().glob("*.yaml"))


@pytest.mark.parametrize("package", FILES)
def test_every_declaration_is_sound(package: str) -> None:
    libraries = Libraries()
    library = libraries.of(package)
    assert library.library
    for module in library.modules:
        facts = libraries.stub(module)
        assert facts is not None
        assert facts.error is None
        assert not any(cls.methods for cls in facts.classes)
    for module in library.apps.values():
        assert module in library.modules or package == "django"


@pytest.mark.parametrize("package", FILES)
def test_every_declared_model_is_a_model(package: str) -> None:
    index = index_of({"use.py": ""})
    for module in index.libraries.of(package).modules:
        facts = index.libraries.stub(module)
        assert facts is not None
        for cls in facts.classes:
            model = index.model(f"{module}.{cls.name}")
            assert model is not None, cls.name
            assert not model.open
            assert all(item.target or item.kind is RelationKind.GENERIC_ONE for item in model.relations.values())


def test_trees() -> None:
    source = """
    from mptt.models import MPTTModel, TreeForeignKey
    from mptt.fields import TreeForeignKey as TFK
    from treebeard.mp_tree import MP_Node
    class Genre(MPTTModel):
        parent = TFK("self", null=True, related_name="children", on_delete=1)
    class Folder(MP_Node):
        pass
    """
    index = index_of({"shop/models.py": source})
    genre, folder = index.model("shop.models.Genre"), index.model("shop.models.Folder")
    assert genre is not None
    assert folder is not None
    assert genre.relations["children"].target == "shop.models.Genre"
    assert genre.managers["objects"].queryset == "mptt.querysets.TreeQuerySet"
    assert (genre.open, folder.open) == (False, False)
    effect = index.method_effect("shop.models.Folder", "get_children")
    assert effect is not None
    assert (effect.gives, effect.queries) == ("queryset", False)
    count = index.method_effect("shop.models.Folder", "get_children_count")
    assert count is not None
    assert not count.queries


def test_wagtail_pages() -> None:
    source = """
    from django.db import models
    from modelcluster.fields import ParentalKey, ParentalManyToManyField
    from modelcluster.contrib.taggit import ClusterTaggableManager
    from wagtail.models import Page, Orderable
    class BlogPage(Page):
        image = models.ForeignKey("wagtailimages.Image", null=True, on_delete=1, related_name="+")
        tags = ClusterTaggableManager(through="blog.BlogTag", blank=True)
        categories = ParentalManyToManyField("blog.Category")
    class BlogTag(models.Model):
        content_object = ParentalKey(BlogPage, related_name="tagged_items", on_delete=1)
    class Category(models.Model):
        pass
    class Link(Orderable):
        page = ParentalKey("BlogPage", related_name="links", on_delete=1)
    """
    index = index_of({"blog/models.py": source})
    page = index.model("blog.models.BlogPage")
    assert page is not None
    assert not page.open
    assert page.parents == {"wagtail.models.Page": "page_ptr"}
    assert page.relations["image"].target == "wagtail.images.models.Image"
    assert page.relations["owner"].target == "django.contrib.auth.models.User"
    assert page.relations["links"].kind is RelationKind.REVERSE_MANY
    assert page.relations["tags"].target == "taggit.models.Tag"
    assert page.relations["tags"].through == "blog.models.BlogTag"
    assert page.relations["categories"].kind is RelationKind.FORWARD_MANY
    assert page.managers["objects"].queryset == "wagtail.query.PageQuerySet"
    parent = index.model("wagtail.models.Page")
    assert parent is not None
    assert parent.relations["blogpage"].kind is RelationKind.REVERSE_ONE


def test_history_is_a_manager_of_another_model() -> None:
    source = """
    from django.db import models
    from simple_history.models import HistoricalRecords
    class Author(models.Model): pass
    class Book(models.Model):
        author = models.ForeignKey(Author, on_delete=1)
        history = HistoricalRecords()
    """
    index = index_of({"shop/models.py": source})
    book = index.model("shop.models.Book")
    assert book is not None
    assert book.default_manager == "objects"
    assert book.managers["history"].model == "shop.models.HistoricalBook"
    past = index.model("shop.models.HistoricalBook")
    assert past is not None
    assert past.relations["author"].target == "shop.models.Author"


def test_unknown_bases_leave_a_model_open() -> None:
    source = """
    from django.db import models
    from nowhere import Thing, OddForeignKey, OddField, Unrelated
    class Known(models.Model): pass
    class Open(Thing):
        known = models.ForeignKey(Known, on_delete=1)
        odd = OddForeignKey(Known, on_delete=1, related_name="odd")
        text = OddField()
    class NoModel(Thing):
        odd = OddField()
        unrelated = Unrelated()
    class Pointing(models.Model):
        lost = models.ForeignKey("lost.Model", on_delete=1)
        away = models.ForeignKey(Thing, on_delete=1)
    """
    index = index_of({"shop/models.py": source})
    found = index.model("shop.models.Open")
    assert found is not None
    assert found.open
    assert sorted(found.relations) == ["known", "odd"]
    assert "text" in found.fields
    assert found.managers["objects"].manager is None
    assert index.model("shop.models.NoModel") is None
    pointing = index.model("shop.models.Pointing")
    assert pointing is not None
    assert (pointing.relations["lost"].target, pointing.relations["away"].target) == (None, "nowhere.Thing")


def test_contrib_models_are_read_only_where_they_are_named() -> None:
    source = "from django.db import models\nclass Book(models.Model): pass\n"
    assert [model.key for model in index_of({"shop/models.py": source}).models()] == ["shop.models.Book"]


# ---------------------------------------------------------------- installed packages

PACKAGE = {
    "lib/__init__.py": "try:\n    from .fast import Base\nexcept ImportError:\n    from ._base import Base\n"
    "from ._base import *\nAlias = Hidden\nraise SystemExit('imported')\n",
    "lib/_base.py": """
        from django.db import models
        class Base(models.Model):
            owner = models.ForeignKey("auth.User", on_delete=1, related_name="lib_things")
            class Meta:
                abstract = True
        class Hidden(Base):
            class Meta:
                abstract = True
        def chosen():
            return Base
        class Computed(chosen()):
            class Meta:
                abstract = True
        """,
    "lib/new_syntax.py": "class New[T]: pass\n",
    "lib/broken.py": "class (:\n",
}


@pytest.fixture
def packages(tmp_path: Path) -> InstalledPackages:
    for path, text in PACKAGE.items():
        file = tmp_path / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
    return InstalledPackages([str(tmp_path)])


def test_names_are_followed_through_a_package(packages: InstalledPackages) -> None:
    for name in ("lib.Base", "lib._base.Base"):
        found = packages.locate(name)
        assert found is not None
        assert (found.module, found.qualname) == ("lib._base", "Base")
    alias = packages.locate("lib.Alias")
    assert alias is not None
    assert alias.qualname == "Hidden"
    assert packages.ancestors("lib.Alias") == ("lib._base.Base",)
    assert "lib" not in sys.modules


def test_what_cannot_be_found_or_parsed_is_none(packages: InstalledPackages) -> None:
    for name in ("lib.Nothing", "lib.broken.X", "nowhere.X", "lib", "math.sin", "json.JSONDecoder"):
        assert packages.locate(name) is None
        assert packages.ancestors(name) is None


def test_models_of_installed_packages(packages: InstalledPackages) -> None:
    text = "import lib\nfrom lib.new_syntax import New\nclass Thing(lib.Alias): pass\nclass Odd(New): pass\n"
    text += "from lib._base import Computed\nclass Late(Computed): pass\n"
    index = ProjectIndex.build([(survey("shop/models.py", text), "shop.models", "")], packages=packages)
    thing = index.model("shop.models.Thing")
    assert thing is not None
    assert not thing.open
    assert thing.relations["owner"].target == "django.contrib.auth.models.User"
    assert thing.relations["owner"].place is None
    assert not index.has_unknown_base("shop.models.Odd")
    # Only inference tells what a function gives as a base.
    late = index.model("shop.models.Late")
    assert late is not None
    assert "owner" in late.relations


def test_only_source_is_read() -> None:
    """Following names loads no module of the packages looked at, and no extension."""
    script = """
    import sys
    from pathlib import Path
    from djcheck.index.thirdparty import InstalledPackages
    from djcheck.sources.environment import search_paths
    packages = InstalledPackages(search_paths(Path("nowhere")))
    before = set(sys.modules)
    assert packages.locate("rest_framework.serializers.CharField").module == "rest_framework.fields"
    assert "rest_framework.mixins.ListModelMixin" in packages.ancestors("rest_framework.viewsets.ModelViewSet")
    packages.locate("yaml.CSafeLoader")
    loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
    assert not loaded & {"rest_framework", "django", "yaml"}, loaded
    """
    done = subprocess.run([sys.executable, "-c", dedent(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_projects_virtualenv_comes_first(tmp_path: Path) -> None:
    site = tmp_path / ".venv" / "lib" / "python3.12" / "site-packages"
    site.mkdir(parents=True)
    assert search_paths(tmp_path)[0] == str(site)


def test_managers_that_are_not_found() -> None:
    index = index_of(
        {
            "shop/models.py": """
from django.db import models

class Book(models.Model):
    objects = made_somewhere()
    readers = ReaderManager()
    title = models.CharField(max_length=50)
"""
        }
    )
    book = index.model("shop.models.Book")
    assert book is not None
    assert {name: manager.manager for name, manager in book.managers.items()} == {"objects": None, "readers": None}


def test_manager_makers() -> None:
    source = """
    from django.db import models
    from django_scopes import ScopedManager
    class TalkQuerySet(models.QuerySet):
        def visible(self):
            return self.filter(hidden=False)
    class TalkManager(models.Manager.from_queryset(TalkQuerySet)):
        pass
    class Talk(models.Model):
        objects = ScopedManager(event="event", _manager_class=TalkManager)
        plain = ScopedManager(event="event")
    """
    talk = index_of({"shop/models.py": source}).model("shop.models.Talk")
    assert talk is not None
    assert talk.managers["objects"].queryset == "shop.models.TalkQuerySet"
    assert talk.managers["plain"].queryset == "django.db.models.QuerySet"
