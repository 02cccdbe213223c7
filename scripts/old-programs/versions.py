"""The version before and this one on one database: the programs of the one on the schema of the other."""

import argparse
import asyncio
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from installation import CHECKOUT, new_programs
from replicas import APIS, WORKERS, Replicas, under_load

# How long the old programs serve on the new schema before they are replaced.
BESIDE_SECONDS = 20
DEVELOPMENT = {"PLINTH_ENVIRONMENT": "development", "PLINTH_DEV_AI": "off"}


def pending(installation, programs):
    listed = installation.call(str(programs / "plinth"), "migrate", "status").splitlines()
    return [line.split()[1] for line in listed if line.startswith("pending")]


def seed(installation, programs):
    """The demo data, which has records of most kinds."""
    plinth = str(programs / "plinth")
    installation.call(plinth, "seed", **DEVELOPMENT)
    installation.call(plinth, "storage", "adopt", "--yes")


def get(installation, path, token=None):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(installation.environment["URL"] + path, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")


def read_everything(installation, whose):
    """Every list of the API, and each record that its items lead to, must be readable."""
    token = installation.log_in()
    _, document = get(installation, "/api/v1/openapi.json")
    lists = [path for path, operations in document["paths"].items() if is_list(path, operations)]
    records = 0
    for path in lists:
        status, page = get(installation, f"{path}?limit=200", token)
        # The entries of the books, which the demo data does not complete.
        if status == 409 and "accounting.incomplete" in page:
            continue
        if status != 200:
            raise SystemExit(f"error: {whose} answers {status} to {path}: {page}")
        one = next((other for other in document["paths"] if other.rpartition("/{")[0] == path and other.endswith("}")), None)
        if one and "get" in document["paths"][one]:
            for item in page["data"]:
                name = item.get("id") or item["user_id"]
                status, found = get(installation, f"{path}/{name}", token)
                if status != 200:
                    raise SystemExit(f"error: {whose} answers {status} to {path}/{name}: {found}")
                records += 1
    print(f"  {whose} reads {len(lists)} lists and {records} records", flush=True)


def is_list(path, operations):
    names = {parameter["name"] for parameter in operations.get("get", {}).get("parameters", ())}
    required = any(parameter.get("required") and parameter["in"] == "query"
                   for parameter in operations.get("get", {}).get("parameters", ()))
    return "{" not in path and "limit" in names and not required


def verify(installation, programs):
    """What the command line can say about the whole installation."""
    for command in (["audit", "verify"], ["storage", "verify"], ["doctor"]):
        lines = installation.call(str(programs / "plinth"), *command).splitlines()
        print(f"  plinth {' '.join(command)}: {lines[-1].strip()}", flush=True)


def tour(installation, url):
    subprocess.run([CHECKOUT / "scripts" / "smoke", url], check=True)
    subprocess.run([CHECKOUT / "scripts" / "try-api", url], check=True)


def old_on_new(old, new, rate):
    replicas = Replicas("old-programs/installation", old)
    installation = replicas.installation
    try:
        installation.start_servers()
        installation.call(str(new / "plinth"), "migrate", "up")
        # `plinth seed` migrates, and refuses a schema that is newer than itself.
        seed(installation, new)
        replicas.start()
        installation.wait_for_jobs()
        tour(installation, replicas.balancer.url)
        read_everything(installation, "the old API on the new schema")
        return asyncio.run(under_load(replicas, lambda: time.sleep(BESIDE_SECONDS), rate=rate))
    finally:
        replicas.close()


def old_to_new(old, new, rate):
    replicas = Replicas("old-programs/installation", old)
    installation = replicas.installation

    def work():
        begun = time.monotonic()
        installation.call(str(new / "plinth"), "migrate", "up")
        print(f"  migrated under load in {time.monotonic() - begun:.1f} s", flush=True)
        time.sleep(BESIDE_SECONDS)
        one_of_each = len(APIS)
        replicas.roll(one_of_each, new)
        # Both versions side by side: one worker is still of the old one.
        read_everything(installation, "the new API")
        replicas.restart(WORKERS[1], new)
        print("  rolled over to the new programs", flush=True)
        replicas.roll(one_of_each, old)
        replicas.restart(WORKERS[1], old)
        read_everything(installation, "the old API after the roll-back")
        print("  rolled back to the old programs, on the new schema", flush=True)
        replicas.roll(one_of_each, new)
        replicas.restart(WORKERS[1], new)

    try:
        installation.start_servers()
        installation.call("plinth", "migrate", "up")
        steps = pending(installation, new)
        if not steps:
            raise SystemExit("error: this version has no step that the version before lacks: name an older commit")
        print(f"==> {len(steps)} steps are new: {', '.join(steps)}", flush=True)
        seed(installation, old)
        replicas.start()
        installation.wait_for_jobs()
        status = asyncio.run(under_load(replicas, work, rate=rate))
        verify(installation, new)
        return status
    finally:
        replicas.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old", type=Path, help="the directory of the old programs")
    parser.add_argument("--rate", type=float, default=200, help="requests a second")
    arguments = parser.parse_args()
    versions = arguments.old.resolve(), new_programs().resolve(), arguments.rate
    print("==> the old programs on the new schema", flush=True)
    failed = old_on_new(*versions)
    print("==> the new schema, and then the new programs, under load", flush=True)
    return old_to_new(*versions) or failed


if __name__ == "__main__":
    sys.exit(main())
