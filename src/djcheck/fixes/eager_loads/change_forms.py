"""Admin change forms: what a foreign key's choices lack is loaded where the class makes the key's field.

Facts from django/contrib/admin/options.py: `formfield_for_foreignkey` and `formfield_for_manytomany` make the fields
that offer rows of another model, each labelled by its `__str__`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from djcheck.domain.finding import Edit
from djcheck.domain.index import ClassInfo, FunctionInfo, Relation
from djcheck.domain.ir import Collection, Constant
from djcheck.domain.trace import Role
from djcheck.fixes.eager_loads.view_classes import with_method
from djcheck.fixes.editing.chains import Loads, NotFixable, with_loads
from djcheck.fixes.project.missing_loads import Missing
from djcheck.fixes.project.project import Project
from djcheck.flow.admin.changeforms import HOOK_OF_KIND, SPARING
from djcheck.flow.orm.choices import offered


def labelled(missing: Missing, project: Project) -> tuple[bool, bool]:
    """(are any of the rows read for a label that the framework makes, are any read for something else?)."""
    reads = [read for finding in missing.findings for read in project.evidence.reads(finding)]
    labels = [
        bool(read.trace)
        and read.trace[0].role is Role.CALL
        and read.trace[0].place == missing.origin
        and read.trace[0].message.endswith(".__str__")
        for read in reads
    ]
    return any(labels), not all(labels)


def choosing(owner: ClassInfo, shown: Iterable[str], model: str, project: Project) -> list[Relation]:
    """The fields by which rows of `model` are chosen, in the forms that a class makes of these models."""
    fields = {relation.name: relation for each in shown for relation in offered(project.index, each)}
    sparing = {name for option in SPARING for name in listed(owner, option, project)}
    return [field for field in fields.values() if field.target == model and field.name not in sparing]


def listed(owner: ClassInfo, option: str, project: Project) -> Iterator[object]:
    """The names that a class spells out in one of its options."""
    found = project.index.member(owner.qualname, option)
    value = found[1].value if isinstance(found, tuple) else None
    if isinstance(value, Collection):
        yield from (item.value for item in value.items if isinstance(item, Constant))


def edits(owner: ClassInfo, fields: Sequence[Relation], loads: Loads, project: Project) -> Iterator[Edit]:
    """The methods that make the fields, extended at the end of the class."""
    quote = project.quote(owner.path)
    for kind, hook in HOOK_OF_KIND.items():
        names = [f"{quote}{field.name}{quote}" for field in fields if field.kind is kind]
        if not names:
            continue
        if isinstance(project.index.member(owner.qualname, hook), FunctionInfo):
            raise NotFixable("the class makes its fields itself")
        test = f"== {names[0]}" if len(names) == 1 else f"in ({', '.join(names)})"
        rows = with_loads("field.queryset", loads, (), quote)
        body = [
            f"field = super().{hook}(db_field, request, **kwargs)",
            f"if db_field.name {test}:",
            f"    field.queryset = {rows}",
            "return field",
        ]
        yield with_method(owner, [f"def {hook}(self, db_field, request, **kwargs):"], body, project)
