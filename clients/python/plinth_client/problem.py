"""What can go wrong, as exceptions. All are a `PlinthError`."""

from dataclasses import dataclass
from typing import Any, Self

import httpx

# Of a body that is no problem document, so much is shown.
_SHOWN = 200


class PlinthError(Exception):
    """The base of all exceptions of this package."""


class Unreachable(PlinthError):
    """No whole answer came: no connection, a cut one, or nothing within the timeout. Its cause is
    the exception of httpx. The server may have done what was asked."""


class ClientClosed(PlinthError):
    """The client was closed, perhaps by another thread, before this was done."""


@dataclass(frozen=True)
class Fault:
    """One fault of a body, by its `pointer` (RFC 6901), of a query, by its `parameter`, or of a
    table, by its `line` (from 1) and `column`."""

    code: str
    detail: str
    pointer: str | None = None
    parameter: str | None = None
    line: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        place = self.pointer if self.pointer is not None else self.parameter
        if self.line is not None:
            place = f"line {self.line}" + (f", {self.column}" if self.column else "")
        return f"{place}: {self.detail} ({self.code})" if place else f"{self.detail} ({self.code})"


class PlinthProblem(PlinthError):
    """The server has refused (RFC 9457). `code` is for programs and stays as it is, `detail` for
    people; `request_id` names the request to those who run the server."""

    def __init__(self, status: int, document: dict[str, Any], retry_after: float | None) -> None:
        super().__init__(status, document, retry_after)
        self.status = status
        # All members, also those of single problems: `challenge`, `limit`, `organizations`.
        self.document = document
        # Seconds.
        self.retry_after = retry_after
        self.code = str(document["code"])
        self.title = str(document.get("title", ""))
        self.detail = str(document.get("detail", ""))
        self.request_id = str(document.get("request_id", ""))
        self.errors = tuple(_fault(fault) for fault in document.get("errors", []))

    def __str__(self) -> str:
        line = f"{self.status} {self.code}: {self.detail} (request {self.request_id})"
        return "\n  ".join([line, *map(str, self.errors)])


class UnexpectedAnswer(PlinthError):
    """None of the answers that the API describes: of a proxy, say, or of another version."""

    def __init__(self, status: int, body: str, request_id: str, retry_after: float | None) -> None:
        super().__init__(status, body, request_id, retry_after)
        self.status = status
        # Its beginning.
        self.body = body
        self.request_id = request_id
        # Seconds.
        self.retry_after = retry_after

    @classmethod
    def of(cls, response: httpx.Response) -> Self:
        request_id = response.headers.get("X-Request-Id", "")
        return cls(response.status_code, response.text[:_SHOWN], request_id, _wait(response))

    def __str__(self) -> str:
        request = f" (request {self.request_id})" if self.request_id else ""
        return f"unexpected answer {self.status}{request}: {self.body}"


class NotModified(PlinthError):
    """What was asked for still has the ETag that `if_none_match` names."""


class AnswerTooLarge(PlinthError):
    """The answer is larger than `max_answer_bytes`. `download` writes such a one to a file."""


class UnreadableEvent(PlinthError):
    """An event of a stream has another form than the API describes."""


class ResyncRequired(PlinthError):
    """The events after that number are not stored any more, or do not exist yet: read the records
    again, and continue after `last`."""

    def __init__(self, first: int, last: int) -> None:
        super().__init__(first, last)
        self.first = first
        self.last = last

    def __str__(self) -> str:
        return f"read the records again, and continue after event {self.last}"


def raise_for_status(response: httpx.Response) -> None:
    """Raises what the answer says, unless it is a success. The body must have been read."""
    if response.is_success:
        return
    if response.status_code == httpx.codes.NOT_MODIFIED:
        raise NotModified
    try:
        document = response.json()
        problem = PlinthProblem(response.status_code, document, _wait(response))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UnexpectedAnswer.of(response) from None
    raise problem


def _wait(response: httpx.Response) -> float | None:
    """Seconds: the server sends no other form (RFC 9110, section 10.2.3)."""
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _fault(fault: dict[str, Any]) -> Fault:
    known = {name: fault[name] for name in Fault.__dataclass_fields__ if name in fault}
    return Fault(**known)
