"""One line of text about one book; each takes the row it is given."""


def imprint(book):
    return f"{book.title} ({book.publisher.name})"  # expect: DJC101 publisher


def origin(book):
    return f"{book.title} [{country_of(book.author)}]"  # expect: DJC101 author


def country_of(author):
    return author.country.name  # expect: DJC101 author__country
