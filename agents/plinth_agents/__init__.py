"""The agents sidecar of Plinth: LangGraph graphs behind `plinth.agent.v1`."""

__version__ = "0.1.0"

PROTOCOL = 1
"""What `plinth-agent-protocol` says. It grows when a caller of before would misread an event."""
