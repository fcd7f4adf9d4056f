from django.core.management.base import BaseCommand

from journal.models import Entry


class Command(BaseCommand):
    help = "Clear every open entry and say which account it belongs to"

    def handle(self, *args, **options):
        for entry in Entry.objects.open().order_by("pk"):
            self.stdout.write(f"{entry.account.name}: {entry.text}")  # expect: DJC101 account
            entry.cleared = True
            entry.save()  # expect: DJC104
