from django import template

from shop.models import Book

register = template.Library()


@register.filter
def publisher_name(book):
    return book.publisher.name  # expect: DJC101 publisher


@register.filter(name="shout")
def loud(text):
    return text.upper()


@register.simple_tag
def editor_of(book):
    return book.editor.name  # expect: DJC101 editor


@register.simple_tag(takes_context=True)
def tagged(context):
    return context["book"].tags.count()  # expect: DJC102 tags


@register.simple_tag
def newest():
    return Book.objects.order_by("-pk")


@register.inclusion_tag("shop/_shelf.html")
def shelf(author):
    return {"rows": author.books.all()}


@register.inclusion_tag("shop/_loaded.html")
def loaded():
    return {"rows": Book.objects.select_related("author__country")}
