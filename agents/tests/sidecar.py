"""The real sidecar as a process, and a caller of it."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import grpc

from plinth_agents.pb import agent_pb2 as pb
from plinth_agents.pb import agent_pb2_grpc

TOKEN = "a-token-of-the-tests-" + "x" * 24
KEY = "plk_canary_9f3c1d"
ROOT = Path(__file__).parent.parent


class Sidecar:
    def __init__(self, **environment: str) -> None:
        self.logs: list[dict[str, Any]] = []
        self.raw: list[str] = []
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PLINTH_AGENTS_TOKEN": TOKEN,
            "PLINTH_AGENTS_LISTEN": "127.0.0.1:0",
        } | environment

    async def start(self) -> "Sidecar":
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "plinth_agents", env=self._environment, stderr=asyncio.subprocess.PIPE
        )
        self._reading = asyncio.ensure_future(self._read())
        ready = await self.wait_for("ready")
        listen = self._environment["PLINTH_AGENTS_LISTEN"]
        self.target = listen if listen.startswith("unix:") else f"127.0.0.1:{ready['port']}"
        return self

    async def _read(self) -> None:
        assert self.process.stderr
        async for line in self.process.stderr:
            self.raw.append(line.decode())
            self.logs.append(json.loads(line))

    async def wait_for(self, event: str, count: int = 1) -> dict[str, Any]:
        async with asyncio.timeout(30):
            while True:
                found = [line for line in self.logs if line["event"] == event]
                if len(found) >= count:
                    return found[-1]
                if self.process.returncode is not None:
                    raise AssertionError(f"the sidecar ended: {self.raw}")
                await asyncio.sleep(0.01)

    async def stop(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await self._reading

    def channel(self) -> grpc.aio.Channel:
        return grpc.aio.insecure_channel(self.target, options=[("grpc.max_receive_message_length", 4 << 20)])


class Caller:
    """Runs graphs against one sidecar and one Plinth."""

    def __init__(self, sidecar: Sidecar, url: str) -> None:
        self.channel = sidecar.channel()
        self.stub = agent_pb2_grpc.AgentStub(self.channel)
        self._url = url

    def request(self, graph: str, given: Any = None, **more: Any) -> pb.RunRequest:
        access = pb.Access(gateway_url=f"{self._url}/openai/v1", api_url=f"{self._url}/api/v1", key=KEY)
        fields: dict[str, Any] = {
            "run_id": str(uuid4()),
            "graph": graph,
            "model": "local/smollm2",
            "access": access,
            "max_steps": 25,
        }
        if "resume" not in more:
            fields["input_json"] = json.dumps(given).encode()
        return pb.RunRequest(**fields | more)

    def run(self, request: pb.RunRequest, timeout: float | None = 20, **metadata: str) -> Any:
        given = {"authorization": f"Bearer {TOKEN}", "plinth-agent-protocol": "1"} | {
            name.replace("_", "-"): value for name, value in metadata.items()
        }
        return self.stub.Run(request, timeout=timeout, metadata=list(given.items()))

    async def events(self, request: pb.RunRequest, **more: Any) -> list[pb.RunEvent]:
        events = [event async for event in self.run(request, **more)]
        first = request.after_seq + 1
        assert [e.seq for e in events] == list(range(first, first + len(events)))
        ends = [kind(e) in ("interrupt", "final", "error") for e in events]
        assert ends == [False] * (len(ends) - 1) + [True]
        return events


def kind(event: pb.RunEvent) -> str:
    return event.WhichOneof("event")


def resumed(request: pb.RunRequest, events: list[pb.RunEvent], answer: Any = None) -> pb.RunRequest:
    """The same run, from its last checkpoint."""
    again = pb.RunRequest()
    again.CopyFrom(request)
    checkpoint = [e.checkpoint for e in events if kind(e) == "checkpoint"][-1]
    resume = pb.Resume(checkpoint_json=checkpoint.state_json)
    if answer is not None:
        resume.interrupt_id = events[-1].interrupt.id
        resume.answer_json = json.dumps(answer).encode()
    again.resume.CopyFrom(resume)
    again.after_seq = events[-1].seq
    return again
