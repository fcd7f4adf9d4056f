"""Raw SQL that outside text cannot reach."""

from shop.models import Book

COLUMNS = {"title": "title", "price": "price DESC"}


def by_title(request):
    return Book.objects.raw("SELECT * FROM shop_book WHERE title = %s", [request.GET["title"]])


def by_number(request):
    return Book.objects.raw(f"SELECT * FROM shop_book LIMIT {int(request.GET['number'])}")


def ordered(request):
    return Book.objects.raw(f"SELECT * FROM shop_book ORDER BY {COLUMNS[request.GET['order']]}")


def own_table():
    return Book.objects.raw(f"SELECT * FROM {Book._meta.db_table}")
