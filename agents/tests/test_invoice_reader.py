import json

import pytest
from conftest import DOCUMENT, DRAFT, GATEWAY, PARTY, TEXT, texts
from fake import Plinth, answers, says
from sidecar import Caller, Sidecar, kind, resumed

pytestmark = pytest.mark.anyio
INPUT = {"document_id": DOCUMENT}
INVOICES = "/api/v1/invoices"


@pytest.fixture(autouse=True)
def reads_the_draft(plinth: Plinth) -> None:
    plinth.on[GATEWAY] = [says(DRAFT)]


async def test_nothing_is_created_before_a_person_confirms(caller: Caller, plinth: Plinth):
    request = caller.request("invoice_reader", INPUT)
    asked = await caller.events(request)
    question = json.loads(asked[-1].interrupt.question_json)
    assert question["draft"]["supplier_number"] == "2026/118"
    assert question["suppliers"] == [{"id": PARTY, "name": "Beton AG", "vat_id": None}]
    assert question["warnings"] == []
    assert not plinth.to(INVOICES)

    done = await caller.events(resumed(request, asked, {"accept": True, "party_id": PARTY}))
    output = json.loads(done[-1].final.output_json)
    assert output == {"invoice_id": "0192f3a4-0000-7000-8000-000000000001", "accepted": True}
    [created] = plinth.to(INVOICES)
    assert created.headers["idempotency-key"] == f"agent-run-{request.run_id}-1"
    assert created.body["direction"] == "payable" and created.body["party_id"] == PARTY
    assert created.body["lines"][0]["vat"] == {"category": "S", "rate_basis_points": 1900}
    assert len(plinth.to(GATEWAY)) == 1


async def test_a_run_is_resumed_by_another_process(caller: Caller, plinth: Plinth, sidecar: Sidecar):
    request = caller.request("invoice_reader", INPUT)
    asked = await caller.events(request)
    await sidecar.stop()
    other = await Sidecar().start()
    try:
        again = Caller(other, plinth.url)
        done = await again.events(resumed(request, asked, {"accept": True, "party_id": PARTY}))
        assert kind(done[-1]) == "final"
        await again.channel.close()
    finally:
        await other.stop()


async def test_a_person_may_decline_and_may_correct(caller: Caller, plinth: Plinth):
    request = caller.request("invoice_reader", INPUT)
    asked = await caller.events(request)
    declined = await caller.events(resumed(request, asked, {"accept": False}))
    assert json.loads(declined[-1].final.output_json) == {"invoice_id": None, "accepted": False}
    assert not plinth.to(INVOICES)

    draft = json.loads(DRAFT)
    draft["supplier_number"] = "2026/119"
    answer = {"accept": True, "party_id": PARTY, "draft": draft}
    await caller.events(resumed(request, asked, answer))
    assert plinth.to(INVOICES)[0].body["supplier_number"] == "2026/119"


async def test_a_wrong_answer_asks_again_and_says_all_that_is_wrong(caller: Caller, plinth: Plinth):
    request = caller.request("invoice_reader", INPUT)
    asked = await caller.events(request)
    draft = json.loads(DRAFT) | {"currency": "euro"}
    again = await caller.events(resumed(request, asked, {"accept": "yes", "draft": draft}))
    faults = json.loads(again[-1].interrupt.question_json)["faults"]
    assert [f["pointer"] for f in faults] == ["/currency", "/accept", "/party_id"]
    resume = resumed(request, again, {"accept": True, "party_id": PARTY})
    assert kind((await caller.events(resume))[-1]) == "final"


async def test_a_draft_that_the_api_refuses_goes_back_to_the_person(caller: Caller, plinth: Plinth):
    problem = {"detail": "wrong", "errors": [{"pointer": "/party_id", "detail": "is archived"}]}
    plinth.on[INVOICES] = [answers(422, problem), plinth.on[INVOICES][0]]
    request = caller.request("invoice_reader", INPUT)
    asked = await caller.events(request)
    answer = {"accept": True, "party_id": PARTY}
    refused = await caller.events(resumed(request, asked, answer))
    faults = json.loads(refused[-1].interrupt.question_json)["faults"]
    assert faults == [{"pointer": "/party_id", "detail": "is archived"}]
    done = await caller.events(resumed(request, refused, answer))
    assert kind(done[-1]) == "final"
    # Another attempt has another key: the first answer would be repeated otherwise.
    keys = [r.headers["idempotency-key"][-2:] for r in plinth.to(INVOICES)]
    assert keys == ["-1", "-2"]


async def test_the_same_answer_twice_creates_by_the_same_key(caller: Caller, plinth: Plinth):
    request = caller.request("invoice_reader", INPUT)
    asked = await caller.events(request)
    for _ in range(2):
        await caller.events(resumed(request, asked, {"accept": True, "party_id": PARTY}))
    first, second = plinth.to(INVOICES)
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert first.body == second.body


async def test_rubbish_is_told_to_the_model_once_and_then_fails_the_run(caller: Caller, plinth: Plinth):
    plinth.on[GATEWAY] = [says("Here is your poem."), says(f"```json\n{DRAFT}\n```")]
    assert kind((await caller.events(caller.request("invoice_reader", INPUT)))[-1]) == "interrupt"
    assert "no JSON" in plinth.to(GATEWAY)[1].body["messages"][-1]["content"]

    plinth.on[GATEWAY] = [says('{"supplier": {"name": "x\\u0000"}, "lines": [{}]}')]
    error = (await caller.events(caller.request("invoice_reader", INPUT)))[-1].error
    assert error.code == "model_answer_invalid" and error.message.endswith(
        "/supplier/name: a text of 1 to 200 characters on one line"
    )
    assert len(plinth.to(GATEWAY)) == 4


async def test_the_person_is_warned_of_a_total_that_the_lines_do_not_make(caller: Caller, plinth: Plinth):
    plinth.on[GATEWAY] = [says(DRAFT.replace("119.00", "1190.00"))]
    asked = await caller.events(caller.request("invoice_reader", INPUT))
    question = json.loads(asked[-1].interrupt.question_json)
    assert question["warnings"] == ["the lines make 119.00, and the document states 1190.00"]


async def test_a_document_without_text_asks_no_model(caller: Caller, plinth: Plinth):
    plinth.on[TEXT] = [texts({0: " "})]
    error = (await caller.events(caller.request("invoice_reader", INPUT)))[-1].error
    assert error.code == "document_without_text" and not plinth.to(GATEWAY)
