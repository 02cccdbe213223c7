"""The client for tasks of asyncio."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Any, Self, TypeVar
from uuid import UUID

import httpx

from .base import CHUNK_BYTES, Base
from .change import change
from .engine.exchange import exchange
from .engine.tasks import Tasks
from .files.download import Progress as DownloadProgress
from .files.download import download
from .files.source import FileSource, file_name, opened
from .files.upload import Progress as UploadProgress
from .files.upload import Upload, upload
from .models import Document, Event
from .pages import Page, emit_items, emit_pages
from .request import Answer, Request
from .streams.events import emit_events
from .streams.executions import Source, emit_text
from .streams.text import AsyncText
from .types import File

T = TypeVar("T")
R = TypeVar("R")
P = TypeVar("P", bound=Page[Any])


class AsyncPlinth(Base):
    """A client that the tasks of one event loop share. `Plinth` is the same for threads."""

    __doc__ = f"{__doc__}\n\n{Base.__doc__}"

    def _open(self, options: dict[str, Any]) -> None:
        self._tasks = Tasks(httpx.AsyncClient(**options))

    async def send(self, request: Request[T]) -> T:
        """Sends a request, and returns what the answer has. A refusal is a `PlinthProblem`."""
        return (await self.answer(request)).value

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Sends a request, and returns the answer with its head."""
        return await self._tasks.run(exchange(self._connection, request))

    def items(self, request: Request[Page[T]]) -> AsyncGenerator[T, None]:
        """The items of all pages of a list."""
        return self._tasks.iterate(emit_items(self._connection, request))

    def pages(self, request: Request[P]) -> AsyncGenerator[P, None]:
        """The pages of a list."""
        return self._tasks.iterate(emit_pages(self._connection, request))

    async def change(self, read: Request[T], write: Callable[[T, str], Request[R]]) -> R:
        """Reads a record, and sends the request that `write` makes of it and of its ETag. Where the
        record has changed in between, it does both again, at most five times."""
        return await self._tasks.run(change(self._connection, read, write))

    async def upload(
        self,
        source: FileSource,
        *,
        name: str | None = None,
        content_type: str | None = None,
        project_id: UUID | str | None = None,
        document_id: UUID | str | None = None,
        metadata: Mapping[str, Any] | None = None,
        chunk_bytes: int = CHUNK_BYTES,
        progress: UploadProgress = lambda sent, total: None,
        started: Callable[[str], object] = lambda upload_id: None,
        resume: str | None = None,
    ) -> Document:
        """Uploads a file, and resumes after each cut. With `document_id` it becomes a new version.
        Another process resumes the upload with `resume` and the id that `started` was told."""
        with opened(source, "rb") as file:
            plan = Upload(
                file=file,
                name=file_name(source, name),
                content_type=content_type,
                project_id=project_id,
                document_id=document_id,
                metadata=metadata,
                chunk_bytes=chunk_bytes,
                progress=progress,
                started=started,
            )
            return await self._tasks.run(upload(self._connection, plan, resume))

    async def download(
        self,
        request: Request[File],
        to: FileSource,
        *,
        progress: DownloadProgress = lambda received, total: None,
    ) -> int:
        """Writes an answer of any size to a file, and returns the number of its bytes."""
        with opened(to, "wb") as file:
            return await self._tasks.run(download(self._connection, request, file, progress))

    def events(
        self, topics: Sequence[str] | None = None, *, after: int | None = None
    ) -> AsyncGenerator[Event, None]:
        """Each event after the number, once, without an end; without a number, each from now on:
        then those are missed that come while a connection is cut before the first event."""
        return self._tasks.iterate(emit_events(self._connection, topics, after))

    def stream(self, source: Source, *, after: int = 0) -> AsyncText:
        """Starts an execution (`execute_prompt`, `create_execution`), or follows one by its id
        behind so many characters, and gives its text as it comes."""
        return AsyncText(
            lambda ended: self._tasks.iterate(emit_text(self._connection, source, after, ended))
        )

    async def aclose(self) -> None:
        """Closes the connections. The login goes on."""
        await self._tasks.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
