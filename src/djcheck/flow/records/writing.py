"""What evaluation works with as plain data, for the cache: places are told from the statements that they stand in."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from hashlib import blake2b
from types import FunctionType
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import astuple

from djcheck.domain import observation
from djcheck.domain.facts import TemplateFacts
from djcheck.domain.index import ClassInfo, ConstantInfo, FunctionInfo
from djcheck.domain.relation_kind import RelationKind
from djcheck.domain.source import Place, Span
from djcheck.domain.trace import Role
from djcheck.facts.anchors import Anchors
from djcheck.flow import callers, frame
from djcheck.flow.lattice import values
from djcheck.flow.sharing import Declaration

AnchorsOf = Callable[[str], Anchors]
TUPLE, SET, TYPE = 0, 1, 2
DIGEST = 16


class Unwritable(Exception):
    """A value of a kind that is never told to the observations."""


def kinds_in(*modules: object) -> dict[str, type]:
    """The classes of values that may be read from what was written."""
    members = [member for module in modules for member in vars(module).values() if isinstance(member, type)]
    return {kind.__name__: kind for kind in members if issubclass(kind, Struct | Enum) or hasattr(kind, "_fields")}


KINDS = kinds_in(observation, values, frame, callers) | {kind.__name__: kind for kind in (Place, RelationKind, Role)}


class Plain:
    """Turns values into plain data. `anchors_of` gives the anchors of a file."""

    def __init__(self, anchors_of: AnchorsOf) -> None:
        self._anchors_of = anchors_of

    def write(self, value: Any, path: str = "") -> Any:
        """`path` is the file in which spans stand, where the value itself does not say."""
        kind = type(value)
        if value is None or kind in (str, int, float, bool, bytes):
            return value
        if kind is Place:
            return ["Place", value.path, *self._anchors_of(value.path).anchored(value.span)]
        if kind is Span:
            return ["Span", *self._anchors_of(path).anchored(value)]
        if kind is tuple:
            return [TUPLE, *[self.write(each, path) for each in value]]
        if kind is frozenset:
            return [SET, *sorted((self.write(each, path) for each in value), key=msgspec.msgpack.encode)]
        if isinstance(value, type):
            return [TYPE, value.__name__]
        if issubclass(kind, Enum):
            return [kind.__name__, value.value]
        if isinstance(value, Struct | tuple):
            fields = value if isinstance(value, tuple) else astuple(value)
            return [kind.__name__, *[self.write(each, path) for each in fields]]
        raise Unwritable(kind.__name__)


class Writer(Plain):
    """Turns what is told to the observations into plain data, and back."""

    def write(self, value: Any, path: str = "") -> Any:
        if isinstance(value, Struct | Enum) and KINDS.get(type(value).__name__) is not type(value):
            raise Unwritable(type(value).__name__)
        return super().write(value, path)

    def read(self, data: Any) -> Any:
        if type(data) is not list:
            return data
        kind, *rest = data
        if kind == "Place":
            return Place(rest[0], self._anchors_of(rest[0]).placed(tuple(rest[1:])))
        if kind == TYPE:
            return KINDS[rest[0]]
        fields = [self.read(each) for each in rest]
        if kind == TUPLE:
            return tuple(fields)
        return frozenset(fields) if kind == SET else KINDS[kind](*fields)


class Digests(Plain):
    """Digests by which what is equal in one process is known again in another."""

    def __init__(self, anchors_of: AnchorsOf) -> None:
        super().__init__(anchors_of)
        # By identity, since that is what many values share their parts by; what it is of is kept alive meanwhile.
        self._known: dict[int, bytes] = {}
        self._alive: list[object] = []

    def of(self, value: Any, path: str = "") -> bytes:
        return blake2b(msgspec.msgpack.encode(self.write(value, path)), digest_size=DIGEST).digest()

    def text(self, text: str) -> str:
        """A text that may end in the line of a template in Python code."""
        path, mark, line = text.rpartition("#")
        if not mark or not line.isdigit():
            return text
        which, lines, *_ = self._anchors_of(path).anchored(Span(int(line), 1, int(line), 1))
        return f"{path}#{which}+{lines}"

    def text_of(self, written: str) -> str:
        """What `text` made that of."""
        path, mark, place = written.rpartition("#")
        which, plus, lines = place.partition("+")
        if not mark or not plus:
            return written
        return f"{path}#{self._anchors_of(path).placed((int(which), int(lines), 1, 0, 0, 1)).line}"

    def write(self, value: Any, path: str = "") -> Any:
        kind = type(value)
        if kind is bool or kind is int or (kind is float and value.is_integer()):
            return int(value) if abs(value) < 1 << 63 else str(value)  # 1, 1.0 and True are equal
        if kind is values.Closure:
            body = value.function
            where = Place(value.path, body.span)
            return ["Closure", body.name, value.symbol, value.owner, self.write(where), self.write(value.seen)]
        if kind is FunctionInfo:
            return ["FunctionInfo", value.qualname, value.owner, self.write(Place(value.path, value.fact.span))[:5]]
        if kind is ClassInfo or kind is ConstantInfo:
            return [kind.__name__, value.qualname, value.path]
        if kind is FunctionType:
            return ["function", value.__module__, value.__qualname__]
        if kind is TemplateFacts:
            return self._template(value)
        if kind is Declaration:
            path = value.path
        if not isinstance(value, Struct) or kind is Place or path:
            return super().write(value, path)
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = blake2b(
                msgspec.msgpack.encode(super().write(value)), digest_size=DIGEST
            ).digest()
            self._alive.append(value)
        return known

    def _template(self, facts: TemplateFacts) -> Any:
        path, mark, _ = facts.path.partition("#")
        if not mark:
            return ["TemplateFacts", path, facts.language]
        known = self._known.get(id(facts))
        if known is None:
            known = self._known[id(facts)] = self.of((self.text(facts.path), astuple(facts)[1:]), path)
            self._alive.append(facts)
        return known
