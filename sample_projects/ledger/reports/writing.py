"""Changes to many rows: one statement a row, and one statement for all."""

from accounts.models import Account
from django.db.models import F
from journal.models import Category, Entry, Reminder


def add_interest_slow():
    for account in Account.objects.all():
        account.balance = account.balance + 5
        account.save()  # expect: DJC104
    return balances()


def add_interest():
    Account.objects.update(balance=F("balance") + 5)
    return balances()


def balances():
    return list(Account.objects.order_by("pk").values_list("balance", flat=True))


def round_balances_slow():
    for account in Account.objects.filter(closed=False):
        account.balance = round(account.balance, -2)
        account.save(update_fields=["balance"])  # expect: DJC104
    return balances()


def round_balances():
    accounts = list(Account.objects.filter(closed=False))
    for account in accounts:
        account.balance = round(account.balance, -2)
    Account.objects.bulk_update(accounts, ["balance"])
    return balances()


def remind_slow():
    for account in Account.objects.all():
        Reminder.objects.create(account=account, text=f"Check {account.name}")  # expect: DJC104
    return reminders()


def remind():
    Reminder.objects.bulk_create(
        [Reminder(account=account, text=f"Check {account.name}") for account in Account.objects.all()]
    )
    return reminders()


def reminders():
    return list(Reminder.objects.order_by("pk").values_list("text", flat=True))


def drop_open_slow():
    for entry in Entry.objects.open():
        entry.delete()  # expect: DJC104
    return Entry.objects.count()


def drop_open():
    Entry.objects.open().delete()
    return Entry.objects.count()


def clear_accounts_slow():
    for account in Account.objects.all():
        Entry.objects.filter(account=account).update(cleared=True)  # expect: DJC104
    return Entry.objects.cleared().count()


def clear_accounts():
    Entry.objects.filter(account__in=Account.objects.all()).update(cleared=True)
    return Entry.objects.cleared().count()


def import_categories_slow():
    for name in Account.objects.values_list("name", flat=True):
        Category.objects.get_or_create(label=f"Costs of {name}")  # expect: DJC104
    return Category.objects.count()


def import_categories():
    labels = [f"Costs of {name}" for name in Account.objects.values_list("name", flat=True)]
    known = set(Category.objects.filter(label__in=labels).values_list("label", flat=True))
    Category.objects.bulk_create([Category(label=label) for label in labels if label not in known])
    return Category.objects.count()


def rename(account_id, name):
    """One row, one save."""
    account = Account.objects.get(pk=account_id)
    account.name = name
    account.save()
    return account.name
