"""Looking into IR, for tests: every node of a template, and the text at its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from msgspec import Struct

from djcheck.domain import ir
from djcheck.domain.source import Span

Kind = TypeVar("Kind")


def nodes(value: object) -> Iterator[Struct]:
    """Every struct in a tree, in the order in which the text has it."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from nodes(item)
    elif isinstance(value, Struct) and not isinstance(value, Span):
        yield value
        for field in value.__struct_fields__:
            yield from nodes(getattr(value, field))


def every(kind: type[Kind], value: object) -> list[Kind]:
    return [node for node in nodes(value) if isinstance(node, kind)]


def only(kind: type[Kind], value: object) -> Kind:
    (node,) = every(kind, value)
    return node


def source(text: str, span: Span) -> str:
    lines = text.split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


def at(text: str, node: object) -> str:
    span = getattr(node, "span", None)
    assert isinstance(span, Span)
    return source(text, span)


def lookups(text: str, value: object) -> list[str]:
    """Every variable with what is looked up on it (`book.author.name`), as the text has it."""
    inner = {id(node.value) for node in nodes(value) if isinstance(node, ir.Attribute | ir.Subscript)}
    kinds = (ir.Name, ir.Attribute, ir.Subscript)
    return [at(text, node) for node in nodes(value) if isinstance(node, kinds) and id(node) not in inner]
