"""Text that reaches SQL: the sinks, what stands around them, and what makes text harmless on the way.

Sinks from Django's documentation, "Performing raw SQL queries", "Query Expressions" and `QuerySet.extra()`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.domain.observation import Piece, PieceKind, SqlText
from djcheck.flow.frame import Event, Frame
from djcheck.flow.lattice import taint
from djcheck.flow.lattice.values import (
    NONE,
    NUMBER,
    UNKNOWN,
    Class,
    External,
    Mapping,
    Object,
    QuerySet,
    Sequence,
    Tainted,
    Text,
    Tuple,
    Unknown,
    Value,
    members,
)
from djcheck.flow.orm import querysets, restrictions
from djcheck.flow.python import calls, formatting

if TYPE_CHECKING:
    from djcheck.flow.python.parameters import Arguments

EXECUTING = frozenset(["execute", "executemany", "callproc", "mogrify", "executescript", "copy_expert"])
# Django's own SQL and its parameters.
COMPILING = frozenset({"sql_with_params", "as_sql"})
# Methods worth remembering on a value of which nothing is known.
SQL_METHODS = EXECUTING | {"cursor", "quote_name", *COMPILING}
RAW_EXPRESSIONS = frozenset({"django.db.models.expressions.RawSQL", "django.db.models.RawSQL"})
COMPOSERS = frozenset({"Identifier", "Literal", "Placeholder"})
DRIVERS = ("psycopg", "psycopg2")


def emit(frame: Frame, sink: str, pieces: tuple[Piece, ...], node: ir.Expr, *, has_parameters: bool) -> None:
    """Tell of text at a sink; what is still a mere parameter waits for the callers."""
    doubt = "parameter" if any(piece.kind is PieceKind.PARAMETER for piece in pieces) else ""
    if not doubt and any(piece.kind is PieceKind.UNKNOWN for piece in pieces):
        doubt = "unknown-taint"
    if any(piece.kind is PieceKind.TAINTED for piece in pieces):
        doubt = ""
    if sink == "cursor" and not reads_only(pieces):
        frame.writes()
    draft = SqlText(frame.place(node.span), frame.symbol, (), (), doubt, sink, pieces, has_parameters)
    frame.emit(Event(draft, frozenset(), None, must_vary=False))


def reads_only(pieces: tuple[Piece, ...]) -> bool:
    return bool(pieces) and pieces[0].text.lstrip("( \n\t").lower().startswith(("select ", "select\n", "explain "))


def given(arguments: Arguments, position: int, name: str) -> Value | None:
    if name in arguments.keywords:
        return arguments.keywords[name]
    return arguments.positional[position] if len(arguments.positional) > position else None


def node_of(node: ir.Call, position: int, name: str) -> ir.Expr:
    for keyword in node.keywords:
        if keyword.name == name:
            return keyword.value
    return node.args[position] if len(node.args) > position else node


def has_values(value: Value | None) -> bool:
    return value is not None and value != NONE and not (isinstance(value, Tuple) and not value.items)


def text_sink(
    frame: Frame, sink: str, arguments: Arguments, node: ir.Call, names: tuple[str, str] = ("sql", "params")
) -> None:
    """A call whose first argument is SQL and whose second are its parameters."""
    value = given(arguments, 0, names[0])
    if value is None:
        return
    label = formatting.label_of(node_of(node, 0, names[0]))
    pieces = taint.pieces_of(value, label)
    if not composed(value):
        emit(frame, sink, pieces, node, has_parameters=has_values(given(arguments, 1, names[1])))


def composed(value: Value) -> bool:
    """A value that is certainly no interpolated text: another library's object, or nothing that is known at all.

    Text that comes whole from an unknown call is not what these rules are about: nobody interpolates there.
    """
    return all(
        isinstance(member, External | Object | Class) or (isinstance(member, Unknown) and member.why != "parameter")
        for member in members(value)
    )


# ------------------------------------------------------------------ querysets


def queryset_sink(frame: Frame, receiver: QuerySet, name: str, arguments: Arguments, node: ir.Call) -> Value:
    """`Model.objects.raw(…)` and `queryset.extra(…)`."""
    if querysets.own_method(frame, receiver, name) is not None:
        return querysets.query_method(frame, receiver, name, arguments, node)
    restrictions.note(frame, receiver, name, arguments, node)
    if name == "raw":
        text_sink(frame, "raw", arguments, node, ("raw_query", "params"))
        return querysets.lazy(frame, querysets.narrowed(frame, receiver, "filter", arguments, node))
    extra(frame, arguments, node)
    return querysets.narrowed(frame, querysets.initial(frame, receiver, node.span), "filter", arguments, node)


def extra(frame: Frame, arguments: Arguments, node: ir.Call) -> None:
    has_parameters = any(has_values(arguments.keywords.get(key)) for key in ("params", "select_params"))
    for key, position in (("select", 0), ("where", 1), ("tables", 3), ("order_by", 4)):
        value = given(arguments, position, key)
        if value is None or value == NONE:
            continue
        part_node = node_of(node, position, key)
        prefix = (Piece(PieceKind.CONSTANT, "ORDER BY "),) if key in ("order_by", "tables") else ()
        texts = extra_texts(value, formatting.label_of(part_node))
        for pieces, place in zip(texts, part_nodes(part_node, len(texts)), strict=True):
            emit(frame, "extra", (*prefix, *pieces), place, has_parameters=has_parameters)


def part_nodes(node: ir.Expr, count: int) -> list[ir.Expr]:
    """Where each of several texts stands: its item of the list or dict, if that is spelled out."""
    items: list[ir.Expr] = []
    if isinstance(node, ir.Collection):
        items = list(node.items)
    elif isinstance(node, ir.Dictionary):
        items = [value for _, value in node.items]
    return items if len(items) == count else [node] * count


def extra_texts(value: Value, label: str) -> list[tuple[Piece, ...]]:
    """Each SQL text among the values of a dict or the items of a list."""
    match value:
        case Mapping():
            found = [taint.pieces_of(item, label) for _, item in value.items]
            return found + ([] if value.of is None else [taint.pieces_of(value.of, label)])
        case Tuple():
            return [taint.pieces_of(item, label) for item in value.items]
        case Sequence():
            return [] if isinstance(value.of, Unknown) and not value.of.why else [taint.pieces_of(value.of, label)]
    return [] if composed(value) else [taint.pieces_of(value, label)]


# ------------------------------------------------------------------ other packages


def external_sink(frame: Frame, name: str, arguments: Arguments, node: ir.Call) -> Value | None:
    """A call of Django's or a driver's own SQL functions; None where it is none."""
    last = name.rpartition(".")[2]
    if name in RAW_EXPRESSIONS:
        text_sink(frame, "RawSQL", arguments, node)
        return External(name, True)
    if name == "django.db.migrations.RunSQL":
        run_sql(frame, arguments, node)
        return External(name, True)
    if last in ("quote_name", "quote_ident", "escape_identifier"):
        return taint.safe(last)
    if name.startswith(DRIVERS) and ".sql." in name:
        return composer(frame, last, arguments, node)
    if name.startswith("django.db") and last in EXECUTING:
        text_sink(frame, "cursor", arguments, node, ("sql", "params"))
        return UNKNOWN
    if name.startswith("django.db.models.") and not last.endswith("Error"):  # an expression, no exception
        expression_template(frame, arguments, node)
        return External(name, True)
    return passed_on(name, arguments)


# Functions that hand outside text on in another shape, and those that leave no quote in it.
PASSING = frozenset(
    {
        "json.loads", "json.load", "orjson.loads", "ujson.loads", "urllib.parse.unquote", "urllib.parse.unquote_plus",
        "urllib.parse.parse_qs", "urllib.parse.parse_qsl", "base64.b64decode", "base64.urlsafe_b64decode",
        "html.unescape", "io.StringIO", "io.BytesIO",
    }
)  # fmt: skip
CLEANING = frozenset(
    {
        "django.utils.text.slugify", "django.utils.dateparse.parse_date", "django.utils.dateparse.parse_datetime",
        "django.utils.dateparse.parse_time", "django.utils.dateparse.parse_duration", "django.utils.html.escape",
        "html.escape", "urllib.parse.quote", "urllib.parse.quote_plus", "binascii.hexlify",
    }
)  # fmt: skip


def passed_on(name: str, arguments: Arguments) -> Value | None:
    value = arguments.positional[0] if arguments.positional else None
    if name in CLEANING:
        return NUMBER
    if name in PASSING and value is not None and taint.is_texty(value):
        return next(member for member in members(value) if isinstance(member, Text | Tainted))
    return None


def composer(frame: Frame, last: str, arguments: Arguments, node: ir.Call) -> Value:
    """psycopg's `sql` module: composition is safe, but `SQL()` itself takes text as it is."""
    if last in COMPOSERS:
        return taint.safe(f"sql.{last}")
    value = given(arguments, 0, "string")
    if last == "SQL" and value is not None and not composed(value):
        emit(
            frame,
            "cursor",
            taint.pieces_of(value, formatting.label_of(node_of(node, 0, "string"))),
            node,
            has_parameters=False,
        )
    return External(f"psycopg.sql.{last}", True)


