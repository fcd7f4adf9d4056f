"""What comes from outside: arguments of views, tasks and commands, and the data of forms and serializers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from djcheck.domain import ir
from djcheck.domain.index import External, FunctionInfo
from djcheck.domain.observation import Step
from djcheck.domain.source import Place
from djcheck.domain.trace import Role
from djcheck.flow.lattice import taint
from djcheck.flow.lattice.texts import text_of
from djcheck.flow.lattice.values import NONE, NUMBER, UNKNOWN, Mapping, Object, Request, Tainted, Value
from djcheck.flow.python import request_methods
from djcheck.flow.python.parameters import bare_name, decorators_of, dotted

if TYPE_CHECKING:
    from djcheck.domain.facts import AssignFact
    from djcheck.domain.index import Model
    from djcheck.domain.ir import Parameter
    from djcheck.domain.source import Span
    from djcheck.flow.evaluator import Evaluator
    from djcheck.flow.frame import Frame
    from djcheck.index.project import ProjectIndex

TASK_DECORATORS = frozenset({"shared_task", "task", "periodic_task", "db_task", "db_periodic_task", "job"})
VIEW = "django.views.generic.View"
VIEWSET = "rest_framework.viewsets.ViewSetMixin"
VIEWS = (VIEW, "rest_framework.views.APIView", VIEWSET)
HTTP_METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
HANDLERS = frozenset({*HTTP_METHODS, "dispatch", "setup"})
VIEW_DECORATORS = ("django.views.decorators.", "django.contrib.auth.decorators.", "rest_framework.decorators.")
COMMAND = "django.core.management.base.BaseCommand"
FORMS = ("django.forms.Form", "django.forms.BaseForm", "django.forms.ModelForm", "django.forms.BaseModelForm")
SERIALIZERS = ("rest_framework.serializers.BaseSerializer", "rest_framework.serializers.Serializer")
FORM_DATA = frozenset({"cleaned_data", "data"})
SERIALIZER_DATA = frozenset({"validated_data", "initial_data"})
# Methods of a serializer that are handed its data, by the position of that argument behind `self`.
SERIALIZER_METHODS = {"validate": 0, "create": 0, "update": 1, "to_internal_value": 0}
NUMBER_FIELDS = frozenset(
    {
        "IntegerField", "FloatField", "DecimalField", "BooleanField", "NullBooleanField", "DateField", "DateTimeField",
        "TimeField", "UUIDField", "DurationField", "SplitDateTimeField",
    }
)  # fmt: skip
CHOICE_FIELDS = frozenset({"ChoiceField", "TypedChoiceField", "MultipleChoiceField", "TypedMultipleChoiceField"})
ROW_FIELDS = frozenset(
    {
        "ModelChoiceField", "ModelMultipleChoiceField", "PrimaryKeyRelatedField", "SlugRelatedField", "FileField",
        "ImageField",
    }
)  # fmt: skip
NUMBER_TYPES = frozenset({"int", "float", "Decimal", "UUID", "uuid.UUID", "bool"})


def argument(
    evaluator: Evaluator, info: FunctionInfo, positional: list[Parameter], parameter: Parameter
) -> Value | None:
    """What a parameter holds when the framework calls the function; None where the framework does not."""
    names = [each.name for each in positional]
    at = names.index(parameter.name) if parameter.name in names else -1
    if parameter.name == "request" and 0 <= at <= 1:
        return Request(methods=methods(evaluator.index, info))
    if info.owner is not None:
        return argument_of_method(evaluator, info, at, parameter)
    if is_task(info):
        return from_outside(info, parameter, "task argument") if at or parameter.name != "self" else None
    if "request" in names[:1] and is_view(evaluator, info):
        return url_argument(evaluator, info, info.qualname, parameter)
    return None


def methods(index: ProjectIndex, info: FunctionInfo) -> frozenset[str]:
    """The HTTP methods of the requests that a function answers; none where nothing says."""
    if info.owner is None:
        return request_methods.of_function(info)
    return request_methods.of_method(info) if index.is_a(info.owner, *VIEWS) else request_methods.ANY


def argument_of_method(evaluator: Evaluator, info: FunctionInfo, at: int, parameter: Parameter) -> Value | None:
    owner, name, index = info.owner or "", info.fact.name, evaluator.index
    if at == 0:
        return None
    if name == "handle" and parameter.kind in ("kwargs", "args") and is_command(index, info):
        return options(evaluator, owner, info.path, info.fact.header)
    if index.is_a(owner, *VIEWS):
        first = next((each.name for each in info.fact.parameters[1:2]), "")
        if parameter.default is not None and name not in HANDLERS and not index.is_a(owner, *VIEWS[1:]):
            return None  # a helper that gets the request besides
        return url_argument(evaluator, info, owner, parameter) if first == "request" or name == "setup" else None
    if index.is_a(owner, *SERIALIZERS) and SERIALIZER_METHODS.get(name) == at - 1:
        return data(
            evaluator, owner, Step(Role.SOURCE, Place(info.path, info.fact.header), "data sent to the serializer")
        )
    if name == "run" and index.is_a(owner, "celery.Task", "celery.app.task.Task"):
        return from_outside(info, parameter, "task argument")
    return None


def is_task(info: FunctionInfo) -> bool:
    return not TASK_DECORATORS.isdisjoint(decorators_of(info))


def is_command(index: ProjectIndex, info: FunctionInfo) -> bool:
    return ".management.commands." in info.module or index.is_a(info.owner or "", COMMAND)


def is_view(evaluator: Evaluator, info: FunctionInfo) -> bool:
    """Does a URL configuration name it, or a decorator for views stand on it?"""
    if evaluator.routes.is_view(info.qualname):
        return True
    for decorator in info.fact.decorators:
        name = dotted(decorator.function if isinstance(decorator, ir.Call) else decorator)
        symbol = evaluator.index.resolve(info.module, name) if name else None
        if isinstance(symbol, External) and symbol.name.startswith(VIEW_DECORATORS):
            return True
    return False


def from_outside(info: FunctionInfo, parameter: Parameter, what: str) -> Value:
    place = Place(info.path, info.fact.header)
    return Tainted(Step(Role.SOURCE, place, f"{what} {parameter.name!r}"), parameter.name)


def url_argument(evaluator: Evaluator, info: FunctionInfo, view: str, parameter: Parameter) -> Value | None:
    if parameter.kind in ("args", "kwargs"):
        return arguments_of_url(evaluator, view, Step(Role.SOURCE, Place(info.path, info.fact.header), "URL arguments"))
    if parameter.default is not None and info.owner is not None and parameter.kind == "keyword":
        return None
    if evaluator.routes.is_number(view, parameter.name):
        return NUMBER
    return from_outside(info, parameter, "URL argument")


def keywords_of_url(evaluator: Evaluator, info: FunctionInfo) -> dict[str, Value]:
    """What a function view is called with besides the request."""
    place = Place(info.path, info.fact.header)
    return {
        name: NUMBER
        if evaluator.routes.is_number(info.qualname, name)
        else Tainted(Step(Role.SOURCE, place, f"URL argument {name!r}"), name)
        for name in evaluator.routes.arguments_of(info.qualname)
    }


def arguments_of_url(evaluator: Evaluator, view: str, source: Step) -> Mapping:
    """`self.kwargs`, `**kwargs`: those that can only be numbers, and the others."""
    numbers = [name for name in evaluator.routes.arguments() if evaluator.routes.is_number(view, name)]
    return Mapping(tuple((name, NUMBER) for name in numbers), Tainted(source, "kwargs"))


# ------------------------------------------------------------------ attributes


def of_object(frame: Frame, value: Object, name: str, span: Span) -> Value | None:
    """Outside data that an object of the framework's holds; None for any other attribute."""
    index = frame.evaluator.index
    if name in FORM_DATA and index.is_a(value.qualname, *FORMS):
        return data(frame.evaluator, value.qualname, Step(Role.SOURCE, frame.place(span), f"form.{name}"))
    if name in SERIALIZER_DATA and index.is_a(value.qualname, *SERIALIZERS):
        return data(frame.evaluator, value.qualname, Step(Role.SOURCE, frame.place(span), f"serializer.{name}"))
    if name in ("kwargs", "args") and index.is_a(value.qualname, *VIEWS):
        given = arguments_of_url(frame.evaluator, value.qualname, Step(Role.SOURCE, frame.place(span), f"self.{name}"))
        return without_key(given) if is_list_request(index, value) else given
    return None


