"""Why a run fails, by stable codes."""

MESSAGE_CHARACTERS = 500


class Fault(Exception):
    """Ends a run with an Error event."""

    def __init__(self, code: str, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retryable = retryable


def readable(message: str, secret: str = "") -> str:
    """A message that may leave the process: short, on one line, without the secret."""
    if secret:
        message = message.replace(secret, "***")
    return " ".join(message.split())[:MESSAGE_CHARACTERS]
