"""Skeletons of tests that hold a page to its number of queries: counted with few rows and with many."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from msgspec import Struct

from djcheck.domain import ir
from djcheck.domain.finding import Finding
from djcheck.domain.index import ModuleInfo
from djcheck.domain.trace import Role
from djcheck.fixes.project.evidence import place_of
from djcheck.fixes.project.project import Project
from djcheck.flow.nodes import nodes_in
from djcheck.flow.python.parameters import bare_name, dotted
from djcheck.flow.views.routes import arguments_of, calls_in, views_in
from djcheck.index.names import Module

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
    files: dict[str, dict[str, str]] = {}
    for view, theirs in sorted(shown.items()):
        cases = files.setdefault(test_file(pages[view].path, project), {})
        name = named_after(view)
        while name in cases:  # in another module of the app
            name += "Too"
        cases[name] = case(name, pages[view], theirs)
    return {path: whole(cases.values()) for path, cases in files.items()}


def whole(cases: Iterable[str]) -> str:
    """The file's text; it imports what its cases need."""
    text = "".join(cases)
    return HEAD.replace("{reverse}", "from django.urls import reverse\n" if "reverse(" in text else "") + text


def named_after(view: str) -> str:
    """`BookList` for `shop.views.book_list`."""
    words = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", view.rpartition(".")[2])
    return "".join(word[0].upper() + word[1:] for word in words)


def case(name: str, page: Page, findings: Iterable[Finding]) -> str:
    theirs = list(findings)
    relations = sorted({finding.relation or finding.model or finding.rule for finding in theirs})
    models = sorted({finding.model or "its" for finding in theirs})
    return CASE.format(
        name=name,
        page=f"`{page.view}`",
        missing=", ".join(f"`{relation}`" for relation in relations),
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
    namespaces = namespaces_of(project)
    for module in project.index.modules():
        prefix = namespaces.get(module.key, app_name(module))
        for value in patterns_in(module):
            for call in calls_in(value):
                yield from pages_of(call, module.key, prefix, project)


def patterns_in(module: Module) -> list[ir.Expr]:
    facts = module.facts.assignments
    return [fact.value for fact in facts if fact.value is not None and fact.name.endswith(("patterns", "urls"))]


def app_name(module: Module | None) -> str:
    """The namespace that a URL configuration names itself, with a colon behind it."""
    facts = module.facts.assignments if module is not None else ()
    named = [fact.value.value for fact in facts if fact.name == "app_name" and isinstance(fact.value, ir.Constant)]
    return f"{named[-1]}:" if named else ""


def namespaces_of(project: Project) -> dict[str, str]:
    """The namespaces through which the project's root leads to each URL configuration, as `reverse()` wants them."""
    root = project.index.settings.root_urlconf or ""
    known, waiting = {root: ""}, [root]
    while waiting:
        here = waiting.pop()
        for target, namespace in included(here, project):
            if target not in known:
                known[target] = known[here] + namespace
                waiting.append(target)
    return known


def included(key: str, project: Project) -> Iterator[tuple[str, str]]:
    """(module, namespace) of each `include()`: its own, that of the pair it is given, or the module's `app_name`."""
    module = project.index.module(key)
    values = patterns_in(module) if module is not None else []
    for call in (node for value in values for node in nodes_in(value) if isinstance(node, ir.Call) and node.args):
        if bare_name(call.function) != "include":
            continue
        pair = call.args[0].items if isinstance(call.args[0], ir.Collection) else (call.args[0],)
        names = [keyword.value for keyword in call.keywords if keyword.name == "namespace"] or list(pair[1:2])
        given = pair[0] if pair else None
        if isinstance(given, ir.Constant) and isinstance(given.value, str):
            target = project.index.named_in_settings(given.value)
        else:
            target = project.index.resolve(key, dotted(given))
        if isinstance(target, ModuleInfo):
            own = [f"{name.value}:" for name in names if isinstance(name, ir.Constant)]
            yield target.name, own[0] if own else app_name(project.index.module(target.name))


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
    """Next to the app's tests: in its `tests` directory, else in its own; beside the view where there is no app."""
    folder = PurePosixPath(path).parent
    files = {module.path for module in project.index.modules()}
    for above in (folder, *folder.parents):
        if Path(above / "tests").is_dir():
            return str(above / "tests" / FILE_NAME)
        if {str(above / "models.py"), str(above / "apps.py")} & files:
            return str(above / FILE_NAME)
    return str(folder / FILE_NAME)
