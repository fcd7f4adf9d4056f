"""What dotted names stand for."""

from __future__ import annotations

from djcheck.domain.index import ClassInfo, ConstantInfo, External, FunctionInfo, ModuleInfo, Symbol
from djcheck.facts.survey import survey
from djcheck.index.project import ProjectIndex
from tests.index.building import index_of


def told(symbol: Symbol | None) -> str | None:
    """A symbol as a short text: its kind's initial and its name."""
    match symbol:
        case ClassInfo(qualname=name):
            return f"class {name}"
        case FunctionInfo(qualname=name):
            return f"function {name}"
        case ConstantInfo(qualname=name):
            return f"constant {name}"
        case ModuleInfo(name=name):
            return f"module {name}"
        case External(name=name):
            return f"external {name}"
    return None


PACKAGE = {
    "shop/__init__.py": "from .models import Book as Tome\nfrom . import views\n",
    "shop/models.py": "class Book:\n    class Inner:\n        pass\n    def title(self):\n        pass\nLIMIT = 3\n",
    "shop/views.py": "from shop.models import *\ndef index(request):\n    pass\n",
    "shop/public.py": "__all__ = ['_hidden']\ndef _hidden():\n    pass\ndef shown():\n    pass\n",
}


def resolve(source: str, name: str, **more: str) -> str | None:
    files = {**PACKAGE, "use.py": source, **{path.replace("__", "/") + ".py": text for path, text in more.items()}}
    return told(index_of(files).resolve("use", name))


def test_plain_imports() -> None:
    assert resolve("from shop.models import Book", "Book") == "class shop.models.Book"
    assert resolve("from shop import Tome", "Tome") == "class shop.models.Book"
    assert resolve("import shop.models as m", "m.Book") == "class shop.models.Book"
    assert resolve("import shop.models", "shop.models.Book") == "class shop.models.Book"
    assert resolve("import shop", "shop.views.index") == "function shop.views.index"
    assert resolve("from shop import models", "models") == "module shop.models"
    assert resolve("from shop.models import LIMIT", "LIMIT") == "constant shop.models.LIMIT"


def test_attributes_of_modules() -> None:
    index = index_of(PACKAGE)
    assert told(index.attribute_of_module("shop", "models")) == "module shop.models"
    assert told(index.attribute_of_module("shop", "public")) == "module shop.public"
    assert told(index.attribute_of_module("shop", "Tome")) == "class shop.models.Book"
    assert index.attribute_of_module("shop.models", "print") is None


def test_members_of_classes() -> None:
    assert resolve("from shop.models import Book", "Book.Inner") == "class shop.models.Book.Inner"
    assert resolve("from shop.models import Book", "Book.title") == "function shop.models.Book.title"
    assert resolve("from shop.models import Book", "Book.objects") is None


def test_star_imports() -> None:
    assert resolve("from shop.views import *", "Book") == "class shop.models.Book"
    assert resolve("from shop.public import *", "_hidden") == "function shop.public._hidden"
    assert resolve("from shop.public import *", "shown") is None
    assert resolve("from django.db.models import *", "Count") == "external django.db.models.Count"
    assert resolve("from django.db.models import *", "len") == "external builtins.len"


def test_relative_imports() -> None:
    files = {
        **PACKAGE,
        "shop/sub/__init__.py": "from ..models import Book\n",
        "shop/sub/deep.py": "from . import Book\n",
    }
    assert told(index_of(files).resolve("shop.sub.deep", "Book")) == "class shop.models.Book"
    assert told(index_of({"a.py": "from ... import x\n"}).resolve("a", "x")) is None


def test_aliases_are_followed() -> None:
    assert resolve("import shop.models\nB = shop.models.Book", "B") == "class shop.models.Book"
    assert resolve("from django.db import models\nM = models.Model", "M") == "external django.db.models.Model"
    assert resolve("A = B\nB = A", "A") == "constant use.B"


def test_circular_imports_end() -> None:
    files = {"a.py": "from b import x\n", "b.py": "from a import x\n"}
    assert index_of(files).resolve("a", "x") is None
    stars = {"a.py": "from b import *\n", "b.py": "from a import *\nclass C: pass\n"}
    assert told(index_of(stars).resolve("a", "C")) == "class b.C"
    package = {
        "shop/models/__init__.py": "from .book import *\nfrom .author import *\n",
        "shop/models/book.py": "class Book: pass\n",
        "shop/models/author.py": "from shop.models import Book\n",
        "use.py": "from shop.models import Book\n",
    }
    assert told(index_of(package).resolve("use", "Book")) == "class shop.models.book.Book"


