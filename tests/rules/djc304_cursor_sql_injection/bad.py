"""Outside text at a cursor."""

from celery import shared_task
from django.db import connection, connections


def found(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM shop_book WHERE title = '%s'" % request.GET["title"])  # expect: DJC304
        return cursor.fetchall()


@shared_task
def rebuild(word):
    connections["search"].cursor().execute(f"INSERT INTO words VALUES ('{word}')")  # expect: DJC304


def run(cursor, text):
    cursor.execute("SELECT * FROM shop_tag WHERE word = '" + text + "'")  # expect: DJC304


def through_a_function(request):
    run(connection.cursor(), request.body.decode())
