"""A fake of Plinth over real sockets: the gateway and the API. A test says what each answers."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    writer: asyncio.StreamWriter = field(repr=False)
    gone: asyncio.Future[bytes] = field(repr=False)
    closed_at: float | None = None

    async def send(self, text: str) -> None:
        self.writer.write(text.encode())
        await self.writer.drain()

    async def head(self, status: int = 200, content_type: str = "text/event-stream") -> None:
        await self.send(f"HTTP/1.1 {status} X\r\ncontent-type: {content_type}\r\nconnection: close\r\n\r\n")

    async def json(self, status: int, body: Any) -> None:
        await self.head(status, "application/json")
        await self.send(json.dumps(body))

    async def chunk(self, delta: dict[str, Any] | None = None, **more: Any) -> None:
        finish = more.pop("finish", None)
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
        await self.send(f"data: {json.dumps({'choices': choices, **more})}\n\n")

    async def wait_until_gone(self, seconds: float = 20) -> None:
        done, _ = await asyncio.wait({self.gone}, timeout=seconds)
        if done:
            self.closed_at = time.monotonic()


Handler = Callable[[Request], Awaitable[None]]


def says(text: str, finish: str = "stop") -> Handler:
    """An answer of a model, in pieces of 7 characters."""

    async def answer(request: Request) -> None:
        await request.head()
        for at in range(0, len(text), 7):
            await request.chunk({"content": text[at : at + 7]})
        await request.chunk({}, finish=finish)
        usage = {"prompt_tokens": 30, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 10}}
        await request.chunk(usage=usage, plinth={"execution_id": "e1"})
        await request.send("data: [DONE]\n\n")

    return answer


def calls(name: str, arguments: str) -> Handler:
    """A model that calls a tool; the arguments come in two pieces."""

    async def answer(request: Request) -> None:
        await request.head()
        half = len(arguments) // 2
        function = {"name": name, "arguments": arguments[:half]}
        await request.chunk({"tool_calls": [{"index": 0, "id": "c1", "function": function}]})
        await request.chunk({"tool_calls": [{"index": 0, "function": {"arguments": arguments[half:]}}]})
        await request.chunk({}, finish="tool_calls")
        await request.send("data: [DONE]\n\n")

    return answer


def answers(status: int, body: Any) -> Handler:
    async def answer(request: Request) -> None:
        await request.json(status, body)

    return answer


async def drips(request: Request) -> None:
    """A token each 20 ms, until the client goes away."""
    await request.head()
    for at in range(1000):
        await request.chunk({"content": f"t{at} "})
        done, _ = await asyncio.wait({request.gone}, timeout=0.02)
        if done:
            request.closed_at = time.monotonic()
            return


async def never(request: Request) -> None:
    """No answer at all."""
    await request.wait_until_gone()


class Plinth:
    """Answers by path. A list of handlers is used up one by one; the last one stays."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.on: dict[str, list[Handler]] = {}
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._handle, "127.0.0.1", 0)

    async def stop(self) -> None:
        assert self._server
        self._server.close()

    @property
    def url(self) -> str:
        assert self._server
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def to(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    async def wait_for(self, path: str, count: int = 1) -> list[Request]:
        async with asyncio.timeout(10):
            while len(self.to(path)) < count:
                await asyncio.sleep(0.01)
        return self.to(path)

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        except asyncio.IncompleteReadError:
            return writer.close()
        method, target, _ = lines[0].split(" ")
        headers = {k.lower(): v.strip() for k, _, v in (x.partition(":") for x in lines[1:] if x)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        url = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        gone = asyncio.ensure_future(reader.read(1))
        request = Request(method, url.path, query, headers, json.loads(body or b"null"), writer, gone)
        self.requests.append(request)
        handlers = self.on.get(url.path, [answers(404, {"detail": "no such path"})])
        handler = handlers[0] if len(handlers) == 1 else handlers.pop(0)
        try:
            await handler(request)
        except ConnectionError:
            request.closed_at = time.monotonic()
        gone.cancel()
        writer.close()