def is_list_request(index: ProjectIndex, view: Object) -> bool:
    """Is a viewset asked for its list, whose URL names no object?"""
    return text_of(view.get("action") or UNKNOWN) == "list" and index.is_a(view.qualname, VIEWSET)


def without_key(given: Mapping) -> Mapping:
    items = {**dict(given.items), "pk": NONE}
    return Mapping(tuple(sorted(items.items(), key=lambda item: item[0])), given.of)


def data(evaluator: Evaluator, qualname: str, source: Step) -> Value:
    """The data of a form or serializer: fields that make numbers or check choices are harmless."""
    items = dict(model_fields(evaluator.index, qualname))
    for fact in declared(evaluator.index, qualname):
        kind = bare_name(fact.value) if isinstance(fact.value, ir.Call) else ""
        if kind in NUMBER_FIELDS:
            items[fact.name] = NUMBER
        elif kind in CHOICE_FIELDS:
            items[fact.name] = taint.safe(fact.name)
        elif kind in ROW_FIELDS:
            items[fact.name] = UNKNOWN
        elif kind.endswith("Field"):
            items[fact.name] = Tainted(source, fact.name)
    return Mapping(tuple(sorted(items.items(), key=lambda item: item[0])), Tainted(source, source.message))


def declared(index: ProjectIndex, qualname: str) -> Iterator[AssignFact]:
    for owner in reversed(index.mro(qualname)):
        info = index.class_info(owner)
        if info is not None:
            yield from info.fact.attributes


