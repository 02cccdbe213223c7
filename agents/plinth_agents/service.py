"""The calls of `plinth.agent.v1`."""

import http.cookiejar
import time
from collections.abc import AsyncIterator
from uuid import UUID

import grpc
import httpx

from plinth_agents import PROTOCOL, __version__, logs, tracing
from plinth_agents.auth import Gate
from plinth_agents.graphs import GRAPHS
from plinth_agents.pb import agent_pb2 as pb
from plinth_agents.pb import agent_pb2_grpc
from plinth_agents.run import Run

_STEPS = 100


class Agent(agent_pb2_grpc.AgentServicer):
    def __init__(self, token: str, concurrency: int) -> None:
        self._gate = Gate(token)
        self._concurrency = concurrency
        self._running = 0
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(60, connect=5, pool=5),
            # No proxy and no credentials from the environment.
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=2 * concurrency + 8, keepalive_expiry=30),
        )
        # Runs of several organizations share the client: a cookie of one would go out with another.
        self._client.cookies.jar.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))

    async def close(self) -> None:
        await self._client.aclose()

    async def Describe(self, request: pb.DescribeRequest, context: grpc.aio.ServicerContext) -> pb.Description:
        await self._gate.admit(context)
        return pb.Description(
            protocol=PROTOCOL,
            version=__version__,
            concurrency=self._concurrency,
            graphs=[pb.Graph(name=graph.name, version=graph.version) for graph in GRAPHS.values()],
        )

    async def Run(self, request: pb.RunRequest, context: grpc.aio.ServicerContext) -> AsyncIterator[pb.RunEvent]:
        given = await self._gate.admit(context)
        await _check(request, context)
        if self._running >= self._concurrency:
            await context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "every slot is taken")
        self._running += 1
        begun = time.monotonic()
        traceparent = tracing.valid(given.get("traceparent", ""))
        run = Run(GRAPHS[request.graph], request, self._client, traceparent)
        events = run.events()
        try:
            async for event in events:
                yield event
        finally:
            await events.aclose()
            self._running -= 1
            logs.say(
                "run.ended",
                run_id=request.run_id,
                graph=request.graph,
                outcome=run.outcome.name,
                code=run.outcome.code,
                steps=run.outcome.steps,
                milliseconds=round((time.monotonic() - begun) * 1000),
                running=self._running,
                trace_id=tracing.trace_id(traceparent),
            )


async def _check(request: pb.RunRequest, context: grpc.aio.ServicerContext) -> None:
    """Refuses what no caller of this protocol sends."""
    wrong = None
    if context.time_remaining() is None:
        wrong = "a call needs a deadline"
    elif not _is_uuid(request.run_id):
        wrong = "run_id is no UUID"
    elif request.WhichOneof("start") is None:
        wrong = "neither input_json nor resume"
    elif not 1 <= request.max_steps <= _STEPS:
        wrong = f"max_steps is not from 1 to {_STEPS}"
    elif not 1 <= len(request.model) <= 200:
        wrong = "model has not 1 to 200 characters"
    elif not (_is_url(request.access.gateway_url) and _is_url(request.access.api_url)):
        wrong = "gateway_url or api_url is no HTTP address"
    elif not (
        1 <= len(request.access.key) <= 1000 and request.access.key.isascii() and request.access.key.isprintable()
    ):
        wrong = "key has not 1 to 1,000 printable ASCII characters"
    if wrong:
        await context.abort(grpc.StatusCode.INVALID_ARGUMENT, wrong)
    if request.graph not in GRAPHS:
        await context.abort(grpc.StatusCode.NOT_FOUND, "no such graph")


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _is_url(text: str) -> bool:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        return False
    is_plain = not (url.userinfo or url.query or url.fragment)
    return len(text) <= 1000 and url.scheme in ("http", "https") and bool(url.host) and is_plain
