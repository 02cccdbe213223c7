"""The tools: requests to Plinth's API, with the rights of the run's key."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import httpx

from plinth_agents.faults import Fault, readable
from plinth_agents.gateway import bounded
from plinth_agents.outbox import Outbox

_BODY_BYTES = 2 << 20
TEXT_CHARACTERS = 100_000
_QUERY_CHARACTERS = 200
_NAME_CHARACTERS = 100
"""The most that the API takes of a search, and of a filter by names."""
_PASSAGE_CHARACTERS = 1000
_WORDS = 4
_WORD_CHARACTERS = 4
_GONE = (404, 409)
"""A document that was removed, or that has a new version which was not looked into yet."""


class Refused(Exception):
    """A 409 or 422: the record cannot be created so. A person may change what is wrong."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__("refused")
        errors = problem.get("errors")
        self.faults = [
            {"pointer": str(e.get("pointer", "")), "detail": readable(str(e.get("detail", "")))}
            for e in (errors if isinstance(errors, list) else [])[:50]
            if isinstance(e, dict)
        ] or [{"pointer": "", "detail": readable(str(problem.get("detail", "refused")))}]


class Api:
    def __init__(
        self, client: httpx.AsyncClient, url: str, headers: dict[str, str], key: str, run_id: str, outbox: Outbox
    ) -> None:
        self._client, self._url, self._headers = client, url, headers
        self._key, self._run_id, self._outbox = key, run_id, outbox
        self._calls = 0

    async def search_documents(self, node: str, query: str, limit: int = 8) -> list[dict[str, Any]]:
        """Passages of documents that the key may read, the best first."""
        arguments = {"q": _words(query, _QUERY_CHARACTERS), "limit": limit}
        return await self._tool(node, "search_documents", arguments, lambda: self._search(**arguments))

    async def document_text(self, node: str, document_id: str) -> dict[str, Any]:
        """A document's `text`, at most 100,000 characters, and whether it was cut."""

        async def read() -> dict[str, Any]:
            return _text(await self._send("GET", _text_of(document_id)))

        return await self._tool(node, "read_document", {"id": document_id}, read)

    async def suppliers(self, node: str, words: str) -> list[dict[str, Any]]:
        """Suppliers whose name, number, city or VAT id has the words, at most 5."""
        parameters = {"q": _words(words, _NAME_CHARACTERS), "role": "supplier", "limit": "5"}

        async def find() -> list[dict[str, Any]]:
            return _suppliers(await self._send("GET", "/parties", params=parameters))

        return await self._tool(node, "find_suppliers", parameters, find)

    async def create_invoice(self, node: str, body: dict[str, Any], attempt: int) -> dict[str, Any]:
        """Creates a draft. The same attempt of a run creates one, however often it is sent."""
        headers = {"idempotency-key": f"agent-run-{self._run_id}-{attempt}"}

        async def create() -> dict[str, Any]:
            return _invoice(await self._send("POST", "/invoices", json=body, headers=headers))

        return await self._tool(node, "create_invoice", body, create)

    async def _search(self, q: str, limit: int) -> list[dict[str, Any]]:
        hits = await self._hits(q, limit)
        if not hits:
            # A text is found by all words at once. A question has some that the text does not have.
            alone = [await self._hits(word, limit) for word in _longest_words(q)]
            hits = list({hit["id"]: hit for found in alone for hit in found}.values())[:limit]
        passages = await asyncio.gather(*(self._passage(hit) for hit in hits))
        return [passage for passage in passages if passage["text"].strip()]

    async def _hits(self, q: str, limit: int) -> list[dict[str, Any]]:
        parameters = {"q": q, "kinds": "document", "limit": str(limit)}
        return (await self._send("GET", "/search", params=parameters))["data"][:limit]

    async def _passage(self, hit: dict[str, Any]) -> dict[str, Any]:
        """The part of a document that fits the best; its beginning where only its name was found."""
        position, start, end = 0, 0, _PASSAGE_CHARACTERS
        if chunk := hit["chunk"]:
            position, start, end = int(chunk["position"]), int(chunk["range"]["start"]), int(chunk["range"]["end"])
        length = min(max(end - start, 1), _PASSAGE_CHARACTERS)
        parameters = {"from": str(start), "length": str(length)}
        found = await self._send("GET", _text_of(hit["id"]), unless=_GONE, params=parameters)
        return {
            "document_id": str(hit["id"]),
            "document_name": str(hit["title"]),
            "passage": position,
            "text": str(found.get("text", ""))[:_PASSAGE_CHARACTERS],
        }

    async def _tool(self, node: str, name: str, arguments: Any, work: Callable[[], Awaitable[Any]]) -> Any:
        self._calls += 1
        call_id = f"{name}-{self._calls}"
        await self._outbox.tool_call(call_id, node, name, arguments)
        try:
            result = await work()
        except Refused as refused:
            await self._outbox.tool_result(call_id, {"faults": refused.faults}, failed=True)
            raise
        except (KeyError, TypeError, ValueError, AttributeError):
            fault = Fault("tool_failed", f"{name}: Plinth answered in another form")
        except Fault as failed:
            fault = failed
        else:
            await self._outbox.tool_result(call_id, result)
            return result
        await self._outbox.tool_result(call_id, {"error": fault.message}, failed=True)
        raise fault

    async def _send(self, method: str, path: str, unless: tuple[int, ...] = (), **request: Any) -> dict[str, Any]:
        """The body of the answer; an empty one for a status in `unless`."""
        headers = self._headers | request.pop("headers", {})
        try:
            async with self._client.stream(method, self._url + path, headers=headers, **request) as response:
                body = json.loads(await bounded(response, _BODY_BYTES))
        except httpx.HTTPError:
            raise Fault("tool_failed", "Plinth's API could not be reached", retryable=True) from None
        except (ValueError, RecursionError):
            raise Fault("tool_failed", f"{method} {path} answered no JSON") from None
        status = response.status_code
        if status in unless:
            return {}
        if status in (409, 422) and method == "POST" and isinstance(body, dict):
            raise Refused(body)
        if not (200 <= status < 300 and isinstance(body, dict)):
            detail = body.get("detail", "") if isinstance(body, dict) else ""
            message = readable(f"{method} {path} answered {status}: {detail}", self._key)
            raise Fault("tool_failed", message, retryable=status == 429 or status >= 500)
        return body


def _words(text: str, characters: int) -> str:
    return " ".join(text.split())[:characters].strip()


def _longest_words(text: str) -> list[str]:
    words = {word for word in re.findall(r"\w+", text) if len(word) >= _WORD_CHARACTERS}
    return sorted(words, key=lambda word: (-len(word), word))[:_WORDS]


def _text_of(document_id: str) -> str:
    return f"/documents/{quote(document_id, safe='')}/text"


def _text(answer: dict[str, Any]) -> dict[str, Any]:
    return {"text": str(answer["text"])[:TEXT_CHARACTERS], "is_cut": bool(answer["has_more"])}


def _suppliers(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"id": str(party["id"]), "name": str(party["name"]), "vat_id": party.get("vat_id")}
        for party in answer["data"][:5]
    ]


def _invoice(answer: dict[str, Any]) -> dict[str, Any]:
    return {"id": str(answer["id"]), "number": answer.get("number")}
