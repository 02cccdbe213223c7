"""The client of Plinth: requests are made by the modules of `plinth_client.api` of the models in
`plinth_client.models`, and sent by `Plinth` or `AsyncPlinth`."""

from .async_client import AsyncPlinth
from .change import etag
from .client import Plinth
from .problem import (
    AnswerTooLarge,
    ClientClosed,
    Fault,
    NotModified,
    PlinthError,
    PlinthProblem,
    ResyncRequired,
    UnexpectedAnswer,
    Unreachable,
    UnreadableEvent,
)
from .request import Answer, Request
from .retry import Retry
from .streams.text import AsyncText, Text
from .types import UNSET, File, Unset

__all__ = [
    "UNSET",
    "Answer",
    "AnswerTooLarge",
    "AsyncPlinth",
    "AsyncText",
    "ClientClosed",
    "Fault",
    "File",
    "NotModified",
    "Plinth",
    "PlinthError",
    "PlinthProblem",
    "Request",
    "ResyncRequired",
    "Retry",
    "Text",
    "UnexpectedAnswer",
    "Unreachable",
    "UnreadableEvent",
    "Unset",
    "etag",
]
