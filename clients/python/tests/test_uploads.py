"""Resumable uploads."""

import base64
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from clients import QUICK
from records import ID, example
from server import Call, Server

from plinth_client import PlinthProblem, Retry, Unreachable
from plinth_client.files import upload

UPLOADS = ("POST", "/api/v1/uploads")
UPLOAD = f"/api/v1/uploads/{ID}"
DOCUMENT = f"/api/v1/documents/{ID}"
CONTENT = bytes(range(256)) * 4096
CHUNK = 256 * 1024


class Storage:
    """What a server does with an upload."""

    def __init__(self, server: Server) -> None:
        self.stored = bytearray()
        self.offsets: list[int] = []
        server.on(*UPLOADS, self.create)
        server.on("GET", UPLOAD, self.ask)
        server.on("PATCH", UPLOAD, self.append)
        server.on("GET", DOCUMENT, lambda call: call.answer(200, example("Document")))
        self.server = server

    def create(self, call: Call) -> None:
        self.length = int(call.headers["Upload-Length"])
        call.answer(201, Location=f"/prefix{UPLOAD}", Upload_Offset="0")

    def ask(self, call: Call) -> None:
        self._answer(call)

    def append(self, call: Call) -> None:
        self.offsets.append(int(call.headers["Upload-Offset"]))
        assert self.offsets[-1] == len(self.stored)
        assert call.headers["Content-Type"] == "application/offset+octet-stream"
        self.stored += call.read()
        self._answer(call)

    def append_and_cut(self, size: int) -> Any:
        def script(call: Call) -> None:
            self.offsets.append(int(call.headers["Upload-Offset"]))
            self.stored += call.read(size)
            call.cut()

        return script

    def _answer(self, call: Call) -> None:
        offset = str(len(self.stored))
        length = str(len(CONTENT))
        call.answer(
            204, Upload_Offset=offset, Upload_Length=length, Plinth_Document=f"/prefix{DOCUMENT}"
        )


@pytest.fixture
def storage(server: Server, monkeypatch: pytest.MonkeyPatch) -> Storage:
    monkeypatch.setattr(upload, "PATIENT", Retry(attempts=4, first_delay=0.01))
    return Storage(server)


def test_a_file_is_sent_in_chunks_with_its_progress(
    storage: Storage, plinth: Any, tmp_path: Path
) -> None:
    path = tmp_path / "plan.pdf"
    path.write_bytes(CONTENT)
    seen: list[tuple[int, int]] = []
    document = plinth.upload(
        path,
        content_type="application/pdf",
        project_id=ID,
        metadata={"berth": 7},
        chunk_bytes=CHUNK,
        progress=lambda sent, total: seen.append((sent, total)),
    )
    assert str(document.id) == ID
    assert storage.stored == CONTENT
    assert storage.offsets == [0, CHUNK, 2 * CHUNK, 3 * CHUNK]
    assert seen[0] == (0, len(CONTENT)) and seen[-1] == (len(CONTENT), len(CONTENT))
    assert [sent for sent, _ in seen] == sorted(sent for sent, _ in seen) and len(seen) > 8
    pairs = storage.server.to(*UPLOADS)[0].headers["Upload-Metadata"].split(",")
    told = {pair.split()[0]: base64.b64decode(pair.split()[1]).decode() for pair in pairs}
    assert told == {
        "filename": "plan.pdf",
        "filetype": "application/pdf",
        "project_id": ID,
        "metadata": json.dumps({"berth": 7}),
    }


def test_an_upload_goes_on_after_a_cut_from_what_the_server_has(
    storage: Storage, plinth: Any
) -> None:
    storage.server.on(
        "PATCH", UPLOAD, storage.append_and_cut(100_000), storage.append_and_cut(0), storage.append
    )
    plinth.upload(BytesIO(CONTENT), name="plan.pdf")
    assert storage.stored == CONTENT
    assert storage.offsets == [0, 100_000, 100_000]


@pytest.mark.parametrize("code", ["upload.offset", "upload.in_use"])
def test_an_upload_asks_again_where_another_request_has_written(
    storage: Storage, plinth: Any, code: str
) -> None:
    storage.server.on("PATCH", UPLOAD, lambda call: call.refuse(409, code), storage.append)
    plinth.upload(BytesIO(CONTENT), name="plan.pdf")
    assert storage.stored == CONTENT
    assert storage.server.count("GET", UPLOAD) == 1


def test_an_upload_lasts_through_a_longer_outage_than_other_requests(
    storage: Storage, plinth: Any
) -> None:
    storage.server.on("PATCH", UPLOAD, storage.append_and_cut(100_000), storage.append)
    outage = [Call.cut] * (QUICK.attempts + 1)
    storage.server.on("GET", UPLOAD, *outage, storage.ask)
    plinth.upload(BytesIO(CONTENT), name="plan.pdf")
    assert storage.stored == CONTENT


def test_an_upload_that_never_advances_is_given_up(storage: Storage, plinth: Any) -> None:
    storage.server.on("PATCH", UPLOAD, storage.append_and_cut(0))
    with pytest.raises(Unreachable):
        plinth.upload(BytesIO(CONTENT), name="plan.pdf")
    assert storage.server.count("PATCH", UPLOAD) == 4


def test_a_server_that_stores_nothing_is_given_up(storage: Storage, plinth: Any) -> None:
    storage.server.on("PATCH", UPLOAD, storage.ask)
    with pytest.raises(Unreachable, match="nothing was stored"):
        plinth.upload(BytesIO(CONTENT), name="plan.pdf")
    assert storage.server.count("PATCH", UPLOAD) == 4


def test_a_refused_file_is_a_problem_at_once(storage: Storage, plinth: Any) -> None:
    storage.server.on("PATCH", UPLOAD, lambda call: call.refuse(422, "document.type_mismatch"))
    with pytest.raises(PlinthProblem, match=r"document\.type_mismatch"):
        plinth.upload(BytesIO(CONTENT), name="plan.pdf")
    assert storage.server.count("PATCH", UPLOAD) == 1


def test_another_process_resumes_an_upload_by_its_id(storage: Storage, plinth: Any) -> None:
    ids: list[str] = []
    storage.server.on("PATCH", UPLOAD, lambda call: call.refuse(403, "limit.reached"))
    with pytest.raises(PlinthProblem):
        plinth.upload(BytesIO(CONTENT), name="plan.pdf", started=ids.append)
    storage.stored += CONTENT[:70_000]
    storage.server.on("PATCH", UPLOAD, storage.append)
    plinth.upload(BytesIO(CONTENT), name="plan.pdf", resume=ids[0])
    assert ids == [ID] and storage.offsets == [70_000] and storage.stored == CONTENT
    assert storage.server.count(*UPLOADS) == 1


def test_another_file_than_that_of_the_upload_is_refused(storage: Storage, plinth: Any) -> None:
    with pytest.raises(ValueError, match="not the size of upload"):
        plinth.upload(BytesIO(b"short"), name="plan.pdf", resume=ID)
    assert storage.server.count("PATCH", UPLOAD) == 0


def test_a_chunk_has_at_least_one_byte(storage: Storage, plinth: Any) -> None:
    with pytest.raises(ValueError, match="chunk_bytes"):
        plinth.upload(BytesIO(CONTENT), name="plan.pdf", chunk_bytes=0)
    assert not storage.server.calls


def test_an_open_file_needs_a_name(storage: Storage, plinth: Any) -> None:
    with pytest.raises(ValueError, match="needs a name"):
        plinth.upload(BytesIO(CONTENT))
    assert not storage.server.calls
