import asyncio

import pytest
from conftest import GATEWAY, SEARCH
from fake import Plinth, Request, answers, never, says
from sidecar import KEY, Caller, Sidecar, kind

pytestmark = pytest.mark.anyio
QUESTION = {"question": "a canary question 5d1f"}


async def fails(caller: Caller) -> tuple[str, bool]:
    error = (await caller.events(caller.request("document_qa", QUESTION)))[-1].error
    assert error.message and len(error.message) <= 500
    assert KEY not in error.message
    return error.code, error.retryable


def raw(*pieces: str, status: int = 200):
    async def answer(request: Request) -> None:
        await request.head(status)
        for piece in pieces:
            await request.send(piece)

    return answer


async def test_what_the_gateway_answers_has_a_code(caller: Caller, plinth: Plinth):
    quota = {"error": {"message": f"no budget for {KEY}", "code": "insufficient_quota"}}
    half = 'data: {"choices": [{"delta": {"content": "half"}}]}\n\n'
    for handler, expected in [
        (answers(429, quota), ("budget_exceeded", False)),
        (answers(429, {"error": {"message": "slow down"}}), ("gateway_refused", True)),
        (answers(401, {"error": {"message": f"the key {KEY} is wrong"}}), ("gateway_refused", False)),
        (answers(400, {"error": "text"}), ("gateway_refused", False)),
        (answers(503, ["no", "error"]), ("gateway_failed", True)),
        (raw("<html>" + "x" * 200_000, status=502), ("gateway_failed", True)),
        (raw(half), ("gateway_cut", True)),
        (raw(half, "data: [DONE]\n\n"), ("gateway_cut", True)),
        (raw(half, 'data: {"error": {"message": "provider"}}\n\n'), ("gateway_failed", True)),
        (raw(half, "data: {nonsense\n\n"), ("gateway_invalid", False)),
        (raw("data: [1, 2]\n\n"), ("gateway_invalid", False)),
        (raw("data: " + "x" * (2 << 20)), ("gateway_invalid", False)),
        (raw(half * 70_000), ("too_large", False)),
        (says("never", finish="content_filter"), ("model_refused", False)),
        (answers(200, {"no": "stream"}), ("gateway_cut", True)),
        (raw(status=302), ("gateway_refused", False)),
    ]:
        plinth.on[GATEWAY] = [handler]
        assert await fails(caller) == expected, handler.__closure__


async def test_odd_but_legal_streams_are_read(caller: Caller, plinth: Plinth):
    text = (
        '\ufeff: comment\r\n\r\ndata: {"choices": null}\r\rdata:{"choices": [{"delta": {"content": "grü"}}]}\n\n'
        'event: x\nid: 1\ndata: {"choices": [{"delta": null, "finish_reason": "stop"}], "new": 1}\n\n'
    )

    async def by_byte(request: Request) -> None:
        await request.head()
        for byte in text.encode():
            request.writer.write(bytes([byte]))
            await request.writer.drain()
            await asyncio.sleep(0)

    plinth.on[GATEWAY] = [by_byte]
    events = await caller.events(caller.request("document_qa", QUESTION))
    assert "grü" in events[-1].final.output_json.decode()


async def test_usage_that_comes_with_each_chunk_counts_once(caller: Caller, plinth: Plinth):
    async def counts(request: Request) -> None:
        await request.head()
        for tokens in (1, 2, 3):
            await request.chunk({"content": "x"}, usage={"prompt_tokens": 7, "completion_tokens": tokens})
        await request.chunk({}, finish="stop", usage={"prompt_tokens": 7, "completion_tokens": 4})

    plinth.on[GATEWAY] = [counts]
    events = await caller.events(caller.request("document_qa", QUESTION))
    [usage] = [e.usage for e in events if kind(e) == "usage"]
    assert (usage.input_tokens, usage.output_tokens) == (7, 4)


async def test_a_gateway_that_is_not_there_may_be_tried_again(caller: Caller, plinth: Plinth):
    request = caller.request("document_qa", QUESTION)
    request.access.gateway_url = "http://127.0.0.1:1/v1"
    error = (await caller.events(request))[-1].error
    assert (error.code, error.retryable) == ("gateway_unreachable", True)


async def test_a_tool_that_fails_ends_the_run_with_its_status(caller: Caller, plinth: Plinth):
    for handler, expected in [
        (answers(403, {"detail": f"forbidden for {KEY}"}), ("tool_failed", False)),
        (answers(500, {"detail": "broken"}), ("tool_failed", True)),
        (answers(200, {"data": [{"id": 1}]}), ("tool_failed", False)),
        (answers(200, {}), ("tool_failed", False)),
        (raw("no JSON"), ("tool_failed", False)),
        (raw('{"data": ["' + "x" * (3 << 20)), ("tool_failed", False)),
    ]:
        plinth.on[SEARCH] = [handler]
        assert await fails(caller) == expected
    events = await caller.events(caller.request("document_qa", QUESTION))
    assert [e.tool_result.failed for e in events if kind(e) == "tool_result"] == [True]
    assert not plinth.to(GATEWAY)


async def test_logs_have_neither_content_nor_keys(caller: Caller, plinth: Plinth, sidecar: Sidecar):
    plinth.on[GATEWAY] = [says("canary answer 77aa"), raw("data: {canary 77aa\n\n"), never]
    await caller.events(caller.request("document_qa", QUESTION))
    await caller.events(caller.request("document_qa", QUESTION))
    call = caller.run(caller.request("document_qa", QUESTION))
    await plinth.wait_for(GATEWAY, 3)
    call.cancel()
    ended = await sidecar.wait_for("run.ended", 3)
    assert (ended["outcome"], ended["graph"], ended["running"]) == ("cancelled", "document_qa", 0)
    written = "".join(sidecar.raw)
    for secret in (KEY, "a-token-of-the-tests", "5d1f", "77aa", "penalty", "127.0.0.1:" + plinth.url[-5:]):
        assert secret not in written
