"""Events of a running part, on their way to the caller."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from plinth_agents.pb import agent_pb2 as pb

_WAITING = 64
"""A caller that reads slowly slows the graph down; memory stays bounded."""

RESULT_BYTES = 64 << 10


def encode(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


class Outbox:
    """The only place that numbers events. What is numbered is yielded, so there are no holes."""

    def __init__(self, after_seq: int) -> None:
        self._seq = after_seq
        self._queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(_WAITING)

    async def put(self, **event: Any) -> None:
        await self._queue.put(event)

    async def end(self) -> None:
        await self._queue.put(None)

    async def events(self) -> AsyncIterator[pb.RunEvent]:
        while (event := await self._queue.get()) is not None:
            self._seq += 1
            yield pb.RunEvent(seq=self._seq, **event)

    async def token(self, node: str, text: str) -> None:
        await self.put(token=pb.Token(node=node, text=text))

    async def tool_call(self, call_id: str, node: str, name: str, arguments: Any) -> None:
        call = pb.ToolCall(call_id=call_id, node=node, name=name, arguments_json=encode(arguments))
        await self.put(tool_call=call)

    async def tool_result(self, call_id: str, result: Any, *, failed: bool = False) -> None:
        body = encode(result)
        fits = len(body) <= RESULT_BYTES
        await self.put(
            tool_result=pb.ToolResult(
                call_id=call_id, result_json=body if fits else b"", failed=failed, truncated=not fits
            )
        )
