"""Does djcheck survive whatever lies about in a project: say clearly what it could not read, and analyse the rest?"""

# ruff: noqa: E501

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from djcheck import pipeline
from djcheck.config import Config
from djcheck.domain import ir
from djcheck.domain.finding import Report
from djcheck.flow.python import statements
from tests.analysing import analyse, write

MODELS = """\
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=20)


class Book(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)
    title = models.CharField(max_length=20)
"""
VIEWS = """\
from shop.models import Book


def names():
    return [book.author.name for book in Book.objects.all()]
"""
SHOP: Mapping[str, str] = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": MODELS, "shop/views.py": VIEWS}
LONGEST = 10.0


@contextmanager
def soon() -> Iterator[None]:
    """Within seconds: nothing here needs longer, however slow the machine."""
    started = time.perf_counter()
    yield
    assert time.perf_counter() - started < LONGEST


def around(root: Path, **files: str | bytes) -> Report:
    """The report on the shop with more files in it (`name__py` stands for shop/name.py)."""
    write(root, SHOP)
    write(root, {f"shop/{name.replace('__', '.')}": content for name, content in files.items()})
    with soon():
        return analyse(root)


def told(report: Report) -> list[tuple[str, str, int]]:
    return [(each.rule, each.path, each.line) for each in report.findings]


THE_REST = ("DJC101", "shop/views.py", 5)


class TestFiles:
    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"\x7fELF\x02\x01\x01\x00\x00\x00\x00" + bytes(range(256)), "binary"),
            (b"name = 'caf\xe9'\n", "UTF-8"),
            (b"# -*- coding: no-such-code -*-\nname = 1\n", "no-such-code"),
            (b"a = 1\x00\n", "null|binary"),
            (b"x = '" + b"y" * 5_000_000 + b"'\n", "too large"),
            (b"def broken(:\n    pass\n", "syntax|parse|line 1"),
            (b"x = " + b"(" * 2_000 + b")" * 2_000 + b"\n", "nest|deep|parenthes"),
            (b"x = [1, 2\n" + b"-" * 3_000, "closed"),
        ],
        ids=["binary", "wrong encoding", "unknown encoding", "null byte", "5 MB", "syntax", "deep nesting", "cut off"],
    )
    def test_unreadable(self, tmp_path: Path, content: bytes, reason: str) -> None:
        report = around(tmp_path, odd__py=content)
        assert told(report)[-1] == THE_REST
        [found] = [each for each in report.findings if each.rule == "DJC001"]
        assert found.path == "shop/odd.py"
        assert any(word.lower() in found.message.lower() for word in reason.split("|")), found.message

    def test_other_encodings_are_read(self, tmp_path: Path) -> None:
        latin = "# -*- coding: latin-1 -*-\n" + VIEWS.replace("names", "café")
        marked = "\ufeff" + VIEWS
        report = around(tmp_path, latin__py=latin.encode("latin-1"), marked__py=marked.encode())
        assert told(report) == [("DJC101", "shop/latin.py", 6), ("DJC101", "shop/marked.py", 5), THE_REST]

    @pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a user whom permissions bind")
    def test_forbidden(self, tmp_path: Path) -> None:
        write(tmp_path, {**SHOP, "shop/secret.py": "a = 1\n"})
        (tmp_path / "shop/secret.py").chmod(0)
        assert told(analyse(tmp_path)) == [("DJC001", "shop/secret.py", 1), THE_REST]

    @pytest.mark.skipif(os.name != "posix", reason="needs symbolic links and pipes")
    def test_loops_and_pipes(self, tmp_path: Path) -> None:
        write(tmp_path, SHOP)
        (tmp_path / "shop/again").symlink_to(tmp_path, target_is_directory=True)
        (tmp_path / "shop/self.py").symlink_to("self.py")
        (tmp_path / "shop/nowhere.py").symlink_to("missing.py")
        os.mkfifo(tmp_path / "shop/pipe.py")
        with soon():
            report = analyse(tmp_path)
        assert [each for each in told(report) if each[0] != "DJC001"] == [THE_REST]

    def test_newer_python(self, tmp_path: Path) -> None:
        newer = (
            "from shop.models import Book\n\n\ndef names[T](rows: T) -> T:\n    try:\n        return [f'{book.author.name}' "
            "for book in Book.objects.all()]\n    except ValueError, TypeError:\n        return rows\n"
        )
        assert told(around(tmp_path, newer__py=newer)) == [("DJC101", "shop/newer.py", 6), THE_REST]

    def test_folder_named_like_a_file(self, tmp_path: Path) -> None:
        write(tmp_path, {**SHOP, "shop/folder.py/inner.py": "a = 1\n"})
        assert told(analyse(tmp_path)) == [THE_REST]


