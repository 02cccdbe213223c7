"""Streams of events that resume after the last number that they have seen."""

import asyncio
import json
import random
import time
from collections import Counter
from datetime import datetime

import aiohttp

# The server sends a sign of life every 15 s.
SILENT_SECONDS = 45


class Stream:
    kind = None

    def __init__(self, load, organization):
        self.load, self.organization = load, organization
        self.numbers = []
        self.last = 0
        self.connections = 0
        # Connections that ended in the middle.
        self.cut = 0
        self.longest_gap = self.oldest = 0.0
        self.begun, self.gone = time.time(), time.monotonic()
        # How long to wait before the next connection.
        self.wait = 0.0

    async def run(self):
        while True:
            try:
                await self.follow()
            except (aiohttp.WSServerHandshakeError, TimeoutError) as error:
                self.load.fail(self.kind, repr(error))
            except (aiohttp.ClientError, OSError) as error:
                if self.gone is None:
                    self.cut += 1
                else:
                    self.load.fail(self.kind, repr(error))
            if self.gone is None:
                self.gone = time.monotonic()
            await asyncio.sleep(self.wait)

    def connected(self):
        self.connections += 1
        self.longest_gap = max(self.longest_gap, time.monotonic() - self.gone)
        self.gone = None

    def got(self, event):
        self.numbers.append(event["number"])
        self.last = event["number"]
        at = datetime.fromisoformat(event["at"]).timestamp()
        # At its beginning, a stream gets what was there before.
        if at > self.begun:
            self.oldest = max(self.oldest, time.time() - at)

    def compare(self, numbers):
        counts = Counter(self.numbers)
        lost = [number for number in numbers if number not in counts]
        twice = [number for number, count in counts.items() if count > 1]
        surplus = counts.keys() - set(numbers)
        for what, found in (("lost", lost), ("twice", twice), ("not in the list", surplus)):
            if found:
                self.load.fail(self.kind, f"{len(found)} events {what}: {sorted(found)[:10]}")
        if self.numbers != sorted(self.numbers):
            self.load.fail(self.kind, "events out of order")


class ServerSentEvents(Stream):
    kind = "server-sent events"

    async def follow(self):
        headers = {**self.organization.headers, "Accept": "text/event-stream", "Last-Event-ID": str(self.last)}
        timeout = aiohttp.ClientTimeout(total=None, sock_read=SILENT_SECONDS)
        async with self.load.transfers.get("/api/v1/events/stream", headers=headers, timeout=timeout) as answer:
            if answer.status != 200:
                self.load.fail(self.kind, f"{answer.status} {await answer.text()}")
                return
            self.connected()
            kind, data = "message", []
            async for line in answer.content:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name == "retry":
                    self.wait = int(value) / 1000
                elif name == "event":
                    kind = value
                elif name == "data":
                    data.append(value)
                elif not name and data:
                    if kind == "message":
                        self.got(json.loads("\n".join(data)))
                    else:
                        self.load.fail(self.kind, f"{kind} {data}")
                    kind, data = "message", []


class WebSocket(Stream):
    kind = "WebSocket"

    async def follow(self):
        # Not all clients at once.
        self.wait = random.uniform(0.1, 1)
        path, headers = "/api/v1/ws", self.organization.headers
        async with self.load.transfers.ws_connect(path, headers=headers, autoclose=True, autoping=True) as socket:
            await socket.send_json({"type": "subscribe", "topics": ["*"], "after": self.last})
            async for message in socket:
                told = message.json()
                if told["type"] == "subscribed":
                    self.connected()
                elif told["type"] == "event":
                    self.got(told["event"])
                else:
                    self.load.fail(self.kind, message.data)
            # 1001: the server stops. 1006: the connection ended without a close.
            if socket.close_code not in (1001, 1006):
                self.load.fail(self.kind, f"closed with {socket.close_code}")
            if socket.close_code == 1006:
                self.cut += 1
