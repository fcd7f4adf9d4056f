"""Outside text in extra()."""

from shop.models import Book


def in_where(request):
    return Book.objects.extra(where=["title = '" + request.GET["title"] + "'"])  # expect: DJC302


def in_select(request):
    return Book.objects.extra(select={"hit": f"title LIKE '{request.GET['title']}%%'"})  # expect: DJC302
