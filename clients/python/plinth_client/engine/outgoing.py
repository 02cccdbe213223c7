"""A request in the form of httpx."""

from typing import Any

import httpx

from ..files.part import FilePart
from .steps import Send


def outgoing(
    http: httpx.Client | httpx.AsyncClient, step: Send
) -> tuple[dict[str, Any], FilePart | None]:
    """The arguments of `build_request`, and a body that is read while it is sent."""
    request = step.request
    options: dict[str, Any] = {
        "method": request.method,
        "url": request.path,
        "params": {name: _parameter(value) for name, value in request.params.items()},
        "headers": {"Accept": request.accept, **request.headers, **step.headers},
    }
    if request.read_timeout is not None:
        timeouts = http.timeout.as_dict() | {"read": request.read_timeout}
        options["timeout"] = httpx.Timeout(**timeouts)
    if request.json is not None:
        options["json"] = request.json
    if request.files is not None:
        # Fields before files: the server decides by the project whether it takes the file.
        options["files"] = sorted(request.files, key=lambda part: part[1][0] is not None)
    part = _part(request.content)
    if part is not None:
        options["headers"]["Content-Length"] = str(part.size)
    return options, part


def _part(content: Any) -> FilePart | None:
    return content if content is None or isinstance(content, FilePart) else FilePart.whole(content)


def _parameter(value: Any) -> Any:
    """Several values are one parameter, with commas between them."""
    return ",".join(map(str, value)) if isinstance(value, list) else value
