"""A real OpenAI-compatible server on this machine that answers as a test tells it to, and keeps what it was sent."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

__all__ = ["Server", "cut_off", "dripping", "foreign", "raw", "refusing", "silent", "telling"]

Answer = Callable[[dict[str, Any]], Response]


@dataclass
class Server:
    """`answers` are given in turn, the last one again and again."""

    answers: list[Answer]
    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def messages(self) -> list[list[dict[str, Any]]]:
        return [json.loads(body)["messages"] for body in self.bodies]

    @contextmanager
    def running(self) -> Iterator[Server]:
        app = FastAPI()

        @app.post("/v1/chat/completions")
        async def complete(request: Request) -> Response:
            body = await request.body()
            self.bodies.append(body)
            self.headers.append(dict(request.headers))
            return self.answers[min(len(self.bodies), len(self.answers)) - 1](json.loads(body))

        # uvicorn logs nothing here: tests look for secrets in what the product logs
        server = uvicorn.Server(
            uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            thread.join(0.01)
        self.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/v1"
        try:
            yield self
        finally:
            server.should_exit = True
            thread.join(10)


def chunk(content: str | None = None, finish: str | None = None, usage: dict[str, int] | None = None) -> str:
    delta = {} if content is None else {"role": "assistant", "content": content}
    choices = [{"index": 0, "delta": delta, "finish_reason": finish}] if usage is None else []
    return "data: " + json.dumps(
        {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices, "usage": usage}
    ) + "\n\n"  # fmt: skip


def telling(text: str | Callable[[str], str], *, finish: str | None = "stop", tokens: int = 50) -> Answer:
    """Tells a text in pieces; a function is given the user's message."""

    def answer(body: dict[str, Any]) -> Response:
        said = text if isinstance(text, str) else text(body["messages"][-1]["content"])

        async def stream() -> AsyncIterator[str]:
            for start in range(0, len(said), 9):
                yield chunk(said[start : start + 9])
            if finish:
                yield chunk(finish=finish)
                yield chunk(usage={"prompt_tokens": 10, "completion_tokens": tokens - 10, "total_tokens": tokens})
            yield "data: [DONE]\n\n"

        return StreamingResponse(stream(), media_type="text/event-stream")

    return answer


def raw(*parts: str, then: Callable[[], Any] = lambda: None) -> Answer:
    """These bytes as an event stream, then whatever `then` does."""

    async def stream() -> AsyncIterator[str]:
        for part in parts:
            yield part
        if (rest := then()) is not None:
            await rest

    return lambda body: StreamingResponse(stream(), media_type="text/event-stream")


def silent(seconds: float = 30) -> Answer:
    return raw(then=lambda: asyncio.sleep(seconds))


def dripping(server: list[int]) -> Answer:
    """Signs of life for ever and never a word; `server` counts the answers that are still open."""

    async def stream() -> AsyncIterator[str]:
        server.append(1)
        try:
            while True:
                yield ": still thinking\n\n"
                await asyncio.sleep(0.05)
        finally:
            server.pop()

    return lambda body: StreamingResponse(stream(), media_type="text/event-stream")


def cut_off(text: str) -> Answer:
    """The connection breaks in the middle."""

    async def stream() -> AsyncIterator[str]:
        yield chunk(text)
        await asyncio.sleep(0.1)
        raise ConnectionResetError

    return lambda body: StreamingResponse(stream(), media_type="text/event-stream")


def refusing(status: int, text: str = "", **headers: str) -> Answer:
    return lambda body: Response(text, status, {name.replace("_", "-"): value for name, value in headers.items()})


def foreign(text: str) -> Answer:
    """A JSON answer that is no chat completion."""
    return lambda body: Response(text, 200, media_type="application/json")
