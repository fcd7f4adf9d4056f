"""Do imports that fixes need stand where the file's author, or isort, would put them?"""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from djcheck.fixes.editing.edits import spliced
from djcheck.fixes.project.imports import head_of, importing, is_for_types

REST = "\n\ndef f():\n    pass\n"


def with_import(text: str, name: str = "Prefetch") -> str:
    return spliced(
        text, [importing("shop/views.py", head_of(text), name, 79, is_own=lambda package: package == "shop")]
    )


PLACES = {
    "among Django's": (
        """
        import os

        from django.conf import settings
        from django.shortcuts import render

        from shop.models import Book
        """,
        """
        import os

        from django.conf import settings
        from django.db.models import Prefetch
        from django.shortcuts import render

        from shop.models import Book
        """,
    ),
    "behind Django's, which go over several lines": (
        """
        from django.core.exceptions import (  # what may happen
            FieldError,
        )
        from .models import Book
        """,
        """
        from django.core.exceptions import (  # what may happen
            FieldError,
        )
        from django.db.models import Prefetch
        from .models import Book
        """,
    ),
    "among other libraries'": (
        """
        import json

        import requests
        from celery import shared_task
        from rest_framework import serializers

        from shop.models import Book
        """,
        """
        import json

        import requests
        from celery import shared_task
        from django.db.models import Prefetch
        from rest_framework import serializers

        from shop.models import Book
        """,
    ),
    "behind a library that is imported whole": (
        "import requests\nimport yaml\n\nfrom shop.models import Book\n",
        "import requests\nimport yaml\nfrom django.db.models import Prefetch\n\nfrom shop.models import Book\n",
    ),
    "behind Python's": (
        """
        from __future__ import annotations

        import logging
        from collections import Counter

        from shop.models import Book
        """,
        """
        from __future__ import annotations

        import logging
        from collections import Counter

        from django.db.models import Prefetch

        from shop.models import Book
        """,
    ),
    "between Python's and the project's": (
        "import logging\nfrom shop.models import Book\n",
        "import logging\n\nfrom django.db.models import Prefetch\n\nfrom shop.models import Book\n",
    ),
    "before the project's": (
        '"""Reports."""\n\n# ours\nfrom .models import Book\nfrom .texts import title\n',
        (
            '"""Reports."""\n\n# ours\nfrom django.db.models import Prefetch\n\nfrom .models import Book\n'
            "from .texts import title\n"
        ),
    ),
    "behind the docstring": (
        '"""Reports.\n\nTwo of them.\n"""\n\nNAMES = []\n',
        '"""Reports.\n\nTwo of them.\n"""\n\nfrom django.db.models import Prefetch\n\nNAMES = []\n',
    ),
    "where nothing is imported": (
        "#!/usr/bin/env python\n# latin-1\nNAMES = []\n",
        "#!/usr/bin/env python\n# latin-1\nfrom django.db.models import Prefetch\n\n\nNAMES = []\n",
    ),
    "before what uses it, not behind": (
        "NAMES = []\n\n\nclass Books:\n    pass\n\n\nfrom django.db.models import Q\n",
        (
            "from django.db.models import Prefetch\n\n\nNAMES = []\n\n\nclass Books:\n    pass\n\n\n"
            "from django.db.models import Q\n"
        ),
    ),
    "beside what only type checkers see": (
        """
        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            from django.db.models import QuerySet
        """,
        """
        from typing import TYPE_CHECKING

        from django.db.models import Prefetch

        if TYPE_CHECKING:
            from django.db.models import QuerySet
        """,
    ),
}


@pytest.mark.parametrize("case", PLACES)
def test_an_import_of_its_own(case: str) -> None:
    before, after = (dedent(text).lstrip("\n") + REST for text in PLACES[case])
    assert with_import(before) == after