def run_sql(frame: Frame, arguments: Arguments, node: ir.Call) -> None:
    for position, name in ((0, "sql"), (1, "reverse_sql")):
        value = given(arguments, position, name)
        if value is not None:
            for pieces in extra_texts(value, name):
                emit(frame, "RunSQL", pieces, node, has_parameters=False)


def expression_template(frame: Frame, arguments: Arguments, node: ir.Call) -> None:
    """`Func(…, template=…, function=…)`: text that goes into the SQL as it is."""
    for name in ("template", "function", "arg_joiner"):
        value = arguments.keywords.get(name)
        if value is not None and not composed(value):
            pieces = taint.pieces_of(value, name)
            emit(frame, "expression", pieces, node_of(node, 99, name), has_parameters=False)


def external_method(frame: Frame, receiver: External, name: str, arguments: Arguments, node: ir.Call) -> Value | None:
    """`cursor.execute(…)` on what `connection.cursor()` returned."""
    is_connection = "cursor" in receiver.name or "connect" in receiver.name or "schema_editor" in receiver.name
    if name in EXECUTING and is_connection:
        names = ("sql", "params")
        if name != "callproc":
            text_sink(frame, "cursor", arguments, node, names)
        else:
            procedure(frame, arguments, node)
        return UNKNOWN
    if name == "quote_name":
        return taint.safe("quote_name")
    if name.startswith("fetch") and is_connection:
        return Sequence(UNKNOWN, None, True) if name != "fetchone" else UNKNOWN
    return None


