"""What a fix may ask about the project: the code at a place, what stands around it, which names a file has at hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from djcheck.domain.facts import ClassFact, FunctionFact
from djcheck.domain.finding import Edit
from djcheck.domain.index import ClassInfo, External, FunctionInfo, Model, ModuleInfo, Relation
from djcheck.domain.ir import Call, Stmt
from djcheck.domain.observation import Observation, QueryRun, RelationRead
from djcheck.domain.source import Place
from djcheck.fixes.editing.edits import F_STRING
from djcheck.fixes.project.callers import Callers
from djcheck.fixes.project.evidence import Evidence, contains
from djcheck.index.project import ProjectIndex
from djcheck.index.versions import Version, django_version
from djcheck.reading import Reading

if TYPE_CHECKING:
    from djcheck.fixes.project.imports import Head

MODELS = "django.db.models"
LINE_LENGTH = 79


class Asked(NamedTuple):
    """What an answer rests on: files, and words that were looked for in the texts of all."""

    paths: set[str]
    words: set[str]


class Project:
    """The index, files and observations of one run. `lines_of(path)` gives a file's lines without their ends;
    `requirements` are the texts in which the project says which packages it needs. Files, and words looked for in
    the texts of all, are noted (see `asking`)."""

    def __init__(
        self,
        index: ProjectIndex,
        reading: Reading,
        observations: Iterable[Observation],
        requirements: Mapping[str, str],
    ) -> None:
        self.index = index
        self.requirements = requirements
        self._reading = reading
        self._asked = Asked(set(), set())
        self.evidence = Evidence(observations, self._ask)
        self._texts: dict[str, str] = {}
        self._functions_in: dict[str, list[FunctionInfo]] = {}
        self._classes_in: dict[str, list[ClassInfo]] = {}
        self._paths_with: dict[str, list[str]] = {}
        self._quoted: dict[str, bool] = {}
        self._heads: dict[str, Head] = {}
        self.callers = Callers(self.paths_with, self._functions, self._text, self.lines_of)

    @cached_property
    def django(self) -> Version:
        """The Django that the project says it runs on; (0, 0) where it does not say."""
        return django_version(self.requirements) or (0, 0)

    # ------------------------------------------------------------ what answers rest on

    @contextmanager
    def asking(self) -> Iterator[Asked]:
        """What is asked meanwhile: as long as all declares the same, other files make no difference to the answers,
        nor do those in which none of the words stands."""
        self._asked = Asked(set(), set())
        yield self._asked

    def _ask(self, path: str) -> None:
        self._asked.paths.add(path)

    def found_before(self, words: Mapping[str, list[str]]) -> None:
        """The paths of all modules in whose text the words stand."""
        self._paths_with.update(words)

    def contains(self, path: str, word: str) -> bool:
        """Does the word stand in a file's text?"""
        return word in self._text(path)

    # ------------------------------------------------------------ code

    def lines_of(self, path: str) -> list[str]:
        self._ask(path)
        return self._reading.lines_of(path)

    def text_of(self, path: str) -> str:
        self._ask(path)
        return self._text(path)

    def _text(self, path: str) -> str:
        if path not in self._texts:
            self._texts[path] = self._reading.text_of(path)
        return self._texts[path]

    def paths_with(self, word: str) -> list[str]:
        """The project's modules in whose text the word stands, be it a part of another one."""
        self._asked.words.add(word)
        if word not in self._paths_with:
            paths = (module.path for module in self.index.modules())
            self._paths_with[word] = [path for path in paths if word in self._text(path)]
        return self._paths_with[word]

    def code(self, place: Place) -> str:
        """The text at a place."""
        lines, span = self.lines_of(place.path), place.span
        if span.end_line > len(lines):
            return ""
        if span.line == span.end_line:
            return lines[span.line - 1][span.column - 1 : span.end_column - 1]
        inner = lines[span.line : span.end_line - 1]
        return "\n".join(
            [lines[span.line - 1][span.column - 1 :], *inner, lines[span.end_line - 1][: span.end_column - 1]]
        )

    def line_length(self, path: str) -> int:
        """How long lines may become: as PEP 8 says, longer where the file has longer ones."""
        return max(LINE_LENGTH, *map(len, self.lines_of(path)))

    def quote(self, path: str) -> str:
        """The quotation mark that the file prefers."""
        text = self.text_of(path)
        return "'" if text.count("'") > text.count('"') else '"'

    def quote_at(self, place: Place) -> str:
        """The quotation mark for code at a place: within an f-string, not the one that ends it (until Python 3.12)."""
        before = self.lines_of(place.path)[place.span.line - 1][: place.span.column - 1]
        ends = [opening[1] for opening in F_STRING.finditer(before) if opening[1] not in before[opening.end() :]]
        return ("'" if ends[-1] == '"' else '"') if ends else self.quote(place.path)

    def is_quoted(self, name: str) -> bool:
        """Does a text in the project's code name it, as a lookup does, but for the declaration of the relation?"""
        paths = self.paths_with(name)
        if name not in self._quoted:
            lookup = re.compile(rf"""(?<!related_name=)["'](?:\w+__)*{re.escape(name)}(?:__\w+)*["']""")
            self._quoted[name] = any(lookup.search(self._text(path)) is not None for path in paths)
        return self._quoted[name]

    # ------------------------------------------------------------ surroundings

    def function_at(self, place: Place) -> FunctionInfo | None:
        """The function or method of a module or class in which a place lies."""
        return next((info for info in self._functions(place.path) if contains(info.fact.span, place.span)), None)

    def body_at(self, place: Place) -> tuple[Stmt, ...] | None:
        """What the function or template does in which a place lies; None where it lies in neither."""
        self._ask(place.path)
        if self._reading.is_template(place.path):
            template = self._reading.template(place.path)
            return None if template is None else template.body
        function = self.function_at(place)
        body = None if function is None else self._reading.body(place.path, function.fact.qualname)
        return None if body is None else body.body

    def repeats_here(self, run: QueryRun) -> bool:
        """Does a loop of the very function in which it stands repeat the query?"""
        function = self.function_at(run.place)
        return function is not None and any(
            loop.place.path == run.place.path and contains(function.fact.span, loop.place.span) for loop in run.loops
        )

    def class_at(self, place: Place) -> ClassInfo | None:
        """The innermost class in which a place lies."""
        found = None
        for info in self._classes(place.path):
            if contains(info.fact.span, place.span):
                found = info
        return found

    def _functions(self, path: str) -> list[FunctionInfo]:
        self._ask(path)
        if path not in self._functions_in:
            self._functions_in[path] = list(self._declared(path))
        return self._functions_in[path]

    def _declared(self, path: str) -> Iterator[FunctionInfo]:
        key = self.index.module_of_path(path)
        module = None if key is None else self.index.module(key)
        if key is None or module is None:
            return

        def info(fact: FunctionFact, owner: str | None) -> FunctionInfo:
            return FunctionInfo(f"{owner or key}.{fact.name}", str(key), path, owner, fact)

        yield from (info(fact, None) for fact in module.facts.functions)
        for each in self._classes(path):
            yield from (info(fact, each.qualname) for fact in each.fact.methods)

    def _classes(self, path: str) -> list[ClassInfo]:
        self._ask(path)
        if path not in self._classes_in:
            self._classes_in[path] = list(self._defined(path))
        return self._classes_in[path]

    def _defined(self, path: str) -> Iterator[ClassInfo]:
        key = self.index.module_of_path(path)
        module = None if key is None else self.index.module(key)

        def walk(prefix: str, facts: tuple[ClassFact, ...]) -> Iterator[ClassInfo]:
            for fact in facts:
                qualname = f"{prefix}.{fact.name}"
                yield ClassInfo(qualname, str(key), path, fact)
                yield from walk(qualname, fact.classes)

        if key is not None and module is not None:
            yield from walk(key, module.facts.classes)

    # ------------------------------------------------------------ names

    def named(self, path: str, target: str) -> str | None:
        """How a file's module calls a class of the project or of Django (its qualified name), if it can."""
        key = self.index.module_of_path(path)
        if key is None:
            return None
        bare = target.rpartition(".")[2]
        return bare if self.stands_for(key, bare, target) else None

    def stands_for(self, module: str, name: str, target: str) -> bool:
        """Is the name, in a module, this class of the project or of Django, while the code runs?"""
        if self._is_for_types(module, name):
            return False
        found = self.index.resolve(module, name)
        if isinstance(found, ClassInfo):
            return found.qualname == target
        return isinstance(found, External) and found.name == target

    def django_name(self, path: str, name: str) -> tuple[str, tuple[Edit, ...]]:
        """How a file calls a name of `django.db.models`, and the edits that import it where it cannot yet."""
        key = self.index.module_of_path(path) or ""
        if self.stands_for(key, name, f"{MODELS}.{name}"):
            return name, ()
        found = self.index.resolve(key, "models")
        if isinstance(found, External | ModuleInfo) and found.name == MODELS and not self._is_for_types(key, "models"):
            return f"models.{name}", ()
        if self.index.resolve(key, name) is not None:
            raise LookupError(f"{name} means something else in {path}")
        from djcheck.fixes.project.imports import head_of, importing  # libcst takes a tenth of a second to import

        text = self.text_of(path)
        if path not in self._heads:
            self._heads[path] = head_of(text)
        return name, (importing(path, self._heads[path], name, self.line_length(path), self._is_own),)

    def _is_for_types(self, key: str, name: str) -> bool:
        """Does a module import the name for type checkers alone?"""
        from djcheck.fixes.project.imports import is_for_types

        module = self.index.module(key)
        if module is None:
            return False
        lines = [fact.line for fact in module.facts.imports if fact.local == name]
        return bool(lines) and all(is_for_types(self.lines_of(module.path), line) for line in lines)

    def _is_own(self, package: str) -> bool:
        found = self.index.canonical(package)
        module = self.index.module(found.name) if isinstance(found, ModuleInfo) else None
        return module is not None and module.is_project

    # ------------------------------------------------------------ models

    def relations(self, model: str, path: tuple[str, ...]) -> list[Relation]:
        """The relations that a path of accessors goes along, as far as they can be followed."""
        return self.index.relations_along(model, path)

    def relations_of(self, read: QueryRun | RelationRead) -> list[Relation]:
        """The relations that lead to what is read."""
        return [] if read.subject is None else self.relations(read.subject.origin.model, read.path)

    def model(self, key: str | None) -> Model | None:
        return None if key is None else self.index.model(key)

    def labelled(self, label: str | None) -> Model | None:
        """The model that findings call so."""
        return None if label is None else self._by_label.get(label)

    @cached_property
    def _by_label(self) -> dict[str, Model]:
        return {model.label: model for model in reversed(list(self.index.models()))}

    def managers_of(self, model: str) -> set[str]:
        """The names of the related managers that give rows of a model."""
        return self._managers_of.get(model, set())

    @cached_property
    def _managers_of(self) -> dict[str | None, set[str]]:
        found: dict[str | None, set[str]] = {}
        for model in self.index.models():
            for relation in model.relations.values():
                if relation.is_many:
                    found.setdefault(relation.target, set()).add(relation.name)
        return found

    def queryset_methods(self, model: str) -> frozenset[str]:
        """Names of the project's own methods on a model's managers and querysets."""
        found = self.model(model)
        managers = found.managers.values() if found is not None else ()
        return self._methods(each for manager in managers for each in (manager.manager, manager.queryset))

    def manager_methods(self, model: str) -> frozenset[str]:
        """Names of the project's own methods on a model's managers that its querysets do not have."""
        found = self.model(model)
        managers = list(found.managers.values()) if found is not None else []
        return self._methods(each.manager for each in managers) - self._methods(each.queryset for each in managers)

    def _methods(self, classes: Iterable[str | None]) -> frozenset[str]:
        names: set[str] = set()
        for qualname in classes:
            for ancestor in self.index.mro(qualname) if qualname is not None else ():
                info = self.index.class_info(ancestor)
                if info is not None and not ancestor.startswith("django."):
                    names.update(method.name for method in info.fact.methods)
        return frozenset(names)

    def declaration(self, model: str, name: str) -> Call | None:
        """The call that declares a model's field: `models.CharField(max_length=50)`."""
        member = self.index.member(model, name)
        call = member[1].value if isinstance(member, tuple) else None
        return call if isinstance(call, Call) else None
