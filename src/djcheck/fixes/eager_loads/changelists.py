"""Admin classes: joins go into `list_select_related`, prefetches into `get_queryset`.

Facts from django/contrib/admin/views/main.py: where nothing is declared, a foreign key among the columns makes the
change list join every foreign key that cannot be null; a declared list replaces that, and a queryset that joins
something already is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from djcheck.domain.facts import AssignFact
from djcheck.domain.finding import Edit
from djcheck.domain.index import ClassInfo
from djcheck.domain.ir import Attribute, Collection, Constant, Name
from djcheck.domain.source import Place
from djcheck.fixes.eager_loads.model_at import must_be_defined_once
from djcheck.fixes.eager_loads.view_classes import at_end, body_of, override
from djcheck.fixes.editing.chains import Loads, NotFixable, with_loads
from djcheck.fixes.editing.edits import inserting, replacing, trimmed
from djcheck.fixes.project.project import Project
from djcheck.flow.admin import registrations
from djcheck.flow.admin.changeforms import INLINE

# How deep `select_related()` without arguments goes (django/db/models/sql/compiler.py).
DEPTH = 5
MOST_JOINS = 8
CLASS = re.compile(r"(class\s|@)")


def is_class(code: str) -> bool:
    """Is the origin a class statement or its first decorator?"""
    return CLASS.match(code) is not None


def joins_by_itself(origin: Place, code: str, loads: Loads, project: Project) -> bool:
    """Is the origin the queryset of an admin class to which the change list adds its own joins?"""
    owner = project.class_at(origin)
    return (
        bool(loads.joins)
        and "select_related" not in code
        and owner is not None
        and owner.qualname in registrations.of(project.index)
    )


def edits(origin: Place, code: str, model: str, loads: Loads, project: Project) -> tuple[Edit, ...]:
    owner = project.class_at(origin)
    if owner is not None and is_class(code) and shown_by_inline(owner, project) == model:
        return override(owner, "self, request", "request", loads, project)
    if owner is None or model not in registrations.of(project.index).get(owner.qualname, ()):
        raise NotFixable("it is no change list")
    must_be_defined_once(owner, ("model",), project)
    found: tuple[Edit, ...] = ()
    if loads.joins:
        found += joined(owner, model, loads, project)
    rest = Loads((), loads.prefetches, loads.nested)
    if rest.prefetches or rest.nested:
        if is_class(code):
            found += override(owner, "self, request", "request", rest, project)
        else:
            changed = with_loads(code, rest, project.queryset_methods(model), project.quote_at(origin))
            found += (trimmed(replacing(origin, changed), code),)
    return found


def models_shown(owner: ClassInfo, project: Project) -> tuple[str, ...]:
    """The models of the rows that a change list or inline shows."""
    inline = shown_by_inline(owner, project)
    return (inline,) if inline is not None else registrations.of(project.index).get(owner.qualname, ())


def shows_labels(owner: ClassInfo, project: Project) -> bool:
    """Does the change list or inline show each row's `__str__`?"""
    columns = names_in(owner, own_attribute(owner, "list_display"), project)
    return not columns or "__str__" in columns or shown_by_inline(owner, project) is not None


def shown_by_inline(owner: ClassInfo, project: Project) -> str | None:
    """The model of an inline's rows: its change form fetches them by `get_queryset`."""
    declared = own_attribute(owner, "model")
    if (
        declared is None
        or not isinstance(declared.value, Name | Attribute)
        or not project.index.is_a(owner.qualname, INLINE)
    ):
        return None
    found = project.index.resolve(owner.module, project.code(Place(owner.path, declared.value.span)))
    return found.qualname if isinstance(found, ClassInfo) else None