def procedure(frame: Frame, arguments: Arguments, node: ir.Call) -> None:
    value = given(arguments, 0, "procname")
    if value is not None and not composed(value):
        prefix = Piece(PieceKind.CONSTANT, "CALL ")
        pieces = (prefix, *taint.pieces_of(value, "procname"))
        emit(frame, "cursor", pieces, node, has_parameters=has_values(given(arguments, 1, "params")))


SQL_WORDS = ("select ", "insert ", "update ", "delete ", "alter ", "create ", "drop ", "with ", "truncate ", "copy ")


def unknown_method(frame: Frame, name: str, arguments: Arguments, node: ir.Call) -> Value:
    """A method with an SQL name on a value of which nothing is known (a cursor that was passed in)."""
    if name == "quote_name":
        return taint.safe("quote_name")
    if name in COMPILING:
        return Tuple((taint.safe(name), UNKNOWN))
    if name == "cursor":
        return External("unknown.cursor", True)
    value = given(arguments, 0, "sql")
    if value is not None and not composed(value):
        pieces = taint.pieces_of(value, "sql")
        start = pieces[0].text.lstrip("( \n\t").lower() if pieces and pieces[0].kind is PieceKind.CONSTANT else ""
        if start.startswith(SQL_WORDS):
            text_sink(frame, "cursor", arguments, node)
            return UNKNOWN
    calls.pass_on(frame, arguments, node.span)
    return UNKNOWN
