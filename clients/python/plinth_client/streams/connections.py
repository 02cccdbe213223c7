"""An answer of server-sent events, which is asked for again after each cut."""

from dataclasses import replace
from typing import Any

import httpx

from ..engine.connection import Connection
from ..engine.exchange import Attempts, begin, next_piece
from ..engine.steps import Steps
from ..problem import PlinthError, Unreachable
from ..request import Request
from ..retry import PATIENT
from .server_sent import Message, Parser

# Seconds. The server sends at least a comment each 15 s: after three times that without a byte, the
# connection is dead.
SILENCE = 45.0


class Connections:
    """The connections of one stream, one after the other."""

    def __init__(self, connection: Connection, what: str) -> None:
        self._connection = connection
        self._what = what
        self._attempts = Attempts(PATIENT)
        self._parser = Parser()

    def begin(self, request: Request[Any]) -> Steps[httpx.Response]:
        self._parser = Parser()
        return (yield from begin(self._connection, replace(request, read_timeout=SILENCE)))

    def next(self) -> Steps[list[Message]]:
        """The messages that have come, perhaps none. The end of the answer is an error: the server
        stops, or the credential has ended."""
        piece = yield from next_piece()
        if piece is None:
            raise Unreachable("the server has ended the stream")
        self._attempts.succeeded()
        return list(self._parser.feed(piece))

    def failed(self, error: PlinthError) -> Steps[None]:
        """Waits until it is time to begin again, or raises the error."""
        yield from self._attempts.failed(error, self._what, at_least=self._parser.retry)
