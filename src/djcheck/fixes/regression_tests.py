"""Skeletons of tests that hold a page to its number of queries: counted with few rows and with many."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from msgspec import Struct

from djcheck.domain import ir
from djcheck.domain.finding import Finding
from djcheck.domain.trace import Role
from djcheck.fixes.evidence import place_of
from djcheck.fixes.project import Project
from djcheck.flow.views.routes import arguments_of, calls_in, views_in

FILE_NAME = "test_query_counts.py"
# The number of queries grows with the rows by what these rules find, and by nothing else.
PER_ROW = "DJC1"
HEAD = '''"""How many queries pages run must not depend on how many rows there are. Begun by `djcheck fix --tests`."""

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
{reverse}
FEW, MANY = 2, 12
'''
CASE = '''

class {name}Queries(TestCase):
    """{page} once asked for {missing} row by row."""

    def add_rows(self, number):
        self.skipTest("say here how {models} rows are made")

    def count(self):
        with CaptureQueriesContext(connection) as queries:
            response = self.client.get({url})
        self.assertEqual(response.status_code, 200)
        return len(queries)

    def test_rows_do_not_matter(self):
        self.add_rows(FEW)
        self.count()  # what is cached in the process is there from now on
        before = self.count()
        self.add_rows(MANY - FEW)
        self.assertEqual(self.count(), before)
'''


class Page(Struct, frozen=True):
    """A view with a URL: its qualified name, its file, and the code that makes the URL."""

    view: str
    path: str
    url: str


def skeletons(findings: Iterable[Finding], project: Project) -> dict[str, str]:
    """The text of each test file to write, by its path: one test case for each page that shows the findings' rows."""
    pages = {page.view: page for page in all_pages(project)}
    shown: dict[str, list[Finding]] = {}
    for finding in (each for each in findings if each.rule.startswith(PER_ROW)):
        for view in views_behind(finding, project):
            if view in pages:
                shown.setdefault(view, []).append(finding)
                break
    files: dict[str, list[str]] = {}
    for view, theirs in sorted(shown.items()):
        files.setdefault(test_file(pages[view].path, project), []).append(case(pages[view], theirs))
    return {path: whole(cases) for path, cases in files.items()}


def whole(cases: list[str]) -> str:
    """The file's text; it imports what its cases need."""
    text = "".join(cases)
    return HEAD.replace("{reverse}", "from django.urls import reverse\n" if "reverse(" in text else "") + text


def case(page: Page, findings: Iterable[Finding]) -> str:
    theirs = list(findings)
    relations = sorted({finding.relation or finding.model or finding.rule for finding in theirs})
    models = sorted({finding.model or "its" for finding in theirs})
    words = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", page.view.rpartition(".")[2])
    return CASE.format(
        name="".join(word[0].upper() + word[1:] for word in words),
        page=f"`{page.view}`",
        missing=" and ".join(f"`{relation}`" for relation in relations),
        models=" and ".join(models),
        url=page.url,
    )


def views_behind(finding: Finding, project: Project) -> Iterator[str]:
    """The functions and classes that the finding's trace goes through, those nearest to the rows' origin first."""
    for place in (*map(place_of, finding.related), place_of(finding)):
        function, owner = project.function_at(place), project.class_at(place)
        yield from (each.qualname for each in (function, owner) if each is not None)
    for step in finding.related:
        if step.role is Role.CALL:
            yield step.message.removeprefix("calls `").removesuffix("`")


def all_pages(project: Project) -> Iterator[Page]:
    """Every view with a name in the project's URL configurations."""
    for module in project.index.modules():
        names = {fact.name: fact.value for fact in module.facts.assignments}
        app_name = names.get("app_name")
        prefix = f"{app_name.value}:" if isinstance(app_name, ir.Constant) else ""
        for name, value in names.items():
            if value is not None and name.endswith(("patterns", "urls")):
                for call in calls_in(value):
                    yield from pages_of(call, module.key, prefix, project)


def pages_of(call: ir.Call, module: str, prefix: str, project: Project) -> Iterator[Page]:
    named = next((keyword.value for keyword in call.keywords if keyword.name == "name"), None)
    route = call.args[0]
    function = call.function.name if isinstance(call.function, ir.Attribute) else getattr(call.function, "id", "")
    arguments = {name: "1" if converter == "int" else '"1"' for name, converter in arguments_of(call.args[0], function)}
    if isinstance(named, ir.Constant) and isinstance(named.value, str):
        shown = ", ".join(f'"{name}": {value}' for name, value in arguments.items())
        url = f'reverse("{prefix}{named.value}"' + (f", kwargs={{{shown}}})" if arguments else ")")
    elif module == project.index.settings.root_urlconf and function == "path" and isinstance(route, ir.Constant):
        url = f'"/{route.value}"'
    else:
        return
    for view in views_in(project.index, module, call.args[1]):
        info = project.index.class_info(view) or project.index.function(view)
        if info is not None:
            yield Page(view, info.path, url)


def test_file(path: str, project: Project) -> str:
    """Next to the app's tests: in its `tests` directory, else beside the view."""
    folder = PurePosixPath(path).parent
    files = {module.path for module in project.index.modules()}
    for above in (folder, *folder.parents):
        if Path(above / "tests").is_dir():
            return str(above / "tests" / FILE_NAME)
        if {str(above / "models.py"), str(above / "apps.py")} & files:
            break
    return str(folder / FILE_NAME)
