"""What the generated modules share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, BinaryIO, Literal

FileContent = IO[bytes] | bytes | str
# As httpx takes a part of a form: its name, its content, its media type, and its headers.
FileTypes = (
    tuple[str | None, FileContent, str | None]
    | tuple[str | None, FileContent, str | None, Mapping[str, str]]
)
RequestFiles = list[tuple[str, FileTypes]]


class Unset:
    """The type of a field that is not sent, which is something else than one that is `None`."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET = Unset()


@dataclass
class File:
    """Bytes of an answer, or to send: then all of them, from the beginning of the file."""

    payload: BinaryIO
    file_name: str | None = None
    mime_type: str | None = None

    def __post_init__(self) -> None:
        if not self.payload.seekable():
            raise ValueError("the payload of a File must be seekable: it may be sent again")

    def to_tuple(self) -> FileTypes:
        return self.file_name, self.payload, self.mime_type
