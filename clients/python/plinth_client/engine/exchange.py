"""One request and its answer: the credential, attempts, and problems."""

import logging
import time
from typing import TypeVar

import httpx

from ..problem import (
    AnswerTooLarge,
    PlinthError,
    PlinthProblem,
    UnexpectedAnswer,
    Unreachable,
    raise_for_status,
)
from ..request import Answer, Request
from ..retry import Retry, is_passing
from .connection import Connection
from .steps import Renew, Sleep, Steps, read_piece, send

T = TypeVar("T")

_log = logging.getLogger("plinth_client")

# Seconds for the whole of an answer that is kept in memory, after its head.
_ANSWER_TIMEOUT = 120.0
_INVALID_TOKEN = "auth.invalid_token"
# What httpx has undone when the body is read.
_OF_THE_WIRE = ("Content-Encoding", "Content-Length", "Transfer-Encoding")


class Attempts:
    """The failures of something that is tried again, since the last success."""

    def __init__(self, retry: Retry) -> None:
        self._retry = retry
        self.succeeded()

    def succeeded(self) -> None:
        self._failures = 0
        self._since = time.monotonic()

    def failed(
        self,
        error: PlinthError,
        what: str,
        *,
        at_least: float = 0.0,
        resumes: bool = False,
    ) -> Steps[None]:
        """Waits, or raises the error: it does not pass, or no attempt is left."""
        self._failures += 1
        elapsed = time.monotonic() - self._since
        delay = self._retry.delay(error, self._failures, elapsed)
        if delay is None or not (resumes or is_passing(error)):
            raise error
        delay = max(delay, at_least)
        _log.info("%s is tried again in %.1f s: %s", what, delay, error)
        yield Sleep(delay)


def exchange(
    connection: Connection, request: Request[T], repeatable: bool = False
) -> Steps[Answer[T]]:
    """Sends a request until it is answered: again only where that does no more than once."""
    request = request.with_idempotency_key()
    attempts = Attempts(connection.retry)
    while True:
        try:
            return (yield from _attempt(connection, request))
        except PlinthError as error:
            if not (repeatable or request.is_repeatable):
                raise
            failure = error
        yield from attempts.failed(failure, f"{request.method} {request.path}")


def begin(connection: Connection, request: Request[T]) -> Steps[httpx.Response]:
    """Sends a request with a credential. Of the answer, which is a success, the head was read."""
    headers, token = {}, None
    if request.needs_credential:
        token = connection.session.token(None)
        if token is None:
            token = yield Renew(connection, None)
        headers = {"Authorization": f"Bearer {token}"}
    try:
        return (yield from _sent(connection, request, headers))
    except PlinthProblem as problem:
        if problem.code != _INVALID_TOKEN or token is None or not connection.session.can_renew:
            raise
    token = yield Renew(connection, token)
    return (yield from _sent(connection, request, {"Authorization": f"Bearer {token}"}))


def next_piece() -> Steps[bytes | None]:
    """The next bytes of the answer that has begun, or `None` at its end."""
    try:
        return (yield from read_piece())
    except httpx.RequestError as error:
        raise _unreachable(error) from error


def _attempt(connection: Connection, request: Request[T]) -> Steps[Answer[T]]:
    response = yield from begin(connection, request)
    whole = yield from _read(connection, response)
    try:
        value = request.parse(whole)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnexpectedAnswer.of(whole) from error
    return Answer(value, whole.status_code, whole.headers)


def _sent(
    connection: Connection, request: Request[T], headers: dict[str, str]
) -> Steps[httpx.Response]:
    try:
        response = yield from send(request, headers)
    except httpx.LocalProtocolError as error:
        raise ValueError(f"this cannot be sent: {error}") from error
    except httpx.RequestError as error:
        raise _unreachable(error) from error
    if not response.is_success:
        raise_for_status((yield from _read(connection, response)))
    return response


def _read(connection: Connection, response: httpx.Response) -> Steps[httpx.Response]:
    content = bytearray()
    until = time.monotonic() + _ANSWER_TIMEOUT
    while (piece := (yield from next_piece())) is not None:
        content += piece
        if len(content) > connection.max_answer_bytes:
            raise AnswerTooLarge(f"the answer has more than {connection.max_answer_bytes} bytes")
        if time.monotonic() > until:
            raise Unreachable(f"the answer takes longer than {_ANSWER_TIMEOUT} s")
    headers = httpx.Headers(response.headers)
    for name in _OF_THE_WIRE:
        headers.pop(name, None)
    return httpx.Response(response.status_code, headers=headers, content=bytes(content))


def _unreachable(error: httpx.RequestError) -> Unreachable:
    return Unreachable(str(error) or type(error).__name__)
