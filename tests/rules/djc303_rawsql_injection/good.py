"""RawSQL() with parameters."""

from django.db.models.expressions import RawSQL

from shop.models import Book


def annotated(request):
    text = "SELECT count(*) FROM shop_review WHERE stars > %s"
    return Book.objects.annotate(number=RawSQL(text, [request.GET["stars"]]))
