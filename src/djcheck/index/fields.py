"""What an assignment in a model's body declares: a column, a relation, a manager or nothing of the ORM's."""

from __future__ import annotations

from msgspec import Struct

from djcheck.domain.facts import AssignFact
from djcheck.domain.index import ClassInfo, ConstantInfo
from djcheck.domain.ir import Attribute, Call, Expr
from djcheck.domain.source import Place
from djcheck.index.classes import Bases, Classes
from djcheck.index.libraries import FieldRelation, Libraries, LibraryField
from djcheck.index.names import Names
from djcheck.index.reading import argument, dotted, is_none, keyword, string, truth, without_subscript

FIELD = "django.db.models.Field"
MANAGER = "django.db.models.Manager"
QUERYSET = "django.db.models.QuerySet"
MANAGER_BASES = (MANAGER, "django.db.models.BaseManager")

# Field classes of unknown libraries are told by the names that Django's own have.
NAMED_RELATIONS: tuple[tuple[str, FieldRelation], ...] = (
    ("ForeignKey", "foreign-key"),
    ("OneToOneField", "one-to-one"),
    ("ManyToManyField", "many-to-many"),
    ("GenericRelation", "generic-relation"),
    ("Field", "column"),
)


class Declared(Struct, frozen=True):
    """A field as a class body declares it."""

    name: str
    relation: FieldRelation
    call: Call
    module: str
    place: Place | None
    type: str
    library: LibraryField | None = None

    @property
    def is_column(self) -> bool:
        return self.relation == "column"

    @property
    def has_column(self) -> bool:
        return self.relation in ("column", "foreign-key", "one-to-one")

    @property
    def is_private(self) -> bool:
        """Django keeps these apart: they are inherited whatever else the class defines."""
        return self.relation in ("generic-foreign-key", "generic-relation")

    @property
    def nullable(self) -> bool:
        if self.library is not None and self.library.null:
            return True
        null = keyword(self.call, "null")
        return null is not None and truth(null, unknown=True)

    @property
    def primary_key(self) -> bool:
        return truth(keyword(self.call, "primary_key"), unknown=False)

    @property
    def is_unique(self) -> bool:
        return self.relation == "one-to-one" or (self.has_column and truth(keyword(self.call, "unique"), unknown=False))

    @property
    def parent_link(self) -> bool:
        return self.relation == "one-to-one" and truth(keyword(self.call, "parent_link"), unknown=False)

    @property
    def to(self) -> Expr | None:
        return argument(self.call, 0, "to")

    def text(self, name: str) -> str | None:
        return string(keyword(self.call, name))

    @property
    def symmetrical(self) -> bool:
        """Only asked of a many-to-many relation to the model itself; Django's default is True for `"self"` alone."""
        given = keyword(self.call, "symmetrical")
        return string(self.to) == "self" if given is None or is_none(given) else truth(given, unknown=True)


class DeclaredManager(Struct, frozen=True):
    """A manager as a class body assigns it; None for what could not be told."""

    name: str
    manager: str | None
    queryset: str | None
    expression: Expr
    module: str


