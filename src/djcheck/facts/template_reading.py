"""What a Django template does: its variables and tags, nested as Django nests them, as IR."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.template.base import DebugLexer, TokenType

from djcheck.domain.ir import Block, Comparison, Evaluate, Expr, For, If, Name, Opaque, Scope, Stmt, Tag
from djcheck.domain.source import Span
from djcheck.facts import template_tags
from djcheck.facts.template_expressions import Bit, condition, expression, joined, parsed, split
from djcheck.facts.template_nesting import pair_tags

TRANSPARENT = frozenset(("autoescape", "localize", "localtime", "spaceless", "verbatim"))
JINJA_TAGS = frozenset(("call", "endcall", "endmacro", "endset", "from", "import", "macro"))


class Piece(NamedTuple):
    """A variable (then `name` is empty) or a tag; `content` is what its braces hold."""

    name: str
    content: Bit
    span: Span


def pieces(text: str) -> Iterator[Piece]:
    for token in DebugLexer(text).tokenize():
        if token.token_type not in (TokenType.VAR, TokenType.BLOCK) or not token.contents:
            continue
        start, end = token.position
        column = start - text.rfind("\n", 0, start)
        content = Bit(token.contents, token.lineno, column + text.index(token.contents, start + 2) - start)
        name = token.contents.split(None, 1)[0] if token.token_type is TokenType.BLOCK else ""
        yield Piece(name, content, Span(token.lineno, column, token.lineno, column + end - start))


class Reader:
    """Lowers one template; `body` is asked once for the whole, then `libraries` and `extends` are known."""

    def __init__(self, text: str) -> None:
        self.pieces = list(pieces(text))
        self.ends = pair_tags([piece.name for piece in self.pieces], BLOCKS)
        self.libraries: dict[str, None] = {}
        self.extends: Expr | None = None

    def read(self) -> tuple[Stmt, ...]:
        return self.body(0, len(self.pieces))

    def body(self, start: int, stop: int) -> tuple[Stmt, ...]:
        statements: list[Stmt] = []
        index = start
        while index < stop:
            piece = self.pieces[index]
            end = self.ends.get(index)
            if end is not None:
                lower = BODIES.get(piece.name, Reader.tag_with_body)
                statements.extend(lower(self, index, end))
                index = end
            elif piece.name:
                statements.extend(self.inline(piece))
            else:
                statements.append(Evaluate(expression(piece.content), piece.content.span(), prints=True))
            index += 1
        return tuple(statements)

    def branches(self, start: int, end: int, marks: tuple[str, ...]) -> list[tuple[Piece, int, int]]:
        """The parts of a body that marks such as `else` divide: the tag that begins it, and its range."""
        parts: list[tuple[Piece, int, int]] = []
        begin, index = start, start + 1
        while index < end:
            if self.pieces[index].name in marks:
                parts.append((self.pieces[begin], begin + 1, index))
                begin = index
            index = self.ends.get(index, index) + 1
        parts.append((self.pieces[begin], begin + 1, end))
        return parts

    def inline(self, piece: Piece) -> tuple[Stmt, ...]:
        name, content, span = piece
        if name == "load":
            self.libraries.update(dict.fromkeys(template_tags.libraries(content)))
            return ()
        if name == "extends":
            parent = joined(content, split(content)[1:2])
            self.extends = self.extends or expression(parent)
            return ()
        if name == "include":
            return (template_tags.include(content, span),)
        if name == "regroup":
            return (template_tags.regroup(content, span),)
        if name.startswith("end") and name[3:] in BLOCKS:
            return ()
        return (template_tags.any_tag(name, split(content), (), span),)

    def tag_with_body(self, start: int, end: int) -> tuple[Stmt, ...]:
        name, content, span = self.pieces[start]
        return (template_tags.any_tag(name, split(content), self.body(start + 1, end), span),)

    def skipped(self, start: int, end: int) -> tuple[Stmt, ...]:
        return ()

    def transparent(self, start: int, end: int) -> tuple[Stmt, ...]:
        return self.body(start + 1, end)

    def block(self, start: int, end: int) -> tuple[Stmt, ...]:
        _, content, span = self.pieces[start]
        return (Block(joined(content, split(content)[1:2]).text, self.body(start + 1, end), span),)

    def filtered(self, start: int, end: int) -> tuple[Stmt, ...]:
        _, content, span = self.pieces[start]
        return (Tag("filter", template_tags.filter_arguments(content), (), None, self.body(start + 1, end), span),)

    def with_names(self, start: int, end: int) -> tuple[Stmt, ...]:
        _, content, span = self.pieces[start]
        bound, _ = template_tags.bindings(split(content)[1:])
        return (Scope(bound, self.body(start + 1, end), span),)

    def loop(self, start: int, end: int) -> tuple[Stmt, ...]:
        _, content, span = self.pieces[start]
        target, iterable = template_tags.loop(content)
        (_, *body), *empty = self.branches(start, end, ("empty",))
        orelse = [statement for _, low, high in empty for statement in self.body(low, high)]
        return (For(target, iterable, self.body(*body), tuple(orelse), False, span),)

    def conditional(self, start: int, end: int) -> tuple[Stmt, ...]:
        parts = [(piece, self.body(low, high)) for piece, low, high in self.branches(start, end, ("elif", "else"))]
        orelse: tuple[Stmt, ...] = ()
        for (name, content, span), body in reversed(parts):
            orelse = (*body, *orelse) if name == "else" else (If(_test(name, content), body, orelse, span),)
        return orelse

    def translated(self, start: int, end: int) -> tuple[Stmt, ...]:
        _, content, span = self.pieces[start]
        head = template_tags.translation(content)
        singular, *plural = (self.plain(low, high) for _, low, high in self.branches(start, end, ("plural",)))
        body = singular
        if plural:
            body = (If(Opaque((), span), singular, plural[0], span),)
        # The counter is evaluated among the names that `with` binds.
        for bound in (head.count, head.bindings):
            body = (Scope(bound, body, span),) if bound else body
        if head.target or head.context:
            args = (head.context,) if head.context else ()
            body = (Tag(self.pieces[start].name, args, (), head.target, body, span),)
        return body

    def plain(self, start: int, end: int) -> tuple[Stmt, ...]:
        """The variables of a translated text: Django looks up plain names there, and nothing behind a dot."""
        statements = []
        for _, content, _ in (piece for piece in self.pieces[start:end] if not piece.name):
            value = parsed(content)
            known = value if isinstance(value, Name) else Opaque((), content.span())
            statements.append(Evaluate(known, content.span(), prints=True))
        return tuple(statements)


def _test(name: str, content: Bit) -> Expr:
    bits = split(content)[1:]
    whole = joined(content, bits)
    if name in ("ifequal", "ifnotequal") and len(bits) == 2:
        operator = "==" if name == "ifequal" else "!="
        return Comparison(expression(bits[0]), (operator,), (expression(bits[1]),), whole.span())
    if name == "ifchanged":
        return Opaque(tuple(expression(bit) for bit in bits), whole.span())
    return condition(bits, whole)


BODIES: dict[str, Callable[[Reader, int, int], tuple[Stmt, ...]]] = {
    "block": Reader.block,
    "blocktrans": Reader.translated,
    "blocktranslate": Reader.translated,
    "comment": Reader.skipped,
    "filter": Reader.filtered,
    "for": Reader.loop,
    "if": Reader.conditional,
    "ifchanged": Reader.conditional,
    "ifequal": Reader.conditional,
    "ifnotequal": Reader.conditional,
    "with": Reader.with_names,
    **dict.fromkeys(TRANSPARENT, Reader.transparent),
}
# These cannot go without an end. Whether another tag has a body is told from the end tag that follows, even for those
# that Django's libraries bring (`cache`, `language`, …), because a project may have an inline tag of the same name.
BLOCKS = frozenset(BODIES) - {"localize", "localtime"}


def speaks_jinja(text: str) -> bool:
    """Whether the text uses what only Jinja2 has: its own tags, white space control, calls inside braces."""
    found = list(pieces(text))
    if any(piece.name == "load" for piece in found):
        return False
    return any(
        piece.name in JINJA_TAGS
        or piece.content.text.startswith("-")
        or piece.content.text.endswith("-")
        or (not piece.name and "(" in piece.content.text and parsed(piece.content) is None)
        or (piece.name == "set" and "=" in piece.content.text)
        for piece in found
    )
