"""The nouns of the project index: models, relations, managers, and what a dotted name stands for."""

from __future__ import annotations

from msgspec import Struct

from djcheck.domain.facts import AssignFact, ClassFact, FunctionFact
from djcheck.domain.ir import Expr
from djcheck.domain.relation_kind import RelationKind
from djcheck.domain.source import Place


class Relation(Struct, frozen=True, gc=False):
    """A way from `owner` to `target` (qualified class names; target None where it could not be told).

    `name` is the accessor on an instance (`book_set`), `query_name` the word in lookups (`book`).
    `attname` is the column attribute (`author_id`) of a forward-one relation, else "".
    `inverse` is the accessor that leads back, "" where there is none. `to_key` says that the column holds the
    target's primary key, so that `x.rel.pk` equals `x.rel_id`. `place` is the declaring field.
    """

    name: str
    query_name: str
    kind: RelationKind
    owner: str
    target: str | None
    nullable: bool
    attname: str
    inverse: str
    to_key: bool
    place: Place | None
    through: str | None = None
    is_many_to_many: bool = False

    @property
    def is_forward(self) -> bool:
        return self.kind is RelationKind.FORWARD_ONE

    @property
    def is_single(self) -> bool:
        """One object at most: what select_related can follow."""
        return self.kind in (RelationKind.FORWARD_ONE, RelationKind.REVERSE_ONE)

    @property
    def is_many(self) -> bool:
        return self.kind in (RelationKind.FORWARD_MANY, RelationKind.REVERSE_MANY, RelationKind.GENERIC_MANY)


class Field(Struct, frozen=True, gc=False):
    """A concrete column that is no relation; `type` is the field class's bare name (`CharField`)."""

    name: str
    type: str
    place: Place | None


class ManagerFact(Struct, frozen=True, gc=False):
    """A manager of a model: the class that defines it and the QuerySet class it hands out (qualified names or None).

    `expression` is what the model's class body assigns (`BookManager()`, `BookQuerySet.as_manager()`).
    `module` is the module in which that expression stands. `model` is the model whose rows it hands out where that
    is not its owner (simple-history's `history`, which is read from instances too).
    """

    name: str
    manager: str | None
    queryset: str | None
    expression: Expr | None
    module: str
    model: str | None = None


class Model(Struct, frozen=True, gc=False):
    """A Django model with everything it inherits. `key` is its qualified class name, `label` is "app.Name".

    `parents` are the concrete models it extends by multi-table inheritance, with the link field's name.
    `base_manager` is the manager that fetches related objects, where `Meta.base_manager_name` names one, or "".
    `unique` are sets of fields that no two rows have in common (the primary key, `unique=True`, `unique_together`, …).
    `open` says that a base could not be resolved: relations may be missing, so silence proves nothing.
    """

    key: str
    label: str
    name: str
    fields: dict[str, Field]
    relations: dict[str, Relation]
    managers: dict[str, ManagerFact]
    default_manager: str
    base_manager: str
    primary_key: str
    abstract: bool
    proxy_for: str | None
    parents: dict[str, str]
    unique: tuple[frozenset[str], ...]
    open: bool
    place: Place | None


class ClassInfo(Struct, frozen=True, gc=False):
    """A class of the project (or of an installed package read as source)."""

    qualname: str  # "shop.models.Book"
    module: str
    path: str
    fact: ClassFact


class FunctionInfo(Struct, frozen=True, cache_hash=True, gc=False):
    """A function or method; `owner` is the class's qualified name, or None."""

    qualname: str  # "shop.models.Book.price_label"
    module: str
    path: str
    owner: str | None
    fact: FunctionFact


class ConstantInfo(Struct, frozen=True, gc=False):
    """A module-level name and the assignments that make it, in order."""

    qualname: str
    module: str
    path: str
    assigns: tuple[AssignFact, ...]


class ModuleInfo(Struct, frozen=True, gc=False):
    """A module of the project."""

    name: str
    path: str


class External(Struct, frozen=True, gc=False):
    """A name that leads out of the project: its dotted name as imported (`django.db.models.Q`)."""

    name: str


Symbol = ClassInfo | FunctionInfo | ConstantInfo | ModuleInfo | External


class TemplateEngine(Struct, frozen=True):
    """One entry of TEMPLATES; `language` is "django", "jinja2" or the backend's dotted name.

    `directories` are relative to the analysed root; `libraries` are tag libraries by their load name.
    """

    language: str
    directories: tuple[str, ...]
    app_directories: bool
    context_processors: tuple[str, ...]
    builtins: tuple[str, ...]
    libraries: dict[str, str]
    environment: str | None


class Settings(Struct, frozen=True):
    """A project's settings as far as they can be read without running them; `module` is None where there are none.

    `databases` are engines by alias (`django.db.backends.sqlite3`); `texts` are all settings whose value is a text.
    """

    module: str | None = None
    installed_apps: tuple[str, ...] = ()
    auth_user_model: str = "auth.User"
    templates: tuple[TemplateEngine, ...] = ()
    root_urlconf: str | None = None
    databases: dict[str, str] = {}
    database_routers: tuple[str, ...] = ()
    texts: dict[str, str] = {}