def model_fields(index: ProjectIndex, qualname: str) -> Iterator[tuple[str, Value]]:
    """Fields that a ModelForm or ModelSerializer takes from its model's columns of numbers."""
    meta = index.inner_class(qualname, "Meta")
    member = index.member(meta, "model") if meta is not None else None
    if not isinstance(member, tuple):
        return
    info, fact = member
    key = index.class_of(info.module, fact.value) if fact.value is not None else None
    model: Model | None = index.model(key) if key is not None else None
    for field in model.fields.values() if model is not None else ():
        if field.type.endswith(tuple(NUMBER_FIELDS)) or field.type.endswith("AutoField"):
            yield field.name, NUMBER


# ------------------------------------------------------------------ management commands


def options(evaluator: Evaluator, owner: str, path: str, header: Span) -> Value:
    """The options of a command: those with a number's type, with choices or without a value are harmless."""
    source = Step(Role.SOURCE, Place(path, header), "command argument 'options'")
    items: dict[str, Value] = {}
    adder = evaluator.index.member(owner, "add_arguments")
    body = evaluator.body(adder) if isinstance(adder, FunctionInfo) else None
    for call in added(body.body) if body is not None else ():
        name = option_name(call)
        if name:
            items[name] = NUMBER if is_harmless(call) else Tainted(source, name)
    return Mapping(tuple(sorted(items.items(), key=lambda item: item[0])), Tainted(source, "options"))


def added(node: object) -> Iterator[ir.Call]:
    """Every `….add_argument(…)` in statements."""
    from djcheck.flow.nodes import parts

    if isinstance(node, ir.Call) and bare_name(node.function) == "add_argument":
        yield node
    for part in parts(node):
        yield from added(part)


def option_name(call: ir.Call) -> str:
    """The name under which argparse stores an argument (Python's documentation, argparse, dest)."""
    for keyword in call.keywords:
        if keyword.name == "dest" and isinstance(keyword.value, ir.Constant):
            return str(keyword.value.value)
    texts = [part.value for part in call.args if isinstance(part, ir.Constant) and isinstance(part.value, str)]
    name = next((text for text in texts if text.startswith("--")), texts[0] if texts else "")
    return name.lstrip("-").replace("-", "_")


def is_harmless(call: ir.Call) -> bool:
    for keyword in call.keywords:
        if keyword.name == "type" and dotted(keyword.value) in NUMBER_TYPES:
            return True
        if keyword.name == "choices":
            return True
        if keyword.name == "action" and isinstance(keyword.value, ir.Constant):
            return str(keyword.value.value) in ("store_true", "store_false", "count", "store_const")
    return False
