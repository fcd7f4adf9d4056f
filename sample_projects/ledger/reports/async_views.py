from accounts.models import Account
from django.db.models import Count, OuterRef, Subquery
from django.http import JsonResponse
from journal.models import Entry


async def counts_slow(request):
    counts = {}
    async for account in Account.objects.all():
        counts[account.name] = await Entry.objects.filter(account=account).acount()  # expect: DJC103
    return JsonResponse(counts)


async def counts(request):
    counts = {}
    async for account in Account.objects.annotate(number=Count("entries")):
        counts[account.name] = account.number
    return JsonResponse(counts)


async def texts_slow(request):
    texts = []
    async for account in Account.objects.order_by("pk").aiterator():
        async for entry in account.entries.all():  # expect: DJC102 entries
            texts.append(entry.text)
    return JsonResponse({"texts": texts})


async def texts(request):
    texts = []
    async for account in Account.objects.order_by("pk").prefetch_related("entries"):
        async for entry in account.entries.all():
            texts.append(entry.text)
    return JsonResponse({"texts": texts})


async def newest_slow(request):
    accounts = [account async for account in Account.objects.order_by("pk")]
    newest = []
    for account in accounts:
        entry = await account.entries.order_by("-booked_on").afirst()  # expect: DJC103
        newest.append(entry.text)
    return JsonResponse({"newest": newest})


async def newest(request):
    last = Entry.objects.filter(account=OuterRef("pk")).order_by("-booked_on").values("text")[:1]
    newest = []
    async for account in Account.objects.annotate(last=Subquery(last)).order_by("pk"):
        newest.append(account.last)
    return JsonResponse({"newest": newest})


async def close_all_slow(request):
    async for account in Account.objects.all():
        account.closed = True
        await account.asave()  # expect: DJC104
    return JsonResponse({"closed": await Account.objects.filter(closed=True).acount()})


async def close_all(request):
    await Account.objects.aupdate(closed=True)
    return JsonResponse({"closed": await Account.objects.filter(closed=True).acount()})


async def one_account(request, account_id):
    account = await Account.objects.select_related("bank").aget(pk=account_id)
    entries = [entry.text async for entry in account.entries.all()]
    return JsonResponse({"bank": account.bank.name, "entries": entries})
