"""Names that a library's class loader gives: `ProductView = get_class("catalogue.views", "ProductView")`."""

from __future__ import annotations

from djcheck.domain.facts import AssignFact
from djcheck.domain.ir import Call, Collection, Expr, Opaque
from djcheck.index.reading import argument, dotted, string

Loaded = tuple[str, str, str]


def loader_call(assign: AssignFact) -> Call | None:
    """The call that gives the assigned name, alone or together with others."""
    value = assign.value
    if isinstance(value, Opaque) and len(value.operands) == 1:
        value = value.operands[0]
    return value if isinstance(value, Call) else None


def loaded_name(assign: AssignFact) -> Loaded | None:
    """(loader as written, module label, class name) where an assignment may load a class by name.

    Of several loaded at once each is taken to be assigned to its own name, as everyone does.
    """
    call = loader_call(assign)
    if call is None:
        return None
    loader, label = dotted(call.function), string(argument(call, 0, "module_label"))
    if loader is None or label is None or len(call.args) < 2:
        return None
    names = texts(call.args[1])
    if len(names) == 1 and not isinstance(assign.value, Opaque):
        return loader, label, names[0]
    return (loader, label, assign.name) if assign.name in names else None


def texts(expr: Expr) -> list[str]:
    items = expr.items if isinstance(expr, Collection) else (expr,)
    return [text for item in items if (text := string(item)) is not None]
