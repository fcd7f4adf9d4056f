from django.core.management.base import BaseCommand

from catalog.models import Book


class Command(BaseCommand):
    help = "Print the price list"

    def handle(self, *args, **options):
        for book in Book.objects.order_by("title", "pk").iterator():
            self.stdout.write(f"{book.title};{book.category.name};{book.price}")  # expect: DJC101 category
