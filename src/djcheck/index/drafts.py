"""What each model class declares and inherits, before relations are tied together (Django's ModelBase, read)."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from djcheck.domain.facts import AssignFact, ClassFact
from djcheck.domain.index import ClassInfo
from djcheck.domain.ir import Expr
from djcheck.index.apps import Apps
from djcheck.index.classes import Classes
from djcheck.index.fields import Declared, DeclaredManager, FieldReader
from djcheck.index.names import Names
from djcheck.index.reading import string, truth

MODEL = "django.db.models.Model"


class Link(Struct, frozen=True):
    """The one-to-one field that ties a multi-table child to a concrete parent."""

    name: str
    declared: Declared | None


class Draft(Struct):
    """A model class: its Meta, its own and abstractly inherited fields, its concrete parents and managers.

    `options` are those of Meta that are texts.
    """

    key: str
    info: ClassInfo
    label: str
    abstract: bool
    proxy_for: str | None
    options: dict[str, str]
    meta: dict[str, Expr]
    fields: dict[str, Declared]
    private: dict[str, Declared]
    histories: dict[str, Declared]
    names: frozenset[str]
    parents: dict[str, Link]
    managers: list[DeclaredManager]
    open: bool

    @property
    def app(self) -> str:
        return self.label.partition(".")[0]

    @property
    def name(self) -> str:
        return self.info.fact.name


TEXT_OPTIONS = (
    "app_label",
    "default_related_name",
    "default_manager_name",
    "base_manager_name",
    "swappable",
)


class Drafts:
    """Drafts models on demand, parents first."""

    def __init__(self, names: Names, classes: Classes, reader: FieldReader, apps: Apps) -> None:
        self._names = names
        self._classes = classes
        self._reader = reader
        self._apps = apps
        self._made: dict[str, Draft | None] = {}

    def get(self, key: str) -> Draft | None:
        """The draft of a class, None if it is no model."""
        if key not in self._made:
            self._made[key] = None  # what a model that inherits itself sees of itself
            info = self._classes.info(key)
            if info is not None and key != MODEL and self._is_model(key, info):
                self._made[key] = self._draft(key, info)
        return self._made[key]

    def _is_model(self, key: str, info: ClassInfo) -> bool:
        """Does it extend Model, or, behind a base that is not to be found, declare model fields?"""
        if self._classes.is_a(key, MODEL):
            return True
        if not info.fact.bases or not self._classes.has_unknown_base(key):
            return False
        return any(self._reader.is_certain_field(info, fact) for fact in info.fact.attributes)

    def _draft(self, key: str, info: ClassInfo) -> Draft:
        module = self._names.modules[info.module]
        meta = self._meta(key)
        options = {name: text for name in TEXT_OPTIONS if (text := string(meta.get(name))) is not None}
        # Whether a class is abstract or a proxy is never inherited.
        own = self._own_meta(key, info)
        draft = Draft(
            key=key,
            info=info,
            label=f"{options.get('app_label') or self._apps.label_of(module)}.{info.fact.name}",
            abstract=truth(own.get("abstract"), unknown=False),
            proxy_for=None,
            options=options,
            meta=meta,
            fields={},
            private={},
            histories={},
            names=body_names(info.fact),
            parents={},
            managers=[],
            open=self._classes.has_unknown_base(key),
        )
        self._declare(draft, info)
        if truth(own.get("proxy"), unknown=False):
            draft.proxy_for = self._proxied(draft)
        self._inherit(draft)
        return draft

    # ------------------------------------------------------------ Meta

    def _own_meta(self, key: str, info: ClassInfo) -> dict[str, Expr]:
        """The class's own Meta with what it extends, except that Django has reset the Meta of abstract models."""
        if not any(inner.name == "Meta" for inner in info.fact.classes):
            return {}
        plain = [base for base in self._classes.mro(f"{key}.Meta")[1:] if self.get(base.rpartition(".")[0]) is None]
        return self._merged([f"{key}.Meta", *plain])

    def _merged(self, metas: Sequence[str]) -> dict[str, Expr]:
        found: dict[str, Expr] = {}
        for name in reversed(metas):
            meta = self._classes.info(name)
            if meta is not None:
                found.update(attributes(meta.fact))
        return found

    def _meta(self, key: str) -> dict[str, Expr]:
        """The options of the nearest Meta: the class's own, or that of an abstract ancestor, with what it extends."""
        for ancestor in self._classes.mro(key):
            info = self._classes.info(ancestor)
            if info is None or not any(inner.name == "Meta" for inner in info.fact.classes):
                continue
            if ancestor != key:
                parent = self.get(ancestor)
                if parent is not None and not parent.abstract:
                    continue
            return self._merged(self._classes.mro(f"{ancestor}.Meta"))
        return {}

    # ------------------------------------------------------------ own declarations

    def _declare(self, draft: Draft, info: ClassInfo) -> None:
        last: dict[str, tuple[AssignFact, str | None]] = {}
        for assign in info.fact.attributes:
            if assign.value is not None and not assign.operator:
                last.pop(assign.name, None)
                last[assign.name] = (assign, None)
        for attachment in self._classes.attached.get(draft.key, ()):
            last[attachment.name] = (attachment.assign, attachment.module)
        methods = {method.name: method.span.line for method in info.fact.methods}
        for name, (assign, module) in last.items():
            if methods.get(name, 0) > assign.span.line and module is None:
                continue
            declared = self._reader.read(info, assign, module)
            if isinstance(declared, DeclaredManager):
                draft.managers.append(declared)
            elif declared is not None:
                self._add(draft, declared)

    def _add(self, draft: Draft, declared: Declared) -> None:
        if declared.relation == "history":
            draft.histories[declared.name] = declared
        elif declared.is_private:
            draft.private[declared.name] = declared
        else:
            draft.fields[declared.name] = declared

    # ------------------------------------------------------------ inheritance

    def _proxied(self, draft: Draft) -> str | None:
        for base in self._classes.bases(draft.key).names:
            parent = self.get(base)
            if parent is not None and not parent.abstract:
                return parent.proxy_for or parent.key
        return None

    def _inherit(self, draft: Draft) -> None:
        """Fields come from abstract direct bases unless something nearer in the MRO has their name (ModelBase)."""
        direct = set(self._classes.bases(draft.key).names)
        own = set(draft.fields) | set(draft.private)
        taken: set[str] = set()
        for ancestor in self._classes.mro(draft.key):
            parent = self.get(ancestor) if ancestor in direct else None
            if parent is None:
                taken |= self._class_names(ancestor)
                continue
            if parent.abstract:
                for name, declared in parent.fields.items():
                    if name not in draft.names and name not in taken and name not in draft.fields:
                        draft.fields[name] = declared
                for base, link in parent.parents.items():
                    draft.parents.setdefault(base, link)
                for name, declared in parent.histories.items():
                    draft.histories.setdefault(name, declared)
            else:
                taken |= set(parent.fields)
                self._extend(draft, parent)
            draft.private.update({name: item for name, item in parent.private.items() if name not in own})

    def _class_names(self, qualname: str) -> frozenset[str]:
        """What stands in the class's `__dict__`: for a model its columns' descriptors too."""
        info = self._classes.info(qualname)
        if info is None or qualname == MODEL:
            return frozenset()
        draft = self._made.get(qualname)
        if draft is None:
            return body_names(info.fact)
        descriptors = {
            name for name, field in draft.fields.items() if field.name not in draft.names or field.has_column
        }
        return draft.names | descriptors

    def _extend(self, draft: Draft, parent: Draft) -> None:
        """Tie a multi-table child to its parent."""
        if draft.proxy_for is not None:
            return
        concrete = parent.proxy_for or parent.key
        if concrete in draft.parents:
            return
        named = next(
            (item for item in draft.fields.values() if item.parent_link and self._leads_to(item, concrete)), None
        )
        name = named.name if named is not None else f"{concrete.rpartition('.')[2].lower()}_ptr"
        draft.parents[concrete] = Link(name, named)

    def _leads_to(self, declared: Declared, parent: str) -> bool:
        """A parent link names its parent as a class or as a text that ends in the class's name."""
        target = declared.to
        text = string(target)
        if text is not None:
            return text.rpartition(".")[2].lower() == parent.rpartition(".")[2].lower()
        return target is not None and self._classes.class_of(declared.module, target) == parent

    def managers(self, draft: Draft) -> list[DeclaredManager]:
        """Own managers first, then those of each ancestor in turn; the first of a name wins."""
        found: dict[str, DeclaredManager] = {}
        for ancestor in self._classes.mro(draft.key):
            base = self.get(ancestor)
            for manager in base.managers if base is not None else ():
                found.setdefault(manager.name, manager)
        return list(found.values())

    def option_of_parent(self, draft: Draft, option: str) -> str | None:
        """What the nearest ancestor model says of a manager option."""
        for ancestor in self._classes.mro(draft.key)[1:]:
            base = self.get(ancestor)
            if base is not None:
                return base.options.get(option)
        return None


def attributes(cls: ClassFact) -> dict[str, Expr]:
    return {item.name: item.value for item in cls.attributes if item.value is not None}


def body_names(cls: ClassFact) -> frozenset[str]:
    assigned = (item.name for item in cls.attributes if item.value is not None)
    return frozenset([*assigned, *(item.name for item in cls.methods), *(item.name for item in cls.classes)])
