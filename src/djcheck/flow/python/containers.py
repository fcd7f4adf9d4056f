"""Lists, tuples, sets and dicts: methods that look, and methods that change what a variable holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from djcheck.domain import ir
from djcheck.flow.frame import multiplying
from djcheck.flow.lattice import taint
from djcheck.flow.lattice.bounds import bounded
from djcheck.flow.lattice.joining import join, join_all, join_known
from djcheck.flow.lattice.texts import text_of
from djcheck.flow.lattice.values import NONE, NUMBER, UNKNOWN, Mapping, Sequence, Tuple, Value, members
from djcheck.flow.orm import work
from djcheck.flow.python import assignment, iteration, subscripts

if TYPE_CHECKING:
    from djcheck.flow.frame import Frame
    from djcheck.flow.python.parameters import Arguments

ADDING = frozenset(["append", "add", "appendleft", "insert", "push"])
EXTENDING = frozenset(["extend", "update", "extendleft", "union_update"])


def mutate(frame: Frame, function: ir.Attribute, receiver: Value, node: ir.Call) -> Value | None:
    """A call that changes a container in place; None where it is no such call."""
    name = function.name
    changes = name in ADDING or name in EXTENDING or name in ("setdefault", "sort")
    if not changes or not isinstance(receiver, Sequence | Mapping | Tuple):
        return None
    values = [frame.evaluate(part) for part in node.args if type(part) is not ir.Starred]
    named = {keyword.name: frame.evaluate(keyword.value) for keyword in node.keywords if keyword.name}
    for value in (*values, *named.values()):
        work.escapes(frame, value, node.span)
    if name == "sort":
        work.sorted_rows(frame, receiver, named.get("key"), node, in_place=True)
        return NONE
    changed, result = change(frame, receiver, name, values, named, node)
    if changed is not None:
        assignment.store(frame, function.value, bounded(changed))
    return result


def change(
    frame: Frame, receiver: Value, name: str, values: list[Value], named: dict[str, Value], node: ir.Call
) -> tuple[Value | None, Value]:
    """The container afterwards, and the call's own result."""
    if type(receiver) is Mapping:
        return change_mapping(frame, receiver, name, values, named)
    added = added_item(frame, name, values, node)
    if added is None:
        return None, NONE
    if type(receiver) is Tuple:
        receiver = Sequence(join_all(list(receiver.items)), len(receiver.items))
    assert type(receiver) is Sequence
    # What an object holds may have grown elsewhere: only a display says how many items there are.
    more = 1 if name in ADDING else len(values[0].items) if values and type(values[0]) is Tuple else None
    grows = bool(multiplying(frame.loops)) or more is None
    size = None if grows or receiver.size is None or more is None else receiver.size + more
    if size is not None and (frame.loops or name in EXTENDING):
        size = iteration.SHORT  # in a loop that the code itself bounds, or as many as it spells out
    rows = receiver.from_rows or grows
    return Sequence(join_known(receiver.of, added), size, rows), NONE


def added_item(frame: Frame, name: str, values: list[Value], node: ir.Call) -> Value | None:
    if name in EXTENDING:
        return iteration.item_of(frame, values[0], node.span) if values else None
    return values[-1] if values else None


def change_mapping(
    frame: Frame, receiver: Mapping, name: str, values: list[Value], named: dict[str, Value]
) -> tuple[Value | None, Value]:
    from djcheck.flow.python import calls

    if name == "setdefault" and values:
        default = values[1] if len(values) > 1 else NONE
        found = receiver.of if receiver.of is not None else default
        changed = assignment.with_item(receiver, values[0], join_known(found, default), loops=frame.loops)
        return changed, join_known(found, default)
    if name == "update":
        added = Mapping(tuple(sorted(named.items(), key=lambda item: item[0])))
        for value in values:
            for member in members(value):
                if isinstance(member, Mapping):
                    added = calls.updated(added, member)
                else:
                    added = replace(added, of=UNKNOWN if added.of is None else added.of)
        return calls.updated(receiver, added), NONE
    return None, UNKNOWN


def call(frame: Frame, receiver: Value, name: str, arguments: Arguments, node: ir.Call) -> Value:
    """A method that only looks."""
    work.escapes(frame, receiver, node.span)
    if type(receiver) is Mapping:
        found = call_mapping(frame, receiver, name, arguments)
        by_key = name in ("get", "pop") and arguments.positional and text_of(arguments.positional[0]) is None
        return iteration.picked(frame, found) if by_key else found
    of = receiver.of if type(receiver) is Sequence else join_all(list(getattr(receiver, "items", ())))
    if name in ("pop", "popleft"):
        return of
    if name in ("copy", "union", "difference", "intersection", "order_by"):
        return receiver
    if name in ("index", "count"):
        return NUMBER
    return UNKNOWN if name != "__iter__" else receiver


def call_mapping(frame: Frame, receiver: Mapping, name: str, arguments: Arguments) -> Value:
    values = [value for _, value in receiver.items]
    of = (
        join_all([*values, *([receiver.of] if receiver.of is not None else [])]) if (values or receiver.of) else UNKNOWN
    )
    if name in ("get", "pop"):
        keys = members(arguments.positional[0]) if arguments.positional else ()
        default = arguments.positional[1] if len(arguments.positional) > 1 else NONE
        if keys and all(is_settled(receiver, key) for key in keys):
            return join_all([receiver.get(text_of(key) or "") or default for key in keys])
        return join(subscripts.mapping_item(receiver, UNKNOWN), default)
    if name in ("keys", "values", "items"):
        return parts_of(receiver, name) or Sequence(part(name, key_of(receiver), of), receiver.size, receiver.from_rows)
    return receiver if name == "copy" else UNKNOWN


def is_settled(receiver: Mapping, key: Value) -> bool:
    """Is it known what a dictionary has under a key, if anything?"""
    text = text_of(key)
    return text is not None and (receiver.of is None or receiver.get(text) is not None)


def parts_of(receiver: Mapping, name: str) -> Tuple | None:
    """The keys, values or both of a dictionary that the code spells out, one by one."""
    if receiver.of is not None or receiver.from_rows:
        return None
    return Tuple(tuple(part(name, taint.constant(key), value) for key, value in receiver.items))


def part(name: str, key: Value, value: Value) -> Value:
    return key if name == "keys" else value if name == "values" else Tuple((key, value))


def key_of(receiver: Mapping) -> Value:
    known = [taint.constant(name) for name, _ in receiver.items]
    return join_all([*known, receiver.key]) if receiver.of is not None else join_all(list(known))
