"""Reports that ask the database once for every row, beside those that ask once."""

from accounts.models import Account, Category
from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery, Sum
from journal.models import Attachment, Entry

from .checks import city, last_text, open_entries


def open_counts_slow():
    return {account.name: open_entries(account) for account in Account.objects.all()}


def open_counts():
    waiting = Count("entries", filter=Q(entries__cleared=False))
    return {account.name: account.waiting for account in Account.objects.annotate(waiting=waiting)}


def last_texts_slow():
    return {account.name: last_text(account) for account in Account.objects.all()}


def last_texts():
    newest = Entry.objects.filter(account=OuterRef("pk")).order_by("-booked_on").values("text")[:1]
    return {account.name: account.last for account in Account.objects.annotate(last=Subquery(newest))}


def cities_slow():
    return sorted({city(account) for account in Account.objects.filter(closed=False)})


def cities():
    return sorted({city(account) for account in Account.objects.filter(closed=False).select_related("bank")})


def names_slow(ids):
    names = []
    for pk in ids:
        names.append(Account.objects.get(pk=pk).name)  # expect: DJC103
    return names


def names(ids):
    accounts = Account.objects.in_bulk(ids)
    return [accounts[pk].name for pk in ids]


def all_names_slow():
    return names_slow(list(Account.objects.values_list("pk", flat=True)))


def all_names():
    return names(list(Account.objects.values_list("pk", flat=True)))


def waiting_accounts_slow():
    waiting = []
    for account in Account.objects.all():
        if Entry.objects.filter(account=account, cleared=False).exists():  # expect: DJC103
            waiting.append(account.name)
    return waiting


def waiting_accounts():
    unfinished = Entry.objects.filter(account=OuterRef("pk"), cleared=False)
    return [account.name for account in Account.objects.filter(Exists(unfinished))]


def unfinished_names_slow():
    return [account.name for account in Account.objects.all() if account.has_open_entries()]


def unfinished_names():
    return [account.name for account in Account.objects.filter(entries__cleared=False).distinct()]


def sums_slow():
    sums = {}
    for account in Account.objects.all():
        sums[account.name] = account.entries.aggregate(total=Sum("cents"))["total"]  # expect: DJC103
    return sums


def sums():
    return {account.name: account.total for account in Account.objects.annotate(total=Sum("entries__cents"))}


def latest_days_slow():
    days = {}
    for account in Account.objects.all():
        days[account.name] = account.entries.latest("booked_on").booked_on  # expect: DJC103
    return days


def latest_days():
    return {account.name: account.day for account in Account.objects.annotate(day=Max("entries__booked_on"))}


def bank_lines_slow():
    return [account.bank_line() for account in Account.objects.order_by("name")]


def bank_lines():
    return [account.bank_line() for account in Account.objects.select_related("bank").order_by("name")]


def owners_slow():
    lines = []
    for entry in Entry.objects.select_related("account"):
        lines.append(f"{entry.text}: {entry.account.owner.username}")  # expect: DJC101 account__owner
    return lines


def owners():
    lines = []
    for entry in Entry.objects.select_related("account__owner"):
        lines.append(f"{entry.text}: {entry.account.owner.username}")
    return lines


def category_sizes_slow():
    rows = []
    for category in Category.objects.all():
        rows.append([category.name, len(category.account_set.all())])  # expect: DJC102 account_set
    return rows


def category_sizes():
    rows = []
    for category in Category.objects.annotate(size=Count("account")):
        rows.append([category.name, category.size])
    return rows


def memos_slow():
    lines = []
    for entry in Entry.objects.only("text", "cents"):
        lines.append(f"{entry.text}: {entry.memo}")  # expect: DJC106
    return lines


def memos():
    lines = []
    for entry in Entry.objects.only("text", "memo"):
        lines.append(f"{entry.text}: {entry.memo}")
    return lines


def days_slow():
    return [entry.booked_on.isoformat() for entry in Entry.objects.defer("memo", "booked_on")]  # expect: DJC106


def days():
    return [entry.booked_on.isoformat() for entry in Entry.objects.defer("memo")]


def account_ids_slow():
    """`only()` left the foreign key's column out, so even the id has to be fetched."""
    return [entry.account_id for entry in Entry.objects.only("text")]  # expect: DJC106


def account_ids():
    return [entry.account_id for entry in Entry.objects.only("text", "account")]


def attached_slow():
    lines = []
    for attachment in Attachment.objects.all():
        lines.append(f"{attachment.file_name}: {attachment.subject.pk}")  # expect: DJC107 subject
    return lines


def attached():
    lines = []
    for attachment in Attachment.objects.prefetch_related("subject"):
        lines.append(f"{attachment.file_name}: {attachment.subject.pk}")
    return lines


def attached_ids():
    """The column is enough, and it is already there."""
    return [attachment.object_id for attachment in Attachment.objects.all()]


def files_slow():
    files = {}
    for entry in Entry.objects.all():
        files[entry.text] = [item.file_name for item in entry.attachments.all()]  # expect: DJC102 attachments
    return files


def files():
    files = {}
    for entry in Entry.objects.prefetch_related("attachments"):
        files[entry.text] = [item.file_name for item in entry.attachments.all()]
    return files


def matching_all(words):
    """Each step only builds on the queryset; it is asked once, after the loop."""
    entries = Entry.objects.all()
    for word in words:
        entries = entries.filter(text__contains=word)
    return entries.count()


def as_dicts():
    """Rows of `values()` hold no relations that could be read late."""
    rows = Entry.objects.values("text", "account__bank__name")
    return [f"{row['text']} {row['account__bank__name']}" for row in rows]
