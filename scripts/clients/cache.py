"""Reads a record through requests-cache: each cached answer is revalidated by its ETag."""

import os
import uuid

import requests
from requests_cache import CachedSession

API = f"{os.environ['PLINTH_URL']}/api/v1"


def log_in() -> dict[str, str]:
    credentials = {"email": os.environ["PLINTH_EMAIL"], "password": os.environ["PLINTH_PASSWORD"]}
    answer = requests.post(f"{API}/auth/login", json=credentials, timeout=10)
    answer.raise_for_status()
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def check(session: CachedSession, url: str, *, cached: bool, name: str) -> requests.Response:
    answer = session.get(url, timeout=10)
    assert answer.status_code == 200, answer.status_code
    assert answer.json()["name"] == name, answer.json()
    assert answer.from_cache is cached, f"from the cache: {answer.from_cache}"
    assert answer.headers["Cache-Control"] == "private, no-cache", answer.headers
    assert answer.headers["ETag"], answer.headers
    return answer


def main() -> None:
    headers = log_in()
    project = {"code": f"PY-{uuid.uuid4().hex[:8]}", "name": "Harbour"}
    created = requests.post(f"{API}/projects", json=project, headers=headers, timeout=10)
    created.raise_for_status()
    url = f"{API}/projects/{created.json()['id']}"

    asked = []
    session = CachedSession("plinth", backend="memory", cache_control=True)
    session.headers.update(headers)
    send = session._send_and_cache
    session._send_and_cache = lambda *args, **kwargs: asked.append(1) or send(*args, **kwargs)

    check(session, url, cached=False, name="Harbour")
    for _ in range(2):
        answer = check(session, url, cached=True, name="Harbour")
        assert answer.revalidated, "the cached answer was not revalidated"
    bare = requests.get(
        url, headers={**headers, "If-None-Match": answer.headers["ETag"]}, timeout=10
    )
    assert bare.status_code == 304 and not bare.content, bare.status_code
    assert bare.headers["Cache-Control"] == answer.headers["Cache-Control"], bare.headers

    changed = requests.patch(
        url,
        json={"name": "Quay"},
        headers={**headers, "If-Match": answer.headers["ETag"]},
        timeout=10,
    )
    changed.raise_for_status()
    check(session, url, cached=False, name="Quay")
    check(session, url, cached=True, name="Quay")
    print("requests-cache: a cached record is revalidated, and read again after a change")


main()
