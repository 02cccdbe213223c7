"""The text of an execution, to iterate over."""

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from types import TracebackType
from typing import Self

from ..models import Execution


class _Ended:
    def __init__(self) -> None:
        self._execution: Execution | None = None

    @property
    def execution(self) -> Execution:
        """The execution with its status, tokens and cost, once the text is at its end. One that
        failed is told by its `status` and `error`."""
        if self._execution is None:
            raise RuntimeError("the execution has not ended: iterate over its text first")
        return self._execution

    def _keep(self, execution: Execution) -> None:
        self._execution = execution


class Text(_Ended, AbstractContextManager["Text"]):
    """Pieces of text. Leaving it early does not end the execution."""

    def __init__(
        self, follow: Callable[[Callable[[Execution], None]], Generator[str, None, None]]
    ) -> None:
        super().__init__()
        self._pieces = follow(self._keep)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        return next(self._pieces)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pieces.close()


class AsyncText(_Ended, AbstractAsyncContextManager["AsyncText"]):
    """Pieces of text. Leaving it early does not end the execution."""

    def __init__(
        self, follow: Callable[[Callable[[Execution], None]], AsyncGenerator[str, None]]
    ) -> None:
        super().__init__()
        self._pieces = follow(self._keep)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        return await anext(self._pieces)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._pieces.aclose()
