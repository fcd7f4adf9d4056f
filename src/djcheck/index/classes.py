"""Which classes a class extends, in Python's order, and where its members come from."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from djcheck.domain.facts import AssignFact, ClassFact, FunctionFact, ModuleFacts
from djcheck.domain.index import ClassInfo, ConstantInfo, External, FunctionInfo, Symbol
from djcheck.domain.ir import Attribute, Call, Expr, Name
from djcheck.domain.source import Span
from djcheck.index.libraries import Libraries
from djcheck.index.linear import linearize
from djcheck.index.names import Names
from djcheck.index.outside import Outside
from djcheck.index.reading import dotted as dotted_name
from djcheck.index.reading import string, without_subscript

ALIAS_DEPTH = 8
DEEPEST = 60
WRAPPED_ACCESSORS = ("setter", "deleter")

Member = FunctionInfo | tuple[ClassInfo, AssignFact]


class Bases(Struct, frozen=True):
    """Direct bases; `querysets` are those that `from_queryset` copied methods from."""

    names: tuple[str, ...] = ()
    querysets: tuple[str, ...] = ()
    unknown: bool = False


class Attachment(Struct, frozen=True):
    """`X.add_to_class("name", value)` or `X.name = value` at module level."""

    name: str
    value: Expr
    assign: AssignFact
    module: str = ""


class Classes:
    """All classes of the project, and those outside that they lead to, by qualified name."""

    def __init__(self, names: Names, libraries: Libraries, outside: Outside) -> None:
        self._names = names
        self._libraries = libraries
        self._outside = outside
        self.user_model: Callable[[], str | None] = lambda: None
        self.table: dict[str, ClassInfo] = dict(all_classes(names))
        self._bases: dict[str, Bases] = {}
        self._mro: dict[str, tuple[str, ...]] = {}
        self._members: dict[str, dict[str, Member]] = {}
        self._subclasses: dict[str, list[str]] | None = None
        self._depth = 0
        self.attached = self._attachments()

    def info(self, qualname: str) -> ClassInfo | None:
        return self.table.get(qualname) or self._outside.class_info(qualname)

    def qualname_of(self, info: ClassInfo) -> str:
        """The class's qualified name; canonical where it is not the project's."""
        if self._names.modules[info.module].is_project:
            return info.qualname
        return self._libraries.canonical(info.qualname)

    # ------------------------------------------------------------ bases

    def bases(self, qualname: str) -> Bases:
        found = self._bases.get(qualname)
        if found is None:
            self._bases[qualname] = Bases(unknown=True)  # what a circle of bases sees of itself
            found = self._bases[qualname] = self._find_bases(qualname)
        return found

    def _find_bases(self, qualname: str) -> Bases:
        info = self.table.get(qualname)
        if info is None:
            declared = self._libraries.bases(qualname)
            if declared is not None:
                return Bases(tuple(declared))
            if is_standard(qualname):
                return Bases()
            info = self._outside.class_info(qualname)
        if info is None:
            return Bases(unknown=True)
        outer = qualname.rpartition(".")[0]
        parts = [
            self._base(info.module, without_subscript(expr), outer, qualname, ALIAS_DEPTH) for expr in info.fact.bases
        ]
        found = merged(parts)
        if found.unknown and qualname not in self.table:
            inferred = Bases(self._outside.ancestors(qualname), unknown=True)
            return merged([found, inferred])
        return found

    def class_of(self, module: str, expr: Expr, outer: str = "") -> str | None:
        """The one class that an expression in a module (in the body of the class `outer`) stands for."""
        found = self._base(module, without_subscript(expr), outer, "", ALIAS_DEPTH)
        return found.names[0] if len(found.names) == 1 and not found.unknown else None

    def class_bases(self, module: str, expr: Expr, outer: str = "") -> Bases:
        """The same, with the QuerySets that `from_queryset` in the expression names."""
        return self._base(module, without_subscript(expr), outer, "", ALIAS_DEPTH)

    def _base(self, module: str, expr: Expr, outer: str, own: str, depth: int) -> Bases:
        if depth == 0:
            return Bases(unknown=True)
        name = dotted_name(expr)
        if name is not None:
            return self._named_base(module, name, outer, own, depth)
        if isinstance(expr, Call):
            return self._called_base(module, expr, outer, own, depth)
        return Bases(unknown=True)

    def _named_base(self, module: str, name: str, outer: str, own: str, depth: int) -> Bases:
        inner = f"{outer}.{name}"
        if outer and inner != own and inner in self.table:
            return Bases((inner,))
        symbol = self._brought(outer, name) or self._names.resolve(module, name)
        if isinstance(symbol, ClassInfo) and symbol.qualname == own:
            symbol = self._names.imported(module, name)
        if symbol is None and "." in name:
            return self._inherited_inner(module, name, outer, own, depth)
        if isinstance(symbol, ClassInfo):
            return Bases((self.qualname_of(symbol),))
        if isinstance(symbol, External):
            return Bases(() if symbol.name == "builtins.object" else (symbol.name,))
        if isinstance(symbol, ConstantInfo):
            values = [fact.value for fact in symbol.assigns if fact.value is not None]
            if len(values) == 1:
                return self._base(symbol.module, without_subscript(values[0]), "", own, depth - 1)
        return Bases(unknown=True)

    def _brought(self, outer: str, name: str) -> Symbol | None:
        """What an import in the class's own body brings."""
        info = self.table.get(outer)
        facts = [fact for fact in info.fact.imports if fact.local == name] if info is not None else []
        return self._names.bring(info.module, facts[-1]) if info is not None and facts else None

    def _inherited_inner(self, module: str, name: str, outer: str, own: str, depth: int) -> Bases:
        """`Parent.Meta` where Parent itself inherits its Meta."""
        prefix, _, last = name.rpartition(".")
        found = self._named_base(module, prefix, outer, own, depth - 1)
        if len(found.names) == 1 and found.names[0] != own.rpartition(".")[0]:
            inner = self.inner_class(found.names[0], last)
            if inner is not None:
                return Bases((inner,))
        return Bases(unknown=True)

    def _called_base(self, module: str, call: Call, outer: str, own: str, depth: int) -> Bases:
        function = call.function
        if isinstance(function, Attribute) and function.name == "from_queryset" and call.args:
            manager = self._base(module, without_subscript(function.value), outer, own, depth - 1)
            queryset = self._base(module, without_subscript(call.args[0]), outer, own, depth - 1)
            return Bases(manager.names, queryset.names + manager.querysets, manager.unknown or queryset.unknown)
        last = (dotted_name(function) or "").rpartition(".")[2]
        if last == "with_metaclass" and call.args:
            return merged([self._base(module, without_subscript(arg), outer, own, depth - 1) for arg in call.args[1:]])
        if last == "get_user_model":
            user = self.user_model()
            return Bases(unknown=True) if user is None else Bases((user,))
        symbol = self._names.resolve(module, dotted_name(function) or "")
        if isinstance(symbol, External) and self._libraries.bases(symbol.name) is not None:
            return Bases((symbol.name,))
        return Bases(unknown=True)

    def mro(self, qualname: str) -> tuple[str, ...]:
        found = self._mro.get(qualname)
        if found is None:
            self._mro[qualname] = (qualname,)  # a circle of bases ends here
            self._depth += 1
            bases = self.bases(qualname).names if self._depth < DEEPEST else ()
            lines = [self.mro(base) for base in bases if base != qualname]
            self._depth -= 1
            found = self._mro[qualname] = linearize(qualname, lines)
        return found

    def is_a(self, qualname: str, *ancestors: str) -> bool:
        return not set(ancestors).isdisjoint(self.mro(qualname))

    def has_unknown_base(self, qualname: str) -> bool:
        return any(self.bases(name).unknown for name in self.mro(qualname))

    def may_extend(self, qualname: str, other: str) -> bool:
        """Is the class a kind of the other, or may it be, as bases are unknown? One outside extends none of ours."""
        ancestors = self.mro(qualname)
        is_ours = other in self.table
        return other in ancestors or any(
            self.bases(name).unknown and (name in self.table or not is_ours) for name in ancestors
        )

    def subclasses(self, qualname: str) -> tuple[str, ...]:
        """Every class of the project that extends this one, near or far, sorted."""
        if self._subclasses is None:
            table: dict[str, list[str]] = {}
            for name in sorted(self.table):
                for ancestor in self.mro(name)[1:]:
                    table.setdefault(ancestor, []).append(name)
            self._subclasses = table
        return tuple(self._subclasses.get(qualname, ()))

    # ------------------------------------------------------------ members

    def inner_class(self, qualname: str, name: str) -> str | None:
        """The inner class of that name which the class has or inherits."""
        for ancestor in self.mro(qualname):
            info = self.info(ancestor)
            if info is not None and any(inner.name == name for inner in info.fact.classes):
                return f"{ancestor}.{name}"
        return None

    def member(self, qualname: str, name: str, after: str | None = None) -> Member | None:
        """The first class of the project in the MRO that has the member; `after` starts behind a class, as super()."""
        order = self.mro(qualname)
        if after is not None:
            order = order[order.index(after) + 1 :] if after in order else ()
        for ancestor in order:
            found = self.own_members(ancestor).get(name)
            if found is not None:
                return found
        return None

    def own_members(self, qualname: str) -> dict[str, Member]:
        """What the class itself defines or has attached to it; nothing for classes outside the project."""
        found = self._members.get(qualname)
        if found is None:
            info = self.table.get(qualname)
            found = {} if info is None else members_of(info)
            for attachment in self.attached.get(qualname, ()):
                found[attachment.name] = self._attached_member(qualname, attachment)
            self._members[qualname] = found
        return found

    def _attached_member(self, qualname: str, attachment: Attachment) -> Member:
        call, value, wrapper = attachment.value, attachment.value, None
        if isinstance(call, Call) and isinstance(call.function, Name) and len(call.args) == 1:
            value, wrapper = call.args[0], call.function  # `property(function)`
        name = dotted_name(value)
        symbol = self._names.resolve(attachment.module, name) if name is not None else None
        if isinstance(symbol, FunctionInfo):
            fact = symbol.fact if wrapper is None else replace(symbol.fact, decorators=(wrapper,))
            return replace(symbol, owner=qualname, fact=fact)
        module = self._names.modules[attachment.module]
        return ClassInfo(qualname, module.key, module.path, self._shape(qualname)), attachment.assign

    def _shape(self, qualname: str) -> ClassFact:
        """The facts of a class that is known to be there."""
        info = self.info(qualname)
        assert info is not None, qualname
        return info.fact

    def _attachments(self) -> dict[str, list[Attachment]]:
        found: dict[str, list[Attachment]] = {}
        for module in list(self._names.modules.values()):
            for target, attachment in attachments_in(module.facts):
                owner = self.class_of(module.key, target)
                if owner is not None and self.info(owner) is not None:
                    found.setdefault(owner, []).append(replace(attachment, module=module.key))
        return found


