"""Fixes from one run to the next: what rests on nothing that changed is not sought again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import msgspec
from msgspec import Struct

from djcheck.cache.keys import digest
from djcheck.cache.runs import digest_of
from djcheck.cache.store import Store
from djcheck.domain.finding import Finding
from djcheck.fixes.fixer import Fixer, Made
from djcheck.flow.records.likeness import Files, changed_since, files_of
from djcheck.reading import Reading
from djcheck.sources.workers import Progress

encode = msgspec.msgpack.encode


class Kept(Struct, frozen=True, array_like=True):
    """The fixes of a run by digests of their findings, when the project's files were these.

    `consulted` are the digests of the installed packages' files, `about` that of what belongs to no file. `states` are
    those of the files that fixes rest on, `words` where the words stand that were looked for.
    """

    files: Files
    consulted: dict[str, bytes]
    about: bytes
    states: dict[str, bytes]
    words: dict[str, list[str]]
    made: dict[bytes, Made]


class Remembering:
    """The fixes of one project, kept in the store under a key."""

    def __init__(self, store: Store, key: bytes, reading: Reading, fixer: Fixer) -> None:
        self._store = store
        self._key = digest(key, "fixes")
        self._reading = reading
        self._fixer = fixer
        self._project = fixer.project
        self._files = files_of(reading)
        self._state = cache(self._state_of)

    def fix_each(self, findings: Sequence[Finding], *, jobs: int, progress: Progress) -> list[Made]:
        """As `Fixer.fix_each`."""
        keys = [digest(encode(finding)) for finding in findings]
        made = self._as_before()
        new = {key: finding for key, finding in zip(keys, findings, strict=True) if key not in made}
        fixes = self._fixer.fix_each(list(new.values()), jobs=jobs, progress=progress)
        made.update(zip(new, fixes, strict=True))
        self._keep({key: made[key] for key in keys})
        return [made[key] for key in keys]

    def _as_before(self) -> dict[bytes, Made]:
        """What the last run made that is the same now."""
        known = self._store.get([self._key]).get(self._key)
        if known is None:
            return {}
        kept = msgspec.msgpack.decode(known, type=Kept)
        same = kept.about == self._about() and all(digest_of(path) == was for path, was in kept.consulted.items())
        if not same or changed_since(kept.files, self._files, self._reading, self._store) is None:
            return {}
        self._project.index.rests_on(kept.consulted)
        changed = {path for path, file in kept.files.items() if file != self._files[path]}
        elsewhere = {
            word: paths
            for word, paths in kept.words.items()
            if changed.isdisjoint(paths) and not any(self._project.contains(path, word) for path in changed)
        }
        self._project.found_before(elsewhere)
        unmoved = {path for path, state in kept.states.items() if state == self._state(path)}
        return {
            key: made
            for key, made in kept.made.items()
            if unmoved.issuperset(made.paths) and elsewhere.keys() >= set(made.words)
        }

    def _keep(self, made: dict[bytes, Made]) -> None:
        states = {path: self._state(path) for each in made.values() for path in each.paths}
        words = {word: self._project.paths_with(word) for each in made.values() for word in each.words}
        consulted = {path: digest_of(path) for path in sorted(self._project.index.consulted())}
        kept = Kept(self._files, consulted, self._about(), states, words, made)
        self._store.put({self._key: encode(kept)})

    def _about(self) -> bytes:
        """What fixes rest on that belongs to no file: which functions change rows, what the project requires."""
        requirements = [text for each in self._project.requirements.items() for text in each]
        return digest(*requirements, "", *sorted(self._project.evidence.writers))

    def _state_of(self, path: str) -> bytes:
        """A digest of a file, and of all that was seen of it."""
        _, survey = self._files.get(path, ("", b""))
        seen = self._project.evidence.in_file(path)
        return digest(survey, *(encode((type(each).__name__, each)) for each in seen))
