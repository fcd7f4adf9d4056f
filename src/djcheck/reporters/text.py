"""A report for people: each finding with its code, the trace that led to it, and what to do about it."""

from __future__ import annotations

import io
from collections import Counter

from rich.console import Console
from rich.table import Table
from rich.text import Text

from djcheck.domain.finding import Finding, Related, Report, Severity, Status, Verdict
from djcheck.reporters.frame import frame
from djcheck.reporters.harmless import harmless
from djcheck.reporters.lines import LinesOf
from djcheck.reporters.style import Style
from djcheck.reporters.summary import summarise

STEPS = 8
SEVERITY_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}


def render(report: Report, lines_of: LinesOf, style: Style) -> bytes:
    """The report as text; characters that the receiver's encoding lacks become escapes.

    A verbosity below 0 prints one line a finding, above 0 whole traces and all findings that the agent dismissed;
    those about raw SQL are always printed.
    """
    output = io.StringIO()
    console = Console(
        file=output,
        width=style.width,
        force_terminal=style.colour,
        no_color=not style.colour,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        color_system="standard" if style.colour else None,
    )
    page = _Page(console, lines_of, style.verbosity)
    for finding in report.findings:
        if finding.is_in_sight or style.verbosity > 0:
            page.finding(finding)
    if style.verbosity >= 0:
        page.foot(report, statistics=style.statistics)
    return output.getvalue().encode(style.encoding, errors="backslashreplace")


class _Page:
    """Writes the parts of a report; whatever comes from the analysed project goes through `harmless`."""

    def __init__(self, console: Console, lines_of: LinesOf, verbosity: int) -> None:
        self._console = console
        self._lines_of = lines_of
        self._verbosity = verbosity

    def finding(self, finding: Finding) -> None:
        self._heading(finding)
        if self._verbosity < 0:
            return
        self._frame(finding.path, finding.line, finding.column, finding.end_line, finding.end_column)
        self._trace(finding)
        self._advice(finding)
        self._print(Text())

    def _heading(self, finding: Finding) -> None:
        line = Text().append(harmless(f"{finding.path}:{finding.line}:{finding.column}"), style="bold").append(": ")
        line.append(f"{finding.severity} {finding.rule}", style=SEVERITY_STYLES[finding.severity])
        line.append(f" {finding.name}")
        if finding.status is not Status.CERTAIN:
            line.append(f" ({finding.status})", style="magenta")
        if self._verbosity < 0:
            line.append(f": {harmless(finding.message)}")
            self._print(line)
            return
        self._print(line)
        self._paragraph(finding.message, indent=2)

    def _frame(self, path: str, line: int, column: int, end_line: int, end_column: int) -> None:
        for row in frame(self._lines_of(path), line, column, end_line, end_column, self._console.width):
            self._print(Text().append(row.gutter, style="dim").append(row.text, style="red" if row.is_mark else None))

    def _trace(self, finding: Finding) -> None:
        steps = finding.related
        if not steps:
            return
        self._print(Text("  How it comes about:", style="bold"))
        for number, step in enumerate(steps, 1):
            if self._verbosity <= 0 and len(steps) > STEPS and STEPS // 2 < number <= len(steps) - STEPS // 2:
                if number == STEPS // 2 + 1:
                    self._print(Text(f"    ... {len(steps) - STEPS} more steps (-v shows them)", style="dim"))
                continue
            self._step(number, step)

    def _step(self, number: int, step: Related) -> None:
        text = Text(f"  {number:>3}. ")
        text.append(harmless(f"{step.path}:{step.line}"), style="bold")
        text.append(f" {step.role}", style="cyan")
        text.append(f": {harmless(step.message)}" if step.message else "")
        self._print(text)

    def _advice(self, finding: Finding) -> None:
        if finding.help:
            self._paragraph(finding.help, indent=2, label="Help: ", style="bold green")
        if finding.fix:
            self._paragraph(finding.fix.title, indent=2, label="Change: ", style="bold green")
            for edit in finding.fix.edits:
                before = f"    {edit.path}:{edit.line}:{edit.column}: "
                self._print(Text(harmless(before)).append(harmless(edit.text, whole_line=True), style="green"))
        if finding.ambiguity and finding.status.is_open:
            label = f"Not certain ({harmless(finding.ambiguity.reason)}): "
            self._paragraph(finding.ambiguity.question, indent=2, label=label, style="magenta")
        if finding.verdict:
            self._verdict(finding.verdict)

    def _verdict(self, verdict: Verdict) -> None:
        self._paragraph(verdict.reason, indent=2, label=f"Agent: {verdict.decision}: ", style="magenta")
        if verdict.lines:
            cited = ", ".join(f"{cited.path}:{cited.line}" for cited in verdict.lines)
            self._paragraph(cited, indent=2, label="Because of: ", style="magenta")

    def _paragraph(self, words: str, *, indent: int, label: str = "", style: str = "") -> None:
        text = Text().append(label, style=style).append(harmless(words))
        for line in text.wrap(self._console, max(self._console.width - indent, 20)):
            line.rstrip()
            self._print(Text(" " * indent).append_text(line))

    def foot(self, report: Report, *, statistics: bool) -> None:
        summary = summarise(report)
        if summary.findings:
            self._console.print(_table(report))
            self._print(Text())
        counts = Counter(finding.severity for finding in report.findings)
        kinds = ", ".join(_plural(counts[each], each) for each in Severity if counts[each])
        ambiguous = f", {summary.ambiguous} of them ambiguous" if summary.ambiguous else ""
        found = f"{_plural(summary.findings, 'finding')} ({kinds}){ambiguous}" if summary.findings else "No findings"
        self._print(Text(f"{found}; {_plural(summary.files, 'file')}, {_plural(summary.lines, 'line')} read.", "bold"))
        if summary.unreadable:
            self._print(Text(f"{_plural(summary.unreadable, 'file')} could not be read.", style="yellow"))
        if summary.known or summary.gone:
            self._print(Text(f"Known before and not shown: {summary.known:,}. Gone since: {summary.gone:,}."))
        if statistics:
            for name, value in report.statistics.items():
                self._print(Text(f"  {harmless(name)}: {value:,.3f}".rstrip("0").rstrip(".")))

    def _print(self, text: Text) -> None:
        # Never wrapped: a terminal may break the line, but what is copied or searched for stays in one piece.
        self._console.print(text, soft_wrap=True)


def _table(report: Report) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("rule")
    table.add_column("")
    table.add_column("certain", justify="right")
    table.add_column("ambiguous", justify="right")
    proven = Counter(finding.rule for finding in report.findings if finding.status.is_proven)
    open_ones = Counter(finding.rule for finding in report.findings if finding.status.is_open)
    for rule, name in sorted({(finding.rule, finding.name) for finding in report.findings}):
        table.add_row(rule, name, str(proven[rule]), str(open_ones[rule]))
    return table


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
