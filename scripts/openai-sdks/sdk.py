"""OpenAI's library for Python against the gateway."""

import asyncio
import json
import os
import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx2
import openai
import pydantic

GIVEN = json.loads(os.environ["GATEWAY"])
HELLO: Any = [{"role": "user", "content": "Hello"}]
WEATHER: Any = {
    "type": "function",
    "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}},
}

client = openai.OpenAI(base_url=GIVEN["url"], api_key=GIVEN["key"])


def seen(model: str) -> Any:
    return httpx2.get(f"{GIVEN['provider']}/seen/{model}").json()


E = TypeVar("E", bound=openai.APIError)


def fails(kind: type[E], call: Callable[[], Any]) -> E:
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


def whole() -> None:
    raw = client.chat.completions.with_raw_response.create(model="sdk/plain", messages=HELLO, temperature=0.1)
    answer = raw.parse()
    assert answer.choices[0].message.content == "Hello wörld"
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage and answer.usage.total_tokens == 11
    execution = raw.headers["plinth-execution-id"]
    assert answer.id == f"chatcmpl-{execution.replace('-', '')}"
    assert answer._request_id == raw.headers["x-request-id"]
    headers = {"authorization": f"Bearer {GIVEN['key']}"}
    stored = httpx2.get(f"{GIVEN['api']}/executions/{execution}", headers=headers).json()
    assert stored["status"] == "succeeded" and stored["cost_nano_usd"] > 0, stored


def prompts() -> None:
    variables = {"variables": {"name": "Ada"}}
    for model in ("prompt:sdk-greeting", "prompt:sdk-greeting@1"):
        answer = client.chat.completions.create(model=model, messages=[], extra_body=variables)
        assert answer.choices[0].message.content == "Hello wörld"
    answer = client.chat.completions.create(model="prompt:sdk-greeting", messages=[], metadata={"name": "Ada"})
    assert answer.model == "prompt:sdk-greeting"


def streamed() -> None:
    options: Any = {"include_usage": True}
    chunks = list(
        client.chat.completions.create(model="sdk/plain", messages=HELLO, stream=True, stream_options=options)
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == "Hello wörld", text
    assert chunks[-1].usage and chunks[-1].usage.completion_tokens == 2
    with client.chat.completions.stream(model="sdk/plain", messages=HELLO) as stream:
        final = stream.get_final_completion()
    assert final.choices[0].message.content == "Hello wörld"


def tools() -> None:
    answer = client.chat.completions.create(model="sdk/plain", messages=HELLO, tools=[WEATHER])
    calls: Any = answer.choices[0].message.tool_calls
    assert json.loads(calls[0].function.arguments) == {"city": "Zürich"}
    with client.chat.completions.stream(model="sdk/plain", messages=HELLO, tools=[WEATHER]) as stream:
        final: Any = stream.get_final_completion().choices[0]
    assert final.finish_reason == "tool_calls"
    assert json.loads(final.message.tool_calls[0].function.arguments) == {"city": "Zürich"}
    assert final.message.tool_calls[0].id == "call_1"


def structured() -> None:
    class Person(pydantic.BaseModel):
        name: str
        city: str

    answer = client.chat.completions.parse(model="sdk/plain", messages=HELLO, response_format=Person)
    assert answer.choices[0].message.parsed == Person(name="x", city="x")
    answer = client.chat.completions.parse(model="sdk/refusing", messages=HELLO)
    assert answer.choices[0].message.refusal == "I cannot."


def embeddings() -> None:
    # Without a format, the library asks for base64.
    for more in ({}, {"encoding_format": "float"}):
        answer = client.embeddings.create(model="sdk/vectors", input=["a", "b"], dimensions=4, **more)
        assert [item.embedding for item in answer.data] == [[0.5] * 4, [1.5] * 4], answer
        assert answer.usage.prompt_tokens == 9


def models() -> None:
    names = [model.id for model in client.models.list()]
    assert "sdk/plain" in names and "prompt:sdk-greeting" in names, names
    assert client.models.retrieve("sdk/plain").id == "sdk/plain"


def errors() -> None:
    create = client.chat.completions.create
    unknown = fails(openai.NotFoundError, lambda: create(model="nowhere", messages=HELLO))
    assert unknown.code == "model_not_found"
    wrong = fails(openai.BadRequestError, lambda: create(model="sdk/plain", messages=HELLO, n=2))
    assert wrong.param == "n" and wrong.type == "invalid_request_error"
    rejected = fails(openai.BadRequestError, lambda: create(model="sdk/rejecting", messages=HELLO))
    assert "no such tool" in rejected.message
    stranger = openai.OpenAI(base_url=GIVEN["url"], api_key="plk_wrong")
    denied = fails(openai.AuthenticationError, lambda: stranger.models.list())
    assert denied.code == "invalid_api_key"


def retries() -> None:
    poor = openai.OpenAI(base_url=GIVEN["url"], api_key=GIVEN["poor"])
    requests = []
    poor._client.event_hooks["request"].append(requests.append)
    quota = fails(
        openai.RateLimitError, lambda: poor.chat.completions.create(model="sdk/plain", messages=HELLO)
    )
    assert quota.code == "insufficient_quota" and len(requests) == 1, (quota, len(requests))
    before = seen("failing")["asked"]
    few = client.with_options(max_retries=1)
    fails(openai.InternalServerError, lambda: few.chat.completions.create(model="sdk/failing", messages=HELLO))
    # Twice by the library, each three times by Plinth.
    assert seen("failing")["asked"] == before + 6


def cut() -> None:
    def read() -> None:
        for _ in client.chat.completions.create(model="sdk/cut", messages=HELLO, stream=True):
            pass

    error = fails(openai.APIError, read)
    assert error.code == "provider.stream_cut", error.code


async def cancelled() -> None:
    """A client that leaves in the middle, before the first token, and while it waits for the whole."""
    async with openai.AsyncOpenAI(base_url=GIVEN["url"], api_key=GIVEN["key"], max_retries=0) as client:
        stream = await client.chat.completions.create(model="sdk/endless", messages=HELLO, stream=True)
        before = seen("endless")["left"]
        async for chunk in stream:
            if chunk.choices[0].delta.content:
                break
        await stream.close()
        await until_left("endless", before)
        for streams in (True, False):
            counts = seen("silent")
            call = client.chat.completions.create(model="sdk/silent", messages=HELLO, stream=streams)
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


for check in (whole, prompts, streamed, tools, structured, embeddings, models, errors, retries, cut):
    check()
asyncio.run(cancelled())
print(f"openai {openai.__version__} for Python: ok")