MORE_NAMES = {
    "in order": (
        "from django.db.models import Count, Q  # asked\n",
        "from django.db.models import Count, Prefetch, Q  # asked\n",
    ),
    "at the end": ("from django.db.models import Q, F\n", "from django.db.models import Q, F, Prefetch\n"),
    "whatever the case": (
        "from django.db.models import aprefetch_related_objects, Count\n",
        "from django.db.models import aprefetch_related_objects, Count, Prefetch\n",
    ),
    "with other names": (
        "from django.db.models import Count as Number, Q\n",
        "from django.db.models import Count as Number, Prefetch, Q\n",
    ),
    "between brackets": (
        "from django.db.models import (Count, Q)\n",
        "from django.db.models import (Count, Prefetch, Q)\n",
    ),
    "on a line of its own": (
        "from django.db.models import (\n    Count,  # of rows\n    Q,  # any\n)\n",
        "from django.db.models import (\n    Count,  # of rows\n    Prefetch,\n    Q,  # any\n)\n",
    ),
    "on the last line": (
        "from django.db.models import (\n    Count,\n    F,  # any\n)\n",
        "from django.db.models import (\n    Count,\n    F,  # any\n    Prefetch,\n)\n",
    ),
    "on the last line, without a comma": (
        "from django.db.models import (\n    Count,\n    F\n)\n",
        "from django.db.models import (\n    Count,\n    F,\n    Prefetch\n)\n",
    ),
    "beside a single one": (
        "from django.db.models import (\n    Count\n)\n",
        "from django.db.models import (\n    Count,\n    Prefetch\n)\n",
    ),
    "over two lines": (
        "from django.db.models import Case, \\\n    Q\n",
        "from django.db.models import Case, \\\n    Prefetch, Q\n",
    ),
    "where the line gets too long": (
        "from django.db.models import Case, Count, Exists, ExpressionWrapper, OuterRef, Q\n",
        (
            "from django.db.models import (\n    Case,\n    Count,\n    Exists,\n    ExpressionWrapper,\n"
            "    OuterRef,\n    Prefetch,\n    Q,\n)\n"
        ),
    ),
}


@pytest.mark.parametrize("case", MORE_NAMES)
def test_one_more_name(case: str) -> None:
    before, after = MORE_NAMES[case]
    assert with_import(before + REST) == after + REST


LINES = st.sampled_from(
    [
        "import os",
        "import os, sys",
        "import django.utils.timezone",
        "import requests",
        "from __future__ import annotations",
        "from django.db import models",
        "from django.db.models import (\n    Count,  # rows\n    F,\n)",
        "from django.db.models import Q as Query, \\\n    Value",
        "from django.views import generic",
        "from rest_framework.views import APIView",
        "from shop.models import Book",
        "from . import texts; texts.load()",
        "# what follows is ours",
        "",
        "NAMES = []",
        "try:\n    import lxml\nexcept ImportError:\n    lxml = None",
    ]
)


@given(st.sampled_from(["", '"""Reports."""\n', "# coding: utf-8\n"]), st.lists(LINES, max_size=8, unique=True))
def test_nothing_else_changes(docstring: str, lines: list[str]) -> None:
    future = [line for line in lines if "__future__" in line]
    text = docstring + "\n".join([*future, *(line for line in lines if line not in future)]) + REST
    made = with_import(text)
    before, after = ([ast.unparse(each) for each in ast.parse(code).body] for code in (text, made))
    added = [each for each in after if each not in before]
    assert len(added) == 1
    assert "from django.db.models import" in added[0]
    assert "Prefetch" in added[0]
    kept = [each for each in before if each in after]
    assert [each for each in after if each not in added] == kept
    assert ast.get_docstring(ast.parse(made)) == ast.get_docstring(ast.parse(text))
    assert sum(char == "#" for char in made) == sum(char == "#" for char in text)


GUARDED = """import typing as t
# the project's
if t.TYPE_CHECKING:
    from .models import Book
else:
    Book = None
try:
    from .models import Author
except ImportError:
    if TYPE_CHECKING:

        from .models import Author
"""


@pytest.mark.parametrize(("line", "expected"), [(1, False), (4, True), (6, False), (8, False), (12, True)])
def test_imports_for_type_checkers(line: int, expected: bool) -> None:
    assert is_for_types(GUARDED.split("\n"), line) is expected
