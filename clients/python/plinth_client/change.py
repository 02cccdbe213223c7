"""Changes of a record that others change, too."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from .engine.connection import Connection
from .engine.exchange import exchange
from .engine.steps import Steps
from .problem import PlinthProblem
from .request import Request

T = TypeVar("T")
R = TypeVar("R")

_STALE = "if_match.stale"
_ATTEMPTS = 5


class Versioned(Protocol):
    """A record with a version."""

    @property
    def version(self) -> int: ...


def etag(record: Versioned) -> str:
    """What `if_match` takes: the version of the record that was read."""
    return f'"{record.version}"'


def change(
    connection: Connection, read: Request[T], write: Callable[[T, str], Request[R]]
) -> Steps[R]:
    """Reads the record, writes what `write` makes of it and of its ETag, and does both again where
    the record has changed in between."""
    failures = 0
    while True:
        found = yield from exchange(connection, read)
        if found.etag is None:
            raise TypeError(f"{read.path} has no ETag")
        try:
            return (yield from exchange(connection, write(found.value, found.etag))).value
        except PlinthProblem as problem:
            failures += 1
            if problem.code != _STALE or failures >= _ATTEMPTS:
                raise
