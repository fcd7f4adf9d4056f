"""Outside text in an expression's template."""

from django.db.models import F, Func

from shop.models import Book


def in_the_template(request):
    word = request.GET["word"]
    hit = Func(F("title"), template=f"%(expressions)s LIKE '{word}'")  # expect: DJC307
    return Book.objects.annotate(hit=hit)
