"""Cursors with parameters, quoted names and checked words."""

from django.db import connection
from psycopg import sql

TABLES = frozenset({"shop_book", "shop_tag"})


def found(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM shop_book WHERE title = %s", [request.GET["title"]])
        return cursor.fetchall()


def several(request):
    titles = request.GET.getlist("title")
    marks = ", ".join(["%s"] * len(titles))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM shop_book WHERE title IN ({marks})", titles)


def quoted(request):
    table = connection.ops.quote_name(request.GET["table"])
    connection.cursor().execute(f"SELECT * FROM {table}")


def composed(request):
    connection.cursor().execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(request.GET["table"])))


def checked(request):
    table = request.GET["table"]
    if table not in TABLES:
        raise ValueError(table)
    connection.cursor().execute(f"SELECT * FROM {table}")


def run(text):
    connection.cursor().execute(f"SELECT * FROM {text}")


def with_a_constant():
    run("shop_book")
