from django import template

register = template.Library()


@register.simple_tag
def imprint_line(book):
    return f"{book.title} / {book.publisher.name}"  # next: DJC101 publisher


@register.filter
def titles(author):
    return "; ".join(book.title for book in author.books.all())  # next: DJC102 books


@register.inclusion_tag("catalog/card.html")
def author_card(author):
    return {"person": author}
