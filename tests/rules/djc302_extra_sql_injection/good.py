"""extra() with parameters and constants."""

from shop.models import Book


def in_where(request):
    return Book.objects.extra(where=["title = %s"], params=[request.GET["title"]])


def in_select(request):
    return Book.objects.extra(select={"hit": "title = %s"}, select_params=[request.GET["title"]])


def ordered(request):
    order = request.GET.get("order")
    if order not in ("title", "price"):
        order = "title"
    return Book.objects.extra(order_by=[order])
