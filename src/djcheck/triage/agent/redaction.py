"""Takes secrets out of text before it leaves the machine."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

MARK = "[redacted]"
SHORTEST = 4
# A line that is nothing but base64 is a piece of a key or certificate; detect-secrets knows these by their first line.
BLOB = re.compile(r"(?<![\w+/=])(?=\S*\d)(?=\S*[A-Z])[A-Za-z0-9+/]{48,}={0,2}(?![\w+/=])")


def redacted(text: str) -> str:
    """The text with whatever detect-secrets takes for a secret replaced, line by line."""
    return "\n".join(map(_redacted, text.split("\n")))


@lru_cache(maxsize=20_000)
def _redacted(line: str) -> str:
    line = BLOB.sub(MARK, line)
    patterns, detectors = _detectors()
    for pattern in patterns:
        line = pattern.sub(MARK, line)
    values = {
        secret.secret_value
        for detector in detectors
        # The detector of keywords reads a line as Python by the file's name.
        for secret in detector.analyze_line(filename="code.py", line=line, line_number=1)
        if secret.secret_value and len(secret.secret_value) >= SHORTEST
    }
    for value in sorted(values - {MARK}, key=len, reverse=True):
        line = line.replace(value, MARK)
    return line


@cache
def _detectors() -> tuple[list[re.Pattern[str]], list[Any]]:
    """All that detect-secrets has, as patterns of whole secrets (it names but a part of some) and as detectors.

    None of its filters are used: a comment in the code must not be able to allow a secret.
    """
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
    from detect_secrets.plugins.base import RegexBasedDetector

    classes: Iterable[Any] = get_mapping_from_secret_type_to_class().values()
    made = [each() for each in classes]
    by_pattern = [each for each in made if isinstance(each, RegexBasedDetector)]
    return [pattern for each in by_pattern for pattern in each.denylist], [
        each for each in made if each not in by_pattern
    ]
