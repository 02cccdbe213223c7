"""Lists, page by page."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from .engine.connection import Connection
from .engine.exchange import exchange
from .engine.steps import Emit, Steps
from .request import Request

I_co = TypeVar("I_co", covariant=True)


class Page(Protocol[I_co]):
    """What the operations `list_…` answer."""

    @property
    def data(self) -> Sequence[I_co]: ...

    @property
    def has_more(self) -> bool: ...

    @property
    def next_cursor(self) -> str | None: ...


def emit_pages(connection: Connection, request: Request[Page[Any]]) -> Steps[None]:
    following: Request[Page[Any]] | None = request
    while following is not None:
        page = (yield from exchange(connection, following)).value
        yield Emit(page)
        following = _after(page, following)


def emit_items(connection: Connection, request: Request[Page[Any]]) -> Steps[None]:
    following: Request[Page[Any]] | None = request
    while following is not None:
        page = (yield from exchange(connection, following)).value
        for item in page.data:
            yield Emit(item)
        following = _after(page, following)


def _after(page: Page[Any], request: Request[Page[Any]]) -> Request[Page[Any]] | None:
    if not page.has_more or page.next_cursor is None:
        return None
    # All items are counted once.
    params = {"total": False} if "total" in request.params else {}
    return request.with_params(cursor=page.next_cursor, **params)
