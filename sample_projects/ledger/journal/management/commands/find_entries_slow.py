from django.core.management.base import BaseCommand
from django.db import connection


class Command(BaseCommand):
    help = "Print the entries with this text"

    def add_arguments(self, parser):
        parser.add_argument("text")

    def handle(self, *args, **options):
        text = options["text"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, text FROM journal_entry WHERE text = '" + text + "'")  # expect: DJC304
            for pk, found in cursor.fetchall():
                self.stdout.write(f"{pk} {found}")
