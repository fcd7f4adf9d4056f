"""Which provider's model stands behind a tier, and where its requests go."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from djcheck.triage.agent.trouble import EscalationError

# What `agent-models` of the configuration changes or adds to.
DEFAULT_MODELS: Mapping[str, str] = {
    "haiku": "anthropic:claude-haiku-5-5",
    "sonnet": "anthropic:claude-sonnet-5-5",
    "opus": "anthropic:claude-opus-5-5",
}


class NoKey(EscalationError):
    """The environment has no key for a provider."""


class Provider(Struct, frozen=True):
    """Where a model is. The key is the environment's, and never shown."""

    name: str
    key: str
    endpoint: str

    @property
    def host(self) -> str:
        """The endpoint's host, and its port where it is not the usual one."""
        parts = urlsplit(self.endpoint)
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)

    def __repr__(self) -> str:
        return f"Provider({self.name}, {self.host})"


def model_of(tier: str, configured: Mapping[str, str]) -> str:
    """The `provider:model` of a tier; a tier that is written so stands for itself. Raises EscalationError."""
    model = configured.get(tier) or DEFAULT_MODELS.get(tier) or tier
    provider, colon, name = model.partition(":")
    if not (colon and name):
        raise EscalationError(
            f'the tier {tier} stands for no model: set agent-models = {{ {tier} = "provider:model" }}'
            f" (known are {', '.join({**DEFAULT_MODELS, **configured})})"
        )
    if provider not in ("anthropic", "openai"):
        raise EscalationError(f"the tier {tier} stands for {model}: the provider must be anthropic or openai")
    return model


def host_of(model: str) -> str:
    """Where requests to a model go, whether or not there is a key for it."""
    name = model.partition(":")[0]
    return Provider(name, "", _endpoint(name)).host


def provider_of(model: str) -> Provider:
    """The provider of `provider:model` with the key and endpoint that the environment names. Raises NoKey."""
    name = model.partition(":")[0]
    key = os.environ.get(f"{name.upper()}_API_KEY", "")
    if not key and name == "openai" and os.environ.get("OPENAI_BASE_URL"):
        key = "none"  # servers of one's own seldom ask for a key, but the client wants one
    if not key:
        raise NoKey(f"{name.upper()}_API_KEY is not set, so nobody can be asked at {host_of(model)}")
    return Provider(name, key, _endpoint(name))


def _endpoint(name: str) -> str:
    if name == "anthropic":
        return os.environ.get("ANTHROPIC_BASE_URL") or "https://api.anthropic.com"
    return os.environ.get("OPENAI_BASE_URL") or "https://api.openai.com/v1"
