//! A supplier's invoice becomes a draft, after a person has said so.

use plinth_testkit::provider::{Answer, Wire};
use serde_json::{Value, json};

use super::{Setup, kinds, path};

const READ: &str = r#"{"supplier": {"name": "Beton AG"}, "supplier_number": "2026/118",
    "issued_on": "2026-11-20", "currency": "EUR", "total": "119.00", "lines": [{"text": "Concrete",
    "quantity": "2", "unit_price": "50", "vat_percent": "19"}]}"#;

/// A run that waits for an answer, with the supplier.
async fn waiting(setup: &Setup) -> (Value, Value) {
    let party = json!({"name": "Beton AG", "role": "supplier"});
    let party = setup.owner.create("/parties", party).await;
    let document = setup.document("invoice.pdf", "Invoice 2026/118 of Beton AG: 119.00 EUR").await;
    setup.provider.script([Answer::tokens(Wire::OpenAi, &[READ])]);
    let new = json!({
        "graph": "invoice_reader", "input": {"document_id": document["id"]}, "model": "fast",
    });
    let run = setup.owner.post("/agents/runs", new).await.expect(202).json();
    (setup.until(&run, &["waiting"]).await, party)
}

fn answer(run: &Value, answer: &Value) -> Value {
    json!({"question_id": run["question"]["id"], "answer": answer})
}

#[tokio::test]
async fn an_accepted_draft_becomes_one_payable_invoice() {
    let setup = Setup::new().await;
    let (run, party) = waiting(&setup).await;
    let question = &run["question"]["body"];
    assert_eq!(question["kind"], "confirm_invoice");
    assert_eq!(question["suppliers"][0]["id"], party["id"]);
    assert_eq!(question["draft"]["supplier_number"], "2026/118");

    let accept = answer(&run, &json!({"accept": true, "party_id": party["id"]}));
    let resume = path(&run, "/resume");
    let wrong = json!({"question_id": "another", "answer": {}});
    setup.owner.post(&resume, wrong).await.refused(409, "agent_run.answered");
    let resumed = setup.owner.post(&resume, accept.clone()).await.expect(202).json();
    assert_eq!((&resumed["status"], &resumed["question"]), (&json!("queued"), &Value::Null));
    setup.owner.post(&resume, accept).await.refused(409, "agent_run.answered");

    let run = setup.until(&run, &["succeeded"]).await;
    assert_eq!(run["output"]["accepted"], true);
    assert_eq!(run["part_count"], 2);
    let invoices = setup.owner.list("/invoices?direction=payable").await;
    assert_eq!(invoices.len(), 1);
    assert_eq!(invoices[0]["id"], run["output"]["invoice_id"]);
    assert_eq!(
        (&invoices[0]["status"], &invoices[0]["supplier_number"]),
        (&json!("draft"), &json!("2026/118"))
    );
    let events = setup.events(&run).await;
    let kinds = kinds(&events);
    let place = |kind| kinds.iter().position(|known| *known == kind).unwrap();
    assert!(place("question") < place("answer"), "{kinds:?}");
    let asked = &events[place("answer")]["data"];
    assert_eq!(asked["answered_by"], setup.owner.user);
    setup
        .owner
        .post(&resume, json!({"question_id": "x", "answer": {}}))
        .await
        .refused(409, "agent_run.answered");
}

#[tokio::test]
async fn a_draft_that_the_api_refuses_goes_back_to_the_person_and_a_refusal_makes_nothing() {
    let setup = Setup::new().await;
    let (run, _) = waiting(&setup).await;
    let stranger = "0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f5a7";
    let resume = path(&run, "/resume");
    let accept = answer(&run, &json!({"accept": true, "party_id": stranger}));
    setup.owner.post(&resume, accept).await.expect(202);
    let again = setup.until(&run, &["waiting"]).await;
    assert_ne!(again["question"]["id"], run["question"]["id"], "{again}");
    assert_eq!(again["question"]["body"]["faults"][0]["pointer"], "/party_id", "{again}");
    let refuse = answer(&again, &json!({"accept": false}));
    setup.owner.post(&resume, refuse).await.expect(202);
    let run = setup.until(&run, &["succeeded"]).await;
    assert_eq!(run["output"], json!({"invoice_id": null, "accepted": false}));
    assert!(setup.owner.list("/invoices").await.is_empty());
}

#[tokio::test]
async fn a_waiting_run_is_cancelled_and_takes_no_answer() {
    let setup = Setup::new().await;
    let (run, party) = waiting(&setup).await;
    setup.owner.post(&path(&run, "/cancel"), json!({})).await.expect(200);
    let accept = answer(&run, &json!({"accept": true, "party_id": party["id"]}));
    setup.owner.post(&path(&run, "/resume"), accept).await.refused(409, "agent_run.answered");
    assert!(setup.owner.list("/invoices").await.is_empty());
}
