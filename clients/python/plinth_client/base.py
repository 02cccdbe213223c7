"""What `Plinth` and `AsyncPlinth` have in common."""

import ssl
import sys
from abc import ABC, abstractmethod
from importlib.metadata import version
from typing import Any

import httpx

from .engine.connection import Connection
from .engine.session import Session
from .models import LoginForm
from .retry import Retry
from .types import UNSET

# Seconds. The server answers within 30 s (`server.request_timeout_seconds`).
TIMEOUT = httpx.Timeout(connect=10.0, read=60.0, write=60.0, pool=60.0)
CONNECTIONS = httpx.Limits(max_connections=100, max_keepalive_connections=20)
# The server stores parts of this size.
CHUNK_BYTES = 8 * 1024 * 1024
# Of an answer that is kept in memory.
MAX_ANSWER_BYTES = 64 * 1024 * 1024
RETRY = Retry()


class Base(ABC):
    """A server, and a credential for it:

    - `email` and `password`, perhaps with the slug of an `organization`, log in when the first
      request is sent, and again when the login has ended;
    - `token` and `refresh_token` continue a login that was made elsewhere; a `token` alone lasts
      15 minutes;
    - `api_key` lasts until it is revoked.

    `verify` and `proxy` are those of httpx.
    """

    def __init__(
        self,
        base_url: str,
        *,
        email: str | None = None,
        password: str | None = None,
        organization: str | None = None,
        token: str | None = None,
        refresh_token: str | None = None,
        api_key: str | None = None,
        retry: Retry = RETRY,
        timeout: httpx.Timeout = TIMEOUT,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
        verify: ssl.SSLContext | bool = True,
        proxy: str | None = None,
    ) -> None:
        if (email is None) != (password is None):
            raise ValueError("email and password belong together")
        if api_key is not None and (token or refresh_token or email):
            raise ValueError("api_key is the whole credential: nothing goes with it")
        for name, secret in (("token", token), ("api_key", api_key)):
            if secret is not None and not _is_header(secret):
                raise ValueError(f"{name} has a character that no credential has")
        login = None
        if email is not None and password is not None:
            login = LoginForm(email, password, organization=organization or UNSET)
        self._connection = Connection(
            session=Session(api_key or token, refresh_token, login),
            retry=retry,
            max_answer_bytes=max_answer_bytes,
        )
        self._open(
            {
                "base_url": _checked(base_url),
                "headers": {"User-Agent": _agent()},
                "timeout": timeout,
                "limits": CONNECTIONS,
                "verify": verify,
                "proxy": proxy,
            }
        )

    @abstractmethod
    def _open(self, options: dict[str, Any]) -> None:
        """Makes the client of httpx. No connection is opened yet."""

    @property
    def refresh_token(self) -> str | None:
        """The one of now, by which another process may continue the login: it works once."""
        return self._connection.session.refresh_token


def _checked(base_url: str) -> httpx.URL:
    url = httpx.URL(base_url)
    if url.scheme not in ("http", "https") or not url.host or url.query or url.fragment:
        raise ValueError(f"{base_url!r} is no base URL such as https://plinth.example.com")
    if url.userinfo:
        raise ValueError("the base URL names a user: the credential is an argument of its own")
    return url


def _is_header(secret: str) -> bool:
    return secret.isascii() and secret.isprintable() and " " not in secret


def _agent() -> str:
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"plinth-client/{version('plinth-client')} python/{python}"
