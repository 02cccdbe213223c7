"""When a request is sent again."""

import random
from dataclasses import dataclass

from .problem import PlinthError, PlinthProblem, UnexpectedAnswer, Unreachable

_PASSING_STATUS = (429, 502, 503, 504)
# Another request with the same idempotency key has not ended yet.
_PASSING_CODE = "idempotency_key.in_use"


@dataclass(frozen=True, slots=True)
class Retry:
    """Waits that double, each shortened by chance to between its half and its whole. A longer
    `Retry-After` of the server counts instead. Times are seconds."""

    attempts: int = 4
    first_delay: float = 0.25
    # A server that asks for a longer wait is not waited for.
    longest_delay: float = 30.0
    # No attempt begins later than this after the first one.
    within: float = 120.0

    def delay(self, error: PlinthError, failures: int, elapsed: float) -> float | None:
        """The wait after so many failures; `None` to give up."""
        if failures >= self.attempts:
            return None
        doubled = min(self.first_delay * 2.0 ** min(failures - 1, 20), self.longest_delay)
        delay = doubled * random.uniform(0.5, 1.0)
        if isinstance(error, PlinthProblem | UnexpectedAnswer) and error.retry_after is not None:
            delay = max(delay, error.retry_after + random.uniform(0.0, self.first_delay))
        return delay if delay <= self.longest_delay and elapsed + delay <= self.within else None


# For what takes long anyway. It lasts through a restart of the server and a short outage.
PATIENT = Retry(attempts=100, first_delay=0.5, longest_delay=30.0, within=600.0)


def is_passing(error: PlinthError) -> bool:
    """Whether the same request may succeed a little later."""
    if isinstance(error, PlinthProblem):
        return error.status in _PASSING_STATUS or error.code == _PASSING_CODE
    if isinstance(error, UnexpectedAnswer):
        return error.status in _PASSING_STATUS
    return isinstance(error, Unreachable)
