"""A Jinja2 template through Jinja2's own parser, with exact places and a tolerance for tags of unknown extensions.

Jinja2's nodes carry nothing but a line number, which they copy from a token. We hand the parser tokens that carry
their offset in the text instead, so that a node's `lineno` is the offset of the token that Jinja2 takes it from: the
name of a name, the dot of an attribute, the parenthesis of a call, the first token of an operation.
"""

from __future__ import annotations

import warnings
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.lexer import TokenStream, ignored_tokens, newline_re
from jinja2.parser import Parser

from djcheck.domain.source import Span
from djcheck.facts.template_nesting import pair_tags

BLOCKS = frozenset(("autoescape", "block", "call", "filter", "for", "if", "macro", "trans", "with"))
BRACKETS = {"(": ")", "[": "]", "{": "}"}


class Broken(Exception):
    """The text is no Jinja2 template; `line` says where."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


class Token(NamedTuple):
    start: int
    kind: str
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@cache
def _environment() -> Environment:
    return Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"])


class Layout:
    """Where everything stands: the template's tokens by their offset."""

    def __init__(self, text: str) -> None:
        self.source = "\n".join(newline_re.split(text)[::2])
        self._lines = [0, *(index + 1 for index, character in enumerate(self.source) if character == "\n")]
        self.tokens = [token for token in self._tokens() if token.kind not in ignored_tokens]
        self._at = {token.start: index for index, token in enumerate(self.tokens)}
        self._closing = dict(self._brackets())
        self.tags = [
            self.tokens[index + 1] for index, token in enumerate(self.tokens[:-1]) if token.kind == "block_begin"
        ]
        self._bounds = list(self._tag_bounds())

    def _tokens(self) -> Iterator[Token]:
        cursor = 0
        for _, kind, text in _environment().lexer.tokeniter(self.source, None):
            # `{%-` drops white space before it: the lexer never mentions what lies between.
            start = max(self.source.find(text, cursor), cursor)
            cursor = start + len(text)
            yield Token(start, kind, text)

    def _brackets(self) -> Iterator[tuple[int, int]]:
        opened: list[Token] = []
        for token in self.tokens:
            if token.kind != "operator":
                continue
            if token.text in BRACKETS:
                opened.append(token)
            elif opened and token.text == BRACKETS[opened[-1].text]:
                yield opened.pop().start, token.end

    def _tag_bounds(self) -> Iterator[tuple[int, int]]:
        begin = 0
        for token in self.tokens:
            if token.kind == "block_begin":
                begin = token.start
            elif token.kind == "block_end":
                yield begin, token.start + len(token.text.rstrip())

    def span(self, start: int, end: int) -> Span:
        return Span(*self.point(start), *self.point(end))

    def point(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def token(self, offset: int) -> Token:
        return self.tokens[self._at[offset]]

    def after(self, offset: int) -> Token:
        return self.tokens[self._at[offset] + 1]

    def closing(self, offset: int) -> int:
        """Where the bracket that opens at `offset` has closed."""
        return self._closing[offset]

    def word(self, offset: int | None, text: str) -> Token:
        """The first token at or after `offset` with that text: names inside `{% trans %}` bear the tag's place.

        A node that Jinja made itself has no place, or one where no token starts: the token before it serves.
        """
        index = self._at.get(offset or 0)
        if index is None:
            index = max((at for start, at in self._at.items() if start <= (offset or 0)), default=0)
        following = (token for token in self.tokens[index:] if token.text == text)
        return next(following, self.tokens[index])

    def tag(self, offset: int | None) -> Span:
        """The whole tag around a token."""
        index = bisect_right(self._bounds, (offset or 0, len(self.source))) - 1
        return self.span(*self._bounds[max(index, 0)])


class TolerantParser(Parser):
    """Jinja2's parser, for which every tag is known: `{% name args key=value as target %}`, with a body if it ends."""

    def __init__(self, layout: Layout) -> None:
        environment = _environment()
        super().__init__(environment, "")
        self.stream = TokenStream(environment.lexer.wrap(layout.tokens), None, None)
        names = [tag.text for tag in layout.tags]
        ends = pair_tags(names, BLOCKS)
        self.with_body = {layout.tags[index].start for index in ends}
        for name in names:
            self.extensions.setdefault(name, TolerantParser.parse_any)  # type: ignore[arg-type]

    def parse_any(self) -> nodes.CallBlock:
        """Node types cannot be added: a call of an extension's attribute, named for the tag, stands for one."""
        name = next(self.stream)
        args, keywords, target = self.parse_words()
        body: list[nodes.Node] = []
        if name.lineno in self.with_body:
            body = self.parse_statements((f"name:end{name.value}",), drop_needle=True)
            self.skip_words()
        function = nodes.ExtensionAttribute(target, name.value, lineno=name.lineno)
        call = nodes.Call(function, args, keywords, None, None, lineno=name.lineno)
        return nodes.CallBlock(call, [], [], body, lineno=name.lineno)

    def parse_words(self) -> tuple[list[nodes.Expr], list[nodes.Keyword], str]:
        args: list[nodes.Expr] = []
        keywords: list[nodes.Keyword] = []
        target = ""
        stream = self.stream
        while stream.current.type not in ("block_end", "eof"):
            try:
                if stream.skip_if("comma"):
                    continue
                if stream.current.test("name:as") and stream.look().type == "name":
                    next(stream)
                    target = next(stream).value
                elif stream.current.type == "name" and stream.look().type == "assign":
                    key = next(stream)
                    next(stream)
                    keywords.append(nodes.Keyword(key.value, self.parse_expression(), lineno=key.lineno))
                else:
                    args.append(self.parse_expression())
            except TemplateSyntaxError:
                self.skip_words()
        return args, keywords, target

    def skip_words(self) -> None:
        while self.stream.current.type not in ("block_end", "eof"):
            next(self.stream)


def parse(text: str) -> tuple[Layout, nodes.Template]:
    try:
        layout = Layout(text)
    except TemplateSyntaxError as error:
        raise Broken(error.message or "", error.lineno) from error
    try:
        with warnings.catch_warnings():
            # An unknown escape in a string is the template's affair.
            warnings.simplefilter("ignore", DeprecationWarning)
            return layout, TolerantParser(layout).parse()
    except TemplateSyntaxError as error:
        line, _ = layout.point(error.lineno)
        raise Broken(error.message or "", line) from error