def all_classes(names: Names) -> Iterator[tuple[str, ClassInfo]]:
    def walk(module: str, path: str, prefix: str, classes: tuple[ClassFact, ...]) -> Iterator[tuple[str, ClassInfo]]:
        for fact in classes:
            qualname = f"{prefix}.{fact.name}"
            yield qualname, ClassInfo(qualname, module, path, fact)
            yield from walk(module, path, qualname, fact.classes)

    for module in names.modules.values():
        chosen: dict[str, ClassFact] = {}
        for fact in module.facts.classes:
            earlier = chosen.get(fact.name)
            # Of two classes of one name the later wins, unless it stands in the other branch of an `if` or `try`.
            if earlier is None or fact.span.column == 1:
                chosen[fact.name] = fact
        yield from walk(module.key, module.path, module.key, tuple(chosen.values()))


def merged(parts: list[Bases]) -> Bases:
    names = tuple(dict.fromkeys(name for part in parts for name in part.names))
    querysets = tuple(name for part in parts for name in part.querysets)
    return Bases(names, querysets, any(part.unknown for part in parts))


def is_standard(dotted: str) -> bool:
    """Does the name belong to Python's own library, whose classes know nothing of the database?"""
    top = dotted.partition(".")[0]
    return top in sys.stdlib_module_names or top in ("builtins", "typing_extensions")


