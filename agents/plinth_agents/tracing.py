"""W3C trace context."""

import re

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


def valid(traceparent: str) -> str:
    """The value if it is a traceparent, otherwise nothing."""
    return traceparent if _TRACEPARENT.fullmatch(traceparent) else ""


def trace_id(traceparent: str) -> str | None:
    found = _TRACEPARENT.fullmatch(traceparent)
    return found[1] if found else None
