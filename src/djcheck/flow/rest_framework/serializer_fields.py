"""Which fields a serializer class has, where each is written, and what kind of reading it does.

Facts from Django REST framework's documentation ("Serializers", "Serializer fields", "Serializer relations").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from djcheck.domain import ir
from djcheck.domain.index import FunctionInfo
from djcheck.domain.relation_kind import RelationKind as Kind
from djcheck.flow.rest_framework.field_names import Where, gather, where_of
from djcheck.index.reading import argument, keyword, string, truth

if TYPE_CHECKING:
    from djcheck.domain.facts import AssignFact
    from djcheck.domain.index import ClassInfo, Model
    from djcheck.index.project import ProjectIndex

DRF = "rest_framework.serializers"
SERIALIZER = f"{DRF}.BaseSerializer"
# Serializers that are not the framework's, nor used in its way.
UNLIKE = ("django.", "rest_framework.", "serpy.", "marshmallow")
ALL = "__all__"
# Keyword arguments that every field takes, and those that serializers take besides.
FIELD_OPTIONS = frozenset(
    (
        "read_only",
        "write_only",
        "required",
        "default",
        "initial",
        "source",
        "label",
        "help_text",
        "style",
        "error_messages",
        "validators",
        "allow_null",
        "allow_empty",
        "many",
        "data",
        "context",
        "partial",
        "instance",
        "min_length",
        "max_length",
    )
)


class SerializerField(Struct, frozen=True):
    """One field. `source` is the attribute path that it reads of the row (empty for the row itself).

    `kind` is "column" (the value at the end of the path is written out), "key" (only the primary key is wanted),
    "attribute" (`target` is an attribute of the related object), "text" (its `__str__`), "method" (`target` is a method
    of the serializer), "nested" (`target` is a serializer class), "custom" (`target` is a field class of the project),
    "model" (the automatic serializer of `target`, a model) or "unknown".
    """

    name: str
    kind: str
    source: tuple[str, ...]
    where: Where
    many: bool = False
    target: str = ""
    depth: int = 0
    partial: bool = False


def is_serializer(index: ProjectIndex, qualname: str) -> bool:
    if index.is_a(qualname, SERIALIZER) or any(foreign(name, "Serializer") for name in index.mro(qualname)):
        return True
    return is_kept_elsewhere(index, qualname)


def is_model_serializer(index: ProjectIndex, qualname: str) -> bool:
    if any(name == f"{DRF}.ModelSerializer" or foreign(name, "ModelSerializer") for name in index.mro(qualname)):
        return True
    return is_kept_elsewhere(index, qualname)


def is_kept_elsewhere(index: ProjectIndex, qualname: str) -> bool:
    """A class with a model and fields whose base is some other package's `…Serializer`, of which nothing is known."""
    if not index.has_unknown_base(qualname):
        return False
    bases = [name for name in index.mro(qualname) if index.class_info(name) is None]
    if not any(name.endswith("Serializer") and not name.startswith(UNLIKE) for name in bases):
        return False
    meta = Meta(index, qualname)
    return meta.model is not None and (meta.member("fields") or meta.member("exclude")) is not None


def chooses_fields(index: ProjectIndex, qualname: str) -> bool:
    """May arguments of its own decide which fields the class writes out?"""
    return any(index.member(qualname, name) is not None for name in ("__init__", "__new__", "get_fields"))


def foreign(name: str, ending: str) -> bool:
    """Is it a class of a package that extends the framework, going by what such packages call their classes?"""
    return name.endswith(ending) and name.startswith(("rest_framework", "drf_", "rest_", "dj_rest", "taggit"))


def fields_of(index: ProjectIndex, qualname: str) -> tuple[SerializerField, ...]:
    """The fields that the class writes out, in no particular order."""
    declared = declared_fields(index, qualname)
    if not is_model_serializer(index, qualname):
        return tuple(field for field in declared.values() if field is not None)
    meta = Meta(index, qualname)
    names = meta.names()
    found = []
    for name, field in declared.items():
        if field is not None and (names is None or name in names or meta.open):
            found.append(field)
    for name, where in (names or {}).items():
        if name not in declared and meta.model is not None:
            made = automatic(index, meta.model, name, where, meta)
            if made is not None:
                found.append(made)
    return tuple(found)


def declared_fields(index: ProjectIndex, qualname: str) -> dict[str, SerializerField | None]:
    """Fields assigned in the class or a base that is a serializer; None where a class takes a field away."""
    found: dict[str, SerializerField | None] = {}
    for ancestor in index.mro(qualname):
        info = index.class_info(ancestor)
        if info is None or ancestor.startswith("rest_framework.") or not is_serializer(index, ancestor):
            continue
        for assign in info.fact.attributes:
            if assign.name in found or assign.operator:
                continue
            if isinstance(assign.value, ir.Constant) and assign.value.value is None:
                found[assign.name] = None
            elif assign.value is not None:
                made = declared(index, info, assign)
                found[assign.name] = made if made.kind != "hidden" else None
    return found


