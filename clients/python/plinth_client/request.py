"""One request of an operation, as the modules of `plinth_client.api` make it, and its answer."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO, Generic, Self, TypeVar

import httpx

from .files.part import FilePart
from .types import RequestFiles

T_co = TypeVar("T_co", covariant=True)

_SAFE = ("GET", "HEAD", "OPTIONS")
_KEY = "Idempotency-Key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Generic[T_co]):
    """What is sent, and how the answer is read. Nothing is sent until a client gets it."""

    method: str
    # Below the client's base URL.
    path: str
    parse: Callable[[httpx.Response], T_co] = field(repr=False)
    params: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    accept: str = "*/*"
    json: Any = field(default=None, repr=False)
    content: BinaryIO | FilePart | None = field(default=None, repr=False)
    files: RequestFiles | None = field(default=None, repr=False)
    takes_idempotency_key: bool = False
    needs_credential: bool = True
    # Seconds without a byte of the answer; the client's when it is `None`.
    read_timeout: float | None = None

    @property
    def is_repeatable(self) -> bool:
        """Whether sending it twice does no more than sending it once."""
        return self.method in _SAFE or _KEY in self.headers

    def with_idempotency_key(self) -> Self:
        if not self.takes_idempotency_key or _KEY in self.headers:
            return self
        return self.with_headers({_KEY: str(uuid.uuid4())})

    def with_headers(self, headers: Mapping[str, str]) -> Self:
        return replace(self, headers={**self.headers, **headers})

    def with_params(self, **params: Any) -> Self:
        return replace(self, params={**self.params, **params})


@dataclass(frozen=True, slots=True)
class Answer(Generic[T_co]):
    """What an operation answers, with its head."""

    value: T_co
    status: int
    headers: httpx.Headers

    @property
    def etag(self) -> str | None:
        """What `if_match` takes."""
        return _text(self.headers, "ETag")

    @property
    def request_id(self) -> str | None:
        return _text(self.headers, "X-Request-Id")

    @property
    def is_replayed(self) -> bool:
        """Whether an earlier request with the same idempotency key did it."""
        return _text(self.headers, "Idempotent-Replayed") == "true"


def _text(headers: httpx.Headers, name: str) -> str | None:
    text: str | None = headers.get(name)
    return text
