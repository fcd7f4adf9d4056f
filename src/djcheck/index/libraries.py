"""What installed libraries mean to the ORM: `rules/libraries/*.yaml`, whose schema is told in its README.md."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec
import yaml
from msgspec import Struct

from djcheck.domain.facts import ModuleFacts
from djcheck.facts.survey import survey

FieldRelation = Literal[
    "column",
    "foreign-key",
    "one-to-one",
    "many-to-many",
    "generic-foreign-key",
    "generic-relation",
    "history",
]


class LibraryField(Struct, frozen=True, forbid_unknown_fields=True):
    """A field class: what relation it makes and, where it needs no `to`, towards which model class."""

    relation: FieldRelation
    to: str | None = None
    through: str | None = None
    null: bool = False
    reverse: bool = True


class MethodEffect(Struct, frozen=True, forbid_unknown_fields=True):
    """What a method of a library's class gives, of which model, and whether the call itself runs a query.

    `model` is "self" (the class it is called on), a relation of it (".author"), a model label or a dotted class.
    `queries`: the call itself asks the database; `writes`: it writes to it. `opaque`: what the rows bring along is not
    to be told.
    """

    gives: Literal["queryset", "manager", "instance", "rows", "value"]
    model: str = "self"
    queries: bool = False
    writes: bool = False
    opaque: bool = False


class TableBase(Struct, frozen=True, forbid_unknown_fields=True):
    """A class that shows rows in columns: tables, and resources that are written to files.

    `column`: the base class of its columns; fields that `Meta.fields` names are columns too. `cell`: what the names of
    the methods begin with that give a column's content; they get `record` and `value` or, where a method of the class
    fills it (`filled_by`), the row alone. `rows` is then the method that gives the rows if none are passed, `whole` the
    one that is asked for what is written of a row besides, `model` what names the model: an inner class with a `model`,
    or a method. `by_itself`: the library fills it whether the project's code does or not, as it does search indexes,
    if one of the decorators `registered_by` stands on the class. `left_out`: the option of `Meta`, and the keyword of
    the table's call, that names columns which are not shown.
    """

    column: str
    cell: str
    left_out: str = ""
    filled_by: str = ""
    rows: str = ""
    whole: str = ""
    model: str = "Meta"
    by_itself: bool = False
    registered_by: tuple[str, ...] = ()


class ColumnBase(Struct, frozen=True, forbid_unknown_fields=True):
    """A column class: the keywords of its call that say what it shows.

    `path`: the relations and the attribute that it reads of a row, by default those of its name. `first`: what its
    first argument is: its name, or the path, without which it reads nothing. `link`: whether it leads to the row's own
    page. `template`, `code`: a template that shows the cell. `each`: it shows all rows of a many relation, made text by
    this keyword's function.
    """

    path: str = ""
    first: Literal["name", "path", ""] = ""
    link: str = ""
    template: str = ""
    code: str = ""
    each: str = ""


class FilterSetBase(Struct, frozen=True, forbid_unknown_fields=True):
    """A class that narrows rows: the keyword (or second argument) that gives them, the attributes that hold them."""

    rows: str
    gives: tuple[str, ...]


class ViewBase(Struct, frozen=True, forbid_unknown_fields=True):
    """A view base class, by its attributes; a method `get_<attribute>` of the project's has the last word on each.

    `table` (`tables`) name the class (the classes, or tables made of them) that `rows` (in order, the first that there
    is) are shown in, made by the method `made_by`. `columns` are columns of the view itself. `filter_set` names the
    class that narrows its rows, known to templates as `filter`. `listing` names a view that gets this one's `model`.
    `exports`: options of an admin class that name tables in which its rows are written to files.
    """

    rows: tuple[str, ...] = ()
    table: str = ""
    tables: str = ""
    made_by: str = ""
    columns: str = ""
    column: str = ""
    filter_set: str = ""
    listing: str = ""
    exports: tuple[str, ...] = ()


class PageBase(Struct, frozen=True, forbid_unknown_fields=True):
    """A model whose objects are shown by a template of their own.

    The methods `context` and `chooser` give the template's context and name, the attribute `template` the latter where
    they are the library's. The object is in the context by `names`, and by what the attribute `named_by` says.
    `served`: the method that answers a request with all this.
    """

    served: str
    context: str
    chooser: str
    template: str
    names: tuple[str, ...]
    named_by: str


class Library(Struct, frozen=True, forbid_unknown_fields=True):
    """One file of `rules/libraries`; dotted names are in the library's canonical spelling."""

    library: str
    reexports: dict[str, str] = {}
    bases: dict[str, list[str]] = {}
    fields: dict[str, LibraryField] = {}
    querysets: dict[str, str] = {}
    manager_makers: dict[str, str] = {}
    methods: dict[str, MethodEffect] = {}
    decorators: dict[str, Literal["transparent", "property", "cached-property"]] = {}
    views: dict[str, ViewBase] = {}
    pages: dict[str, PageBase] = {}
    tables: dict[str, TableBase] = {}
    columns: dict[str, ColumnBase] = {}
    filter_sets: dict[str, FilterSetBase] = {}
    modules: dict[str, str] = {}
    apps: dict[str, str] = {}
    loaders: dict[str, str] = {}