class FieldReader:
    """Reads the assignments of class bodies; each field class is judged once."""

    def __init__(self, names: Names, classes: Classes, libraries: Libraries) -> None:
        self._names = names
        self._classes = classes
        self._libraries = libraries
        self._relations: dict[str, tuple[FieldRelation, LibraryField | None] | None] = {}
        self._is_manager: dict[str, bool] = {}

    def read(
        self, owner: ClassInfo, assign: AssignFact, module: str | None = None
    ) -> Declared | DeclaredManager | None:
        """`module` is where the expression stands, if not in the owner's module (`add_to_class`)."""
        value = assign.value
        where = module or owner.module
        if not isinstance(value, Call):
            return self._instance(assign, value, where) if value is not None else None
        called = self._classes.class_of(where, value.function, owner.qualname)
        judged = self.relation_of(called) if called is not None else None
        if called is None or judged is None:
            return self._manager(assign.name, value, where, owner.qualname)
        here = self._names.modules[where]
        place = Place(here.path, assign.span) if here.is_project else None
        return Declared(assign.name, judged[0], value, where, place, called.rpartition(".")[2], judged[1])

    def is_certain_field(self, owner: ClassInfo, assign: AssignFact) -> bool:
        """Does the assignment make a model field, of a class that is known to be one?"""
        if not isinstance(assign.value, Call):
            return False
        called = self._classes.class_of(owner.module, assign.value.function, owner.qualname)
        return called is not None and self._classes.is_a(called, FIELD)

    def relation_of(self, field_class: str) -> tuple[FieldRelation, LibraryField | None] | None:
        """Is the class a field, and what relation does it make?"""
        if field_class not in self._relations:
            self._relations[field_class] = self._judge(field_class)
        return self._relations[field_class]

    def _judge(self, field_class: str) -> tuple[FieldRelation, LibraryField | None] | None:
        order = self._classes.mro(field_class)
        for name in order:
            declared = self._libraries.field(name)
            if declared is not None:
                return declared.relation, declared
        if FIELD in order:
            return "column", None
        for name in order:
            if self._classes.bases(name).unknown:
                for ending, relation in NAMED_RELATIONS:
                    if name.rpartition(".")[2].endswith(ending):
                        return relation, None
        return None

    # ------------------------------------------------------------ managers

    def _manager(self, name: str, call: Call, module: str, outer: str) -> DeclaredManager | None:
        function = without_subscript(call.function)
        if isinstance(function, Attribute) and function.name == "as_manager":
            queryset = self._classes.class_of(module, function.value, outer)
            return DeclaredManager(name, MANAGER, queryset, call, module)
        bases = self._classes.class_bases(module, self._manager_class(function, call, module, outer), outer)
        return self._of_bases(name, bases, call, module)

    def _manager_class(self, function: Expr, call: Call, module: str, outer: str) -> Expr:
        """The class of the manager: what is called, or what a library's function is told to make one of."""
        called = self._classes.class_of(module, function, outer)
        keyword = None if called is None else self._libraries.manager_maker(called)
        return next((each.value for each in call.keywords if each.name == keyword), function)

    def _of_bases(self, name: str, bases: Bases, call: Call, module: str) -> DeclaredManager | None:
        """A call of a manager class, or of one made by `from_queryset`."""
        if len(bases.names) != 1 or bases.unknown:
            # A manager is one all the same where its class, or the QuerySet that it is made from, could not be found.
            is_one = bases.querysets or name == "objects" or (dotted(call.function) or "").endswith("Manager")
            return DeclaredManager(name, None, None, call, module) if is_one else None
        manager = bases.names[0]
        if not self.is_manager(manager):
            return None
        queryset = bases.querysets[0] if bases.querysets else self.queryset_of(manager)
        return DeclaredManager(name, manager, queryset, call, module)

    def _instance(self, assign: AssignFact, value: Expr, module: str) -> DeclaredManager | None:
        """`objects = manager` where the manager was made at module level."""
        name = dotted(value)
        symbol = self._names.resolve(module, name) if name is not None else None
        if not isinstance(symbol, ConstantInfo):
            return None
        made = symbol.assigns[-1].value
        if not isinstance(made, Call):
            return None
        return self._manager(assign.name, made, symbol.module, "")

    def is_manager(self, qualname: str) -> bool:
        found = self._is_manager.get(qualname)
        if found is None:
            order = self._classes.mro(qualname)
            found = any(name in order for name in MANAGER_BASES) or (
                self._classes.bases(order[-1]).unknown and order[-1].endswith("Manager")
            )
            self._is_manager[qualname] = found
        return found

    def queryset_of(self, manager: str) -> str | None:
        """The QuerySet class that the manager class hands out; None where its `get_queryset` must be read to know."""
        for name in self._classes.mro(manager):
            bases = self._classes.bases(name)
            if bases.querysets:
                return bases.querysets[0]
            declared = self._libraries.queryset(name)
            if declared is not None:
                return declared
            if name in MANAGER_BASES:
                return QUERYSET
            if "get_queryset" in self._classes.own_members(name):
                return self._inherited_queryset(name)
        return None

    def _inherited_queryset(self, manager: str) -> str | None:
        """An override of `get_queryset` mostly narrows what `from_queryset` or a library's manager gives."""
        for name in self._classes.mro(manager):
            bases = self._classes.bases(name)
            declared = bases.querysets[0] if bases.querysets else self._libraries.queryset(name)
            if declared is not None:
                return declared
        return None
