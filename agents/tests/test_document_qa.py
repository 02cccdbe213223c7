import json

import pytest
from conftest import ANNEX, DOCUMENT, GATEWAY, SEARCH, TEXT, hit, texts
from fake import Plinth, answers, calls, says
from sidecar import KEY, Caller, kind

pytestmark = pytest.mark.anyio
QUESTION = {"question": "What is the penalty?"}


async def test_an_answer_streams_and_cites_the_passages_it_rests_on(caller: Caller, plinth: Plinth):
    events = await caller.events(caller.request("document_qa", QUESTION))
    final = events[-1].final
    text = "The penalty is 0.2 % a day [1], at most 5 % [2]."
    assert json.loads(final.output_json) == {"answer": text, "is_cut": False, "is_grounded": True}
    assert [(c.number, c.document_id, c.passage, c.quote) for c in final.citations] == [
        (1, DOCUMENT, 3, "The penalty is 0.2 % a day."),
        (2, ANNEX, 7, "It ends at 5 %."),
    ]
    tokens = [e.token.text for e in events if kind(e) == "token"]
    assert "".join(tokens) == text and len(tokens) > 3
    assert [e.step.node for e in events if kind(e) == "step"] == ["search", "answer", "cite"]
    assert final.steps == 3
    usage = next(e.usage for e in events if kind(e) == "usage")
    assert (usage.input_tokens, usage.output_tokens, usage.cached_tokens) == (30, 5, 10)
    assert usage.execution_id == "e1"
    call = next(e.tool_call for e in events if kind(e) == "tool_call")
    result = next(e.tool_result for e in events if kind(e) == "tool_result")
    assert (call.name, call.call_id, result.failed) == ("search_documents", result.call_id, False)


async def test_every_request_carries_the_key_and_the_trace(caller: Caller, plinth: Plinth):
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await caller.events(caller.request("document_qa", QUESTION), traceparent=trace)
    assert [r.path for r in plinth.requests] == [SEARCH, TEXT, f"/api/v1/documents/{ANNEX}/text", GATEWAY]
    for request in plinth.requests:
        assert request.headers["authorization"] == f"Bearer {KEY}"
        assert request.headers["traceparent"] == trace
    assert plinth.to(GATEWAY)[0].body["model"] == "local/smollm2"
    await caller.events(caller.request("document_qa", QUESTION), traceparent="00-injected")
    assert "traceparent" not in plinth.requests[-1].headers


async def test_the_model_may_search_again_and_a_passage_keeps_its_number(caller: Caller, plinth: Plinth):
    first, winter = plinth.on[SEARCH][0], "0192f3a4-0000-7000-8000-00000000000a"
    plinth.on[SEARCH] = [first, answers(200, {"data": [hit(winter, "winter.pdf", 1, 450)]})]
    plinth.on[f"/api/v1/documents/{winter}/text"] = [texts({450: "No penalty in winter."})]
    plinth.on[GATEWAY] = [calls("search_documents", '{"query": "winter"}'), says("None in winter [3].")]
    events = await caller.events(caller.request("document_qa", QUESTION))
    assert plinth.to(SEARCH)[1].query["q"] == "winter"
    assert [c.document_name for c in events[-1].final.citations] == ["winter.pdf"]


async def test_a_question_that_finds_nothing_as_a_whole_is_looked_for_by_its_longest_words(
    caller: Caller, plinth: Plinth
):
    first, none = plinth.on[SEARCH][0], answers(200, {"data": []})
    plinth.on[SEARCH] = [none, first, none]
    final = (await caller.events(caller.request("document_qa", {"question": "What is the penalty per day?"})))[-1].final
    assert [r.query["q"] for r in plinth.to(SEARCH)] == ["What is the penalty per day?", "penalty", "What"]
    assert all(r.query["kinds"] == "document" for r in plinth.to(SEARCH))
    assert len(final.citations) == 2


async def test_a_document_that_is_gone_or_not_read_yet_gives_no_passage(caller: Caller, plinth: Plinth):
    plinth.on[TEXT] = [answers(409, {"code": "document.not_read"})]
    await caller.events(caller.request("document_qa", QUESTION))
    question = plinth.to(GATEWAY)[0].body["messages"][1]["content"]
    assert "It ends at 5 %" in question and "contract.pdf" not in question


async def test_a_citation_of_what_was_not_found_is_left_out(caller: Caller, plinth: Plinth):
    plinth.on[GATEWAY] = [says("Certainly [9], see [0] and [1000].")]
    final = (await caller.events(caller.request("document_qa", QUESTION)))[-1].final
    assert not final.citations and json.loads(final.output_json)["is_grounded"] is False


async def test_a_model_that_only_searches_ends_at_the_most_steps(caller: Caller, plinth: Plinth):
    plinth.on[GATEWAY] = [calls("search_documents", '{"query": "again"}')]
    error = (await caller.events(caller.request("document_qa", QUESTION, max_steps=6)))[-1].error
    assert (error.code, error.retryable) == ("max_steps", False)
    assert len(plinth.to(GATEWAY)) == 3


async def test_a_search_without_words_and_silence_are_faults_of_the_model(caller: Caller, plinth: Plinth):
    for handler in (calls("search_documents", '{"query": '), calls("x", '{"query": 7}'), says("  ")):
        plinth.on[GATEWAY] = [handler]
        error = (await caller.events(caller.request("document_qa", QUESTION)))[-1].error
        assert error.code == "model_answer_invalid"


async def test_input_of_another_form_is_refused_before_any_request(caller: Caller, plinth: Plinth):
    for given in ({}, {"question": " "}, {"question": 7}, {"question": "x", "y": 1}, [], {"question": "x" * 5000}):
        error = (await caller.events(caller.request("document_qa", given)))[-1].error
        assert error.code == "input_invalid", given
    assert not plinth.requests
