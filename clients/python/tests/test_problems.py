"""Refusals as exceptions."""

import pickle
from typing import Any

import pytest
from server import Call, Server

from plinth_client import Fault, PlinthProblem, ResyncRequired, UnexpectedAnswer
from plinth_client.api import auth, projects
from plinth_client.models import LoginForm, NewProject

PROJECTS = ("POST", "/api/v1/projects")


def refuse(server: Server, plinth: Any, status: int, document: Any) -> PlinthProblem:
    server.on(*PROJECTS, lambda call: call.answer(status, document))
    with pytest.raises(PlinthProblem) as caught:
        plinth.send(projects.create_project(NewProject("HRB-7", "Harbour")))
    return caught.value


def test_a_problem_has_its_code_its_detail_and_the_request(server: Server, plinth: Any) -> None:
    problem = refuse(
        server,
        plinth,
        409,
        {
            "type": "/docs/problems#project.code_taken",
            "title": "Conflict",
            "status": 409,
            "detail": "another project has this code",
            "code": "project.code_taken",
            "request_id": "01a1",
        },
    )
    assert (problem.status, problem.code, problem.title) == (409, "project.code_taken", "Conflict")
    assert str(problem) == "409 project.code_taken: another project has this code (request 01a1)"


def test_all_faults_of_a_body_have_their_pointers(server: Server, plinth: Any) -> None:
    faults = [
        {"pointer": "/colour", "code": "field.unknown", "detail": "there is no field"},
        {"parameter": "limit", "code": "query.value", "detail": "1 to 200"},
        {"line": 2, "column": "name", "code": "text.empty", "detail": "must be given", "new": 1},
    ]
    document = {"code": "body.invalid", "detail": "3 values", "request_id": "01a1"}
    problem = refuse(server, plinth, 422, {**document, "errors": faults})
    assert problem.errors == (
        Fault("field.unknown", "there is no field", pointer="/colour"),
        Fault("query.value", "1 to 200", parameter="limit"),
        Fault("text.empty", "must be given", line=2, column="name"),
    )
    assert str(problem).splitlines()[1:] == [
        "  /colour: there is no field (field.unknown)",
        "  limit: 1 to 200 (query.value)",
        "  line 2, name: must be given (text.empty)",
    ]


def test_a_second_factor_that_is_asked_for_is_in_the_document(server: Server, plinth: Any) -> None:
    document = {"code": "auth.second_factor_needed", "challenge": "plc_1", "request_id": "01a1"}
    server.on("POST", "/api/v1/auth/login", lambda call: call.answer(401, document))
    with pytest.raises(PlinthProblem) as caught:
        plinth.send(auth.login(LoginForm("ada@example.com", "correct horse battery")))
    assert caught.value.document["challenge"] == "plc_1"


@pytest.mark.parametrize("body", [b"", b"<h1>no</h1>", b"[]", b'"code"', b"{}", b'{"errors":[]}'])
def test_a_refusal_without_a_problem_is_unexpected(
    server: Server, plinth: Any, body: bytes
) -> None:
    server.on(*PROJECTS, lambda call: call.answer(400, body))
    with pytest.raises(UnexpectedAnswer) as caught:
        plinth.send(projects.create_project(NewProject("HRB-7", "Harbour")))
    assert caught.value.status == 400


@pytest.mark.parametrize(
    "error",
    [
        PlinthProblem(409, {"code": "state.transition", "request_id": "01a1"}, 2.0),
        UnexpectedAnswer(502, "<h1>", "01a1", None),
        ResyncRequired(1, 99),
    ],
)
def test_an_exception_passes_from_one_process_to_another(error: Exception) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.__dict__) == (str(error), error.__dict__)


def test_a_redirection_is_not_followed_with_the_credential(server: Server, plinth: Any) -> None:
    def redirect(call: Call) -> None:
        call.answer(307, Location=f"{server.url}/elsewhere")

    server.on(*PROJECTS, redirect)
    with pytest.raises(UnexpectedAnswer):
        plinth.send(projects.create_project(NewProject("HRB-7", "Harbour")))
    assert server.count("POST", "/elsewhere") == 0
