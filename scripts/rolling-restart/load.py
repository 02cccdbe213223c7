"""What clients do all the time, through a load balancer: requests at a steady rate, streams of events, and
resumable uploads. A request is never sent again. Streams and uploads resume as their protocols say."""

import asyncio
import base64
import hashlib
import json
import random
import time
import uuid
from collections import Counter, defaultdict

import aiohttp

from streams import ServerSentEvents, WebSocket

# The mix of requests, in percent.
READ, LIST, CREATE, UPDATE = "read one", "list", "create", "update"
MIX = {READ: 40, LIST: 20, CREATE: 15, UPDATE: 25}
PERMISSIONS = ["project:read", "project:create", "project:update", "event:read", "document:read", "document:create"]
CONNECTIONS = 64
# Shorter than HAProxy's 60 s, so that no request meets a connection that ends.
KEEP_ALIVE_SECONDS = 30
REQUEST_SECONDS = 30
RECORDS_AT_FIRST = 20

FILE_BYTES, PIECE_BYTES = 5 * 1024 * 1024, 64 * 1024
# How much a request sends: as clients with small chunks do, and as those do that send all at once.
CHUNK_BYTES = (1024 * 1024, 2 * 1024 * 1024, FILE_BYTES)
UPLOAD_BYTES_PER_SECOND = 320 * 1024
UPLOAD_SECONDS = 120
TUS = {"Tus-Resumable": "1.0.0"}
# Where a connection ends without an answer.
CUT = (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, ConnectionError)
# How long the end may take: events that arrive, files that the worker reads.
SETTLED_WITHIN_SECONDS = 120


class Organization:
    def __init__(self, headers):
        self.headers = headers
        self.versions = {}
        # Records that no update is changing.
        self.idle = []
        # What was acknowledged: the event's type, record and version.
        self.written = []
        self.documents = {}


