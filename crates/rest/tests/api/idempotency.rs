//! `Idempotency-Key`: a repeated request has one effect and one response.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, Reply, TestApp};

const REPLAYED: &str = "idempotent-replayed";

fn project(code: &str) -> Value {
    json!({"code": code, "name": "Harbour"})
}

async fn codes(client: &Client) -> Vec<Value> {
    client.list("/projects?sort=code").await.iter().map(|p| p["code"].clone()).collect()
}

#[track_caller]
fn assert_replay(again: &Reply, first: &Reply) {
    assert_eq!(again.status, first.status, "{again:?}");
    assert_eq!(again.header(REPLAYED), "true");
    assert_eq!(again.text, first.text);
    for name in ["etag", "location", "content-type"] {
        assert_eq!(again.header(name), first.header(name), "{name}");
    }
}

async fn the_same_request_again_gets_the_same_answer_and_has_no_second_effect(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let first = ada.post_once("/projects", "key-1", project("P-1")).await.expect(201);
    assert_eq!(first.header(REPLAYED), "");
    for _ in 0..3 {
        assert_replay(&ada.post_once("/projects", "key-1", project("P-1")).await, &first);
    }
    assert_eq!(codes(&ada).await, ["P-1"]);
    assert_eq!(ada.list("/audit-logs?action=project.created").await.len(), 1);
    // Also if the created record was changed or removed since.
    let path = format!("/projects/{}", first.json()["id"].as_str().unwrap());
    ada.delete(&format!("{path}?permanent=true"), 1).await.expect(204);
    assert_replay(&ada.post_once("/projects", "key-1", project("P-1")).await, &first);
    assert!(codes(&ada).await.is_empty());
}

async fn a_key_is_for_one_request_only(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let first = ada.post_once("/projects", "key-1", project("P-1")).await.expect(201);
    for body in [project("P-2"), json!({"name": "Harbour", "code": "P-1"})] {
        let reply = ada.post_once("/projects", "key-1", body).await;
        if reply.status == 201 {
            // The same body is the same request.
            assert_replay(&reply, &first);
        } else {
            reply.refused(422, "idempotency_key.reused");
        }
    }
    ada.post_once("/projects", "key-1", project("P-2"))
        .await
        .refused(422, "idempotency_key.reused");
    assert_eq!(codes(&ada).await, ["P-1"]);
}

async fn a_key_belongs_to_one_operation_of_one_caller_in_one_organization(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let carol = ada.invite("carol@example.com", "member").await;
    let machine = ada.api_key(json!({"role": "member"})).await;
    let there = bob.invite("ada@example.com", "member").await;
    for (caller, code) in [(&ada, "A"), (&carol, "B"), (&machine, "C"), (&bob, "A"), (&there, "B")]
    {
        let reply = caller.post_once("/projects", "key", project(code)).await.expect(201);
        assert_eq!(reply.header(REPLAYED), "");
        assert_eq!(reply.json()["code"], code);
    }
    let invitation = json!({"email": "dora@example.com", "role": "viewer"});
    ada.post_once("/invitations", "key", invitation).await.expect(201);
    ada.post_once("/api-keys", "key", json!({"name": "k", "role": "viewer"})).await.expect(201);
    assert_eq!(codes(&ada).await, ["A", "B", "C"]);
    assert_eq!(codes(&bob).await, ["A", "B"]);
}

pub async fn duplicates_at_the_same_time_have_one_effect_and_no_other_answer(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for round in 0..12 {
        let (code, key) = (format!("P-{round:02}"), format!("key-{round}"));
        let send = || ada.post_once("/projects", &key, project(&code));
        let replies = futures::future::join_all((0..8).map(|_| send())).await;
        let made = replies.iter().filter(|r| r.status == 201).collect::<Vec<_>>();
        assert!(made.iter().all(|reply| reply.text == made[0].text));
        assert_eq!(made.iter().filter(|reply| reply.header(REPLAYED).is_empty()).count(), 1);
        for reply in replies.iter().filter(|reply| reply.status != 201) {
            let reply = reply.clone().refused(409, "idempotency_key.in_use");
            assert!(!reply.header("retry-after").is_empty());
        }
        assert_replay(&send().await, made[0]);
    }
    assert_eq!(codes(&ada).await.len(), 12);
    assert_eq!(ada.list("/audit-logs?action=project.created").await.len(), 12);
}

async fn a_failed_attempt_leaves_the_key_free(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let taken = ada.project("P-1").await;
    ada.post_once("/projects", "key", json!({"code": "P-2"})).await.refused(422, "body.invalid");
    ada.post_once("/projects", "key", project("P-1")).await.refused(409, "project.code_taken");
    ada.post_once("/projects", "key", project("P-1")).await.refused(409, "project.code_taken");
    let path = format!("/projects/{}?permanent=true", taken["id"].as_str().unwrap());
    ada.delete(&path, 1).await.expect(204);
    let reply = ada.post_once("/projects", "key", project("P-1")).await.expect(201);
    assert_eq!(reply.header(REPLAYED), "");
}

async fn who_may_not_do_it_any_more_is_not_told_what_it_did(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let carol = ada.invite("carol@example.com", "member").await;
    carol.post_once("/projects", "key", project("P-1")).await.expect(201);
    let member = format!("/members/{}", carol.user);
    ada.patch(&member, "*", json!({"role": "viewer"})).await.expect(200);
    let again = carol.post_once("/projects", "key", project("P-1")).await;
    again.refused(403, "permission.denied");
}

async fn after_a_day_the_key_is_free_again(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let first = ada.post_once("/projects", "key", project("P-1")).await.expect(201);
    app.age("idempotency_keys", 24 * 3600 - 30).await;
    assert_replay(&ada.post_once("/projects", "key", project("P-1")).await, &first);
    app.age("idempotency_keys", 30).await;
    let second = ada.post_once("/projects", "key", project("P-2")).await.expect(201);
    assert_eq!(second.header(REPLAYED), "");
    assert_replay(&ada.post_once("/projects", "key", project("P-2")).await, &second);
    assert_eq!(codes(&ada).await, ["P-1", "P-2"]);
}

async fn a_key_is_1_to_255_visible_ascii_characters(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let (longest, too_long) = ("k".repeat(255), "k".repeat(256));
    for key in ["", "a b", "a\tb", "schlüssel", &too_long] {
        let request = ada.request(Method::POST, "/projects").json(&project("P-1"));
        let reply = ada.send(request.header("Idempotency-Key", key.as_bytes())).await;
        reply.refused(400, "idempotency_key.malformed");
    }
    assert!(codes(&ada).await.is_empty());
    for (key, code) in [("!\"~", "P-1"), (&longest, "P-2")] {
        ada.post_once("/projects", key, project(code)).await.expect(201);
    }
}

on_postgres! {
    the_same_request_again_gets_the_same_answer_and_has_no_second_effect,
    a_key_is_for_one_request_only,
    a_key_belongs_to_one_operation_of_one_caller_in_one_organization,
    duplicates_at_the_same_time_have_one_effect_and_no_other_answer,
    a_failed_attempt_leaves_the_key_free,
    who_may_not_do_it_any_more_is_not_told_what_it_did,
    after_a_day_the_key_is_free_again,
    a_key_is_1_to_255_visible_ascii_characters,
}
