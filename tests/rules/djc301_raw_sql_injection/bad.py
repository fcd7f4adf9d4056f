"""Outside text in raw()."""

from shop.models import Book


def by_title(request):
    title = request.GET["title"]
    return Book.objects.raw(f"SELECT * FROM shop_book WHERE title = '{title}'")  # expect: DJC301


def where(title):
    return "WHERE title = '%s'" % title


def through_a_function(request):
    return Book.objects.raw("SELECT * FROM shop_book " + where(request.POST.get("title")))  # expect: DJC301
