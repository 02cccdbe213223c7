"""Changes of records that others change, too."""

from typing import Any

import pytest
from records import ID, example
from server import Call, Server

from plinth_client import PlinthProblem, etag
from plinth_client.api import projects
from plinth_client.models import Project, ProjectPatch

PATH = f"/api/v1/projects/{ID}"


def rename(project: Project, if_match: str) -> Any:
    return projects.update_project(
        project.id, ProjectPatch(name=f"{project.name}!"), if_match=if_match
    )


def version(number: int) -> Any:
    record = example("Project", name=f"Quay {number}", version=number)
    return lambda call: call.answer(200, record, ETag=f'"{number}"')


def stale(call: Call) -> None:
    call.refuse(412, "if_match.stale")


def test_a_change_is_made_again_of_the_record_as_it_is_now(server: Server, plinth: Any) -> None:
    server.on("GET", PATH, version(1), version(2))
    server.on("PATCH", PATH, stale, version(3))
    assert plinth.change(projects.get_project(ID), rename).version == 3
    sent = [(call.headers["If-Match"], call.json()["name"]) for call in server.to("PATCH", PATH)]
    assert sent == [('"1"', "Quay 1!"), ('"2"', "Quay 2!")]


def test_a_record_that_changes_all_the_time_is_given_up(server: Server, plinth: Any) -> None:
    server.on("GET", PATH, version(1))
    server.on("PATCH", PATH, stale)
    with pytest.raises(PlinthProblem, match=r"if_match\.stale"):
        plinth.change(projects.get_project(ID), rename)
    assert server.count("PATCH", PATH) == 5


def test_another_refusal_of_a_change_is_an_error_at_once(server: Server, plinth: Any) -> None:
    server.on("GET", PATH, version(1))
    server.on("PATCH", PATH, lambda call: call.refuse(409, "project.code_taken"))
    with pytest.raises(PlinthProblem, match=r"project\.code_taken"):
        plinth.change(projects.get_project(ID), rename)
    assert server.count("PATCH", PATH) == 1


def test_the_tag_of_a_record_is_its_version(server: Server, plinth: Any) -> None:
    server.on("GET", PATH, version(7))
    assert etag(plinth.send(projects.get_project(ID))) == '"7"'
