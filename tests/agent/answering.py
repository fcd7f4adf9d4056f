"""How a test's server tells the questions of the project apart, and answers them."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.agent.servers import Json, Say

# What each finding of the project rests on: the two callers' arguments, the uploaded file, the text.
LINES = {"DJC103": ("shop/orders.py", 21), "DJC104": ("shop/feed.py", 5), "DJC306": ("shop/search.py", 5)}


def rule_of(request: Json) -> str:
    """The rule of the finding that a request is about."""
    found = re.search(r"Finding: (DJC\d+)", json.dumps(request))
    assert found, "each conversation is about a finding"
    return found[1]


def verdict(rule: str, decision: str = "dismissed", **changes: Any) -> Say:
    """A well-formed verdict on one of the project's findings."""
    path, line = LINES[rule]
    said = {
        "decision": decision,
        "confidence": 0.8,
        "reason": f"{rule} is {decision}.",
        "lines": [{"path": path, "line": line}],
    }
    return Say({**said, **changes})


def well(request: Json, number: int = 0) -> Say:
    """Two callers' arguments are a handful, an uploaded file is not, the SQL text nobody calls."""
    rule = rule_of(request)
    return verdict(rule, {"DJC103": "dismissed", "DJC104": "confirmed", "DJC306": "dismissed"}[rule])
