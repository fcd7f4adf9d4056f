"""Which classes a class extends and where its members come from."""

from __future__ import annotations

import pytest

from djcheck.domain.index import FunctionInfo
from djcheck.index.linear import linearize
from djcheck.index.project import ProjectIndex
from tests.index.building import index_of


def of(source: str, **more: str) -> ProjectIndex:
    return index_of({"m.py": source, **{f"{name}.py": text for name, text in more.items()}})


def names(line: tuple[str, ...]) -> str:
    return " ".join(name.removeprefix("m.") for name in line)


def test_the_order_is_pythons() -> None:
    source = "class A: pass\nclass B(A): pass\nclass C(A): pass\nclass D(B, C): pass\nclass E(D, object): pass\n"
    index = of(source)
    space: dict[str, type] = {}
    exec(source, space)
    for name in "ABCDE":
        ours = names(index.mro(f"m.{name}")).split()
        assert ours == [cls.__name__ for cls in space[name].__mro__ if cls is not object]


def test_an_impossible_order_is_depth_first() -> None:
    index = of("class A: pass\nclass B(A): pass\nclass C(A, B): pass\n")
    assert names(index.mro("m.C")) == "C A B"
    assert linearize("x", []) == ("x",)


@pytest.mark.parametrize(
    "source",
    ["class A(A): pass", "class A(B): pass\nclass B(A): pass", "class A(B): pass\nclass B(C): pass\nclass C(B): pass"],
)
def test_circles_end(source: str) -> None:
    index = of(source)
    assert index.mro("m.A")[0] == "m.A"
    assert index.member("m.A", "anything") is None
    assert index.has_unknown_base("m.A") in (True, False)


def test_a_model_that_inherits_itself() -> None:
    index = of("from django.db import models\nclass A(A, models.Model):\n    x = models.ForeignKey('A', 1)\n")
    assert [model.key for model in index.models() if model.place] == ["m.A"]


def test_bases_in_odd_clothes() -> None:
    source = """
    import six
    from typing import Generic, TypeVar
    from django.db import models
    from django.contrib.auth import get_user_model
    T = TypeVar("T")
    class Meta(type): pass
    class Book(six.with_metaclass(Meta, models.Model)): pass
    class Typed(Generic[T]): pass
    class Sub(Typed[int]): pass
    Alias = Typed
    class Aliased(Alias): pass
    class QS(models.QuerySet): pass
    Made = models.Manager.from_queryset(QS)
    class Manager(Made): pass
    class Proxy(get_user_model()):
        class Meta:
            proxy = True
    class Odd(make()): pass
    class Dynamic(type("X", (), {})): pass
    """
    index = of(source)
    assert index.is_a("m.Book", "django.db.models.Model")
    assert names(index.mro("m.Sub")) == "Sub Typed typing.Generic"
    assert names(index.mro("m.Aliased")) == "Aliased Typed typing.Generic"
    assert index.is_a("m.Manager", "django.db.models.Manager")
    assert index.mro("m.Proxy")[1] == "django.contrib.auth.models.User"
    assert not index.has_unknown_base("m.Sub")
    assert index.has_unknown_base("m.Odd")
    assert index.has_unknown_base("m.Dynamic")


def test_an_import_that_the_class_hides() -> None:
    index = of("from base import Book\nclass Book(Book): pass\n", base="class Book:\n    def title(self): pass\n")
    assert names(index.mro("m.Book")) == "Book base.Book"


def test_members() -> None:
    source = """
    class A:
        limit = 1
        def run(self): pass
        @property
        def size(self): pass
        @size.setter
        def size(self, value): pass
        def later(self): pass
        later = None
    class Mixin:
        def run(self): pass
    class B(Mixin, A):
        def run(self): pass
    """
    index = of(source)

    def owner(found: object) -> str | None:
        return found.owner if isinstance(found, FunctionInfo) else None

    assert owner(index.member("m.B", "run")) == "m.B"
    assert owner(index.member("m.B", "run", after="m.B")) == "m.Mixin"
    assert owner(index.member("m.B", "run", after="m.Mixin")) == "m.A"
    assert index.member("m.B", "run", after="m.A") is None
    assert index.member("m.B", "run", after="m.Other") is None
    size = index.member("m.B", "size")
    assert isinstance(size, FunctionInfo)
    assert len(size.fact.parameters) == 1
    limit = index.member("m.B", "limit")
    assert isinstance(limit, tuple)
    assert limit[0].qualname == "m.A"
    assert isinstance(index.member("m.A", "later"), tuple)


def test_members_attached_from_outside() -> None:
    source = """
    from django.contrib.auth.models import User
    from helpers import full_name, shout
    class Book: pass
    def title(self): pass
    Book.title = title
    Book.add_to_class("shout", shout)
    Book.kind = property(title)
    setattr(Book, "size", 3)
    User.add_to_class("full", full_name)
    """
    index = of(source, helpers="def full_name(self): pass\ndef shout(self): pass\n")
    for owner, name, qualname in [
        ("m.Book", "title", "m.title"),
        ("m.Book", "shout", "helpers.shout"),
        ("m.Book", "kind", "m.title"),
        ("django.contrib.auth.models.User", "full", "helpers.full_name"),
    ]:
        found = index.member(owner, name)
        assert isinstance(found, FunctionInfo)
        assert (found.qualname, found.owner) == (qualname, owner)
    assert isinstance(index.member("m.Book", "size"), tuple)


def test_subclasses_and_inner_classes() -> None:
    source = "class A:\n    class Meta: pass\nclass B(A): pass\nclass C(B):\n    class Own(A.Meta): pass\n"
    index = of(source)
    assert index.subclasses("m.A") == ("m.B", "m.C")
    assert index.inner_class("m.C", "Meta") == "m.A.Meta"
    assert names(index.mro("m.C.Own")) == "C.Own A.Meta"


def test_ancestors_outside_the_project() -> None:
    source = """
    from django.views.generic import ListView
    from django.contrib.auth.views import LoginView
    from django.forms import ModelForm
    from rest_framework import viewsets
    import enum, nowhere
    class V(ListView): pass
    class L(LoginView): pass
    class W(viewsets.ModelViewSet): pass
    class E(enum.Enum): pass
    class N(nowhere.Thing): pass
    """
    index = of(source)
    assert index.is_a("m.V", "django.views.generic.MultipleObjectMixin")
    assert index.is_a("m.L", "django.views.generic.FormView")
    assert index.is_a("m.W", "rest_framework.mixins.ListModelMixin")
    assert [index.has_unknown_base(f"m.{name}") for name in "VLWEN"] == [False, False, False, False, True]
    assert not index.is_a("m.N", "django.views.generic.View")
    login = index.class_info("django.contrib.auth.views.LoginView")
    assert login is not None
    assert login.path == "<django>/contrib/auth/views.py"