def declared(index: ProjectIndex, info: ClassInfo, assign: AssignFact) -> SerializerField:
    """What `name = SomeField(…)` declares; where nothing is known of the class, the field is "unknown"."""
    call = assign.value
    where = Where(info.path, info.module, info.qualname, assign.span)
    if not isinstance(call, ir.Call):
        return SerializerField(assign.name, "unknown", (), where)
    cls = index.class_of(info.module, call.function, info.qualname)
    if truth(keyword(call, "write_only"), False):
        return SerializerField(assign.name, "hidden", (), where)
    if cls is None:
        return unread(index, info, call, assign.name, where)
    return described(index, info, cls, call, assign.name, where)


def described(
    index: ProjectIndex, info: ClassInfo, cls: str, call: ir.Call, name: str, where: Where
) -> SerializerField:
    source = source_of(call, name)
    many = truth(keyword(call, "many"), False)
    if index.is_a(cls, f"{DRF}.ListSerializer", f"{DRF}.ListField"):
        return listing(index, info, cls, call, name, where, source)
    if is_serializer(index, cls):
        partial = any(item.name not in FIELD_OPTIONS for item in call.keywords)
        return SerializerField(name, "nested", source, where, many, cls, partial=partial)
    if index.is_a(cls, f"{DRF}.HiddenField"):
        return SerializerField(name, "hidden", (), where)
    if not index.is_a(cls, f"{DRF}.Field"):
        return unread(index, info, call, name, where)
    if any(index.member(cls, method) is not None for method in ("to_representation", "get_attribute")):
        return SerializerField(name, "custom", source, where, many, cls)
    return built_in(index, cls, call, name, where, source, many)


def unread(index: ProjectIndex, info: ClassInfo, call: ir.Call, name: str, where: Where) -> SerializerField:
    """A field class of another package: the one serializer that it is given shows the value (`read_field=…`)."""
    given = {item.name: item.value for item in call.keywords if item.name and "write" not in item.name}
    shown = [
        (cls, value)
        for value in given.values()
        if (cls := index.class_of(info.module, value.function if isinstance(value, ir.Call) else value)) is not None
        and is_serializer(index, cls)
    ]
    if len(shown) != 1:
        return SerializerField(name, "unknown", source_of(call, name), where)
    ((cls, value),) = shown
    many = any(truth(keyword(made, "many"), False) for made in (call, value) if isinstance(made, ir.Call))
    return SerializerField(name, "nested", source_of(call, name), where, many, cls)


def built_in(
    index: ProjectIndex, cls: str, call: ir.Call, name: str, where: Where, source: tuple[str, ...], many: bool
) -> SerializerField:
    """A field class of the framework, or one that represents values as the framework's class does."""
    if index.is_a(cls, f"{DRF}.SerializerMethodField"):
        method = string(argument(call, 0, "method_name")) or f"get_{name}"
        return SerializerField(name, "method", (), where, False, method)
    if index.is_a(cls, f"{DRF}.HyperlinkedIdentityField"):
        return SerializerField(name, "attribute", (), where, False, string(keyword(call, "lookup_field")) or "pk")
    if index.is_a(cls, f"{DRF}.SlugRelatedField"):
        slug = string(argument(call, 0, "slug_field"))
        if slug is None:
            return SerializerField(name, "text", source, where, many)
        return SerializerField(name, "attribute", source, where, many, slug.replace("__", "."))
    if index.is_a(cls, f"{DRF}.StringRelatedField"):
        return SerializerField(name, "text", source, where, many)
    if index.is_a(cls, f"{DRF}.HyperlinkedRelatedField"):
        lookup = string(keyword(call, "lookup_field")) or "pk"
        return SerializerField(name, "key" if lookup == "pk" else "attribute", source, where, many, lookup)
    if index.is_a(cls, f"{DRF}.PrimaryKeyRelatedField"):
        return SerializerField(name, "key" if is_key_only(index, cls) else "attribute", source, where, many, "pk")
    if index.is_a(cls, f"{DRF}.RelatedField"):
        return SerializerField(name, "unknown", source, where)
    return SerializerField(name, "column", source, where)


def is_key_only(index: ProjectIndex, cls: str) -> bool:
    """Does a PrimaryKeyRelatedField ask for the key alone? So the framework's does, and who says so by `True`."""
    said = index.member(cls, "use_pk_only_optimization")
    return said is None or (isinstance(said, FunctionInfo) and said.fact.answer is True)


