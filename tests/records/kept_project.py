"""A project that is checked by the command line again and again, beside what runs without a cache find."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from djcheck.cli.main import main


class KeptProject:
    """The project in the working directory. `evaluated` is how much the last check evaluated; None: all, or nothing."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self.evaluated: int | None = None

    def check(self, jobs: int = 1) -> None:
        """Fail unless the report is to the letter that of a run without a cache."""
        with_cache = reported("--cache-dir", str(self._cache), "--jobs", str(jobs), "--statistics")
        self.evaluated = with_cache.pop("statistics").get("evaluated")  # type: ignore[attr-defined]
        assert json.dumps(with_cache) == json.dumps(reported("--no-cache", "--jobs", "1"))


def reported(*options: str) -> dict[str, object]:
    """What `djcheck check` reports, as it is written into a file."""
    with TemporaryDirectory() as there:
        report = Path(there, "report.json")
        assert main(["check", ".", "--format", "json", "--output", str(report), "--exit-zero", *options]) == 0
        found: dict[str, object] = json.loads(report.read_bytes())
        return found
