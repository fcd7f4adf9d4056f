"""A project to ask about, and an environment in which only the tests' own servers can be reached."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.agent.project import project
from tests.agent.servers import Server, as_anthropic, serving

KEY = "sk-ant-secret-of-the-test"
VARIABLES = ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "OPENAI_API_KEY", "OPENAI_BASE_URL")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project, as working directory, with a cache of its own."""
    folder = project(tmp_path / "project")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("DJCHECK_CACHE_DIR", str(tmp_path / "cache"))
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture(autouse=True)
def only_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever wants to leave the machine fails the test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            assert address[0] in ("127.0.0.1", "::1"), f"the test wants to reach {address}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


class Anthropic:
    """Runs servers to which djcheck's Anthropic models lead."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    @contextmanager
    def __call__(self, script: Any) -> Iterator[Server]:
        with serving(script, as_anthropic) as server:
            self._monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
            self._monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
            yield server


@pytest.fixture
def anthropic(root: Path, monkeypatch: pytest.MonkeyPatch) -> Anthropic:
    return Anthropic(monkeypatch)
