"""Files in, facts and function bodies out: the part of the work that is pure per file and runs in several processes."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import PurePosixPath

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from djcheck.cache.keys import digest, tool
from djcheck.cache.store import Store
from djcheck.domain.directive import Directive
from djcheck.domain.facts import ModuleFacts, TemplateFacts
from djcheck.domain.ir import FunctionIR
from djcheck.sources.contents import Content
from djcheck.sources.discover import FileKind, Found, SourceFile
from djcheck.sources.read import Illegible
from djcheck.sources.workers import workers

Progress = Callable[[str, int, int], None]
# Fewer files than this are read sooner than worker processes start.
FEW = 24
CHUNK = 12


class Surveyed(Struct, frozen=True, array_like=True):
    """What one file holds: its facts, its functions' bodies (each encoded by itself) and djcheck's comments.

    A template is its own only body: its encoded TemplateFacts, under TEMPLATE_BODY.
    """

    facts: ModuleFacts
    bodies: dict[str, msgspec.Raw]
    directives: tuple[Directive, ...]


TEMPLATE_BODY = "<template>"


class Job(Struct, frozen=True, array_like=True):
    """A file to survey. `name` speaks for its language only: what is found out goes by content, not by path."""

    name: str
    kind: FileKind
    content: Content


def survey_file(job: Job) -> Surveyed:
    """Survey and lower one file; what goes wrong becomes the facts' `error`."""
    try:
        text = job.content.decoded(job.kind)
    except Illegible as error:
        return Surveyed(ModuleFacts("", 0, error=error.reason, error_line=error.line), {}, ())
    try:
        return survey_text(job, text)
    except Exception as error:  # djcheck's own fault, and no reason to lose the other files
        reason = f"made djcheck fail ({type(error).__name__}: {error}); please report it"
        return Surveyed(ModuleFacts("", text.count("\n") + 1, error=reason), {}, ())


def survey_text(job: Job, text: str) -> Surveyed:
    """Survey and lower a file's text."""
    from djcheck.facts.comments import directives_in
    from djcheck.facts.lowering import functions_of, lower, lower_module
    from djcheck.facts.survey import survey

    if job.kind is FileKind.TEMPLATE:
        return survey_template_file(job.name, text, directives_in(text, template=True))
    facts = survey("", text)
    encode = msgspec.msgpack.encode
    bodies = {
        name: msgspec.Raw(encode(body))
        for name, body in lower(text, [fact for fact in functions_of(facts) if fact.matters]).items()
    }
    if facts.body_matters:
        body = lower_module(text, facts)
        if body is not None:
            bodies[body.name] = msgspec.Raw(encode(body))
    return Surveyed(facts, bodies, directives_in(text, template=False))


def survey_template_file(name: str, text: str, directives: tuple[Directive, ...]) -> Surveyed:
    """A template that its language cannot parse is no fault of the project's: many front ends have templates."""
    template = template_in(name, text)
    bodies = {} if template.error else {TEMPLATE_BODY: msgspec.Raw(msgspec.msgpack.encode(template))}
    return Surveyed(ModuleFacts("", template.lines), bodies, directives)


def template_in(name: str, text: str, language: str = "") -> TemplateFacts:
    """The facts of a template, in the language that the text itself suggests where none is given."""
    from djcheck.facts.jinja import survey_jinja
    from djcheck.facts.templates import guess_language, survey_template

    language = language or guess_language(name, text)
    return survey_jinja(name, text) if language == "jinja2" else survey_template(name, text)


def survey_chunk(jobs: Sequence[Job]) -> list[bytes]:
    """Several files, each encoded for the way back from a worker process."""
    return [msgspec.msgpack.encode(survey_file(job)) for job in jobs]


def survey_key(job: Job) -> bytes:
    """What a file's survey is kept under: everything that it is made from."""
    where = PurePosixPath(job.name)
    hint = f"{'jinja2' in where.parts} {where.suffixes}" if job.kind is FileKind.TEMPLATE else ""
    return digest("survey", tool(), job.kind.value, hint, job.content.digest)


def does_alike(now: Surveyed | None, then: Surveyed | None) -> bool:
    """Whether the same code stands at the same places: they differ in comments and the like at most."""
    if now is then:
        return True
    return now is not None and then is not None and now.facts == then.facts and now.bodies == then.bodies


