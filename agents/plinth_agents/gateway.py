"""Calls of models, by Plinth's gateway: OpenAI's chat completions, streamed."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from plinth_agents import sse
from plinth_agents.faults import Fault, readable
from plinth_agents.outbox import Outbox
from plinth_agents.pb import agent_pb2 as pb

ANSWER_CHARACTERS = 256 << 10
_CALLS = 8


@dataclass
class ToolRequest:
    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass
class Answer:
    text: str = ""
    calls: list[ToolRequest] = field(default_factory=list)
    is_cut: bool = False
    """The model stopped at its limit of tokens."""


class Gateway:
    def __init__(
        self, client: httpx.AsyncClient, url: str, headers: dict[str, str], key: str, model: str, outbox: Outbox
    ) -> None:
        self._client, self._url, self._headers = client, url, headers
        self._key, self._model, self._outbox = key, model, outbox

    async def chat(self, node: str, messages: list[dict[str, Any]], **parameters: Any) -> Answer:
        """Asks the model. Each piece of the answer is an event as soon as it comes."""
        body = {
            "model": self._model,
            "messages": messages,
            "stream": True,
            "stream_options": {"include_usage": True},
            **parameters,
        }
        try:
            async with self._client.stream(
                "POST", f"{self._url}/chat/completions", headers=self._headers, json=body
            ) as response:
                if response.status_code != 200:
                    raise await self._refused(response)
                return await self._read(node, response)
        except httpx.TimeoutException:
            raise Fault("gateway_timeout", "the gateway did not answer in time", retryable=True) from None
        except httpx.TransportError as error:
            code = "gateway_unreachable" if isinstance(error, httpx.ConnectError) else "gateway_cut"
            message = "the gateway could not be reached" if "unreach" in code else "the answer was cut"
            raise Fault(code, message, retryable=True) from None
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
            raise Fault("gateway_invalid", "the gateway sent what is no chat completion") from None

    async def _read(self, node: str, response: httpx.Response) -> Answer:
        answer, text, length, is_finished = Answer(), [], 0, False
        used: pb.Usage | None = None
        async for data in sse.data(response.aiter_bytes()):
            if data == b"[DONE]":
                break
            chunk = json.loads(data)
            if error := chunk.get("error"):
                raise self._fault(error, retryable=True)
            if usage := chunk.get("usage"):
                # All tokens until now: some servers send it with each chunk.
                used = self._usage(usage, chunk)
            for choice in (chunk.get("choices") or [])[:1]:
                delta = choice.get("delta") or {}
                if piece := delta.get("content"):
                    text.append(str(piece))
                    await self._outbox.token(node, str(piece))
                length += len(piece or "") + _add_calls(answer.calls, delta.get("tool_calls") or [])
                if finish := choice.get("finish_reason"):
                    is_finished, answer.is_cut = True, finish == "length"
                    if finish == "content_filter":
                        raise Fault("model_refused", "the model refuses to answer")
            if length > ANSWER_CHARACTERS:
                raise Fault("too_large", "the model says more than 256 Ki characters")
        if used is not None:
            await self._outbox.put(usage=used)
        if not is_finished:
            raise Fault("gateway_cut", "the answer ended before it was complete", retryable=True)
        answer.text = "".join(text)
        return answer

    def _usage(self, usage: dict[str, Any], chunk: dict[str, Any]) -> pb.Usage:
        cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
        return pb.Usage(
            model=self._model,
            input_tokens=usage.get("prompt_tokens") or 0,
            output_tokens=usage.get("completion_tokens") or 0,
            cached_tokens=cached,
            execution_id=str((chunk.get("plinth") or {}).get("execution_id") or "")[:64],
        )

    async def _refused(self, response: httpx.Response) -> Fault:
        status = response.status_code
        try:
            error = json.loads(await bounded(response, 64 << 10))["error"]
        except (ValueError, TypeError, KeyError):
            error = {"message": f"the gateway answered {status}"}
        return self._fault(error, retryable=status in (408, 429) or status >= 500, status=status)

    def _fault(self, error: Any, *, retryable: bool, status: int | None = None) -> Fault:
        error = error if isinstance(error, dict) else {"message": str(error)}
        message = readable(str(error.get("message", "the gateway failed")), self._key)
        if "insufficient_quota" in (error.get("code"), error.get("type")):
            return Fault("budget_exceeded", message)
        code = "gateway_refused" if status and status < 500 else "gateway_failed"
        return Fault(code, message, retryable=retryable)


def _add_calls(calls: list[ToolRequest], pieces: list[dict[str, Any]]) -> int:
    """Adds pieces of calls of tools; answers their length."""
    length = 0
    for piece in pieces:
        index = int(piece.get("index") or 0)
        if not 0 <= index < _CALLS:
            raise Fault("model_answer_invalid", f"the model calls more than {_CALLS} tools at once")
        while len(calls) <= index:
            calls.append(ToolRequest())
        function = piece.get("function") or {}
        arguments = str(function.get("arguments") or "")
        calls[index].id = calls[index].id or str(piece.get("id") or "")[:100]
        calls[index].name = calls[index].name or str(function.get("name") or "")[:100]
        calls[index].arguments += arguments
        length += len(arguments)
    return length


async def bounded(response: httpx.Response, limit: int) -> bytes:
    """The body, decompressed. One that is longer than `limit` is an error."""
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > limit:
            raise ValueError("the body is too long")
    return bytes(body)
