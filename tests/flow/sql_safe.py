"""Text that cannot carry outside data into SQL: `value` comes from the request in all of these."""

# ruff: noqa: E501

from __future__ import annotations

ORDER = "f'SELECT * FROM shop_person ORDER BY {value}'"
SAFE = {
    "constant": "text = 'SELECT * FROM shop_person'",
    "constant of another module": "text = texts.PLAIN",
    "constants put together": "text = 'SELECT * FROM ' + texts.TABLE + f' WHERE {\"a\"} = 1'",
    "placeholder": "text = 'SELECT * FROM shop_person WHERE name = %s'",
    "quote_name": "text = 'SELECT * FROM ' + connection.ops.quote_name(value)",
    "quote_name in an f-string": "text = f'SELECT * FROM {connection.ops.quote_name(value)}'",
    "alias of quote_name": "q = connection.ops.quote_name\ntext = f'SELECT {q(value)} FROM t'",
    "int": "text = f'SELECT * FROM shop_person LIMIT {int(value)}'",
    "int before": "number = int(value)\ntext = 'SELECT * FROM shop_person LIMIT %s' % number",
    "int in place": "value = int(value)\ntext = f'SELECT * FROM shop_person LIMIT {value}'",
    "int in a try": (
        "try:\n    value = int(value)\nexcept ValueError:\n    return None\ntext = f'SELECT * FROM t LIMIT {value}'"
    ),
    "int or default": "try:\n    n = int(value)\nexcept ValueError:\n    n = 10\ntext = f'SELECT * FROM t LIMIT {n}'",
    "float": "text = 'SELECT * FROM shop_person WHERE age > ' + str(float(value))",
    "Decimal": "text = f'SELECT * FROM shop_person WHERE age > {Decimal(value)}'",
    "UUID": "text = f\"SELECT * FROM shop_person WHERE key = '{uuid.UUID(value)}'\"",
    "length": "text = f'SELECT * FROM shop_person LIMIT {len(value)}'",
    "%d": "text = 'SELECT * FROM shop_person LIMIT %d' % value",
    "named %d": "text = 'SELECT * FROM shop_person LIMIT %(n)d' % {'n': value}",
    "{:d}": "text = 'SELECT * FROM shop_person LIMIT {:d}'.format(value)",
    "arithmetic": "start = (int(value) - 1) * 20\ntext = f'SELECT * FROM t LIMIT 20 OFFSET {start}'",
    "min and max": "n = min(max(int(value), 1), 100)\ntext = f'SELECT * FROM t LIMIT {n}'",
    "in a set": f"text = ''\nif value in {{'name', 'age'}}:\n    text = {ORDER}",
    "in a tuple of the module": f"text = ''\nif value in COLUMNS:\n    text = {ORDER}",
    "in a dict of the module": f"text = ''\nif value in DIRECTIONS:\n    text = {ORDER}",
    "in a dict's keys": f"text = ''\nif value in DIRECTIONS.keys():\n    text = {ORDER}",
    "in another module's": f"text = ''\nif value in texts.ALLOWED:\n    text = {ORDER}",
    "in a set's union": f"allowed = set(COLUMNS) | {{'age'}}\ntext = ''\nif value in allowed:\n    text = {ORDER}",
    "not in, raises": f"if value not in COLUMNS:\n    raise ValueError(value)\ntext = {ORDER}",
    "not in, returns": f"if value not in ('name', 'age'):\n    return None\ntext = {ORDER}",
    "not in, default": f"if value not in COLUMNS:\n    value = 'name'\ntext = {ORDER}",
    "not (in), default": f"if not value in COLUMNS:\n    value = 'name'\ntext = {ORDER}",
    "empty or not in": f"if not value or value not in COLUMNS:\n    value = 'name'\ntext = {ORDER}",
    "in a loop, skips": f"for value in [value]:\n    if value not in COLUMNS:\n        continue\n    text = {ORDER}",
    "assert in": f"assert value in COLUMNS\ntext = {ORDER}",
    "value if in else": "value = value if value in COLUMNS else 'name'\ntext = f'SELECT * FROM t ORDER BY {value}'",
    "equals": f"if value == 'name':\n    text = {ORDER}\nelif value == 'age':\n    text = {ORDER}\nelse:\n    return None",
    "one of two": "way = 'ASC' if value == 'up' else 'DESC'\ntext = f'SELECT * FROM t ORDER BY name {way}'",
    "chosen by branches": "way = 'ASC'\nif value == 'down':\n    way = 'DESC'\ntext = 'SELECT 1 FROM t ORDER BY a ' + way",
    "looked up": "text = f'SELECT * FROM t ORDER BY name {DIRECTIONS[value]}'",
    "got": "text = f\"SELECT * FROM t ORDER BY name {DIRECTIONS.get(value, 'ASC')}\"",
    "got from a display": "way = {'up': 'ASC', 'down': 'DESC'}.get(value, 'ASC')\ntext = f'SELECT * FROM t ORDER BY a {way}'",
    "got, None handled": "way = DIRECTIONS.get(value)\nif way is None:\n    return None\ntext = f'SELECT 1 FROM t ORDER BY a {way}'",
    "looked up in another module": "text = f'SELECT * FROM t ORDER BY {texts.BY_KEY[value]}'",
    "db_table": "text = f'SELECT * FROM {Person._meta.db_table}'",
    "column of a field": "text = 'SELECT %s FROM t' % Person._meta.get_field('name').column",
    "columns of all fields": "text = 'SELECT ' + ', '.join(f.column for f in Person._meta.fields) + ' FROM t'",
    "db_table of any model": "model = find(value)\ntext = f'SELECT * FROM {model._meta.db_table}'",
    "settings": "text = f'SELECT * FROM {settings.TABLE_PREFIX}person'",
    "getattr of settings": "text = f\"SELECT * FROM {getattr(settings, 'SCHEMA', 'public')}.person\"",
    "choices": "text = f\"SELECT * FROM shop_person WHERE kind = '{Kind.NEW}'\"",
    "choice's value": "text = f\"SELECT * FROM shop_person WHERE kind = '{Kind.NEW.value}'\"",
    "all choices": "text = \"SELECT * FROM t WHERE kind IN ('%s')\" % \"', '\".join(Kind.values)",
    "made a choice": "text = f\"SELECT * FROM shop_person WHERE kind = '{Kind(value).value}'\"",
    "among the choices": f"if value not in Kind.values:\n    return None\ntext = {ORDER}",
    "placeholders multiplied": "marks = ', '.join(['%s'] * len(value))\ntext = f'SELECT * FROM t WHERE id IN ({marks})'",
    "placeholders of a comprehension": "marks = ','.join('%s' for _ in value)\ntext = f'SELECT 1 FROM t WHERE id IN ({marks})'",
    "placeholders of a text": "marks = ('%s,' * len(value)).rstrip(',')\ntext = 'SELECT 1 FROM t WHERE id IN (%s)' % marks",
    "conditions of constants": (
        "parts = []\nif value:\n    parts.append('name = %s')\nif value == 'x':\n    parts.append('age > %s')\n"
        "text = 'SELECT * FROM t WHERE ' + ' AND '.join(parts)"
    ),
    "isdigit": "if not value.isdigit():\n    return None\ntext = f'SELECT * FROM t LIMIT {value}'",
    "isidentifier": f"if not value.isidentifier():\n    raise ValueError\ntext = {ORDER}",
    "regular expression": f"if not re.fullmatch(r'\\w+', value):\n    raise ValueError\ntext = {ORDER}",
    "compiled expression": f"if not NAME.match(value):\n    raise ValueError\ntext = {ORDER}",
    "form's number": "form = SearchForm(request.POST)\ntext = f\"SELECT * FROM t LIMIT {form.cleaned_data['number']}\"",
    "form's choice": "form = SearchForm(request.POST)\ntext = f\"SELECT * FROM t ORDER BY {form.cleaned_data['column']}\"",
    "serializer's number": (
        "found = SearchSerializer(data=request.data)\nfound.is_valid()\n"
        "text = f\"SELECT * FROM t LIMIT {found.validated_data['number']}\""
    ),
    "column of numbers": "text = f'SELECT * FROM t WHERE age = {Person.objects.get(pk=1).age}'",
    "primary key": "text = f'SELECT * FROM t WHERE id = {request.user.pk}'",
    "primary keys": (
        "keys = Person.objects.values_list('pk', flat=True)\n"
        "text = 'SELECT * FROM t WHERE id IN (%s)' % ','.join(str(key) for key in keys)"
    ),
    "each of a literal": "for part in ('name', 'age'):\n    text = f'SELECT {part} FROM t'",
    "each of a constant": "for part in COLUMNS:\n    text = f'SELECT {part} FROM t'",
    "columns of a constant": "text = 'SELECT ' + ', '.join(COLUMNS) + ' FROM t'",
    "picked columns": "text = 'SELECT ' + ', '.join(c for c in COLUMNS if c != value) + ' FROM t'",
    "wanted columns": "text = 'SELECT ' + ', '.join(c for c in value.split() if c in COLUMNS) + ' FROM t'",
    "today": "text = f\"SELECT * FROM t WHERE day = '{date.today().isoformat()}'\"",
    "now": "text = f\"SELECT * FROM t WHERE day < '{timezone.now():%Y-%m-%d}'\"",
    "environment": "text = f\"SELECT * FROM {os.environ['SCHEMA']}.t\"",
    "helper with a constant": "text = texts.of_table('shop_person')",
    "helper that checks": "text = f'SELECT * FROM t ORDER BY {texts.checked(value)}'",
    "helper that converts": "text = f'SELECT * FROM t LIMIT {texts.number(value)}'",
    "length of a name": "text = 'SELECT * FROM t WHERE a = ' + ('1' if value else '0')",
    "type of a flag": "text = f'SELECT * FROM t WHERE a = {value == \"x\"}'",
    "slice of a number": "n = request.user.id\ntext = 'SELECT * FROM t WHERE a = %s' % n",
    "vendor": "text = f'SELECT {connection.vendor!r}'",
    "alias of the database": "text = f\"SELECT '{connection.alias}', '{connection.settings_dict['NAME']}'\"",
}
SAFE_SINKS = (
    "raw",
    "extra where",
    "RawSQL",
    "with cursor",
    "executemany",
    "Func template",
    "RunSQL",
    "other connection",
)

