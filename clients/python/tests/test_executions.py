"""The text of an execution as it comes."""

from collections.abc import Callable
from typing import Any

import pytest
from records import ID, dumps, example
from server import Call, Server

from plinth_client import PlinthProblem, Retry
from plinth_client.api import executions
from plinth_client.models import ExecutionBody, PromptExecution
from plinth_client.streams import connections

EXECUTE = ("POST", f"/api/v1/prompts/{ID}/execute")
FOLLOW = ("GET", f"/api/v1/executions/{ID}/events")
LOCATION = f"/prefix/api/v1/executions/{ID}"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PATIENT", Retry(attempts=4, first_delay=0.01))


def execute() -> Any:
    return executions.execute_prompt(ID, PromptExecution(variables={"text": "The quay"}))


def output(text: str, until: int) -> bytes:
    return f"id: {until}\nevent: output\ndata: {dumps({'text': text})}\n\n".encode()


def ended(**fields: Any) -> bytes:
    return f"event: ended\ndata: {dumps(example('Execution', **fields))}\n\n".encode()


def stream(*messages: bytes, cut: bool = False, **headers: str) -> Callable[[Call], None]:
    def script(call: Call) -> None:
        call.read()
        call.begin(200, Content_Type="text/event-stream", **headers)
        for message in messages:
            call.write(message)
        if cut:
            call.cut()

    return script


def test_the_text_comes_in_pieces_and_then_the_execution(server: Server, plinth: Any) -> None:
    server.on(*EXECUTE, stream(output("The", 3), output(" quäy", 8), ended(status="succeeded")))
    text = plinth.stream(execute())
    assert list(text) == ["The", " quäy"]
    assert text.execution.status == "succeeded"
    call = server.to(*EXECUTE)[0]
    assert call.headers["Accept"] == "text/event-stream"
    assert call.json() == {"variables": {"text": "The quay"}}


def test_a_text_that_is_cut_goes_on_behind_its_last_character(server: Server, plinth: Any) -> None:
    first = stream(output("The", 3), output(" qu", 6), cut=True, Location=LOCATION)
    server.on(*EXECUTE, first)
    server.on(*FOLLOW, stream(output(" quay", 8), cut=True), stream(output(".", 9), ended()))
    assert list(plinth.stream(execute())) == ["The", " qu", "ay", "."]
    assert [call.query["after"] for call in server.to(*FOLLOW)] == ["6", "8"]


def test_a_start_that_is_cut_is_sent_again_with_the_same_key(server: Server, plinth: Any) -> None:
    server.on(*EXECUTE, Call.cut, stream(output("The", 3), ended()))
    assert list(plinth.stream(execute())) == ["The"]
    first, second = (call.headers["Idempotency-Key"] for call in server.to(*EXECUTE))
    assert first == second


def test_an_execution_of_before_is_followed_from_any_character(server: Server, plinth: Any) -> None:
    server.on(*FOLLOW, stream(output("ay", 8), ended(status="failed")))
    text = plinth.stream(ID, after=6)
    assert list(text) == ["ay"]
    assert text.execution.status == "failed"
    assert server.to(*FOLLOW)[0].query == {"after": "6"}


def test_the_execution_of_a_text_that_is_not_read_to_its_end_is_not_known(
    server: Server, plinth: Any
) -> None:
    with pytest.raises(RuntimeError, match="has not ended"):
        _ = plinth.stream(execute()).execution
    assert not server.calls


def test_a_refused_execution_is_a_problem(server: Server, plinth: Any) -> None:
    path = "/api/v1/executions"
    server.on("POST", path, lambda call: call.refuse(403, "permission.denied"))
    body = ExecutionBody.from_dict(example("ExecutionBody"))
    with pytest.raises(PlinthProblem, match=r"permission\.denied"):
        list(plinth.stream(executions.create_execution(body)))
    assert server.count("POST", path) == 1
