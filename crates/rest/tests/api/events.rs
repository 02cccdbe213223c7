//! Events as pages and as streams, and the verification of the audit log.

use std::{sync::atomic::Ordering, time::Duration};

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::time::{sleep, timeout};

use crate::support::{Client, Listener, Options, PASSWORD, TestApp};

fn types(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}

async fn an_event_shows_who_did_what_to_which_record(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let project = ada.project("P-1").await;
    let events = ada.events("&topics=projects", 0, 1).await;
    let [event] = &events[..] else { panic!("{events:?}") };
    assert_eq!((&event["type"], &event["project_id"]), (&json!("project.created"), &project["id"]));
    assert_eq!(event["actor"], json!({"kind": "user", "id": ada.user}));
    assert_eq!(event["subject"], json!({"kind": "project", "id": project["id"]}));
    assert_eq!(event["data"]["code"], "P-1");
    assert_eq!(event["at"], project["created_at"]);
    assert!(event["number"].as_i64().unwrap() >= 1 && event["id"].is_string());
}

async fn pages_follow_each_other_without_a_gap(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for n in 0..7 {
        ada.project(&format!("P-{n}")).await;
    }
    let all = ada.events("&topics=projects", 0, 7).await;
    let (mut seen, mut after) = (Vec::new(), 0);
    loop {
        let path = format!("/events?after={after}&limit=2&topics=projects");
        let page = ada.get(&path).await.expect(200).json();
        seen.extend(page["data"].as_array().unwrap().iter().cloned());
        after = page["last_number"].as_i64().unwrap();
        if page["has_more"] == false {
            break;
        }
    }
    assert_eq!(seen, all);
    let codes: Vec<_> = seen.iter().map(|event| event["data"]["code"].clone()).collect();
    assert_eq!(codes, (0..7).map(|n| json!(format!("P-{n}"))).collect::<Vec<_>>());
}

async fn a_caller_gets_the_events_that_they_may_see_and_asked_for(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let viewer = ada.invite("viewer@example.com", "viewer").await;
    let (one, other) = (ada.project("P-1").await, ada.project("P-2").await);
    ada.api_key(json!({"role": "viewer"})).await;
    let bob = app.owner("Bob").await;
    bob.project("B-1").await;
    let all = ada.events("", 0, 6).await;
    let all = types(&all);
    for kind in ["invitation.created", "project.created", "api_key.created"] {
        assert!(all.contains(&kind), "{kind}: {all:?}");
    }
    let seen = viewer.events("", 0, 2).await;
    assert!(
        types(&seen).iter().all(|kind| !kind.starts_with("api_key") && !kind.starts_with("inv"))
    );
    assert!(types(&seen).iter().all(|kind| !kind.starts_with("session")), "no event: {seen:?}");
    let path = "/events?topics=projects,api_keys";
    viewer.get(path).await.refused(403, "permission.denied");

    let id = other["id"].as_str().unwrap();
    let changed = json!({"name": "Changed"});
    ada.patch(&format!("/projects/{id}"), 1, changed).await.expect(200);
    let of_other = ada.events(&format!("&topics=projects/{id}"), 0, 2).await;
    assert_eq!(types(&of_other), ["project.created", "project.updated"]);
    assert!(of_other.iter().all(|event| event["subject"]["id"] != one["id"]));
    assert_eq!(types(&bob.events("&topics=projects", 0, 1).await).len(), 1);
}

async fn what_cannot_be_asked_is_refused_by_name(app: &TestApp) {
    let ada = app.owner("Ada").await;
    ada.events("", 0, 1).await;
    for query in ["after=-1", "after=x", "topics=nothing", "topics=projects/1", "limit=0", "x=1"] {
        ada.get(&format!("/events?{query}")).await.refused(400, "query.invalid");
    }
    ada.get("/events?after=100000").await.refused(409, "events.resync_required");
    ada.get("/events/stream?limit=1").await.refused(400, "query.invalid");
    let request = ada.request(Method::GET, "/events/stream").header("Last-Event-ID", "x");
    ada.send(request).await.refused(400, "query.invalid");
    ada.get("/audit-logs/verification?after=100000").await.refused(409, "audit_log.number");
    ada.get("/audit-logs/verification?after=x").await.refused(400, "query.invalid");
}

/// Reads a stream up to this number of events, and returns its text.
async fn listen(client: &Client, path: &str, last: Option<&str>, events: usize) -> String {
    let mut request = client.request(Method::GET, path);
    if let Some(last) = last {
        request = request.header("Last-Event-ID", last);
    }
    let mut response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "text/event-stream");
    assert_eq!(
        (header("x-accel-buffering"), header("cache-control")),
        ("no".into(), "no-cache".into())
    );
    let mut text = String::new();
    let reading = async {
        while text.matches("data: ").count() < events || !text.ends_with("\n\n") {
            text.push_str(std::str::from_utf8(&response.chunk().await.unwrap().unwrap()).unwrap());
        }
    };
    timeout(Duration::from_mins(1), reading).await.unwrap();
    text
}

