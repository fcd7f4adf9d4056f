"""What holds for all tests."""

from __future__ import annotations

import signal

import pytest


@pytest.fixture(autouse=True, scope="session")
def no_users_cache(tmp_path_factory: pytest.TempPathFactory) -> object:
    """No test, nor any djcheck that it starts, keeps anything in the user's cache directory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJCHECK_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True, scope="session")
def interruptible() -> object:
    """What tests start can be interrupted: a shell that puts the tests in the background has them ignore Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
