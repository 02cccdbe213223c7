"""Server-sent events in every form that the standard allows."""

import pytest

from plinth_client import AnswerTooLarge
from plinth_client.streams.server_sent import Message, Parser

STREAM = (
    "\ufeffretry: 4157\n: connected\n\n"
    'id: 3\nevent: output\ndata: {"text":"Thé"}\n\n'
    "data: two\r\ndata:lines\r\n\r\n"
    ":\n\n"
    "id: 9\n\n"
    "data\runknown: 1\r\r"
    "data: cut"
)
MESSAGES = [
    Message("output", '{"text":"Thé"}', "3"),
    Message("message", "two\nlines", "3"),
    Message("message", "", "9"),
    Message("message", "", "9"),
]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_the_size_of_the_pieces_changes_nothing(size: int) -> None:
    parser = Parser()
    content = STREAM.encode()
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    assert [message for piece in pieces for message in parser.feed(piece)] == MESSAGES
    assert parser.retry == 4.157


def test_an_event_that_is_too_long_is_not_kept() -> None:
    line = b"data: " + b"x" * 1_000_000 + b"\n"
    parser = Parser()
    with pytest.raises(AnswerTooLarge):
        for _ in range(20):
            list(parser.feed(line))
    parser = Parser()
    with pytest.raises(AnswerTooLarge):
        for _ in range(20):
            list(parser.feed(line[:-1]))