class Reading:
    """All files of a run, surveyed. Bodies are decoded when they are asked for."""

    def __init__(
        self, files: Sequence[SourceFile], contents: Mapping[str, Content], surveyed: Mapping[str, Surveyed]
    ) -> None:
        self.files = files
        self._contents = contents
        self._surveyed = surveyed
        self._kinds = {file.name: file.kind for file in files}
        self._bodies: dict[tuple[str, str], FunctionIR | None] = {}
        self._lines: dict[str, list[str]] = {}
        self._decode = msgspec.msgpack.Decoder(FunctionIR).decode
        self._decode_template = msgspec.msgpack.Decoder(TemplateFacts).decode
        self._templates: dict[tuple[str, str], TemplateFacts | None] = {}

    @property
    def lines(self) -> int:
        return sum(found.facts.lines for found in self._surveyed.values())

    def of(self, contents: Mapping[str, Content]) -> dict[str, Surveyed]:
        """What is known of those files that hold the same as they did then."""
        same = (name for name, content in contents.items() if content == self._contents.get(name))
        return {name: self._surveyed[name] for name in same}

    def does_as(self, other: Reading) -> bool:
        """Whether the same code stands at the same places: the files differ in comments and the like at most."""
        return self.files == other.files and not self.differing(other)

    def differing(self, other: Reading) -> set[str]:
        """The paths of files that hold other code than they did then, or are in one of the two alone."""
        paths = self._surveyed.keys() | other._surveyed.keys()
        return {path for path in paths if not does_alike(self._surveyed.get(path), other._surveyed.get(path))}

    def is_template(self, path: str) -> bool:
        return self._kinds.get(path) is FileKind.TEMPLATE

    def modules(self) -> Iterator[tuple[ModuleFacts, str, str]]:
        """(facts, dotted name, root) of every Python file."""
        for file in self.files:
            found = self._surveyed.get(file.name)
            if found is not None and file.kind is FileKind.PYTHON:
                yield found.facts, file.module, file.root

    def body(self, path: str, qualname: str) -> FunctionIR | None:
        """A function's body, or None where it was not worth lowering or stands outside the project."""
        key = (path, qualname)
        if key not in self._bodies:
            found = self._surveyed.get(path)
            raw = found.bodies.get(qualname) if found is not None else None
            self._bodies[key] = None if raw is None else self._decode(raw)
        return self._bodies[key]

    def facts(self, path: str) -> ModuleFacts | None:
        """What the file at a path declares; None where it stands outside the project."""
        found = self._surveyed.get(path)
        return None if found is None else found.facts

    def surveyed(self, path: str) -> Surveyed:
        return self._surveyed[path]

    def kept_under(self) -> dict[str, bytes]:
        """What the survey of each file is kept under."""
        return {file.name: survey_key(Job(file.name, file.kind, self._contents[file.name])) for file in self.files}

    def template_names(self) -> list[str]:
        """The paths of all templates that could be parsed."""
        return [name for name, found in self._surveyed.items() if TEMPLATE_BODY in found.bodies]

    def template(self, name: str, language: str = "") -> TemplateFacts | None:
        """A template's facts by its path; `language` is what the settings say, where they say it."""
        key = (name, language)
        if key not in self._templates:
            self._templates[key] = self._template(name, language)
        return self._templates[key]

    def _template(self, name: str, language: str) -> TemplateFacts | None:
        found = self._surveyed.get(name)
        raw = found.bodies.get(TEMPLATE_BODY) if found is not None else None
        if raw is None:
            return None
        template = replace(self._decode_template(raw), path=name)
        if language in ("", template.language):
            return template
        again = template_in(name, self.text_of(name), language)
        return template if again.error else again

    def directives(self) -> dict[str, tuple[Directive, ...]]:
        return {name: found.directives for name, found in self._surveyed.items() if found.directives}

    def lines_of(self, name: str) -> list[str]:
        """The file's lines, for showing code; empty where it cannot be read."""
        if name not in self._lines:
            text = self._decoded(name)
            self._lines[name] = [] if text is None else text.split("\n")
        return self._lines[name]

    def text_of(self, name: str) -> str:
        """The file's text; empty where it cannot be read."""
        return self._decoded(name) or ""

    def _decoded(self, name: str) -> str | None:
        try:
            return self._contents[name].decoded(self._kinds[name])
        except (Illegible, KeyError):
            return None

    def unreadable(self, found: Found) -> list[tuple[str, str, int]]:
        """(path, reason, line) of what could not be read."""
        listed = [(each.name, each.reason, 1) for each in found.unreadable]
        broken = [
            (name, each.facts.error, each.facts.error_line)
            for name, each in self._surveyed.items()
            if each.facts.error is not None
        ]
        return listed + broken


def read_all(
    files: Sequence[SourceFile],
    contents: Mapping[str, Content],
    *,
    jobs: int,
    store: Store | None,
    progress: Progress,
    earlier: Reading | None = None,
) -> Reading:
    """Survey and lower all files, those that neither `earlier` nor the store knows over `jobs` processes."""
    kept = earlier.of(contents) if earlier is not None else {}
    work = [Job(file.name, file.kind, contents[file.name]) for file in files if file.name not in kept]
    keys = [survey_key(job) for job in work]
    known = store.get(set(keys)) if store is not None else {}
    new = {key: job for key, job in zip(keys, work, strict=True) if key not in known}
    made = dict(zip(new, survey_all(list(new.values()), jobs, progress), strict=True))
    if store is not None:
        store.put(made)
    known.update(made)
    decode = msgspec.msgpack.Decoder(Surveyed).decode
    read = {job.name: named(job.name, decode(known[key])) for key, job in zip(keys, work, strict=True)}
    surveyed = {file.name: kept.get(file.name) or read[file.name] for file in files}
    return Reading(files, contents, surveyed)


def decoded(name: str, survey: bytes) -> Surveyed:
    """A survey as it is kept, as that of the file which holds it."""
    return named(name, msgspec.msgpack.decode(survey, type=Surveyed))


def named(name: str, surveyed: Surveyed) -> Surveyed:
    """The survey of a content, as that of the file which holds it."""
    return Surveyed(replace(surveyed.facts, path=name), surveyed.bodies, surveyed.directives)


def survey_all(work: Sequence[Job], jobs: int, progress: Progress) -> Iterator[bytes]:
    """The surveys of files, in their order."""
    if jobs < 2 or len(work) < FEW:
        for at, job in enumerate(work):
            progress("read", at, len(work))
            yield from survey_chunk([job])
    else:
        # Loaded once, for all workers, and for what mends the findings.
        importlib.import_module("djcheck.facts.lowering")
        with workers(jobs) as executor:
            yield from gather(executor, work, progress)
    if work:
        progress("read", len(work), len(work))


def gather(executor: Executor, work: Sequence[Job], progress: Progress) -> Iterator[bytes]:
    chunks = [work[start : start + CHUNK] for start in range(0, len(work), CHUNK)]
    for at, answer in enumerate(executor.map(survey_chunk, chunks)):
        progress("read", at * CHUNK, len(work))
        yield from answer
