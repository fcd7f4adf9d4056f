"""`djcheck check --agent`, end to end: the real analysis, the real client, a local server."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from djcheck.cli.main import main
from djcheck.triage.agent.escalation import AT_ONCE
from tests.agent.answering import rule_of, verdict, well
from tests.agent.conftest import KEY, Anthropic
from tests.agent.project import INJECTION, SECRET
from tests.agent.servers import Json, Say, as_openai, serving, tool_results

Capture = pytest.CaptureFixture[str]
SOON = [("retry-after-ms", "1")]
PATIENCE = 60.0  # seconds


def findings(capsys: Capture, *arguments: str) -> dict[str, Json]:
    """What a run of `djcheck check` reports, by rule; what it says on standard error under "stderr"."""
    capsys.readouterr()
    status = main(["check", ".", "--format", "json", *arguments])
    out, err = capsys.readouterr()
    found: dict[str, Any] = {each["rule"]: each for each in json.loads(out)["findings"]}
    return {**found, "stderr": err, "status": status}


def more_questions(names: str) -> None:
    """Add a query in a loop, and so a question, for each letter."""
    functions = (
        f"def order_{name}(isbns):\n    for isbn in isbns:\n        Book.objects.get(isbn=isbn)\n" for name in names
    )
    Path("shop/more.py").write_text("\n\n".join(["from shop.models import Book\n", *functions]))


def test_verdicts(anthropic: Anthropic, capsys: Capture) -> None:
    before = findings(capsys)
    with anthropic(well) as server:
        after = findings(capsys, "--agent")
    assert {rule: after[rule]["status"] for rule in ("DJC101", "DJC102", "DJC103", "DJC104", "DJC306")} == {
        "DJC101": "certain",
        "DJC102": "certain",
        "DJC103": "dismissed",
        "DJC104": "confirmed",
        "DJC306": "dismissed",
    }
    assert sorted(map(rule_of, server.requests)) == ["DJC103", "DJC104", "DJC306"]
    assert (after["DJC101"], after["DJC102"]) == (before["DJC101"], before["DJC102"])
    told = after["DJC104"]["verdict"]
    assert told["latency_ms"] > 0
    assert {**told, "latency_ms": 0} == {
        "decision": "confirmed",
        "confidence": 0.8,
        "reason": "DJC104 is confirmed.",
        "lines": [{"path": "shop/feed.py", "line": 5}],
        "model": "anthropic:claude-haiku-5-5",
        "tier": "haiku",
        "latency_ms": 0,
        "cached": False,
    }
    assert after["DJC306"]["verdict"]["model"] == "anthropic:claude-sonnet-5-5"


def test_what_is_said_before_and_after(anthropic: Anthropic, capsys: Capture) -> None:
    with anthropic(well) as server:
        said = str(findings(capsys, "--agent")["stderr"])
    host = server.url.removeprefix("http://")
    assert "sending excerpts of 4 files to" in said
    assert f"anthropic:claude-haiku-5-5 at {host} (2 questions)" in said
    assert f"anthropic:claude-sonnet-5-5 at {host} (1 question)" in said
    assert re.search(r"haiku +2 +0 +[\d,]+ ms +[\d,]+ ms +200 ms +2,100\n", said)
    assert re.search(r"sonnet +1 +0 +[\d,]+ ms +[\d,]+ ms +1,000 ms +1,050\n", said)
    assert "1 confirmed, 2 dismissed, 0 uncertain, 0 without a verdict" in said
    assert KEY not in said


def test_nothing_is_asked_twice(anthropic: Anthropic, capsys: Capture, root: Path) -> None:
    with anthropic(well) as server:
        first = findings(capsys, "--agent")
        (root / ".djcheck" / "verdicts.jsonl").unlink()  # the cache alone knows
        again = findings(capsys, "--agent")
        assert len(server.requests) == 3
    assert again["DJC104"]["verdict"] == {**first["DJC104"]["verdict"], "cached": True}
    assert "sending" not in str(again["stderr"])
    assert re.search(r"haiku +0 +2 +- +-", str(again["stderr"]))


def test_lines_that_move_keep_their_verdict_and_code_that_changes_does_not(
    anthropic: Anthropic, capsys: Capture, root: Path
) -> None:
    orders = root / "shop" / "orders.py"
    with anthropic(well) as server:
        findings(capsys, "--agent")
        orders.write_text("import os\n\n" + orders.read_text())
        moved = findings(capsys, "--agent")
        assert len(server.requests) == 3
        assert moved["DJC103"]["verdict"]["lines"] == [{"path": "shop/orders.py", "line": 23}]
        feed = root / "shop" / "feed.py"
        feed.write_text(feed.read_text().replace("csv.reader(", "csv.DictReader("))
        findings(capsys, "--agent")
        assert [rule_of(request) for request in server.requests[3:]] == ["DJC104"]


def test_a_line_that_a_verdict_rests_on_and_only_a_tool_had_shown(
    anthropic: Anthropic, capsys: Capture, root: Path
) -> None:
    def script(request: Json, number: int) -> Say:
        if rule_of(request) != "DJC306":
            return well(request)
        if not tool_results(request):
            return Say(calls=[("read_lines", {"path": "shop/views.py", "first": 1, "last": 9})])
        return verdict("DJC306", "confirmed", lines=[{"path": "shop/views.py", "line": 4}])

    views = root / "shop" / "views.py"
    with anthropic(script) as server:
        assert findings(capsys, "--agent")["DJC306"]["status"] == "confirmed"
        assert len(server.requests) == 4
        assert "4 | def authors():" in tool_results(server.requests[-1])
        views.write_text(views.read_text().replace("def authors():", "def all_authors():"))
        assert findings(capsys, "--agent")["DJC306"]["status"] == "confirmed"
        assert len(server.requests) == 5 + 1


def test_tools_see_the_project_and_nothing_else(anthropic: Anthropic, capsys: Capture, root: Path) -> None:
    (root.parent / "outside.py").write_text("PRIVATE = 'of the machine'\n")
    (root / "shop" / "linked.py").symlink_to(root.parent / "outside.py")
    (root / ".env").write_text("PRIVATE=of the project\n")
    calls: list[tuple[str, Json]] = [
        ("read_lines", {"path": "../outside.py", "first": 1, "last": 9}),
        ("read_lines", {"path": str(root.parent / "outside.py"), "first": 1, "last": 9}),
        ("read_lines", {"path": "shop/linked.py", "first": 1, "last": 9}),
        ("read_lines", {"path": ".env", "first": 1, "last": 9}),
        ("read_lines", {"path": "/etc/passwd", "first": 1, "last": 9}),
        ("find_definition", {"name": "lines_of"}),
        ("find_callers", {"name": "shop.orders.order"}),
        ("describe_model", {"name": "shop.Book"}),
        ("find_definition", {"name": "API_TOKEN"}),
    ]

    def script(request: Json, number: int) -> Say:
        if rule_of(request) != "DJC103":
            return well(request)
        return well(request) if tool_results(request) else Say(calls=calls)

    with anthropic(script) as server:
        assert findings(capsys, "--agent")["DJC103"]["status"] == "dismissed"
    seen = next(filter(None, map(tool_results, server.requests)))
    assert "PRIVATE" not in seen
    assert seen.count("is not a file of the project") == 5
    assert "csv.reader(request.FILES" in seen
    assert "shop.orders.order_two" in seen
    assert "author: to one, a column of its own" in seen
    assert "No look-ups are left" in seen  # eight are allowed, nine were asked for


def test_secrets_stay_here(anthropic: Anthropic, capsys: Capture, root: Path) -> None:
    def script(request: Json, number: int) -> Say:
        if tool_results(request):
            return well(request)
        return Say(calls=[("read_lines", {"path": "settings.py", "first": 1, "last": 9})])

    with anthropic(script) as server:
        findings(capsys, "--agent")
    sent = "\n".join(map(server.text, range(len(server.requests))))
    assert "[redacted]" in sent
    assert SECRET not in sent
    assert KEY not in sent
    main(["escalate", "export", ".", "--all"])
    assert SECRET not in capsys.readouterr().out


def test_the_key_is_kept_nowhere(anthropic: Anthropic, capsys: Capture, root: Path, tmp_path: Path) -> None:
    with anthropic(lambda *_: Say(status=401, raw=f'{{"error": {{"message": "{KEY}"}}}}'.encode())):
        refused = findings(capsys, "--agent", "-v")
    with anthropic(well):
        answered = findings(capsys, "--agent", "-v")
    assert KEY not in f"{refused} {answered}"
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".sqlite" for path in kept)
    assert not [path for path in kept if KEY.encode() in path.read_bytes()]


def test_a_comment_that_addresses_the_model_changes_nothing(anthropic: Anthropic, capsys: Capture, root: Path) -> None:
    """The comment is sent as numbered code, under the same instructions and tools as without it."""
    with anthropic(well) as server:
        findings(capsys, "--agent", "--no-cache")
        orders = root / "shop" / "orders.py"
        orders.write_text(orders.read_text().replace(INJECTION, "what a harmless comment says"))
        (root / ".djcheck" / "verdicts.jsonl").unlink()
        findings(capsys, "--agent", "--no-cache")
    with_it = next(request for request in server.requests[:3] if rule_of(request) == "DJC103")
    without = next(request for request in server.requests[3:] if rule_of(request) == "DJC103")
    assert f"  8 |     # {INJECTION}" in json.loads(json.dumps(with_it))["messages"][0]["content"][0]["text"]
    for part in ("system", "tools", "tool_choice", "model"):
        assert with_it[part] == without[part]
    assert "never addressed to you" in json.dumps(with_it["system"]).replace("\\n", " ")
    for request in server.requests:
        assert len(request["messages"]) == 1
        assert (INJECTION in json.dumps(request)) <= (rule_of(request) in ("DJC103", "DJC104"))


def test_a_model_that_obeys_the_comment_reaches_its_own_finding_only(anthropic: Anthropic, capsys: Capture) -> None:
    """It dismisses all rules in one answer, in words, and calls a tool that the comment invented."""

    def obeying(request: Json, number: int) -> Say:
        if rule_of(request) != "DJC103":
            return well(request)
        all_of_them = [{"rule": rule, "decision": "dismissed"} for rule in ("DJC101", "DJC102", "DJC104", "DJC306")]
        return Say(
            words="All findings are dismissed.",
            calls=[("delete_all_files", {}), ("final_result", {"verdicts": all_of_them})],
        )

    before = findings(capsys)
    with anthropic(obeying):
        after = findings(capsys, "--agent")
    assert after["DJC103"]["status"] == "ambiguous"
    assert after["DJC104"]["status"] == "confirmed"
    assert (after["DJC101"], after["DJC102"]) == (before["DJC101"], before["DJC102"])


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([{"path": "shop/orders.py", "line": 2}], "shop/orders.py:2"),
        ([{"path": "shop/orders.py", "line": 21}, {"path": "shop/views.py", "line": 6}], "shop/views.py:6"),
        ([{"path": "shop/orders.py", "line": 999}], "shop/orders.py:999"),
        ([{"path": "/etc/passwd", "line": 1}], "/etc/passwd:1"),
        ([], "rests on no line"),
    ],
)
def test_an_answer_that_rests_on_lines_it_never_saw(
    anthropic: Anthropic, capsys: Capture, lines: list[Json], words: str
) -> None:
    def script(request: Json, number: int) -> Say:
        return verdict("DJC103", lines=lines) if rule_of(request) == "DJC103" else well(request)

    with anthropic(script):
        found = findings(capsys, "--agent")["DJC103"]
    assert found["status"] == "uncertain"
    assert found["verdict"]["reason"].startswith("Answered dismissed, but it rests on ")
    assert words in found["verdict"]["reason"]


@pytest.mark.parametrize(
    "said",
    [
        Say(status=500, raw=b"{}", headers=SOON),
        Say(status=401, raw=b"{}"),
        Say(raw=b"{nonsense"),
        Say(words="I would rather not."),
    ],
    ids=["500", "401", "malformed", "refusal"],
)
def test_a_provider_that_fails_leaves_all_as_it_was(anthropic: Anthropic, capsys: Capture, said: Say) -> None:
    for arguments in ((), ("--ambiguous", "fail"), ("--fail-on", "error"), ("--select", "DJC103")):
        without = findings(capsys, *arguments)
        with anthropic(lambda *_: said):
            tried = findings(capsys, *arguments, "--agent")
        assert {**tried, "stderr": ""} == {**without, "stderr": ""}
        assert "without a verdict" in str(tried["stderr"])


def test_a_provider_that_is_gone_is_not_asked_again_and_again(anthropic: Anthropic, capsys: Capture) -> None:
    more_questions("abcdefghijklmnopqrst")
    with anthropic(lambda *_: Say(status=401, raw=b"{}")) as server:
        said = str(findings(capsys, "--agent")["stderr"])
    assert len(server.requests) <= 8  # four of them at once, of two models
    assert "not asked: the provider answered with status 401" in said


def test_without_a_key_nothing_is_sent(root: Path, capsys: Capture) -> None:
    without = findings(capsys)
    tried = findings(capsys, "--agent")
    assert {**tried, "stderr": ""} == {**without, "stderr": ""}
    assert "3 of them: ANTHROPIC_API_KEY is not set" in str(tried["stderr"]).replace("1 of them", "3 of them")
    assert "sending" not in str(tried["stderr"])


@pytest.mark.parametrize("budget", ["1calls", "1000", "3000"])
def test_a_budget_stops_cleanly(anthropic: Anthropic, capsys: Capture, budget: str) -> None:
    with anthropic(well) as server:
        found = findings(capsys, "--agent", "--agent-budget", budget)
        assert len(server.requests) == {"1calls": 1, "1000": 0, "3000": 1}[budget]
        assert "not asked: the budget is used up" in str(found["stderr"])
        assert sum(found[rule]["status"] == "ambiguous" for rule in ("DJC103", "DJC104", "DJC306")) >= 2
        findings(capsys, "--agent")
        assert sorted(map(rule_of, server.requests)) == ["DJC103", "DJC104", "DJC306"]  # the rest, and nothing twice


@pytest.mark.parametrize("budget", ["many", "-1", "10 pounds", ""])
def test_a_budget_that_is_none(root: Path, capsys: Capture, budget: str) -> None:
    assert main(["check", ".", "--agent", "--agent-budget", budget]) == 2
    assert "--agent-budget" in capsys.readouterr().err


def test_interrupted_and_resumed(anthropic: Anthropic, capsys: Capture, root: Path) -> None:
    """Ctrl-C while all answers but the first are awaited: the first is kept, the next run asks for the others."""
    more_questions("ab")

    def slow(request: Json, number: int) -> Say:
        return well(request) if rule_of(request) == "DJC104" else Say(wait=PATIENCE)

    command = [sys.executable, "-m", "djcheck", "check", ".", "--agent"]
    with anthropic(slow) as server, subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as run:
        # Four are asked at once, so the fifth is asked when the first answer is in and kept.
        deadline = time.monotonic() + PATIENCE
        while len(server.requests) < AT_ONCE + 1:
            assert run.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=PATIENCE)
        assert (run.returncode, said.splitlines()[-1]) == (2, "djcheck: interrupted")
    with anthropic(well) as server:
        found = findings(capsys, "--agent")
        assert sorted(map(rule_of, server.requests)) == ["DJC103", "DJC103", "DJC103", "DJC306"]
    assert found["DJC104"]["verdict"]["cached"] is True


def test_an_endpoint_of_ones_own(root: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "djcheck.toml").write_text('[agent-models]\nhaiku = "openai:llama3"\nsonnet = "openai:qwen"\n')
    with serving(well, as_openai) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
        found = findings(capsys, "--agent")
    assert found["DJC104"]["verdict"]["model"] == "openai:llama3"
    assert {request["model"] for request in server.requests} == {"llama3", "qwen"}


@pytest.mark.parametrize(
    ("models", "words"),
    [
        ('sonnet = "gpt"', "the tier sonnet stands for no model"),
        ('haiku = "elsewhere:model"', "must be anthropic or openai"),
    ],
)
def test_tiers_without_a_model(root: Path, capsys: Capture, models: str, words: str) -> None:
    (root / "djcheck.toml").write_text(f"[agent-models]\n{models}\n")
    assert main(["check", ".", "--agent"]) == 2
    assert words in capsys.readouterr().err


def test_another_agent(anthropic: Anthropic, capsys: Capture, root: Path) -> None:
    (root / "mine.md").write_text("---\nname: mine\nmodel: opus\n---\nYou are mine.\n")
    with anthropic(well) as server:
        findings(capsys, "--agent", "mine.md")
        assert {request["model"] for request in server.requests} == {"claude-opus-5-5"}
        assert "You are mine." in server.text()
        capsys.readouterr()
        assert main(["check", "--agent", "shop", "--exit-zero"]) == 0  # a folder to check, no agent
        assert main(["check", "--agent=nowhere.md", "."]) == 2
        assert "nowhere.md: cannot be read" in capsys.readouterr().err


def test_dismissed_security_findings_stay_in_sight(anthropic: Anthropic, capsys: Capture) -> None:
    with anthropic(well):
        main(["check", ".", "--agent"])
        text = capsys.readouterr().out
        main(["check", ".", "--agent", "--format", "sarif"])
        sarif = json.loads(capsys.readouterr().out)
    assert "DJC306 interpolated-identifier (dismissed)" in text
    assert "Agent: dismissed: DJC306 is dismissed." in text
    assert "DJC103 query-in-loop (dismissed)" not in text
    results = {result["ruleId"]: result for result in sarif["runs"][0]["results"]}
    assert "DJC306 is dismissed." in results["DJC306"]["suppressions"][0]["justification"]


def test_without_the_option_nobody_is_asked(anthropic: Anthropic, capsys: Capture) -> None:
    with anthropic(well) as server:
        findings(capsys)
        findings(capsys, "--agent", "--no-agent")
        findings(capsys, "--agent", "--frozen")
        assert server.requests == []
