"""A provider that speaks OpenAI's API. It writes its port to the file that is named, and answers by
the model: `/seen/MODEL` tells how often it was asked, and how many clients left before the end. An
address to listen on may follow, such as 0.0.0.0:9000."""

import base64
import json
import struct
import sys
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

asked: Counter[str] = Counter()
left: Counter[str] = Counter()

USAGE = {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}
CALL = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "weather", "arguments": '{"city": "Zürich"}'},
}
# Of the agent that answers from documents.
SEARCH = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "search_documents", "arguments": '{"query": "height"}'},
}


class Provider(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        model = self.path.rsplit("/", 1)[-1]
        self.whole(200, {"asked": asked[model], "left": left[model]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.model = body["model"]
        asked[self.model] += 1
        if self.path.endswith("/embeddings"):
            return self.embeddings(body)
        match self.model:
            case "failing":
                return self.whole(500, {"error": {"message": "out of order", "type": "server_error"}})
            case "rejecting":
                return self.whole(400, {"error": {"message": "no such tool", "type": "invalid"}})
            case "silent":
                return self.until_left()
        message: dict[str, Any] = {"role": "assistant", "content": "Hello wörld"}
        reason = "stop"
        if self.model == "searching":
            # Every second time it answers.
            if asked[self.model] % 2:
                message, reason = {"role": "assistant", "content": None, "tool_calls": [SEARCH]}, "tool_calls"
        elif body.get("tools"):
            message, reason = {"role": "assistant", "content": None, "tool_calls": [CALL]}, "tool_calls"
        elif body.get("response_format"):
            names = list(body["response_format"]["json_schema"]["schema"]["properties"])
            message["content"] = json.dumps(dict.fromkeys(names, "x"))
        elif self.model == "refusing":
            message = {"role": "assistant", "content": None, "refusal": "I cannot."}
        if not body.get("stream"):
            choice = {"index": 0, "message": message, "finish_reason": reason}
            return self.whole(200, {"choices": [choice], "usage": USAGE})
        self.stream(message, reason)

    def stream(self, message: dict[str, Any], reason: str) -> None:
        self.begin()
        if content := message.get("content"):
            for piece in (content[:5], content[5:]):
                self.delta({"content": piece})
        for call in message.get("tool_calls", []):
            function = call["function"]
            self.delta({"tool_calls": [{"index": 0, **call, "function": {**function, "arguments": ""}}]})
            for piece in (function["arguments"][:7], function["arguments"][7:]):
                self.delta({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]})
        if self.model == "endless":
            return self.until_left(ping=b": ping\n\n")
        if self.model == "cut":
            self.close_connection = True
            return self.wfile.flush()
        self.delta({}, reason)
        self.event({"choices": [], "usage": USAGE})
        self.piece(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def embeddings(self, body: dict[str, Any]) -> None:
        count = body.get("dimensions", 3)
        vectors = [[place + 0.5] * count for place in range(len(body["input"]))]
        data = [
            {"index": place, "embedding": base64.b64encode(struct.pack(f"<{count}f", *vector)).decode()}
            for place, vector in enumerate(vectors)
        ]
        self.whole(200, {"data": data, "usage": {"prompt_tokens": 9}})

    def until_left(self, ping: bytes = b"") -> None:
        """Says nothing more until the client leaves."""
        self.connection.settimeout(0.05)
        try:
            while True:
                if ping:
                    self.piece(ping)
                try:
                    if not self.connection.recv(1):
                        break
                except TimeoutError:
                    continue
        except OSError:
            pass
        left[self.model] += 1
        self.close_connection = True

    def whole(self, status: int, body: Any) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def begin(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def delta(self, delta: dict[str, Any], reason: str | None = None) -> None:
        self.event({"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]})
        time.sleep(0.02)

    def event(self, data: Any) -> None:
        self.piece(b"data: " + json.dumps(data).encode() + b"\n\n")

    def piece(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A client that leaves is no fault."""


host, _, port = (sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1:0").rpartition(":")
server = Server((host, int(port)), Provider)
Path(sys.argv[1]).write_text(str(server.server_port))
server.serve_forever()
