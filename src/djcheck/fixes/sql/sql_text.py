"""SQL composed of values, taken apart and written with placeholders: a libcst codemod of the text's expression."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import libcst as cst
from msgspec import Struct

from djcheck.fixes.editing.chains import NotFixable, parsed, written

# Behind these a value stands that has no quotes.
BEFORE_VALUES = re.compile(r"(?:[=<>]|\b(?:like|limit|offset))\s*$", re.IGNORECASE)
FIELD = re.compile(r"\{(\w*)\}")


class Parameterised(Struct, frozen=True):
    """The text with placeholders and the values for them, as code. `unquoted`: a value had no quotes around it."""

    text: str
    values: tuple[str, ...]
    unquoted: bool


# Raw source of a literal, or an expression that is put into it.
Part = str | cst.BaseExpression


def parameterised(code: str, is_constant: Callable[[str], bool]) -> Parameterised:
    """Every value put into the SQL becomes a parameter; `is_constant` tells names of fixed texts, which stay.

    Raises NotFixable where a value stands for something else than a value, or the text is composed in another way.
    """
    parts, prefix, quote = taken_apart(parsed(code))
    if any("\\" in part for part in parts if isinstance(part, str)):
        raise NotFixable("the text has escapes")
    return Rewriting(prefix, quote, is_constant).run(parts)


class Rewriting:
    """Goes over the parts and keeps track of SQL's own quotes."""

    def __init__(self, prefix: str, quote: str, is_constant: Callable[[str], bool]) -> None:
        self.prefix = prefix
        self.quote = quote
        self.is_constant = is_constant
        self.out: list[Part] = []
        self.literal: list[Part] | None = None
        self.values: list[str] = []
        self.unquoted = False

    def run(self, parts: Sequence[Part]) -> Parameterised:
        for part in parts:
            if isinstance(part, str):
                self.text(part)
            else:
                self.expression(part)
        if self.literal is not None or not self.values:
            raise NotFixable("no value can be told from the text around it")
        keeps = any(not isinstance(part, str) for part in self.out)
        text = "".join(self.shown(part, keeps) for part in self.out)
        prefix = "".join(sorted({*self.prefix, *("f" if keeps else "")}))
        return Parameterised(f"{prefix}{self.quote}{text}{self.quote}", tuple(self.values), self.unquoted)

    def text(self, text: str) -> None:
        for at, piece in enumerate(text.split("'")):
            if at:
                self.turn()
            (self.out if self.literal is None else self.literal).append(piece)

    def turn(self) -> None:
        """SQL's quotation mark: a literal begins or ends."""
        if self.literal is None:
            self.literal = []
            return
        inner, self.literal = self.literal, None
        if all(isinstance(part, str) for part in inner):
            self.out.append(f"'{''.join(map(str, inner))}'")
            return
        self.placeholder(self.value_of([part for part in inner if part != ""]))

    def expression(self, node: cst.BaseExpression) -> None:
        if self.literal is not None:
            self.literal.append(node)
        elif self.is_constant(written(node)):
            self.out.append(node)
        elif BEFORE_VALUES.search("".join(part for part in self.out if isinstance(part, str))):
            self.unquoted = True
            self.placeholder(written(node))
        else:
            raise NotFixable("a value stands where SQL wants a name")

    def placeholder(self, value: str) -> None:
        self.out.append(PLACEHOLDER)
        self.values.append(value)

    def value_of(self, inner: Sequence[Part]) -> str:
        """`%{x}%` in quotes: the whole literal is the value."""
        if len(inner) == 1:
            return written(inner[0])  # type: ignore[arg-type]  # no text alone comes here
        quote = "'" if self.quote[0] == '"' else '"'
        if any(quote in written(part) for part in inner if not isinstance(part, str)):
            raise NotFixable("the value's own quotes would end its text")
        return f"f{quote}{''.join(self.in_braces(part) for part in inner)}{quote}"

    def in_braces(self, part: Part) -> str:
        return part.replace("{", "{{").replace("}", "}}") if isinstance(part, str) else f"{{{written(part)}}}"

    def shown(self, part: Part, keeps: bool) -> str:
        if part is PLACEHOLDER:
            return "%s"
        if not isinstance(part, str):
            return self.in_braces(part)
        escaped = part.replace("%", "%%")
        return escaped.replace("{", "{{").replace("}", "}}") if keeps else escaped


