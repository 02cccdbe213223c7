"""Both clients with one interface, so that a test proves a rule of each."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from typing import Any

from plinth_client import AsyncPlinth, Plinth, Retry

QUICK = Retry(first_delay=0.01)


class InThreads:
    def __init__(self, url: str, **options: Any) -> None:
        self.plinth = Plinth(url, **{"retry": QUICK, **options})

    def send(self, request: Any) -> Any:
        return self.plinth.send(request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.plinth, name)


class InTasks:
    """Runs each method of `AsyncPlinth` in an event loop."""

    def __init__(self, url: str, **options: Any) -> None:
        self.runner = asyncio.Runner()
        self.plinth = AsyncPlinth(url, **{"retry": QUICK, **options})

    def send(self, request: Any) -> Any:
        return self.runner.run(self.plinth.send(request))

    def answer(self, request: Any) -> Any:
        return self.runner.run(self.plinth.answer(request))

    def change(self, read: Any, write: Any) -> Any:
        return self.runner.run(self.plinth.change(read, write))

    def upload(self, *arguments: Any, **named: Any) -> Any:
        return self.runner.run(self.plinth.upload(*arguments, **named))

    def download(self, *arguments: Any, **named: Any) -> Any:
        return self.runner.run(self.plinth.download(*arguments, **named))

    def items(self, request: Any) -> Generator[Any, None, None]:
        return self._each(self.plinth.items(request))

    def pages(self, request: Any) -> Generator[Any, None, None]:
        return self._each(self.plinth.pages(request))

    def events(self, *arguments: Any, **named: Any) -> Generator[Any, None, None]:
        return self._each(self.plinth.events(*arguments, **named))

    def stream(self, *arguments: Any, **named: Any) -> Any:
        return _Text(self, self.plinth.stream(*arguments, **named))

    def close(self) -> None:
        self.runner.run(self.plinth.aclose())
        self.runner.close()

    def _each(self, items: AsyncGenerator[Any, None]) -> Generator[Any, None, None]:
        async def following() -> Any:
            return await anext(items, StopIteration)

        try:
            while (item := self.runner.run(following())) is not StopIteration:
                yield item
        finally:
            self.runner.run(items.aclose())


class _Text:
    def __init__(self, client: InTasks, text: Any) -> None:
        self._client = client
        self._text = text

    def __iter__(self) -> Generator[str, None, None]:
        return self._client._each(self._text._pieces)

    @property
    def execution(self) -> Any:
        return self._text.execution
