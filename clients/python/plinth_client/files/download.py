"""Downloads into a file, which go on after a cut."""

from collections.abc import Callable
from functools import partial
from typing import BinaryIO

from ..engine.connection import Connection
from ..engine.exchange import Attempts, begin, next_piece
from ..engine.steps import Block, Steps
from ..problem import PlinthError
from ..request import Request
from ..retry import PATIENT
from ..types import File

# Bytes that have come, and all of them, where the server tells that.
Progress = Callable[[int, int | None], object]


def download(
    connection: Connection, request: Request[File], to: BinaryIO, progress: Progress
) -> Steps[int]:
    """Writes the answer to a file, and returns the number of its bytes."""
    request = request.with_headers({"Accept-Encoding": "identity"})
    attempts = Attempts(PATIENT)
    start: int = yield Block(to.tell)
    received, tag = 0, ""
    while True:
        ranged = {"Range": f"bytes={received}-", "If-Range": tag} if received and tag else {}
        try:
            response = yield from begin(connection, request.with_headers(ranged))
            if response.status_code != 206:
                received = 0
                yield Block(partial(_cut, to, start))
            tag = response.headers.get("ETag", "")
            length = response.headers.get("Content-Length")
            total = received + int(length) if length is not None else None
            while (piece := (yield from next_piece())) is not None:
                yield Block(partial(to.write, piece))
                received += len(piece)
                progress(received, total)
                attempts.succeeded()
            return received
        except PlinthError as error:
            failure = error
        yield from attempts.failed(failure, f"{request.method} {request.path}")


def _cut(file: BinaryIO, start: int) -> None:
    """What came of another version of the content counts no more."""
    file.seek(start)
    file.truncate()