def listing(
    index: ProjectIndex, info: ClassInfo, cls: str, call: ir.Call, name: str, where: Where, source: tuple[str, ...]
) -> SerializerField:
    """`ListSerializer(child=…)` and `ListField(child=…)`."""
    child = keyword(call, "child")
    if isinstance(child, ir.Call):
        inner = index.class_of(info.module, child.function, info.qualname)
        if inner is not None and is_serializer(index, inner):
            return SerializerField(name, "nested", source, where, True, inner)
    return SerializerField(name, "column", source, where)


def source_of(call: ir.Call, name: str) -> tuple[str, ...]:
    given = keyword(call, "source")
    if given is None:
        return (name,)
    text = string(given)
    if text is None:
        return ()
    return () if text == "*" else tuple(text.split("."))


# ------------------------------------------------------------------ Meta


class Meta:
    """A ModelSerializer's `Meta`, its own or inherited. `open`: some of its names could not be told."""

    def __init__(self, index: ProjectIndex, qualname: str) -> None:
        self.index = index
        self.owner = qualname
        self.meta = index.inner_class(qualname, "Meta")
        self.open = False
        self.model = self._model()
        depth = self._value("depth")
        self.depth = depth[1] if depth is not None and isinstance(depth[1], int) else 0
        self.options = self._options()

    def member(self, name: str) -> tuple[ClassInfo, AssignFact] | None:
        found = None if self.meta is None else self.index.member(self.meta, name)
        return found if isinstance(found, tuple) else None

    def _value(self, name: str) -> tuple[ClassInfo, object] | None:
        found = self.member(name)
        if found is None or not isinstance(found[1].value, ir.Constant):
            return None
        return found[0], found[1].value.value

    def _model(self) -> Model | None:
        found = self.member("model")
        if found is None or found[1].value is None:
            return None
        key = self.index.class_of(found[0].module, found[1].value)
        return None if key is None else self.index.model(key)

    def _options(self) -> dict[str, ir.Dictionary]:
        """`extra_kwargs` by field name, as far as they are written out."""
        found = self.member("extra_kwargs")
        if found is None or not isinstance(found[1].value, ir.Dictionary):
            return {}
        options = {}
        for key, value in found[1].value.items:
            name = string(key)
            if name is not None and isinstance(value, ir.Dictionary):
                options[name] = value
        return options

    def option(self, field: str, name: str) -> ir.Expr | None:
        given = self.options.get(field)
        return None if given is None else next((value for key, value in given.items if string(key) == name), None)

    def names(self) -> dict[str, Where] | None:
        """The names of the fields and where each is written; None where nothing says."""
        found = self.member("fields")
        if found is not None and found[1].value is not None:
            info, assign = found
            if string(assign.value) == ALL:
                return dict.fromkeys(self._defaults(), where_of(info, assign.span))
            names: dict[str, Where] = {}
            self.open = not gather(self.index, info, assign.value, names)
            return names
        found = self.member("exclude")
        if found is None or found[1].value is None:
            return None
        left_out: dict[str, Where] = {}
        told = gather(self.index, found[0], found[1].value, left_out)
        if not told:
            return None
        where = where_of(found[0], found[1].span)
        return dict.fromkeys([name for name in self._defaults() if name not in left_out], where)

    def _defaults(self) -> list[str]:
        """What `__all__` means: declared fields, columns and forward relations."""
        declared = [name for name, field in declared_fields(self.index, self.owner).items() if field is not None]
        return [*declared, *(default_names(self.model) if self.model is not None else [])]


def default_names(model: Model) -> list[str]:
    forward = [name for name, item in model.relations.items() if item.kind in (Kind.FORWARD_ONE, Kind.FORWARD_MANY)]
    return [*model.fields, *forward]


def automatic(index: ProjectIndex, model: Model, name: str, where: Where, meta: Meta) -> SerializerField | None:
    """The field that a ModelSerializer makes for a name by itself."""
    if truth(meta.option(name, "write_only"), False):
        return None
    source = string(meta.option(name, "source")) or name
    if source == "*" or "." in source:
        return SerializerField(name, "unknown", tuple(source.split(".")), where) if source != "*" else None
    lookup = string(meta.option(name, "lookup_field")) or "pk"
    made = of_model(index, model, source, where, meta.depth)
    if made is None or made.kind != "key" or lookup == "pk":
        return made
    return SerializerField(made.name, "attribute", made.source, where, made.many, lookup)


def of_model(index: ProjectIndex, model: Model, name: str, where: Where, depth: int) -> SerializerField | None:
    relation = model.relations.get(name)
    if relation is None:
        # A column, a property, or a method that takes no arguments: read and written out.
        return SerializerField(name, "column", (name,), where)
    if relation.kind in (Kind.GENERIC_MANY, Kind.GENERIC_ONE):
        return SerializerField(name, "unknown", (name,), where)
    if depth and relation.target is not None:
        return SerializerField(name, "model", (name,), where, relation.is_many, relation.target, min(depth, 10) - 1)
    return SerializerField(name, "key", (name,), where, relation.is_many, "pk")
