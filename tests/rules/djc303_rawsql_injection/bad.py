"""Outside text in RawSQL()."""

from django.db.models.expressions import RawSQL

from shop.models import Book


def annotated(request):
    text = "SELECT count(*) FROM shop_review WHERE stars > {}".format(request.GET["stars"])
    return Book.objects.annotate(number=RawSQL(text, []))  # expect: DJC303
