"""Checkpoints without a database: they go to the caller as events, and come back on resume.

They are JSON and hold plain values only. LangGraph's own serializer can make any Python object of
what it reads, so a changed checkpoint would run code.
"""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple
from langgraph.types import Interrupt

from plinth_agents.faults import Fault
from plinth_agents.outbox import Outbox
from plinth_agents.pb import agent_pb2 as pb

_FORMAT = 1
STATE_BYTES = 1 << 20
_INTERRUPT = "$interrupt"


class Checkpoints(BaseCheckpointSaver[int]):
    """Holds the newest checkpoint of one run. An earlier one is never asked for."""

    def __init__(self, outbox: Outbox, *, run_id: str, graph: str, graph_version: int) -> None:
        super().__init__()
        self._outbox = outbox
        self._owner = {
            "format": _FORMAT,
            "run": run_id,
            "graph": graph,
            "graph_version": graph_version,
        }
        self._checkpoint: dict[str, Any] | None = None
        self._metadata: dict[str, Any] = {}
        self._writes: list[tuple[str, str, Any]] = []

    def restore(self, state: bytes) -> None:
        """Takes what an earlier part sent, if it is of this run and of this version of the graph."""
        if len(state) > STATE_BYTES:
            raise Fault("checkpoint_invalid", "the checkpoint is larger than 1 MiB")
        try:
            read = json.loads(state, object_hook=_decode)
            owner = {name: read.pop(name, None) for name in self._owner}
            writes = [(str(task), str(channel), value) for task, channel, value in read["writes"]]
            checkpoint, metadata = dict(read["checkpoint"]), dict(read["metadata"])
            str(checkpoint["id"])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise Fault("checkpoint_invalid", "the checkpoint cannot be read") from None
        if owner != self._owner:
            raise Fault(
                "checkpoint_incompatible",
                "the checkpoint is of another run, another graph, or another version of it",
            )
        self._checkpoint, self._metadata, self._writes = checkpoint, metadata, writes

    def pending(self) -> Interrupt | None:
        """The question that the checkpoint waits with."""
        for _, channel, value in self._writes:
            if channel == "__interrupt__":
                return value[0]
        return None

    async def send(self) -> None:
        """Sends the checkpoint as it is now."""
        if self._checkpoint is None:
            return
        body = {
            **self._owner,
            "checkpoint": self._checkpoint,
            "metadata": self._metadata,
            "writes": self._writes,
        }
        state = json.dumps(body, default=_encode, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        if len(state) > STATE_BYTES:
            raise Fault("too_large", "the state of the run is larger than 1 MiB")
        await self._outbox.put(checkpoint=pb.Checkpoint(id=self._checkpoint["id"], state_json=state))

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        if self._checkpoint is None:
            return None
        return CheckpointTuple(
            config=_named(config, self._checkpoint["id"]),
            checkpoint=self._checkpoint,
            metadata=self._metadata,
            parent_config=None,
            pending_writes=list(self._writes),
        )

    async def aput(self, config, checkpoint, metadata, new_versions) -> RunnableConfig:
        # A copy by way of JSON: the graph goes on changing its own.
        self._checkpoint = _plain(checkpoint)
        self._metadata = _plain({k: metadata[k] for k in ("source", "step") if k in metadata})
        self._writes = []
        await self.send()
        return _named(config, checkpoint["id"])

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        kept = {(task_id, channel) for channel, _ in writes}
        self._writes = [write for write in self._writes if write[:2] not in kept]
        self._writes += [(task_id, channel, _plain(value)) for channel, value in writes]

    async def alist(self, config, **_: Any) -> AsyncIterator[CheckpointTuple]:
        if found := await self.aget_tuple(config):
            yield found


def _named(config: RunnableConfig, checkpoint: str) -> RunnableConfig:
    thread = config["configurable"]["thread_id"]
    return {"configurable": {"thread_id": thread, "checkpoint_ns": "", "checkpoint_id": checkpoint}}


def _encode(value: Any) -> Any:
    if isinstance(value, Interrupt):
        return {_INTERRUPT: {"id": value.id, "value": value.value}}
    raise TypeError(f"a {type(value).__name__} in the state of a graph")


def _decode(read: dict[str, Any]) -> Any:
    if read.keys() == {_INTERRUPT}:
        return Interrupt(value=read[_INTERRUPT]["value"], id=str(read[_INTERRUPT]["id"]))
    return read


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=_encode, allow_nan=False), object_hook=_decode)
