"""Names from a fixed list, quoted, or from the models."""

from django.db import connection, models

from shop.models import Book


class Order(models.TextChoices):
    TITLE = "title"
    PRICE = "price"


def chosen(request):
    order = {"t": "title", "p": "price DESC"}.get(request.GET["order"], "title")
    return Book.objects.raw(f"SELECT * FROM shop_book ORDER BY {order}")


def among_the_choices(request):
    order = request.GET["order"]
    if order not in Order.values:
        return []
    return Book.objects.raw(f"SELECT * FROM shop_book ORDER BY {order}")


def direction(request):
    way = "DESC" if request.GET.get("way") == "down" else "ASC"
    return Book.objects.raw(f"SELECT * FROM shop_book ORDER BY title {way}")


def own_names():
    column = Book._meta.get_field("title").column
    connection.cursor().execute(f'SELECT "{column}" FROM {Book._meta.db_table}')


def by_the_orm(request):
    return Book.objects.order_by(request.GET["order"])
