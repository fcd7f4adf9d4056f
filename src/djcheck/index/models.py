"""The model graph: every model with its fields, its relations both ways and its managers."""

from __future__ import annotations

from collections.abc import Iterable

from djcheck.domain.index import Field, ManagerFact, Model, Relation, Settings
from djcheck.domain.source import Place
from djcheck.index.classes import Classes
from djcheck.index.drafts import MODEL, Draft, Drafts, Link
from djcheck.index.fields import MANAGER, QUERYSET, Declared
from djcheck.index.labels import Labels
from djcheck.index.names import Names
from djcheck.index.reading import keyword
from djcheck.index.relations import (
    Tie,
    forward,
    generic_foreign_key,
    generic_key,
    generic_relation,
    generic_target_key,
    parent_link,
    reverse,
    way_back,
)
from djcheck.index.targets import Targets
from djcheck.index.uniqueness import Unique, of_draft


class ModelGraph:
    """Drafts, ties and completes all models of a project and those outside that they refer to."""

    def __init__(self, names: Names, classes: Classes, drafts: Drafts, labels: Labels, settings: Settings) -> None:
        self._names = names
        self._drafts = drafts
        self._labels = labels
        self._settings = settings
        self._targets = Targets(names, classes, settings, labels.find)
        self._ties: dict[str, list[Tie]] = {}
        self._reverse: dict[str, dict[str, Relation]] = {}
        self.models: dict[str, Model] = {}

    def build(self, keys: Iterable[str]) -> dict[str, Model]:
        waiting = list(keys)
        while waiting:
            key = waiting.pop()
            draft = self._drafts.get(key)
            if key in self._ties or draft is None:
                continue
            self._ties[key] = ties = self._tie(draft)
            waiting.extend(tie.target for tie in ties if tie.target is not None)
            waiting.extend([*draft.parents, *([draft.proxy_for] if draft.proxy_for else [])])
            waiting.extend(tie.through for tie in ties if tie.through is not None)
        for key in sorted(self._ties):
            self._tie_back(key)
        for key in sorted(self._ties):
            self._complete(key)
        return self.models

    # ------------------------------------------------------------ ties

    def _tie(self, draft: Draft) -> list[Tie]:
        declared = [item for item in draft.fields.values() if not item.is_column]
        linked = {link.name for link in draft.parents.values()}
        ties = [self._tied(draft, item) for item in declared if item.name not in linked]
        ties += [self._linked(draft, parent, link) for parent, link in draft.parents.items()]
        for item in draft.private.values():
            if item.relation == "generic-relation":
                target = self._targets.key(item.to, item.module, draft)
                ties.append(Tie(draft, item, target, None, None))
        return ties

    def _tied(self, draft: Draft, declared: Declared) -> Tie:
        target = self._targets.key(declared.to, declared.module, draft)
        library = declared.library
        if target is None and declared.to is None and library is not None and library.to is not None:
            target = library.to
        through = self._targets.key(keyword(declared.call, "through"), declared.module, draft)
        if through is None and library is not None and library.through is not None:
            through = library.through
        return Tie(draft, declared, target, through, way_back(self._names, draft, declared, target == draft.key))

    def _linked(self, draft: Draft, parent: str, link: Link) -> Tie:
        declared = parent_link(link, draft.info.module)
        return Tie(draft, declared, parent, None, way_back(self._names, draft, declared, False))

    def _tie_back(self, key: str) -> None:
        draft = self._drafts.get(key)
        if draft is None or draft.abstract or self._is_swapped(draft):
            return
        for tie in self._ties[key]:
            target = self._drafts.get(tie.target) if tie.target is not None else None
            if target is None or tie.back is None:
                continue
            owner = target.proxy_for or target.key
            self._reverse.setdefault(owner, {})[tie.back.accessor] = reverse(tie, tie.back, owner)

    def _is_swapped(self, draft: Draft) -> bool:
        """A swappable model that the settings replace has no way back from its targets."""
        setting = draft.options.get("swappable")
        if setting is None:
            return False
        if setting == "AUTH_USER_MODEL":
            chosen: str | None = self._settings.auth_user_model
        else:
            chosen = self._settings.texts.get(setting)
        return chosen is not None and chosen.lower() != draft.label.lower()

    # ------------------------------------------------------------ whole models

    def _complete(self, key: str) -> Model | None:
        found = self.models.get(key)
        draft = self._drafts.get(key)
        if found is not None or draft is None:
            return found
        fields, relations = self._inherited(draft)
        place = self._place(draft)
        primary_key = self._primary_key(draft)
        for declared in draft.fields.values():
            if declared.is_column:
                fields[declared.name] = Field(declared.name, declared.type, declared.place)
        if primary_key == "id" and "id" not in fields and not draft.abstract:
            fields["id"] = Field("id", "AutoField", place)
        for relation in self._own_relations(draft):
            relations[relation.name] = relation
        relations.update(self._reverse.get(key, {}))
        managers = self._managers(draft)
        model = Model(
            key=key,
            label=draft.label,
            name=draft.name,
            fields=fields,
            relations=relations,
            managers=managers,
            default_manager=self._default_manager(draft, managers),
            base_manager=self._base_manager(draft),
            primary_key=primary_key,
            abstract=draft.abstract,
            proxy_for=draft.proxy_for,
            parents={parent: link.name for parent, link in draft.parents.items()},
            unique=self._unique(draft, primary_key),
            open=draft.open,
            place=place,
        )
        self.models[key] = model
        self._add_histories(draft, model)
        return model

    def _place(self, draft: Draft) -> Place | None:
        project = self._names.modules[draft.info.module].is_project
        return Place(draft.info.path, draft.info.fact.span) if project else None

    def _unique(self, draft: Draft, primary_key: str) -> Unique:
        inherited = [
            self._complete(parent) for parent in (draft.proxy_for, *draft.parents) if parent != draft.key and parent
        ]
        sets = [*of_draft(draft, primary_key), *(each for model in inherited if model for each in model.unique)]
        return tuple(dict.fromkeys(sets))

    def _inherited(self, draft: Draft) -> tuple[dict[str, Field], dict[str, Relation]]:
        """What concrete parents give: all but the way back to their multi-table children."""
        fields: dict[str, Field] = {}
        relations: dict[str, Relation] = {}
        ancestors = [draft.proxy_for] if draft.proxy_for is not None else list(draft.parents)
        for parent in ancestors:
            model = self._complete(parent) if parent != draft.key else None
            if model is None:
                continue
            fields.update(model.fields)
            children = self._children(parent) if draft.proxy_for is None else frozenset[str]()
            relations.update({name: item for name, item in model.relations.items() if name not in children})
        return fields, relations

    def _children(self, parent: str) -> frozenset[str]:
        """The accessors by which a parent reaches its multi-table children."""
        ties = (tie for item in self._reverse.get(parent, {}).values() for tie in self._ties[item.target or ""])
        return frozenset(
            tie.back.accessor
            for tie in ties
            if tie.back is not None and tie.target == parent and tie.declared.parent_link
        )

    def _own_relations(self, draft: Draft) -> Iterable[Relation]:
        for tie in self._ties[draft.key]:
            if tie.declared.relation == "generic-relation":
                yield generic_relation(draft, tie.declared, tie.target, self._generic_inverse(tie))
                continue
            target = self._drafts.get(tie.target) if tie.target is not None else None
            key = self._primary_key(target) if target is not None else None
            yield forward(tie, key, tie.declared.nullable)
        for declared in draft.private.values():
            if declared.relation == "generic-foreign-key":
                yield generic_foreign_key(draft, declared)

    def _generic_inverse(self, tie: Tie) -> str:
        target = self._drafts.get(tie.target) if tie.target is not None else None
        wanted = generic_target_key(tie.declared)
        for declared in target.private.values() if target is not None else ():
            if declared.relation == "generic-foreign-key" and generic_key(declared) == wanted:
                return declared.name
        return ""

    def _primary_key(self, draft: Draft) -> str:
        for declared in draft.fields.values():
            if declared.primary_key:
                return declared.name
        if draft.proxy_for is not None:
            concrete = self._drafts.get(draft.proxy_for)
            return "id" if concrete is None or concrete is draft else self._primary_key(concrete)
        return next((link.name for link in draft.parents.values()), "id")

    # ------------------------------------------------------------ managers

    def _managers(self, draft: Draft) -> dict[str, ManagerFact]:
        found = {
            item.name: ManagerFact(item.name, item.manager, item.queryset, item.expression, item.module)
            for item in self._drafts.managers(draft)
        }
        if not found:
            # Behind a base that is not known `objects` may be anything.
            manager, queryset = (None, None) if draft.open else (MANAGER, QUERYSET)
            found["objects"] = ManagerFact("objects", manager, queryset, None, draft.info.module)
        return found

    def _default_manager(self, draft: Draft, managers: dict[str, ManagerFact]) -> str:
        named = draft.options.get("default_manager_name")
        if named is None and not draft.managers:
            named = self._drafts.option_of_parent(draft, "default_manager_name")
        return named if named in managers else next(iter(managers))

    def _base_manager(self, draft: Draft) -> str:
        own = draft.options.get("base_manager_name")
        return own or self._drafts.option_of_parent(draft, "base_manager_name") or ""

    def _add_histories(self, draft: Draft, model: Model) -> None:
        """simple-history keeps the past of a model in a second model, reached by a manager."""
        for name in draft.histories:
            if draft.abstract:
                continue
            key = f"{draft.key.rpartition('.')[0]}.Historical{draft.name}"
            forwards = {item.name: item for item in model.relations.values() if item.is_forward}
            self.models[key] = historical(model, key, draft.app, forwards)
            model.managers[name] = ManagerFact(name, MANAGER, QUERYSET, None, draft.info.module, key)


def historical(model: Model, key: str, app: str, forwards: dict[str, Relation]) -> Model:
    return Model(
        key=key,
        label=f"{app}.Historical{model.name}",
        name=f"Historical{model.name}",
        fields={**model.fields, "history_id": Field("history_id", "AutoField", model.place)},
        relations=forwards,
        managers={"objects": ManagerFact("objects", MANAGER, QUERYSET, None, "")},
        default_manager="objects",
        base_manager="",
        primary_key="history_id",
        abstract=False,
        proxy_for=None,
        parents={},
        unique=(frozenset(("history_id",)),),
        open=True,
        place=model.place,
    )


def model_classes(classes: Classes, drafts: Drafts) -> list[str]:
    """The project's model classes, sorted."""
    return sorted(name for name in classes.table if name != MODEL and drafts.get(name) is not None)
