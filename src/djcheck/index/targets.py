"""Which model the `to` of a relation names, in all the ways that Django allows."""

from __future__ import annotations

from collections.abc import Callable

from djcheck.domain.index import ClassInfo, ConstantInfo, External, Settings
from djcheck.domain.ir import Call, Conditional, Expr
from djcheck.index.classes import Classes
from djcheck.index.drafts import Draft
from djcheck.index.names import Names
from djcheck.index.reading import argument, dotted, string
from djcheck.index.texts import text_of

DEPTH = 6
USER_SETTING = "AUTH_USER_MODEL"


class Targets:
    """Resolves relation targets; `by_label` finds a model by "app.Model", near a module."""

    def __init__(
        self, names: Names, classes: Classes, settings: Settings, by_label: Callable[[str, str], str | None]
    ) -> None:
        self._names = names
        self._classes = classes
        self._settings = settings
        self._by_label = by_label

    def key(self, expr: Expr | None, module: str, owner: Draft) -> str | None:
        """The class that the expression in `module` names as a relation's target from `owner`."""
        return None if expr is None else self._of(expr, module, owner, DEPTH)

    def label(self, text: str, owner: Draft) -> str | None:
        """The model that a text names from within `owner`."""
        if text == "self":
            return owner.key
        if "." in text:
            return self._by_label(text, owner.info.module)
        found = self._by_label(f"{owner.app}.{text}", owner.info.module)
        if found is None:
            symbol = self._names.resolve(owner.info.module, text)
            return self._classes.qualname_of(symbol) if isinstance(symbol, ClassInfo) else None
        return found

    def _of(self, expr: Expr, module: str, owner: Draft, depth: int) -> str | None:
        if depth == 0:
            return None
        if isinstance(expr, Conditional):
            return self._of(expr.body, module, owner, depth - 1) or self._of(expr.orelse, module, owner, depth - 1)
        if isinstance(expr, Call):
            return self._called(expr, module, owner)
        name = dotted(expr)
        if name is None:
            text = text_of(self._names, module, expr)
            return None if text is None else self.label(text, owner)
        return self._named(name, module, owner, depth)

    def _named(self, name: str, module: str, owner: Draft, depth: int) -> str | None:
        symbol = self._names.resolve(module, name)
        if isinstance(symbol, ClassInfo):
            return self._classes.qualname_of(symbol)
        if isinstance(symbol, External):
            setting = symbol.name.removeprefix("django.conf.settings.")
            return symbol.name if setting == symbol.name else self._setting(setting, None, owner)
        if isinstance(symbol, ConstantInfo):
            values = [fact.value for fact in symbol.assigns if fact.value is not None]
            return self._of(values[-1], symbol.module, owner, depth - 1) if values else None
        return None

    def _setting(self, name: str, default: str | None, owner: Draft) -> str | None:
        known = self._settings.auth_user_model if name == USER_SETTING else self._settings.texts.get(name, default)
        return None if known is None else self.label(known, owner)

    def _called(self, call: Call, module: str, owner: Draft) -> str | None:
        last = (dotted(call.function) or "").rpartition(".")[2]
        if last == "get_user_model":
            return self._setting(USER_SETTING, None, owner)
        if last == "getattr" and len(call.args) >= 2:
            setting = string(call.args[1])
            symbol = self._names.resolve(module, dotted(call.args[0]) or "")
            if setting is not None and symbol == External("django.conf.settings"):
                default = string(call.args[2]) if len(call.args) > 2 else None
                return self._setting(setting, default, owner)
        label = label_argument(call)
        if last in ("get_model", "get_registered_model"):
            return None if label is None else self.label(label, owner)
        if last in ("get_model_name", "load_model") and label is not None:
            # swapper: `SHOP_BOOK_MODEL` may replace shop.Book
            return self._setting(f"{label.replace('.', '_').upper()}_MODEL", label, owner)
        text = text_of(self._names, module, call)
        return None if text is None else self.label(text, owner)


def label_argument(call: Call) -> str | None:
    """ "app.Model" of `get_model("app", "Model")` or `get_model("app.Model")`."""
    app, name = string(argument(call, 0, "app_label")), string(argument(call, 1, "model_name"))
    if app is None:
        return None
    if name is not None:
        return f"{app}.{name}"
    return app if "." in app else None
