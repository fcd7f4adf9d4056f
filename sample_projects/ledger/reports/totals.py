"""Figures of the month: counted, summed, sorted and grouped, once in Python and once by the database."""

import statistics
from collections import Counter, defaultdict

from accounts.models import Account
from django.db.models import Avg, Count, Max, Min, Sum
from journal.models import Entry


def number_of_cleared_slow():
    return len(Entry.objects.cleared())  # expect: DJC201


def number_of_cleared():
    return Entry.objects.cleared().count()


def number_of_open_slow():
    entries = Entry.objects.filter(cleared=False)
    return {"open": len(list(entries))}  # expect: DJC201


def number_of_open():
    entries = Entry.objects.filter(cleared=False)
    return {"open": entries.count()}


def turnover_slow():
    return sum(entry.cents for entry in Entry.objects.all())  # expect: DJC202


def turnover():
    return Entry.objects.aggregate(total=Sum("cents"))["total"]


def largest_slow():
    return max(Entry.objects.values_list("cents", flat=True))  # expect: DJC202


def largest():
    return Entry.objects.aggregate(largest=Max("cents"))["largest"]


def smallest_of_account_slow(account_id):
    account = Account.objects.get(pk=account_id)
    return min([entry.cents for entry in account.entries.all()])  # expect: DJC202


def smallest_of_account(account_id):
    account = Account.objects.get(pk=account_id)
    return account.entries.aggregate(smallest=Min("cents"))["smallest"]


def cleared_total_slow():
    total = 0
    for entry in Entry.objects.cleared():  # expect: DJC202
        total += entry.cents
    return total


def cleared_total():
    return Entry.objects.cleared().aggregate(total=Sum("cents"))["total"]


def mean_balance_slow():
    balances = Account.objects.values_list("balance", flat=True)
    return statistics.mean(balances)  # expect: DJC202


def mean_balance():
    return Account.objects.aggregate(mean=Avg("balance"))["mean"]


def anything_open_slow():
    if Entry.objects.open():  # expect: DJC203
        return "work to do"
    return "all cleared"


def anything_open():
    if Entry.objects.open().exists():
        return "work to do"
    return "all cleared"


def nothing_active_slow():
    active = Account.objects.filter(closed=False)
    return not active  # expect: DJC203


def nothing_active():
    active = Account.objects.filter(closed=False)
    return not active.exists()


def has_entries_slow():
    return bool(Entry.objects.all())  # expect: DJC203


def has_entries():
    return Entry.objects.exists()


def cleared_texts_slow():
    return [entry.text for entry in Entry.objects.order_by("pk") if entry.cleared]  # expect: DJC204


def cleared_texts():
    return [entry.text for entry in Entry.objects.filter(cleared=True).order_by("pk")]


def large_entries_slow(limit):
    large = filter(lambda entry: entry.cents >= limit, Entry.objects.order_by("pk"))  # expect: DJC204
    return [entry.pk for entry in large]


def large_entries(limit):
    large = Entry.objects.filter(cents__gte=limit).order_by("pk")
    return [entry.pk for entry in large]


def by_size_slow():
    return [entry.pk for entry in sorted(Entry.objects.all(), key=lambda entry: entry.cents)]  # expect: DJC205


def by_size():
    return [entry.pk for entry in Entry.objects.order_by("cents")]


def newest_first_slow():
    entries = sorted(Entry.objects.cleared(), key=lambda entry: entry.booked_on, reverse=True)  # expect: DJC205
    return [entry.text for entry in entries]


def newest_first():
    entries = Entry.objects.cleared().order_by("-booked_on")
    return [entry.text for entry in entries]


def is_used_slow():
    return Entry.objects.filter(category__isnull=False).count() > 0  # expect: DJC206


def is_used():
    return Entry.objects.filter(category__isnull=False).exists()


def state_of_month_slow():
    if Entry.objects.open().count():  # expect: DJC206
        return "open"
    return "closed"


def state_of_month():
    if Entry.objects.open().exists():
        return "open"
    return "closed"


def is_clean_slow():
    return Entry.objects.filter(cents=0).count() == 0  # expect: DJC206


def is_clean():
    return not Entry.objects.filter(cents=0).exists()


def is_active_slow(account_id):
    account = Account.objects.get(pk=account_id)
    return account in Account.objects.filter(closed=False)  # expect: DJC207


def is_active(account_id):
    account = Account.objects.get(pk=account_id)
    return Account.objects.filter(closed=False).contains(account)


def knows_text_slow(text):
    return text in Entry.objects.values_list("text", flat=True)  # expect: DJC207


def knows_text(text):
    return Entry.objects.filter(text=text).exists()


def cheapest_slow():
    return list(Entry.objects.order_by("cents"))[0].text  # expect: DJC208


def cheapest():
    return Entry.objects.order_by("cents")[0].text


def per_category_slow():
    counts = Counter(entry.category_id for entry in Entry.objects.all())  # expect: DJC209
    return {str(category): number for category, number in counts.items()}


def per_category():
    counts = Entry.objects.values_list("category_id").annotate(number=Count("pk")).order_by()
    return {str(category): number for category, number in counts}


def per_account_slow():
    sums = defaultdict(int)
    for entry in Entry.objects.cleared():  # expect: DJC209
        sums[entry.account_id] += entry.cents
    return {str(account): total for account, total in sums.items()}


def per_account():
    sums = Entry.objects.cleared().values_list("account_id").annotate(total=Sum("cents")).order_by()
    return {str(account): total for account, total in sums}


def numbers_by_category_slow():
    numbers = {}
    for entry in Entry.objects.all():  # expect: DJC209
        numbers[entry.category_id] = numbers.get(entry.category_id, 0) + 1
    return {str(category): number for category, number in numbers.items()}


def numbers_by_category():
    numbers = Entry.objects.values("category_id").annotate(number=Count("pk")).order_by()
    return {str(row["category_id"]): row["number"] for row in numbers}


def statement():
    """The rows are needed anyway, so counting and adding up what is already here is free."""
    entries = Entry.objects.cleared()
    lines = [f"{entry.text}: {entry.cents}" for entry in entries]
    if entries:
        lines.append(f"{len(entries)} entries")
    lines.append(f"total {sum(entry.cents for entry in entries)}")
    return lines


def shortest_first():
    """No column holds what is sorted by."""
    return [entry.text for entry in sorted(Entry.objects.cleared(), key=describe)]


def describe(entry):
    words = entry.text.split()
    return (len(words), words[-1], entry.pk)


def page_of_accounts():
    """A list made once, looked into twice: no second query."""
    accounts = list(Account.objects.order_by("pk"))
    first = accounts[0]
    return [account.name for account in accounts if account in accounts and account.pk >= first.pk]
