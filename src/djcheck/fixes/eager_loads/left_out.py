"""Columns that `only()` and `defer()` leave out, beside a relation that is to be loaded over one of them.

Facts from Django's documentation ("QuerySet API reference": only, defer): a join over a column that is left out is
refused; one over a column that is named is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import libcst as cst

from djcheck.domain.index import Relation
from djcheck.domain.observation import QuerySetAsked
from djcheck.domain.source import Place
from djcheck.fixes.editing.chains import NotFixable, name_of, parsed, text_of
from djcheck.fixes.project.evidence import contains
from djcheck.fixes.project.project import Project

Paths = Sequence[Sequence[Relation]]


def columns_to_name(origin: Place, paths: Paths, asked: Iterable[QuerySetAsked], project: Project) -> list[str]:
    """The foreign keys along the paths that the origin's own `only()` would have to name, of all that is asked.

    Raises NotFixable where a call elsewhere leaves such a key out, or may.
    """
    found: list[str] = []
    for seen in asked:
        if seen.method in ("only", "defer"):
            for relation in without(seen, paths, project):
                inside = seen.place.path == origin.path and contains(origin.span, seen.place.span)
                if seen.method == "defer" or not inside:
                    raise NotFixable(f"{seen.method}() leaves out the column to load along")
                found.append(relation.name)
    return list(dict.fromkeys(found))


def without(seen: QuerySetAsked, paths: Paths, project: Project) -> Iterator[Relation]:
    """The first relations of paths whose key the call leaves out."""
    columns: list[str] | None = None
    for relation in (path[0] for path in paths if path[0].is_forward):
        columns = named(project.code(seen.place), seen.method) if columns is None else columns
        keys = {relation.name, relation.attname}
        named_here = keys & set(columns)
        through = any(column.startswith(f"{relation.name}__") for column in columns)
        if named_here if seen.method == "defer" else not (named_here or through):
            yield relation


def named(code: str, method: str) -> list[str]:
    """The columns that a call of `only()` or `defer()` names. Raises NotFixable where they are not spelled out."""
    call = parsed(code)
    texts = [text_of(arg) for arg in call.args] if isinstance(call, cst.Call) and name_of(call) == method else [None]
    if None in texts:
        raise NotFixable(f"{method}() may leave out the column to load along")
    return [text for text in texts if text is not None]
