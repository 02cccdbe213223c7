//! Release gates of prompts, end to end.

use serde_json::{Value, json};

use crate::{
    datasets,
    evaluations::{answers, dataset, ended, greeting, new, worker},
    evaluators::evaluator,
    executions::{Setup, prompt},
    prompts::{a_model, at},
    support::{Client, Reply, TestApp},
};

fn gate(dataset: &Value, evaluator: &Value, threshold: f64) -> Value {
    json!({"dataset_id": dataset["id"], "evaluator_id": evaluator["id"], "threshold": threshold})
}

async fn release(client: &Client, prompt: &Value, label: &str, version: u16) -> Reply {
    let path = format!("{}/labels/{label}", at(prompt));
    client.put(&path, json!({"version": version})).await
}

#[track_caller]
fn refused_for(reply: Reply, reason: &str) {
    let problem = reply.refused(409, "prompt.gate_not_passed").json();
    assert_eq!(problem["detail"], reason, "{problem}");
}

const NOT_EVALUATED: &str = "version 1 has no evaluation that succeeded with the data set and the \
    newest definition of the evaluator of the release gate";

#[tokio::test]
async fn a_protected_label_moves_once_an_evaluation_of_the_version_has_the_score() {
    let setup = Setup::new().await;
    let Setup { app, owner, model, .. } = &setup;
    answers(&setup);
    let prompt = prompt(owner, model).await;
    let broken = json!({"content": "Broken {{ name }}.", "model_id": model["id"]});
    owner.post(&format!("{}/versions", at(&prompt)), broken).await.expect(201);
    let different = json!({"input": {"name": "Cyd"}, "expected": "Hi, Cyd"});
    let dataset = dataset(owner, &[greeting("Ada"), greeting("Bob"), different]).await;
    let exact = evaluator(owner, json!({"kind": "exact"})).await;
    let change = json!({"release_gate": gate(&dataset, &exact, 0.6)});
    let gated = owner.patch(&at(&prompt), "*", change.clone()).await.expect(200).json();
    assert_eq!(gated["release_gate"], change["release_gate"]);

    refused_for(release(owner, &prompt, "production", 1).await, NOT_EVALUATED);
    release(owner, &prompt, "staging", 1).await.expect(200);
    release(owner, &prompt, "staging", 2).await.expect(200);
    let _worker = worker(app);
    let evaluate = async |version: u16, threshold: &Value| {
        let mut new = new(&prompt, &dataset, &[&exact]);
        new["prompt_version"] = json!(version);
        let done = ended(owner, &owner.create("/evaluations", new).await).await;
        assert_eq!(done["evaluators"][0]["score"], *threshold, "{done}");
    };
    evaluate(2, &json!(0.0)).await;
    refused_for(release(owner, &prompt, "production", 1).await, NOT_EVALUATED);
    let low = "the best score of version 2 is 0, below 0.6 of the release gate";
    refused_for(release(owner, &prompt, "production", 2).await, low);
    evaluate(1, &json!(2.0 / 3.0)).await;
    release(owner, &prompt, "production", 1).await.expect(200);
    refused_for(release(owner, &prompt, "production", 2).await, low);
    // What the label names already is no move.
    let stricter = json!({"release_gate": gate(&dataset, &exact, 0.7)});
    owner.patch(&at(&prompt), "*", stricter).await.expect(200);
    release(owner, &prompt, "production", 1).await.expect(200);
    owner.delete(&format!("{}/labels/production", at(&prompt)), "*").await.expect(204);
    let reply = release(owner, &prompt, "production", 1).await;
    let problem = reply.refused(409, "prompt.gate_not_passed").json();
    assert!(problem["detail"].as_str().unwrap().ends_with(", below 0.7 of the release gate"));

    // Scores of another definition do not count.
    owner.patch(&at(&prompt), "*", change).await.expect(200);
    let other = json!({"definition": {"ignore_case": true}});
    let path = format!("/evaluators/{}", exact["id"].as_str().unwrap());
    owner.patch(&path, 1, other).await.expect(200);
    refused_for(release(owner, &prompt, "production", 1).await, NOT_EVALUATED);
    owner.patch(&at(&prompt), "*", json!({"release_gate": null})).await.expect(200);
    release(owner, &prompt, "production", 2).await.expect(200);
}

async fn only_a_manager_sets_changes_and_removes_a_gate(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let member = ada.invite_as("member@example.com", "member").await;
    let set = datasets::sample(&ada).await.create(&ada).await;
    let exact = evaluator(&ada, json!({"kind": "exact"})).await;
    let gate = gate(&set, &exact, 0.75);
    let model = a_model(&ada).await;
    let with =
        |name: &str| json!({"name": name, "content": "x", "model_id": model, "release_gate": gate});
    let denied = "permission.denied";
    member.post("/prompts", with("refused")).await.refused(403, denied);
    let prompt = ada.create("/prompts", with("gated")).await;
    assert_eq!(prompt["release_gate"], gate);
    let mut lower = gate.clone();
    lower["threshold"] = json!(0.5);
    for changed in [json!(null), lower] {
        let change = json!({"release_gate": changed});
        member.patch(&at(&prompt), "*", change).await.refused(403, denied);
    }
    // The same gate is no change.
    let same = json!({"release_gate": gate, "tags": ["x"]});
    member.patch(&at(&prompt), "*", same).await.expect(200);
    release(&member, &prompt, "staging", 1).await.expect(200);
    release(&member, &prompt, "production", 1).await.refused(403, denied);
    release(&ada, &prompt, "production", 1).await.refused(409, "prompt.gate_not_passed");
    let id = prompt["id"].as_str().unwrap();
    let lines = ada.list(&format!("/audit-logs?subject_id={id}&action=prompt.created")).await;
    assert_eq!(lines[0]["after"]["release_gate"], gate);
    let exact = format!("/evaluators/{}", exact["id"].as_str().unwrap());
    ada.delete(&datasets::at(&set), "*").await.refused(409, "record.in_use");
    ada.delete(&exact, "*").await.refused(409, "record.in_use");
    ada.patch(&at(&prompt), "*", json!({"release_gate": null})).await.expect(200);
    ada.delete(&datasets::at(&set), "*").await.expect(204);
    ada.delete(&exact, "*").await.expect(204);
}

async fn a_gate_names_what_the_organization_has(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let prompt = crate::prompts::prompt(&ada, "gated", "x").await;
    let set = datasets::sample(&ada).await.create(&ada).await;
    let theirs = datasets::sample(&bob).await.create(&bob).await;
    let exact = evaluator(&ada, json!({"kind": "exact"})).await;
    let other = evaluator(&bob, json!({"kind": "exact"})).await;
    for (bad, at_field, code) in [
        (gate(&theirs, &exact, 0.5), "dataset_id", "reference.unknown"),
        (gate(&set, &other, 0.5), "evaluator_id", "reference.unknown"),
        (gate(&set, &exact, 1.5), "threshold", "number.out_of_range"),
        (gate(&set, &exact, -0.1), "threshold", "number.out_of_range"),
    ] {
        let change = json!({"release_gate": bad});
        let reply = ada.patch(&at(&prompt), "*", change).await;
        let problem = reply.refused(422, "body.invalid").json();
        let fault = &problem["errors"][0];
        let pointer = json!(format!("/release_gate/{at_field}"));
        assert_eq!((&fault["pointer"], &fault["code"]), (&pointer, &json!(code)), "{problem}");
    }
}

on_postgres! {
    only_a_manager_sets_changes_and_removes_a_gate,
    a_gate_names_what_the_organization_has,
}
