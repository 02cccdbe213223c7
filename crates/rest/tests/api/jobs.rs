//! `/jobs`: reading, retrying and cancelling jobs.

use serde_json::json;

use crate::support::{TestApp, job::enqueue};

async fn a_job_shows_what_it_is_and_where_it_stands(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let id = enqueue(&ada).await;
    let reply = ada.get(&format!("/jobs/{id}")).await.expect(200);
    assert_eq!(reply.header("etag"), "\"1\"");
    let job = reply.json();
    assert_eq!(job["kind"], "document.process");
    assert_eq!(job["state"], "queued");
    assert_eq!(job["payload"], json!({"sample": true}));
    assert_eq!((job["attempt"].as_u64(), job["max_attempts"].as_u64()), (Some(0), Some(5)));
    assert_eq!(job["caused_by"], json!(ada.user));
    assert_eq!(ada.list("/jobs?state=queued&kind=document.process").await, [job]);
    assert!(ada.list("/jobs?state=dead").await.is_empty());
    ada.get("/jobs?state=lost").await.refused(400, "query.invalid");
    ada.get("/jobs?kind=sample.run").await.refused(400, "query.invalid");

    let other = app.owner("Bob").await;
    other.get(&format!("/jobs/{id}")).await.refused(404, "not_found");
    other.post(&format!("/jobs/{id}/cancel"), json!({})).await.refused(404, "not_found");
    assert!(other.list("/jobs").await.is_empty());
}

pub async fn a_job_is_called_off_and_tried_again(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let id = enqueue(&ada).await;
    let (cancel, retry) = (format!("/jobs/{id}/cancel"), format!("/jobs/{id}/retry"));
    ada.post(&retry, json!({})).await.refused(409, "state.transition");
    let cancelled = ada.post_once(&cancel, "once", json!({})).await.expect(200);
    assert_eq!(cancelled.header("etag"), "\"2\"");
    assert_eq!(cancelled.json()["state"], "cancelled");
    let replayed = ada.post_once(&cancel, "once", json!({})).await.expect(200);
    assert_eq!(replayed.header("idempotent-replayed"), "true");
    assert_eq!(replayed.json(), cancelled.json());
    ada.post(&cancel, json!({})).await.refused(409, "state.transition");

    let stale = ada.request(reqwest::Method::POST, &retry).header("If-Match", "\"1\"");
    ada.send(stale).await.refused(412, "if_match.stale");
    let again = ada.post(&retry, json!({})).await.expect(200).json();
    assert_eq!((again["state"].as_str(), again["version"].as_u64()), (Some("queued"), Some(3)));

    let lines = ada.list(&format!("/audit-logs?subject_id={id}&sort=created_at")).await;
    let actions: Vec<_> = lines.iter().map(|line| line["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["job.cancelled", "job.retried"]);
}

/// The purge of a removed document's bytes must not depend on a member.
async fn a_job_that_keeps_the_storage_consistent_is_not_cancelled(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let document = ada.upload("plan.pdf", b"%PDF-1.7").await;
    ada.delete(&format!("/documents/{}", document["id"].as_str().unwrap()), 1).await.expect(204);
    let [purge] = &ada.list("/jobs?kind=document.purge").await[..] else { panic!("one purge") };
    let purge = format!("/jobs/{}", purge["id"].as_str().unwrap());
    ada.post(&format!("{purge}/cancel"), json!({})).await.refused(409, "job.not_cancellable");
    assert_eq!(ada.get(&purge).await.expect(200).json()["state"], "queued");
}

on_postgres! {
    a_job_that_keeps_the_storage_consistent_is_not_cancelled,
    a_job_shows_what_it_is_and_where_it_stands,
    a_job_is_called_off_and_tried_again,
}
