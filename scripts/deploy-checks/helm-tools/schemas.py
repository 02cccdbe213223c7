"""The schemas of Kubernetes and of other operators' objects."""

import json
import re
import subprocess
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from kubernetes_validate import utils
from referencing import Registry, Resource

from chart import Fault

OLDEST = (1, 28)
HERE = Path(__file__).resolve().parent
# Objects of other operators, whose schemas are in crds.js.
OTHERS = ("postgresql.cnpg.io/", "external-secrets.io/", "monitoring.coreos.com/")


def is_other(one: dict) -> bool:
    return one["apiVersion"].startswith(OTHERS)


def minor(version: str) -> tuple[int, int]:
    major, second, *_ = map(int, version.split("."))
    return major, second


def supported() -> list[str]:
    """Full versions, from the oldest supported one to the newest that the package knows."""
    # The package names each one twice.
    return [known for known in dict.fromkeys(utils.all_versions()) if minor(known) >= OLDEST]


VERSIONS = supported()


@cache
def definitions(version: str) -> Registry:
    # Strict: a field that does not exist is a fault.
    path = f"kubernetes-json-schema/v{version}-local-strict/_definitions.json"
    return Resource.from_contents(utils.schema_contents(path, version)) @ Registry()


@cache
def validator(kind: str, api_version: str, version: str) -> Draft202012Validator:
    # As kubernetes_validate.validate, which reads and compiles the schemas anew for each object.
    group = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api_version)
    path = f"kubernetes-json-schema/v{version}-local-strict/{kind.lower()}-{group}.json"
    try:
        schema = utils.schema_contents(path, version)
    except FileNotFoundError:
        raise Fault(f"Kubernetes {version} has no {api_version} {kind}") from None
    return Draft202012Validator(schema, registry=Resource.from_contents(schema) @ definitions(version))


@cache
def fault_of(text: str, version: str) -> str | None:
    """The fault of an object, which is the same in many combinations."""
    one = json.loads(text)
    fault = best_match(validator(one["kind"], one["apiVersion"], version).iter_errors(one))
    return fault and f"{one['kind']} {one['metadata']['name']}: {fault.json_path}: {fault.message}"


def check_kubernetes(objects: list[dict], version: str) -> int:
    """Returns the number of objects, all of which are valid."""
    own = [one for one in objects if not is_other(one)]
    for one in own:
        if fault := fault_of(json.dumps(one), version):
            raise Fault(fault)
    return len(own)


def check_crds(objects: list[dict]) -> int:
    others = [one for one in objects if is_other(one)]
    if others:
        checked = subprocess.run(
            ["node", HERE / "crds.js"], input=json.dumps(others), capture_output=True, text=True, check=False
        )
        if checked.returncode != 0:
            raise Fault(f"{checked.stdout}{checked.stderr}")
    return len(others)
