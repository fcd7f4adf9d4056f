"""A ledger with `size` accounts of four entries each; everything that is read per row is a row of its own."""
# mypy: ignore-errors

import datetime

from accounts.models import Account, Bank, Category
from django.contrib.auth import get_user_model
from journal.models import Attachment, Entry, Reminder
from journal.models import Category as Purpose


def seed(size):
    users = get_user_model().objects
    for n in range(1, size + 1):
        account = Account.objects.create(
            name=f"Account {n}",
            owner=users.create(username=f"user{n}", email=f"user{n}@example.com"),
            bank=Bank.objects.create(name=f"Bank {n}", city=f"City {n}"),
            category=Category.objects.create(name=f"Category {n}"),
            balance=130 * n,
        )
        purpose = Purpose.objects.create(label=f"Purpose {n}", monthly_limit=100 * n)
        Reminder.objects.create(account=account, text="rent")
        for part in range(4):
            entry = Entry.objects.create(
                account=account,
                category=purpose,
                text="rent" if part == 0 else f"entry {n} {part}",
                memo=f"memo {n} {part}",
                cents=1000 * part + 10 * n,
                cleared=part % 2 == 0,
                booked_on=datetime.date(2026, 1, 1) + datetime.timedelta(days=10 * n + part),
            )
            Attachment.objects.create(subject=entry, file_name=f"receipt-{n}-{part}.pdf")
