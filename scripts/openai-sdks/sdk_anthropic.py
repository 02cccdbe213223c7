"""Anthropic's library for Python against the gateway."""

import asyncio
import json
import os
import time
from collections.abc import Callable
from typing import Any, TypeVar

import anthropic
import httpx2
import pydantic

GIVEN = json.loads(os.environ["GATEWAY"])
HELLO: Any = [{"role": "user", "content": "Hello"}]
WEATHER: Any = {
    "name": "weather",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
}
ASKED: Any = {"max_tokens": 100, "messages": HELLO}

client = anthropic.Anthropic(base_url=GIVEN["anthropic"], api_key=GIVEN["key"])


def seen(model: str) -> Any:
    return httpx2.get(f"{GIVEN['provider']}/seen/{model}").json()


E = TypeVar("E", bound=anthropic.APIError)


def fails(kind: type[E], call: Callable[[], Any]) -> E:
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


def whole() -> None:
    # The library has no argument for it any more; the wire has.
    cold = {"temperature": 0.1}
    raw = client.messages.with_raw_response.create(model="sdk/plain", system="Be brief.", extra_body=cold, **ASKED)
    answer = raw.parse()
    assert answer.content[0].type == "text" and answer.content[0].text == "Hello wörld"
    assert answer.stop_reason == "end_turn"
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (9, 2)
    execution = raw.headers["plinth-execution-id"]
    assert answer.id == f"msg_{execution.replace('-', '')}"
    assert answer._request_id == raw.headers["x-request-id"]
    headers = {"authorization": f"Bearer {GIVEN['key']}"}
    stored = httpx2.get(f"{GIVEN['api']}/executions/{execution}", headers=headers).json()
    assert stored["status"] == "succeeded" and stored["cost_nano_usd"] > 0, stored


def prompts() -> None:
    variables = {"variables": {"name": "Ada"}}
    answer = client.messages.create(
        model="prompt:sdk-greeting@1", max_tokens=100, messages=[], extra_body=variables
    )
    assert answer.content[0].type == "text" and answer.model == "prompt:sdk-greeting@1"


def streamed() -> None:
    with client.messages.stream(model="sdk/plain", **ASKED) as stream:
        pieces = list(stream.text_stream)
        final = stream.get_final_message()
    # Tokens that come together are one piece.
    assert "".join(pieces) == "Hello wörld", pieces
    assert final.content[0].type == "text" and final.content[0].text == "Hello wörld"
    assert final.stop_reason == "end_turn" and final.usage.output_tokens == 2, final
    events = [event.type for event in client.messages.create(model="sdk/plain", stream=True, **ASKED)]
    assert events[0] == "message_start" and events[-1] == "message_stop", events


def tools() -> None:
    answer = client.messages.create(model="sdk/plain", tools=[WEATHER], **ASKED)
    with client.messages.stream(model="sdk/plain", tools=[WEATHER], **ASKED) as stream:
        final = stream.get_final_message()
    for message in (answer, final):
        call = message.content[-1]
        assert message.stop_reason == "tool_use" and call.type == "tool_use", message
        assert (call.id, call.name, call.input) == ("call_1", "weather", {"city": "Zürich"}), call
    result: Any = {"type": "tool_result", "tool_use_id": "call_1", "content": "sunny"}
    turns: Any = [*HELLO, {"role": "assistant", "content": answer.content}, {"role": "user", "content": [result]}]
    client.messages.create(model="sdk/plain", max_tokens=100, messages=turns)


def structured() -> None:
    class Person(pydantic.BaseModel):
        name: str
        city: str

    answer = client.messages.parse(model="sdk/plain", output_format=Person, **ASKED)
    assert answer.parsed_output == Person(name="x", city="x"), answer
    assert client.messages.create(model="sdk/refusing", **ASKED).stop_reason == "refusal"


def errors() -> None:
    create = client.messages.create
    unknown = fails(anthropic.NotFoundError, lambda: create(model="nowhere", **ASKED))
    assert unknown.body["error"]["code"] == "model.unknown" and unknown.request_id
    wrong = fails(
        anthropic.BadRequestError, lambda: create(model="sdk/plain", extra_body={"mcp_servers": []}, **ASKED)
    )
    assert "mcp_servers" in wrong.message
    rejected = fails(anthropic.BadRequestError, lambda: create(model="sdk/rejecting", **ASKED))
    assert "no such tool" in rejected.message
    stranger = anthropic.Anthropic(base_url=GIVEN["anthropic"], api_key="plk_wrong")
    fails(anthropic.AuthenticationError, lambda: stranger.messages.create(model="sdk/plain", **ASKED))


def retries() -> None:
    poor = anthropic.Anthropic(base_url=GIVEN["anthropic"], api_key=GIVEN["poor"])
    requests = []
    poor._client.event_hooks["request"].append(requests.append)
    quota = fails(anthropic.RateLimitError, lambda: poor.messages.create(model="sdk/plain", **ASKED))
    assert quota.body["error"]["code"] == "budget.exceeded" and len(requests) == 1, (quota, len(requests))
    before = seen("failing")["asked"]
    few = client.with_options(max_retries=1)
    fails(anthropic.InternalServerError, lambda: few.messages.create(model="sdk/failing", **ASKED))
    # Twice by the library, each three times by Plinth.
    assert seen("failing")["asked"] == before + 6


def cut() -> None:
    def read() -> None:
        for _ in client.messages.create(model="sdk/cut", stream=True, **ASKED):
            pass

    error = fails(anthropic.APIStatusError, read)
    assert error.body["error"]["code"] == "provider.stream_cut", error.body


async def cancelled() -> None:
    """A client that leaves in the middle, before the first token, and while it waits for the whole."""
    async with anthropic.AsyncAnthropic(
        base_url=GIVEN["anthropic"], api_key=GIVEN["key"], max_retries=0
    ) as client:
        stream = await client.messages.create(model="sdk/endless", stream=True, **ASKED)
        before = seen("endless")["left"]
        async for event in stream:
            if event.type == "content_block_delta":
                break
        await stream.close()
        await until_left("endless", before)
        for streams in (True, False):
            counts = seen("silent")
            call = client.messages.create(model="sdk/silent", stream=streams, **ASKED)
            task = asyncio.ensure_future(call)
            while seen("silent")["asked"] == counts["asked"]:
                await asyncio.sleep(0.02)
            task.cancel()
            await until_left("silent", counts["left"])


async def until_left(model: str, before: int) -> None:
    begun = time.monotonic()
    while seen(model)["left"] == before:
        assert time.monotonic() < begun + 1, f"{model} is still called"
        await asyncio.sleep(0.02)


for check in (whole, prompts, streamed, tools, structured, errors, retries, cut):
    check()
asyncio.run(cancelled())
print(f"anthropic {anthropic.__version__} for Python: ok")
