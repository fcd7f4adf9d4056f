"""Does `djcheck check` hand the right settings on, write where it should, and end with the promised status?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest

import djcheck
from djcheck.analysis import Memory
from djcheck.cache.store import Store
from djcheck.cli.main import main
from djcheck.config import Config
from djcheck.domain.finding import Report, Severity
from tests.building import ambiguous, finding, report

Progress = Callable[[str, int, int], None]


@dataclass
class Pipeline:
    """Stands in for the analysis: remembers what it was asked and answers with a given report."""

    answer: Report = field(default_factory=lambda: report(finding()))
    error: BaseException | None = None
    paths: Sequence[Path] = ()
    config: Config = field(default_factory=Config)
    jobs: int = 0

    def check(
        self,
        paths: Sequence[Path],
        config: Config,
        *,
        jobs: int,
        progress: Progress,
        store: Store | None,
        keeping: str,
        diff_base: str | None,
        memory: Memory | None,
    ) -> Report:
        self.paths, self.config, self.jobs = paths, config, jobs
        progress("survey", 1, 2)
        if self.error:
            raise self.error
        return self.answer


@pytest.fixture
def pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    stand_in = Pipeline()
    module = ModuleType("djcheck.pipeline")
    module.check = stand_in.check  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "djcheck.pipeline", module)
    monkeypatch.setattr(djcheck, "pipeline", module, raising=False)
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "views.py").write_text("books = 1\nfor book in books:\n    print(book.author.name)\n")
    monkeypatch.chdir(tmp_path)
    return stand_in


Capture = pytest.CaptureFixture[str]


class TestStatus:
    def test_0_without_findings(self, pipeline: Pipeline) -> None:
        pipeline.answer = report()
        assert main(["shop"]) == 0

    def test_1_with_findings(self, pipeline: Pipeline) -> None:
        assert main(["shop"]) == 1

    def test_0_with_exit_zero(self, pipeline: Pipeline) -> None:
        assert main(["shop", "--exit-zero"]) == 0

    def test_fail_on(self, pipeline: Pipeline) -> None:
        pipeline.answer = report(finding(severity=Severity.NOTE))
        assert [main(["shop", "--fail-on", level]) for level in ("error", "warning", "note", "never")] == [0, 0, 1, 0]

    def test_ambiguous(self, pipeline: Pipeline, capsys: Capture) -> None:
        pipeline.answer = report(ambiguous())
        assert main(["shop"]) == 0
        assert "DJC101" in capsys.readouterr().out
        assert main(["shop", "--ambiguous", "fail"]) == 1
        capsys.readouterr()
        assert main(["shop", "--ambiguous", "hide"]) == 0
        assert "DJC101" not in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("args", "complaint"),
        [
            ([], "PATH"),
            (["nowhere"], "nowhere"),
            (["shop", "--format", "xml"], "xml"),
            (["shop", "--select", "DJC9"], "--select: DJC9 is no rule"),
            (["shop", "--ignore", "DJC1,tpyo"], "--ignore: tpyo is no rule"),
            (["shop", "--jobs", "0"], "--jobs"),
            (["shop", "--no-such-option"], "--no-such-option"),
            (["shop", "-o", "no/such/folder/report.txt"], "report.txt: cannot be written"),
        ],
    )
    def test_2_for_bad_usage(self, pipeline: Pipeline, capsys: Capture, args: list[str], complaint: str) -> None:
        assert main(["check", *args]) == 2
        captured = capsys.readouterr()
        assert complaint in captured.err
        assert captured.out == ""

    def test_2_for_a_bad_configuration(self, pipeline: Pipeline, capsys: Capture) -> None:
        Path("djcheck.toml").write_text("select = 3\n")
        assert main(["shop", "--exit-zero"]) == 2
        assert capsys.readouterr().err == "Error: djcheck.toml: select: Expected `array`, got `int`\n"

    def test_2_for_an_internal_error_and_the_trace_only_with_v(self, pipeline: Pipeline, capsys: Capture) -> None:
        pipeline.error = ZeroDivisionError("oh")
        assert main(["shop"]) == 2
        assert capsys.readouterr().err == "djcheck: internal error: ZeroDivisionError: oh (-v shows where)\n"
        assert main(["shop", "-v"]) == 2
        assert "Traceback" in capsys.readouterr().err

    def test_2_when_interrupted(self, pipeline: Pipeline, capsys: Capture) -> None:
        pipeline.error = KeyboardInterrupt()
        assert main(["shop"]) == 2
        captured = capsys.readouterr()
        assert captured.err.strip() == "djcheck: interrupted"
        assert captured.out == ""


class TestSettings:
    def test_check_may_be_left_out(self, pipeline: Pipeline) -> None:
        for args in (["shop"], ["check", "shop"], ["--exit-zero", "shop"], ["--format", "json", "shop", "."]):
            main(args)
            assert pipeline.paths[0] == Path("shop")
        assert pipeline.paths == (Path("shop"), Path())

    def test_the_command_line_goes_over_the_file(self, pipeline: Pipeline) -> None:
        Path("pyproject.toml").write_text('[tool.djcheck]\nselect = ["DJC2"]\nignore = ["DJC104"]\nfail-on = "never"\n')
        assert main(["shop", "--select", "DJC1, query-in-loop", "--select", "DJC3", "--ignore", "DJC105"]) == 0
        assert pipeline.config.select == ("DJC1", "query-in-loop", "DJC3")
        assert pipeline.config.ignore == ("DJC104", "DJC105")
        assert pipeline.config.fail_on == "never"

    def test_extend_select_leaves_the_file_in_force(self, pipeline: Pipeline) -> None:
        Path("djcheck.toml").write_text('select = ["DJC2"]\n')
        main(["shop", "--extend-select", "DJC301"])
        assert (pipeline.config.select, pipeline.config.extend_select) == (("DJC2",), ("DJC301",))

    def test_another_file(self, pipeline: Pipeline) -> None:
        Path("djcheck.toml").write_text('fail-on = "never"\n')
        Path("strict.toml").write_text('fail-on = "note"\n')
        assert main(["shop", "--config", "strict.toml"]) == 1

    def test_jobs(self, pipeline: Pipeline) -> None:
        main(["shop", "--jobs", "3"])
        assert pipeline.jobs == 3
        main(["shop"])
        assert 1 <= pipeline.jobs <= (os.cpu_count() or 1)


class TestOutput:
    def test_text(self, pipeline: Pipeline, capsys: Capture) -> None:
        main(["shop"])
        captured = capsys.readouterr()
        assert captured.out.startswith("shop/views.py:3:11: warning DJC101 missing-select-related\n")
        assert "  3 |     print(book.author.name)\n    |           ^^^^^^^^^^^\n" in captured.out
        assert captured.err == ""

    def test_json_from_the_option_or_the_file(self, pipeline: Pipeline, capsys: Capture) -> None:
        main(["shop", "--format", "json"])
        once = capsys.readouterr().out
        assert json.loads(once)["summary"]["findings"] == 1
        Path("djcheck.toml").write_text('format = "json"\n')
        main(["shop"])
        assert capsys.readouterr().out == once

    def test_hidden_findings_are_not_counted(self, pipeline: Pipeline, capsys: Capture) -> None:
        pipeline.answer = report(finding(), ambiguous())
        main(["shop", "--format", "json", "--ambiguous", "hide"])
        assert json.loads(capsys.readouterr().out)["summary"]["findings"] == 1

    def test_to_a_file(self, pipeline: Pipeline, capsys: Capture) -> None:
        assert main(["shop", "-o", "report.txt"]) == 1
        assert capsys.readouterr().out == ""
        assert Path("report.txt").read_text().startswith("shop/views.py:3:11: warning")

    def test_quiet_and_verbose(self, pipeline: Pipeline, capsys: Capture) -> None:
        main(["shop", "-q"])
        assert capsys.readouterr().out.count("\n") == 1
        main(["shop", "-v"])
        captured = capsys.readouterr()
        assert "djcheck: configuration: none found; jobs: " in captured.err
        assert "djcheck: analysed in" in captured.err

    def test_statistics(self, pipeline: Pipeline, capsys: Capture) -> None:
        pipeline.answer = report(statistics={"survey seconds": 2.0})
        main(["shop", "--statistics"])
        assert "survey seconds: 2\n" in capsys.readouterr().out

    def test_colour(self, pipeline: Pipeline, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
        def coloured(*args: str) -> bool:
            main(["shop", *args])
            return "\x1b[" in capsys.readouterr().out

        assert (coloured(), coloured("--color", "always"), coloured("--color", "never")) == (False, True, False)
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        assert (coloured(), coloured("--color", "never")) == (True, False)
        monkeypatch.setenv("NO_COLOR", "1")
        assert coloured() is False


PROGRAM = """
import sys, types, djcheck
from djcheck.cache.store import Store
from djcheck.cli.main import main
from tests.building import finding, report
fake = types.ModuleType("djcheck.pipeline")
fake.check = lambda *args, **options: report(*[finding(message="Größe 漢字") for _ in range(2000)])
sys.modules["djcheck.pipeline"] = djcheck.pipeline = fake
sys.exit(main(sys.argv[1:]))
"""


def run(*args: str, **environment: str) -> subprocess.Popen[bytes]:
    root = str(Path(__file__).parents[2])
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=root,
        env={**os.environ, "PYTHONPATH": root, **environment},
    )


def test_a_reader_that_goes_away_is_no_failure() -> None:
    with run("tests") as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith(b"shop/views.py")
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_an_output_that_cannot_show_every_character() -> None:
    with run("tests", PYTHONIOENCODING="ascii", PYTHONUTF8="0") as process:
        out, err = process.communicate()
    assert (process.returncode, err) == (1, b"")
    assert rb"Gr\xf6\xdfe \u6f22\u5b57" in out
