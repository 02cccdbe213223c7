"""The two kinds of object storage of Plinth: a directory, and a bucket of an S3-compatible service."""

import hashlib
import hmac
import http.client
import os
import shutil
import xml.etree.ElementTree
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

EMPTY = hashlib.sha256(b"").hexdigest()
TIMEOUT_SECONDS = 60


def of_environment(chunk_bytes):
    """The store that the variables of docs/configuration.md name."""
    get = lambda name, default=None: os.environ.get(f"PLINTH_STORAGE__{name}") or default
    if get("KIND", "local") == "local":
        return Directory(Path(get("PATH", ".local/blobs")), chunk_bytes)
    return Bucket(get, chunk_bytes)


class Directory:
    def __init__(self, root, chunk_bytes):
        self.root = root
        self.chunk_bytes = chunk_bytes

    def list(self):
        # The adapter writes unfinished files below names that begin with a dot.
        files = (path for path in self.root.rglob("*") if path.is_file())
        keys = ((path.relative_to(self.root), path.stat().st_size) for path in files)
        return sorted((key.as_posix(), size) for key, size in keys if not key.parts[0].startswith("."))

    def read(self, key):
        with (self.root / key).open("rb") as file:
            while chunk := file.read(self.chunk_bytes):
                yield chunk

    def write(self, key, file):
        target = self.root / key
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(target.name + ".partial")
        shutil.copyfile(file, partial)
        partial.rename(target)


class Bucket:
    def __init__(self, get, chunk_bytes):
        self.bucket = get("BUCKET")
        self.region = get("REGION", os.environ.get("AWS_REGION", "us-east-1"))
        endpoint = urlsplit(get("ENDPOINT", f"https://s3.{self.region}.amazonaws.com"))
        is_in_path = get("PATH_STYLE", "true") == "true"
        self.host = endpoint.netloc if is_in_path else f"{self.bucket}.{endpoint.netloc}"
        self.prefix = f"{endpoint.path.rstrip('/')}/{self.bucket}" if is_in_path else ""
        self.is_encrypted = endpoint.scheme == "https"
        self.key_id = get("ACCESS_KEY_ID") or os.environ["AWS_ACCESS_KEY_ID"]
        self.secret = get("SECRET_ACCESS_KEY") or os.environ["AWS_SECRET_ACCESS_KEY"]
        self.chunk_bytes = chunk_bytes

    def list(self):
        objects, token = [], None
        while True:
            query = {"list-type": "2", **({"continuation-token": token} if token else {})}
            page = xml.etree.ElementTree.fromstring(self.request("GET", "", query).read())
            for content in page.iterfind("{*}Contents"):
                objects.append((content.findtext("{*}Key"), int(content.findtext("{*}Size"))))
            token = page.findtext("{*}NextContinuationToken")
            if not token:
                return sorted(objects)

    def read(self, key):
        answer = self.request("GET", key)
        while chunk := answer.read(self.chunk_bytes):
            yield chunk

    def write(self, key, file):
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
            content.seek(0)
            self.request("PUT", key, body=content, digest=digest, size=file.stat().st_size).read()

    def request(self, method, key, query=None, body=None, digest=EMPTY, size=None):
        """One request, signed by AWS Signature Version 4."""
        path = quote(f"{self.prefix}/{key}".rstrip("/") or "/")
        query = urlencode(sorted((query or {}).items()), quote_via=quote, safe="")
        now = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        headers = {"host": self.host, "x-amz-content-sha256": digest, "x-amz-date": now}
        if token := os.environ.get("AWS_SESSION_TOKEN"):
            headers["x-amz-security-token"] = token
        names = ";".join(sorted(headers))
        lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
        canonical = f"{method}\n{path}\n{query}\n{lines}\n{names}\n{digest}"
        scope = f"{now[:8]}/{self.region}/s3/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signing_key = f"AWS4{self.secret}".encode()
        for part in scope.split("/"):
            signing_key = hmac.digest(signing_key, part.encode(), "sha256")
        signature = hmac.digest(signing_key, text.encode(), "sha256").hex()
        headers["authorization"] = (f"AWS4-HMAC-SHA256 Credential={self.key_id}/{scope}, "
                                    f"SignedHeaders={names}, Signature={signature}")
        if size is not None:
            headers["content-length"] = str(size)
        kind = http.client.HTTPSConnection if self.is_encrypted else http.client.HTTPConnection
        connection = kind(self.host, timeout=TIMEOUT_SECONDS)
        connection.request(method, f"{path}?{query}" if query else path, body=body, headers=headers)
        answer = connection.getresponse()
        if answer.status == 404:
            raise FileNotFoundError(key)
        if answer.status >= 300:
            raise OSError(f"{method} {path}: {answer.status} {answer.read(500).decode(errors='replace')}")
        return answer
