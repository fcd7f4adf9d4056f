"""What the agent can be shown of a project: lines, definitions, callers, models. Nothing outside its root."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from msgspec import Struct

from djcheck.domain.facts import AssignFact, ClassFact, FunctionFact, ModuleFacts
from djcheck.domain.index import ClassInfo, ConstantInfo, External, FunctionInfo, Model
from djcheck.index.project import ProjectIndex
from djcheck.reading import Reading

# Imports, the names of an import over several lines, comments.
NO_USE = re.compile(r"\s*(from\s+[\w.]+\s+import\s|import\s|\w+,?\s*(#.*)?$|#)")
STRING = re.compile(r"(?<!\w)[bru]?(\"[^\"]*\"|'[^']*')")

SIGNATURE_END = re.compile(r":\s*(#.*)?$")
PARAMETER = re.compile(r"[(,\s*](\w+)\s*(?=[:,=)])")
BINDING = re.compile(r"^\s*([\w, ]+?)\s*(?::[^=]+)?=(?!=)|\bfor\s+([\w, ()]+?)\s+in\b|\bas\s+(\w+)")
SETTINGS = External("django.conf.settings")


class Block(Struct, frozen=True):
    """A function, class or assignment: from its first line to its last. `owner` is the class around it, or ""."""

    path: str
    line: int
    end_line: int
    name: str
    qualname: str
    kind: str
    owner: str

    @property
    def height(self) -> int:
        return self.end_line - self.line + 1

    def holds(self, line: int) -> bool:
        return self.line <= line <= self.end_line


class Use(Struct, frozen=True):
    """A line where a name is used. `sure` says that the name was followed to the very definition."""

    path: str
    line: int
    sure: bool


class Code:
    """The files under `roots` that djcheck read, and what the index knows of them. Paths are those of the report."""

    def __init__(self, index: ProjectIndex, reading: Reading, roots: Sequence[Path]) -> None:
        self._index = index
        self._reading = reading
        inside = [root.resolve() for root in roots]
        # A link in the project may lead anywhere.
        self._paths = {
            file.name: None for file in reading.files if any(file.path.resolve().is_relative_to(top) for top in inside)
        }

    def paths(self) -> list[str]:
        return list(self._paths)

    def lines(self, path: str) -> Sequence[str]:
        """A file's lines; none where it is not the project's."""
        return self._reading.lines_of(path) if path in self._paths else ()

    def enclosing(self, path: str, line: int) -> Block | None:
        """The innermost function or class around a line."""
        around = [block for block in self._blocks.get(path, ()) if block.kind != "assignment" and block.holds(line)]
        return min(around, key=lambda block: block.height, default=None)

    def block(self, qualname: str) -> Block | None:
        """The function, class or assignment of that full name."""
        return self._named.get(qualname)

    def owner(self, block: Block) -> Block | None:
        return self._named.get(block.owner)

    def definitions(self, name: str) -> list[Block]:
        """All that is called `name`, which may be dotted (`Book.price`), in order of place."""
        name = name.strip().removesuffix("()")
        last = name.rpartition(".")[2]
        return [block for block in self._by_name.get(last, ()) if f".{block.qualname}".endswith(f".{name}")]

    def meant(self, path: str, dotted: str, owner: str = "") -> Block | None:
        """What a dotted name in a file stands for: the longest leading part that leads to code of the project."""
        parts = dotted.split(".")
        if parts[0] in ("self", "cls"):
            return self.member(owner, parts[1]) if owner and len(parts) > 1 else None
        module = self._index.module_of_path(path)
        if module is None:
            return None
        if len(parts) > 1 and self._index.resolve(module, parts[0]) == SETTINGS:
            return self._setting(parts[1])
        for end in range(len(parts), 0, -1):
            found = self._index.resolve(module, ".".join(parts[:end]))
            if isinstance(found, ClassInfo) and end < len(parts):
                return self._of_class(found.qualname, parts[end:]) or self._named.get(found.qualname)
            if isinstance(found, ClassInfo | FunctionInfo | ConstantInfo):
                return self._named.get(found.qualname)
        return None

    def _setting(self, name: str) -> Block | None:
        """Where a setting is given its value: by the settings module, or else in any file of that kind."""
        found = self._index.resolve(self._index.settings.module or "", name)
        if isinstance(found, ConstantInfo) and found.qualname in self._named:
            return self._named[found.qualname]
        named = [block for block in self._by_name.get(name, ()) if "settings" in block.path and not block.owner]
        return named[0] if named else None

    def only(self, dotted: str) -> Block | None:
        """What a name can only mean, since nothing else in the project is called so: a class, or the last method."""
        parts = dotted.split(".")
        classes = [block for block in self._by_name.get(parts[0], ()) if block.kind == "class"]
        if len(classes) == 1 and len(parts) > 1:
            return self._of_class(classes[0].qualname, parts[1:]) or classes[0]
        methods = [block for block in self._by_name.get(parts[-1], ()) if block.kind == "method"]
        return methods[0] if len(methods) == 1 else None

    def _of_class(self, owner: str, parts: Sequence[str]) -> Block | None:
        """What `parts` lead to from a class; from a model's manager, the method of that manager or of its queryset."""
        model = self._index.model(owner)
        manager = model.managers.get(parts[0]) if model is not None else None
        if manager is not None:
            homes = filter(None, (manager.manager, manager.queryset)) if len(parts) > 1 else ()
            return next(filter(None, (self.member(home, parts[1]) for home in homes)), None)
        return self.member(owner, parts[0])

    def member(self, owner: str, name: str) -> Block | None:
        """The method or attribute of a class, inherited ones too."""
        member = self._index.member(owner, name)
        if isinstance(member, FunctionInfo):
            return self._named.get(member.qualname)
        return self._named.get(f"{member[0].qualname}.{name}") if member is not None else None

    def uses(self, block: Block) -> list[Use]:
        """Where a function, method or class is used: the places surely meant first, then the nearest.

        Where none is sure, those that write its name as if it were called, or read it of some object.
        """
        name = re.escape(block.name)
        written = re.compile(rf"(?<![\w.])(?:[\w.]+\.|(?<=[)\]])\.)?{name}\b(?=(\()?)")
        found = [
            Use(path, number, self._is_sure(block, path, number, match.group()))
            for path in self._paths
            for number, text in self._lines_with(path, block.name)
            for match in written.finditer(_without_strings(text) if path.endswith(".py") else text)
            if not NO_USE.match(text) and not re.match(rf"\s*(async\s+)?(def|class)\s+{name}\b", text)
            if match.group(1) or "." in match.group() or self._is_sure(block, path, number, match.group())
        ]
        if block.kind != "method" and any(use.sure for use in found):
            found = [use for use in found if use.sure]
        home = block.qualname.split(".")
        speaks = {use.path for use in found if len(home) > 1 and home[-2] in self._text(use.path)}
        return sorted(
            dict.fromkeys(found),
            key=lambda use: (not use.sure, use.path not in speaks, -_shared(use.path, block.path), use.path, use.line),
        )

    def namings(self, template: str) -> list[Use]:
        """Where a template is named: in code that renders it, in templates that include or extend it."""
        name = template.rpartition("templates/")[2].rpartition("jinja2/")[2]
        return [Use(path, number, True) for path in self._paths for number, _ in self._lines_with(path, name)]

    def fillings(self, name: str) -> Iterator[tuple[str, int]]:
        """Where an attribute, argument or key of that name gets a value: `x.name = …`, `f(name=…)`, `{"name": …}`."""
        given = re.compile(rf"(?:\.|[(,]\s*|^\s+){re.escape(name)}\s*=(?!=)|[\"']{re.escape(name)}[\"']\]?\s*[:=](?!=)")
        for path in self._paths:
            if path.endswith(".py"):
                yield from ((path, at) for at, line in self._lines_with(path, name) if given.search(line))

    def _is_sure(self, block: Block, path: str, line: int, written: str) -> bool:
        if not path.endswith(".py"):
            return False
        if written.startswith(("self.", "cls.")):
            return bool(block.owner) and self._are_kin(block.owner, self._class_around(path, line))
        inside = self.enclosing(path, line)
        if inside is not None and inside.kind != "class" and written.partition(".")[0] in self.local_names(inside):
            return False
        return self.meant(path, written) == block

    def local_names(self, function: Block) -> frozenset[str]:
        """The names that a function binds itself: parameters, what is assigned, loops' variables, what follows `as`."""
        if function not in self._locals:
            lines = self._reading.lines_of(function.path)[function.line - 1 : function.end_line]
            head = next((at for at, text in enumerate(lines, 1) if SIGNATURE_END.search(text)), 1)
            names = {name for text in lines[:head] for name in PARAMETER.findall(text)}
            for text in lines[head:]:
                names.update(name for found in BINDING.findall(text) for name in re.findall(r"\w+", "".join(found)))
            self._locals[function] = frozenset(names)
        return self._locals[function]

    @cached_property
    def _locals(self) -> dict[Block, frozenset[str]]:
        return {}

    def _class_around(self, path: str, line: int) -> str:
        """The innermost class around a line, or ""."""
        around = [block for block in self._blocks.get(path, ()) if block.kind == "class" and block.holds(line)]
        return min(around, key=lambda block: block.height).qualname if around else ""

    def _are_kin(self, one: str, other: str) -> bool:
        return bool(other) and (self._index.is_a(one, other) or self._index.is_a(other, one))

    def _lines_with(self, path: str, word: str) -> Iterable[tuple[int, str]]:
        if word not in self._text(path):
            return ()
        return ((at, line) for at, line in enumerate(self._reading.lines_of(path), 1) if word in line)

    def _text(self, path: str) -> str:
        if path not in self._texts:
            self._texts[path] = self._reading.text_of(path)
        return self._texts[path]

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {}

    def is_model(self, block: Block) -> bool:
        return block.kind == "class" and self._index.model(block.qualname) is not None

    def model(self, label: str) -> Model | None:
        """The model "app.Name", or of that class name where only one has it."""
        found = self._index.model_by_label(label) or self._index.model(label)
        if found is not None:
            return found
        named = [model for model in self._index.models() if model.name == label]
        return named[0] if len(named) == 1 else None

    @cached_property
    def _blocks(self) -> dict[str, list[Block]]:
        blocks: dict[str, list[Block]] = {}
        for facts, _, _ in self._reading.modules():
            if facts.path in self._paths:
                module = self._index.module_of_path(facts.path) or facts.path
                blocks[facts.path] = list(_blocks_of(facts, module))
        return blocks

    @cached_property
    def _named(self) -> dict[str, Block]:
        named: dict[str, Block] = {}
        for block in self._all():
            named.setdefault(block.qualname, block)
        return named

    @cached_property
    def _by_name(self) -> dict[str, list[Block]]:
        named: dict[str, list[Block]] = {}
        for block in self._all():
            named.setdefault(block.name, []).append(block)
        return named

    def _all(self) -> Iterable[Block]:
        return (block for _, blocks in sorted(self._blocks.items()) for block in blocks)


