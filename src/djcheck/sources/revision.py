"""An earlier revision's files beside the work tree: written from git's objects to a temporary folder."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from djcheck.config import ConfigError

HOOK_VARIABLES = frozenset(("GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_WORK_TREE"))


class RevisionError(ConfigError):
    """The revision cannot be read; the message says why."""


@contextmanager
def at_revision(revision: str, paths: Sequence[Path]) -> Iterator[Callable[[Path], Path]]:
    """While the context lasts, a function from a path to the place where the same path is as of `revision`.

    What is gone back to is the point where the current branch left `revision`: what has happened there since is no
    change of this branch. The work tree and git's index are not touched. Raises RevisionError where there is no
    repository, no git or no such revision, or where `paths` are not all of one repository.
    """
    start = paths[0].resolve()
    top = Path(_git(start if start.is_dir() else start.parent, "rev-parse", "--show-toplevel")).resolve()
    for path in paths:
        if not path.resolve().is_relative_to(top):
            raise RevisionError(f"{path} does not lie in the git repository {top.name}")
    commit = _fork_point(top, revision)
    with tempfile.TemporaryDirectory(prefix="djcheck-") as temporary:
        # Below the temporary folder as below the file system's root: thus all paths relate to each other as ever.
        def as_of_revision(path: Path) -> Path:
            whole = path.resolve()
            return Path(temporary).resolve() / "tree" / whole.relative_to(whole.anchor)

        tree = as_of_revision(top)
        # The empty .git marks the top of the tree for those who look for it, as in the repository itself.
        (tree / ".git").mkdir(parents=True)
        index = {"GIT_INDEX_FILE": os.path.join(temporary, "index"), "GIT_LFS_SKIP_SMUDGE": "1"}
        _git(top, "read-tree", commit, **index)
        _git(top, "checkout-index", "--all", "--quiet", f"--prefix={tree}{os.sep}", **index)
        yield as_of_revision


def _fork_point(top: Path, revision: str) -> str:
    try:
        commit = _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except RevisionError as error:
        raise RevisionError(f"{revision}: git knows no such revision; in a shallow clone it must be fetched") from error
    try:
        return _git(top, "merge-base", commit, "HEAD")
    except RevisionError:  # no common history, or none as deep as this clone
        return commit


def _git(folder: Path, *arguments: str, **variables: str) -> str:
    """What git prints, run in `folder` with additional environment variables."""
    # In a hook these speak of the commit under way, and of the folder in which the hook was started.
    inherited = {name: value for name, value in os.environ.items() if name not in HOOK_VARIABLES}
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, env=inherited | variables, capture_output=True, text=True, errors="replace")
    except FileNotFoundError as error:
        raise RevisionError("git is not installed") from error
    if done.returncode != 0:
        raise RevisionError(done.stderr.strip() or f"git {arguments[0]} failed")
    return done.stdout.strip()
