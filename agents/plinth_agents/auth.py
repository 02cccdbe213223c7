"""Who may call: the holder of the token, with the same protocol."""

import hmac

import grpc

from plinth_agents import PROTOCOL

PROTOCOL_KEY = "plinth-agent-protocol"


def metadata(context: grpc.aio.ServicerContext) -> dict[str, str]:
    """The metadata that is text."""
    given = context.invocation_metadata() or ()
    return {key: value for key, value in given if isinstance(value, str)}


class Gate:
    def __init__(self, token: str) -> None:
        self._expected = f"Bearer {token}".encode()

    async def admit(self, context: grpc.aio.ServicerContext) -> dict[str, str]:
        """The metadata of a call that may be answered; any other one ends here."""
        given = metadata(context)
        token = given.get("authorization", "").encode(errors="replace")
        # In constant time: the time does not tell how much of a token is right.
        if not hmac.compare_digest(token, self._expected):
            await context.abort(grpc.StatusCode.UNAUTHENTICATED, "the token is wrong")
        await context.send_initial_metadata(((PROTOCOL_KEY, str(PROTOCOL)),))
        if given.get(PROTOCOL_KEY) != str(PROTOCOL):
            theirs = given.get(PROTOCOL_KEY, "none")[:20]
            detail = f"the caller speaks protocol {theirs}, this sidecar {PROTOCOL}"
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, detail)
        return given
