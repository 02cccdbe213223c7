import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from fake import Handler, Plinth, Request, answers, says  # noqa: E402
from sidecar import Caller, Sidecar  # noqa: E402

GATEWAY = "/openai/v1/chat/completions"
SEARCH = "/api/v1/search"
DOCUMENT = "0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f5a6"
ANNEX = "0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f5a8"
TEXT = f"/api/v1/documents/{DOCUMENT}/text"
PARTY = "0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f5a7"

DRAFT = """{"supplier": {"name": "Beton AG", "vat_id": "DE123456789"}, "supplier_number": "2026/118",
 "issued_on": "2026-11-20", "currency": "EUR", "total": "119.00",
 "lines": [{"text": "Concrete C25/30", "quantity": "2", "unit_price": "50.00", "vat_percent": "19"}]}"""


def hit(document: str, title: str, position: int, start: int) -> dict[str, Any]:
    """A result of `GET /search`."""
    chunk = {"document_version_id": DOCUMENT, "position": position, "range": {"start": start, "end": start + 900}}
    return {"kind": "document", "id": document, "title": title, "score": 0.03, "highlights": [], "chunk": chunk}


def texts(by_start: dict[int, str]) -> Handler:
    """`GET /documents/{id}/text`, whose parts begin at these characters."""

    async def answer(request: Request) -> None:
        start = int(request.query.get("from", "0"))
        body = {"document_version_id": DOCUMENT, "from": start, "text": by_start[start], "has_more": False}
        await request.json(200, body)

    return answer


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def plinth() -> AsyncIterator[Plinth]:
    fake = Plinth()
    fake.on = {
        SEARCH: [answers(200, {"data": [hit(DOCUMENT, "contract.pdf", 3, 900), hit(ANNEX, "annex.pdf", 7, 4200)]})],
        GATEWAY: [says("The penalty is 0.2 % a day [1], at most 5 % [2].")],
        TEXT: [texts({900: "The penalty is 0.2 % a day.", 0: "Invoice 2026/118"})],
        f"/api/v1/documents/{ANNEX}/text": [texts({4200: "It ends at 5 %."})],
        "/api/v1/parties": [answers(200, {"data": [{"id": PARTY, "name": "Beton AG", "vat_id": None}]})],
        "/api/v1/invoices": [answers(201, {"id": "0192f3a4-0000-7000-8000-000000000001", "number": None})],
    }
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
async def sidecar() -> AsyncIterator[Sidecar]:
    started = await Sidecar(PLINTH_AGENTS_CONCURRENCY="3").start()
    yield started
    await started.stop()


@pytest.fixture
async def caller(sidecar: Sidecar, plinth: Plinth) -> AsyncIterator[Caller]:
    made = Caller(sidecar, plinth.url)
    yield made
    await made.channel.close()
