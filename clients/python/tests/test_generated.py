"""The code that is made of docs/openapi.json."""

import importlib
import inspect
import pkgutil
import subprocess
import sys
from typing import Any

from records import DOCUMENT, ID, example

import plinth_client.api
import plinth_client.models
from plinth_client import Request
from plinth_client.api import projects
from plinth_client.models import Project, ProjectPatch


def modules(package: Any) -> list[Any]:
    found = pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    return [importlib.import_module(module.name) for module in found]


def test_every_operation_with_a_success_has_a_function() -> None:
    functions = {
        name
        for module in modules(plinth_client.api)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
    operations = {
        operation["operationId"]
        for path in DOCUMENT["paths"].values()
        for operation in path.values()
        if any(code.startswith("2") for code in operation["responses"])
    }
    assert functions == operations and len(functions) > 300


def test_every_model_can_be_imported() -> None:
    names = {name for name in dir(plinth_client.models) if not name.startswith("_")}
    assert all(getattr(plinth_client.models, name) for name in names)
    assert len(names) > 400
    assert len(modules(plinth_client.models)) >= len(names)


def test_the_examples_of_the_document_are_read_and_written_unchanged() -> None:
    unchanged = 0
    for name, schema in DOCUMENT["components"]["schemas"].items():
        model: Any = getattr(plinth_client.models, name, None)
        is_form = name == "NewDocument"
        if hasattr(model, "from_dict") and schema.get("examples") and not is_form:
            assert normal(model.from_dict(example(name)).to_dict()) == normal(example(name)), name
            unchanged += 1
    assert unchanged > 200


def normal(value: Any) -> Any:
    """Of two ways to write the same time, one."""
    match value:
        case dict():
            return {name: normal(item) for name, item in value.items()}
        case list():
            return [normal(item) for item in value]
        case str():
            return value.replace("+00:00", "Z")
        case _:
            return value


def test_a_value_and_a_field_of_a_newer_server_are_kept() -> None:
    record = example("Project", status="frozen", depth_mm=70)
    project = Project.from_dict(record)
    status: str = project.status
    assert status == "frozen"
    assert project.to_dict()["depth_mm"] == 70


def test_a_field_that_is_not_given_is_not_sent_and_none_is_null() -> None:
    request = projects.update_project(ID, ProjectPatch(description=None), if_match='"1"')
    assert request.json == {"description": None}


def test_a_path_is_encoded() -> None:
    request = projects.get_project("../me?x=1")
    assert isinstance(request, Request)
    assert request.path == "/api/v1/projects/..%2Fme%3Fx%3D1"


def test_importing_the_client_imports_no_model_that_is_not_used() -> None:
    code = "import plinth_client, sys; print('plinth_client.models.invoice' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert said.stdout.strip() == "False"