def test_conditional_imports() -> None:
    fallback = "try:\n    from fast import thing\nexcept ImportError:\n    thing = None\n"
    assert resolve(fallback, "thing") == "external fast.thing"
    own = "try:\n    from fast import thing\nexcept ImportError:\n    def thing():\n        pass\n"
    assert resolve(own, "thing") == "external fast.thing"
    second = "try:\n    from fast import Book\nexcept ImportError:\n    from shop.models import Book\n"
    assert resolve(second, "Book") == "class shop.models.Book"
    assert resolve("from shop.models import Book\nclass Book(Book):\n    pass\n", "Book") == "class use.Book"


def test_canonical_spellings() -> None:
    assert resolve("from django.db.models.fields.related import ForeignKey as F", "F") == (
        "external django.db.models.ForeignKey"
    )
    assert resolve("from django.contrib.gis.db import models", "models.Count") == "external django.db.models.Count"
    assert resolve("from django.views.generic.list import ListView", "ListView") == (
        "external django.views.generic.ListView"
    )
    assert resolve("from rest_framework import generics", "generics.ListAPIView") == (
        "external rest_framework.generics.ListAPIView"
    )


def test_namespace_packages_and_directories_on_the_path() -> None:
    files = {"apps/shop/__init__.py": "", "apps/shop/models.py": "class Book: pass\n"}
    index = index_of({**files, "use.py": "import apps.shop.models\nfrom shop.models import Book\n"})
    assert told(index.resolve("use", "apps.shop.models.Book")) == "class apps.shop.models.Book"
    assert told(index.resolve("use", "Book")) == "class apps.shop.models.Book"
    deep = {"shop/__init__.py": "", "shop/utils/rest_framework/__init__.py": ""}
    inside = index_of({**deep, "use.py": "import rest_framework\n"})
    assert told(inside.resolve("use", "rest_framework")) == "external rest_framework"
    lone = index_of({"deploy/celery.py": "class Celery: pass\n", "use.py": "from celery import Celery\n"})
    assert told(lone.resolve("use", "Celery")) == "external celery.Celery"


def test_a_package_on_the_path() -> None:
    apps = {f"apps/{app}/models.py": "class Book: pass\n" for app in ("shop", "press", "celery")}
    inits = {"apps/__init__.py": "", **{f"apps/{app}/__init__.py": "" for app in ("shop", "press", "celery")}}
    both = "from shop.models import Book\nfrom press.models import Book as Pressed\n"
    index = index_of({**apps, **inits, "use.py": both})
    assert told(index.resolve("use", "Book")) == "class apps.shop.models.Book"
    assert told(index.resolve("use", "Pressed")) == "class apps.press.models.Book"
    lone = index_of({**apps, **inits, "use.py": "from celery.models import Book\n"})
    assert told(lone.resolve("use", "Book")) == "external celery.models.Book"


def test_one_name_under_two_roots() -> None:
    modules = [
        (survey("one/shop/models.py", "class Book: pass\n"), "shop.models", "one"),
        (survey("two/shop/models.py", "class Book: pass\n"), "shop.models", "two"),
        (survey("one/use.py", "from shop.models import Book\n"), "use", "one"),
        (survey("two/use.py", "from shop.models import Book\n"), "use", "two"),
    ]
    for order in (modules, list(reversed(modules))):
        index = ProjectIndex.build(order)
        found = [index.resolve(index.module_of_path(path) or "", "Book") for path in ("one/use.py", "two/use.py")]
        assert [symbol.path for symbol in found if isinstance(symbol, ClassInfo)] == [
            "one/shop/models.py",
            "two/shop/models.py",
        ]
        assert len({symbol.qualname for symbol in found if isinstance(symbol, ClassInfo)}) == 2


def test_a_module_behind_a_package_of_its_name() -> None:
    files = {**PACKAGE, "shop/views/__init__.py": "def front(request):\n    pass\n"}
    index = index_of(files)
    assert told(index.function("shop.views.front")) == "function shop.views.front"
    assert index.function("shop.views.index") is None
    assert [module.path for module in index.modules() if module.name == "shop.views"] == ["shop/views/__init__.py"]


def test_constants_and_functions_by_qualified_name() -> None:
    index = index_of(PACKAGE)
    constant, function = index.constant("shop.models.LIMIT"), index.function("shop.models.Book.title")
    assert constant is not None
    assert constant.module == "shop.models"
    assert function is not None
    assert function.owner == "shop.models.Book"
    assert index.constant("shop.models.Book") is None
    assert index.function("shop.models.nothing") is None


def test_names_that_a_class_loader_gives() -> None:
    source = """
    from oscar.core.loading import get_class, get_classes
    Product = get_class("catalogue.views", "ProductView")
    Basket, Line = get_classes("basket.views", ["Basket", "Line"])
    """
    files = {"use.py": source, "fork/basket/views.py": "class Line: pass\n"}
    index = index_of(files)
    assert told(index.resolve("use", "Product")) == "external oscar.apps.catalogue.views.ProductView"
    assert told(index.resolve("use", "Basket")) == "external oscar.apps.basket.views.Basket"
    assert told(index.resolve("use", "Line")) == "class fork.basket.views.Line"
