"""Stands for gcloud and terraform: a small Cloud Run in a file, which records every call.

A revision gets traffic when it is made, if the traffic follows the newest one, as on Cloud Run.
"""

import json
import os
import shlex
import sys
from pathlib import Path

STATE = Path(os.environ["STAND_IN_STATE"])

OUTPUTS = {
    "database": {"instance": "plinth", "host": "10.0.0.2", "database": "plinth"},
    "redis": {"instance": "plinth", "host": "10.0.0.3", "port": 6379},
    "registry": "europe-west3-docker.pkg.dev/plinth-staging/plinth",
}


def option(arguments: list[str], name: str) -> str | None:
    return next((it.partition("=")[2] for it in arguments if it.startswith(f"--{name}=")), None)


def status(state: dict, name: str, shares: str) -> dict:
    it = state[name]
    split = {it["revisions"][-1]: 100} if it["follows"] else it["split"]
    entries = [{"revisionName": revision, "percent": percent} for revision, percent in split.items()]
    entries += [
        {"revisionName": revision, "tag": tag, "url": f"{state['url']}/{tag}"} for tag, revision in it["tags"].items()
    ]
    return {"url": state["url"], shares: entries, "latestCreatedRevisionName": it["revisions"][-1]}


def listed(state: dict, name: str, shares: str) -> None:
    found = [{"metadata": {"name": name}, "status": status(state, name, shares)}] if name in state else []
    print(json.dumps([{"metadata": {"name": "another"}, "status": {}}, *found]))


def moved(state: dict, arguments: list[str]) -> None:
    it = state[arguments[0]]
    if to := option(arguments, "to-revisions"):
        split = {revision: int(percent) for revision, percent in (each.split("=") for each in to.split(","))}
        unknown = set(split) - set(it["revisions"])
        if unknown or sum(split.values()) != 100:
            sys.exit(f"wrong split {split}")
        it["split"], it["follows"] = split, False
    if tags := option(arguments, "set-tags"):
        it["tags"] = dict([tags.split("=")])
    if "--clear-tags" in arguments:
        it["tags"] = {}


def gcloud(state: dict, arguments: list[str]) -> None:
    match arguments:
        case ["run", "services", "list", *_]:
            listed(state, "plinth-api", "traffic")
        case ["beta", "run", "worker-pools", "list", *_]:
            listed(state, "plinth-worker", "instanceSplits")
        case ["run", "services", "update-traffic", *rest] | ["beta", "run", "worker-pools", "update-instance-split", *rest]:
            if state.get("refuses_after_tag") and state["plinth-api"]["tags"] and "--clear-tags" in rest:
                sys.exit("unavailable")
            moved(state, rest)
        case ["run", "jobs", "execute", "plinth-migrate", *_]:
            if state.get("migration_fails"):
                sys.exit("the execution failed")
        case ["secrets", "versions", "access", "latest", *rest]:
            print(state["secrets"][option(rest, "secret")])
        case ["secrets", "versions", "list", name, *_]:
            print("1" if name in state["secrets"] else "")
        case ["secrets", "versions", "add", name, "--data-file=-", *_]:
            state["secrets"][name] = sys.stdin.read()
        case ["sql", "users", "list", "--instance=plinth", *_]:
            print("postgres", *state["logins"], sep="\n")
        case ["sql", "users", "create", name, "--instance=plinth", *rest]:
            flags = Path(option(rest, "flags-file"))
            if flags.stat().st_mode & 0o077:
                sys.exit("others can read the password")
            state["logins"][name] = flags.read_text(encoding="utf-8").removeprefix("--password: ").strip()
        case ["redis", "instances", "get-auth-string", "plinth", *_]:
            print("redis-password")
        case _:
            sys.exit(f"an unknown call of gcloud: {shlex.join(arguments)}")


def terraform(state: dict, arguments: list[str]) -> None:
    match arguments if arguments[0] == "version" else arguments[1:]:
        case ["version", "-json"]:
            print('  "platform": "linux_amd64"')
        case ["init", *_] | ["plan", *_]:
            pass
        case ["test", *_]:
            print("PLAN of", os.environ["TF_VAR_image"])
        case ["output", "-json"]:
            print(json.dumps({name: {"value": value} for name, value in OUTPUTS.items()}))
        case ["apply", *_] if "base" in state:
            state["base"] = True
        case ["apply", *_]:
            if state.get("apply_fails"):
                sys.exit("the apply failed")
            if os.environ.get("CLOUDFLARE_API_TOKEN") != "token-of-cloudflare":
                sys.exit("no token of Cloudflare")
            for name in ("plinth-api", "plinth-worker"):
                it = state.setdefault(name, {"revisions": [], "follows": True, "split": {}, "tags": {}})
                it["revisions"].append(f"{name}-{len(it['revisions']) + 1}")
        case _:
            sys.exit(f"an unknown call of terraform: {shlex.join(arguments)}")


def main() -> None:
    program, arguments = sys.argv[1], sys.argv[2:]
    state = json.loads(STATE.read_text(encoding="utf-8"))
    # What serves while the call is made.
    serving = {
        name: status(state, name, "shares")["shares"] for name in ("plinth-api", "plinth-worker") if name in state
    }
    with STATE.with_suffix(".calls").open("a", encoding="utf-8") as calls:
        calls.write(json.dumps({"call": [program, *arguments], "serving": serving}) + "\n")
    {"gcloud": gcloud, "terraform": terraform}[program](state, arguments)
    # At once, as in a cloud: the caller may kill this program, and the API reads the file meanwhile.
    new = STATE.with_suffix(f".{os.getpid()}")
    new.write_text(json.dumps(state), encoding="utf-8")
    new.replace(STATE)


main()
