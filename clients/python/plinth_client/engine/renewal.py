"""How a client gets its next access token."""

from dataclasses import replace

from ..api import auth
from ..models import RefreshForm, SignedIn
from ..problem import PlinthError, PlinthProblem
from ..request import Answer
from ..retry import Retry
from .connection import Connection
from .exchange import exchange
from .steps import Steps

# A refresh token may be used again for ten seconds, and answers the same pair; later, its use looks
# like a theft, and ends the login (docs/api.md, "Credentials").
_REFRESH = Retry(longest_delay=2.0, within=8.0)
_WRONG_PASSWORD = "auth.invalid_credentials"


def renew(connection: Connection) -> Steps[str]:
    """By the refresh token, and by the password where the login of that token has ended."""
    session = connection.session
    if session.refresh_token is not None:
        try:
            answer = yield from _refresh(connection, session.refresh_token)
            return session.keep(answer)
        except PlinthProblem as problem:
            if problem.status != 401 or session.login is None:
                raise
    if session.refused is not None:
        raise session.refused
    if session.login is None:
        raise PlinthError("this needs a credential: token, api_key, or email and password")
    try:
        answer = yield from exchange(connection, auth.login(session.login))
    except PlinthProblem as problem:
        if problem.code == _WRONG_PASSWORD:
            session.refused = problem
        raise
    return session.keep(answer)


def _refresh(connection: Connection, token: str) -> Steps[Answer[SignedIn]]:
    request = auth.refresh(RefreshForm(refresh_token=token))
    quickly = replace(connection, retry=_REFRESH)
    return (yield from exchange(quickly, request, repeatable=True))
