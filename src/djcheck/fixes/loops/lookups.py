"""DJC103: what a loop asks about its items one by one is asked about all of them before it. Never safe: rows are
fetched before the loop changes any, and values are compared as Python compares them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import libcst as cst

from djcheck.domain.finding import Edit, Finding, Fix
from djcheck.domain.index import Model
from djcheck.domain.observation import LoopKind, QueryRun
from djcheck.fixes.editing.chains import LAZY, NotFixable, name_of, spine, written
from djcheck.fixes.project.columns import is_unique
from djcheck.fixes.project.evidence import contains, place_of
from djcheck.fixes.project.function_code import FunctionCode
from djcheck.fixes.project.project import Project
from djcheck.fixes.safety.loading_risks import of_certainty

ASKING = frozenset({"get", "first", "exists", "count"})
ASKED = re.compile(r"\.(?:get|first|exists|count)\(")
# What can be gone through once only.
ONCE = frozenset({"iter", "map", "filter", "zip", "reversed", "enumerate", "open", "reader", "DictReader", "iterator"})
VIEWS = frozenset({"items", "keys", "values"})


def group(finding: Finding, project: Project) -> object:
    return finding.fingerprint


def fix(findings: Sequence[Finding], project: Project) -> Fix | None:
    place = place_of(findings[0])
    runs = [run for run in project.evidence.runs(place) if not run.is_write and project.repeats_here(run)]
    model = project.model(runs[0].model) if runs else None
    if model is None or not place.path.endswith(".py") or not ASKED.search(project.code(place)):
        return None
    try:
        asked = Asking(FunctionCode(place, project), runs, model, project)
        title, edits, caution = asked.once() if asked.is_the_same_for_all() else asked.for_all_items()
    except (NotFixable, LookupError):
        return None
    cautions = [*of_certainty(findings), caution]
    return Fix(title, edits, False, "; ".join(cautions))


class Asking:
    """One query in a loop: `call` runs it, `loop` is the outermost statement that repeats it."""

    def __init__(self, code: FunctionCode, runs: Sequence[QueryRun], model: Model, project: Project) -> None:
        self.code = code
        self.model = model
        self.project = project
        self.quote = project.quote(code.path)
        self.call = code.at(runs[0].place, cst.Call)
        self.method = name_of(self.call)
        self.loop, self.over_rows = self.repeating(runs)
        self.bound = set(code.bound_in(self.loop))
        asked = {name_of(hop) for hop in spine(self.call)} - {self.method}
        if self.method not in ASKING or not asked <= LAZY or self.loop.asynchronous is not None:
            raise NotFixable("it is no plain query of the model's rows")
        self.must_not_write()

    def repeating(self, runs: Sequence[QueryRun]) -> tuple[cst.For, bool]:
        """The outermost loop of the function that multiplies the query, and whether it goes over rows."""
        headers = {(each.place.span.line, each.place.span.column): each.kind for run in runs for each in run.loops}
        found = []
        for node in self.code.above(self.call):
            if isinstance(node, cst.For) and not self.code.is_in(self.call, node.iter):
                span = self.code.span(node)
                if (span.line, span.column) in headers:
                    found.append((node, headers[span.line, span.column] in (LoopKind.ROWS, LoopKind.FEW)))
            elif isinstance(node, cst.BaseComp | cst.CompFor):
                raise NotFixable("it stands in a comprehension")
        if not found:
            raise NotFixable("no loop of the function repeats it")
        return found[-1]

    def must_not_write(self) -> None:
        """Raise where the loop creates or deletes rows of the model, which the next rounds would ask for."""
        whole = self.code.span(self.loop)
        for run in self.project.evidence.writes_in(self.code.path):
            if contains(whole, run.place.span) and run.model in (self.model.key, ""):
                raise NotFixable("the loop changes rows of the model")

    # ------------------------------------------------------------ the same for all items

    def is_the_same_for_all(self) -> bool:
        return not self.bound & set(self.code.names_in(self.call))

    def once(self) -> tuple[str, tuple[Edit, ...], str]:
        """The query goes before the loop."""
        if not self.is_manager(self.root()):
            raise NotFixable("what it is asked of may change in the loop")
        name = self.code.fresh(self.named_after(self.method))
        edits = (
            self.code.line_before(self.loop, f"{name} = {self.code.code(self.call)}"),
            self.code.replaced(self.call, name),
        )
        return "Ask once before the loop", edits, "it would be asked even where the loop has nothing to go through"

    def root(self) -> cst.BaseExpression:
        """What the chain of calls begins with: `Book.objects`."""
        first = list(spine(self.call))[-1].func
        return first.value if isinstance(first, cst.Attribute) else first

    def is_manager(self, node: cst.BaseExpression) -> bool:
        return isinstance(node, cst.Attribute) and node.attr.value in {"objects", *self.model.managers}

    def named_after(self, what: str) -> str:
        snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", self.model.name).lower()
        return {"exists": f"has_{snake}", "count": f"{snake}_count"}.get(what, snake)

    # ------------------------------------------------------------ one question about all items

    def for_all_items(self) -> tuple[str, tuple[Edit, ...], str]:
        """One query for all keys before the loop; in it, a look into what it gave."""
        column, key = self.key()
        rows = self.without(column)
        keys = self.keys(key)
        shown = self.code.code(key)
        relation = self.model.relations.get(column)
        if relation is not None and self.over_rows and isinstance(key, cst.Name):
            shown = f"{shown}.pk"
        elif relation is not None:
            raise NotFixable("the key may be a row or its number")
        named = f"{self.quote}{column}{self.quote}"
        asking: cst.BaseExpression = self.call
        imports: tuple[Edit, ...] = ()
        if self.method in ("get", "first"):
            if relation is not None or not is_unique(self.model.key, column, self.project):
                raise NotFixable("several rows may have the same key")
            field = "" if column in ("pk", self.model.primary_key) else f", field_name={named}"
            name, asked = self.code.fresh(f"{self.named_after('')}_by_{column}"), f"{rows}.in_bulk({keys}{field})"
            instead = f"{name}[{shown}]" if self.method == "get" else f"{name}.get({shown})"
        elif self.method == "exists":
            name = self.code.fresh("known")
            asked = f"set({rows}.filter({column}__in={keys}).values_list({named}, flat=True))"
            asking, instead = self.membership(f"{shown} in {name}", f"{shown} not in {name}")
        else:
            name, (count, imports) = self.code.fresh("counts"), self.project.django_name(self.code.path, "Count")
            number = f"{count}({self.quote}pk{self.quote})"
            asked = f"dict({rows}.filter({column}__in={keys}).values_list({named}).annotate({number}).order_by())"
            instead = f"{name}.get({shown}, 0)"
        before = self.code.line_before(self.loop, f"{name} = {asked}")
        edits = (before, self.code.replaced(asking, instead), *self.misses(), *imports)
        return "Ask for all items before the loop", edits, "; ".join(self.cautions())

    def membership(self, is_in: str, is_not_in: str) -> tuple[cst.BaseExpression, str]:
        """What gives way to a test of membership, and the test: a `not` before the call becomes part of it."""
        above = next(self.code.above(self.call))
        if isinstance(above, cst.UnaryOperation) and isinstance(above.operator, cst.Not):
            return above, self.code.bracketed(above, is_not_in)
        return self.call, self.code.bracketed(self.call, is_in)

    def key(self) -> tuple[str, cst.BaseExpression]:
        """The one lookup that changes with the loop: (the column, its value)."""
        found = []
        for hop in spine(self.call):
            for arg in hop.args:
                if self.bound & set(self.code.names_in(arg.value)):
                    if name_of(hop) not in ("filter", "get") or arg.keyword is None:
                        raise NotFixable("the item is used in another way than as a key")
                    found.append((arg.keyword.value, arg.value))
        targets = set(self.code.names_in(self.loop.target))
        if len(found) != 1 or not self.is_manager(self.root()) or self.bound & set(self.code.names_in(self.root())):
            raise NotFixable("not just one lookup changes with the loop")
        column, value = found[0]
        if (
            first_name(value) not in targets
            or not self.bound & set(self.code.names_in(value)) <= targets
            or "__" in column
        ):
            raise NotFixable("the key is worked out in the loop")
        if targets & set(self.code.bound_in(self.loop.body)):
            raise NotFixable("the item is another one within the loop")
        return column, value

    def without(self, column: str) -> str:
        """The rows asked for, without the lookup; what is left of a `get()` becomes a `filter()`."""

        def stripped(node: cst.BaseExpression) -> cst.BaseExpression:
            if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
                args = [arg for arg in node.args if arg.keyword is None or arg.keyword.value != column]
                inner = stripped(node.func.value)
                ends = node is self.call
                if (ends or len(args) < len(node.args)) and not args:
                    return inner
                attr = cst.Name("filter") if ends else node.func.attr
                return node.with_changes(func=node.func.with_changes(value=inner, attr=attr), args=args)
            return node

        code = written(stripped(self.call))
        if "\n" in code or "#" in code:
            raise NotFixable("the query goes over several lines")
        return code

    def keys(self, key: cst.BaseExpression) -> str:
        """All keys, as code; what the loop goes through must be there to be gone through twice."""
        items = self.loop.iter
        once = NotFixable("what the loop goes through may be there once only")
        if isinstance(items, cst.Call):
            names = {name_of(call) or written(call.func) for call in spine(items)}
            counted = names == {"enumerate"} and isinstance(items.args[0].value, cst.Name)
            if not (counted or names <= VIEWS or (self.over_rows and names <= LAZY)):
                raise once
        elif not isinstance(items, cst.Name | cst.Attribute | cst.Subscript):
            raise once
        if isinstance(items, cst.Name) and self.code.assigned_from(items.value) & ONCE:
            raise once
        item, target = written(key), written(self.loop.target)
        return self.code.code(items) if item == target else f"[{item} for {target} in {self.code.code(items)}]"

    def misses(self) -> Iterator[Edit]:
        """`except Book.DoesNotExist` around a `get()`: what is not found is missing in a dictionary."""
        if self.method != "get":
            return
        node: cst.CSTNode = self.call
        for above in self.code.above(self.call):
            if isinstance(above, cst.Try) and node is above.body:
                yield from self.handled(above)
            if above is self.loop:
                return
            node = above

    def handled(self, statement: cst.Try) -> Iterator[Edit]:
        """`except KeyError`, unless something else in the statement may miss a key, or a row."""
        own = set(self.code.within(self.call, cst.Subscript))
        others: list[cst.CSTNode] = [
            each
            for each in self.code.within(statement.body, cst.Call)
            if name_of(each) == "get" and each is not self.call
        ]
        others += [each for each in self.code.within(statement.body, cst.Subscript) if each not in own]
        for handler in statement.handlers:
            shown = "" if handler.type is None else written(handler.type)
            if handler.type is not None and shown.endswith("DoesNotExist") and not others:
                yield self.code.replaced(handler.type, "KeyError")
            elif shown:
                raise NotFixable("what is missing is met in another way")

    def cautions(self) -> Iterator[str]:
        yield f"`{written(self.loop.iter)}` is gone through twice"
        yield "keys must be of the column's own type"
        if self.method == "get":
            yield "what is missing raises KeyError"
        yield "rows are as they were before the loop"


def first_name(node: cst.BaseExpression) -> str:
    """The name from which dots and subscripts lead to a value; "" where more is done to get it."""
    while isinstance(node, cst.Attribute | cst.Subscript):
        node = node.value
    return node.value if isinstance(node, cst.Name) else ""
