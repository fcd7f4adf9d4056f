from django.core.management.base import BaseCommand
from django.db import connection, reset_queries
from django.test.utils import override_settings


class Command(BaseCommand):
    help = "Analyze query patterns for views"

    def add_arguments(self, parser):
        parser.add_argument("path", nargs="?", default="/authors/")

    @override_settings(DEBUG=True)
    def handle(self, *args, **options):
        from django.test.client import Client

        client = Client()

        reset_queries()
        client.get(options["path"])

        self.stdout.write(f"Total queries: {len(connection.queries)}")

        for i, query in enumerate(connection.queries, 1):
            self.stdout.write(f"\nQuery {i}:")
            self.stdout.write(f"SQL: {query['sql']}")
            self.stdout.write(f"Time: {query['time']}s")
