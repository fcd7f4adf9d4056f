"""The ProjectIndex: the one thing later stages ask about names, classes, models and settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar, cast

from msgspec.structs import replace

from djcheck.domain.facts import ImportFact, ModuleFacts
from djcheck.domain.index import (
    ClassInfo,
    ConstantInfo,
    External,
    FunctionInfo,
    Model,
    ModuleInfo,
    Relation,
    Settings,
    Symbol,
)
from djcheck.domain.ir import Expr
from djcheck.index.apps import Apps
from djcheck.index.classes import Classes, Member
from djcheck.index.drafts import Drafts
from djcheck.index.fields import FieldReader
from djcheck.index.labels import Labels
from djcheck.index.libraries import ColumnBase, FilterSetBase, Libraries, MethodEffect, PageBase, TableBase, ViewBase
from djcheck.index.models import ModelGraph, model_classes
from djcheck.index.names import Module, Names
from djcheck.index.outside import Outside, Packages
from djcheck.index.reading import dotted
from djcheck.index.settings import read_settings

Expert = TypeVar("Expert")
Declared = TypeVar("Declared", ColumnBase, FilterSetBase, PageBase, TableBase, ViewBase)
USER_BASES = ("django.contrib.auth.models.AbstractUser", "django.contrib.auth.base_user.AbstractBaseUser")


class ProjectIndex:
    """Pure over the facts: the same modules give the same answers, in whatever order they come."""

    def __init__(self, names: Names, libraries: Libraries, packages: Packages | None, settings: Settings) -> None:
        self._names = names
        self._packages = packages
        self.libraries = libraries
        self.settings = settings
        self._outside = Outside(names, libraries, packages)
        self._classes = Classes(names, libraries, self._outside)
        self._reader = FieldReader(names, self._classes, libraries)
        self._apps = Apps(names, settings.installed_apps)
        if settings.module is None:
            settings = self.settings = self._with_likely_user(settings)
        self._drafts = Drafts(names, self._classes, self._reader, self._apps)
        self._labels = Labels(names, self._drafts, libraries, self._outside, settings)
        self._classes.user_model = self._named_user
        own = model_classes(self._classes, self._drafts)
        self._labels.fill(own)
        self._graph = ModelGraph(names, self._classes, self._drafts, self._labels, settings)
        self._managed: dict[str, set[str]] | None = None
        # What flow asks again and again: answers do not change once the index is built.
        self._functions: dict[str, FunctionInfo | None] = {}
        self._members: dict[tuple[str, str, str | None], Member | None] = {}
        self._kinships: dict[tuple[str, tuple[str, ...]], bool] = {}
        self._related: dict[str, list[Model]] | None = None
        self._experts: dict[object, object] = {}
        self._models = self._graph.build([*own, *self._installed()])

    @classmethod
    def build(
        cls,
        modules: Iterable[tuple[ModuleFacts, str, str]],
        libraries: Libraries | None = None,
        packages: Packages | None = None,
        settings_modules: Sequence[str] = (),
    ) -> ProjectIndex:
        """`modules` are (facts, dotted module name, root id).

        `settings_modules` are dotted names of settings modules to read first, if the caller knows them.
        """
        known = libraries or Libraries()
        names = Names(modules, known.canonical, known.loader)
        return cls(names, known, packages, read_settings(names, settings_modules))

    def _installed(self) -> list[str]:
        """Models of apps outside that INSTALLED_APPS names: they have ways back on the project's models."""
        return [key for module in self._labels.installed_modules() for key in self._outside.classes_of(module)]

    def _with_likely_user(self, settings: Settings) -> Settings:
        """Where no settings are to be found, a single class that extends Django's user bases is the user model."""
        labels = []
        for info in self._classes.table.values():
            bases = [self._names.resolve(info.module, dotted(base) or "") for base in info.fact.bases]
            if any(isinstance(base, External) and base.name in USER_BASES for base in bases):
                labels.append(f"{self._apps.label_of(self._names.modules[info.module])}.{info.fact.name}")
        return replace(settings, auth_user_model=labels[0]) if len(labels) == 1 else settings

    def _named_user(self) -> str | None:
        """The user model as a base class may ask for it, before any model is drafted."""
        app, _, name = self.settings.auth_user_model.partition(".")
        for qualname, info in self._classes.table.items():
            if info.fact.name == name and self._apps.label_of(self._names.modules[info.module]) == app:
                return qualname
        return self._labels.find(self.settings.auth_user_model, "")

    def expert(self, make: Callable[[ProjectIndex], Expert]) -> Expert:
        """What `make` reads from this index and nothing else: made once."""
        if make not in self._experts:
            self._experts[make] = make(self)
        return cast("Expert", self._experts[make])

    # ------------------------------------------------------------ installed packages

    def consulted(self) -> frozenset[str]:
        """The files of installed packages that answers have rested on so far."""
        return frozenset() if self._packages is None else frozenset(self._packages.consulted)

    def rests_on(self, files: Iterable[str]) -> None:
        """Files that answers rested on which a copy of this index gave in another process."""
        if self._packages is not None:
            self._packages.consulted.update(files)

    # ------------------------------------------------------------ names

    def resolve(self, module: str, dotted: str) -> Symbol | None:
        """What a dotted name written in a module stands for."""
        return self._names.resolve(module, dotted)

    def attribute_of_module(self, module: str, name: str) -> Symbol | None:
        """What `module.name` stands for, a module in a package among it (after `import shop.api.views`)."""
        return self._names.attribute(module, name)

    def imported(self, module: str, fact: ImportFact) -> Symbol | None:
        """What an import statement inside a function of a module brings."""
        return self._names.bring(module, fact)

    def named_in_settings(self, dotted: str) -> Symbol | None:
        """What a dotted name in the settings stands for (a context processor, a function that makes something)."""
        module, _, name = dotted.rpartition(".")
        return self.imported(self.settings.module or "", ImportFact(name, module, 0, name, 1))

    def canonical(self, dotted: str) -> Symbol:
        """What a dotted name that leads out of the project stands for."""
        found = self._names.modules.get(dotted)
        if found is not None and found.is_project:
            return ModuleInfo(found.key, found.path)
        return External(self.libraries.canonical(dotted))

    def module(self, key: str) -> Module | None:
        return self._names.modules.get(key)

    def modules(self) -> list[Module]:
        """The project's modules, sorted by key."""
        return [module for _, module in sorted(self._names.modules.items()) if module.is_project]

    def module_of_path(self, path: str) -> str | None:
        return self._names.module_of_path(path)

    def constant(self, qualname: str) -> ConstantInfo | None:
        found = self._top_level(qualname)
        return found if isinstance(found, ConstantInfo) else None

    def function(self, qualname: str) -> FunctionInfo | None:
        """A function of a module, or a method of a class (its own or inherited)."""
        try:
            return self._functions[qualname]
        except KeyError:
            found = self._functions[qualname] = self._function(qualname)
            return found

    def _function(self, qualname: str) -> FunctionInfo | None:
        found = self._top_level(qualname)
        if isinstance(found, FunctionInfo):
            return found
        owner, _, name = qualname.rpartition(".")
        member = self._classes.member(owner, name) if owner in self._classes.table else None
        return member if isinstance(member, FunctionInfo) else None

    def _top_level(self, qualname: str) -> Symbol | None:
        module, _, name = qualname.rpartition(".")
        return self._names.resolve(module, name) if module in self._names.modules else None

    # ------------------------------------------------------------ classes

    def class_info(self, qualname: str) -> ClassInfo | None:
        """A class of the project, or of a library or Django where its declaration can be read."""
        return self._classes.info(qualname)

    def classes(self) -> list[str]:
        """All classes of the project, sorted."""
        return sorted(self._classes.table)

    def class_of(self, module: str, expr: Expr, outer: str = "") -> str | None:
        """The class that an expression in a module (in the body of the class `outer`) stands for."""
        return self._classes.class_of(module, expr, outer)

    def mro(self, qualname: str) -> tuple[str, ...]:
        """The class and its ancestors in Python's order; those outside the project by canonical dotted name."""
        return self._classes.mro(qualname)

    def is_a(self, qualname: str, *ancestors: str) -> bool:
        asked = (qualname, ancestors)
        found = self._kinships.get(asked)
        if found is None:
            found = self._kinships[asked] = self._classes.is_a(qualname, *ancestors)
        return found

    def has_unknown_base(self, qualname: str) -> bool:
        return self._classes.has_unknown_base(qualname)

    def may_extend(self, qualname: str, other: str) -> bool:
        """Is the class a kind of the other, or may it be, as far as bases are known?"""
        return self._classes.may_extend(qualname, other)

    def subclasses(self, qualname: str) -> tuple[str, ...]:
        """The project's classes that extend it, near or far, sorted."""
        return self._classes.subclasses(qualname)

    def member(self, class_qualname: str, name: str, after: str | None = None) -> Member | None:
        """A method, or an assignment with the class whose body holds it; `after` looks behind a class, as super()."""
        asked = (class_qualname, name, after)
        try:
            return self._members[asked]
        except KeyError:
            found = self._members[asked] = self._classes.member(class_qualname, name, after)
            return found

    def inner_class(self, class_qualname: str, name: str) -> str | None:
        return self._classes.inner_class(class_qualname, name)

    def method_effect(self, class_qualname: str, name: str) -> MethodEffect | None:
        """What a library says that an inherited method does; asked where `member` finds nothing."""
        effects = (self.libraries.method(f"{ancestor}.{name}") for ancestor in self._classes.mro(class_qualname))
        return next((effect for effect in effects if effect is not None), None)

    def is_library_method(self, class_qualname: str, name: str) -> bool:
        """Does a library say what an inherited method gives?"""
        page = self.page_above(class_qualname)
        is_of_page = page is not None and name in (page.context, page.chooser)
        return is_of_page or self.method_effect(class_qualname, name) is not None

    # ------------------------------------------------------------ what libraries say of a class's ancestors

    def views_above(self, qualname: str) -> tuple[ViewBase, ...]:
        return tuple(self._declared(qualname, self.libraries.view))

    def page_above(self, qualname: str) -> PageBase | None:
        return next(self._declared(qualname, self.libraries.page), None)

    def table_above(self, qualname: str) -> TableBase | None:
        return next(self._declared(qualname, self.libraries.table), None)

    def column_above(self, qualname: str) -> ColumnBase | None:
        return next(self._declared(qualname, self.libraries.column), None)

    def filter_set_above(self, qualname: str) -> FilterSetBase | None:
        return next(self._declared(qualname, self.libraries.filter_set), None)

    def _declared(self, qualname: str, of: Callable[[str], Declared | None]) -> Iterator[Declared]:
        """The declarations of a class and its ancestors, the nearest first."""
        return (found for name in self.mro(qualname) if (found := of(name)) is not None)

    # ------------------------------------------------------------ models

    def model(self, key: str) -> Model | None:
        """The model of a class; classes outside the project are looked up when first asked for."""
        found = self._models.get(key)
        if found is None and key not in self._classes.table and self._drafts.get(key) is not None:
            found = self._graph.build([key]).get(key)
        return found

    def relations_along(self, model: str, path: Iterable[str]) -> list[Relation]:
        """The relations that a path of accessors from a model goes along, as far as they can be followed."""
        found: list[Relation] = []
        current: str | None = model
        for name in path:
            here = self.model(current) if current else None
            relation = here.relations.get(name) if here is not None else None
            if relation is None:
                break
            found.append(relation)
            current = relation.target
        return found

    def models(self) -> list[Model]:
        """All models known, those of used apps outside the project too, sorted by key."""
        return [self._models[key] for key in sorted(self._models)]

    def models_with_relation(self, names: frozenset[str]) -> list[Model]:
        """The project's concrete models that have a relation of one of these names, sorted by key."""
        if self._related is None:
            self._related = {}
            for model in self.models():
                if not model.abstract and model.key in self._classes.table:
                    for name in model.relations:
                        self._related.setdefault(name, []).append(model)
        found = {model.key: model for name in names for model in self._related.get(name, ())}
        return [model for _, model in sorted(found.items())]

    def model_by_label(self, label: str, module: str = "") -> Model | None:
        """The model "app.Name"; where several have that label, the one nearest to `module`."""
        key = self._labels.find(label, module)
        return None if key is None else self.model(key)

    def user_model(self) -> str | None:
        """The key of the model that AUTH_USER_MODEL names."""
        return self._labels.find(self.settings.auth_user_model, self.settings.module or "")

    def is_manager(self, qualname: str) -> bool:
        return self._reader.is_manager(qualname)

    def model_of_manager(self, qualname: str) -> str | None:
        """The model whose managers or querysets are of this class, if there is just one."""
        if self._managed is None:
            self._managed = {}
            for model in self.models():
                for fact in model.managers.values():
                    for name in (fact.manager, fact.queryset):
                        if name is not None:
                            for ancestor in self.mro(name):
                                self._managed.setdefault(ancestor, set()).add(model.key)
        found = self._managed.get(qualname, set())
        return next(iter(found)) if len(found) == 1 else None

    def app_label(self, module: str) -> str:
        return self._apps.label_of(self._names.modules[module])
