"""Do a baseline and `--diff-base` tell what a change brings, and only that, whatever happens to the files?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gate.histories import LABEL, NAMES, History

BASELINE = ("--baseline", "djcheck-baseline.jsonl")
Told = list[tuple[str, str, str]]


@pytest.fixture
def history(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> History:
    return History(tmp_path / "shop project", capsys)


def nothing(history: History) -> None:
    pass


def moved_lines(history: History) -> None:
    history.replace(
        "shop/views.py", "def names", "PER_PAGE = 20\n\n\ndef other(request):\n    return None\n\n\ndef names"
    )


def other_lines_of_the_function(history: History) -> None:
    history.replace("shop/views.py", "lines.append(book.author.name)", "lines.extend([book.author.pk, book.title])")


def reformatted(history: History) -> None:
    history.replace("shop/views.py", "Book.objects.all()", "(\n        Book.objects\n        .all()\n    )")


def renamed_file(history: History) -> None:
    history.git("mv", "shop/views.py", "shop/pages.py")


def renamed_file_and_moved_lines(history: History) -> None:
    moved_lines(history)
    renamed_file(history)


def renamed_app(history: History) -> None:
    history.git("mv", "shop", "store")
    history.replace("site_/settings.py", "shop", "store")
    for module in ("views", "labels"):
        history.replace(f"store/{module}.py", "shop.models", "store.models")


def into_a_folder(history: History) -> None:
    (history.root / "src").mkdir()
    history.git("mv", "manage.py", "site_", "shop", "src")


@pytest.mark.parametrize(
    "change",
    [
        nothing,
        moved_lines,
        other_lines_of_the_function,
        reformatted,
        renamed_file,
        renamed_file_and_moved_lines,
        renamed_app,
        into_a_folder,
    ],
)
@pytest.mark.parametrize("commits", [True, False])
def test_what_is_no_new_finding(history: History, change: Callable[[History], None], commits: bool) -> None:
    history.run(".", *BASELINE, "--write-baseline")
    change(history)
    if commits:
        history.commit()
    for options in (BASELINE, ("--diff-base", "HEAD~1" if commits and change is not nothing else "HEAD")):
        status, report = history.run(".", *options)
        assert (status, history.told(report)) == (0, []), history.err
        assert (report["summary"]["known"], report["summary"]["gone"]) == (2, 0)


def edited_code(history: History) -> Told:
    history.replace("shop/views.py", "for book in", "for volume in")
    history.replace("shop/views.py", "book.author.name", "volume.author.name")
    return [("DJC101", "shop/views.py", "volume.author")]


def edited_origin(history: History) -> Told:
    history.replace("shop/views.py", "objects.all()", "objects.filter(title='')")
    return [NAMES]


def copied_file(history: History) -> Told:
    (history.root / "shop" / "copied.py").write_text((history.root / "shop" / "views.py").read_text())
    return [("DJC101", "shop/copied.py", "book.author")]


def another_function_with_the_same_lines(history: History) -> Told:
    text = (history.root / "shop" / "views.py").read_text()
    history.write({"shop/views.py": text + "\n\ndef again" + text.partition("def names")[2].partition("\n\ndef ")[0]})
    return [NAMES]


def a_template_loop_over_an_old_queryset(history: History) -> Told:
    history.replace("shop/templates/page.html", "book.title", "book.author")
    return [("DJC101", "shop/templates/page.html", "book.author")]


def a_method_called_by_an_old_template(history: History) -> Told:
    """The view and the template with the loop stay as they are; what they show grows a query."""
    history.replace(
        "shop/models.py", "    def label", "    def __str__(self):\n        return self.author.name\n\n    def label"
    )
    return [LABEL]


def another_caller_of_an_old_method(history: History) -> Told:
    """The same place as before, but for rows from elsewhere."""
    caller = "from shop.models import Book\n\ndef two():\n    return [b.label() for b in Book.objects.all()]\n"
    history.write({"shop/a.py": caller})
    return [LABEL]


@pytest.mark.parametrize(
    "change",
    [
        edited_code,
        edited_origin,
        copied_file,
        another_function_with_the_same_lines,
        a_template_loop_over_an_old_queryset,
        a_method_called_by_an_old_template,
        another_caller_of_an_old_method,
    ],
)
def test_what_is_new(history: History, change: Callable[[History], Told]) -> None:
    history.run(".", *BASELINE, "--write-baseline")
    told = change(history)
    edited = change in (edited_code, edited_origin)
    outdated = [("DJC004", "djcheck-baseline.jsonl", "")] if edited else []
    for options, told_too in ((BASELINE, outdated), (("--diff-base", "HEAD"), [])):
        status, report = history.run(".", *options)
        assert (status, history.told(report)) == (1, [*told_too, *told])
        assert (report["summary"]["known"], report["summary"]["gone"]) == ((1, 1) if edited else (2, 0))


def fix(history: History) -> None:
    history.replace("shop/views.py", "Book.objects.all()", 'Book.objects.select_related("author")')


def reintroduce(history: History) -> None:
    history.replace("shop/views.py", 'Book.objects.select_related("author")', "Book.objects.all()")


class TestFixedAndReintroduced:
    def test_a_fix_is_told_and_taken_out_and_the_fault_is_new_when_it_comes_back(self, history: History) -> None:
        history.run(".", *BASELINE, "--write-baseline")
        fix(history)
        status, report = history.run(".", *BASELINE)
        assert (status, history.told(report)) == (1, [("DJC004", "djcheck-baseline.jsonl", "")])
        assert report["findings"][0]["line"] == 3
        assert "`book.author`" in report["findings"][0]["message"]
        assert (report["summary"]["known"], report["summary"]["gone"]) == (1, 1)

        status, report = history.run(".", *BASELINE, "--shrink-baseline")
        assert (status, history.told(report), report["summary"]["gone"]) == (0, [], 1)
        assert history.err == "djcheck: djcheck-baseline.jsonl: 1 accepted, 1 taken out\n"
        assert len(history.baseline()) == 1
        assert history.run(".", *BASELINE)[0] == 0

        reintroduce(history)
        status, report = history.run(".", *BASELINE)
        assert (status, history.told(report)) == (1, [NAMES])

    def test_shrinking_adds_nothing(self, history: History) -> None:
        history.run(".", *BASELINE, "--write-baseline")
        fix(history)
        new = a_template_loop_over_an_old_queryset(history)
        status, report = history.run(".", *BASELINE, "--shrink-baseline")
        assert (status, history.told(report)) == (1, new)
        assert [each["path"] for each in history.baseline()] == ["shop/models.py"]

    def test_shrinking_follows_a_renamed_file(self, history: History) -> None:
        history.run(".", *BASELINE, "--write-baseline")
        renamed_file(history)
        assert history.run(".", *BASELINE, "--shrink-baseline")[0] == 0
        assert [each["path"] for each in history.baseline()] == ["shop/models.py", "shop/pages.py"]

    def test_writing_anew_takes_out_and_adds(self, history: History) -> None:
        history.run(".", *BASELINE, "--write-baseline")
        fix(history)
        a_template_loop_over_an_old_queryset(history)
        status, report = history.run(".", *BASELINE, "--write-baseline")
        assert (status, history.told(report), report["summary"]["gone"]) == (0, [], 1)
        assert [each["path"] for each in history.baseline()] == ["shop/models.py", "shop/templates/page.html"]

    def test_since_a_revision(self, history: History) -> None:
        fix(history)
        history.commit()
        reintroduce(history)
        status, report = history.run(".", "--diff-base", "HEAD")
        assert (status, history.told(report)) == (1, [NAMES])
        status, report = history.run(".", "--diff-base", "HEAD~1")
        assert (status, history.told(report)) == (0, [])
        reintroduced = history.run(".", "--diff-base", "main")[1]
        fix(history)
        status, report = history.run(".", "--diff-base", "HEAD~1")
        assert (status, history.told(report), report["summary"]["gone"]) == (0, [], 1)
        assert history.told(reintroduced) == [NAMES]

    def test_a_comment_that_silences_is_judged_as_of_then(self, history: History) -> None:
        history.replace("shop/views.py", "author.name)", "author.name)  # djcheck: ignore[DJC101] few")
        history.commit()
        history.replace("shop/views.py", "  # djcheck: ignore[DJC101] few", "")
        assert history.told(history.run(".", "--diff-base", "HEAD")[1]) == [NAMES]


class TestBaseline:
    def test_moved_lines_do_not_change_the_file(self, history: History) -> None:
        file = history.root / "djcheck-baseline.jsonl"
        history.run(".", *BASELINE, "--write-baseline")
        before = file.read_bytes()
        moved_lines(history)
        history.run(".", *BASELINE, "--write-baseline")
        assert file.read_bytes() == before
        assert before.splitlines()[0] == b'{"djcheck_baseline": 1, "paths": ["."]}'
        assert before.splitlines()[2].startswith(
            b'{"path": "shop/views.py", "rule": "DJC101", "symbol": "shop.views.names"'
        )

    def test_from_another_folder_and_from_the_configuration(self, history: History) -> None:
        history.write({"djcheck.toml": 'baseline = "accepted/baseline.jsonl"\n', "accepted/.keep": ""})
        assert history.run(".", "--write-baseline")[0] == 0
        assert history.baseline("accepted/baseline.jsonl")[0]["path"] == "../shop/models.py"
        for folder, path in (("shop", "."), ("..", "shop project"), ("site_", "../shop"), (".", "shop/views.py")):
            status, report = history.run(path, folder=folder)
            assert (status, report["findings"]) == (0, []), folder

    def test_what_a_run_does_not_look_at_it_does_not_judge(self, history: History) -> None:
        history.run(".", *BASELINE, "--write-baseline")
        fix(history)
        assert history.run("shop/models.py", "shop/labels.py", *BASELINE)[0] == 0
        assert history.run(".", *BASELINE, "--select", "DJC2,DJC004")[0] == 0
        history.run("shop/models.py", "shop/labels.py", *BASELINE, "--shrink-baseline")
        history.run(".", *BASELINE, "--select", "DJC2", "--write-baseline")
        assert len(history.baseline()) == 2

    def test_an_outdated_entry_can_be_passed_over(self, history: History) -> None:
        history.run(".", *BASELINE, "--write-baseline")
        fix(history)
        assert history.run(".", *BASELINE, "--ignore", "outdated-baseline")[0] == 0
        assert history.run(".", *BASELINE, "--fail-on", "error")[0] == 0

    def test_a_baseline_and_a_revision(self, history: History) -> None:
        history.run(".", *BASELINE, "--write-baseline")
        another_function_with_the_same_lines(history)
        history.commit()
        new = a_template_loop_over_an_old_queryset(history)
        status, report = history.run(".", *BASELINE, "--diff-base", "HEAD")
        assert (status, history.told(report), report["summary"]["known"]) == (1, new, 3)

    def test_findings_that_are_not_certain_are_accepted_too(self, history: History) -> None:
        loop = "def some(names):\n    for name in names:\n        Book.objects.get(title=name)\n"
        history.write({"shop/some.py": f"from shop.models import Book\n\n{loop}"})
        _, report = history.run(".", "--select", "DJC103")
        assert [each["status"] for each in report["findings"]] == ["ambiguous"]
        history.run(".", *BASELINE, "--write-baseline")
        assert history.run(".", *BASELINE, "--ambiguous", "fail", "--fail-on", "note")[0] == 0
        assert history.run(".", *BASELINE, "--ambiguous", "hide", "--fail-on", "note")[0] == 0

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            (None, "b.jsonl: there is no such baseline; --write-baseline makes one"),
            (b"", "b.jsonl: is no baseline of djcheck"),
            (b"[]", "b.jsonl: is no baseline of djcheck"),
            (b'{"djcheck_baseline": 2}\n', "b.jsonl: was written by another djcheck"),
            (b'{"djcheck_baseline": 1}\n<<<<<<< HEAD\n', "b.jsonl:2: is no entry of a baseline"),
            (b'{"djcheck_baseline": 1}\n\n{"path": "a.py"}\n', "b.jsonl:3: is no entry of a baseline"),
        ],
    )
    def test_one_that_cannot_be_used(self, history: History, text: bytes | None, complaint: str) -> None:
        if text is not None:
            (history.root / "b.jsonl").write_bytes(text)
        assert history.run(".", "--baseline", "b.jsonl") == (2, None)
        assert f"Error: {complaint}" in history.err

    def test_one_that_cannot_be_written_or_is_not_named(self, history: History) -> None:
        assert history.run(".", "--baseline", "none/b.jsonl", "--write-baseline") == (2, None)
        assert "b.jsonl: cannot be written" in history.err
        assert history.run(".", "--write-baseline") == (2, None)
        assert "--baseline FILE" in history.err
        assert history.run(".", *BASELINE, "--shrink-baseline", "--write-baseline") == (2, None)


class TestRevision:
    def test_the_other_options_speak_of_what_is_new(self, history: History) -> None:
        loop = "def some(names):\n    for name in names:\n        Book.objects.get(title=name)\n"
        history.write({"shop/some.py": f"from shop.models import Book\n\n{loop}"})
        since = (".", "--diff-base", "HEAD")
        assert [each["status"] for each in history.run(*since)[1]["findings"]] == ["ambiguous"]
        assert [history.run(*since, *more)[0] for more in ((), ("--ambiguous", "fail"))] == [0, 1]
        assert history.run(*since, "--ambiguous", "hide")[1]["findings"] == []
        assert history.run(*since, "--ambiguous", "fail", "--fail-on", "error")[0] == 0
        assert history.run(*since, "--ambiguous", "fail", "--exit-zero")[0] == 0
        assert "diff base" in history.run(*since, "--statistics")[1]["statistics"]

    def test_only_what_this_branch_brings(self, history: History) -> None:
        """`main` has gone on and mended what this branch still has: that is not this branch's doing."""
        history.git("checkout", "--quiet", "-b", "topic")
        new = a_template_loop_over_an_old_queryset(history)
        history.commit()
        history.git("checkout", "--quiet", "main")
        fix(history)
        history.commit()
        history.git("checkout", "--quiet", "topic")
        assert history.told(history.run(".", "--diff-base", "main")[1]) == new

    def test_neither_the_work_tree_nor_the_index_is_touched(self, history: History) -> None:
        moved_lines(history)
        history.git("add", "--all")
        history.replace("shop/templates/page.html", "book.title", "book.author")
        history.write({"notes.txt": "not in git"})
        index = (history.root / ".git" / "index").read_bytes()
        before = history.git("status", "--porcelain"), history.files()
        assert history.run(".", "--diff-base", "HEAD")[0] == 1
        assert (history.root / ".git" / "index").read_bytes() == index
        assert (history.git("status", "--porcelain"), history.files()) == before

    def test_from_another_folder(self, history: History) -> None:
        new = a_template_loop_over_an_old_queryset(history)
        for folder, path in (("shop", "."), ("..", "shop project"), ("site_", "../shop")):
            _, report = history.run(path, "--diff-base", "HEAD", folder=folder)
            assert [each["rule"] for each in report["findings"]] == ["DJC101"], folder
            assert report["summary"]["known"] == 2
        assert new

    def test_a_path_that_was_not_there(self, history: History) -> None:
        history.write({"blog/__init__.py": "", "blog/views.py": (history.root / "shop" / "views.py").read_text()})
        assert len(history.run("blog", "--diff-base", "HEAD")[1]["findings"]) == 0
        assert len(history.run("blog", "shop", "--diff-base", "HEAD")[1]["findings"]) == 1

    def test_inside_a_hook_of_a_commit(self, history: History, monkeypatch: pytest.MonkeyPatch) -> None:
        new = a_template_loop_over_an_old_queryset(history)
        monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
        monkeypatch.setenv("GIT_DIR", ".git")
        _, report = history.run(".", "--diff-base", "HEAD", folder="shop")
        assert [each["path"] for each in report["findings"]] == [new[0][1].removeprefix("shop/")]

    def test_what_cannot_be_compared_with(
        self, history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert history.run(".", "--diff-base", "nowhere") == (2, None)
        assert "Error: nowhere: git knows no such revision" in history.err
        assert history.run(".", "--diff-base=--help") == (2, None)
        (tmp_path / "outside").mkdir()
        assert history.run(".", "../outside", "--diff-base", "HEAD") == (2, None)
        assert "outside does not lie in the git repository" in history.err
        assert history.run("../outside", "--diff-base", "HEAD") == (2, None)
        assert "not a git repository" in history.err
        monkeypatch.setenv("PATH", "")
        assert history.run(".", "--diff-base", "HEAD") == (2, None)
        assert history.err == "Error: git is not installed\n"
