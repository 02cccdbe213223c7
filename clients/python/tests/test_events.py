"""The event stream, which goes on after each cut."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from records import dumps, example
from server import Call, Server

from plinth_client import (
    ClientClosed,
    Plinth,
    PlinthProblem,
    ResyncRequired,
    Retry,
    Unreachable,
    UnreadableEvent,
)
from plinth_client.streams import connections

STREAM = ("GET", "/api/v1/events/stream")
HELLO = b"retry: 1\n: connected\n\n"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PATIENT", Retry(attempts=4, first_delay=0.01))


def event(number: int) -> bytes:
    return f"id: {number}\ndata: {dumps(example('Event', number=number))}\n\n".encode()


def stream(*events: bytes, cut: bool = False) -> Any:
    def script(call: Call) -> None:
        call.begin(200, Content_Type="text/event-stream")
        for piece in (HELLO, *events):
            call.write(piece)
        if cut:
            call.cut()

    return script


def take(events: Iterator[Any], count: int) -> list[int]:
    numbers = [next(events).number for _ in range(count)]
    events.close()  # type: ignore[attr-defined]
    return numbers


def asked(server: Server) -> list[str | None]:
    return [call.query.get("after") for call in server.to(*STREAM)]


def test_a_stream_goes_on_after_a_cut_without_a_gap_or_a_double(
    server: Server, plinth: Any
) -> None:
    server.on(
        *STREAM,
        stream(event(42), event(44), event(45)[:30], cut=True),
        Call.cut,
        # Also where a server repeats what it has sent.
        stream(event(44), event(45), event(46)),
        stream(event(47)),
    )
    assert take(plinth.events(["documents", "jobs"], after=41), 5) == [42, 44, 45, 46, 47]
    assert asked(server) == ["41", "44", "44", "46"]
    assert {call.query["topics"] for call in server.to(*STREAM)} == {"documents,jobs"}


def test_a_stream_without_a_number_begins_with_the_next_event(server: Server, plinth: Any) -> None:
    server.on(*STREAM, stream(event(42)), stream(event(43)))
    assert take(plinth.events(), 2) == [42, 43]
    assert asked(server) == [None, "42"]
    assert "topics" not in server.to(*STREAM)[0].query


def test_an_id_without_data_moves_the_position(server: Server, plinth: Any) -> None:
    server.on(*STREAM, stream(b"id: 50\n\n"), stream(event(51)))
    assert take(plinth.events(), 1) == [51]
    assert asked(server) == [None, "50"]


def test_a_silent_connection_is_replaced(
    server: Server, plinth: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "SILENCE", 0.2)
    end = threading.Event()

    def silent(call: Call) -> None:
        stream(event(42))(call)
        end.wait(20)

    server.on(*STREAM, silent, stream(event(43)))
    try:
        assert take(plinth.events(after=41), 2) == [42, 43]
    finally:
        end.set()


def test_events_that_are_not_stored_any_more_end_the_stream(server: Server, plinth: Any) -> None:
    lost = b'event: resync_required\ndata: {"first":90,"last":99}\n\n'
    server.on(*STREAM, stream(lost))
    with pytest.raises(ResyncRequired) as caught:
        next(plinth.events(after=41))
    assert (caught.value.first, caught.value.last) == (90, 99)
    assert server.count(*STREAM) == 1


def test_a_permission_that_is_gone_ends_the_stream(server: Server, plinth: Any) -> None:
    server.on(*STREAM, stream(event(42)), lambda call: call.refuse(403, "permission.denied"))
    events = plinth.events(after=41)
    assert next(events).number == 42
    with pytest.raises(PlinthProblem, match=r"permission\.denied"):
        next(events)


def test_a_stream_goes_on_however_often_an_idle_connection_is_cut(
    server: Server, plinth: Any
) -> None:
    server.on(*STREAM, *[stream(cut=True)] * 10, stream(event(42)))
    assert take(plinth.events(after=41), 1) == [42]


def test_a_server_that_cannot_be_reached_is_given_up(server: Server, plinth: Any) -> None:
    server.on(*STREAM, stream(event(42)), Call.cut)
    events = plinth.events(after=41)
    assert next(events).number == 42
    with pytest.raises(Unreachable):
        next(events)
    assert server.count(*STREAM) == 4


def test_a_client_waits_as_long_as_the_server_says(server: Server, plinth: Any) -> None:
    server.on(*STREAM, stream(b"retry: 400\n\n"), stream(event(42)))
    began = time.monotonic()
    assert take(plinth.events(after=41), 1) == [42]
    assert 0.4 <= time.monotonic() - began < 5.0


def test_an_event_of_another_form_is_an_error(server: Server, plinth: Any) -> None:
    server.on(*STREAM, stream(b"id: 42\ndata: {}\n\n"))
    with pytest.raises(UnreadableEvent):
        next(plinth.events(after=41))


def test_leaving_the_stream_closes_its_connection(server: Server, plinth: Any) -> None:
    closed = threading.Event()

    def script(call: Call) -> None:
        stream(event(42))(call)
        # The client sends nothing: what can be read is its end.
        assert call.read(1) == b""
        closed.set()

    server.on(*STREAM, script)
    take(plinth.events(after=41), 1)
    assert closed.wait(20)


def test_closing_the_client_ends_a_stream_that_another_thread_reads(server: Server) -> None:
    connected, end = threading.Event(), threading.Event()

    def silent(call: Call) -> None:
        stream()(call)
        connected.set()
        end.wait(20)

    server.on(*STREAM, silent)
    plinth = Plinth(server.url, api_key="plk_1")

    def read() -> str:
        with pytest.raises(ClientClosed):
            next(plinth.events(after=41))
        return "ended"

    with ThreadPoolExecutor() as threads:
        reading = threads.submit(read)
        assert connected.wait(20)
        plinth.close()
        assert reading.result(timeout=5) == "ended"
        end.set()
