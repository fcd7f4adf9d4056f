"""Sources that no one writes: the index ends, and says what it can."""

from __future__ import annotations

import pytest

from tests.index.building import index_of

CHAIN = "\n".join(f"x{at} = x{at - 1}" for at in range(1, 2000))
HEIRS = "\n".join(f"class C{at}(C{at - 1}): pass" for at in range(1, 500))
MODELS = "\n".join(f"class M{at}(M{at - 1}): pass" for at in range(1, 200))


@pytest.mark.parametrize(
    "source",
    [
        "INSTALLED_APPS = " + "+".join(["['a']"] * 3000),
        "INSTALLED_APPS = " + "[" * 80 + "]" * 80,
        "INSTALLED_APPS = ['a']\n" + "INSTALLED_APPS += INSTALLED_APPS[:1]\n" * 50,
        "x0 = object\n" + CHAIN,
        "class C0: pass\n" + HEIRS,
        "from django.db import models\nclass M0(models.Model): pass\n" + MODELS,
        "from settings import *\nfrom . import settings\nINSTALLED_APPS = INSTALLED_APPS + settings.INSTALLED_APPS",
        "class A(A.B.C): pass\nclass B(B.Meta):\n    class Meta(B): pass",
        "X.add_to_class('a', X)\nX.a = X.a.a\nclass X: a = X",
        "def broken(:",
        "from django.db import models\nclass A(models.Model):\n    objects = A.objects\n    a = models.ForeignKey(a)",
        "from django.db import models\nclass A(models.Model):\n    class Meta(Meta):\n        proxy = True",
        "from django.db import models\nclass A(B, models.Model):\n    class Meta: proxy = True\nclass B(A): pass",
    ],
)
def test_the_index_ends(source: str) -> None:
    index = index_of({"settings.py": source, "a.py": "from settings import *\n"})
    for name in [*index.classes(), "settings.x1999", "settings.C499"]:
        index.mro(name)
        index.model(name)
        index.member(name, "anything")
        index.resolve("settings", name.rpartition(".")[2])
        index.subclasses(name)
    assert index.models() == sorted(index.models(), key=lambda model: model.key)