fn ids(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.strip_prefix("id: ")).collect()
}

async fn streams_that_check_their_credentials_at_once_ask_the_database_together(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let mut streams = Vec::new();
    for _ in 0..30 {
        let request = ada.login().await.request(reqwest::Method::GET, "/events/stream");
        streams.push(request.send().await.unwrap());
    }
    let before = app.look_ups.load(Ordering::SeqCst);
    let password = json!({"current_password": PASSWORD, "new_password": "a new password"});
    ada.post("/auth/password", password).await.expect(200);
    for mut stream in streams {
        let ended = async { while stream.chunk().await.unwrap().is_some() {} };
        timeout(Duration::from_secs(5), ended).await.expect("its credential has ended");
    }
    let asked = app.look_ups.load(Ordering::SeqCst) - before;
    assert!(asked <= 3, "{asked} queries for 30 streams");
}

pub async fn a_stream_that_broke_off_goes_on_where_it_was(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for n in 0..5 {
        ada.project(&format!("P-{n}")).await;
    }
    let path = "/events/stream?after=0&topics=projects";
    let whole = listen(&ada, path, None, 5).await;
    let first = whole.lines().next().unwrap();
    let retry: u32 = first.strip_prefix("retry: ").unwrap().parse().unwrap();
    assert!((1_000..=5_000).contains(&retry), "not all clients come back at once: {retry}");
    assert!(whole.contains("\n: connected\n\n"));
    let first = listen(&ada, path, None, 2).await;
    let last = ids(&first)[1];
    let (listening, doing) = tokio::join!(listen(&ada, path, Some(last), 5), async {
        ada.project("P-5").await;
        ada.project("P-6").await;
    });
    let () = doing;
    assert_eq!(ids(&listening)[..3], ids(&whole)[2..]);
    assert!(listening.contains(r#""P-6""#));
}

async fn a_stream_ends_with_its_credential(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let again = ada.login().await;
    let mut response = again.request(Method::GET, "/events/stream").send().await.unwrap();
    assert!(response.chunk().await.unwrap().is_some());
    again.post("/auth/logout", json!({})).await.expect(204);
    let end = async { while let Ok(Some(_)) = response.chunk().await {} };
    timeout(Duration::from_secs(5), end).await.unwrap();
}

async fn numbers_have_no_gap_however_many_write_at_once(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let writers = (0..8).map(|writer| {
        let ada = ada.clone();
        tokio::spawn(async move {
            for n in 0..15 {
                ada.project(&format!("P-{writer}-{n}")).await;
            }
        })
    });
    // A second concurrent sequencer, as during a change of leader: it may fail, but must change
    // nothing.
    let rival = app.application.clone();
    let rival = tokio::spawn(async move {
        loop {
            let _ = rival.sequence_pending().await;
            tokio::task::yield_now().await;
        }
    });
    join_all(writers).await.into_iter().for_each(Result::unwrap);
    rival.abort();
    let events = ada.events("&topics=projects", 0, 120).await;
    assert_eq!(events.len(), 120);
    let numbers: Vec<_> = events.iter().map(|event| event["number"].as_i64().unwrap()).collect();
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");
    for writer in 0..8 {
        let own: Vec<_> = events
            .iter()
            .filter_map(|event| event["data"]["code"].as_str())
            .filter_map(|code| code.strip_prefix(&format!("P-{writer}-")))
            .collect();
        assert_eq!(own, (0..15).map(|n| n.to_string()).collect::<Vec<_>>(), "in its order");
    }
    let found = ada.get("/audit-logs/verification").await.expect(200).json();
    assert_eq!((&found["complete"], &found["fault"]), (&json!(true), &Value::Null));
    assert_eq!((&found["verified_from"], &found["verified_to"]), (&json!(1), &json!(numbers[119])));
    assert_eq!(found["head"].as_str().unwrap().len(), 64);
    let rest = ada.get("/audit-logs/verification?after=50").await.expect(200).json();
    assert_eq!((&rest["head"], &rest["verified_from"]), (&found["head"], &json!(51)));
}

/// An organization with some projects, all of them numbered.
async fn journal() -> (TestApp, Client, PgConnection) {
    let app = TestApp::postgres(Options::default()).await;
    let ada = app.owner("Ada").await;
    for n in 0..8 {
        ada.project(&format!("P-{n}")).await;
    }
    ada.events("&topics=projects", 0, 8).await;
    let owner = PgConnection::connect(app.database.as_ref().unwrap().url()).await.unwrap();
    (app, ada, owner)
}

#[tokio::test]
async fn a_change_by_the_databases_owner_is_detected() {
    let (app, ada, mut owner) = journal().await;
    let entry = |n: i64| {
        format!(
            "SELECT id FROM journal_sequence WHERE number = {n} AND organization_id = '{}'",
            ada.organization
        )
    };
    let swap = "UPDATE journal_sequence SET number = CASE number WHEN 4 THEN 7 ELSE 4 END
        WHERE number IN (4, 7)";
    let deeds = [
        (
            format!(
                "UPDATE audit_logs SET after = after || '{{\"name\": \"x\"}}' WHERE id = ({})",
                entry(5)
            ),
            5,
            "changed",
        ),
        (format!("UPDATE audit_logs SET actor_id = NULL WHERE id = ({})", entry(3)), 3, "changed"),
        (format!("DELETE FROM audit_logs WHERE id = ({})", entry(6)), 6, "removed"),
        (format!("DELETE FROM journal_sequence WHERE id = ({})", entry(6)), 6, "removed"),
        // The unique constraint is checked row by row.
        (
            format!(
                "ALTER TABLE journal_sequence DROP CONSTRAINT journal_sequence_organization_id_number_key; {swap}"
            ),
            4,
            "reordered",
        ),
    ];
    for (deed, number, reason) in deeds {
        let whole = ada.get("/audit-logs/verification").await.expect(200).json();
        assert_eq!((&whole["fault"], &whole["complete"]), (&Value::Null, &json!(true)));
        let id: sqlx::types::Uuid =
            sqlx::query_scalar(AssertSqlSafe(entry(number))).fetch_one(&mut owner).await.unwrap();
        owner
            .execute(
                "CREATE TABLE kept AS SELECT * FROM audit_logs;
            CREATE TABLE kept_sequence AS SELECT * FROM journal_sequence",
            )
            .await
            .unwrap();
        owner.execute(AssertSqlSafe(deed.clone())).await.unwrap();
        let found = ada.get("/audit-logs/verification").await.expect(200).json();
        let fault = &found["fault"];
        assert_eq!(
            (&fault["number"], &fault["reason"]),
            (&json!(number), &json!(reason)),
            "{deed}"
        );
        assert_eq!(
            (&found["verified_to"], &found["complete"]),
            (&json!(number - 1), &json!(false))
        );
        if reason == "changed" || deed.starts_with("DELETE FROM audit_logs") {
            assert_eq!(fault["entry_id"], json!(id), "{deed}");
        }
        owner
            .execute(
                "ALTER TABLE audit_logs DISABLE TRIGGER USER; DELETE FROM audit_logs;
            DELETE FROM journal_sequence; INSERT INTO audit_logs SELECT * FROM kept;
            INSERT INTO journal_sequence SELECT * FROM kept_sequence;
            ALTER TABLE audit_logs ENABLE TRIGGER USER;
            DROP TABLE kept, kept_sequence",
            )
            .await
            .unwrap();
    }
    app.stop().await;
}

#[tokio::test]
async fn a_client_whose_history_is_gone_is_told_to_read_anew() {
    let (app, ada, mut owner) = journal().await;
    owner
        .execute(
            "DELETE FROM audit_logs WHERE id IN
        (SELECT id FROM journal_sequence WHERE number <= 5)",
        )
        .await
        .unwrap();
    let refused = ada.get("/events?after=2").await.refused(409, "events.resync_required");
    assert!(refused.text.contains("6 to"), "{}", refused.text);
    assert_eq!(ada.events("", 5, 3).await[0]["number"], 6);
    let text = listen(&ada, "/events/stream", Some("2"), 1).await;
    assert!(text.starts_with("event: resync_required\ndata: {\"first\":6,\"last\":"), "{text}");
    let mut ear = Listener::open(&ada).await;
    let gone = ear.ask(json!({"type": "subscribe", "topics": ["*"], "after": 4})).await;
    assert_eq!((&gone["type"], &gone["first"]), (&json!("resync_required"), &json!(6)));
    let ahead = ear.ask(json!({"type": "subscribe", "topics": ["*"], "after": 99_999})).await;
    assert_eq!(ahead["type"], "resync_required");
    assert_eq!(ear.subscribe(&["*"], Some(5)).await, 5);
    assert_eq!(ear.event().await["number"], 6);
    app.stop().await;
}

#[tokio::test]
async fn numbers_are_given_when_the_database_comes_back() {
    let (app, ada, mut owner) = journal().await;
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    for round in 0..3 {
        owner.execute(cut).await.unwrap();
        // The first request may get an interrupted connection.
        while ada.post("/projects", json!({"code": format!("C-{round}"), "name": "C"})).await.status
            != 201
        {
            sleep(Duration::from_millis(50)).await;
        }
    }
    assert!(ada.events("&topics=projects", 0, 11).await.len() >= 11);
    app.stop().await;
}

on_postgres! {
    an_event_shows_who_did_what_to_which_record,
    pages_follow_each_other_without_a_gap,
    a_caller_gets_the_events_that_they_may_see_and_asked_for,
    what_cannot_be_asked_is_refused_by_name,
    a_stream_that_broke_off_goes_on_where_it_was,
    a_stream_ends_with_its_credential,
    streams_that_check_their_credentials_at_once_ask_the_database_together,
    numbers_have_no_gap_however_many_write_at_once,
}
