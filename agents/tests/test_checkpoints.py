import json

import pytest
from conftest import DOCUMENT, DRAFT, GATEWAY, PARTY, SEARCH
from fake import Plinth, answers, says
from sidecar import Caller, kind, resumed

pytestmark = pytest.mark.anyio
QUESTION = {"question": "What is the penalty?"}


async def test_a_failed_run_goes_on_from_its_last_checkpoint(caller: Caller, plinth: Plinth):
    plinth.on[GATEWAY] = [answers(503, {"error": {"message": "busy"}}), plinth.on[GATEWAY][0]]
    request = caller.request("document_qa", QUESTION)
    failed = await caller.events(request)
    assert (failed[-1].error.code, failed[-1].error.retryable) == ("gateway_failed", True)
    done = await caller.events(resumed(request, failed))
    assert kind(done[-1]) == "final" and len(done[-1].final.citations) == 2
    # What was found before is in the checkpoint.
    assert len(plinth.to(SEARCH)) == 1


async def test_every_step_is_followed_by_its_checkpoint(caller: Caller):
    events = await caller.events(caller.request("document_qa", QUESTION))
    ids = [e.checkpoint.id for e in events if kind(e) == "checkpoint"]
    assert len(ids) == len(set(ids)) >= 4
    assert ids == sorted(ids)


async def test_a_checkpoint_of_another_run_or_graph_or_version_is_refused(caller: Caller, plinth: Plinth):
    plinth.on[GATEWAY] = [says(DRAFT)]
    request = caller.request("invoice_reader", {"document_id": DOCUMENT})
    asked = await caller.events(request)
    answer = {"accept": True, "party_id": PARTY}

    other_run = resumed(caller.request("invoice_reader", {}), asked, answer)
    other_graph = resumed(request, asked, answer)
    other_graph.graph = "document_qa"
    other_version = resumed(request, asked, answer)
    state = json.loads(other_version.resume.checkpoint_json)
    state["graph_version"] = 99
    other_version.resume.checkpoint_json = json.dumps(state).encode()
    for wrong in (other_run, other_graph, other_version):
        error = (await caller.events(wrong))[-1].error
        assert error.code == "checkpoint_incompatible"

    other_question = resumed(request, asked, answer)
    other_question.resume.interrupt_id = "0" * 32
    assert (await caller.events(other_question))[-1].error.code == "interrupt_unknown"
    assert not plinth.to("/api/v1/invoices")


async def test_a_broken_checkpoint_is_a_fault_and_runs_no_code(caller: Caller, plinth: Plinth):
    request = caller.request("document_qa", QUESTION)
    done = await caller.events(request)
    good = resumed(request, done).resume.checkpoint_json
    spoiled = json.loads(good)
    spoiled["checkpoint"]["channel_values"]["passages"] = {"lc": 1, "type": "constructor", "id": ["os", "system"]}
    for state in (b"", b"[]", b"\xff", b"null", b'{"writes": 7}', good[:-1], b"[" * 100_000):
        again = resumed(request, done)
        again.resume.checkpoint_json = state
        assert (await caller.events(again))[-1].error.code == "checkpoint_invalid", state[:20]
    again = resumed(request, done)
    again.resume.checkpoint_json = json.dumps(spoiled).encode()
    assert kind((await caller.events(again))[-1]) in ("error", "final")


async def test_a_run_without_an_answer_asks_the_same_again(caller: Caller, plinth: Plinth):
    plinth.on[GATEWAY] = [says(DRAFT)]
    request = caller.request("invoice_reader", {"document_id": DOCUMENT})
    asked = await caller.events(request)
    again = await caller.events(resumed(request, asked))
    assert again[-1].interrupt == asked[-1].interrupt
    assert len(plinth.to(GATEWAY)) == 1


async def test_a_draft_whose_answer_was_lost_is_not_created_twice(caller: Caller, plinth: Plinth):
    async def lost(request):
        raise ConnectionError

    plinth.on[GATEWAY] = [says(DRAFT)]
    plinth.on["/api/v1/invoices"] = [lost, plinth.on["/api/v1/invoices"][0]]
    request = caller.request("invoice_reader", {"document_id": DOCUMENT})
    asked = await caller.events(request)
    failed = await caller.events(resumed(request, asked, {"accept": True, "party_id": PARTY}))
    assert (failed[-1].error.code, failed[-1].error.retryable) == ("tool_failed", True)
    # Without the answer, which is in the checkpoint.
    done = await caller.events(resumed(request, failed))
    assert json.loads(done[-1].final.output_json)["accepted"] is True
    first, second = plinth.to("/api/v1/invoices")
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert first.body == second.body
