"""Views over `cursor.execute`."""

from accounts.models import Account
from django.db import connection, connections
from django.http import HttpResponseBadRequest, JsonResponse
from journal.models import Entry

from . import fragments
from .fragments import COLUMNS, ENTRIES, ORDERINGS, entries_where, placeholders

SORTABLE = ("cents", "text")


def answer(rows):
    return JsonResponse({"rows": [list(row) for row in rows]})


def fetch(sql, params=None):
    """The only door to the database of several views: a sink in disguise."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def f_string_slow(request):
    text = request.GET.get("q", "")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, cents FROM journal_entry WHERE text = '{text}' ORDER BY id")  # expect: DJC304
        return answer(cursor.fetchall())


def f_string(request):
    text = request.GET.get("q", "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, cents FROM journal_entry WHERE text = %s ORDER BY id", [text])
        return answer(cursor.fetchall())


def percent_slow(request):
    sql = "SELECT id, cents FROM journal_entry WHERE text = '%s' ORDER BY id" % request.GET["q"]
    with connections["default"].cursor() as cur:
        cur.execute(sql)  # expect: DJC304
        return answer(cur.fetchall())


def percent(request):
    sql = "SELECT id, cents FROM journal_entry WHERE text = %s ORDER BY id"
    with connections["default"].cursor() as cur:
        cur.execute(sql, (request.GET["q"],))
        return answer(cur.fetchall())


def format_slow(request):
    sql = "{} WHERE text = '{}' ORDER BY id".format(ENTRIES, request.GET["q"])
    cursor = connection.cursor()
    cursor.execute(sql)  # expect: DJC304
    return answer(cursor.fetchall())


def format(request):
    sql = "{} WHERE text = {} ORDER BY id".format(ENTRIES, "%s")
    cursor = connection.cursor()
    cursor.execute(sql, [request.GET["q"]])
    return answer(cursor.fetchall())


def helper_slow(request):
    """The text goes through two functions of another module before it reaches the sink."""
    condition = fragments.text_is(request.GET["q"])
    with connection.cursor() as cursor:
        cursor.execute(entries_where(condition))  # expect: DJC304
        return answer(cursor.fetchall())


def helper(request):
    condition = fragments.text_is_param()
    with connection.cursor() as cursor:
        cursor.execute(entries_where(condition), [request.GET["q"]])
        return answer(cursor.fetchall())


def limit_slow(request):
    limit = request.GET.get("limit", "10")
    with connection.cursor() as cursor:
        cursor.execute(f"{ENTRIES} ORDER BY id LIMIT {limit}")  # expect: DJC304
        return answer(cursor.fetchall())


def limit(request):
    limit = int(request.GET.get("limit", "10"))
    with connection.cursor() as cursor:
        cursor.execute(f"{ENTRIES} ORDER BY id LIMIT {limit}")
        return answer(cursor.fetchall())


def order_slow(request):
    column = request.GET.get("order", "cents")
    with connection.cursor() as cursor:
        cursor.execute(f"{ENTRIES} ORDER BY {column}, id")  # expect: DJC306
        return answer(cursor.fetchall())


def order(request):
    column = request.GET.get("order", "cents")
    if column not in SORTABLE:
        return HttpResponseBadRequest("no such column")
    with connection.cursor() as cursor:
        cursor.execute(f"{ENTRIES} ORDER BY {column}, id")
        return answer(cursor.fetchall())


def order_by_key_slow(request):
    ordering = ORDERINGS.get(request.GET["order"], request.GET["order"])
    with connection.cursor() as cursor:
        cursor.execute(f"{ENTRIES} ORDER BY {ordering}")  # expect: DJC306
        return answer(cursor.fetchall())


def order_by_key(request):
    ordering = ORDERINGS.get(request.GET["order"], "id")
    with connection.cursor() as cursor:
        cursor.execute(f"{ENTRIES} ORDER BY {ordering}")
        return answer(cursor.fetchall())


def table_slow(request):
    table = request.GET["table"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM " + table)  # expect: DJC306
        return answer(cursor.fetchall())


def table(request):
    model = {"journal_entry": Entry, "accounts_account": Account}.get(request.GET["table"])
    if model is None:
        return HttpResponseBadRequest("no such table")
    quoted = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {quoted}")
        return answer(cursor.fetchall())


def quoted_slow(request):
    """The database sees the text '?', and the parameter belongs nowhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM journal_entry WHERE text = '%s'", [request.GET["q"]])  # expect: DJC305
        return answer(cursor.fetchall())


def quoted(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM journal_entry WHERE text = %s", [request.GET["q"]])
        return answer(cursor.fetchall())


def quoted_like_slow(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM journal_entry WHERE text LIKE '%%%s%%'", [request.GET["q"]])  # expect: DJC305
        return answer(cursor.fetchall())


def quoted_like(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM journal_entry WHERE text LIKE %s", [f"%{request.GET['q']}%"])
        return answer(cursor.fetchall())


def own_table(request):
    """A table name from the model's own options, columns from a constant."""
    columns = ", ".join(COLUMNS)
    sql = f"SELECT {columns} FROM {Entry._meta.db_table} WHERE text = %s"
    return answer(fetch(sql, [request.GET["q"]]))


def many_texts(request):
    """As many placeholders as values: the text depends on their number only."""
    texts = request.GET.getlist("q")
    with connection.cursor() as cursor:
        cursor.execute(f"{ENTRIES} WHERE text IN ({placeholders(texts)})", texts)
        return answer(cursor.fetchall())


def row_counts(request):
    counts = []
    with connection.cursor() as cursor:
        for name in ("journal_entry", "accounts_account"):
            cursor.execute(f"SELECT COUNT(*) FROM {name}")
            counts.append(cursor.fetchone())
    return answer(counts)
