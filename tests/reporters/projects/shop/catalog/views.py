from django.db import connection
from django.shortcuts import render

from catalog.models import Author, Book


def book_list(request):
    return render(request, "catalog/books.html", {"books": Book.objects.all()})


def imprints():
    return [book.imprint() for book in Book.objects.order_by("title")]


def search(request):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT title FROM catalog_book WHERE title = '{request.GET['q']}'")
        return cursor.fetchall()


def named(names):
    for name in names:
        print(Author.objects.get(name=name))


def renamed(names):
    for name in names:
        print(Author.objects.get(name=f"Dr. {name}"))
