"""Template tags with a Node of their own: what they ask is told in Python, what their bodies show in the template."""

from __future__ import annotations

from pathlib import Path

from djcheck.domain.finding import Status
from tests.analysing import analyse, told, write

MODELS = """\
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=20)


class Book(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)
"""
VIEWS = """\
from django.shortcuts import render
from shop.models import Book


def page(request):
    return render(request, "page.html", {"books": Book.objects.all()})
"""
START = """\
from django import template
from shop.models import Book

register = template.Library()
"""
# Puts rows into the context under a name of the template's choice.
LATEST = """\
class LatestNode(template.Node):
    def __init__(self, name):
        self.name = name

    def render(self, context):
        context[self.name] = Book.objects.order_by("-pk")
        return ""


@register.tag
def latest(parser, token):
    _, _, name = token.split_contents()
    return LatestNode(name)
"""
# Renders its body once for each row.
EACH = """\
class EachNode(template.Node):
    def __init__(self, rows, nodelist):
        self.rows = rows
        self.nodelist = nodelist

    def render(self, context):
        output = []
        for row in self.rows.resolve(context):
            context["row"] = row
            output.append(self.nodelist.render(context))
        return "".join(output)


def each(parser, token):
    bits = token.contents.split()[1:]
    nodelist = parser.parse(("endeach",))
    parser.delete_first_token()
    return EachNode(parser.compile_filter(bits[0]), nodelist)


register.tag("each", each)
"""
# Reads of the rows itself.
NAMES = """\
class NamesNode(template.Node):
    def __init__(self, rows):
        self.rows = template.Variable(rows)

    def render(self, context):
        return ", ".join(book.author.name for book in self.rows.resolve(context))


@register.tag("names")
def do_names(parser, token):
    return NamesNode(token.split_contents()[1])
"""


def told_of(tmp_path: Path, tags: str, page: str) -> set[tuple[str, int, str, str]]:
    write(
        tmp_path,
        {
            "manage.py": "",
            "shop/__init__.py": "",
            "shop/models.py": MODELS,
            "shop/views.py": VIEWS,
            "shop/templatetags/__init__.py": "",
            "shop/templatetags/books.py": START + tags,
            "shop/templates/page.html": "{% load books %}\n" + page,
        },
    )
    findings = analyse(tmp_path).findings
    assert all(each.status is Status.CERTAIN for each in findings)
    return {told(each) for each in findings}


def test_name_put_into_the_context(tmp_path: Path) -> None:
    page = "{% latest as newest %}\n{% for book in newest %}{{ book.author.name }}{% endfor %}\n"
    assert told_of(tmp_path, LATEST, page) == {("shop/templates/page.html", 3, "DJC101", "author")}


def test_body_rendered_for_each_row(tmp_path: Path) -> None:
    page = "{% each books %}\n{{ row.author.name }}{% endeach %}\n"
    assert told_of(tmp_path, EACH, page) == {("shop/templates/page.html", 3, "DJC101", "author")}


def test_rows_read_by_the_node(tmp_path: Path) -> None:
    assert told_of(tmp_path, NAMES, "{% names books %}") == {("shop/templatetags/books.py", 10, "DJC101", "author")}


def test_body_that_no_node_is_seen_to_render(tmp_path: Path) -> None:
    tag = "@register.tag\ndef quiet(parser, token):\n    return template.Node()\n"
    page = "{% quiet %}{% for book in books %}\n{{ book.author.name }}{% endfor %}{% endquiet %}\n"
    assert told_of(tmp_path, tag, page) == {("shop/templates/page.html", 3, "DJC101", "author")}
