from django.core.management.base import BaseCommand

from journal.models import Entry


class Command(BaseCommand):
    help = "Clear every open entry and say which account it belongs to"

    def handle(self, *args, **options):
        for entry in Entry.objects.open().select_related("account").order_by("pk"):
            self.stdout.write(f"{entry.account.name}: {entry.text}")
        Entry.objects.open().update(cleared=True)
