"""Questions about one account, asked by reports of other modules."""

from journal.models import Entry


def open_entries(account):
    return Entry.objects.filter(account=account, cleared=False).count()  # expect: DJC103


def last_text(account):
    return account.entries.order_by("-booked_on").values_list("text", flat=True).first()  # expect: DJC103


def city(account):
    return account.bank.city  # expect: DJC101 bank
