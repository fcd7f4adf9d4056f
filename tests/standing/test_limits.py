"""Where there are more shapes of a function than are evaluated: does a change still concern only what rests on it?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.changing import change, put
from tests.standing.standing_project import StandingProject

CALLERS = 80
MODEL = """

class Thing{at}(models.Model):
    name = models.CharField(max_length=20)
    up = models.ForeignKey("self", models.CASCADE)

    def shown{at}(self):
        return self.up.name

    shown = shown{at}
"""
MODELS = "from django.db import models\n" + "".join(MODEL.format(at=at) for at in range(CALLERS))
HELPERS = """\
def names(things, label):
    return [f"{label}{thing.shown()}" for thing in things]


def applied(things, of):
    return [of(thing) for thing in things]
"""


def caller(at: int) -> str:
    return f"""

def of_{at}(word):
    names(Thing{at}.objects.all(), "{at}")
    return applied(Thing{at}.objects.all(), lambda thing: (thing.up, word))
"""


@pytest.fixture
def crowded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandingProject:
    """A helper is called with more kinds of rows, another with more lambdas, than either is evaluated for."""
    monkeypatch.chdir(tmp_path)
    callers = "".join(map(caller, range(CALLERS)))
    code = f"from shop.helpers import applied, names\nfrom shop.models import *\n{callers}"
    files = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": MODELS, "shop/helpers.py": HELPERS}
    for file, text in {**files, "shop/views.py": code}.items():
        put(file, text)
    found = StandingProject()
    found.check()
    assert found.evaluated > 3 * CALLERS
    return found


@pytest.mark.parametrize("at", [0, 20, CALLERS - 1])
def test_a_method_that_does_the_same_in_other_words(crowded: StandingProject, at: int) -> None:
    change("shop/models.py", f"shown{at}(self):\n        return self.up", f"shown{at}(self):\n        return (self).up")
    crowded.check()
    assert crowded.evaluated < 12


def test_a_caller_that_leaves_room(crowded: StandingProject) -> None:
    """Another comes first now, and gets it."""
    change("shop/views.py", 'names(Thing3.objects.all(), "3")\n', "pass\n")
    crowded.check()
    change("shop/views.py", "    pass\n", '    names(Thing3.objects.all(), "3")\n')
    crowded.check()
