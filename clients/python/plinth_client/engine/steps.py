"""What this package does, apart from how it waits: a generator yields each step that waits, and
gets its result back. `threads.py` takes the steps of `Plinth`, and `tasks.py` those of
`AsyncPlinth`."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import httpx

from ..request import Request

if TYPE_CHECKING:
    from .connection import Connection

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Send:
    """Sends a request, and results in the answer, of which only the head was read. An earlier
    answer of the same steps is closed."""

    request: Request[Any]
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class ReadPiece:
    """Results in the next bytes of the answer, or `None` at its end."""


@dataclass(frozen=True, slots=True)
class Sleep:
    seconds: float


@dataclass(frozen=True, slots=True)
class Renew:
    """Results in an access token that is not `rejected`. Of all that ask at the same time, one
    renews it, and the others get the same result, also when that is an error."""

    connection: "Connection"
    rejected: str | None


@dataclass(frozen=True, slots=True)
class Block:
    """Results in what a function returns that waits for a disk."""

    call: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Emit:
    """Gives an item to the caller that iterates over the steps."""

    item: Any


Step = Send | ReadPiece | Sleep | Renew | Block | Emit
Steps = Generator[Step, Any, T]


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """The steps are over."""

    value: T


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a step."""

    value: Any = None
    error: Exception | None = None


def advance(steps: Steps[T], outcome: Outcome) -> Step | Done[T]:
    """Goes on to the next step that waits."""
    try:
        if outcome.error is not None:
            return steps.throw(outcome.error)
        return steps.send(outcome.value)
    except StopIteration as end:
        return Done(end.value)


def send(request: Request[Any], headers: dict[str, str]) -> Steps[httpx.Response]:
    response: httpx.Response = yield Send(request, headers)
    return response


def read_piece() -> Steps[bytes | None]:
    piece: bytes | None = yield ReadPiece()
    return piece
