"""Text by its pieces: where each part of a string came from, and what makes it harmless in SQL."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from djcheck.domain.observation import Piece, PieceKind, Step
from djcheck.domain.trace import Role
from djcheck.flow.lattice.joining import join
from djcheck.flow.lattice.values import (
    NUMBER,
    UNKNOWN,
    Const,
    External,
    Mapping,
    Meta,
    Plain,
    Sequence,
    Tainted,
    Text,
    Tuple,
    Union,
    Unknown,
    Value,
    members,
)

if TYPE_CHECKING:
    from djcheck.domain.source import Span
    from djcheck.flow.frame import Frame

MOST_PIECES = 40
MOST_CONSTANTS = 10_000


@lru_cache(MOST_CONSTANTS)
def constant(text: str) -> Text:
    """A text that the code spells out: the same few names and keys over and over."""
    return Text((Piece(PieceKind.CONSTANT, text),))


def from_request(frame: Frame, name: str, span: Span) -> Tainted:
    return Tainted(Step(Role.SOURCE, frame.place(span), f"request.{name}"), f"request.{name}")


# What the site's owner decides, and what cannot hold a quote.
TRUSTED = (
    "django.conf.settings.", "os.environ", "os.getenv", "django.db.connection.", "django.db.connections.",
    "datetime.", "django.utils.timezone.", "uuid.", "decimal.", "time.", "secrets.", "hashlib.", "random.",
)  # fmt: skip


def pieces_of(value: Value, label: str) -> tuple[Piece, ...]:
    """What a value contributes when it becomes part of a text; `label` is what the code calls it."""
    match value:
        case Text():
            return value.pieces
        case Tainted():
            return (Piece(PieceKind.TAINTED, label or value.label, value.source, value.calls),)
        case Const():
            return (Piece(PieceKind.CONSTANT, str(value.value)),)
        case External():
            return (Piece(PieceKind.SAFE if value.name.startswith(TRUSTED) else PieceKind.UNKNOWN, label),)
        case Plain():
            return (Piece(PieceKind.SAFE if value.safe_text else PieceKind.UNKNOWN, label),)
        case Union():
            return worst([pieces_of(member, label) for member in value.members])
        case Unknown():
            kind = PieceKind.PARAMETER if value.why == "parameter" else PieceKind.UNKNOWN
            return (Piece(kind, label or value.why),)
    return (Piece(PieceKind.UNKNOWN, label),)


DANGER = {PieceKind.CONSTANT: 0, PieceKind.SAFE: 1, PieceKind.PARAMETER: 2, PieceKind.UNKNOWN: 3, PieceKind.TAINTED: 4}


def worst(choices: list[tuple[Piece, ...]]) -> tuple[Piece, ...]:
    """Of the texts that a value can be, the most dangerous."""
    return max(choices, key=lambda pieces: max((DANGER[piece.kind] for piece in pieces), default=0))


def text(parts: list[tuple[Piece, ...]]) -> Text:
    """Parts put one after another, neighbouring constants as one."""
    merged: list[Piece] = []
    for pieces in parts:
        for piece in pieces:
            if merged and piece.kind is PieceKind.CONSTANT and merged[-1].kind is PieceKind.CONSTANT:
                merged[-1] = Piece(PieceKind.CONSTANT, merged[-1].text + piece.text)
            else:
                merged.append(piece)
    if len(merged) > MOST_PIECES:
        dangerous = [piece for piece in merged if DANGER[piece.kind] >= 2]
        merged = [*merged[:MOST_PIECES], *dangerous[:1]]
    return Text(tuple(merged))


MOST_CALLS = 6


def through(value: Value, step: Step) -> Value:
    """Outside data passed on by a call remembers it."""
    if type(value) is Tainted and len(value.calls) < MOST_CALLS:
        return Tainted(value.source, value.label, (*value.calls, step))
    if type(value) is Text and any(piece.kind is PieceKind.TAINTED for piece in value.pieces):
        return Text(tuple(passed(piece, step) for piece in value.pieces))
    return value


def passed(piece: Piece, step: Step) -> Piece:
    if piece.kind is not PieceKind.TAINTED or len(piece.calls) >= MOST_CALLS:
        return piece
    return Piece(piece.kind, piece.text, piece.source, (*piece.calls, step))


def is_texty(value: Value) -> bool:
    return any(isinstance(member, Text | Tainted) for member in members(value))


def element_pieces(value: Value, label: str) -> list[tuple[Piece, ...]]:
    """The pieces of a sequence's items, as `join` puts them together."""
    match value:
        case Tuple():
            return [pieces_of(item, label) for item in value.items]
        case Sequence():
            return [pieces_of(value.of, label)]
        case Mapping():
            return [pieces_of(value.key, label), *((Piece(PieceKind.CONSTANT, name),) for name, _ in value.items)]
        case Union():
            return [worst([tuple(p for part in element_pieces(m, label) for p in part) for m in value.members])]
        case Text() | Tainted():
            return [pieces_of(value, label)]
    return [(Piece(PieceKind.UNKNOWN, label),)]


def joined(separator: Value, items: Value, label: str) -> Text:
    """`separator.join(items)`."""
    parts = element_pieces(items, label)
    between = pieces_of(separator, "")
    out: list[tuple[Piece, ...]] = []
    for at, part in enumerate(parts):
        if at:
            out.append(between)
        out.append(part)
    if len(parts) == 1:
        out.append(between)
    return text(out)


