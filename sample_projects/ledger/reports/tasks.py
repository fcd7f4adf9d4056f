"""Work of the night, as tasks."""

from accounts.models import Account
from django.db import connection
from django.db.models import Prefetch
from journal.models import Entry

from .queueing import shared_task


@shared_task
def mail_owners_slow():
    sent = []
    for account in Account.objects.filter(closed=False).iterator():
        sent.append(f"{account.owner.email}: {account.name}")  # expect: DJC101 owner
    return sent


@shared_task
def mail_owners():
    sent = []
    for account in Account.objects.filter(closed=False).select_related("owner").iterator():
        sent.append(f"{account.owner.email}: {account.name}")
    return sent


@shared_task
def summarise_slow():
    lines = []
    for account in Account.objects.all():
        for entry in account.entries.all():  # expect: DJC102 entries
            label = entry.category.label  # expect: DJC101 entries__category
            lines.append(f"{account.name} {label} {entry.cents}")
    return lines


@shared_task
def summarise():
    lines = []
    entries = Prefetch("entries", queryset=Entry.objects.select_related("category"))
    for account in Account.objects.prefetch_related(entries):
        for entry in account.entries.all():
            label = entry.category.label
            lines.append(f"{account.name} {label} {entry.cents}")
    return lines


def nightly_slow():
    return [mail_owners_slow.delay(), summarise_slow.delay()]


def nightly():
    return [mail_owners.delay(), summarise.delay()]


@shared_task
def forget_slow(text):
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM journal_reminder WHERE text = '{text}'")  # expect: DJC304
        return cursor.rowcount


@shared_task
def forget(text):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_reminder WHERE text = %s", [text])
        return cursor.rowcount
