"""The text of an execution as it comes."""

import json
from collections.abc import Callable
from uuid import UUID

from ..api import executions
from ..engine.connection import Connection
from ..engine.steps import Emit, Steps
from ..models import Execution
from ..problem import PlinthError, UnreadableEvent
from ..request import Request
from .connections import Connections
from .server_sent import Message

Source = Request[Execution] | UUID | str


def emit_text(
    connection: Connection, source: Source, after: int, ended: Callable[[Execution], None]
) -> Steps[None]:
    """Starts an execution, or follows one by its id behind so many characters. After a cut it goes
    on behind the last character."""
    connections = Connections(connection, "the text of an execution")
    if isinstance(source, Request):
        request: Request[object] = _streamed(source)
    else:
        request = executions.stream_execution(source, after=after)
    while True:
        try:
            response = yield from connections.begin(request)
            if "Location" in response.headers:
                source = response.headers["Location"].rpartition("/")[2]
            while True:
                for message in (yield from connections.next()):
                    if message.event == "ended":
                        ended(_execution(message))
                        return
                    text, until = _output(message)
                    new = text[max(0, len(text) - (until - after)) :] if until > after else ""
                    if new:
                        yield Emit(new)
                        after = until
        except PlinthError as error:
            failure = error
        if not request.is_repeatable and isinstance(source, Request):
            raise failure
        yield from connections.failed(failure)
        if not isinstance(source, Request):
            request = executions.stream_execution(source, after=after)


def _streamed(start: Request[Execution]) -> Request[Execution]:
    return start.with_idempotency_key().with_headers({"Accept": "text/event-stream"})


def _output(message: Message) -> tuple[str, int]:
    """A piece of the text, and the number of characters up to its end."""
    try:
        return str(json.loads(message.data)["text"]), int(message.id)
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableEvent(f"{message.event} {message.id}") from error


def _execution(message: Message) -> Execution:
    try:
        return Execution.from_dict(json.loads(message.data))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableEvent(message.event) from error
