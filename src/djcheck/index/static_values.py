"""What a settings module's names hold at the end, told by following its statements without running them."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from copy import deepcopy

from djcheck.domain.facts import AssignFact, CallFact, ClassFact, ImportFact
from djcheck.domain.index import ClassInfo
from djcheck.domain.ir import (
    Attribute,
    BinaryOperation,
    BooleanOperation,
    Call,
    Collection,
    Conditional,
    Constant,
    Dictionary,
    Expr,
    FormattedText,
    Name,
    Starred,
    Subscript,
)
from djcheck.index.names import Module, Names, absolute_module
from djcheck.index.reading import dotted

Value = object
Environment = dict[str, Value]


class Unknown:
    """A value that is not to be told; it swallows whatever is done to it."""


class PathText(str):
    """A file system path, relative to the analysed root."""


UNKNOWN = Unknown()
DEEPEST = 100
DEFAULTED = frozenset(("get", "getenv", "config", "env", "str", "list", "tuple", "bool", "getattr", "setdefault"))
SAME_PATH = frozenset(("abspath", "realpath", "normpath", "resolve", "absolute", "expanduser", "str", "fspath", "Path"))
SAME_ITEMS = frozenset(("list", "tuple", "set", "sorted", "reversed", "fromkeys"))


class StaticValues:
    """Environments of settings modules, each read once."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._read: dict[str, Environment] = {}

    def of(self, module: str) -> Environment:
        found = self._read.get(module)
        if found is None:
            here = self._names.modules[module]
            found = self._read[module] = {"__file__": PathText(here.path)}
            Reader(self._names, self, here, found).run()
        return found