def joined(owner: ClassInfo, model: str, loads: Loads, project: Project) -> tuple[Edit, ...]:
    """`list_select_related` extended, or declared with what the change list joins by itself."""
    quote = project.quote(owner.path)
    declared = own_attribute(owner, "list_select_related")
    if declared is not None:
        return (extended(owner, declared, loads, quote, project),)
    inherited = project.index.member(owner.qualname, "list_select_related")
    if isinstance(inherited, tuple) and not inherited[0].qualname.startswith("django."):
        raise NotFixable("the class inherits its joins")
    columns = own_attribute(owner, "list_display")
    wanted = without_beginnings([*joined_by_itself(names_in(owner, columns, project), model, project), *loads.joins])
    if len(wanted) > MOST_JOINS:
        raise NotFixable("the change list joins more by itself than a list could well say")
    shown = ", ".join(f"{quote}{name}{quote}" for name in wanted)
    return (declaring(owner, f"list_select_related = [{shown}]", columns, project),)


def names_in(owner: ClassInfo, columns: AssignFact | None, project: Project) -> list[str]:
    """The columns that the class spells out; without any it shows each row's `__str__`."""
    if columns is None:
        inherited = project.index.member(owner.qualname, "list_display")
        if inherited is None or (isinstance(inherited, tuple) and inherited[0].qualname.startswith("django.")):
            return []
    if columns is None or not isinstance(columns.value, Collection):
        raise NotFixable("its columns are not spelled out")
    return [item.value for item in columns.value.items if isinstance(item, Constant) and isinstance(item.value, str)]


def declaring(owner: ClassInfo, code: str, behind: AssignFact | None, project: Project) -> Edit:
    """One more line in a class: behind one of its attributes, else at the beginning of its body."""
    first, indent = body_of(owner, project)
    if behind is not None:
        line = project.lines_of(owner.path)[behind.span.end_line - 1]
        return inserting(owner.path, behind.span.end_line, len(line) + 1, f"\n{indent}{code}")
    if first is None:
        return at_end(owner, f"\n{indent}{code}", project)
    apart = "" if owner.fact.attributes else "\n"
    return inserting(owner.path, first, 1, f"{indent}{code}\n{apart}")


def joined_by_itself(columns: list[str], model: str, project: Project) -> list[str]:
    """What the change list joins unasked, since a foreign key is among its columns: every key that cannot be null."""
    known = project.model(model)
    if known is None or not any(name in known.relations and known.relations[name].is_forward for name in columns):
        return []
    return list(never_null(model, DEPTH, project))


def never_null(model: str | None, depth: int, project: Project) -> Iterator[str]:
    known = project.model(model)
    if known is None or not depth:
        return
    for relation in known.relations.values():
        to_parent = relation.name == known.primary_key and relation.target in project.index.mro(relation.owner)
        if relation.is_forward and not relation.nullable and not to_parent:
            yield relation.query_name
            yield from (f"{relation.query_name}__{path}" for path in never_null(relation.target, depth - 1, project))


def own_attribute(owner: ClassInfo, name: str) -> AssignFact | None:
    return next((assign for assign in owner.fact.attributes if assign.name == name and not assign.operator), None)


def extended(owner: ClassInfo, declared: AssignFact, loads: Loads, quote: str, project: Project) -> Edit:
    """The declared list with more lookups. `True` joins more than any list says, and `False` less."""
    if not isinstance(declared.value, Collection) or not declared.value.items:
        raise NotFixable("`list_select_related` is no list of lookups")
    place = Place(owner.path, declared.value.span)
    code = project.code(place)
    opening, inner, closing = code[0], code[1:-1], code[-1]
    if opening not in "[(" or closing not in "])":
        raise NotFixable("`list_select_related` is no list of lookups")
    call = with_loads(f"x.select_related({inner})", Loads(loads.joins), (), quote)
    return trimmed(replacing(place, opening + call.removeprefix("x.select_related(").removesuffix(")") + closing), code)


def without_beginnings(paths: list[str]) -> list[str]:
    unique = list(dict.fromkeys(paths))
    return [path for path in unique if not any(other.startswith(f"{path}__") for other in unique)]
