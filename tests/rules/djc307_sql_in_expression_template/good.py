"""Expressions whose values are arguments."""

from django.db.models import F, Func, Value

from shop.models import Book


class Similar(Func):
    function = "SIMILARITY"
    template = "%(function)s(%(expressions)s)"


def as_an_argument(request):
    return Book.objects.annotate(hit=Similar(F("title"), Value(request.GET["word"])))


def constant_template():
    return Book.objects.annotate(hit=Func(F("title"), template="LOWER(%(expressions)s)"))
