"""The one door to language models: a question goes out over HTTP, a typed answer or the reason for none comes back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Literal

import anthropic
import openai
from msgspec import Struct
from pydantic import BaseModel, Field
from pydantic_ai import Agent, FunctionToolset, ModelSettings, RunUsage, UsageLimits, exceptions
from pydantic_ai.models import Model
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.openai import OpenAIProvider

from djcheck.domain.finding import CitedLine, Decision
from djcheck.triage.agent.answer import Answer
from djcheck.triage.agent.budget import Share
from djcheck.triage.agent.tiers import provider_of

Client = anthropic.AsyncAnthropic | openai.AsyncOpenAI
ANSWER_LENGTH = 2_000  # tokens
# After these, and the client's own retries, there is no use in asking the same model anything more.
GONE = (
    exceptions.ModelAuthenticationError,
    exceptions.ModelConnectionError,
    exceptions.ModelNotFoundError,
    exceptions.ModelQuotaExceededError,
    exceptions.ModelRateLimitError,
    exceptions.ModelServerError,
    exceptions.ModelUnavailableError,
)


class Limits(Struct, frozen=True):
    """The bounds of one question; `retries` are of a request that met 408, 409, 429, 5xx or silence."""

    seconds: float = 240.0
    request_seconds: float = 60.0
    retries: int = 4


class Reply(Struct, frozen=True):
    """What came of a question. `trouble` says why there is no answer; `gone` that it is no use to ask anything more."""

    answer: Answer | None
    trouble: str
    gone: bool
    requests: int
    tokens: int
    latency_ms: int


class _Line(BaseModel):
    path: str
    line: int


class _Verdict(BaseModel):
    """Your decision about the finding."""

    decision: Literal["confirmed", "dismissed", "uncertain"]
    confidence: Annotated[float, Field(ge=0, le=1)]
    reason: str
    lines: Annotated[list[_Line], Field(description="The lines of code on which the decision rests.")]


class Asker:
    """Speaks to one model, `provider:name`. The key and the endpoint are the environment's. Raises NoKey."""

    def __init__(self, model: str, instructions: str, limits: Limits) -> None:
        self._limits = limits
        self._client = _client(model, limits)
        self._agent = Agent(
            _model(model.partition(":")[2], self._client),
            output_type=_Verdict,
            instructions=instructions,
            model_settings=ModelSettings(max_tokens=ANSWER_LENGTH),
            retries=1,
        )

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()

    async def ask(self, prompt: str, tools: Sequence[Callable[..., Awaitable[str]]], share: Share) -> Reply:
        """Ask once, in a conversation of its own. Never raises for what a provider does."""
        started = time.perf_counter()
        usage = RunUsage()
        limits = UsageLimits(request_limit=share.calls, total_tokens_limit=share.tokens)
        answer, trouble, gone = None, "", False
        try:
            async with asyncio.timeout(self._limits.seconds):
                result = await self._agent.run(
                    prompt, toolsets=[FunctionToolset(list(tools))], usage_limits=limits, usage=usage
                )
            answer = _answer(result.output)
        except exceptions.UsageLimitExceeded:
            trouble = "it took more requests or tokens than were left"
        except (TimeoutError, exceptions.ModelTimeoutError):
            trouble, gone = "no answer came in time", True
        except exceptions.ModelAPIError as error:
            trouble, gone = _words(error), isinstance(error, GONE)
        except exceptions.AgentRunError:
            trouble = "the answer was not in the form asked for"
        except Exception as error:  # a provider may send anything, and its words may hold a key
            trouble = f"the answer could not be read ({type(error).__name__})"
        spent = round((time.perf_counter() - started) * 1000)
        return Reply(answer, trouble, gone, usage.requests, usage.total_tokens, spent)


def _answer(said: _Verdict) -> Answer:
    lines = tuple(CitedLine(line.path, line.line) for line in said.lines)
    return Answer(Decision(said.decision), said.confidence, said.reason, lines)


def _words(error: exceptions.ModelAPIError) -> str:
    """What went wrong, in words of our own: a provider's message may quote the key or the request."""
    status = getattr(error, "status_code", None)
    if status is None:
        reached = not isinstance(error, exceptions.ModelConnectionError)
        return "the answer could not be read" if reached else "the provider could not be reached"
    return f"the provider answered with status {status}"


def _client(model: str, limits: Limits) -> Client:
    provider = provider_of(model)
    # A redirect would take the code elsewhere than was said, hence none is followed.
    if provider.name == "anthropic":
        return anthropic.AsyncAnthropic(
            api_key=provider.key,
            base_url=provider.endpoint,
            timeout=limits.request_seconds,
            max_retries=limits.retries,
            http_client=anthropic.DefaultAsyncHttpxClient(follow_redirects=False),
        )
    return openai.AsyncOpenAI(
        api_key=provider.key,
        base_url=provider.endpoint,
        timeout=limits.request_seconds,
        max_retries=limits.retries,
        http_client=openai.DefaultAsyncHttpxClient(follow_redirects=False),
    )


def _model(name: str, client: Client) -> Model:
    if isinstance(client, anthropic.AsyncAnthropic):
        return AnthropicModel(name, provider=AnthropicProvider(anthropic_client=client))
    return OpenAIChatModel(name, provider=OpenAIProvider(openai_client=client))
