"""Does `--watch` report anew when something has changed that matters, and only then?"""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from djcheck.cli.main import main
from tests.analysing import write
from tests.gate.histories import PROJECT

PATIENCE = 60


class Watch:
    """A running `djcheck --watch` and the lines it prints, to standard output and standard error alike."""

    def __init__(self, root: Path) -> None:
        command = [sys.executable, "-m", "djcheck", ".", "--watch", "--no-cache", "--jobs", "1", "-o", "report.txt"]
        self.process = subprocess.Popen(
            command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
        )
        self._report = root / "report.txt"
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip())

    def line(self) -> str:
        return self._lines.get(timeout=PATIENCE)

    def wait_for_report(self, words: str) -> None:
        end = time.monotonic() + PATIENCE
        while not (self._report.exists() and words in self._report.read_text()):
            assert self.process.poll() is None
            assert time.monotonic() < end, self._report.read_text()
            time.sleep(0.05)

    def interrupt(self) -> tuple[int, list[str]]:
        """The exit status, and the lines that nobody has asked for."""
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(timeout=PATIENCE)
        return status, list(self._lines.queue)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path, {**PROJECT, "shop/labels.py": "", "readme.md": "shop"})


@pytest.fixture
def watch(root: Path) -> Iterator[Watch]:
    started = Watch(root)
    with started.process:
        yield started
        started.process.kill()


def test_rounds(root: Path, watch: Watch) -> None:
    views = root / "shop" / "views.py"
    text = views.read_text()
    watch.wait_for_report("1 finding ")
    (root / "readme.md").write_text("not looked at")
    views.write_text(text.replace("objects.all()", 'objects.select_related("author")'))
    assert watch.line().endswith("shop/views.py changed")
    watch.wait_for_report("No findings")
    (root / "djcheck.toml").write_text("select = 3\n")
    assert watch.line().endswith("djcheck.toml changed")
    assert watch.line() == "Error: djcheck.toml: select: Expected `array`, got `int`"
    (root / "djcheck.toml").unlink()
    assert watch.line().endswith("djcheck.toml changed")
    views.write_text(text)
    assert watch.line().endswith("shop/views.py changed")
    watch.wait_for_report("1 finding ")
    views.write_text(text.replace("book.author.name)", "book.author.name)  # with today's comment"))
    assert watch.line().endswith("shop/views.py changed")
    watch.wait_for_report("with today's comment")
    time.sleep(1)  # the status is decided just after the report is written
    assert watch.interrupt() == (1, [])


def test_not_together_with_writing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(root), "--watch", "--baseline", "b.jsonl", "--write-baseline"]) == 2
    assert "--watch leaves the baseline as it is" in capsys.readouterr().err


def test_without_watchfiles(root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "djcheck.cli.watching", raising=False)
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    assert main([str(root), "--watch"]) == 2
    assert "pip install 'djcheck[watch]'" in capsys.readouterr().err
