"""What real Django says of a project's models, asked in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

SCRIPT = """
import json, sys

import django
from django.apps import apps
from django.conf import settings

settings.configure(**json.loads(sys.argv[1]), DEFAULT_AUTO_FIELD="django.db.models.AutoField")
django.setup()

from django.contrib.contenttypes.fields import GenericForeignKey, GenericRel, GenericRelation


def label(model):
    return None if model is None else model._meta.label


def through(field):
    made = field.remote_field.through
    return None if made._meta.auto_created else label(made)


def forward(field):
    rel = field.remote_field
    back = "" if rel.hidden else rel.get_accessor_name() or ""
    if field.many_to_many and rel.symmetrical:
        back = field.name
    single = not field.many_to_many
    return {
        "kind": "forward-one" if single else "forward-many",
        "name": field.name,
        "query_name": field.name,
        "target": label(field.related_model),
        "nullable": single and field.null,
        "attname": field.attname if single else "",
        "inverse": back,
        "to_key": single and field.target_field.name == field.related_model._meta.pk.name,
        "through": None if single else through(field),
        "many_to_many": not single,
    }


def reverse(rel):
    return {
        "kind": "reverse-one" if rel.one_to_one else "reverse-many",
        "name": rel.get_accessor_name(),
        "query_name": rel.name,
        "target": label(rel.related_model),
        "nullable": True,
        "attname": "",
        "inverse": rel.field.name,
        "to_key": False,
        "through": through(rel.field) if rel.many_to_many else None,
        "many_to_many": bool(rel.many_to_many),
    }


def generic(field):
    one = isinstance(field, GenericForeignKey)
    target = None if one else field.related_model
    inverse = ""
    if not one:
        keys = [f for f in target._meta.private_fields if isinstance(f, GenericForeignKey)]
        inverse = next((f.name for f in keys if field._is_matching_generic_foreign_key(f)), "")
    return {
        "kind": "generic-one" if one else "generic-many",
        "name": field.name,
        "query_name": field.name,
        "target": label(target),
        "nullable": field.model._meta.get_field(field.ct_field).null if one else True,
        "attname": "",
        "inverse": inverse,
        "to_key": False,
        "through": None,
        "many_to_many": False,
    }


def relation(field):
    if isinstance(field, (GenericForeignKey, GenericRelation)):
        return generic(field)
    return reverse(field) if field.auto_created and not field.concrete else forward(field)


def unique(model):
    # Sets of fields of which no two rows have the same, those of its parents among them.
    meta = model._meta
    sets = [[f.name] for f in meta.local_fields if f.unique]
    sets += [list(names) for names in meta.unique_together]
    sets += [list(constraint.fields) for constraint in meta.total_unique_constraints]
    inherited = [meta.concrete_model] if meta.proxy else meta.parents
    return sets + [names for parent in inherited for names in unique(parent)]


def class_name(cls):
    return f"{cls.__module__}.{cls.__qualname__}"


def described(model):
    meta = model._meta
    # The way back of a GenericRelation is a word in lookups, no attribute.
    fields = [f for f in meta.get_fields() if not isinstance(f, GenericRel)]
    return {
        "class": class_name(model),
        "pk": meta.pk.name,
        "proxy_for": label(meta.concrete_model) if meta.proxy else None,
        "columns": sorted(f.name for f in fields if not f.is_relation),
        "relations": {found["name"]: found for found in map(relation, filter(lambda f: f.is_relation, fields))},
        "unique": sorted({tuple(sorted(names)) for names in unique(model)}),
        "managers": [m.name for m in meta.managers],
        "default_manager": meta.default_manager.name,
        "querysets": {m.name: class_name(m._queryset_class) for m in meta.managers},
    }


print(json.dumps({label(model): described(model) for model in apps.get_models()}))
"""


def ask_django(
    directory: Path, sources: Mapping[str, str], apps: Sequence[str], **settings: object
) -> dict[str, dict[str, Any]]:
    """Model label → what `_meta` says, of the project made of `sources` (path → text)."""
    for path, text in sources.items():
        file = directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
    options = json.dumps({"INSTALLED_APPS": list(apps), **settings})
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, options], cwd=directory, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return answer
