"""What the environment says."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

TOKEN_CHARACTERS = 32


class InvalidSetting(ValueError):
    """A setting that the sidecar cannot start with. The message never has the token."""


@dataclass(frozen=True)
class Settings:
    token: str = field(repr=False)
    listen: str
    concurrency: int
    drain_seconds: int

    @classmethod
    def load(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        token = environment.get("PLINTH_AGENTS_TOKEN", "")
        if len(token) < TOKEN_CHARACTERS:
            raise InvalidSetting(f"PLINTH_AGENTS_TOKEN needs at least {TOKEN_CHARACTERS} characters")
        listen = environment.get("PLINTH_AGENTS_LISTEN", "127.0.0.1:8070")
        allow_plain = environment.get("PLINTH_AGENTS_ALLOW_PLAIN", "") == "1"
        if not (_is_local(listen) or allow_plain):
            raise InvalidSetting(
                "PLINTH_AGENTS_LISTEN is neither a loopback address nor a unix socket: token and keys "
                "would cross the network unencrypted. On a private network, such as that of containers "
                "of one host, set PLINTH_AGENTS_ALLOW_PLAIN=1"
            )
        return cls(
            token=token,
            listen=listen,
            concurrency=_number(environment, "PLINTH_AGENTS_CONCURRENCY", 8, 1, 1000),
            drain_seconds=_number(environment, "PLINTH_AGENTS_DRAIN_SECONDS", 30, 0, 3600),
        )


def _is_local(listen: str) -> bool:
    host = listen.rpartition(":")[0]
    return listen.startswith("unix:") or host in ("127.0.0.1", "localhost", "[::1]")


def _number(environment: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = environment.get(name, str(default))
    if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
        raise InvalidSetting(f"{name} must be a number from {low} to {high}")
    return int(text)
