"""Server-sent events, as far as chat completions use them."""

from collections.abc import AsyncIterable, AsyncIterator

LINE_BYTES = 1 << 20


class LineTooLong(ValueError):
    pass


async def data(chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """The data of each event. Lines end with LF, CR or CRLF; fields other than `data` are left out."""
    event: list[bytes] = []
    async for line in _lines(chunks):
        if not line:
            if event:
                yield b"\n".join(event)
            event = []
        elif line.startswith(b"data:"):
            event.append(line[5:].removeprefix(b" "))
        if sum(map(len, event)) > LINE_BYTES:
            raise LineTooLong
    if event:
        yield b"\n".join(event)


async def _lines(chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    begun = bytearray()
    after_cr = is_late = False
    async for chunk in chunks:
        if not is_late:
            chunk, is_late = chunk.removeprefix(b"\xef\xbb\xbf"), True
        if after_cr:
            chunk = chunk.removeprefix(b"\n")
        if not chunk:
            after_cr = False
            continue
        after_cr = chunk.endswith(b"\r")
        *ended, rest = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        for line in ended:
            begun += line
            yield bytes(begun)
            begun.clear()
        begun += rest
        if len(begun) > LINE_BYTES:
            raise LineTooLong
    if begun:
        yield bytes(begun)
