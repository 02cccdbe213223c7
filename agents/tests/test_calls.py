import asyncio
import signal
import time

import grpc
import pytest
from conftest import GATEWAY
from fake import Plinth, drips, never
from grpc_health.v1 import health_pb2, health_pb2_grpc
from sidecar import TOKEN, Caller, Sidecar, kind

from plinth_agents.pb import agent_pb2 as pb

pytestmark = pytest.mark.anyio
QUESTION = {"question": "What is the penalty?"}


async def status(call) -> grpc.StatusCode:
    try:
        async for _ in call:
            pass
    except grpc.aio.AioRpcError as error:
        return error.code()
    except asyncio.CancelledError:
        return grpc.StatusCode.CANCELLED
    return grpc.StatusCode.OK


@pytest.mark.parametrize("handler", [drips, never])
async def test_a_closed_call_closes_the_request_to_the_gateway_within_a_second(
    caller: Caller, plinth: Plinth, sidecar: Sidecar, handler
):
    plinth.on[GATEWAY] = [handler]
    call = caller.run(caller.request("document_qa", QUESTION))
    [request] = await plinth.wait_for(GATEWAY)
    await asyncio.sleep(0.1)
    cancelled = time.monotonic()
    call.cancel()
    await sidecar.wait_for("run.ended")
    async with asyncio.timeout(5):
        while request.closed_at is None:
            await asyncio.sleep(0.005)
    assert request.closed_at - cancelled < 1


async def test_the_deadline_ends_the_run_and_its_request(caller: Caller, plinth: Plinth, sidecar: Sidecar):
    plinth.on[GATEWAY] = [drips]
    call = caller.run(caller.request("document_qa", QUESTION), timeout=0.7)
    assert await status(call) is grpc.StatusCode.DEADLINE_EXCEEDED
    ended = await sidecar.wait_for("run.ended")
    assert ended["outcome"] == "cancelled"
    [request] = plinth.to(GATEWAY)
    async with asyncio.timeout(1):
        while request.closed_at is None:
            await asyncio.sleep(0.005)


async def test_a_flood_is_refused_beyond_the_slots_and_the_slots_come_back(
    caller: Caller, plinth: Plinth, sidecar: Sidecar
):
    ordinary = plinth.on[GATEWAY]
    plinth.on[GATEWAY] = [never]
    running = [caller.run(caller.request("document_qa", QUESTION)) for _ in range(3)]
    await plinth.wait_for(GATEWAY, 3)
    for _ in range(2):
        flood = [caller.run(caller.request("document_qa", QUESTION)) for _ in range(50)]
        codes = await asyncio.gather(*map(status, flood))
        assert set(codes) == {grpc.StatusCode.RESOURCE_EXHAUSTED}
    health = health_pb2_grpc.HealthStub(caller.channel)
    assert (await health.Check(health_pb2.HealthCheckRequest())).status == 1
    for call in running:
        call.cancel()
    await sidecar.wait_for("run.ended", 3)
    plinth.on[GATEWAY] = ordinary
    assert kind((await caller.events(caller.request("document_qa", QUESTION)))[-1]) == "final"


async def test_only_the_token_and_this_protocol_are_admitted(caller: Caller, plinth: Plinth):
    request = caller.request("document_qa", QUESTION)
    for token in ("Bearer wrong", TOKEN, f"Bearer {TOKEN}x", ""):
        assert await status(caller.run(request, authorization=token)) is grpc.StatusCode.UNAUTHENTICATED
    other = caller.run(request, plinth_agent_protocol="2")
    assert await status(other) is grpc.StatusCode.FAILED_PRECONDITION
    assert await other.details() == "the caller speaks protocol 2, this sidecar 1"
    assert not plinth.requests


