//! Executions that are kept no longer: first their texts go, later the rest.

use chrono::Days;
use plinth_jobs::{ExecutionRetainer, Handlers, OldExecutions, ScheduledJobs};
use plinth_testkit::provider::{Answer, Wire};
use serde_json::{Value, json};
use sqlx::Executor;

use super::{Setup, hello};
use crate::{invoices::today, support::job::enqueue_draft};

/// A copy of each execution of today, with its calls and its text, that is older by these days.
async fn older(setup: &Setup, days: u16) {
    let copy = format!(
        "WITH aged AS (SELECT e.id, overlay(e.id::text PLACING
                left(uuid_v7_at(now() - interval '{days} days')::text, 13) FROM 1 FOR 13)::uuid AS to
            FROM executions e WHERE e.created_at > now() - interval '1 hour'),
        rows AS (INSERT INTO executions SELECT (jsonb_populate_record(e, jsonb_build_object(
                'id', aged.to, 'created_at', now() - interval '{days} days'))).*
            FROM executions e JOIN aged ON aged.id = e.id),
        pieces AS (INSERT INTO execution_pieces SELECT (jsonb_populate_record(p,
                jsonb_build_object('id', gen_random_uuid(), 'execution_id', aged.to))).*
            FROM execution_pieces p JOIN aged ON aged.id = p.execution_id)
        INSERT INTO execution_attempts SELECT (jsonb_populate_record(a,
            jsonb_build_object('id', gen_random_uuid(), 'execution_id', aged.to))).*
        FROM execution_attempts a JOIN aged ON aged.id = a.execution_id"
    );
    let mut owner = setup.app.database_owner().await;
    owner.execute(sqlx::AssertSqlSafe(copy)).await.unwrap();
}

/// Runs the nightly job.
async fn retain(setup: &Setup) {
    let tick = OldExecutions(setup.app.application.clone());
    let jobs = tick.jobs(setup.app.application.now()).await.unwrap();
    let own = jobs.into_iter().find(|(id, _)| id.to_string() == setup.owner.organization);
    let worker = setup.app.worker(Handlers::new().with(ExecutionRetainer));
    let job = enqueue_draft(&setup.owner, own.unwrap().1).await;
    let path = format!("/jobs/{job}");
    for _ in 0..600 {
        let job = setup.owner.get(&path).await.expect(200).json();
        if job["state"] == "succeeded" {
            return drop(worker);
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the job does not end");
}

#[tokio::test]
async fn old_executions_lose_their_texts_and_then_go() {
    let setup = Setup::new().await;
    let owner = &setup.owner;
    setup.execute(Answer::text(Wire::OpenAi, &"a long text ".repeat(4_000))).await;
    setup.provider.script([Answer::error(Wire::OpenAi, 400, "rejected", "their words")]);
    owner.post("/executions", hello(&setup.model)).await.expect(200);
    older(&setup, 60).await;
    older(&setup, 20).await;
    let settings = json!({"settings": {"execution_content_days": 10, "execution_days": 40}});
    let changed = owner.patch("/organization", "*", settings).await.expect(200).json();
    assert_eq!(changed["settings"]["execution_content_days"], 10);
    assert_eq!(owner.list("/executions").await.len(), 6);
    let from = today(&setup.app).checked_sub_days(Days::new(100)).unwrap();
    let usage = async || owner.get(&format!("/usage?from={from}")).await.expect(200).json();

    retain(&setup).await;
    let left = owner.list("/executions").await;
    assert_eq!(left.len(), 4, "those of 60 days are gone");
    let is_bare = |row: &&Value| !row["content_removed_at"].is_null();
    let (bare, kept): (Vec<_>, Vec<_>) = left.iter().partition(is_bare);
    assert_eq!((bare.len(), kept.len()), (2, 2));
    for row in bare {
        let path = format!("/executions/{}", row["id"].as_str().unwrap());
        let found = owner.get(&path).await.expect(200).json();
        assert_eq!((&found["input"], &found["output"]), (&json!({}), &json!("")));
        assert_eq!(found["output_truncated"], false);
        assert!(found["tokens_input"].as_i64().unwrap() > 0 || found["status"] == "failed");
        assert_eq!(found["attempts"].as_array().unwrap().len(), 1);
        assert!(!found.to_string().contains("their words"), "{found}");
        if found["status"] == "failed" {
            assert_eq!(found["error"], json!({"code": "provider.rejected", "detail": ""}));
        }
        let output = owner.get(&format!("{path}/output")).await;
        output.refused(409, "execution.content_removed");
        assert!(setup.events(&format!("{path}/events")).await.contains("event: ended"));
    }
    for row in kept {
        let path = format!("/executions/{}/output", row["id"].as_str().unwrap());
        let text = owner.get(&path).await.expect(200).text;
        assert_eq!(text.len(), if row["status"] == "succeeded" { 48_000 } else { 0 });
    }
    let rows = usage().await;
    let counted: i64 =
        rows["data"].as_array().unwrap().iter().filter_map(|row| row["executions"].as_i64()).sum();
    assert_eq!(counted, 4, "usage counts what is kept, with texts or without: {rows}");
    retain(&setup).await;
    assert_eq!(owner.list("/executions").await, left, "nothing goes twice");
}
