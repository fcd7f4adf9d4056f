"""Do comments silence what they speak of, and nothing else, and are idle ones reported?"""

from __future__ import annotations

from pathlib import Path

from djcheck.domain.directive import Directive
from djcheck.domain.finding import Finding
from djcheck.rulebook import Rule, rulebook
from djcheck.triage import ignores
from tests.analysing import analyse, write
from tests.building import finding

PATH = "shop/views.py"


def comment(line: int, *codes: str, alone: bool = False, file_level: bool = False) -> Directive:
    return Directive(line, 30, 60, codes, file_level, alone, "because")


def everywhere(path: str, rule: Rule) -> bool:
    return True


def left(findings: list[Finding], *directives: Directive, off: tuple[str, ...] = ()) -> list[tuple[str, int]]:
    def active(path: str, rule: Rule) -> bool:
        return rule.code not in off

    kept = ignores.apply(findings, {PATH: directives}, rulebook(), active)
    return [(each.rule, each.line) for each in kept]


class TestSilencing:
    def test_a_comment_speaks_of_its_own_line(self) -> None:
        assert left([finding(line=3, end_line=3)], comment(3, "DJC101")) == []

    def test_by_prefix_and_by_name_and_in_any_case(self) -> None:
        for code in ("DJC1", "DJC", "missing-select-related", "djc101"):
            assert left([finding()], comment(3, code)) == []

    def test_without_codes_it_means_every_rule(self) -> None:
        assert left([finding()], comment(3)) == []

    def test_any_line_of_the_primary_span_will_do(self) -> None:
        for line in (3, 4, 5):
            assert left([finding(line=3, end_line=5)], comment(line, "DJC101")) == []

    def test_alone_on_the_line_above(self) -> None:
        assert left([finding()], comment(2, "DJC101", alone=True)) == []

    def test_several_lines_of_comments_above(self) -> None:
        above = comment(1, "DJC101", alone=True), comment(2, "DJC103", alone=True)
        assert left([finding(), finding(rule="DJC103", name="query-in-loop")], *above) == []

    def test_a_comment_after_code_does_not_speak_of_the_next_line(self) -> None:
        assert left([finding()], comment(2, "DJC101")) == [("DJC101", 3), ("DJC002", 2)]

    def test_a_comment_below_does_not_count(self) -> None:
        assert left([finding()], comment(4, "DJC101", alone=True)) == [("DJC101", 3), ("DJC002", 4)]

    def test_for_the_whole_file(self) -> None:
        found = [finding(line=3, end_line=3), finding(line=90, end_line=90)]
        assert left(found, comment(1, "DJC1", file_level=True)) == []

    def test_another_rule_stays(self) -> None:
        assert left([finding()], comment(3, "DJC301")) == [("DJC101", 3), ("DJC002", 3)]

    def test_another_file_stays(self) -> None:
        assert left([finding(path="shop/admin.py")], comment(3, "DJC101")) == [("DJC101", 3), ("DJC002", 3)]


class TestUnused:
    def test_tells_which_code_is_idle_and_where_the_comment_stands(self) -> None:
        (unused,) = ignores.apply([finding()], {PATH: [comment(3, "DJC101", "DJC103")]}, rulebook(), everywhere)
        assert (unused.path, unused.line, unused.column, unused.end_column) == (PATH, 3, 30, 60)
        assert unused.message == "This comment silences nothing: DJC103 reports nothing here"
        assert unused.help == "Remove DJC103 from the comment, or the whole comment."

    def test_a_code_that_does_not_exist(self) -> None:
        (unused,) = ignores.apply([], {PATH: [comment(3, "DJC999")]}, rulebook(), everywhere)
        assert unused.message == "This comment silences nothing: DJC999 is no rule"

    def test_a_comment_without_codes(self) -> None:
        (unused,) = ignores.apply([], {PATH: [comment(3)]}, rulebook(), everywhere)
        assert unused.message == "This comment silences nothing: no rule reports anything here"

    def test_two_comments_for_one_finding_are_both_used(self) -> None:
        assert left([finding()], comment(3, "DJC101"), comment(1, "DJC1", file_level=True)) == []

    def test_a_rule_that_did_not_run_is_not_to_blame(self) -> None:
        assert left([], comment(3, "DJC101"), off=("DJC101",)) == []
        assert left([], comment(3, "DJC101", "DJC103"), off=("DJC101",)) == [("DJC002", 3)]

    def test_switched_off_as_a_whole(self) -> None:
        assert left([], comment(3, "DJC101"), off=("DJC002",)) == []

    def test_can_itself_be_silenced_by_name_but_not_by_a_bare_ignore(self) -> None:
        assert left([], comment(3, "DJC101", "DJC002")) == []
        assert left([], comment(3, "DJC101"), comment(1, "unused-ignore", file_level=True)) == []
        assert left([], comment(3), comment(1, file_level=True)) == [("DJC002", 3), ("DJC002", 1)]


class TestReasons:
    def told(self, *directives: Directive, off: tuple[str, ...] = ()) -> list[tuple[str, int, str]]:
        found = ignores.unreasoned({PATH: directives}, rulebook(), lambda path, rule: rule.code not in off)
        return [(each.rule, each.line, each.message) for each in found]

    def test_each_ignore_without_one_is_told(self) -> None:
        bare = [Directive(2, 1, 20, (), True, True), Directive(9, 30, 60, ("DJC101", "DJC3"), False, False)]
        assert self.told(comment(1, "DJC101"), *bare) == [
            ("DJC005", 2, "This comment gives no reason for silencing all rules"),
            ("DJC005", 9, "This comment gives no reason for silencing DJC101, DJC3"),
        ]

    def test_not_where_the_rule_is_off(self) -> None:
        assert self.told(Directive(2, 1, 20, (), True, True), off=("DJC005",)) == []

    def test_only_where_reasons_are_required_and_no_comment_silences_it(self, tmp_path: Path) -> None:
        write(tmp_path, {"views.py": "# djcheck: ignore-file[DJC002, DJC005]\n"})
        assert analyse(tmp_path).findings == ()
        write(tmp_path, {"djcheck.toml": "require-reasons = true\n"})
        assert [each.rule for each in analyse(tmp_path).findings] == ["DJC005"]
