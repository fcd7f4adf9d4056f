"""A bookshop with `size` authors; everything that is read per row is a row of its own."""
# mypy: ignore-errors

from authors.models import Author, Biography, Country
from catalog.models import Book, Category, Publisher, Shelf, Tag
from django.contrib.auth import get_user_model
from reviews.models import Category as Kind
from reviews.models import Note, Review


def seed(size):
    users = get_user_model().objects
    users.create_superuser("keeper", "keeper@example.com", "secret")
    for n in range(1, size + 1):
        user = users.create(username=f"user{n}", first_name=f"First{n}", last_name="Reader")
        country = Country.objects.create(name=f"Country {n}")
        author = Author.objects.create(
            name=f"Author {n}", email=f"a{n}@example.com", country=country, mentor=Author.objects.last()
        )
        Biography.objects.create(author=author, text=f"Born in {n}.")
        publisher = Publisher.objects.create(name=f"Publisher {n}", country=country)
        category = Category.objects.create(name=f"Category {n}", slug=f"category-{n}")
        Category.objects.create(name=f"Child {n}", slug=f"child-{n}", parent=category)
        tags = [Tag.objects.create(word=f"word{n}"), Tag.objects.create(word=f"other{n}")]
        kind = Kind.objects.create(label=f"Kind {n}")
        shelf = Shelf.objects.create(name=f"Shelf {n}", created_by=user)
        for part in (1, 2):
            book = Book.objects.create(
                title=f"Book {n}.{part}",
                author=author,
                publisher=publisher,
                category=category,
                price=10 * n + part,
                published=part == 1,
            )
            book.tags.set(tags)
            shelf.books.add(book)
            Review.objects.create(book=book, reviewer=user, category=kind, stars=part, text="Read it.")
            Review.objects.create(book=book, reviewer=user, category=Kind.objects.first(), stars=part, text="Again.")
            Note.objects.create(target=book, text=f"Note {n}.{part}")