class Reader:
    """Follows the statements of one module in order, both branches of every `if`."""

    def __init__(self, names: Names, values: StaticValues, here: Module, environment: Environment) -> None:
        self._names = names
        self._values = values
        self._here = here
        self._environment = environment
        self._depth = 0

    def run(self) -> None:
        facts = self._here.facts
        steps: list[tuple[int, AssignFact | CallFact | ImportFact | ClassFact]] = [
            *((imported.line, imported) for imported in facts.imports),
            *((assign.span.line, assign) for assign in facts.assignments),
            *((call.span.line, call) for call in facts.calls),
            *((cls.span.line, cls) for cls in facts.classes),
        ]
        for _, fact in sorted(steps, key=lambda step: step[0]):
            self._step(fact)

    def _step(self, fact: AssignFact | CallFact | ImportFact | ClassFact) -> None:
        match fact:
            case AssignFact():
                self._assign(fact)
            case CallFact(call=Call() as call):
                self._mutate(call)
            case ImportFact():
                self._import(fact)
            case ClassFact():
                self._class(fact)

    def _import(self, fact: ImportFact) -> None:
        base = absolute_module(self._here, fact)
        module = self._names.find_module(base, self._here.root) if base is not None else None
        if module is None or module.key == self._here.key or fact.name is None:
            return
        there = self._values.of(module.key)
        if fact.name == "*":
            public = {name: value for name, value in there.items() if not name.startswith("_")}
            self._environment.update(deepcopy(public))
        elif fact.name in there:
            self._environment[fact.local] = deepcopy(there[fact.name])

    def _class(self, fact: ClassFact) -> None:
        """Settings as a class body (django-configurations): what it inherits, then what it assigns."""
        if not any(item.name == "INSTALLED_APPS" or item.name.isupper() for item in fact.attributes):
            return
        for base in fact.bases:
            symbol = self._names.resolve(self._here.key, dotted(base) or "")
            if isinstance(symbol, ClassInfo) and symbol.module != self._here.key:
                self._environment.update(deepcopy(self._values.of(symbol.module)))
        self._environment["__file__"] = PathText(self._here.path)
        for item in fact.attributes:
            self._assign(item)

    def _assign(self, fact: AssignFact) -> None:
        if fact.value is None:
            return
        value = self.value(fact.value)
        if fact.operator == "":
            # What was known before says more than an assignment that cannot be read.
            if value is not UNKNOWN or fact.name not in self._environment:
                self._environment[fact.name] = value
        elif fact.operator == "[]" and isinstance(value, dict):
            current = self._environment.setdefault(fact.name, {})
            if isinstance(current, dict):
                current.update(value)
        elif fact.operator == "+":
            self._environment[fact.name] = added(self._environment.get(fact.name, UNKNOWN), value)

    def _mutate(self, call: Call) -> None:
        function = call.function
        if not isinstance(function, Attribute) or not call.args:
            return
        holder = self.value(function.value)
        value = self.value(call.args[-1])
        if isinstance(holder, list):
            if function.name == "append":
                holder.append(value)
            elif function.name == "insert":
                position = self.value(call.args[0])
                holder.insert(position if isinstance(position, int) else len(holder), value)
            elif function.name == "extend" and isinstance(value, list):
                holder.extend(value)
        elif isinstance(holder, dict) and function.name == "update" and isinstance(value, dict):
            holder.update(value)

    # ------------------------------------------------------------ expressions

    def value(self, expr: Expr) -> Value:
        if self._depth == DEEPEST:
            return UNKNOWN
        self._depth += 1
        try:
            return self._told(expr)
        finally:
            self._depth -= 1

    def _told(self, expr: Expr) -> Value:
        match expr:
            case Constant(value=value):
                return value
            case Name(id=name):
                return self._environment.get(name, UNKNOWN)
            case Collection(items=items):
                return self._items(items)
            case Dictionary():
                return self._dictionary(expr)
            case FormattedText(parts=parts):
                texts = [self.value(part) for part in parts]
                return "".join(map(str, texts)) if all(isinstance(text, str | int) for text in texts) else UNKNOWN
            case BinaryOperation():
                return operated(self.value(expr.left), expr.operator, self.value(expr.right))
            case BooleanOperation(values=values):
                return next((found for item in values if (found := self.value(item))), UNKNOWN)
            case Conditional(body=body, orelse=orelse):
                found = self.value(body)
                return self.value(orelse) if found is UNKNOWN else found
            case Subscript(value=holder, index=index):
                return self._item(holder, self.value(index))
            case Attribute():
                return self._attribute(expr)
            case Call():
                return self._call(expr)
        return UNKNOWN

    def _items(self, items: tuple[Expr, ...]) -> list[Value]:
        found: list[Value] = []
        for item in items:
            if isinstance(item, Starred):
                inner = self.value(item.value)
                found.extend(inner if isinstance(inner, list) else [])
            else:
                found.append(self.value(item))
        return found

    def _dictionary(self, expr: Dictionary) -> dict[Value, Value]:
        found: dict[Value, Value] = {}
        for key, value in expr.items:
            if key is None:
                inner = self.value(value)
                found.update(inner if isinstance(inner, dict) else {})
            else:
                name = self.value(key)
                if isinstance(name, str | int):
                    found[name] = self.value(value)
        return found

    def _item(self, holder: Expr, index: Value) -> Value:
        if isinstance(holder, Attribute) and holder.name == "parents" and isinstance(index, int):
            return parent(self.value(holder.value), index + 1)
        found = self.value(holder)
        if isinstance(found, dict) and isinstance(index, str | int):
            return found.get(index, UNKNOWN)
        if isinstance(found, list) and isinstance(index, int) and -len(found) <= index < len(found):
            return found[index]
        return UNKNOWN

    def _attribute(self, expr: Attribute) -> Value:
        if expr.name == "parent":
            return parent(self.value(expr.value), 1)
        name = dotted(expr.value)
        symbol = self._names.resolve(self._here.key, name) if name is not None else None
        module = getattr(symbol, "name", None)
        if isinstance(module, str) and module in self._names.modules and module != self._here.key:
            return deepcopy(self._values.of(module).get(expr.name, UNKNOWN))
        return UNKNOWN

    def _call(self, call: Call) -> Value:
        function = call.function
        last = function.name if isinstance(function, Attribute) else function.id if isinstance(function, Name) else ""
        args = [self.value(arg) for arg in call.args if not isinstance(arg, Starred)]
        if last == "dirname":
            return parent(args[0], 1) if args else UNKNOWN
        if last in ("join", "joinpath", "path"):
            return self._joined(function, args)
        if last in SAME_PATH:
            owner = self.value(function.value) if isinstance(function, Attribute) else UNKNOWN
            first = args[0] if args else owner
            if isinstance(first, str):
                return PathText(first) if last == "Path" or isinstance(first, PathText) else first
        if last in SAME_ITEMS and args and isinstance(args[0], list):
            return list(args[0])
        if isinstance(self._environment.get(last), PathText):
            return join([self._environment[last], *args])  # `root("templates")` of django-environ
        return self._default(call, last, args)

    def _joined(self, function: Expr, args: list[Value]) -> Value:
        owner = self.value(function.value) if isinstance(function, Attribute) else UNKNOWN
        if isinstance(owner, PathText):
            return join([owner, *args])
        if isinstance(owner, str):
            items = args[0] if args and isinstance(args[0], list) else [UNKNOWN]
            return owner.join(map(str, items)) if all(isinstance(item, str) for item in items) else UNKNOWN
        return join(args)

    def _default(self, call: Call, last: str, args: list[Value]) -> Value:
        """What a look-up in the environment falls back to."""
        for keyword in call.keywords:
            if keyword.name == "default":
                return self.value(keyword.value)
        position = 2 if last == "getattr" else 1
        return args[position] if last in DEFAULTED and len(args) > position else UNKNOWN


def join(parts: list[Value]) -> Value:
    if parts and all(isinstance(part, str) for part in parts):
        return PathText(posixpath.normpath(posixpath.join(*map(str, parts))))
    return UNKNOWN


def parent(path: Value, levels: int) -> Value:
    if not isinstance(path, str):
        return UNKNOWN
    for _ in range(levels):
        path = posixpath.dirname(path) if path not in ("", ".") and not path.startswith("..") else join([path, ".."])
        if not isinstance(path, str):
            return UNKNOWN
    return PathText(path or ".")


def added(left: Value, right: Value) -> Value:
    if isinstance(left, list) and isinstance(right, list):
        return left + right
    if isinstance(left, str) and isinstance(right, str):
        return type(left)(left + right)
    # What is known of a list whose other half is not stays worth knowing.
    return next((side for side in (left, right) if isinstance(side, list)), UNKNOWN)


OPERATORS: dict[str, Callable[[Value, Value], Value]] = {
    "+": added,
    "/": lambda left, right: join([left, right]),
    "-": lambda left, right: parent(left, right) if isinstance(right, int) else UNKNOWN,
    "|": lambda left, right: {**left, **right} if isinstance(left, dict) and isinstance(right, dict) else UNKNOWN,
}


def operated(left: Value, operator: str, right: Value) -> Value:
    known = OPERATORS.get(operator)
    return UNKNOWN if known is None else known(left, right)
