"""Which rules the user wants reported for which file."""

from __future__ import annotations

import os
from pathlib import Path

from pathspec import GitIgnoreSpec

from djcheck.config import Config, closeness
from djcheck.rulebook import Rule


class Selection:
    """The configuration's `select`, `ignore` and `per-path-ignores`, ready to be asked."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._ignores = [
            (GitIgnoreSpec.from_lines([pattern]), selectors) for pattern, selectors in config.per_path_ignores.items()
        ]

    def wants(self, path: str, rule: Rule) -> bool:
        """Whether `rule` is to be reported in the file `path`, which is relative to the working directory."""
        if not self._config.wants(rule.code, rule.name):
            return False
        return not any(closeness(selectors, rule.code, rule.name) for selectors in self._ignored(path))

    def _ignored(self, path: str) -> list[tuple[str, ...]]:
        if not self._ignores:
            return []
        whole = Path(os.path.normpath(Path.cwd() / path))
        if not whole.is_relative_to(self._config.root):
            return []
        inside = whole.relative_to(self._config.root).as_posix()
        return [selectors for spec, selectors in self._ignores if spec.match_file(inside)]
