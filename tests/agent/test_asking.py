"""Does the real client, over HTTP, bring home typed answers, and take all that a provider may do?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from djcheck.domain.finding import CitedLine, Decision
from djcheck.triage.agent.answer import Answer
from djcheck.triage.agent.asking import Asker, Limits, Reply
from djcheck.triage.agent.budget import Share
from djcheck.triage.agent.tiers import NoKey
from tests.agent.servers import Json, Say, Server, as_anthropic, as_openai, serving, tool_results

QUICK = Limits(seconds=60.0, request_seconds=30.0, retries=2)
SHARE = Share(tokens=100_000, calls=12)
SOON = [("retry-after-ms", "1")]
VERDICT: Json = {
    "decision": "dismissed",
    "confidence": 0.9,
    "reason": "The list has two items.",
    "lines": [{"path": "shop/orders.py", "line": 21}],
}
ANSWER = Answer(Decision.DISMISSED, 0.9, "The list has two items.", (CitedLine("shop/orders.py", 21),))

Script = Callable[[Json, int], Say]
Asking = Callable[..., tuple[Reply, Server]]


@pytest.fixture(params=["anthropic", "openai"])
def ask(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Asking:
    """Asks one question of a server that follows a script, in each of the two dialects."""
    dialect, path = {"anthropic": (as_anthropic, ""), "openai": (as_openai, "/v1")}[request.param]

    def asking(script: Script, limits: Limits = QUICK, share: Share = SHARE) -> tuple[Reply, Server]:
        with serving(script, dialect) as server:
            monkeypatch.setenv(f"{request.param.upper()}_BASE_URL", server.url + path)
            monkeypatch.setenv(f"{request.param.upper()}_API_KEY", "sk-of-the-test")
            return asyncio.run(one(f"{request.param}:some-model", limits, share)), server

    return asking


async def one(model: str, limits: Limits, share: Share) -> Reply:
    asker = Asker(model, "You are the agent.", limits)
    try:
        return await asker.ask("Is it so?", [look], share)
    finally:
        await asker.close()


async def look(name: str) -> str:
    """Look at something.

    Args:
        name: What to look at.
    """
    return f"seen: {name}"


def test_a_verdict(ask: Asking) -> None:
    reply, server = ask(lambda request, number: Say(VERDICT))
    assert (reply.answer, reply.trouble, reply.requests, reply.tokens) == (ANSWER, "", 1, 1050)
    assert "You are the agent." in server.text()
    assert "Is it so?" in server.text()
    assert server.requests[0]["model"] == "some-model"
    assert server.paths in (["/v1/messages"], ["/v1/chat/completions"])
    assert "sk-of-the-test" in server.headers[0]["authorization"]


def test_calls_of_tools(ask: Asking) -> None:
    script = [Say(calls=[("look", {"name": "Book"}), ("look", {"name": "Author"})]), Say(VERDICT)]
    reply, server = ask(lambda request, number: script[number])
    assert reply.answer == ANSWER
    assert reply.requests == 2
    assert "seen: Book" in tool_results(server.requests[1])
    assert "seen: Author" in tool_results(server.requests[1])


def test_a_tool_that_does_not_exist_is_never_run(ask: Asking) -> None:
    script = [Say(calls=[("delete_all_files", {"path": "/"})]), Say(VERDICT)]
    reply, server = ask(lambda request, number: script[number])
    assert reply.answer == ANSWER
    assert {tool.get("name") or tool["function"]["name"] for tool in server.requests[0]["tools"]} == {
        "look",
        "final_result",
    }


def test_429_then_success(ask: Asking) -> None:
    busy = Say(status=429, raw=b'{"error": {"type": "rate_limit_error"}}', headers=SOON)
    reply, server = ask(lambda request, number: Say(VERDICT) if number else busy)
    assert reply.answer == ANSWER
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [500, 503, 529, 429])
def test_failures_that_last(ask: Asking, status: int) -> None:
    reply, server = ask(lambda request, number: Say(status=status, raw=b"{}", headers=SOON))
    assert (reply.answer, reply.trouble, reply.gone) == (None, f"the provider answered with status {status}", True)
    assert len(server.requests) == 3


def test_a_key_that_is_refused_is_not_repeated_in_words(ask: Asking) -> None:
    reply, server = ask(lambda *_: Say(status=401, raw=b'{"error": {"message": "bad key sk-of-the-test"}}'))
    assert (reply.answer, reply.trouble, reply.gone) == (None, "the provider answered with status 401", True)
    assert len(server.requests) == 1


def test_a_request_that_is_refused_speaks_of_that_request_alone(ask: Asking) -> None:
    reply, _ = ask(lambda *_: Say(status=400, raw=b'{"error": {"message": "no"}}'))
    assert (reply.answer, reply.trouble, reply.gone) == (None, "the provider answered with status 400", False)


def test_a_redirect_is_not_followed(ask: Asking) -> None:
    with serving(lambda *_: Say(VERDICT)) as elsewhere:
        reply, _ = ask(lambda *_: Say(status=307, raw=b"", headers=[("location", f"{elsewhere.url}/v1/messages")]))
        assert elsewhere.requests == []
    assert reply.answer is None


def test_silence(ask: Asking) -> None:
    reply, server = ask(lambda *_: Say(VERDICT, wait=1.0), Limits(seconds=60.0, request_seconds=0.2, retries=1))
    assert (reply.answer, reply.trouble, reply.gone) == (None, "no answer came in time", True)
    assert len(server.requests) == 2


def test_a_provider_that_talks_for_too_long(ask: Asking) -> None:
    reply, _ = ask(lambda *_: Say(calls=[("look", {"name": "x"})], wait=0.1), Limits(seconds=0.5, request_seconds=30.0))
    assert (reply.answer, reply.trouble) == (None, "no answer came in time")


def test_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-of-the-test")
    reply = asyncio.run(one("anthropic:some-model", Limits(retries=0), SHARE))
    assert (reply.answer, reply.trouble, reply.gone) == (None, "the provider could not be reached", True)


@pytest.mark.parametrize(
    "said",
    [
        Say(raw=b'{"nonsense'),
        Say(raw=b"<html>busy</html>"),
        Say(raw=b"[1, 2]"),
        Say(raw=b""),
        Say(raw=b"\xff\xfe\x00"),
        Say(words="It looks fine to me."),
        Say(words=""),
        Say({"decision": "maybe", "confidence": 2, "reason": "", "lines": []}),
        Say({"decision": "confirmed"}),
        Say(calls=[("final_result", {"decision": ["confirmed"], "lines": "all"})]),
        Say(calls=[("nothing", {})]),
    ],
    ids=lambda said: repr(said)[:60],
)
def test_babble(ask: Asking, said: Any) -> None:
    reply, server = ask(lambda *_: said)
    assert reply.answer is None
    assert reply.trouble
    assert not reply.gone
    assert len(server.requests) <= 3


def test_a_share_of_calls_and_of_tokens(ask: Asking) -> None:
    def looking(request: Json, number: int) -> Say:
        return Say(calls=[("look", {"name": "more"})])

    for share in (Share(tokens=100_000, calls=3), Share(tokens=3_000, calls=12)):
        reply, server = ask(looking, share=share)
        assert reply.answer is None
        assert reply.trouble == "it took more requests or tokens than were left"
        assert len(server.requests) == 3


def test_without_a_key_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for provider in ("anthropic", "openai"):
        with pytest.raises(NoKey, match=f"{provider.upper()}_API_KEY is not set"):
            Asker(f"{provider}:some-model", "", QUICK)


def test_a_server_of_ones_own_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda *_: Say(VERDICT), as_openai) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
        monkeypatch.delenv("OPENAI_API_KEY", raising=False)
        assert asyncio.run(one("openai:llama3", QUICK, SHARE)).answer == ANSWER