async def test_what_no_caller_sends_is_refused(caller: Caller, plinth: Plinth):
    wrong = [
        {"run_id": "7"},
        {"max_steps": 0},
        {"max_steps": 101},
        {"model": ""},
        {"access": pb.Access(gateway_url="ftp://x", api_url="http://x", key="k")},
        {"access": pb.Access(gateway_url="http://u:p@x", api_url="http://x", key="k")},
        {"access": pb.Access(gateway_url="http://x", api_url="http://x", key="k\r\nx: y")},
        {"input_json": b""},
    ]
    for fields in wrong[:-1]:
        call = caller.run(caller.request("document_qa", QUESTION, **fields))
        assert await status(call) is grpc.StatusCode.INVALID_ARGUMENT, fields
    nothing = caller.request("document_qa", QUESTION)
    nothing.ClearField("start")
    assert await status(caller.run(nothing)) is grpc.StatusCode.INVALID_ARGUMENT
    request = caller.request("document_qa", QUESTION)
    assert await status(caller.run(request, timeout=None)) is grpc.StatusCode.INVALID_ARGUMENT
    assert await status(caller.run(caller.request("other", QUESTION))) is grpc.StatusCode.NOT_FOUND
    big = caller.request("document_qa", {"question": "x" * (5 << 20)})
    assert await status(caller.run(big)) is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert not plinth.requests


async def test_the_sidecar_says_which_graphs_it_has(caller: Caller):
    metadata = (("authorization", f"Bearer {TOKEN}"), ("plinth-agent-protocol", "1"))
    call = caller.stub.Describe(pb.DescribeRequest(), metadata=metadata)
    described = await call
    assert (await call.initial_metadata())["plinth-agent-protocol"] == "1"
    assert (described.protocol, described.concurrency) == (1, 3)
    assert [g.name for g in described.graphs] == ["document_qa", "invoice_reader"]


async def test_a_killed_sidecar_is_replaced_on_the_same_socket(plinth: Plinth, tmp_path):
    socket = f"unix:{tmp_path}/agents.sock"
    first = await Sidecar(PLINTH_AGENTS_LISTEN=socket).start()
    caller = Caller(first, plinth.url)
    ordinary = plinth.on[GATEWAY]
    plinth.on[GATEWAY] = [never]
    call = caller.run(caller.request("document_qa", QUESTION))
    await plinth.wait_for(GATEWAY)
    await first.stop()
    assert await status(call) is not grpc.StatusCode.OK
    second = await Sidecar(PLINTH_AGENTS_LISTEN=socket).start()
    try:
        plinth.on[GATEWAY] = ordinary
        again = Caller(second, plinth.url)
        assert kind((await again.events(again.request("document_qa", QUESTION)))[-1]) == "final"
        assert (tmp_path / "agents.sock").stat().st_mode & 0o077 == 0
        await again.channel.close()
    finally:
        await second.stop()
        await caller.channel.close()


async def test_a_run_ends_in_peace_when_the_sidecar_is_told_to_stop(caller: Caller, plinth: Plinth, sidecar: Sidecar):
    async def slow(request):
        await request.head()
        await request.chunk({"content": "slow [1]"})
        await asyncio.sleep(0.5)
        await request.chunk({}, finish="stop")

    plinth.on[GATEWAY] = [slow]
    running = asyncio.ensure_future(caller.events(caller.request("document_qa", QUESTION)))
    await plinth.wait_for(GATEWAY)
    sidecar.process.send_signal(signal.SIGTERM)
    await sidecar.wait_for("draining")
    assert kind((await running)[-1]) == "final"
    assert await asyncio.wait_for(sidecar.process.wait(), 5) == 0
    assert [line["event"] for line in sidecar.logs][-1] == "stopped"


async def test_a_run_that_outlasts_the_drain_is_cancelled(plinth: Plinth):
    sidecar = await Sidecar(PLINTH_AGENTS_DRAIN_SECONDS="0").start()
    caller = Caller(sidecar, plinth.url)
    plinth.on[GATEWAY] = [never]
    call = caller.run(caller.request("document_qa", QUESTION))
    [request] = await plinth.wait_for(GATEWAY)
    sidecar.process.send_signal(signal.SIGTERM)
    assert await status(call) is not grpc.StatusCode.OK
    assert await asyncio.wait_for(sidecar.process.wait(), 5) == 0
    async with asyncio.timeout(1):
        while request.closed_at is None:
            await asyncio.sleep(0.005)
    await caller.channel.close()
