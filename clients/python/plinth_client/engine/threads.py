"""Takes steps in the thread that asks."""

import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from contextlib import closing, suppress
from socket import SHUT_RDWR
from typing import Any, TypeVar

import httpx

from ..problem import ClientClosed, PlinthError
from .outgoing import outgoing
from .renewal import renew
from .steps import Block, Done, Emit, Outcome, ReadPiece, Renew, Send, Sleep, Step, Steps, advance

T = TypeVar("T")

# Seconds that a thread waits for the token that another one renews.
_LONGEST_RENEWAL = 300.0


class Threads:
    """An HTTP client, and the one renewal of its token that may run."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.closed = threading.Event()
        self.open_answers: set[httpx.Response] = set()
        self.renewal = _Renewal()

    def run(self, steps: Steps[T]) -> T:
        with closing(steps), closing(_Walk(self)) as walk:
            step = advance(steps, Outcome())
            while not isinstance(step, Done):
                step = advance(steps, walk.take(step))
            return step.value

    def iterate(self, steps: Steps[None]) -> Generator[Any, None, None]:
        with closing(steps), closing(_Walk(self)) as walk:
            step = advance(steps, Outcome())
            while not isinstance(step, Done):
                if isinstance(step, Emit):
                    yield step.item
                    step = advance(steps, Outcome())
                else:
                    step = advance(steps, walk.take(step))

    def close(self) -> None:
        """Ends also what other threads wait for."""
        self.closed.set()
        for response in list(self.open_answers):
            # Closing a socket wakes no thread that reads from it.
            with suppress(OSError):
                response.extensions["network_stream"].get_extra_info("socket").shutdown(SHUT_RDWR)
        self.http.close()


class _Walk:
    """The steps of one generator, with the answer that they read."""

    def __init__(self, threads: Threads) -> None:
        self._threads = threads
        self._response: httpx.Response | None = None
        self._pieces: Iterator[bytes] = iter(())

    def take(self, step: Step) -> Outcome:
        try:
            return Outcome(self._take(step))
        except Exception as error:
            return Outcome(error=error)

    def _take(self, step: Step) -> Any:
        match step:
            case Send():
                return self._send(step)
            case ReadPiece():
                return next(self._pieces, None)
            case Sleep():
                self.close()
                return self._sleep(step.seconds)
            case Renew():
                self.close()
                return self._renew(step)
            case Block():
                return step.call()
            case Emit():
                raise TypeError("only steps that are iterated over may emit an item")

    def _send(self, step: Send) -> httpx.Response:
        self.close()
        http = self._threads.http
        options, part = outgoing(http, step)
        if part is not None:
            options["content"] = part.pieces()
        request = http.build_request(**options)
        if http.is_closed:
            raise ClientClosed
        response = http.send(request, stream=True)
        self._response = response
        self._pieces = response.iter_bytes()
        self._threads.open_answers.add(response)
        return response

    def _sleep(self, seconds: float) -> None:
        if self._threads.closed.wait(seconds):
            raise ClientClosed

    def _renew(self, step: Renew) -> str:
        session = step.connection.session
        return self._threads.renewal.join(
            lambda: session.token(step.rejected),
            lambda: self._threads.run(renew(step.connection)),
        )

    def close(self) -> None:
        if self._response is not None:
            self._threads.open_answers.discard(self._response)
            self._response.close()
            self._response = None


class _Renewal:
    """Lets one thread renew the token, and gives the others what came of it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: Future[str] | None = None

    def join(self, renewed: Callable[[], str | None], renew: Callable[[], str]) -> str:
        with self._lock:
            token = renewed()
            if token is not None:
                return token
            running = self._running
            if running is None:
                mine = self._running = Future[str]()
        if running is not None:
            return running.result(timeout=_LONGEST_RENEWAL)
        try:
            token = renew()
        except BaseException as error:
            self._end()
            interrupted = PlinthError("the thread that renewed the token was interrupted")
            mine.set_exception(error if isinstance(error, Exception) else interrupted)
            raise
        self._end()
        mine.set_result(token)
        return token

    def _end(self) -> None:
        with self._lock:
            self._running = None
