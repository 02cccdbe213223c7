"""A part of a file as the body of a request."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from typing import BinaryIO

_PIECE = 128 * 1024


class FilePart:
    """`size` bytes of a file from `offset` on, read while they are sent. `passed` is told how many
    were given to the connection."""

    def __init__(
        self,
        file: BinaryIO,
        offset: int,
        size: int,
        passed: Callable[[int], object] = lambda count: None,
    ) -> None:
        self.size = size
        self._file = file
        self._offset = offset
        self._passed = passed

    @classmethod
    def whole(cls, file: BinaryIO) -> "FilePart":
        return cls(file, 0, file_size(file))

    def pieces(self) -> Iterator[bytes]:
        sent = 0
        while sent < self.size:
            piece = self._read(sent)
            yield piece
            sent += len(piece)
            self._passed(sent)

    async def pieces_async(self) -> AsyncIterator[bytes]:
        sent = 0
        while sent < self.size:
            piece = await asyncio.to_thread(self._read, sent)
            yield piece
            sent += len(piece)
            self._passed(sent)

    def _read(self, sent: int) -> bytes:
        self._file.seek(self._offset + sent)
        piece = self._file.read(min(_PIECE, self.size - sent))
        if not piece:
            raise ValueError("the file has become shorter while it was sent")
        return piece


def file_size(file: BinaryIO) -> int:
    return file.seek(0, os.SEEK_END)
