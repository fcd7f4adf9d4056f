"""A report as JUnit XML: a suite for each file with findings, in it a case for each finding.

There is no standard; this fits the schema that is quoted most, Windy Road's JUnit.xsd for Apache Ant, with all that it
demands: https://github.com/windyroad/JUnit-Schema. It has no skipped cases, so what is not proven passes, and says why
in its name and in the suite's output.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from djcheck.domain.finding import Finding, Report
from djcheck.reporters.harmless import harmless
from djcheck.reporters.lines import LinesOf
from djcheck.reporters.style import Style
from djcheck.reporters.words import sureness, trace

# The schema demands them. Real ones would differ from run to run, where the same findings are to give the same bytes.
WHEN = {"timestamp": "1970-01-01T00:00:00", "hostname": "localhost", "time": "0"}


def render(report: Report, lines_of: LinesOf, style: Style) -> bytes:
    """Proven findings are failures. A run without findings is one case that passes, since CI servers want one."""
    shown = [finding for finding in report.findings if finding.is_in_sight]
    by_file = [(path, list(found)) for path, found in groupby(shown, key=lambda finding: finding.path)]
    suites = Element("testsuites")
    for number, (path, findings) in enumerate(by_file or [("djcheck", [])]):
        suites.append(_suite(number, path, findings))
    ElementTree.indent(suites)
    written: bytes = ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _suite(number: int, path: str, findings: Sequence[Finding]) -> Element:
    failures = sum(finding.status.is_proven for finding in findings)
    counts = {"tests": str(len(findings) or 1), "failures": str(failures), "errors": "0"}
    name = harmless(path)
    suite = Element("testsuite", {"name": name, "package": "djcheck", "id": str(number), **counts, **WHEN})
    SubElement(suite, "properties")
    for finding in findings:
        _case(suite, name, finding)
    if not findings:
        SubElement(suite, "testcase", {"name": "no findings", "classname": name, "time": "0"})
    SubElement(suite, "system-out").text = _text(line for each in findings for line in _open_words(each))
    SubElement(suite, "system-err")
    return suite


def _case(suite: Element, classname: str, finding: Finding) -> None:
    sure = "" if finding.status.is_proven else f" ({finding.status})"
    name = f"{finding.rule} {finding.name} at {finding.line}:{finding.column}{sure}"
    case = SubElement(suite, "testcase", {"name": name, "classname": classname, "time": "0"})
    if finding.status.is_proven:
        failure = SubElement(case, "failure", {"type": finding.severity, "message": harmless(finding.message)})
        failure.text = _text(_words(finding))


def _open_words(finding: Finding) -> list[str]:
    return [] if finding.status.is_proven else [*_words(finding), ""]


def _words(finding: Finding) -> list[str]:
    said = [f"{finding.path}:{finding.line}:{finding.column}: {finding.message}", finding.help, *sureness(finding)]
    steps = ["How it comes about:", *trace(finding)] if finding.related else []
    return [line for line in [*said, *steps] if line]


def _text(lines: Iterable[str]) -> str:
    return "\n".join(map(harmless, lines))