EMPTY = Library("")


def default_directory() -> Path:
    """The repository's `rules/libraries` where there is one, else the copy inside the wheel."""
    repository = Path(__file__).parents[3] / "rules" / "libraries"
    return repository if repository.is_dir() else Path(__file__).parents[1] / "rules" / "libraries"


class Libraries:
    """The library declarations, each file read when a name of its package is first asked for.

    A file's name is the top-level package it speaks of, so that no file is read without need.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory or default_directory()
        self._packages = frozenset(file.stem for file in self._directory.glob("*.yaml"))
        self._read: dict[str, Library] = {}
        self._canonical: dict[str, str] = {}
        self._stubs: dict[str, ModuleFacts | None] = {}

    def of(self, dotted: str) -> Library:
        """The declarations of the package that the dotted name begins with (empty ones where there are none)."""
        package = dotted.partition(".")[0]
        found = self._read.get(package)
        if found is None:
            found = self._read[package] = self._load(package) if package in self._packages else EMPTY
        return found

    def _load(self, package: str) -> Library:
        text = (self._directory / f"{package}.yaml").read_text(encoding="utf-8")
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return msgspec.convert(yaml.load(text, Loader=loader), Library)

    def canonical(self, dotted: str) -> str:
        """The usual spelling of a name that can be imported from several modules."""
        found = self._canonical.get(dotted)
        if found is None:
            found = self._canonical[dotted] = canonical_name(dotted, self.of(dotted).reexports)
        return found

    def bases(self, dotted: str) -> list[str] | None:
        return self.of(dotted).bases.get(dotted)

    def field(self, dotted: str) -> LibraryField | None:
        return self.of(dotted).fields.get(dotted)

    def queryset(self, manager: str) -> str | None:
        return self.of(manager).querysets.get(manager)

    def manager_maker(self, dotted: str) -> str | None:
        """By which keyword a function that makes a manager is told its class."""
        return self.of(dotted).manager_makers.get(dotted)

    def method(self, dotted: str) -> MethodEffect | None:
        """The effect of `package.module.Class.method`."""
        return self.of(dotted).methods.get(dotted)

    def decorator(self, dotted: str) -> str | None:
        return self.of(dotted).decorators.get(dotted)

    def loader(self, dotted: str) -> str | None:
        """The package below which a class loader looks."""
        return self.of(dotted).loaders.get(dotted)

    def view(self, dotted: str) -> ViewBase | None:
        return self.of(dotted).views.get(self.canonical(dotted))

    def page(self, dotted: str) -> PageBase | None:
        return self.of(dotted).pages.get(self.canonical(dotted))

    def table(self, dotted: str) -> TableBase | None:
        return self.of(dotted).tables.get(self.canonical(dotted))

    def column(self, dotted: str) -> ColumnBase | None:
        return self.of(dotted).columns.get(self.canonical(dotted))

    def filter_set(self, dotted: str) -> FilterSetBase | None:
        return self.of(dotted).filter_sets.get(self.canonical(dotted))

    def modules(self, package: str) -> tuple[str, ...]:
        """The modules whose models are declared for a package."""
        return tuple(self.of(package).modules)

    def stub(self, module: str) -> ModuleFacts | None:
        """The declared models of a library's module, surveyed as if they were its source."""
        if module not in self._stubs:
            text = self.of(module).modules.get(module)
            path = f"<library>/{module.replace('.', '/')}.py"
            self._stubs[module] = None if text is None else survey(path, text)
        return self._stubs[module]


def canonical_name(dotted: str, reexports: dict[str, str]) -> str:
    """The name with its longest known prefix replaced; an entry for the whole name wins."""
    prefix, rest = dotted, ""
    while prefix:
        known = reexports.get(prefix)
        if known is not None:
            return known + rest
        prefix, _, last = prefix.rpartition(".")
        rest = f".{last}{rest}"
    return dotted
