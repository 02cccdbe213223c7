"""What the requests of one client have in common."""

from dataclasses import dataclass

from ..retry import Retry
from .session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    session: Session
    retry: Retry
    # Of an answer that is kept in memory.
    max_answer_bytes: int
