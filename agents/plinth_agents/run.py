"""One part of a run: a request becomes a stream of events."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
from langgraph.errors import GraphRecursionError
from langgraph.types import Command

from plinth_agents import logs
from plinth_agents.api import Api
from plinth_agents.checkpoints import Checkpoints
from plinth_agents.faults import Fault, readable
from plinth_agents.gateway import Gateway
from plinth_agents.graphs import Graph, Tools
from plinth_agents.outbox import Outbox, encode
from plinth_agents.pb import agent_pb2 as pb

_ANSWER_BYTES = 1 << 20


@dataclass
class Outcome:
    """How a part ended, for the log."""

    name: str = "cancelled"
    code: str | None = None
    steps: int = 0


class Run:
    def __init__(self, graph: Graph, request: pb.RunRequest, client: httpx.AsyncClient, traceparent: str) -> None:
        self._graph, self._request = graph, request
        self._outbox = Outbox(request.after_seq)
        self._checkpoints = Checkpoints(
            self._outbox, run_id=request.run_id, graph=graph.name, graph_version=graph.version
        )
        access, outbox = request.access, self._outbox
        headers = {"authorization": f"Bearer {access.key}"}
        if traceparent:
            headers["traceparent"] = traceparent
        gateway, api = access.gateway_url.rstrip("/"), access.api_url.rstrip("/")
        self._tools = Tools(
            gateway=Gateway(client, gateway, headers, access.key, request.model, outbox),
            api=Api(client, api, headers, access.key, request.run_id, outbox),
        )
        self.outcome = Outcome()

    async def events(self) -> AsyncIterator[pb.RunEvent]:
        """The events. Closing the iterator cancels the part and waits until it has ended."""
        task = asyncio.create_task(self._drive())
        try:
            async for event in self._outbox.events():
                yield event
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _drive(self) -> None:
        try:
            last = await self._part()
        except Fault as fault:
            last = self._failed(fault)
        except GraphRecursionError:
            steps = self._request.max_steps
            last = self._failed(Fault("max_steps", f"the run took more than {steps} steps"))
        except Exception as error:  # noqa: BLE001
            logs.unexpected("run.unexpected", error, run_id=self._request.run_id)
            last = self._failed(Fault("internal", "the agent failed unexpectedly"))
        await self._outbox.put(**last)
        await self._outbox.end()

    async def _part(self) -> dict[str, Any]:
        start = self._start()
        graph = self._graph.builder.compile(checkpointer=self._checkpoints)
        config = {
            "configurable": {"thread_id": self._request.run_id},
            "recursion_limit": self._request.max_steps,
        }
        stream = graph.astream(start, config, context=self._tools, stream_mode="updates", durability="sync")
        question = None
        async for update in stream:
            for node in update:
                if node == "__interrupt__":
                    question = update[node][0]
                    continue
                self.outcome.steps += 1
                await self._outbox.put(step=pb.Step(node=node, number=self.outcome.steps))
        if question is not None:
            # Again, now with the question among its writes.
            await self._checkpoints.send()
            self.outcome.name = "interrupted"
            body = pb.Interrupt(id=question.id, question_json=encode(question.value))
            return {"interrupt": body}
        state = (await graph.aget_state(config)).values
        self.outcome.name = "finished"
        citations = [pb.Citation(**citation) for citation in state.get("citations", [])]
        output = encode(self._graph.output(state))
        return {"final": pb.Final(output_json=output, steps=self.outcome.steps, citations=citations)}

    def _start(self) -> Any:
        """What the graph begins with: its input, an answer, or nothing after a crash."""
        if self._request.WhichOneof("start") == "input_json":
            return self._graph.input(_object(self._request.input_json, "input"))
        resume = self._request.resume
        self._checkpoints.restore(resume.checkpoint_json)
        pending = self._checkpoints.pending()
        if not resume.interrupt_id:
            return None
        if pending is None or pending.id != resume.interrupt_id:
            raise Fault("interrupt_unknown", "the run does not wait for this answer")
        return Command(resume={pending.id: _object(resume.answer_json, "answer")})

    def _failed(self, fault: Fault) -> dict[str, Any]:
        self.outcome.name, self.outcome.code = "failed", fault.code
        message = readable(fault.message, self._request.access.key)
        return {"error": pb.Error(code=fault.code, message=message, retryable=fault.retryable)}


def _object(body: bytes, name: str) -> dict[str, Any]:
    try:
        read = json.loads(body) if len(body) <= _ANSWER_BYTES else None
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise Fault("input_invalid", f"the {name} is no JSON object of at most 1 MiB")
    return read
