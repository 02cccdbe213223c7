//! Every entry of the audit log gets a number, or is known to have none.

use std::time::Duration;

use plinth_testkit::TestDatabase;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::time::sleep;

use crate::support::{Client, Options, TestApp};

/// A server, and a connection of the database's superuser, whom nothing binds.
async fn app() -> (TestApp, PgConnection) {
    let database = TestDatabase::create().await;
    let url = database.url().to_owned();
    let app = TestApp::postgres_at(&url, database, Options::default());
    (app, PgConnection::connect(&url).await.unwrap())
}

/// The verification of the caller's audit log, once it shows this fault.
async fn fault(client: &Client, reason: &str) -> Value {
    for _ in 0..600 {
        let found = client.get("/audit-logs/verification").await.expect(200).json();
        if found["fault"]["reason"] == reason {
            return found["fault"].clone();
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("no entry is {reason}")
}

#[tokio::test]
async fn an_entry_that_cannot_be_numbered_stops_no_other_organization_nor_its_own() {
    let (app, mut owner) = app().await;
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let organization = &ada.organization;
    // More than a batch of the sequencer, in front of everything else.
    let missing = format!(
        "INSERT INTO journal_pending (organization_id, id)
         SELECT '{organization}', gen_random_uuid() FROM generate_series(1, 1200)"
    );
    let unreadable = format!(
        "ALTER TABLE audit_logs DROP CONSTRAINT audit_logs_outcome_check;
         INSERT INTO audit_logs (organization_id, actor_kind, action, subject_kind, outcome, request_id)
         VALUES ('{organization}', 'system', 'project.created', 'project', 'odd', 'r')"
    );
    let numbered_twice = format!(
        "INSERT INTO journal_pending (organization_id, id)
         SELECT organization_id, id FROM journal_sequence WHERE organization_id = '{organization}'
         LIMIT 1"
    );
    ada.events("", 0, 1).await;
    for poison in [missing, unreadable, numbered_twice] {
        owner.execute(AssertSqlSafe(poison)).await.unwrap();
        for client in [&ada, &bob] {
            let last = client.events("", 0, 1).await.pop().unwrap()["number"].as_i64().unwrap();
            client.project(&format!("P-{last}")).await;
            assert_eq!(client.events("&topics=projects", last, 1).await.len(), 1);
        }
    }
    assert_eq!(app.application.quarantined_entries().await.unwrap(), 1202);
    assert_eq!(fault(&ada, "unnumbered").await["number"], Value::Null);
    let whole = bob.get("/audit-logs/verification").await.expect(200).json();
    assert_eq!((&whole["fault"], &whole["complete"]), (&Value::Null, &json!(true)));

    // The row is repaired, and gets its number.
    let repair = "UPDATE audit_logs SET outcome = 'failed' WHERE outcome = 'odd';
        UPDATE journal_pending SET quarantined_at = NULL, defect = NULL WHERE defect = 'unreadable'";
    owner.execute(repair).await.unwrap();
    for _ in 0..600 {
        let found = ada.get("/audit-logs/verification").await.expect(200).json();
        if found["fault"].is_null() {
            app.stop().await;
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("the repaired entry never got a number");
}

#[tokio::test]
async fn verification_notices_an_entry_that_never_got_a_number() {
    let (app, mut owner) = app().await;
    let ada = app.owner("Ada").await;
    for n in 0..5 {
        ada.project(&format!("P-{n}")).await;
    }
    ada.events("&topics=projects", 0, 5).await;
    let verified = ada.get("/audit-logs/verification").await.expect(200).json();
    assert_eq!(verified["fault"], Value::Null);
    let hidden = format!(
        "INSERT INTO audit_logs (organization_id, actor_kind, action, subject_kind, outcome, request_id)
         VALUES ('{}', 'system', 'project.created', 'project', 'succeeded', 'hidden')",
        ada.organization
    );
    owner.execute("ALTER TABLE audit_logs DISABLE TRIGGER USER").await.unwrap();
    owner.execute(AssertSqlSafe(hidden)).await.unwrap();
    owner.execute("ALTER TABLE audit_logs ENABLE TRIGGER USER").await.unwrap();
    let id: sqlx::types::Uuid =
        sqlx::query_scalar("SELECT id FROM audit_logs WHERE request_id = 'hidden'")
            .fetch_one(&mut owner)
            .await
            .unwrap();
    let found = fault(&ada, "unnumbered").await;
    assert_eq!((&found["number"], &found["entry_id"]), (&Value::Null, &json!(id)));
    // Also from the middle of the chain on, and with younger entries after it.
    ada.project("P-9").await;
    ada.events("&topics=projects", 0, 6).await;
    let found = ada.get("/audit-logs/verification?after=4").await.expect(200).json();
    assert_eq!(found["fault"]["entry_id"], json!(id));
    app.stop().await;
}

#[tokio::test]
async fn entries_past_their_retention_are_removed_and_the_chain_begins_after_them() {
    let (app, mut owner) = app().await;
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    for client in [&ada, &bob] {
        for n in 0..6 {
            client.project(&format!("P-{n}")).await;
        }
        client.events("&topics=projects", 0, 6).await;
    }
    let settings = json!({"settings": {"retention_days": 30}});
    ada.patch("/organization", "*", settings).await.expect(200);
    // The registration, six projects and the settings.
    ada.events("", 0, 8).await;
    let whole = ada.get("/audit-logs/verification").await.expect(200).json();
    let last = whole["verified_to"].as_i64().unwrap();

    // The first five entries of both become 40 days old.
    let age = "ALTER TABLE audit_logs DISABLE TRIGGER USER;
        WITH old AS (SELECT s.organization_id, s.id, s.number,
                overlay(s.id::text PLACING left(uuid_v7_at(now() - interval '40 days')::text, 13)
                    FROM 1 FOR 13)::uuid AS aged
            FROM journal_sequence s WHERE s.number <= 5),
        moved AS (UPDATE audit_logs a SET id = old.aged FROM old
            WHERE a.organization_id = old.organization_id AND a.id = old.id)
        UPDATE journal_sequence s SET id = old.aged FROM old
        WHERE s.organization_id = old.organization_id AND s.number = old.number;
        ALTER TABLE audit_logs ENABLE TRIGGER USER";
    owner.execute(age).await.unwrap();
    assert_eq!(app.application.apply_retention().await.unwrap(), 5);

    let left = ada.get("/audit-logs/verification").await.expect(200).json();
    assert_eq!(
        (&left["fault"], &left["complete"], &left["verified_from"], &left["verified_to"]),
        (&Value::Null, &json!(true), &json!(6), &json!(last))
    );
    assert_eq!(left["head"], whole["head"], "what is left is as it was");
    let listed = ada.list("/audit-logs").await;
    assert_eq!(i64::try_from(listed.len()).unwrap(), last - 5);
    ada.get("/events?after=2").await.refused(409, "events.resync_required");
    assert_eq!(ada.events("", 5, 1).await[0]["number"], 6);
    // Bob keeps a year, and the next entry follows as ever.
    assert_eq!(app.application.apply_retention().await.unwrap(), 0);
    ada.project("P-9").await;
    ada.events("", last, 1).await;
    let next = ada.get("/audit-logs/verification").await.expect(200).json();
    assert_eq!((&next["fault"], &next["verified_to"]), (&Value::Null, &json!(last + 1)));
    // A removal by any other hand is still noticed.
    owner.execute("DELETE FROM journal_sequence WHERE number = 6").await.unwrap();
    assert_eq!(fault(&ada, "removed").await["number"], 6);
    app.stop().await;
}

#[tokio::test]
async fn records_of_a_process_whose_clock_is_wrong_are_in_order() {
    let (app, mut owner) = app().await;
    let ada = app.owner("Ada").await;
    let mut codes = Vec::new();
    for (n, minutes) in [0, 10, -20, 5].into_iter().enumerate() {
        let own = plinth_ports::Clock::now(&plinth_in_process::SystemClock);
        app.clock.set(own + chrono::TimeDelta::minutes(minutes));
        let ada = ada.login().await;
        codes.insert(0, ada.project(&format!("P-{n}")).await["id"].clone());
    }
    let listed = ada.login().await.list("/projects?sort=-created_at").await;
    let ids: Vec<_> = listed.iter().map(|project| project["id"].clone()).collect();
    assert_eq!(ids, codes);
    let logged = ada.login().await.list("/audit-logs?action=project.created").await;
    let subjects: Vec<_> = logged.iter().map(|entry| entry["subject_id"].clone()).collect();
    assert_eq!(subjects, codes);
    let off: bool = sqlx::query_scalar(
        "SELECT bool_or(abs(extract(epoch FROM now() - created_at)) > 60) FROM audit_logs",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    assert!(!off, "an entry has another time than the database");
    app.stop().await;
}