PLACEHOLDER = "\0placeholder"


# ------------------------------------------------------------------ forms of composed text


def taken_apart(node: cst.BaseExpression) -> tuple[list[Part], str, str]:
    """(the parts, the literal's prefix without `f`, its quotation marks)."""
    if isinstance(node, cst.FormattedString):
        return parts_of_f_string(node), node.prefix.lower().replace("f", ""), node.quote
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Modulo):
        return of_percent(node)
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        return of_sum(node)
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value == "format":
        return of_format(node, node.func.value)
    raise NotFixable("the text is composed in a way that is not understood")


def parts_of_f_string(node: cst.FormattedString) -> list[Part]:
    parts: list[Part] = []
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            parts.append(part.value.replace("{{", "{").replace("}}", "}"))
        elif isinstance(part, cst.FormattedStringExpression):
            if part.format_spec or part.conversion or part.equal:
                raise NotFixable("a value is formatted on its way into the text")
            parts.append(part.expression)
    return parts


def of_percent(node: cst.BinaryOperation) -> tuple[list[Part], str, str]:
    left, right = node.left, node.right
    if not isinstance(left, cst.SimpleString):
        raise NotFixable("the text is no literal")
    given = [element.value for element in right.elements] if isinstance(right, cst.Tuple) else [right]
    texts = left.raw_value.replace("%%", "\0").split("%s")
    if any("%" in text for text in texts) or len(texts) != len(given) + 1 or isinstance(right, cst.Dict):
        raise NotFixable("the text has other placeholders than `%s`")
    return woven([text.replace("\0", "%") for text in texts], given), left.prefix, left.quote


def of_format(node: cst.Call, left: cst.BaseExpression) -> tuple[list[Part], str, str]:
    if not isinstance(left, cst.SimpleString):
        raise NotFixable("the text is no literal")
    if any(arg.star for arg in node.args):
        raise NotFixable("the values are not spelled out")
    named = {arg.keyword.value: arg.value for arg in node.args if arg.keyword is not None}
    plain = [arg.value for arg in node.args if arg.keyword is None]
    pairs = re.split(FIELD, left.raw_value)
    texts, names = pairs[::2], pairs[1::2]
    if any("{" in text or "}" in text for text in texts):
        raise NotFixable("the text has other fields than plain ones")
    values = []
    for at, name in enumerate(names):
        found = named.get(name) if name and not name.isdigit() else nth(plain, int(name) if name else at)
        if found is None:
            raise NotFixable("a field has no value")
        values.append(found)
    return woven(texts, values), left.prefix, left.quote


def nth(values: Sequence[cst.BaseExpression], at: int) -> cst.BaseExpression | None:
    return values[at] if at < len(values) else None


def woven(texts: Sequence[str], values: Sequence[cst.BaseExpression]) -> list[Part]:
    parts: list[Part] = [texts[0]]
    for value, text in zip(values, texts[1:], strict=True):
        parts += [value, text]
    return parts


def of_sum(node: cst.BinaryOperation) -> tuple[list[Part], str, str]:
    operands = list(summands(node))
    literals = [each for each in operands if isinstance(each, cst.SimpleString | cst.FormattedString)]
    styles = {(each.prefix.lower().replace("f", ""), each.quote) for each in literals}
    if len(styles) != 1:
        raise NotFixable("its literals are written in different ways")
    parts: list[Part] = []
    for each in operands:
        if isinstance(each, cst.SimpleString):
            parts.append(each.raw_value)
        elif isinstance(each, cst.FormattedString):
            parts += parts_of_f_string(each)
        else:
            parts.append(each)
    return parts, *styles.pop()


def summands(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        return [*summands(node.left), *summands(node.right)]
    return [node]
