"""Views that hand SQL text to the ORM: `raw`, `extra`, `RawSQL` and templates of expressions."""

from django.db.models import CharField, F, Func, Value
from django.db.models.expressions import RawSQL
from django.http import JsonResponse
from journal.models import Entry

from .fragments import ENTRIES, text_is


class Shout(Func):
    function = "UPPER"
    template = "%(function)s(%(expressions)s)"
    output_field = CharField()


def raw_slow(request):
    entries = Entry.objects.raw(f"SELECT * FROM journal_entry WHERE text = '{request.GET['q']}'")  # expect: DJC301
    return JsonResponse({"ids": [entry.pk for entry in entries]})


def raw(request):
    entries = Entry.objects.raw("SELECT * FROM journal_entry WHERE text = %s", [request.GET["q"]])
    return JsonResponse({"ids": [entry.pk for entry in entries]})


def raw_helper_slow(request):
    sql = ENTRIES + " WHERE " + text_is(request.GET["q"])
    return JsonResponse({"ids": [entry.pk for entry in Entry.objects.raw(sql)]})  # expect: DJC301


def raw_helper(request):
    sql = ENTRIES + " WHERE text = %s"
    return JsonResponse({"ids": [entry.pk for entry in Entry.objects.raw(sql, [request.GET["q"]])]})


def extra_slow(request):
    text = request.GET["q"]
    entries = Entry.objects.extra(where=[f"text = '{text}'"])  # expect: DJC302
    return JsonResponse({"ids": [entry.pk for entry in entries]})


def extra(request):
    text = request.GET["q"]
    entries = Entry.objects.extra(where=["text = %s"], params=[text])
    return JsonResponse({"ids": [entry.pk for entry in entries]})


def extra_select_slow(request):
    text = request.GET["q"]
    entries = Entry.objects.extra(select={"same": "text = '%s'" % text})  # expect: DJC302
    return JsonResponse({"same": [entry.same for entry in entries]})


def extra_select(request):
    text = request.GET["q"]
    entries = Entry.objects.extra(select={"same": "text = %s"}, select_params=[text])
    return JsonResponse({"same": [entry.same for entry in entries]})


def raw_sql_slow(request):
    same = RawSQL("text = '" + request.GET["q"] + "'", [])  # expect: DJC303
    return JsonResponse({"same": list(Entry.objects.annotate(same=same).values_list("same", flat=True))})


def raw_sql(request):
    same = RawSQL("text = %s", [request.GET["q"]])
    return JsonResponse({"same": list(Entry.objects.annotate(same=same).values_list("same", flat=True))})


def template_slow(request):
    text = request.GET["q"]
    changed = Func(F("text"), template=f"TRIM(%(expressions)s, '{text}')", output_field=CharField())  # expect: DJC307
    return JsonResponse({"texts": list(Entry.objects.annotate(changed=changed).values_list("changed", flat=True))})


def template(request):
    changed = Func(F("text"), Value(request.GET["q"]), function="TRIM", output_field=CharField())
    return JsonResponse({"texts": list(Entry.objects.annotate(changed=changed).values_list("changed", flat=True))})


def function_slow(request):
    shaped = Func(F("text"), function=request.GET["f"], output_field=CharField())  # expect: DJC307
    return JsonResponse({"texts": list(Entry.objects.annotate(shaped=shaped).values_list("shaped", flat=True))})


def function(request):
    name = {"UPPER": "UPPER", "LOWER": "LOWER"}.get(request.GET["f"], "UPPER")
    shaped = Func(F("text"), function=name, output_field=CharField())
    return JsonResponse({"texts": list(Entry.objects.annotate(shaped=shaped).values_list("shaped", flat=True))})


def constant_template(request):
    texts = Entry.objects.annotate(loud=Shout("text")).filter(text=request.GET["q"])
    return JsonResponse({"texts": list(texts.values_list("loud", flat=True))})
