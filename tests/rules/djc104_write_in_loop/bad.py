"""Writes in loops."""

from shop.models import Author, Book, Review, Tag


def save_each():
    for book in Book.objects.all():
        book.in_print = False
        book.save()  # expect: DJC104


def create_each(words: list[str]):
    for word in words:
        Tag.objects.create(word=word)  # expect: DJC104


def made_and_saved(words: list[str]):
    for word in words:
        tag = Tag(word=word)
        tag.save()  # expect: DJC104


def delete_each():
    for book in Book.objects.filter(in_print=False):
        book.delete()  # expect: DJC104


def update_each():
    for author in Author.objects.all():
        Book.objects.filter(author=author).update(in_print=True)  # expect: DJC104


def get_or_create_each(words: list[str]):
    return [Tag.objects.get_or_create(word=word)[0] for word in words]  # expect: DJC104


def update_or_create_each(words: list[str]):
    for word in words:
        Tag.objects.update_or_create(word=word, defaults={})  # expect: DJC104


def related_create(book: Book, stars: list[int]):
    for number in stars:
        book.reviews.create(stars=number, writer_id=1)  # expect: DJC104


def store(review):
    review.save(update_fields=["stars"])  # expect: DJC104


def through_a_call():
    for review in Review.objects.all():
        store(review)


async def asynchronous():
    async for book in Book.objects.all():
        await book.asave()  # expect: DJC104


def by_twos_and_by_length(lines):
    pair = []
    for number, line in enumerate(lines):
        pair.append(line)
        if len(pair) == 2:
            Tag.objects.create(word="".join(pair))  # expect: DJC104
            pair = []
        if len(line) > 2000:
            Tag.objects.create(word=line)  # expect: DJC104
        if number % 2:
            Tag.objects.filter(word=line).delete()  # expect: DJC104


def each_of_a_batch(lines):
    waiting = []
    for book in Book.objects.all():
        waiting.append(book)
        if len(waiting) >= 500:
            for one in waiting:
                one.save()  # expect: DJC104
            waiting = []