def members_of(info: ClassInfo) -> dict[str, Member]:
    """The class body's functions and assignments; of several of one name the one that Python keeps."""
    found: dict[str, tuple[int, Member]] = {}
    for method in info.fact.methods:
        if is_accessor_part(method) and method.name in found:
            continue
        member = FunctionInfo(f"{info.qualname}.{method.name}", info.module, info.path, info.qualname, method)
        found[method.name] = (method.span.line, member)
    for assign in info.fact.attributes:
        earlier = found.get(assign.name)
        if earlier is None or (assign.value is not None and earlier[0] <= assign.span.line):
            found[assign.name] = (assign.span.line, (info, assign))
    return {name: member for name, (_, member) in found.items()}


def is_accessor_part(method: FunctionFact) -> bool:
    """`@x.setter` and `@x.deleter` speak of a property that stands above them."""
    return any(isinstance(item, Attribute) and item.name in WRAPPED_ACCESSORS for item in method.decorators)


def attachments_in(facts: ModuleFacts) -> Iterator[tuple[Expr, Attachment]]:
    """What the module's statements attach to classes: (the class as written, the attachment)."""
    for assign in facts.assignments:
        owner, _, name = assign.name.rpartition(".")
        if owner and assign.value is not None and not assign.operator:
            yield from_dotted(owner, assign.span), Attachment(name, assign.value, replace(assign, name=name))
    for fact in facts.calls:
        call = fact.call
        if not isinstance(call, Call):
            continue
        if isinstance(call.function, Attribute) and call.function.name == "add_to_class" and len(call.args) == 2:
            target, named, value = call.function.value, string(call.args[0]), call.args[1]
        elif isinstance(call.function, Name) and call.function.id == "setattr" and len(call.args) == 3:
            target, named, value = call.args[0], string(call.args[1]), call.args[2]
        else:
            continue
        if named is not None:
            yield target, Attachment(named, value, AssignFact(named, value, None, "", fact.span))


def from_dotted(dotted: str, span: Span) -> Expr:
    head, *rest = dotted.split(".")
    expr: Expr = Name(head, span)
    for part in rest:
        expr = Attribute(expr, part, span)
    return expr
