"""Downloads, and files in requests."""

from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from records import ID, example
from server import Call, Server

from plinth_client import File, PlinthProblem, Retry
from plinth_client.api import auth, documents
from plinth_client.files import download
from plinth_client.models import NewDocument

CONTENT = ("GET", f"/api/v1/documents/{ID}/content")
BYTES = bytes(range(256)) * 1024


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "PATIENT", Retry(attempts=4, first_delay=0.01))


def sends(content: bytes, tag: str, until: int | None = None) -> Any:
    """Answers a range as the server does; with `until` the connection ends there."""

    def script(call: Call) -> None:
        start, status = 0, 200
        if "Range" in call.headers and call.headers["If-Range"] == tag:
            start, status = int(call.headers["Range"].removeprefix("bytes=").rstrip("-")), 206
        call.begin(status, Content_Length=str(len(content) - start), ETag=tag)
        call.write(content[start:until])
        if until is not None:
            call.cut()

    return script


def test_a_download_goes_on_after_a_cut(server: Server, plinth: Any, tmp_path: Path) -> None:
    server.on(*CONTENT, sends(BYTES, '"a"', 100_000), Call.cut, sends(BYTES, '"a"'))
    seen: list[tuple[int, int | None]] = []
    path = tmp_path / "plan.pdf"
    count = plinth.download(
        documents.get_document_content(ID), path, progress=lambda *now: seen.append(now)
    )
    assert count == len(BYTES) and path.read_bytes() == BYTES
    asked = [call.headers.get("Range") for call in server.to(*CONTENT)]
    assert asked == [None, "bytes=100000-", "bytes=100000-"]
    assert seen[-1] == (len(BYTES), len(BYTES))


def test_a_download_begins_again_where_the_content_has_changed(server: Server, plinth: Any) -> None:
    server.on(*CONTENT, sends(BYTES, '"a"', 100_000), sends(b"new", '"b"'))
    to = BytesIO()
    assert plinth.download(documents.get_document_content(ID), to) == 3
    assert to.getvalue() == b"new"


def test_a_refused_download_is_a_problem(server: Server, plinth: Any) -> None:
    server.on(*CONTENT, lambda call: call.refuse(409, "document.rejected"))
    with pytest.raises(PlinthProblem, match=r"document\.rejected"):
        plinth.download(documents.get_document_content(ID), BytesIO())


def test_a_small_file_is_sent_back_as_bytes(server: Server, plinth: Any) -> None:
    server.on(*CONTENT, sends(b"quay", '"a"'))
    assert plinth.send(documents.get_document_content(ID)).payload.read() == b"quay"


def test_a_form_names_the_project_before_the_file_and_is_sent_again_whole(
    server: Server, plinth: Any
) -> None:
    path = "/api/v1/documents"

    def busy(call: Call) -> None:
        call.read()
        call.refuse(503, "upload.too_many")

    server.on("POST", path, busy, lambda call: call.answer(201, example("Document")))
    file = File(BytesIO(b"--+++ quay"), "quay.txt", "text/plain")
    plinth.send(documents.create_document(NewDocument(file=file, project_id=UUID(ID), name="quay")))
    first, second = (call.read() for call in server.to("POST", path))
    for body in (first, second):
        assert body.index(b'name="project_id"') < body.index(b'name="file"')
        assert b'filename="quay.txt"' in body and b"\r\n\r\n--+++ quay\r\n" in body
    key = {call.headers["Idempotency-Key"] for call in server.to("POST", path)}
    assert len(key) == 1


def test_a_body_of_bytes_has_its_length_and_its_type(server: Server, plinth: Any) -> None:
    path = f"/api/v1/documents/{ID}/content"
    server.on("PUT", path, lambda call: call.answer(200, example("Document")))
    plinth.send(documents.put_document_content(ID, File(BytesIO(BYTES)), if_match='"1"'))
    call = server.to("PUT", path)[0]
    assert call.headers["Content-Length"] == str(len(BYTES)) and call.read() == BYTES
    assert call.headers["Content-Type"] == "application/octet-stream"


def test_a_picture_has_the_type_of_its_file(server: Server, plinth: Any) -> None:
    server.on("PUT", "/api/v1/me/avatar", lambda call: call.answer(204))
    plinth.send(auth.put_avatar(File(BytesIO(b"GIF"), mime_type="image/png")))
    assert server.to("PUT", "/api/v1/me/avatar")[0].headers["Content-Type"] == "image/png"


def test_a_pipe_is_no_file_to_send(tmp_path: Path) -> None:
    class Pipe(BytesIO):
        def seekable(self) -> bool:
            return False

    with pytest.raises(ValueError, match="seekable"):
        File(Pipe())
