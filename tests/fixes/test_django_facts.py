"""Is it true what fixes believe of Django: which eager loads it refuses, and which do no harm?"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

EXPECTED = {
    "combined": "OperationalError",
    "left out": "FieldError",
    "chunks": "ValueError",
    "prefetched before": "ValueError",
    "prefetched after": "works",
    "ambiguous": "OperationalError",
    "columns only": "works",
    "chosen": "works",
    "inside": "works",
    "counted": "works",
}


@cache
def answers() -> dict[str, object]:
    script = Path(__file__).with_name("ask_django.py")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True, timeout=120)
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("name", EXPECTED)
def test_django_answers_as_expected(name: str) -> None:
    assert answers()[name] == EXPECTED[name]
