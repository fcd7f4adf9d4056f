"""Outside text where SQL wants a name."""

from django.db import connection

from shop.models import Book


def ordered(request):
    return Book.objects.raw(f"SELECT * FROM shop_book ORDER BY {request.GET['order']}")  # expect: DJC306


def direction(request):
    way = request.GET.get("way", "ASC")
    return Book.objects.raw("SELECT * FROM shop_book ORDER BY title %s" % way)  # expect: DJC306


def table(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM shop_" + request.GET["table"])  # expect: DJC306


def extra_order(request):
    return Book.objects.extra(order_by=[request.GET["order"]])  # expect: DJC306
