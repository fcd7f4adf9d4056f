"""Local servers that speak the Anthropic Messages API and the OpenAI chat API, as a script tells them to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Say:
    """What to answer a request with: a verdict, calls of tools, plain words, or raw bytes under a status."""

    verdict: Json | None = None
    calls: Sequence[tuple[str, Json]] = ()
    words: str = ""
    status: int = 200
    raw: bytes | None = None
    wait: float = 0.0
    headers: Sequence[tuple[str, str]] = ()


@dataclass
class Server:
    """A running server: `url` to give to the client, and all requests it got, as JSON, with their headers."""

    url: str
    script: Callable[[Json, int], Say]
    dialect: Callable[[Say, Json], Json]
    requests: list[Json] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def text(self, number: int = -1) -> str:
        """All that one request said."""
        return json.dumps(self.requests[number], ensure_ascii=False)


def as_anthropic(say: Say, request: Json) -> Json:
    """A response of POST /v1/messages."""
    calls = [("final_result", say.verdict)] if say.verdict is not None else say.calls
    content: list[Json] = [{"type": "text", "text": say.words}] if say.words else []
    content += [
        {"type": "tool_use", "id": f"toolu_{at}", "name": name, "input": arguments}
        for at, (name, arguments) in enumerate(calls)
    ]
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": request.get("model", ""),
        "content": content,
        "stop_reason": "tool_use" if calls else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 1000, "output_tokens": 50},
    }


def as_openai(say: Say, request: Json) -> Json:
    """A response of POST /chat/completions."""
    calls = [("final_result", say.verdict)] if say.verdict is not None else say.calls
    message: Json = {"role": "assistant", "content": say.words or None}
    if calls:
        message["tool_calls"] = [
            {"id": f"call_{at}", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
            for at, (name, arguments) in enumerate(calls)
        ]
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": request.get("model", ""),
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 50, "total_tokens": 1050},
    }


@contextmanager
def serving(
    script: Callable[[Json, int], Say], dialect: Callable[[Say, Json], Json] = as_anthropic
) -> Iterator[Server]:
    """Run a server; `script(request, number)` says what to answer, numbers count from 0."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            with server.lock:
                number = len(server.requests)
                server.requests.append(body)
                server.headers.append({name.lower(): value for name, value in self.headers.items()})
                server.paths.append(self.path)
            say = server.script(body, number)
            time.sleep(say.wait)
            data = say.raw if say.raw is not None else json.dumps(server.dialect(say, body)).encode()
            try:
                self.send_response(say.status)
                for name, value in [("content-type", "application/json"), *say.headers]:
                    self.send_header(name, value)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the client no longer waits

        def log_message(self, *_: Any) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    server = Server(f"http://127.0.0.1:{httpd.server_port}", script, dialect)
    thread = threading.Thread(target=httpd.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        httpd.shutdown()
        httpd.server_close()


def tool_results(request: Json) -> str:
    """What the client's tools returned so far, in either dialect, as one text."""
    parts = []
    for message in request["messages"]:
        content = message.get("content")
        if message["role"] == "tool":
            parts.append(str(content))
        elif isinstance(content, list):
            parts += [json.dumps(each.get("content")) for each in content if each.get("type") == "tool_result"]
    return "\n".join(parts)
