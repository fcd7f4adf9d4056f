"""Which template a name stands for: the directories of settings and apps, in the order of Django's loaders."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator

from djcheck.domain.facts import TemplateFacts
from djcheck.domain.index import Settings
from djcheck.domain.observation import Piece, PieceKind
from djcheck.sources.naming import TEMPLATE_DIRECTORY

# More templates than this are no family that one tag shows.
MOST_FITTING = 12

Load = Callable[[str, str], TemplateFacts | None]


class Templates:
    """A project's templates by loader name. `load(path, language)` gives a template's facts."""

    def __init__(self, paths: Iterable[str], settings: Settings, load: Load) -> None:
        self._load = load
        self._engines = settings.templates
        self._directories = [directory for engine in settings.templates for directory in engine.directories]
        self._apps = [app.replace(".", "/") for app in settings.installed_apps]
        self._by_name: dict[str, list[str]] = {}
        self._paths = sorted(paths)
        for path in self._paths:
            for name in names_of(path, self._directories):
                self._by_name.setdefault(name, []).append(path)

    def find(self, name: str, asking: str = "", without: frozenset[str] = frozenset()) -> TemplateFacts | None:
        """The template that `name` stands for where the file `asking` names it, `without` those it extends by now."""
        name = name.partition("#")[0]
        if name.startswith(("./", "../")):
            return self._relative(name, asking)
        found = [path for path in self._by_name.get(posixpath.normpath(name), ()) if path not in without]
        if not found:
            # A directory that only the settings could name: the path must say it all, and say it once.
            found = self._by_ending(name, without)
        if not found:
            return None
        path = min(found, key=lambda path: self._rank(path, asking)) if len(found) > 1 else found[0]
        return self._load(path, self._language(path))

    def _by_ending(self, name: str, without: frozenset[str]) -> list[str]:
        found = (
            [path for path in self._paths if path.endswith(f"/{name}") and path not in without] if "/" in name else []
        )
        return found if len(found) == 1 else []

    def at(self, path: str, language: str = "") -> TemplateFacts | None:
        """The template at a path."""
        return self._load(path, language or self._language(path))

    def fitting(self, pieces: tuple[Piece, ...]) -> list[TemplateFacts]:
        """Templates whose name has the known parts of a text; none where these say too little."""
        known = [piece.text for piece in pieces if piece.kind is PieceKind.CONSTANT]
        if not known or "/" not in known[0] or pieces[0].kind is not PieceKind.CONSTANT:
            return []
        pattern = "".join(re.escape(piece.text) if piece.kind is PieceKind.CONSTANT else "[^/]*" for piece in pieces)
        names = [name for name in self._by_name if re.fullmatch(pattern, name)]
        found = [self.find(name) for name in sorted(names)[: MOST_FITTING + 1]]
        return [] if len(found) > MOST_FITTING else [facts for facts in found if facts is not None]

    def _relative(self, name: str, asking: str) -> TemplateFacts | None:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(asking), name))
        return self._load(path, self._language(path))

    def _rank(self, path: str, asking: str) -> tuple[object, ...]:
        """Django looks through DIRS first, then through the apps in their order."""
        inside = [at for at, directory in enumerate(self._directories) if path.startswith(f"{directory}/")]
        app = [
            at
            for at, app in enumerate(self._apps)
            if f"/{app}/" in f"/{path}" or f"/{app.rpartition('/')[0]}/templates/" in f"/{path}"
        ]
        return (
            not inside,
            min(inside, default=0),
            min(app, default=len(self._apps)),
            -len(posixpath.commonprefix((path, asking))),
            path,
        )

    def _language(self, path: str) -> str:
        """What the settings say of the directory that the template stands in; "" where they say nothing certain."""
        for engine in self._engines:
            if any(path.startswith(f"{directory}/") for directory in engine.directories):
                others = {other.language for other in self._engines if set(other.directories) & set(engine.directories)}
                return engine.language if len(others) == 1 and engine.language in ("django", "jinja2") else ""
        return ""


def names_of(path: str, directories: Iterable[str]) -> Iterator[str]:
    """The names by which loaders may know a template: what follows each directory that is called after templates."""
    parts = path.split("/")
    found = {
        "/".join(parts[at + 1 :]): None for at, part in enumerate(parts[:-1]) if TEMPLATE_DIRECTORY.fullmatch(part)
    }
    found.update({path[len(directory) + 1 :]: None for directory in directories if path.startswith(f"{directory}/")})
    yield from found
