"""Which admin classes show which models: `@admin.register(…)`, `site.register(…)`, on any site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from djcheck.domain import ir
from djcheck.domain.index import ClassInfo
from djcheck.flow.python.parameters import bare_name, dotted

if TYPE_CHECKING:
    from djcheck.domain.ir import Expr
    from djcheck.index.project import ProjectIndex

Registered = dict[str, tuple[str, ...]]
ADMIN = "django.contrib.admin.BaseModelAdmin"
_known: WeakKeyDictionary[ProjectIndex, Registered] = WeakKeyDictionary()


class Registrations:
    """What is registered in one project."""

    def __init__(self, index: ProjectIndex) -> None:
        self._index = index

    def is_admin(self, qualname: str) -> bool:
        """An admin class, or one that is registered as such and whose base a package keeps to itself."""
        return self._index.is_a(qualname, ADMIN) or qualname in of(self._index)

    def models(self, qualname: str) -> tuple[str, ...]:
        """The models that an admin class is registered for."""
        return of(self._index).get(qualname, ())


def could_be_admin(index: ProjectIndex, qualname: str) -> bool:
    return index.is_a(qualname, ADMIN) or index.has_unknown_base(qualname)


def of(index: ProjectIndex) -> Registered:
    """Admin class → models, found once per project."""
    found = _known.get(index)
    if found is None:
        gathered: dict[str, dict[str, None]] = {}
        for qualname, model in (*by_decorators(index), *by_calls(index)):
            gathered.setdefault(qualname, {})[model] = None
        found = _known[index] = {name: tuple(models) for name, models in gathered.items()}
    return found


def by_decorators(index: ProjectIndex) -> Iterator[tuple[str, str]]:
    for qualname in index.classes():
        info = index.class_info(qualname)
        for decorator in info.fact.decorators if info is not None else ():
            registers = isinstance(decorator, ir.Call) and bare_name(decorator) == "register"
            if info is not None and registers and could_be_admin(index, qualname):
                models = models_in(index, info.module, decorator.args)  # type: ignore[union-attr]
                yield from ((qualname, model) for model in models)


def by_calls(index: ProjectIndex) -> Iterator[tuple[str, str]]:
    for module in index.modules():
        for fact in module.facts.calls:
            call = fact.call
            if not isinstance(call, ir.Call) or bare_name(call.function) != "register" or not call.args:
                continue
            given = [*call.args[1:2], *(keyword.value for keyword in call.keywords if keyword.name == "admin_class")]
            for expression in given:
                shown = class_named(index, module.key, expression)
                if shown is not None and could_be_admin(index, shown):
                    yield from ((shown, model) for model in models_in(index, module.key, call.args[:1]))


def models_in(index: ProjectIndex, module: str, expressions: tuple[Expr, ...]) -> Iterator[str]:
    for expression in expressions:
        if isinstance(expression, ir.Collection):
            yield from models_in(index, module, expression.items)
            continue
        name = class_named(index, module, expression)
        if name is not None and index.model(name) is not None:
            yield name


def class_named(index: ProjectIndex, module: str, expression: Expr) -> str | None:
    """The class that an expression names; `get_user_model()` and `Model.rel.through` too where they can be told."""
    if isinstance(expression, ir.Call) and bare_name(expression) == "get_user_model":
        return index.user_model()
    name = dotted(expression)
    symbol = index.resolve(module, name) if name else None
    if isinstance(symbol, ClassInfo):
        return symbol.qualname
    return index.class_of(module, expression) if name else None
