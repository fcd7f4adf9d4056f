"""Methods that are hung onto the author from outside, as plug-ins do."""

from .models import Author


def shelf_mark(author):
    return f"{author.country.name[:2].upper()}-{author.pk}"  # expect: DJC101 country


Author.add_to_class("shelf_mark", shelf_mark)
