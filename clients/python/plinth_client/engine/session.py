"""The credential of a client."""

import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from ..models import LoginForm, SignedIn
from ..problem import PlinthProblem
from ..request import Answer

# Seconds before its end in which a token is not used any more.
_MARGIN = 30.0


@dataclass(slots=True)
class Session:
    """The tokens of now. A token without a refresh token or a login, such as an API key, is never
    renewed."""

    access_token: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    login: LoginForm | None = field(default=None, repr=False)
    # Why the password is not sent again: that would close the account to its user.
    refused: PlinthProblem | None = field(default=None, init=False)
    # On the clock of time.monotonic, if it is known.
    _ends_at: float | None = field(default=None, init=False)

    @property
    def can_renew(self) -> bool:
        return self.refresh_token is not None or self.login is not None

    def token(self, rejected: str | None) -> str | None:
        """A token that is not the rejected one and has not ended."""
        has_ended = self._ends_at is not None and time.monotonic() >= self._ends_at
        if self.access_token == rejected or has_ended:
            return None
        return self.access_token

    def keep(self, answer: Answer[SignedIn]) -> str:
        self._ends_at = _end(answer)
        self.refresh_token = answer.value.refresh_token
        self.access_token = answer.value.access_token
        return self.access_token


def _end(answer: Answer[SignedIn]) -> float | None:
    """By the server's clock alone: that of this machine may be wrong."""
    try:
        now = parsedate_to_datetime(answer.headers["Date"])
        lifetime = (answer.value.expires_at - now).total_seconds()
    except (KeyError, ValueError, TypeError):
        return None
    return time.monotonic() + lifetime - min(_MARGIN, lifetime / 2)
