"""Takes steps in the task that asks."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import aclosing, closing
from typing import Any, TypeVar

import httpx

from ..problem import ClientClosed
from .outgoing import outgoing
from .renewal import renew
from .steps import Block, Done, Emit, Outcome, ReadPiece, Renew, Send, Sleep, Step, Steps, advance

T = TypeVar("T")


class Tasks:
    """An HTTP client, and the one renewal of its token that may run."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self._renewal = _Renewal()

    async def run(self, steps: Steps[T]) -> T:
        with closing(steps):
            async with aclosing(_Walk(self.http, self._renew)) as walk:
                step = advance(steps, Outcome())
                while not isinstance(step, Done):
                    step = advance(steps, await walk.take(step))
                return step.value

    async def iterate(self, steps: Steps[None]) -> AsyncGenerator[Any, None]:
        with closing(steps):
            async with aclosing(_Walk(self.http, self._renew)) as walk:
                step = advance(steps, Outcome())
                while not isinstance(step, Done):
                    if isinstance(step, Emit):
                        yield step.item
                        step = advance(steps, Outcome())
                    else:
                        step = advance(steps, await walk.take(step))

    async def aclose(self) -> None:
        self._renewal.cancel()
        await self.http.aclose()

    async def _renew(self, step: Renew) -> str:
        session = step.connection.session
        return await self._renewal.join(
            lambda: session.token(step.rejected),
            lambda: self.run(renew(step.connection)),
        )


class _Walk:
    """The steps of one generator, with the answer that they read."""

    def __init__(self, http: httpx.AsyncClient, renew: Callable[[Renew], Awaitable[str]]) -> None:
        self._http = http
        self._renew = renew
        self._response: httpx.Response | None = None
        self._pieces: AsyncIterator[bytes] | None = None

    async def take(self, step: Step) -> Outcome:
        try:
            return Outcome(await self._take(step))
        except Exception as error:
            return Outcome(error=error)

    async def _take(self, step: Step) -> Any:
        match step:
            case Send():
                return await self._send(step)
            case ReadPiece():
                return None if self._pieces is None else await anext(self._pieces, None)
            case Sleep():
                await self.aclose()
                return await asyncio.sleep(step.seconds)
            case Renew():
                await self.aclose()
                return await self._renew(step)
            case Block():
                return await asyncio.to_thread(step.call)
            case Emit():
                raise TypeError("only steps that are iterated over may emit an item")

    async def _send(self, step: Send) -> httpx.Response:
        await self.aclose()
        options, part = outgoing(self._http, step)
        if part is not None:
            options["content"] = part.pieces_async()
        request = self._http.build_request(**options)
        if self._http.is_closed:
            raise ClientClosed
        response = await self._http.send(request, stream=True)
        self._response = response
        self._pieces = response.aiter_bytes()
        return response

    async def aclose(self) -> None:
        if self._response is not None:
            response, self._response, self._pieces = self._response, None, None
            await response.aclose()


class _Renewal:
    """Lets one task renew the token, and gives the others what came of it. The task is none of
    those that ask: cancelling one of them stops no other."""

    def __init__(self) -> None:
        self._running: asyncio.Task[str] | None = None

    async def join(
        self, renewed: Callable[[], str | None], renew: Callable[[], Coroutine[Any, Any, str]]
    ) -> str:
        token = renewed()
        if token is not None:
            return token
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(renew())
            self._running.add_done_callback(_look_at_the_error)
        return await asyncio.shield(self._running)

    def cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()


def _look_at_the_error(task: asyncio.Task[str]) -> None:
    # Else asyncio reports it where all that asked were cancelled.
    if not task.cancelled():
        task.exception()