def interpolated(
    template: Text, values: list[tuple[Value, str]], named: dict[str, tuple[Value, str]], style: str
) -> Text:
    """`template % values` (style "%") or `template.format(…)` (style "{"): placeholders replaced in order."""
    parts: list[tuple[Piece, ...]] = []
    left = list(values)
    for piece in template.pieces:
        if piece.kind is not PieceKind.CONSTANT:
            parts.append((piece,))
            continue
        for fixed, name in split_placeholders(piece.text, style):
            if fixed:
                parts.append((Piece(PieceKind.CONSTANT, fixed),))
            if name is None:
                continue
            parts.append(filled(name, left, values, named))
    return text(parts)


def filled(
    name: str, left: list[tuple[Value, str]], values: list[tuple[Value, str]], named: dict[str, tuple[Value, str]]
) -> tuple[Piece, ...]:
    """What stands in for one placeholder."""
    key = name.split(".")[0].split("[")[0]
    if key == NAMED_NUMBER:
        return (Piece(PieceKind.SAFE, "number"),)
    if key == "%d":
        if left:
            left.pop(0)
        return (Piece(PieceKind.SAFE, "number"),)
    if key.isdigit() and int(key) < len(values):
        value, label = values[int(key)]
    elif key in named:
        value, label = named[key]
    elif left:
        value, label = left.pop(0)
    elif named:
        return worst([pieces_of(value, label) for value, label in named.values()])
    elif values:
        value, label = values[-1]
    else:
        return (Piece(PieceKind.UNKNOWN, name),)
    return pieces_of(value, label)


NUMBER_SIGNS = "diouxXeEfFgG"
# A placeholder that is looked up by its name and can only be a number.
NAMED_NUMBER = "%(number)"


def split_placeholders(template: str, style: str) -> list[tuple[str, str | None]]:
    """Constant runs of a template, each with the placeholder behind it (None at the end).

    A positional placeholder is ""; `%d` is named so, since it can only be a number.
    """
    return percent_parts(template) if style == "%" else brace_parts(template)


def percent_parts(template: str) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    run, at = "", 0
    while at < len(template):
        if template[at] != "%" or at + 1 == len(template):
            run += template[at]
            at += 1
            continue
        if template[at + 1] == "%":
            run += "%"
            at += 2
            continue
        end, name = at + 1, ""
        if template[end] == "(":
            close = template.find(")", end)
            if close < 0:
                break
            name, end = template[end + 1 : close], close + 1
        while end < len(template) and not template[end].isalpha():
            end += 1
        if end < len(template) and template[end] in NUMBER_SIGNS:
            name = NAMED_NUMBER if name else "%d"
        found.append((run, name))
        run, at = "", end + 1
    found.append((run, None))
    return found


def brace_parts(template: str) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    run, at = "", 0
    while at < len(template):
        char = template[at]
        if char in "{}" and template[at : at + 2] == char * 2:
            run += char
            at += 2
        elif char == "{":
            close = template.find("}", at)
            if close < 0:
                break
            found.append((run, brace_name(template[at + 1 : close])))
            run, at = "", close + 1
        else:
            run += char
            at += 1
    found.append((run, None))
    return found


def brace_name(field: str) -> str:
    """The name in `{name!r:>10}`; one that is written as a number can only be one."""
    name, _, form = field.partition(":")
    if form and form[-1] in "dnfeEgGxXob%":
        return NAMED_NUMBER if name else "%d"
    return name.partition("!")[0]


# Methods of str that keep where it came from.
KEEPING = frozenset(
    [
        "strip",
        "lstrip",
        "rstrip",
        "lower",
        "upper",
        "title",
        "capitalize",
        "replace",
        "removeprefix",
        "removesuffix",
        "encode",
        "decode",
        "center",
        "ljust",
        "rjust",
        "zfill",
        "expandtabs",
        "casefold",
        "swapcase",
        "translate",
    ]
)


def text_method(
    receiver: Value, name: str, positional: list[tuple[Value, str]], named: dict[str, tuple[Value, str]]
) -> Value | None:
    """The result of a method of str, or None where it is not one that matters."""
    if name in KEEPING:
        return receiver
    if name == "join" and positional:
        return joined(receiver, *positional[0])
    if name == "format" and isinstance(receiver, Text):
        return interpolated(receiver, positional, named, "{")
    if name == "format_map" and isinstance(receiver, Text):
        mapping = positional[0][0] if positional else UNKNOWN
        found = {key: (value, key) for key, value in mapping.items} if isinstance(mapping, Mapping) else {}
        return interpolated(receiver, [] if found else positional, found, "{")
    if name in ("split", "rsplit", "splitlines"):
        return Sequence(receiver)
    if name in ("partition", "rpartition"):
        return Tuple((receiver, receiver, receiver))
    if name.startswith("is") or name in ("startswith", "endswith", "count", "find", "index"):
        return NUMBER
    return None


def meta_method(name: str) -> Value:
    """`_meta.get_field("author").column`, `field.m2m_db_table()`: names of the models' own."""
    if name in ("get_field", "get_fields"):
        return Meta("") if name == "get_field" else Sequence(Meta(""))
    return safe(name) if name.startswith(("m2m_", "get_attname", "db_")) else UNKNOWN


def safe(label: str) -> Text:
    return Text((Piece(PieceKind.SAFE, label),))


def tainted_method(receiver: Tainted, name: str, arguments: list[Value]) -> Value:
    """Whatever is taken out of outside data comes from outside."""
    if name.startswith("is_") or name in ("keys", "isdigit"):
        return receiver if name == "keys" else NUMBER
    if name in ("getlist", "values", "items", "split"):
        return receiver
    if name in ("get", "pop") and len(arguments) > 1:
        return join(receiver, arguments[1])
    return receiver
