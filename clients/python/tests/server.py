"""An HTTP server whose answers a test writes, byte by byte where it wants to."""

import json
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


class Call:
    """A request that has come, and the connection to its client."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        url = urlsplit(handler.path)
        self.method = handler.command
        self.path = url.path
        self.query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.headers = handler.headers
        self._handler = handler
        self._body: bytes | None = None
        self._is_chunked = False

    def read(self, size: int | None = None) -> bytes:
        """The body, or its next bytes."""
        if size is not None:
            return self._handler.rfile.read(size)
        if self._body is None:
            self._body = self._handler.rfile.read(int(self.headers.get("Content-Length", 0)))
        return self._body

    def json(self) -> Any:
        return json.loads(self.read())

    @property
    def token(self) -> str:
        return self.headers.get("Authorization", "").removeprefix("Bearer ")

    def answer(self, status: int, body: Any = None, **headers: str) -> None:
        """The whole answer. A name of a header has `_` for `-`."""
        self.read()
        content = body if isinstance(body, bytes) else b"" if body is None else dumps(body)
        self.begin(status, Content_Length=str(len(content)), **headers)
        self.write(content)

    def refuse(self, status: int, code: str, **headers: str) -> None:
        document = {"status": status, "code": code, "detail": code, "request_id": "r-1"}
        self.answer(status, document, Content_Type="application/problem+json", **headers)

    def begin(self, status: int, **headers: str) -> None:
        self._handler.send_response_only(status)
        for name, value in headers.items():
            self._handler.send_header(name.replace("_", "-"), value)
        self._is_chunked = "Content_Length" not in headers
        if self._is_chunked:
            self._handler.send_header("Transfer-Encoding", "chunked")
        self._handler.end_headers()

    def write(self, content: bytes) -> None:
        if self._is_chunked:
            content = f"{len(content):x}\r\n".encode() + content + b"\r\n"
        self._handler.wfile.write(content)

    def end(self) -> None:
        """After the script."""
        if self._is_chunked and not self._handler.close_connection:
            self._handler.wfile.write(b"0\r\n\r\n")

    def cut(self) -> None:
        """Closes the connection, also in an answer, of which arrives what was written."""
        self._handler.close_connection = True
        self._handler.connection.shutdown(socket.SHUT_RDWR)


Script = Callable[[Call], None]


class Server:
    """Answers each path by the script that a test has set for it."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._scripts: dict[tuple[str, str], Script] = {}
        self._lock = threading.Lock()
        self._http = _Http(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def on(self, method: str, path: str, *scripts: Script) -> None:
        """The n-th request gets the n-th script, and those after the last script get that one."""
        left = list(scripts)

        def next_script(call: Call) -> None:
            with self._lock:
                script = left.pop(0) if len(left) > 1 else left[0]
            script(call)

        self._scripts[method, path] = next_script

    def count(self, method: str, path: str) -> int:
        return len(self.to(method, path))

    def to(self, method: str, path: str) -> list[Call]:
        return [call for call in self.calls if (call.method, call.path) == (method, path)]

    def _handler(server: Self) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                call = Call(self)
                with server._lock:
                    server.calls.append(call)
                script = server._scripts.get((call.method, call.path))
                if script is None:
                    call.refuse(404, "not_found")
                else:
                    script(call)
                call.end()

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.shutdown()
        self._http.server_close()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """A client that has gone away, or a connection that a test has cut."""


def dumps(value: Any) -> bytes:
    return json.dumps(value).encode()
