"""Server-sent events, as the HTML standard reads them (section 9.2.6)."""

from codecs import getincrementaldecoder
from collections.abc import Iterator
from dataclasses import dataclass

from ..problem import AnswerTooLarge

# Characters of one event, and of a line that has not ended.
_LONGEST = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Message:
    """`id` is the last one that was sent, also before this message. One with an id alone has no
    data."""

    event: str
    data: str
    id: str


class Parser:
    """Takes the bytes of a stream in pieces of any size."""

    def __init__(self) -> None:
        # Seconds that the server asks to wait before the client connects again.
        self.retry = 0.0
        self._decoder = getincrementaldecoder("utf-8-sig")(errors="replace")
        self._rest = ""
        self._id = ""
        self._has_id = False
        self._event = "message"
        self._data: list[str] = []
        self._size = 0

    def feed(self, piece: bytes) -> Iterator[Message]:
        text = self._rest + self._decoder.decode(piece)
        # A CR at the end may be the first half of a line end.
        held = "\r" if text.endswith("\r") else ""
        lines = text.removesuffix(held).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._rest = lines.pop() + held
        for line in lines:
            if line:
                self._field(line)
            else:
                yield from self._end()
        if len(self._rest) + self._size > _LONGEST:
            raise AnswerTooLarge(f"an event has more than {_LONGEST} characters")

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match name:
            case "data":
                self._data.append(value)
                self._size += len(value)
            case "event":
                self._event = value
            case "id" if "\0" not in value:
                self._id = value
                self._has_id = True
            case "retry" if value.isascii() and value.isdigit() and len(value) < 10:
                self.retry = int(value) / 1000

    def _end(self) -> Iterator[Message]:
        if self._data or self._has_id:
            yield Message(self._event, "\n".join(self._data), self._id)
        self._clear()

    def _clear(self) -> None:
        self._event = "message"
        self._data = []
        self._size = 0
        self._has_id = False
