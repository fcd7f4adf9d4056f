"""`djcheck escalate`: the plan, questions out, answers in, and runs that use stored verdicts alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from djcheck.cli.main import main
from tests.agent.answering import well
from tests.agent.conftest import Anthropic
from tests.agent.servers import Json
from tests.agent.test_check import findings

Capture = pytest.CaptureFixture[str]
SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"


def schema(name: str) -> Json:
    read: Json = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
    return read


def exported(capsys: Capture, *arguments: str) -> dict[str, Json]:
    """The exported questions by rule."""
    capsys.readouterr()
    assert main(["escalate", "export", ".", *arguments]) == 0
    questions = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return {question["rule"]: question for question in questions}


def answer(question: Json, **changes: Any) -> Json:
    said = {
        "key": question["key"],
        "decision": "dismissed",
        "confidence": 1.0,
        "reason": "Two items.",
        "lines": [{"path": question["path"], "line": question["line"]}],
        "by": "Ada",
    }
    return {**said, **changes}


def written(*answers: Json | str) -> str:
    Path("answers.jsonl").write_text(
        "".join((each if isinstance(each, str) else json.dumps(each)) + "\n" for each in answers)
    )
    return "answers.jsonl"


def test_the_plan(root: Path, capsys: Capture) -> None:
    assert main(["escalate", "--plan", "."]) == 0
    out = capsys.readouterr().out
    assert "shop/orders.py:11: DJC103 query-in-loop (unbounded-unknown)\n" in out
    assert (
        "simple_queries, by the pattern more than a handful; tier haiku, model anthropic:claude-haiku-5-5; about" in out
    )
    assert "complex_queries, by the pattern user of the site decide; tier sonnet," in out
    assert "anthropic:claude-haiku-5-5 at api.anthropic.com: 2 questions, about" in out
    assert "3 ambiguous findings: 0 answered already, 3 to ask, about" in out
    assert "DJC101" not in out
    assert "DJC102" not in out


def test_the_plan_sends_nothing_and_knows_what_is_answered(anthropic: Anthropic, capsys: Capture) -> None:
    with anthropic(well) as server:
        main(["escalate", "--plan", "."])
        assert server.requests == []
        main(["check", ".", "--agent"])
        capsys.readouterr()
        main(["escalate", "--plan", "."])
        assert len(server.requests) == 3
    out = capsys.readouterr().out
    assert out.count("answered already\n") == 3
    assert "3 ambiguous findings: 3 answered already, 0 to ask, about 0 tokens" in out


def test_exported_questions(root: Path, capsys: Capture) -> None:
    questions = exported(capsys)
    assert sorted(questions) == ["DJC103", "DJC104", "DJC306"]
    for question in questions.values():
        jsonschema.validate(question, schema("question"))
    prompt = questions["DJC103"]["prompt"]
    assert "> 11 |         found.append(Book.objects.get(isbn=isbn))" in prompt
    assert '  21 |     return order([request.GET["one"], request.GET["two"]])' in prompt
    assert "return csv.reader(request.FILES" in questions["DJC104"]["prompt"]
    assert "no use of shop.search.ranked was found" in questions["DJC306"]["prompt"]
    assert "You are a Django developer" in questions["DJC103"]["instructions"]


def test_answers_come_back(root: Path, capsys: Capture) -> None:
    questions = exported(capsys, "-o", "questions.jsonl")
    assert questions == {}
    by_rule = {each["rule"]: each for each in map(json.loads, Path("questions.jsonl").read_text().splitlines())}
    given = answer(by_rule["DJC103"])
    jsonschema.validate(given, schema("answer"))
    assert main(["escalate", "import", written(given), "."]) == 0
    assert "1 verdicts imported into" in capsys.readouterr().err
    found = findings(capsys, "--frozen", "--no-cache")
    assert found["DJC103"]["status"] == "dismissed"
    assert found["DJC103"]["verdict"]["model"] == "Ada"
    assert found["DJC103"]["verdict"]["cached"] is True
    assert found["DJC104"]["status"] == "ambiguous"
    assert "2 of 3 ambiguous findings have no verdict in .djcheck/verdicts.jsonl" in str(found["stderr"])
    assert sorted(exported(capsys)) == ["DJC104", "DJC306"]
    assert sorted(exported(capsys, "--all")) == ["DJC103", "DJC104", "DJC306"]


def test_answers_are_weighed(root: Path, capsys: Capture) -> None:
    question = exported(capsys)["DJC103"]
    unseen = answer(question, lines=[{"path": "shop/views.py", "line": 6}])
    assert main(["escalate", "import", written(unseen), "."]) == 0
    assert "rests on lines that were not shown: shop/views.py:6" in capsys.readouterr().err
    assert findings(capsys, "--frozen")["DJC103"]["status"] == "uncertain"


def test_an_answer_to_code_that_has_changed_is_left_out(root: Path, capsys: Capture) -> None:
    given = answer(exported(capsys)["DJC103"])
    orders = root / "shop" / "orders.py"
    orders.write_text(orders.read_text().replace("found = []", "found = list()"))
    assert main(["escalate", "import", written(given), "."]) == 0
    said = capsys.readouterr().err
    assert "left out, because no question has this key" in said
    assert "0 verdicts imported" in said


@pytest.mark.parametrize(
    "faulty",
    [
        "{",
        "[]",
        '{"key": "x"}',
        {"decision": "wrong"},
        {"confidence": 1.5},
        {"lines": [3]},
        {"by": ""},
        {"certain": True},
    ],
)
def test_nothing_is_imported_where_a_line_is_faulty(root: Path, capsys: Capture, faulty: Json | str) -> None:
    good = answer(exported(capsys)["DJC103"])
    bad = faulty if isinstance(faulty, str) else {**good, **faulty}
    if not isinstance(faulty, str):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, schema("answer"))
    assert main(["escalate", "import", written(good, bad), "."]) == 2
    said = capsys.readouterr().err
    assert "nothing was imported" in said
    assert "answers.jsonl:2: " in said
    assert not (root / ".djcheck").exists()


def test_a_frozen_run_is_the_same_everywhere(anthropic: Anthropic, capsys: Capture, root: Path) -> None:
    """What the agent answered goes into the project's file; elsewhere it stands without cache, key or server."""
    with anthropic(well):
        asked = findings(capsys, "--agent")
    frozen = findings(capsys, "--frozen", "--no-cache")
    for rule in ("DJC101", "DJC103", "DJC104", "DJC306"):
        verdict = asked[rule]["verdict"]
        assert frozen[rule] == {**asked[rule], "verdict": {**verdict, "cached": True} if verdict else None}
    (root / ".djcheck" / "verdicts.jsonl").unlink()
    emptied = findings(capsys, "--frozen")  # the cache knows, but is not asked
    assert emptied["DJC104"]["status"] == "ambiguous"


