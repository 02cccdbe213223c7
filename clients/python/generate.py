"""Generates `plinth_client/api` and `plinth_client/models` from docs/openapi.json. It is the one
place that does so: each build of the package calls it (hatch_build.py), and so does the lint of the
document (scripts/openapi-clients/run).

    python generate.py              needs requirements.txt (scripts/python-env)

What the generator leaves out ends it with an error.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PACKAGE = HERE / "plinth_client"
GENERATED = ("api", "models")


def document() -> Path:
    """That of the repository, or in a source distribution the copy beside this file."""
    copy = HERE / "openapi.json"
    return copy if copy.exists() else HERE.parents[1] / "docs" / "openapi.json"


def main() -> None:
    # Beside the package, so that the move at the end stays within a file system.
    with tempfile.TemporaryDirectory(prefix=".generated-", dir=HERE) as directory:
        prepared = Path(directory) / "openapi.json"
        prepared.write_text(json.dumps(prepare(json.loads(document().read_text()))))
        package = Path(directory) / "plinth_client"
        run(
            "openapi_python_client",
            *("generate", "--fail-on-warning", "--meta", "none"),
            *("--path", str(prepared), "--output-path", str(package)),
            *("--config", str(HERE / "generator" / "config.yaml")),
            *("--custom-template-path", str(HERE / "generator" / "templates")),
        )
        one_module_for_each_tag(package / "api")
        targets = [str(package / name) for name in GENERATED]
        settings = ["--config", str(HERE / "pyproject.toml"), "--quiet"]
        run("ruff", "check", "--fix-only", "--select=F401,F541,I,PLW0127", *settings, *targets)
        run("ruff", "format", *settings, *targets)
        for name in GENERATED:
            shutil.rmtree(PACKAGE / name, ignore_errors=True)
            os.replace(package / name, PACKAGE / name)


def run(module: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", module, *arguments], check=True)


def prepare(node: Any) -> Any:
    """Leaves out what no code is made of: answers that are no success, because they are raised as
    PlinthProblem, the WebSocket, which has no other answer, and the classes of objects whose fields
    are the client's, which are dictionaries."""
    if isinstance(node, list):
        return [prepare(item) for item in node]
    if not isinstance(node, dict):
        return node
    if is_free_form(node):
        return {"description": node["description"]} if "description" in node else {}
    if isinstance(node.get("responses"), dict) and "operationId" in node:
        answers = node["responses"].items()
        succeeded = {code: with_text(answer) for code, answer in answers if code[0] == "2"}
        node = node | {"responses": succeeded}
    if isinstance(node.get("requestBody"), dict):
        node = node | {"requestBody": with_bytes(node["requestBody"])}
    prepared = {name: prepare(value) for name, value in node.items()}
    return {name: value for name, value in prepared.items() if not is_without_success(value)}


def with_bytes(body: dict[str, Any]) -> dict[str, Any]:
    """The generator takes bodies other than JSON and forms for bytes, but not for files."""
    file = {"schema": {"type": "string", "format": "binary"}}
    content = {
        media_type: schema if media_type.endswith(("json", "form-data")) else file
        for media_type, schema in body["content"].items()
    }
    return body | {"content": content}


def with_text(answer: dict[str, Any]) -> dict[str, Any]:
    """The generator takes every answer of `text/` for text, also where its schema says bytes."""
    content = {
        media_type: {"schema": {"type": "string"}} if media_type.startswith("text/") else schema
        for media_type, schema in answer.get("content", {}).items()
    }
    return answer | {"content": content}


def is_without_success(operation: Any) -> bool:
    return isinstance(operation, dict) and operation.get("responses") == {}


def is_free_form(schema: dict[str, Any]) -> bool:
    types = schema.get("type", [])
    return "object" in types and not schema.keys() & {"properties", "allOf", "oneOf", "anyOf"}


def one_module_for_each_tag(api: Path) -> None:
    for package in [path for path in api.iterdir() if path.is_dir()]:
        os.replace(package / "__init__.py", api / f"{package.name}.py")
        shutil.rmtree(package)


if __name__ == "__main__":
    main()
