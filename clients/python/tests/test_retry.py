"""Which requests are sent again, and when."""

import threading
import time
from typing import Any

import httpx
import pytest
from clients import QUICK, InThreads
from records import ID, example
from server import Call, Server

from plinth_client import (
    AnswerTooLarge,
    NotModified,
    PlinthProblem,
    Retry,
    UnexpectedAnswer,
    Unreachable,
)
from plinth_client.api import projects
from plinth_client.models import NewProject, ProjectPatch

PROJECTS = ("POST", "/api/v1/projects")
PROJECT = f"/api/v1/projects/{ID}"


def create(**options: Any) -> Any:
    return projects.create_project(NewProject("HRB-7", "Harbour, quay 7"), **options)


def created(call: Call) -> None:
    call.answer(201, example("Project"), ETag='"1"', Idempotent_Replayed="true")


def found(call: Call) -> None:
    call.answer(200, example("Project"))


def keys(server: Server) -> list[str | None]:
    return [call.headers.get("Idempotency-Key") for call in server.to(*PROJECTS)]


def test_a_creation_that_is_cut_is_sent_again_with_the_same_key(
    server: Server, plinth: Any
) -> None:
    def done_but_cut(call: Call) -> None:
        call.read()
        call.cut()

    server.on(*PROJECTS, done_but_cut, created)
    answer = plinth.answer(create())
    assert answer.value.code == "HRB-7"
    assert answer.is_replayed and answer.etag == '"1"' and answer.status == 201
    first, second = keys(server)
    assert first == second and first is not None
    assert server.to(*PROJECTS)[1].json() == {"code": "HRB-7", "name": "Harbour, quay 7"}


def test_two_creations_have_two_keys_and_a_key_of_the_caller_stays(
    server: Server, plinth: Any
) -> None:
    server.on(*PROJECTS, created)
    plinth.send(create())
    plinth.send(create())
    plinth.send(create(idempotency_key="import-7"))
    first, second, third = keys(server)
    assert first != second and third == "import-7"


def test_a_change_that_is_cut_is_not_sent_again(server: Server, plinth: Any) -> None:
    server.on("PATCH", PROJECT, Call.cut)
    with pytest.raises(Unreachable):
        plinth.send(projects.update_project(ID, ProjectPatch(name="Quay"), if_match='"1"'))
    assert server.count("PATCH", PROJECT) == 1


def test_retry_after_is_waited_for(server: Server, plinth: Any) -> None:
    server.on(*PROJECTS, lambda call: call.refuse(429, "rate_limited", Retry_After="1"), created)
    began = time.monotonic()
    plinth.send(create())
    assert 1.0 <= time.monotonic() - began < 5.0


def test_a_longer_retry_after_than_the_longest_delay_is_an_error_at_once(
    server: Server, plinth: Any
) -> None:
    server.on(*PROJECTS, lambda call: call.refuse(503, "search.busy", Retry_After="31"))
    with pytest.raises(PlinthProblem) as caught:
        plinth.send(create())
    assert caught.value.retry_after == 31.0
    assert server.count(*PROJECTS) == 1


def test_a_server_that_stays_busy_is_asked_a_limited_number_of_times(
    server: Server, plinth: Any
) -> None:
    server.on("GET", PROJECT, lambda call: call.refuse(503, "organization.busy"))
    with pytest.raises(PlinthProblem, match=r"organization\.busy"):
        plinth.send(projects.get_project(ID))
    assert server.count("GET", PROJECT) == QUICK.attempts


def test_a_proxy_that_finds_no_server_is_asked_again(server: Server, plinth: Any) -> None:
    server.on("GET", PROJECT, lambda call: call.answer(502, b"<h1>Bad Gateway</h1>"), found)
    assert plinth.send(projects.get_project(ID)).code == "HRB-7"


def test_a_refusal_that_does_not_pass_is_not_asked_again(server: Server, plinth: Any) -> None:
    server.on(*PROJECTS, lambda call: call.refuse(409, "project.code_taken"))
    with pytest.raises(PlinthProblem):
        plinth.send(create())
    assert server.count(*PROJECTS) == 1


def test_a_key_under_which_another_request_still_runs_is_sent_again(
    server: Server, plinth: Any
) -> None:
    server.on(*PROJECTS, lambda call: call.refuse(409, "idempotency_key.in_use"), created)
    assert plinth.send(create()).code == "HRB-7"


def test_an_answer_that_is_cut_in_its_body_is_asked_for_again(server: Server, plinth: Any) -> None:
    def half(call: Call) -> None:
        call.begin(200, Content_Length="1000")
        call.write(b'{"id":')
        call.cut()

    server.on("GET", PROJECT, half, found)
    assert plinth.send(projects.get_project(ID)).code == "HRB-7"


def test_a_server_that_says_nothing_is_given_up(server: Server, connect: Any) -> None:
    end = threading.Event()

    def silent(call: Call) -> None:
        end.wait(20)

    server.on("GET", PROJECT, silent)
    try:
        plinth = connect(timeout=httpx.Timeout(0.2), retry=Retry(attempts=2, first_delay=0.01))
        with pytest.raises(Unreachable):
            plinth.send(projects.get_project(ID))
        assert server.count("GET", PROJECT) == 2
    finally:
        end.set()


def test_an_answer_that_is_too_large_is_not_read(server: Server, connect: Any) -> None:
    server.on("GET", PROJECT, lambda call: call.answer(200, b" " * 5000))
    with pytest.raises(AnswerTooLarge):
        connect(max_answer_bytes=4999).send(projects.get_project(ID))


def test_no_server_is_unreachable() -> None:
    with Server() as gone:
        pass
    client = InThreads(gone.url, api_key="plk_1")
    with pytest.raises(Unreachable):
        client.send(projects.get_project(ID))
    client.close()


def test_an_answer_of_another_form_says_what_came(server: Server, plinth: Any) -> None:
    server.on("GET", PROJECT, lambda call: call.answer(200, b"<html>", X_Request_Id="r-7"))
    with pytest.raises(UnexpectedAnswer, match=r"200 \(request r-7\): <html>") as caught:
        plinth.send(projects.get_project(ID))
    assert caught.value.request_id == "r-7"


def test_a_header_that_cannot_be_sent_is_refused_before_anything_is_sent(
    server: Server, plinth: Any
) -> None:
    with pytest.raises(ValueError, match="cannot be sent"):
        plinth.send(create(idempotency_key="a\nb"))
    assert not server.calls


def test_a_base_url_may_have_a_path_and_an_id_stays_one_segment(server: Server) -> None:
    server.on("GET", "/plinth/api/v1/projects/..%2Fme%3Fx", found)
    client = InThreads(f"{server.url}/plinth/", api_key="plk_1")
    assert client.send(projects.get_project("../me?x")).code == "HRB-7"
    client.close()


def test_what_has_not_changed_is_told_apart(server: Server, plinth: Any) -> None:
    server.on("GET", PROJECT, lambda call: call.answer(304, ETag='"1"'))
    with pytest.raises(NotModified):
        plinth.send(projects.get_project(ID, if_none_match='"1"'))


def test_waits_double_and_differ() -> None:
    retry = Retry(attempts=100, first_delay=1.0, longest_delay=8.0, within=1e9)
    waits = [[retry.delay(Unreachable(), n, 0.0) for _ in range(50)] for n in range(1, 8)]
    for most, some in zip([1, 2, 4, 8, 8, 8, 8], waits, strict=True):
        assert all(wait is not None and most / 2 <= wait <= most for wait in some)
        assert len(set(some)) > 1
    assert Retry(within=10.0).delay(Unreachable(), 1, 10.0) is None
