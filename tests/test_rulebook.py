"""Is every rule complete, and is a broken rule file refused by name?"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

from djcheck import rulebook
from djcheck.domain.finding import Severity
from djcheck.rulebook import Rule, RulebookError

CODES = [
    *(f"DJC{number:03}" for number in range(1, 4)),
    *(f"DJC{number}" for number in range(101, 108)),
    *(f"DJC{number}" for number in range(201, 210)),
    *(f"DJC{number}" for number in range(301, 308)),
]
RULES = rulebook.rulebook()
SOURCE = (rulebook.directory() / "djc101_missing_select_related.yaml").read_text(encoding="utf-8")


def test_the_catalogue_is_complete_and_in_order() -> None:
    assert [code for code in RULES if code in CODES] == CODES
    assert list(RULES) == sorted(RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
class TestEveryRule:
    def test_is_written_in_full(self, rule: Rule) -> None:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
        assert rule.summary.endswith(".")
        assert rule.help.endswith(".")
        assert not rule.message.endswith(".")
        assert len(rule.rationale.split()) > 20
        assert all(reference.title and reference.url for reference in rule.references)

    def test_examples_are_python_and_differ(self, rule: Rule) -> None:
        assert rule.examples.bad != rule.examples.good
        ast.parse(rule.examples.good)
        if rule.code != "DJC001":  # its bad example is what cannot be parsed
            ast.parse(rule.examples.bad)

    def test_links_to_the_official_pages(self, rule: Rule) -> None:
        urls = [reference.url for reference in rule.references]
        own = rule.code.startswith("DJC0")
        assert own or all(url.startswith("https://docs.djangoproject.com/en/stable/") for url in urls)
        assert urls

    def test_severity_follows_its_family(self, rule: Rule) -> None:
        if rule.code.startswith("DJC3"):
            assert rule.severity is Severity.ERROR
        else:
            assert rule.severity is not Severity.ERROR

    def test_has_the_questions_that_its_doubts_need(self, rule: Rule) -> None:
        reasons = {"unknown-origin", "unresolved-base", "dynamic-attribute", "other"}
        if rule.code.startswith("DJC0"):
            assert rule.escalation == {}
        else:
            assert reasons <= set(rule.escalation)
            assert ("unknown-taint" in rule.escalation) == rule.code.startswith("DJC3")
            assert ("maybe-cached" in rule.escalation) != rule.code.startswith("DJC3")
            assert all(question.endswith(("?", "way.")) for question in rule.escalation.values())

    def test_speaks_english_without_any_facts(self, rule: Rule) -> None:
        texts = [rule.say({}), rule.advise({}), *(rule.ask(reason, {}) for reason in rule.escalation)]
        for text in texts:
            assert not re.search(r"[{}]|\bNone\b", text)


class TestWords:
    def test_facts_fill_the_message(self) -> None:
        facts = {"expression": "book.author", "model": "shop.Book", "relation": "author"}
        assert RULES["DJC101"].say(facts) == (
            "`book.author` runs one query for each row: the rows of shop.Book come without `author`"
        )

    def test_a_missing_fact_becomes_general_words_without_code_marks(self) -> None:
        message = RULES["DJC101"].say({"model": None, "relation": ""})
        assert message == "This runs one query for each row: the rows of a model come without the relation"

    def test_facts_are_never_taken_for_templates(self) -> None:
        hostile = "{model.__class__} `{relation}` %s"
        assert hostile in RULES["DJC101"].say({"expression": hostile})

    def test_a_suggestion_takes_the_place_of_the_full_stop(self) -> None:
        advice = RULES["DJC101"].advise({"origin": "shop/views.py:4"}, 'select_related("author")')
        assert advice == 'Join it in the queryset at shop/views.py:4: `select_related("author")`'

    def test_an_unforeseen_reason_has_a_question_too(self) -> None:
        rule = RULES["DJC101"]
        assert rule.ask("never-heard-of", {}) == rule.ask("other", {}) != rule.ask("unknown-origin", {})


def rules_folder(tmp_path: Path, text: str, name: str = "djc101_missing_select_related.yaml") -> Path:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("severity: warning", "severity: dreadful", r"Invalid enum value 'dreadful' - at `\$.severity`"),
        ("principle: query-efficiency", "principle: taste", r"at `\$.principle`"),
        ("options: []", "optoins: []", r"unknown field `optoins`"),
        ("options: []\n", "", r"missing required field `options`"),
        ("bad: |", "bda: |", r"unknown field `bda` - at `\$.examples`"),
        ("{expression}", "{expresion}", r"message: \{expresion\} is no placeholder"),
        ("{symbol}, `{relation}`", "{symbol!}, `{relation}`", r"escalation\.unknown-origin: "),
        ("  other: >-", "  another: >-", r"escalation: another is no reason for doubt"),
        ("  other: >-", "  unknown-taint: >-", r"escalation: the question `other`"),
        ("code: DJC101", "code: DJC109", r"code: DJC109 missing-select-related belongs into djc109_missing"),
        ("code: DJC101", "code: [DJC101", r"not valid YAML"),
    ],
)
def test_a_broken_file_is_named_with_its_key(tmp_path: Path, before: str, after: str, complaint: str) -> None:
    assert before in SOURCE
    folder = rules_folder(tmp_path, SOURCE.replace(before, after, 1))
    with pytest.raises(RulebookError, match=complaint) as caught:
        rulebook.read(folder)
    assert "djc101_missing_select_related.yaml: " in str(caught.value)


def test_an_empty_folder_is_no_rulebook(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="no rules here"):
        rulebook.read(tmp_path)


def test_yaml_cannot_make_objects(tmp_path: Path) -> None:
    folder = rules_folder(tmp_path, SOURCE.replace("options: []", "options: !!python/object/apply:os.getcwd []"))
    with pytest.raises(RulebookError, match="not valid YAML"):
        rulebook.read(folder)


def test_the_checkout_is_preferred_to_the_packaged_copy() -> None:
    assert rulebook.directory() == Path(__file__).resolve().parent.parent / "rules"
    assert yaml.safe_load(SOURCE)["code"] == "DJC101"
