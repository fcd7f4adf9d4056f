"""Which queries run, how many rows do they bring, and which lines of the project asked for them?

Runs inside the sample project's own Django process. SQLite's own hooks count the rows; nothing of
Django is replaced.
"""
# mypy: ignore-errors

import ast
import asyncio
import contextlib
import functools
import inspect
import sys
from pathlib import Path

from django.db import connection

ROOT = Path.cwd().resolve()

READS = {
    "ForwardManyToOneDescriptor.__get__": "one",
    "ReverseOneToOneDescriptor.__get__": "one",
    "GenericForeignKey.__get__": "generic",
    "GenericForeignKeyDescriptor.__get__": "generic",
    "DeferredAttribute.__get__": "deferred",
}
"""Django's own descriptors: what reading an attribute of a row means when one of them asks."""


class Recorder:
    """Wraps `connection.execute_wrapper` and keeps what it saw."""

    def __init__(self):
        self.queries = []

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "PRAGMA")):
            return execute(sql, params, many, context)
        query = {"sql": sql, "rows": 0, "read": read_by(sys._getframe(1)), "sites": sites_of(sys._getframe(1))}
        self.queries.append(query)

        def count_row(_cursor, row):
            query["rows"] += 1
            return row

        context["cursor"].cursor.row_factory = count_row
        return execute(sql, params, many, context)


@contextlib.contextmanager
def recording():
    recorder = Recorder()
    with connection.execute_wrapper(recorder):
        yield recorder


def read_by(frame):
    """The kind of attribute whose reading asked, if it stands between the query and the project's line."""
    while frame is not None and _site(frame) is None:
        if kind := READS.get(frame.f_code.co_qualname):
            return kind
        frame = frame.f_back
    return ""


def sites_of(frame):
    """The project's lines on the stack, innermost first, each only once."""
    sites = []
    for found in _walk(frame):
        if found is not None and found not in sites:
            sites.append(found)
    return sites


def _walk(frame):
    in_widget = False
    while frame is not None:
        in_widget = in_widget or frame.f_code.co_qualname == "BoundField.as_widget"
        yield _site(frame, in_widget)
        if frame.f_code.co_name == "thread_handler" and "loop" in frame.f_locals:
            yield from _suspended(frame.f_locals["loop"])
        frame = frame.f_back


def _suspended(loop):
    """A coroutine that waits for a thread is not on that thread's stack: follow what its task awaits."""
    for task in asyncio.all_tasks(loop):
        chain = []
        waiting = task.get_coro()
        while waiting is not None:
            frame = getattr(waiting, "cr_frame", None) or getattr(waiting, "gi_frame", None)
            if frame is not None:
                chain.append(_site(frame))
            waiting = getattr(waiting, "cr_await", None) or getattr(waiting, "gi_yieldfrom", None)
        yield from reversed(chain)


def _site(frame, in_widget=False):
    code, local = frame.f_code, frame.f_locals
    if inside := _inside(code.co_filename):
        if "__jinja_template__" in frame.f_globals:
            return [inside, frame.f_globals["__jinja_template__"].get_corresponding_lineno(frame.f_lineno), ""]
        return [inside, frame.f_lineno, code.co_qualname.replace(".<locals>", "")]
    if code.co_name == "render_annotated":
        return _template_site(local["self"]) or _inline_site(local["context"])
    if code.co_name == "items_for_result" and "field_name" in local:
        option = "list_editable" if in_widget else ""
        return _declared_site(type(local["cl"].model_admin), local["field_name"], option)
    if "rest_framework" in code.co_filename and "self" in local:
        return _serializer_site(local["self"])
    return None


@functools.cache
def _inside(filename):
    if filename.startswith("<"):
        return None
    path = Path(filename).resolve()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else None


def _template_site(node):
    inside = _inside(node.origin.name)
    return [inside, node.token.lineno, ""] if inside else None


def _inline_site(context):
    """The field of an inline's row that the admin's own template shows."""
    if "inline_admin_formset" not in context or "field" not in context:
        return None
    shown = context["field"].field
    return _declared_site(
        type(context["inline_admin_formset"].opts), shown["name"] if isinstance(shown, dict) else shown.name
    )


def _serializer_site(field):
    from rest_framework.fields import Field

    if isinstance(field, Field) and field.parent is not None and field.field_name:
        owner = field.parent
        if hasattr(owner, "child_relation") or hasattr(owner, "child"):
            return None
        return _declared_site(type(owner), field.field_name)
    return None


@functools.cache
def _declared_site(owner, name, option=""):
    """Where a class body names this column or field: an assignment, else the text in a list, else the list.

    `option`: only the list of that name counts.
    """
    for cls in owner.__mro__:
        file = inspect.getsourcefile(cls) if cls.__module__ != "builtins" else None
        inside = _inside(file) if file else None
        if inside and (line := _line_naming(cls, name, option)):
            return [inside, line, cls.__qualname__]
    return None


def _assigns(node, name):
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name


def _line_naming(cls, name, option):
    lines, start = inspect.getsourcelines(cls)
    tree = ast.parse(inspect.cleandoc("".join(lines)) if lines[0][0] == " " else "".join(lines))
    if option:
        tree = next((node for node in ast.walk(tree) if _assigns(node, option)), ast.Module([], []))
    assigned, named, everything = [], [], []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if node.targets[0].id == name:
                assigned.append(node.lineno)
            elif node.targets[0].id == "fields" and getattr(node.value, "value", "") == "__all__":
                everything.append(node.lineno)
        elif isinstance(node, ast.Constant) and node.value == name:
            named.append(node.lineno)
    found = assigned or named or everything
    return start + found[0] - 1 if found else None
