"""Which tier answers which question."""

from __future__ import annotations

import re

from msgspec import Struct

from djcheck.triage.agent.definition import Definition


class Route(Struct, frozen=True):
    """Where a question goes. `query_class` and `pattern` are "" where none matched and the default tier serves."""

    query_class: str
    pattern: str
    tier: str
    latency_target_ms: int | None


def route(question: str, agent: Definition) -> Route:
    """The deepest class with a pattern that is found in the question, in whatever case, by its first such pattern."""
    for query_class in reversed(agent.classes):
        for pattern in query_class.patterns:
            if re.search(pattern, question, re.IGNORECASE):
                return Route(query_class.name, pattern, query_class.tier, query_class.latency_target_ms)
    return Route("", "", agent.tier, None)
