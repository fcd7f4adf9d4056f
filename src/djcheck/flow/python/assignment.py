"""Binding names, attributes and items to values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.domain import ir
from djcheck.flow.frame import multiplying
from djcheck.flow.lattice.joining import join, join_known
from djcheck.flow.lattice.texts import text_of
from djcheck.flow.lattice.values import (
    UNKNOWN,
    Instance,
    Mapping,
    Object,
    QuerySet,
    Request,
    Sequence,
    Tainted,
    Tuple,
    Union,
    Value,
)
from djcheck.flow.orm import row_attributes, row_facts, work
from djcheck.flow.summaries import rebuild

if TYPE_CHECKING:
    from djcheck.domain.observation import Loop
    from djcheck.flow.frame import Frame

MOST_FIELDS = 60
# What makes a form's field show other rows or labels than its declaration says.
FIELD_CHANGES = frozenset({"queryset", "choices", "widget", "iterator", "label_from_instance"})


def assign(frame: Frame, target: ir.Expr, value: Value) -> None:
    if type(target) is ir.Name:
        frame.env[target.id] = value
    elif type(target) is ir.Collection:
        work.escapes(frame, value, target.span)
        unpack(frame, target.items, value)
    elif type(target) is ir.Starred:
        assign(frame, target.value, value if isinstance(value, Sequence) else Sequence(UNKNOWN))
    elif type(target) is ir.Attribute:
        work.escapes(frame, value, target.span)
        assign_attribute(frame, target, value)
    elif type(target) is ir.Subscript:
        work.escapes(frame, value, target.span)
        assign_item(frame, target, value)


def unpack(frame: Frame, targets: tuple[ir.Expr, ...], value: Value) -> None:
    items = unpacked(value, len(targets))
    for target, item in zip(targets, items, strict=True):
        assign(frame, target, item)


def unpacked(value: Value, count: int) -> list[Value]:
    match value:
        case Tuple() if len(value.items) == count:
            return list(value.items)
        case Sequence():
            return [value.of] * count
        case Tainted():
            return [value] * count
        case Union():
            rows = [unpacked(member, count) for member in value.members]
            found = rows[0]
            for row in rows[1:]:
                found = [join_known(left, right) for left, right in zip(found, row, strict=True)]
            return found
    return [UNKNOWN] * count


def assign_attribute(frame: Frame, target: ir.Attribute, value: Value) -> None:
    """`x.name = value`: the variable then holds an object with that attribute set."""
    owner = target.value
    if type(owner) is not ir.Name:
        change_field(frame, target, value)
        return
    current = frame.lookup(owner.id)
    if type(current) is Instance:
        model = frame.evaluator.index.model(current.model)
        if model is None:
            return
        names = [name for name, relation in model.relations.items() if target.name in (name, relation.attname)]
        if names and target.name in model.relations:
            lone = "" if current.lone in names else current.lone
            held = replace(current, known=current.known | frozenset(names), lone=lone)
            frame.env[owner.id] = row_attributes.put(held, target.name, value)
        elif not names and target.name not in model.fields:
            frame.env[owner.id] = row_attributes.put(current, target.name, value)
        elif not names:
            frame.env[owner.id] = row_facts.put(current, target.name, value)
    elif type(current) is QuerySet and target.name == "_iterable_class":
        frame.env[owner.id] = replace(current, rows="made")
    elif type(current) is Request:
        frame.env[owner.id] = row_attributes.put(current, target.name, value)
    elif type(current) is Object and len(current.fields) < MOST_FIELDS:
        fields = dict(current.fields)
        fields[target.name] = as_kept(value, current) if frame.cached_guard else value
        frame.env[owner.id] = Object(
            current.qualname, tuple(sorted(fields.items(), key=lambda item: item[0])), current.varies
        )


def as_kept(value: Value, owner: Object) -> Value:
    """What an object keeps of a first time is the same at every later one: it changes with the object alone."""
    return rebuild(value, lambda source, varies: (source, owner.varies))


def change_field(frame: Frame, target: ir.Attribute, value: Value) -> None:
    """`form.fields["book"].queryset = …`: the form is noted to have an attribute `fields[book]`: its new rows."""
    owner = target.value
    if target.name not in FIELD_CHANGES or not isinstance(owner, ir.Subscript):
        return
    fields = owner.value
    if isinstance(fields, ir.Attribute) and fields.name == "fields" and isinstance(fields.value, ir.Name):
        name = text_of(frame.evaluate(owner.index)) or ""
        rows = value if target.name == "queryset" else UNKNOWN
        assign_attribute(frame, ir.Attribute(fields.value, changed_name(name), target.span), rows)


def changed_name(field: str) -> str:
    """The attribute that says of a form that code gave a field other rows or another widget; "" is any field."""
    return f"fields[{field}]"


def assign_item(frame: Frame, target: ir.Subscript, value: Value) -> None:
    """`x[key] = value` on a dict or list in a variable (or in an attribute of one)."""
    key = frame.evaluate(target.index) if type(target.index) is not ir.Slice else UNKNOWN
    current = frame.evaluate(target.value)
    changed = with_item(current, key, value, loops=frame.loops)
    if changed is not None:
        store(frame, target.value, changed)


def with_item(current: Value, key: Value, value: Value, *, loops: tuple[Loop, ...]) -> Value | None:
    """The container with one more item; the code bounds what it puts there in loops over what it spells out."""
    if type(current) is Mapping:
        name = text_of(key)
        if name is not None and len(current.items) < MOST_FIELDS:
            items = dict(current.items)
            items[name] = join(items[name], value) if name in items and loops else value
            return replace(current, items=tuple(sorted(items.items(), key=lambda item: item[0])))
        of = value if current.of is None else join(current.of, value)
        grows = current.from_rows or bool(multiplying(loops))
        bounded = bool(loops) and not grows and (current.of is None or current.size is not None)
        size = len(current.items) + len(loops) if bounded else None
        return Mapping(current.items, of, join_known(current.key, key), grows, size)
    if type(current) is Sequence:
        return replace(current, of=join_known(current.of, value))
    return None


def store(frame: Frame, target: ir.Expr, value: Value) -> None:
    """Put a changed container back where it came from."""
    match target:
        case ir.Name():
            if target.id in frame.env:
                frame.env[target.id] = value
        case ir.Attribute():
            assign_attribute(frame, target, value)
        case ir.Subscript():
            assign_item(frame, target, value)
