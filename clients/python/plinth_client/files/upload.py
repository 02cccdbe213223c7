"""Resumable uploads (tus 1.0.0)."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any, BinaryIO
from uuid import UUID

from ..api import documents, uploads
from ..engine.connection import Connection
from ..engine.exchange import Attempts, exchange
from ..engine.steps import Block, Steps
from ..models import Document
from ..problem import PlinthError, PlinthProblem, Unreachable
from ..request import Answer, Request
from ..retry import PATIENT
from ..types import File
from .part import FilePart, file_size

_VERSION = "1.0.0"
# Another request has written, or still runs; or this one was too slow. What it sent is stored.
_TO_RESUME = ("upload.offset", "upload.in_use", "body.timeout")

# Bytes that were sent, and all of them. After a cut it goes back to what the server has.
Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file, and what it becomes."""

    file: BinaryIO
    name: str
    # A media type, which the server compares with the content.
    content_type: str | None
    project_id: UUID | str | None
    # Of the document that gets a new version.
    document_id: UUID | str | None
    metadata: Mapping[str, Any] | None
    # Bytes of one request. The server stores parts of 8 MiB.
    chunk_bytes: int
    progress: Progress
    # Is told the id by which the upload can be resumed.
    started: Callable[[str], object]

    def __post_init__(self) -> None:
        if self.chunk_bytes < 1:
            raise ValueError("chunk_bytes is at least 1")


def upload(connection: Connection, plan: Upload, resume: str | None) -> Steps[Document]:
    total: int = yield Block(lambda: file_size(plan.file))
    begin = _create(plan, total) if resume is None else _ask(resume)
    answer = yield from exchange(connection, begin)
    id = resume or answer.headers["Location"].rpartition("/")[2]
    plan.started(id)
    if answer.headers.get("Upload-Length", str(total)) != str(total):
        raise ValueError(f"the file has {total} bytes, which is not the size of upload {id}")
    offset, is_known = _offset(answer), True
    attempts = Attempts(PATIENT)
    # The whole length is shown once there is a document.
    while offset < total:
        try:
            if is_known:
                plan.progress(offset, total)
                answer = yield from exchange(connection, _append(plan, id, offset, total))
                if _offset(answer) <= offset:
                    raise Unreachable("nothing was stored of what was sent")
            else:
                answer = yield from exchange(connection, _ask(id))
        except PlinthError as error:
            failure = error
        else:
            if _offset(answer) > offset:
                attempts.succeeded()
            offset, is_known = _offset(answer), True
            continue
        resumes = isinstance(failure, PlinthProblem) and failure.code in _TO_RESUME
        yield from attempts.failed(failure, f"upload {id}", resumes=resumes)
        is_known = False
    plan.progress(total, total)
    document = answer.headers["Plinth-Document"].rpartition("/")[2]
    return (yield from exchange(connection, documents.get_document(document))).value


def _create(plan: Upload, total: int) -> Request[None]:
    return uploads.create_upload(
        tus_resumable=_VERSION, upload_length=total, upload_metadata=_metadata(plan)
    )


def _ask(id: str) -> Request[None]:
    return uploads.get_upload(id, tus_resumable=_VERSION)


def _append(plan: Upload, id: str, offset: int, total: int) -> Request[None]:
    request = uploads.append_upload(
        id, File(BytesIO()), tus_resumable=_VERSION, upload_offset=offset
    )
    size = min(plan.chunk_bytes, total - offset)
    part = FilePart(plan.file, offset, size, lambda sent: plan.progress(offset + sent, total))
    return replace(request, content=part)


def _offset(answer: Answer[None]) -> int:
    return int(answer.headers["Upload-Offset"])


def _metadata(plan: Upload) -> str:
    pairs = {
        "filename": plan.name,
        "filetype": plan.content_type,
        "project_id": plan.project_id,
        "document_id": plan.document_id,
        "metadata": None if plan.metadata is None else json.dumps(plan.metadata),
    }
    return ",".join(
        f"{name} {base64.b64encode(str(value).encode()).decode()}"
        for name, value in pairs.items()
        if value is not None
    )