GIVEN = {
    "raw": "Person.objects.raw('SELECT * FROM t WHERE name = %s', [value])",
    "raw with a dict": "Person.objects.raw('SELECT * FROM t WHERE name = %(name)s', {'name': value})",
    "raw by keyword": "Person.objects.raw('SELECT * FROM t WHERE name = %s', params=[value])",
    "raw translations": "Person.objects.raw('SELECT 1 AS id', translations={'a': value})",
    "extra": "Person.objects.extra(where=['name = %s'], params=[value])",
    "extra select": "Person.objects.extra(select={'x': 'name = %s'}, select_params=(value,))",
    "RawSQL": "Person.objects.annotate(x=RawSQL('SELECT a FROM t WHERE b = %s', (value,)))",
    "cursor": "connection.cursor().execute('SELECT * FROM t WHERE name = %s', [value])",
    "cursor, tuple": "connection.cursor().execute('SELECT * FROM t WHERE name = %s', (value,))",
    "executemany": "connection.cursor().executemany('INSERT INTO t VALUES (%s)', [(value,), (value,)])",
    "callproc": "connection.cursor().callproc('rebuild', [value])",
    "Func": "Person.objects.annotate(x=Func(Value(value), function='LOWER', template='%(function)s(%(expressions)s)'))",
    "Func of the project": "Person.objects.annotate(x=Lower(Value(value)))",
    "Identifier": "connection.cursor().execute(psycopg_sql.SQL('SELECT * FROM {}').format(psycopg_sql.Identifier(value)))",
    "Literal": "connection.cursor().execute(psycopg_sql.SQL('SELECT {x}').format(x=psycopg_sql.Literal(value)))",
    "wrapped value": "connection.cursor().execute(psycopg_sql.SQL('SELECT {}').format(value))",
    "composed": (
        "columns = psycopg_sql.SQL(', ').join(psycopg_sql.Identifier(c) for c in value.split(','))\n"
        "connection.cursor().execute(psycopg_sql.SQL('SELECT {} FROM t').format(columns))"
    ),
    "composed by plus": (
        "connection.cursor().execute(psycopg_sql.SQL('SELECT * FROM ') + psycopg_sql.Identifier(value))"
    ),
    "placeholders": (
        "text = 'SELECT * FROM t WHERE id IN (%s)' % ','.join(['%s'] * len(value))\n"
        "connection.cursor().execute(text, value.split(','))"
    ),
    "another execute": "Runner().execute(f\"say '{value}'\")",
    "another raw": "Runner().raw(f\"SELECT '{value}'\")",
    "GraphQL": "schema.execute(f'query {{ person(name: {value}) }}')",
    "message": "print(f\"SELECT * FROM t WHERE name = '{value}'\")",
    "filter": "Person.objects.filter(name=value).order_by(value)",
    "RunSQL": "migrations.RunSQL([('UPDATE t SET a = %s', [value])])",
}
