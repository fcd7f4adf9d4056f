"""What runs for each row that is written by itself, and does not where one statement writes many.

Facts from Django's documentation ("QuerySet API reference": bulk_create, bulk_update).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from djcheck.domain.index import FunctionInfo, Model
from djcheck.domain.ir import Constant
from djcheck.fixes.project.project import Project

SIGNALS = "django.db.models.signals"
SENDER = re.compile(r"\bsender\s*=\s*[\"']?(?:\w+\.)*(\w+)")
RECEIVER = re.compile(r"@receiver\(([^()]*)\)(?:\s*@[^\n]*)*\s*(?:async\s+)?def\s+(\w+)")
CONNECTED = re.compile(r"\b((?:pre|post)_\w+)\.connect\(\s*([^()]*)\)")


def passed_over(model: Model, event: str, project: Project) -> Iterator[str]:
    """Words for what would no longer run for each row; `event` is "save" or "delete"."""
    own = project.index.member(model.key, event)
    if isinstance(own, FunctionInfo):
        yield f"the model's own `{event}()` would not run"
    listening = sorted(set(receivers(model, event, project)))
    if event == "delete":
        yield "the receivers of a row's signals would see the other rows as not yet deleted"
    elif listening:
        yield f"signals would not be sent, and {', '.join(listening)} would miss them"
    else:
        yield "signals would not be sent; no receiver of the project listens to them"


def receivers(model: Model, event: str, project: Project) -> Iterator[str]:
    """The project's functions that listen to the model's signals of this event: `function` (path:line)."""
    for module in project.index.modules():
        if all(fact.module != SIGNALS and fact.name != "signals" for fact in module.facts.imports):
            continue
        text = project.text_of(module.path)
        for found in RECEIVER.finditer(text):
            if listens(found[1], found[1], model, event):
                yield f"`{found[2]}` ({module.path}:{line_at(text, found.start(2))})"
        for found in CONNECTED.finditer(text):
            if listens(found[1], found[2], model, event):
                name = found[2].partition(",")[0].strip() or "receiver"
                yield f"`{name}` ({module.path}:{line_at(text, found.start())})"


def listens(signals: str, arguments: str, model: Model, event: str) -> bool:
    """To every model's signals, or to this one's?"""
    sender = SENDER.search(arguments)
    return bool(re.search(rf"\b(?:pre|post)_{event}\b", signals)) and (sender is None or sender[1] == model.name)


def line_at(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def set_on_save(model: Model, project: Project) -> list[str]:
    """Columns that every `save()` sets by itself (`auto_now`)."""
    found = []
    for name in model.fields:
        call = project.declaration(model.key, name)
        for keyword in call.keywords if call is not None else ():
            if keyword.name == "auto_now" and isinstance(keyword.value, Constant) and keyword.value.value is True:
                found.append(name)
    return found