class TestProjects:
    def run(self, *arguments: str, at: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "djcheck", *arguments]
        return subprocess.run(command, cwd=at, capture_output=True, text=True, timeout=60, check=False)

    def test_empty_directory(self, tmp_path: Path) -> None:
        done = self.run("check", ".", at=tmp_path)
        assert done.returncode == 0
        assert "Traceback" not in done.stderr

    def test_missing_directory(self, tmp_path: Path) -> None:
        done = self.run("check", "nowhere", at=tmp_path)
        assert done.returncode == 2
        assert "nowhere" in done.stderr
        assert "Traceback" not in done.stderr

    def test_no_django(self, tmp_path: Path) -> None:
        write(tmp_path, {"tool.py": "def double(x):\n    return [y * 2 for y in x]\n", "README.md": "no Django"})
        done = self.run("check", ".", "--format", "json", at=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert '"findings":[]' in done.stdout.replace(" ", "").replace("\n", "")

    def test_unreadable_files_end_with_1(self, tmp_path: Path) -> None:
        write(tmp_path, {"broken.py": "def (\n"})
        done = self.run("check", ".", at=tmp_path)
        assert done.returncode == 1
        assert "broken.py" in done.stdout


class TestDeclarations:
    def test_circular_imports(self, tmp_path: Path) -> None:
        report = around(
            tmp_path,
            a__py="from shop.b import thing\nfrom shop.a import other\nother = thing\n",
            b__py="from shop.a import other as thing\nfrom shop.b import *\n",
            c__py="from shop.c import *\nfrom shop import c\nimport shop.c as d\nx = d.c.d.x\n",
        )
        assert told(report) == [THE_REST]

    def test_cyclic_bases(self, tmp_path: Path) -> None:
        code = (
            "from django.db import models\n"
            "class Own(Own, models.Model):\n    other = models.ForeignKey('Own', models.CASCADE)\n"
            "class A(B):\n    a = models.ForeignKey('B', models.CASCADE)\n"
            "class B(A, models.Model):\n    b = models.ForeignKey(A, models.CASCADE)\n"
            "class C(models.Model):\n    c = models.OneToOneField('self', models.CASCADE, primary_key=True)\n"
            "class Meta(models.Model):\n    class Meta(Meta):\n        pass\n"
            "def read():\n    for row in [*Own.objects.all(), *A.objects.all(), *B.objects.all(), *C.objects.all()]:\n"
            "        print(row.c.c.c.c, row.other.other, row.a.b.a)\n"
        )
        assert THE_REST in told(around(tmp_path, cyclic__py=code))

    def test_names_that_lead_to_themselves(self, tmp_path: Path) -> None:
        code = (
            "x = y\ny = x\nz = z\nclass A:\n    b = b\n    def c(self):\n        return self.c\n"
            "    @property\n    def d(self):\n        return self.d\nf = lambda: f()\ndef g():\n    return [A().c()(), A().d, f(), x, z]\n"
        )
        assert told(around(tmp_path, names__py=code)) == [THE_REST]

    def test_long_literals(self, tmp_path: Path) -> None:
        numbers = ", ".join(map(str, range(5_000)))
        texts = ", ".join(f"'key{n}': ['value{n}', {n}]" for n in range(5_000))
        code = (
            f"NUMBERS = [{numbers}]\nTEXTS = {{{texts}}}\n\n"
            f"def use(x):\n    local = [{numbers}]\n    other = {{{texts}}}\n"
            "    return [other[n] for n in local if n in NUMBERS and x in TEXTS], TEXTS.get(x), local + NUMBERS\n"
        )
        assert told(around(tmp_path, literals__py=code)) == [THE_REST]

    def test_many_models(self, tmp_path: Path) -> None:
        code = "from django.db import models\n" + "".join(
            f"class M{n}(models.Model):\n    up = models.ForeignKey('M{(n * 7 + 1) % 600}', models.CASCADE)\n"
            for n in range(600)
        )
        assert told(around(tmp_path, many__py=code)) == [THE_REST]


class TestFunctions:
    def test_recursion(self, tmp_path: Path) -> None:
        code = (
            "from shop.models import Book\n"
            "def down(n, rows):\n    return down(n - 1, [*rows, rows]) if n else rows\n"
            "def even(n):\n    return odd(n - 1)\ndef odd(n):\n    return even(n - 1)\n"
            "def tree(book):\n    return [tree(other) for other in Book.objects.filter(author=book.author)]\n"
            "def grow(x):\n    return grow({'a': x, 'b': [x], 'c': (x, x)})\n"
            "def wrap(f):\n    return wrap(lambda: f(lambda: f))\n"
            "class A:\n    def __init__(self, other=None):\n        self.other = A(self)\n"
            "    def __str__(self):\n        return f'{self}{self.other}'\n"
            "def all_of_it(n):\n    return down(n, []), even(n), grow(n), wrap(even), str(A())\n"
        )
        report = around(tmp_path, recursive__py=code)
        assert THE_REST in told(report)

    def test_ackermann(self, tmp_path: Path) -> None:
        code = "".join(
            f"def f{n}(a, b):\n    return f{(n * 3 + 1) % 40}(b, [a]) + f{(n * 5 + 2) % 40}(a + b, a) + f{(n + 7) % 40}('x', b)\n"
            for n in range(40)
        )
        assert told(around(tmp_path, tangled__py=code)) == [THE_REST]

    def test_inner_functions_that_call_themselves(self, tmp_path: Path) -> None:
        again = "".join(f"        if x == {n}:\n            return [pack(y) for y in x], other(x)\n" for n in range(12))
        code = (
            f"def unpickle(data):\n    def pack(x):\n{again}        return x\n"
            "    def other(x):\n        return pack(x), other(x)\n    return pack(data)\n"
        )
        assert told(around(tmp_path, packing__py=code)) == [THE_REST]

    def test_long_chain_of_calls(self, tmp_path: Path) -> None:
        code = "from shop.models import Book\n" + "".join(f"def f{n}(x):\n    return f{n + 1}(x)\n" for n in range(500))
        code += (
            "def f500(x):\n    return x.author\ndef start():\n    return [f0(book) for book in Book.objects.all()]\n"
        )
        assert THE_REST in told(around(tmp_path, chain__py=code))

    def test_everyone_calls_everyone(self, tmp_path: Path) -> None:
        calls = "".join(f"    f{n}(x)\n" for n in range(60))
        code = "".join(f"def f{n}(x):\n{calls}" for n in range(60))
        assert told(around(tmp_path, all__py=code)) == [THE_REST]

    def test_long_elif(self, tmp_path: Path) -> None:
        branches = "".join(f"    elif x == {n}:\n        y = [y, {n}]\n" for n in range(2_000))
        code = f"def choose(x, y=None):\n    if x is None:\n        return y\n{branches}    return y\n"
        report = around(tmp_path, branches__py=code)
        assert THE_REST in told(report)

    def test_many_branches_in_a_row(self, tmp_path: Path) -> None:
        branches = "".join(f"    if x == {n}:\n        y = {{'a{n}': y, 'b': [y, x]}}\n" for n in range(400))
        code = f"def choose(x, y=None):\n{branches}    return y\n"
        assert told(around(tmp_path, rows__py=code)) == [THE_REST]

    @pytest.mark.parametrize("depth", [90, 2_000])
    def test_deep_blocks(self, tmp_path: Path, depth: int) -> None:
        code = (
            "def deep(x):\n" + "".join(f"{' ' * (n + 1)}if x:\n" for n in range(depth)) + " " * (depth + 1) + "pass\n"
        )
        report = around(tmp_path, deep__py=code)
        assert told(report)[-1] == THE_REST

    @pytest.mark.parametrize(
        "code", ["x" + ".a" * 3_000, "x" + "()" * 2_000, "x" + " + x" * 5_000, "not " * 3_000 + "x"]
    )
    def test_long_expressions(self, tmp_path: Path, code: str) -> None:
        report = around(tmp_path, long__py=f"def use(x):\n    return {code}\n")
        assert told(report)[-1] == THE_REST

    def test_long_function(self, tmp_path: Path) -> None:
        code = "def use(x):\n" + "".join(f"    a{n} = [x, a{n - 1 if n else 0}]\n" for n in range(5_000))
        assert told(around(tmp_path, long__py=code)) == [THE_REST]


class TestGuards:
    """An error of djcheck's own costs the function or file that it happened in, and is said."""

    def test_a_function_that_fails(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fails(*_: object) -> None:
            raise ZeroDivisionError("no such luck")

        monkeypatch.setitem(statements.HANDLERS, ir.Raise, fails)
        write(
            tmp_path,
            {**SHOP, "shop/broken.py": "def broken():\n    if 1:\n        raise ValueError(1)\n    return []\n"},
        )
        monkeypatch.chdir(tmp_path)
        report = pipeline.check([Path()], Config(root=tmp_path), jobs=1, progress=lambda *_: None)
        assert told(report) == [THE_REST]
        assert report.troubles == ("shop/broken.py: shop.broken.broken: ZeroDivisionError: no such luck",)

    def test_a_file_that_fails(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from djcheck.facts import lowering

        lower = lowering.lower

        def fails(text: str, functions: object) -> object:
            if "broken" in text:
                raise ZeroDivisionError("no such luck")
            return lower(text, functions)  # type: ignore[arg-type]

        monkeypatch.setattr(lowering, "lower", fails)
        report = around(tmp_path, broken__py="def broken():\n    return []\n")
        assert told(report) == [("DJC001", "shop/broken.py", 1), THE_REST]
        assert "made djcheck fail (ZeroDivisionError: no such luck)" in report.findings[0].message
