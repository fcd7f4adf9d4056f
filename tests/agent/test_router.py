"""Does each question go to the deepest class that matches it? The table was worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from djcheck.triage.agent.definition import read
from djcheck.triage.agent.router import route

SEED_FORM = Path(__file__).parent / "data" / "seed_form.md"
SIMPLE, MEDIUM, COMPLEX, NONE = "simple_queries", "medium_queries", "complex_queries", ""

TABLE = [
    ("How do I create a model with two fields?", SIMPLE, "create.*model", "haiku", 200),
    ("Show a basic list view.", SIMPLE, "basic.*view", "haiku", 200),
    ("I want a simple contact form.", SIMPLE, "simple.*form", "haiku", 200),
    ("Hello World in a template, please", SIMPLE, "hello world", "haiku", 200),
    ("Getting started with the tutorial", SIMPLE, "getting started", "haiku", 200),
    ("How is the admin site told to register Book?", SIMPLE, "admin.*register", "haiku", 200),
    ("Does shop.serializers.BookSerializer cost one query for each row?", MEDIUM, "serializer", "sonnet", 600),
    ("Is the middleware run for each request?", MEDIUM, "middleware", "sonnet", 600),
    ("users.authentication.Backend runs `Group.objects.get()` in a loop", MEDIUM, "authentication", "sonnet", 600),
    ("Which permissions does the view check?", MEDIUM, "permissions", "sonnet", 600),
    ("Is this ORM code open to optimization?", MEDIUM, "orm.*optimization", "sonnet", 600),
    ("Create a model with a custom manager", MEDIUM, "custom.*manager", "sonnet", 600),
    ("A basic view with a serializer", MEDIUM, "serializer", "sonnet", 600),
    ("Does the Celery beat start this task for every tenant?", COMPLEX, "celery.*task", "sonnet", 1000),
    ("Is the async list view awaited?", COMPLEX, "async.*view", "sonnet", 1000),
    ("front.views.channels runs `project.check_set.get()` in a loop", COMPLEX, "channels", "sonnet", 1000),
    ("Does authentication hurt performance?", COMPLEX, "performance", "sonnet", 1000),
    ("A multi\ntenant set-up", NONE, "", "sonnet", None),
    ("shop.order runs `Book.objects.get()` in a loop. Can it hold more than a handful?", NONE, "", "sonnet", None),
    ("Can a user of the site decide what `column` holds?", NONE, "", "sonnet", None),
]  # fmt: skip


@pytest.mark.parametrize(("question", "query_class", "pattern", "tier", "target"), TABLE)
def test_the_seeds_routing(question: str, query_class: str, pattern: str, tier: str, target: int | None) -> None:
    found = route(question, read(SEED_FORM))
    assert (found.query_class, found.pattern, found.tier, found.latency_target_ms) == (
        query_class,
        pattern,
        tier,
        target,
    )
