"""DJC104: rows that a loop writes one by one are written with one statement behind it. Never safe: what Django does
for each row is passed over, and nothing is written where the loop fails halfway."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import libcst as cst

from djcheck.domain.finding import Edit, Finding, Fix
from djcheck.domain.index import FunctionInfo, Model
from djcheck.domain.observation import LoopKind, QueryRun
from djcheck.fixes.editing.chains import LAZY, NotFixable, name_of, spine, text_of, written
from djcheck.fixes.loops.passed_over import passed_over, set_on_save
from djcheck.fixes.project.evidence import place_of
from djcheck.fixes.project.function_code import FunctionCode
from djcheck.fixes.project.project import Project

# Fields whose value is worked on before it is stored, by `save()` alone.
WORKED_ON = frozenset({"FileField", "ImageField"})
# Functions that read what they are given.
READING = frozenset({"str", "repr", "print", "isinstance", "len", "format", "bool"})
WRITE = re.compile(r"\.a?(?:save|create|delete)\(")
CREATE = "Create all rows with one statement"
LEAVING = (cst.Return, cst.Raise, cst.Yield)
BETWEEN = (cst.For, cst.If, cst.Else, cst.IndentedBlock)


def group(finding: Finding, project: Project) -> object:
    return finding.fingerprint


def fix(findings: Sequence[Finding], project: Project) -> Fix | None:
    finding, place = findings[0], place_of(findings[0])
    runs = [run for run in project.evidence.runs(place) if project.repeats_here(run)]
    model = project.labelled(finding.model)
    if model is None or not runs or not place.path.endswith(".py") or not WRITE.search(project.code(place)):
        return None
    try:
        return Writing(FunctionCode(place, project), runs, model, project).fix()
    except NotFixable:
        return None


class Writing:
    """One write in a loop. `run` is what was seen of it; `loop` the outermost statement that repeats it."""

    def __init__(self, code: FunctionCode, runs: Sequence[QueryRun], model: Model, project: Project) -> None:
        self.code = code
        self.run = runs[0]
        self.model = model
        self.project = project
        self.call = code.at(self.run.place, cst.Call)
        self.method = name_of(self.call).removeprefix("a")
        self.statement, self.waits = self.statement_of(self.call)
        self.loops = [node for node in code.above(self.call) if isinstance(node, cst.For)]
        self.loop = self.outermost(runs)

    def fix(self) -> Fix:
        makers = {"save": self.saved, "create": self.created, "delete": self.deleted}
        if self.method not in makers:
            raise NotFixable("it is no plain write of a row")
        return makers[self.method]()

    # ------------------------------------------------------------ the loop

    def statement_of(self, call: cst.Call) -> tuple[cst.SimpleStatementLine, bool]:
        """The statement that is nothing but the call, and whether it waits for it."""
        above = list(self.code.above(call))
        waits = isinstance(above[0], cst.Await)
        inner, line = above[1 if waits else 0], above[2 if waits else 1]
        if not isinstance(inner, cst.Expr) or not isinstance(line, cst.SimpleStatementLine) or len(line.body) > 1:
            raise NotFixable("what it returns is used")
        return line, waits

    def outermost(self, runs: Sequence[QueryRun]) -> cst.For:
        """The outermost loop that multiplies the write, with nothing in it that keeps rows from being collected."""
        headers = {(each.place.span.line, each.place.span.column) for run in runs for each in run.loops}
        spans = [(each, self.code.span(each)) for each in self.loops]
        found = [each for each, span in spans if (span.line, span.column) in headers]
        if not found:
            raise NotFixable("no loop of the function repeats it")
        loop = found[-1]
        for node in self.code.above(self.statement):
            if not isinstance(node, BETWEEN):
                raise NotFixable("more than loops and tests stands around it")
            if node is loop:
                break
        if loop.orelse is not None or any(self.code.within(loop, *LEAVING)):
            raise NotFixable("the loop may be left for good")
        return loop

    def does_more(self) -> bool:
        """Does the loop do anything beside the write, or hold a comment that would be lost?"""
        body = self.loop.body
        return (
            not isinstance(body, cst.IndentedBlock)
            or list(body.body) != [self.statement]
            or "#" in self.code.code(self.loop)
        )

    def collected(self, name: str, then: str) -> tuple[Edit, Edit]:
        """An empty list before the loop, and a statement behind it."""
        wait = "await " if self.waits else ""
        return self.code.line_before(self.loop, f"{name} = []"), self.code.line_after(self.loop, f"{wait}{then}")

    def bulk(self, method: str) -> str:
        return f"a{method}" if self.waits else method

    # ------------------------------------------------------------ rows saved

    def saved(self) -> Fix:
        """`row.save()` → `changed.append(row)`, and `bulk_update(changed, […])` behind the loop."""
        assert isinstance(self.call.func, cst.Attribute)
        row = self.call.func.value
        if isinstance(row, cst.Name) and self.is_made_here(row.value):
            return self.inserted(row.value)
        if not isinstance(row, cst.Name) or not self.is_fetched(row.value):
            raise NotFixable("it is not certain that the row is in the database")
        fields = self.named_fields() if self.call.args else self.assigned(row.value)
        quote = self.project.quote(self.code.path)
        columns = ", ".join(f"{quote}{name}{quote}" for name in fields)
        name = self.code.fresh("changed")
        before, after = self.collected(name, f"{self.manager()}.{self.bulk('bulk_update')}({name}, [{columns}])")
        instead = self.code.replaced(self.statement.body[0], f"{name}.append({row.value})")
        cautions = [*passed_over(self.model, "save", self.project), *self.left_out(fields)]
        return Fix("Update all rows with one statement", (before, instead, after), False, "; ".join(cautions))

    def is_fetched(self, row: str) -> bool:
        """Does a loop over rows that were fetched give the row?"""
        fetched = {
            (loop.place.span.line, loop.place.span.column)
            for loop in self.run.loops
            if loop.kind in (LoopKind.ROWS, LoopKind.FEW)
        }
        for loop in self.loops:
            span = self.code.span(loop)
            if isinstance(loop.target, cst.Name) and loop.target.value == row:
                return (span.line, span.column) in fetched
        return False

    def named_fields(self) -> list[str]:
        """What `save(update_fields=["a", "b"])` names."""
        arg = self.call.args[0]
        value = arg.value
        if len(self.call.args) > 1 or arg.keyword is None or arg.keyword.value != "update_fields":
            raise NotFixable("save() is given more than a list of fields")
        if not isinstance(value, cst.List | cst.Tuple | cst.Set):
            raise NotFixable("its fields are not spelled out")
        return self.must_be_columns(text_of(cst.Arg(element.value)) or "" for element in value.elements)

    def assigned(self, row: str) -> list[str]:
        """The fields that the loop assigns to the row. Raises NotFixable where others may change too."""
        names: list[str] = []
        for node in self.code.within(self.loop, cst.Name):
            if node.value != row:
                continue
            above = next(self.code.above(node))
            if isinstance(above, cst.Attribute) and above.value is node:
                self.must_be_known(above)
                if isinstance(next(self.code.above(above)), cst.AssignTarget | cst.AugAssign | cst.AnnAssign):
                    names.append(above.attr.value)
            elif not self.only_reads(node, above):
                raise NotFixable("the row is handed on, and may be changed there")
        return self.must_be_columns(names)

    def must_be_known(self, read: cst.Attribute) -> None:
        """Raise where a method is called that may change the row."""
        call = next(self.code.above(read))
        if call is not self.call and isinstance(call, cst.Call) and call.func is read:
            raise NotFixable("a method of the row may change it")

    def only_reads(self, node: cst.Name, above: cst.CSTNode) -> bool:
        if isinstance(above, cst.FormattedStringExpression | cst.ComparisonTarget):
            return True
        if isinstance(above, cst.For):
            return above.target is node
        call = next(self.code.above(above)) if isinstance(above, cst.Arg) else None
        return isinstance(call, cst.Call) and isinstance(call.func, cst.Name) and call.func.value in READING

    def must_be_columns(self, names: Iterable[str]) -> list[str]:
        relations = {each.attname: each.name for each in self.model.relations.values() if each.is_forward}
        found = list(dict.fromkeys(relations.get(name, name) for name in names))
        columns = {name for name, field in self.model.fields.items() if field.type not in WORKED_ON}
        columns = (columns | set(relations.values())) - {self.model.primary_key, "pk"}
        if not found or not set(found) <= columns:
            raise NotFixable("what is changed are not all plain columns")
        return found

    def left_out(self, fields: list[str]) -> Iterator[str]:
        if not self.call.args:
            yield f"no other columns than {', '.join(f'`{name}`' for name in fields)} would be written"
            for name in set_on_save(self.model, self.project):
                if name not in fields:
                    yield f"`{name}` would not be set to the time of the change"
        yield "nothing is written where the loop fails halfway"

    # ------------------------------------------------------------ rows created

    def created(self) -> Fix:
        """`Book.objects.create(…)` → `created.append(Book(…))`, and `bulk_create(created)` behind the loop."""
        name, func = self.class_name(), self.call.func
        plain = all(arg.keyword is not None or arg.star == "**" for arg in self.call.args)
        if not isinstance(func, cst.Attribute) or written(func.value) != f"{name}.objects" or not plain:
            raise NotFixable("the rows are created through something else than the model's manager")
        code = self.code.code(self.call)
        if self.does_more() or self.waits or self.loop.asynchronous is not None or "\n" in code:
            return self.gathered(f"{name}{code.removeprefix(self.code.code(func))}")
        row = written(self.call.with_changes(func=cst.Name(name)))
        rows = f"{row} for {written(self.loop.target)} in {written(self.loop.iter)}"
        edit = self.code.replaced(self.loop, f"{name}.objects.bulk_create([{rows}])")
        return Fix(CREATE, (edit,), False, "; ".join(self.of_creating()))

    def is_made_here(self, row: str) -> bool:
        """Is `row = Book(…)`, in the loop, all that names the row?"""
        made = [
            node.value
            for node in self.code.within(self.loop, cst.Assign)
            if any(written(each.target) == row for each in node.targets)
        ]
        name = self.project.named(self.code.path, self.model.key)
        return len(made) == 1 and isinstance(made[0], cst.Call) and written(made[0].func) == name

    def inserted(self, row: str) -> Fix:
        """`row = Book(…)`, `row.save()` → `created.append(row)`, and `bulk_create(created)` behind the loop."""
        end = self.code.span(self.call)
        later = (self.code.span(node) for node in self.code.within(self.loop, cst.Name) if node.value == row)
        if self.call.args or any((span.line, span.column) > (end.line, end.column) for span in later):
            raise NotFixable("the row is used when it is saved")
        return self.gathered(row)

    def gathered(self, row: str) -> Fix:
        """Each row put into a list in the place of the write; the list is written behind the loop."""
        made = self.code.fresh("created")
        name = self.class_name()
        before, after = self.collected(made, f"{name}.objects.{self.bulk('bulk_create')}({made})")
        instead = self.code.replaced(self.statement.body[0], f"{made}.append({row})")
        late = "the rows are not there before the loop has ended, and none is where it fails halfway"
        return Fix(CREATE, (before, instead, after), False, "; ".join([*self.of_creating(), late]))

    def of_creating(self) -> Iterator[str]:
        if self.model.parents or {"create", "bulk_create"} & self.project.queryset_methods(self.model.key):
            raise NotFixable("bulk_create() would not create such rows")
        yield from passed_over(self.model, "save", self.project)
        yield "the rows get no keys on some databases"

    # ------------------------------------------------------------ rows deleted

    def deleted(self) -> Fix:
        """A loop that only deletes → `rows.delete()`."""
        rows, row = self.loop.iter, self.call.func
        target = self.loop.target
        if self.does_more() or self.waits or self.call.args or not isinstance(row, cst.Attribute):
            raise NotFixable("the loop does more than to delete rows")
        if not isinstance(target, cst.Name) or written(row.value) != target.value or not isinstance(rows, cst.Call):
            raise NotFixable("something else than the loop's rows is deleted")
        asked = {name_of(call) for call in spine(rows)}
        own = self.project.queryset_methods(self.model.key)
        if not asked <= (LAZY | own | {"iterator"}) - {"distinct"} or "delete" in own:
            raise NotFixable("the rows come from a call that may give anything")
        if isinstance(self.project.index.member(self.model.key, "delete"), FunctionInfo):
            raise NotFixable("the model's own delete() does more")
        if name_of(rows) == "iterator" and isinstance(rows.func, cst.Attribute):
            rows = rows.func.value
        edit = self.code.replaced(self.loop, f"{written(rows)}.delete()")
        caution = "; ".join(passed_over(self.model, "delete", self.project))
        return Fix("Delete all rows with one statement", (edit,), False, caution)

    # ------------------------------------------------------------ names

    def class_name(self) -> str:
        name = self.project.named(self.code.path, self.model.key)
        if name is None:
            raise NotFixable("the file does not know the model")
        return name

    def manager(self) -> str:
        """The manager that knows all rows, as `save()` does."""
        narrow = "get_queryset" in self.project.queryset_methods(self.model.key)
        return f"{self.class_name()}.{'_base_manager' if narrow else self.model.default_manager or 'objects'}"
