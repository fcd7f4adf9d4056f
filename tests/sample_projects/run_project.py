"""Runs every pair of one sample project at two sizes and prints what happened as JSON.

Started by `evidence.run_project`, with the sample project as the working directory.
"""
# mypy: ignore-errors

import importlib
import io
import json
import sys

import django
from django.core.management import call_command

from .pairs import BENIGN, INJECTED, LARGE, SMALL


def main(name):
    sys.path.insert(0, ".")
    django.setup()
    call_command("migrate", verbosity=0)
    places = importlib.import_module(f".{name}_pairs", __package__)
    seed = importlib.import_module(f".{name}_seed", __package__).seed
    pairs = {pair.name: {"faulty": [], "clean": []} for pair in places.PAIRS}
    traps = {trap.name: {"clean": []} for trap in places.TRAPS}
    for size in (SMALL, LARGE):
        call_command("flush", verbosity=0, interactive=False)
        seed(size)
        for pair in places.PAIRS:
            value = pair.benign if size == SMALL else pair.injected
            may_fail = pair.proof in {"sql", "placeholder"}
            for side, step in (("faulty", pair.faulty), ("clean", pair.clean)):
                pairs[pair.name][side].append(measure(step.with_value(value), may_fail))
        for trap in places.TRAPS:
            traps[trap.name]["clean"].append(
                measure(trap.clean.with_value(BENIGN if size == SMALL else INJECTED), may_fail=False)
            )
    return {"pairs": pairs, "traps": traps, "relations": relations_by_name()}


def measure(step, may_fail):
    from .recording import recording

    run_and_undo(step, may_fail)
    with recording() as recorder:
        result, error = run_and_undo(step, may_fail)
    return {"queries": recorder.queries, "result": result, "error": error}


def run_and_undo(step, may_fail):
    """What a place writes must not meet the next one."""
    from django.db import transaction

    with transaction.atomic():
        try:
            with transaction.atomic():
                result, error = ACTIONS[step.action](step), ""
        except Exception as caught:
            if not may_fail:
                raise RuntimeError(f"{step} failed") from caught
            result, error = None, f"{type(caught).__name__}: {caught}"
        transaction.set_rollback(True)
    return result, error


def call(step):
    from asgiref.sync import async_to_sync, iscoroutinefunction

    module, _, name = step.target.rpartition(".")
    function = getattr(importlib.import_module(module), name)
    result = async_to_sync(function)(*step.args) if iscoroutinefunction(function) else function(*step.args)
    return json.loads(json.dumps(result, default=str, sort_keys=True))


def get(step):
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(raise_request_exception=True)
    if step.user:
        client.force_login(get_user_model().objects.get(username=step.user))
    data = dict(zip(step.args[::2], step.args[1::2], strict=True))
    response = client.get(step.target, data)
    if response.status_code != 200:
        raise RuntimeError(f"{step.target} answered {response.status_code}: {response.content[:500]}")
    return response.content.decode()


def command(step):
    output = io.StringIO()
    call_command(step.target, *step.args, stdout=output)
    return output.getvalue()


ACTIONS = {"call": call, "get": get, "command": command}


def relations_by_name():
    """Every relation name of the project's models → what kinds of relation it names, and their tables."""
    from django.apps import apps

    relations = {}
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.is_relation and (name := accessor(field)):
                found = relations.setdefault(name, {"kinds": set(), "tables": set()})
                if field.related_model is None:
                    found["kinds"].add("generic")
                    continue
                found["kinds"].add("many" if field.one_to_many or field.many_to_many else "one")
                found["tables"].add(field.related_model._meta.db_table)
                if field.many_to_many:
                    through = field.remote_field.through if field.concrete else field.through
                    found["tables"].add(through._meta.db_table)
    return {name: {key: sorted(values) for key, values in found.items()} for name, found in relations.items()}


def accessor(field):
    return field.get_accessor_name() if field.auto_created and not field.concrete else field.name


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
