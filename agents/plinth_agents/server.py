"""The server: limits of the connection, health, and the end."""

import asyncio
import os
import signal
import time

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from plinth_agents import logs
from plinth_agents.pb import agent_pb2, agent_pb2_grpc
from plinth_agents.service import Agent
from plinth_agents.settings import Settings

MESSAGE_BYTES = 4 << 20
_SERVICE = agent_pb2.DESCRIPTOR.services_by_name["Agent"].full_name
_OPTIONS = [
    ("grpc.max_receive_message_length", MESSAGE_BYTES),
    ("grpc.max_send_message_length", MESSAGE_BYTES),
    ("grpc.max_metadata_size", 16 << 10),
    # Two sidecars on one port would each get some of the calls.
    ("grpc.so_reuseport", 0),
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.keepalive_permit_without_calls", 1),
    # The caller pings every 20 s; faster than this, it is cut off.
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
    ("grpc.http2.max_ping_strikes", 2),
]
_SPARE_CALLS = 8
"""Calls beyond the slots, so that health is answered and a busy sidecar says so itself."""


async def serve(settings: Settings) -> None:
    begun = time.monotonic()
    agent = Agent(settings.token, settings.concurrency)
    server = grpc.aio.server(options=_OPTIONS, maximum_concurrent_rpcs=settings.concurrency + _SPARE_CALLS)
    agent_pb2_grpc.add_AgentServicer_to_server(agent, server)
    state = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(state, server)
    # A unix socket is for this user alone.
    os.umask(0o077)
    port = server.add_insecure_port(settings.listen)
    await server.start()
    for service in ("", _SERVICE):
        await state.set(service, health_pb2.HealthCheckResponse.SERVING)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    logs.say(
        "ready",
        listen=settings.listen,
        port=port,
        concurrency=settings.concurrency,
        milliseconds=round((time.monotonic() - begun) * 1000),
    )
    await stop.wait()
    logs.say("draining", seconds=settings.drain_seconds)
    await state.enter_graceful_shutdown()
    await server.stop(grace=settings.drain_seconds)
    await agent.close()
    logs.say("stopped")