class Load:
    def __init__(self, url, rate=200, streams=20, uploads=4, organizations=10):
        self.url, self.rate = url, rate
        self.counts = {"streams": streams, "uploads": uploads, "organizations": organizations}
        self.failures = []
        self.latencies = defaultdict(list)
        self.lags = []
        self.opened = 0
        self.interrupted = Counter()
        # Bytes of interrupted requests that had to be sent again.
        self.repeated = []
        self.stopping = asyncio.Event()
        self.streams = []
        self.sending, self.following, self.uploading = None, [], []

    async def __aenter__(self):
        self.requests = self.session(CONNECTIONS)
        # Of their own, so that they take no connection away from the requests.
        self.transfers = self.session(0)
        return self

    async def __aexit__(self, *_):
        tasks = [*filter(None, [self.sending]), *self.following, *self.uploading]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.requests.close()
        await self.transfers.close()

    def session(self, connections):
        async def count(*_):
            self.opened += 1

        trace = aiohttp.TraceConfig()
        trace.on_connection_create_end.append(count)
        session = aiohttp.ClientSession(
            self.url,
            connector=aiohttp.TCPConnector(limit=connections, keepalive_timeout=KEEP_ALIVE_SECONDS),
            timeout=aiohttp.ClientTimeout(total=REQUEST_SECONDS),
            trace_configs=[trace] if connections else [],
        )
        # aiohttp sends a GET or PUT again when a kept connection has ended; here it is a failure.
        assert session._retry_connection is True
        session._retry_connection = False
        return session

    def fail(self, what, detail):
        self.failures.append((time.time(), what, str(detail)[:400]))

    async def ask(self, session, what, method, path, expected, since=None, **options):
        """The answer's body, as JSON where it is that, and its headers; None after a failure."""
        begun = since or time.monotonic()
        try:
            async with session.request(method, path, **options) as answer:
                body = await answer.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            self.fail(what, f"{method} {path}: {error!r}")
            return None
        self.latencies[what].append(time.monotonic() - begun)
        if answer.status not in expected:
            self.fail(what, f"{method} {path}: {answer.status} {body[:300].decode(errors='replace')}")
            return None
        is_json = answer.content_type == "application/json"
        return (json.loads(body) if is_json and body else body), answer.headers

    # Requests

    async def begin(self):
        """Organizations with some records; then everything runs."""
        self.organizations = [await self.register(number) for number in range(self.counts["organizations"])]
        self.latencies.clear()
        self.begun = time.monotonic()
        self.sending = asyncio.create_task(self.send())
        for number in range(self.counts["streams"]):
            kind = ServerSentEvents if number % 2 else WebSocket
            # Two streams an organization, one of each kind.
            stream = kind(self, self.organizations[number // 2 % len(self.organizations)])
            self.streams.append(stream)
            self.following.append(asyncio.create_task(stream.run()))
        for number in range(self.counts["uploads"]):
            organization = self.organizations[number % len(self.organizations)]
            self.uploading.append(asyncio.create_task(self.upload_files(organization)))

    async def register(self, number):
        body = {"email": f"load-{number}-{uuid.uuid4().hex[:8]}@example.com", "password": "correct horse battery",
                "name": "Load", "organization": {"name": f"Load {number}"}}
        answer, _ = await self.need("POST", "/api/v1/auth/register", {201}, json=body)
        owner = {"Authorization": f"Bearer {answer['access_token']}"}
        # A key, because it does not expire.
        body = {"name": "load", "permissions": PERMISSIONS}
        answer, _ = await self.need("POST", "/api/v1/api-keys", {201}, json=body, headers=owner)
        organization = Organization({"Authorization": f"Bearer {answer['secret']}"})
        for _ in range(RECORDS_AT_FIRST):
            await self.send_one(CREATE, organization, time.monotonic())
        if self.failures:
            raise SystemExit(f"error: the load cannot begin: {self.failures[0][2]}")
        return organization

    async def need(self, method, path, expected, **options):
        answer = await self.ask(self.requests, "begin", method, path, expected, **options)
        if answer is None:
            raise SystemExit(f"error: the load cannot begin: {self.failures[-1][2]}")
        return answer

    async def send(self):
        """At times that are fixed beforehand, whether earlier requests are answered or not."""
        kinds, weights = list(MIX), list(MIX.values())
        running = set()
        number = 0
        while not self.stopping.is_set():
            due = self.begun + number / self.rate
            number += 1
            while (early := due - time.monotonic()) > 0:
                await asyncio.sleep(early)
            self.lags.append(time.monotonic() - due)
            kind = random.choices(kinds, weights)[0]
            one = asyncio.create_task(self.send_one(kind, random.choice(self.organizations), due))
            running.add(one)
            one.add_done_callback(running.discard)
        self.ended = time.monotonic()
        await asyncio.gather(*running)

    async def send_one(self, kind, organization, due):
        headers = organization.headers
        if kind == UPDATE and not organization.idle:
            kind = READ
        if kind == READ:
            path = f"/api/v1/projects/{random.choice(list(organization.versions))}"
            await self.ask(self.requests, READ, "GET", path, {200}, due, headers=headers)
        elif kind == LIST:
            await self.ask(self.requests, LIST, "GET", "/api/v1/projects?limit=50", {200}, due, headers=headers)
        elif kind == CREATE:
            key = uuid.uuid4().hex
            answer = await self.ask(self.requests, CREATE, "POST", "/api/v1/projects", {201}, due,
                                    json={"code": key[:20], "name": f"Load {key}", "status": "active"},
                                    headers={**headers, "Idempotency-Key": key})
            if answer:
                self.wrote(organization, "project.created", answer[0])
        else:
            record = organization.idle.pop(random.randrange(len(organization.idle)))
            answer = await self.ask(self.requests, UPDATE, "PATCH", f"/api/v1/projects/{record}", {200}, due,
                                    data=json.dumps({"metadata": {"at": uuid.uuid4().hex}}),
                                    headers={**headers, "Content-Type": "application/merge-patch+json",
                                             "If-Match": f'"{organization.versions[record]}"'})
            # After a failure it is not known which version is there.
            if answer:
                self.wrote(organization, "project.updated", answer[0])

    def wrote(self, organization, event, record):
        organization.versions[record["id"]] = record["version"]
        organization.idle.append(record["id"])
        organization.written.append((event, record["id"], record["version"]))

    # Uploads

    async def upload_files(self, organization):
        while not self.stopping.is_set():
            content = random.randbytes(FILE_BYTES)
            document = await self.upload(organization, content)
            if document:
                organization.documents[document] = hashlib.sha256(content).hexdigest()

    async def upload(self, organization, content):
        """The path of the document; None after a failure."""
        name = base64.b64encode(f"{uuid.uuid4().hex}.bin".encode()).decode()
        headers = {**organization.headers, **TUS}
        created = await self.ask(self.transfers, "upload: begin", "POST", "/api/v1/uploads", {201},
                                 headers={**headers, "Upload-Length": str(len(content)),
                                          "Upload-Metadata": f"filename {name}"})
        if not created:
            return None
        path, offset, document = created[1]["Location"], 0, None
        while offset < len(content):
            handed = []
            sent = await self.patch(path, headers, content, offset, handed)
            if sent is None:
                sent = await self.head(path, headers)
                if sent is None:
                    return None
                self.repeated.append(offset + sum(handed) - sent[0])
            offset, document = sent
        if not document:
            self.fail("upload: end", f"{path} is complete and names no document")
        return document

    async def patch(self, path, headers, content, offset, handed):
        """Offset and document; None when the upload was interrupted. Adds to `handed` what it sends."""
        chunk = memoryview(content)[offset:offset + random.choice(CHUNK_BYTES)]

        async def pieces():
            for begin in range(0, len(chunk), PIECE_BYTES):
                piece = bytes(chunk[begin:begin + PIECE_BYTES])
                handed.append(len(piece))
                yield piece
                await asyncio.sleep(len(piece) / UPLOAD_BYTES_PER_SECOND)

        more = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream",
                "Content-Length": str(len(chunk))}
        try:
            timeout = aiohttp.ClientTimeout(total=UPLOAD_SECONDS)
            async with self.transfers.patch(path, headers={**headers, **more}, data=pieces(),
                                            timeout=timeout) as answer:
                body = await answer.read()
        except CUT as error:
            self.interrupted[type(error).__name__] += 1
            return None
        except TimeoutError as error:
            self.fail("upload: send", f"PATCH {path}: {error!r}")
            return None
        if answer.status == 204:
            return int(answer.headers["Upload-Offset"]), answer.headers.get("Plinth-Document")
        code = json.loads(body).get("code") if body.startswith(b"{") else body[:100]
        if code == "server.stopping":
            self.interrupted[code] += 1
        else:
            self.fail("upload: send", f"PATCH {path}: {answer.status} {body[:300].decode(errors='replace')}")
        return None

    async def head(self, path, headers):
        """Where an interrupted upload goes on."""
        await asyncio.sleep(random.uniform(0.2, 1))
        answer = await self.ask(self.transfers, "upload: resume", "HEAD", path, {200, 204}, headers=headers)
        if not answer:
            return None
        return int(answer[1]["Upload-Offset"]), answer[1].get("Plinth-Document")

    # The end

    async def end(self):
        """Stops, waits until everything has arrived, and compares."""
        self.stopping.set()
        await self.sending
        await asyncio.gather(*self.uploading)
        for organization in self.organizations:
            for path, digest in organization.documents.items():
                await self.compare_document(organization, path, digest)
        # No worker has anything to do now, so the lists of events do not grow.
        for organization in self.organizations:
            await self.compare_events(organization)
        for task in self.following:
            task.cancel()

    async def compare_events(self, organization):
        """The streams with the list of all events, and both with what was acknowledged."""
        streams = [stream for stream in self.streams if stream.organization is organization]
        deadline = time.monotonic() + SETTLED_WITHIN_SECONDS
        while True:
            listed = await self.list_events(organization)
            if listed is None:
                return
            numbers = [event["number"] for event in listed]
            waits = any(stream.last < numbers[-1] for stream in streams)
            seen = Counter((event["type"], event["subject"]["id"], event["data"].get("version")) for event in listed)
            written = Counter(organization.written)
            if not waits and not written - seen or time.monotonic() > deadline:
                break
            await asyncio.sleep(0.5)
        for stream in streams:
            stream.compare(numbers)
        for missing in written - seen:
            self.fail("events", f"no event of {missing}")
        projects = Counter({key: count for key, count in seen.items() if key[0].startswith("project.")})
        for surplus in projects - written:
            self.fail("events", f"an event too much, or a change that was not acknowledged: {surplus}")

    async def list_events(self, organization):
        events, after = [], 0
        while True:
            page = await self.ask(self.requests, "events", "GET", f"/api/v1/events?after={after}&limit=200", {200},
                                  headers=organization.headers)
            if page is None:
                return None
            events += page[0]["data"]
            after = page[0]["last_number"]
            if not page[0]["has_more"]:
                return events

    async def compare_document(self, organization, path, digest):
        deadline = time.monotonic() + SETTLED_WITHIN_SECONDS
        status = None
        while status != "ready" and time.monotonic() < deadline:
            found = await self.ask(self.transfers, "document", "GET", path, {200}, headers=organization.headers)
            if found is None:
                return
            status = found[0]["status"]
            if status in ("pending", "processing"):
                await asyncio.sleep(0.5)
            elif status != "ready":
                break
        if status != "ready":
            self.fail("document", f"{path} is {status}")
        content = await self.ask(self.transfers, "document", "GET", f"{path}/content", {200},
                                 headers=organization.headers)
        if content and hashlib.sha256(content[0]).hexdigest() != digest:
            self.fail("document", f"{path} has other bytes than were sent")

    def report(self):
        """Lines of text, and whether the client itself kept up."""
        spent = self.ended - self.begun
        mixed = {kind: sorted(self.latencies[kind]) for kind in MIX}
        every = sorted(value for values in mixed.values() for value in values)
        sent = len(self.lags)
        failed = Counter(what for _, what, _ in self.failures)
        lags = sorted(self.lags)
        keeps_up = sent / spent >= 0.99 * self.rate and quantile(lags, 0.99) < 0.1
        events = sum(len(stream.numbers) for stream in self.streams)
        files = sum(len(one.documents) for one in self.organizations)
        lines = [
            f"requests   {sent} in {spent:.0f} s, {sent / spent:.1f}/s, over {self.opened} connections",
            f"failures   {len(self.failures)}" + "".join(f"; {what}: {count}" for what, count in failed.items()),
            f"latency    {milliseconds(every)}",
            *(f"           {kind}: {len(values)}, {milliseconds(values)}" for kind, values in mixed.items()),
            f"client     sends late by {milliseconds(lags)}",
            f"streams    {len(self.streams)}, {events} events, {sum(s.connections - 1 for s in self.streams)} reconnections, "
            f"{sum(s.cut for s in self.streams)} without an end of the stream",
            f"           longest without a connection {max(s.longest_gap for s in self.streams):.1f} s; "
            f"oldest event on arrival {max(s.oldest for s in self.streams):.1f} s",
            f"uploads    {files} files of {FILE_BYTES / 2**20:.0f} MiB; interrupted: {dict(self.interrupted) or 'none'}"
            + (f"; sent again at most {max(self.repeated) / 1024:.0f} KiB" if self.repeated else ""),
        ]
        return lines, keeps_up


def quantile(ordered, part):
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


def milliseconds(ordered):
    values = (quantile(ordered, part) * 1000 for part in (0.5, 0.99, 1))
    return "p50 {:.1f} ms, p99 {:.1f} ms, most {:.0f} ms".format(*values)
