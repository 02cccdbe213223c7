"""What makes every panel move: requests, refusals, files, streams, executions."""

import base64
import http.client
import json
import os
import socket
import struct
import threading
import time
import uuid
import zlib
from typing import Any

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def png() -> bytes:
    """A picture of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND", b"")


class Load:
    """Repeats a round of requests in a thread until it is stopped."""

    def __init__(self, port: int, provider: str) -> None:
        self.port, self.provider = port, provider
        self.stopping = threading.Event()
        self.rounds = 0
        self.fault: BaseException | None = None
        login = {"email": "demo@plinth.example", "password": "plinth-demo-login"}
        self.token = self.ask("POST", "/auth/login", login, expect=200)["access_token"]
        self.prepare()
        self.thread = threading.Thread(target=self.repeat, daemon=True)
        self.streams = threading.Thread(target=self.hold_streams, daemon=True)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        expect: int | None = None,
        token: str | None = "",
        kind: str = "application/json",
    ) -> Any:
        headers = {"content-type": kind}
        token = self.token if token == "" and hasattr(self, "token") else token
        if token:
            headers["authorization"] = f"Bearer {token}"
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        root = "" if path.startswith(("/openai", "/ready")) else "/api/v1"
        connection.request(method, root + path, data, headers)
        response = connection.getresponse()
        text = response.read()
        connection.close()
        if expect is not None and response.status != expect:
            raise AssertionError(f"{method} {path}: {response.status} {text[:300]!r}")
        return json.loads(text) if text.startswith((b"{", b"[")) else text

    def prepare(self) -> None:
        """Models, with one that is asked when another fails, and a key."""
        price = {"input_nano_usd": 1_000_000, "output_nano_usd": 1_000_000, "valid_from": "2026-01-01T00:00:00Z"}
        made = {}
        for name in ("plain", "failing", "rejecting"):
            model = {
                "name": f"check/{name}",
                "provider": "custom",
                "model_id": name,
                "kind": "chat",
                "base_url": f"http://{self.provider}/v1",
            }
            if name == "failing":
                model["fallbacks"] = [made["plain"]]
            made[name] = self.ask("POST", "/models", model, expect=201)["id"]
            self.ask("POST", f"/models/{made[name]}/prices", price, expect=201)
        grant = {"name": "check", "permissions": ["execution:create", "execution:read", "project:read"]}
        self.key = self.ask("POST", "/api-keys", grant, expect=201)["secret"]
        project = {"code": f"C-{uuid.uuid4().hex[:8]}", "name": "Check"}
        self.project = self.ask("POST", "/projects", project, expect=201)

    def start(self) -> None:
        self.thread.start()
        self.streams.start()

    def stop(self) -> None:
        self.stopping.set()
        self.thread.join(60)
        if self.fault:
            raise self.fault

    def repeat(self) -> None:
        try:
            while not self.stopping.is_set():
                self.round()
                self.rounds += 1
        except BaseException as fault:
            self.fault = fault

    def round(self) -> None:
        for _ in range(5):
            self.ask("GET", "/projects", expect=200)
        self.ask("GET", "/ready", token=None)
        self.ask("POST", "/projects", {"code": f"C-{uuid.uuid4().hex[:8]}", "name": "Check"}, expect=201)
        # Refused by a unique key of the database, by a missing credential, and by the allowances.
        self.ask("POST", "/projects", {"code": self.project["code"], "name": "Again"}, expect=409)
        self.ask("GET", "/projects", expect=401, token=None)
        for _ in range(3):
            self.ask("POST", "/auth/login", {"email": "nobody@example.com", "password": "not this one"}, token=None)
        for _ in range(25):
            self.ask("GET", "/projects", token=self.key)
        # All but the first, on a slow machine, too, whose requests never use the allowance up.
        self.ask("POST", "/invitations", {"email": f"{uuid.uuid4().hex}@example.com", "role": "member"})
        self.files()
        for name in ("plain", "failing", "rejecting"):
            chat = {"model": f"check/{name}", "stream": name == "plain", "messages": [{"role": "user", "content": "Hi"}]}
            self.ask("POST", "/openai/v1/chat/completions", chat)

    def files(self) -> None:
        for name, content, status in (("a.pdf", PDF, 201), ("b.png", png(), 201), ("c.pdf", png(), None)):
            boundary = uuid.uuid4().hex
            parts = [
                f'--{boundary}\r\ncontent-disposition: form-data; name="project_id"\r\n\r\n{self.project["id"]}\r\n'.encode(),
                f'--{boundary}\r\ncontent-disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode(),
                content,
                f"\r\n--{boundary}--\r\n".encode(),
            ]
            self.ask("POST", "/documents", b"".join(parts), status, kind=f"multipart/form-data; boundary={boundary}")

    def hold_streams(self) -> None:
        """One of each kind stays open, and one more than a user may have is refused each second."""
        held = [self.stream("/api/v1/events/stream"), self.stream("/api/v1/ws", upgrade=True)]
        while not self.stopping.wait(1):
            self.stream("/api/v1/events/stream").close()
        for connection in held:
            connection.close()

    def stream(self, path: str, upgrade: bool = False) -> socket.socket:
        lines = [f"GET {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {self.token}"]
        if upgrade:
            key = base64.b64encode(os.urandom(16)).decode()
            lines += ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}"]
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        connection.recv(4096)
        time.sleep(0.05)
        return connection
