"""The events of an organization."""

import json
from collections.abc import Sequence

from ..api import events
from ..engine.connection import Connection
from ..engine.steps import Emit, Steps
from ..models import Event
from ..problem import PlinthError, ResyncRequired, UnreadableEvent
from ..types import UNSET
from .connections import Connections
from .server_sent import Message


def emit_events(
    connection: Connection, topics: Sequence[str] | None, after: int | None
) -> Steps[None]:
    """Each event after the number, once; without a number, each from now on."""
    connections = Connections(connection, "the stream of events")
    position = after
    while True:
        request = events.stream_events(
            topics=UNSET if topics is None else list(topics),
            after=UNSET if position is None else position,
        )
        try:
            yield from connections.begin(request)
            while True:
                for message in (yield from connections.next()):
                    number = _number(message)
                    if message.data and (position is None or number > position):
                        yield Emit(_event(message))
                    position = number
        except PlinthError as error:
            failure = error
        yield from connections.failed(failure)


def _number(message: Message) -> int:
    try:
        if message.event == "resync_required":
            span = json.loads(message.data)
            raise ResyncRequired(int(span["first"]), int(span["last"]))
        return int(message.id)
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableEvent(f"{message.event} {message.id}") from error


def _event(message: Message) -> Event:
    try:
        return Event.from_dict(json.loads(message.data))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableEvent(f"{message.event} {message.id}") from error