def _blocks_of(facts: ModuleFacts, module: str) -> Iterator[Block]:
    for function in facts.functions:
        yield _function(facts.path, module, function, "")
    yield from _assignments(facts.path, module, facts.assignments, "")
    for each in facts.classes:
        yield from _class(facts.path, module, each, "")


def _class(path: str, module: str, fact: ClassFact, owner: str) -> Iterator[Block]:
    qualname = f"{module}.{fact.qualname}"
    yield Block(path, fact.span.line, fact.span.end_line, fact.name, qualname, "class", owner)
    yield from _assignments(path, qualname, fact.attributes, qualname)
    for method in fact.methods:
        yield _function(path, module, method, qualname)
    for inner in fact.classes:
        yield from _class(path, module, inner, qualname)


def _function(path: str, module: str, fact: FunctionFact, owner: str) -> Block:
    kind = "method" if owner else "function"
    return Block(path, fact.span.line, fact.span.end_line, fact.name, f"{module}.{fact.qualname}", kind, owner)


def _assignments(path: str, scope: str, facts: Sequence[AssignFact], owner: str) -> Iterator[Block]:
    for fact in facts:
        name = fact.name.partition(".")[0]
        yield Block(path, fact.span.line, fact.span.end_line, name, f"{scope}.{name}", "assignment", owner)


def _without_strings(text: str) -> str:
    """A line without what stands between quotes, nor its comment."""
    return STRING.sub('""', text).partition("#")[0]


def _shared(one: str, other: str) -> int:
    """How many leading folders two paths share; a file shares most with itself."""
    shared = 0
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        shared += 1
    return shared
