"""What the words of one Django template tag say, its body aside."""

from __future__ import annotations

from keyword import iskeyword

from django.template.base import kwarg_re
from msgspec import Struct

from djcheck.domain.ir import Collection, Constant, Expr, Filter, Include, Keyword, Name, Opaque, Regroup, Stmt, Tag
from djcheck.domain.source import Span
from djcheck.facts.template_expressions import CONSTANTS, Bit, expression, joined, parsed, split

Bindings = tuple[tuple[str, Expr], ...]

# Arguments that Django's own tags take literally, by position, and words that are syntax, not variables.
LITERAL = {"cache": (1,), "lorem": (1, 2), "partial": (0,), "partialdef": (0, 1), "templatetag": (0,)}
SYNTAX = {"cycle": ("silent",), "trans": ("noop", "context"), "translate": ("noop", "context")}


class Translation(Struct, frozen=True):
    """The head of a `{% blocktranslate %}`."""

    bindings: Bindings = ()
    count: Bindings = ()
    context: Expr | None = None
    target: str | None = None


def any_tag(name: str, bits: list[Bit], body: tuple[Stmt, ...], span: Span) -> Tag:
    """A tag of which only the general form is known: `{% name args key=value as target %}`."""
    target, words = _target(bits)
    args: list[Expr] = []
    keywords: list[Keyword] = []
    for position, bit in enumerate(words[1:]):
        match = kwarg_re.match(bit.text)
        if position in LITERAL.get(name, ()) or _is_syntax(name, bit.text):
            args.append(Constant(bit.text, bit.span()))
        elif match and match[1]:
            keywords.append(Keyword(match[1], _lenient(bit.cut(match.start(2)))))
        else:
            args.append(_lenient(bit))
    return Tag(name, tuple(args), tuple(keywords), target, body, span)


def _lenient(bit: Bit) -> Expr:
    """A tag may parse its words as it likes: what is no expression stands for itself."""
    return parsed(bit) or Constant(bit.text, bit.span())


def _is_syntax(name: str, word: str) -> bool:
    """`for`, `in`, `with` … cannot be variables; tags use them as `{% get_comments for event as rows %}` does."""
    return word in SYNTAX.get(name, ()) or (iskeyword(word) and word not in CONSTANTS)


def _target(bits: list[Bit]) -> tuple[str | None, list[Bit]]:
    for index in range(len(bits) - 2, 0, -1):
        target = bits[index + 1].text.strip("'\"")
        if bits[index].text == "as" and target.isidentifier():
            return target, bits[:index] + bits[index + 2 :]
    return None, bits


def bindings(bits: list[Bit]) -> tuple[Bindings, list[Bit]]:
    """The `a=b c=d` (or `b as a and d as c`) at the start of some words, and the words that follow."""
    bound: list[tuple[str, Expr]] = []
    while bits:
        match = kwarg_re.match(bits[0].text)
        if match and match[1]:
            bound.append((match[1], expression(bits[0].cut(match.start(2)))))
            bits = bits[1:]
        elif len(bits) > 2 and bits[1].text == "as":
            bound.append((bits[2].text, expression(bits[0])))
            bits = bits[4:] if len(bits) > 3 and bits[3].text == "and" else bits[3:]
        else:
            break
    return tuple(bound), bits


def include(content: Bit, span: Span) -> Include:
    bits = split(content)
    template = expression(bits[1]) if len(bits) > 1 else Opaque((), span)
    extra: Bindings = ()
    rest = bits[2:]
    isolated = False
    while rest:
        word, rest = rest[0].text, rest[1:]
        isolated = isolated or word == "only"
        if word == "with":
            found, rest = bindings(rest)
            extra += found
    return Include(template, extra, isolated, span)


def loop(content: Bit) -> tuple[Expr, Expr]:
    """The target and the iterable of a `{% for %}`.

    `reversed` is left out: Django asks for the length first, so that the rows are fetched once, as without it.
    """
    bits = split(content)[1:]
    if bits and bits[-1].text == "reversed":
        bits.pop()
    words = [bit.text for bit in bits]
    if "in" not in words:
        return Collection("tuple", (), content.span()), Opaque((), content.span())
    at = len(words) - 2 if words[-2:-1] == ["in"] else words.index("in")
    return _loop_target(joined(content, bits[:at])), expression(joined(content, bits[at + 1 :]))


def _loop_target(names: Bit) -> Expr:
    targets: list[Expr] = []
    start = 0
    for part in names.text.split(","):
        name = names.cut(start + len(part) - len(part.lstrip()), start + len(part.rstrip()))
        start += len(part) + 1
        targets.append(Name(name.text, name.span()))
    return targets[0] if len(targets) == 1 else Collection("tuple", tuple(targets), names.span())


def regroup(content: Bit, span: Span) -> Stmt:
    bits = split(content)
    if [bit.text for bit in bits[2::2]] != ["by", "as"] or len(bits) != 6:
        return any_tag("regroup", bits, (), span)
    key, _, _ = bits[3].text.partition("|")
    return Regroup(expression(bits[1]), key, bits[5].text, span)


def libraries(content: Bit) -> list[str]:
    words = content.text.split()[1:]
    return words[-1:] if "from" in words else words


def translation(content: Bit) -> Translation:
    """`trimmed` changes white space only, so that it is left out."""
    bound: Bindings = ()
    count: Bindings = ()
    context: Expr | None = None
    target: str | None = None
    rest = split(content)[1:]
    while rest:
        word, rest = rest[0].text, rest[1:]
        if word == "with":
            found, rest = bindings(rest)
            bound += found
        elif word == "count":
            count, rest = bindings(rest)
        elif word == "context" and rest:
            context, rest = expression(rest[0]), rest[1:]
        elif word == "asvar" and rest:
            target, rest = rest[0].text, rest[1:]
    return Translation(bound, count, context, target)


def filter_arguments(content: Bit) -> tuple[Expr, ...]:
    """The arguments of the filters that a `{% filter %}` tag applies to its body."""
    filters = joined(content, split(content)[1:])
    chain = parsed(Bit("body|" + filters.text, filters.line, filters.column - len("body|")))
    args: tuple[Expr, ...] = ()
    while isinstance(chain, Filter):
        args = chain.args + args
        chain = chain.value
    return args
