"""The tools: requests to Plinth's API, with the rights of the run's key."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx

from plinth_agents.faults import Fault, readable
from plinth_agents.gateway import bounded
from plinth_agents.outbox import Outbox

_BODY_BYTES = 2 << 20
TEXT_CHARACTERS = 100_000
_QUERY_CHARACTERS = 100
"""The most that the API takes."""
_PASSAGE_CHARACTERS = 4000
_PASSAGES = 20


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
        parameters = {"q": _words(query), "kind": "document", "limit": str(limit)}
        return await self._tool(node, "search_documents", parameters, _passages, "GET", "/search", params=parameters)

    async def document_text(self, node: str, document_id: str) -> dict[str, Any]:
        """A document's `text`, at most 100,000 characters, and whether it was cut."""
        path = f"/documents/{quote(document_id, safe='')}/text"
        return await self._tool(node, "read_document", {"id": document_id}, _text, "GET", path)

    async def suppliers(self, node: str, words: str) -> list[dict[str, Any]]:
        """Suppliers whose name, number, city or VAT id has the words, at most 5."""
        parameters = {"q": _words(words), "role": "supplier", "limit": "5"}
        return await self._tool(node, "find_suppliers", parameters, _suppliers, "GET", "/parties", params=parameters)

    async def create_invoice(self, node: str, body: dict[str, Any], attempt: int) -> dict[str, Any]:
        """Creates a draft. The same attempt of a run creates one, however often it is sent."""
        headers = {"idempotency-key": f"agent-run-{self._run_id}-{attempt}"}
        return await self._tool(node, "create_invoice", body, _invoice, "POST", "/invoices", json=body, headers=headers)

    async def _tool(
        self,
        node: str,
        name: str,
        arguments: Any,
        parse: Callable[[Any], Any],
        method: str,
        path: str,
        **request: Any,
    ) -> Any:
        self._calls += 1
        call_id = f"{name}-{self._calls}"
        await self._outbox.tool_call(call_id, node, name, arguments)
        try:
            result = parse(await self._send(method, path, **request))
        except Refused as refused:
            await self._outbox.tool_result(call_id, {"faults": refused.faults}, failed=True)
            raise
        except (KeyError, TypeError, ValueError, AttributeError):
            fault = Fault("tool_failed", f"{method} {path} answered in another form")
        except Fault as failed:
            fault = failed
        else:
            await self._outbox.tool_result(call_id, result)
            return result
        await self._outbox.tool_result(call_id, {"error": fault.message}, failed=True)
        raise fault

    async def _send(self, method: str, path: str, **request: Any) -> Any:
        headers = self._headers | request.pop("headers", {})
        try:
            async with self._client.stream(method, self._url + path, headers=headers, **request) as response:
                body = json.loads(await bounded(response, _BODY_BYTES))
        except httpx.HTTPError:
            raise Fault("tool_failed", "Plinth's API could not be reached", retryable=True) from None
        except (ValueError, RecursionError):
            raise Fault("tool_failed", f"{method} {path} answered no JSON") from None
        status = response.status_code
        if status in (409, 422) and method == "POST" and isinstance(body, dict):
            raise Refused(body)
        if not (200 <= status < 300 and isinstance(body, dict)):
            detail = body.get("detail", "") if isinstance(body, dict) else ""
            message = readable(f"{method} {path} answered {status}: {detail}", self._key)
            raise Fault("tool_failed", message, retryable=status == 429 or status >= 500)
        return body


def _words(text: str) -> str:
    return " ".join(text.split())[:_QUERY_CHARACTERS].strip()


def _passages(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "document_id": str(item["id"]),
            "document_name": str(item["name"]),
            "passage": int(item["passage"]),
            "text": str(item["text"])[:_PASSAGE_CHARACTERS],
        }
        for item in answer["data"][:_PASSAGES]
    ]


def _text(answer: dict[str, Any]) -> dict[str, Any]:
    text = str(answer["text"])
    is_cut = bool(answer.get("truncated")) or len(text) > TEXT_CHARACTERS
    return {"text": text[:TEXT_CHARACTERS], "is_cut": is_cut}


def _suppliers(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"id": str(party["id"]), "name": str(party["name"]), "vat_id": party.get("vat_id")}
        for party in answer["data"][:5]
    ]


def _invoice(answer: dict[str, Any]) -> dict[str, Any]:
    return {"id": str(answer["id"]), "number": answer.get("number")}
