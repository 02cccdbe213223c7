"""Files by their path, or open ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal

FileSource = Path | BinaryIO


@contextmanager
def opened(source: FileSource, mode: Literal["rb", "wb"]) -> Iterator[BinaryIO]:
    """An open file stays open. After a cut, a part of it is sent or written again."""
    if isinstance(source, Path):
        with source.open(mode) as file:
            yield file
    elif source.seekable():
        yield source
    else:
        raise ValueError("the file must be seekable")


def file_name(source: FileSource, name: str | None) -> str:
    if name is not None:
        return name
    if isinstance(source, Path):
        return source.name
    raise ValueError("an open file needs a name")