def test_the_projects_file_is_for_review(anthropic: Anthropic, capsys: Capture, root: Path) -> None:
    file = root / ".djcheck" / "verdicts.jsonl"
    with anthropic(well) as server:
        findings(capsys, "--agent")
        first = file.read_bytes()
        findings(capsys, "--agent", "--no-cache")
        assert (file.read_bytes(), len(server.requests)) == (first, 3)
        feed = root / "shop" / "feed.py"
        feed.write_text(feed.read_text().replace("csv.reader(", "csv.DictReader("))
        findings(capsys, "--agent")
    records = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(record["rule"], record["path"]) for record in records] == [
        ("DJC103", "shop/orders.py"),
        ("DJC104", "shop/orders.py"),
        ("DJC306", "shop/search.py"),
    ]
    assert records[1]["lines"][0]["path"] == "shop/feed.py"
    assert records[1]["question"].endswith("more than a handful of items?")


def test_from_another_folder_the_verdicts_are_the_same(
    anthropic: Anthropic, capsys: Capture, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "djcheck.toml").write_text("")
    with anthropic(well):
        findings(capsys, "--agent")
    monkeypatch.chdir(root.parent)
    capsys.readouterr()
    main(["check", "project", "--format", "json", "--frozen", "--no-cache"])
    found = {each["rule"]: each for each in json.loads(capsys.readouterr().out)["findings"]}
    assert found["DJC104"]["status"] == "confirmed"
    assert found["DJC104"]["verdict"]["lines"] == [{"path": "project/shop/feed.py", "line": 5}]


def test_stored_verdicts_that_are_damaged(root: Path, capsys: Capture) -> None:
    (root / ".djcheck").mkdir()
    (root / ".djcheck" / "verdicts.jsonl").write_text("\n<<<<<<< HEAD\n")
    for arguments in (["check", ".", "--frozen"], ["check", ".", "--agent"], ["escalate", "--plan", "."]):
        assert main(arguments) == 2
        assert "verdicts.jsonl:2: not a verdict" in capsys.readouterr().err


def test_a_stored_verdict_cannot_touch_a_certain_finding(anthropic: Anthropic, capsys: Capture, root: Path) -> None:
    """Not even one that names it: only ambiguous findings are looked up."""
    before = findings(capsys)
    with anthropic(well):
        findings(capsys, "--agent")
    file = root / ".djcheck" / "verdicts.jsonl"
    record = json.loads(file.read_text().splitlines()[0])
    for rule in ("DJC101", "DJC102"):
        certain = before[rule]
        forged = {**record, "rule": rule, "path": certain["path"], "fingerprint": certain["fingerprint"]}
        file.write_text(file.read_text() + json.dumps({**forged, "key": certain["fingerprint"]}) + "\n")
    after = findings(capsys, "--frozen")
    assert (after["DJC101"], after["DJC102"]) == (before["DJC101"], before["DJC102"])


def test_a_hand_written_verdict_that_rests_on_nothing_is_uncertain(
    anthropic: Anthropic, capsys: Capture, root: Path
) -> None:
    with anthropic(well):
        findings(capsys, "--agent")
    file = root / ".djcheck" / "verdicts.jsonl"
    records = [{**json.loads(line), "lines": []} for line in file.read_text().splitlines()]
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    found = findings(capsys, "--frozen")
    assert {found[rule]["status"] for rule in ("DJC103", "DJC104", "DJC306")} == {"uncertain"}


def test_the_help_leads_through_it(capsys: Capture) -> None:
    assert main(["escalate", "--help"]) == 0
    said = capsys.readouterr().out
    for step in ("--plan .", "export . -o", "import answers.jsonl .", "djcheck . --frozen", '"decision": "confirmed"'):
        assert step in said
    main(["escalate", "export", "--help"])
    assert "--watch" not in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["escalate"], ["escalate", "nothing"], ["escalate", "export"]])
def test_bad_usage(root: Path, capsys: Capture, arguments: list[str]) -> None:
    assert main(arguments) == 2
