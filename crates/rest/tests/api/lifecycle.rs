//! Health, shutdown, and outages of the database.

use std::time::Duration;

use plinth_testkit::TestDatabase;
use serde_json::json;
use tokio::time::{sleep, timeout};

use crate::support::{Client, Options, Socket, TestApp, Wire};

pub async fn health_is_told_in_exactly_these_words(app: &TestApp) {
    let client = app.anonymous();
    let alive = r#"{"status":"ok","service":"plinth","version":"test"}"#;
    for (path, body) in [
        ("//health", alive),
        ("/health", alive),
        ("/", alive),
        ("", alive),
        ("//ready", r#"{"status":"ok","db":"ok","redis":"in-process","storage":"ok"}"#),
        ("//healthz", r#"{"status":"ok","db":"ok","redis":"in-process"}"#),
    ] {
        let reply = client.get(path).await.expect(200);
        assert_eq!(reply.text, body, "{path}");
        assert_eq!(reply.header("content-type"), "application/json");
    }
}

async fn a_request_under_way_ends_well_when_the_server_stops(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let body = json!({"code": "P-1", "name": "Harbour"}).to_string();
    let (start, rest) = body.split_at(9);
    let mut socket = Socket::to(&app.url).await;
    let head = format!(
        "POST /api/v1/projects HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{start}",
        ada.token.as_deref().unwrap(),
        body.len()
    );
    socket.send(head).await;
    app.anonymous().get("//ready").await.expect(200);
    app.ask_to_stop();
    let stopping = async {
        loop {
            let reply = app.anonymous().get("//ready").await;
            if reply.status == 503 {
                break reply;
            }
        }
    };
    let reply = timeout(Duration::from_secs(3), stopping).await.unwrap();
    assert_eq!(
        reply.text,
        r#"{"status":"stopping","db":"ok","redis":"in-process","storage":"ok"}"#
    );
    assert!(!reply.header("retry-after").is_empty());
    // Until the load balancer has noticed it, everything else still works.
    ada.get("/projects").await.expect(200);
    let closed = async {
        while app.anonymous().try_get("//health").await.is_some() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(5), closed).await.expect("the listener closes");
    socket.send(rest).await;
    assert_eq!(socket.reply().await.expect(201).json()["code"], "P-1");
}

/// A server whose connection to the database can be interrupted.
async fn with_wire(options: Options) -> (TestApp, Wire) {
    let database = TestDatabase::create().await;
    let wire = Wire::to(database.url()).await;
    let url = wire.url(database.url());
    (TestApp::postgres_at(&url, database, options), wire)
}

#[tokio::test]
async fn a_database_that_is_away_is_503_and_its_return_needs_no_restart() {
    let (app, mut wire) = with_wire(Options::default()).await;
    let ada = app.owner("Ada").await;
    let project = ada.project("P-1").await;
    let path = format!("/projects/{}", project["id"].as_str().unwrap());
    for round in 2..4 {
        wire.cut().await;
        let unknown = ada.with_token(&format!("pla_{}", "A".repeat(43)));
        let (read, list, create, change, login, unknown, well, ready, alive) = tokio::join!(
            ada.get(&path),
            ada.get("/audit-logs"),
            ada.post_once("/projects", "key", json!({"code": "LOST", "name": "Lost"})),
            ada.patch(&path, "*", json!({"name": "Lost"})),
            ada.try_login(&ada.email, crate::support::PASSWORD),
            unknown.get("/me"),
            ada.get("//healthz"),
            ada.get("//ready"),
            ada.get("//health"),
        );
        for reply in [read, list, create, change, login, unknown] {
            let reply = reply.refused(503, "unavailable");
            assert!(!reply.header("retry-after").is_empty());
        }
        let away = r#"{"status":"unavailable","db":"unavailable","redis":"in-process""#;
        for (reply, end) in [(well, "}"), (ready, r#","storage":"ok"}"#)] {
            let reply = reply.expect(503);
            assert_eq!(reply.text, format!("{away}{end}"));
            assert!(!reply.header("retry-after").is_empty());
        }
        alive.expect(200);
        wire.mend().await;
        let returned = async {
            while ada.get("//healthz").await.status != 200 {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(Duration::from_secs(10), returned).await.expect("it recovers by itself");
        assert_eq!(ada.get(&path).await.expect(200).json(), project);
        ada.project(&format!("P-{round}")).await;
        assert_eq!(ada.list("/projects").await.len(), round);
    }
    app.stop().await;
}

/// Reads the organization's records, and asserts that all belong to it.
async fn codes(client: &Client, prefix: &str) -> Vec<String> {
    let projects = client.list("/projects").await;
    let codes = projects.iter().map(|p| p["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert!(codes.iter().all(|code| code.starts_with(prefix)), "foreign rows: {codes:?}");
    codes
}

#[tokio::test]
async fn one_connection_serves_two_tenants_whose_clients_hang_up_at_every_moment() {
    let app = TestApp::postgres(Options { connections: 1, ..Options::default() }).await;
    let tenants = [(app.owner("Ada").await, "A"), (app.owner("Bob").await, "B")];
    let (mut acknowledged, mut given_up) = ([Vec::new(), Vec::new()], 0);
    for round in 0..60_u64 {
        for (at, (client, prefix)) in tenants.iter().enumerate() {
            let body =
                |kind| json!({"code": format!("{prefix}-{kind}-{round}"), "name": "Harbour"});
            // Some clients disconnect at once, some shortly before the response.
            let (patience, key) = (Duration::from_micros(round * 150), format!("{prefix}{round}"));
            let doomed = client.post_once("/projects", &key, body("CUT"));
            match timeout(patience, doomed).await {
                Ok(reply) => acknowledged[at].push(reply.expect(201).json()["code"].clone()),
                Err(_) => given_up += 1,
            }
            let listing = timeout(patience / 2, client.get("/projects?q=harbour"));
            given_up += usize::from(listing.await.is_err());
            // A failed request leaves nothing on the connection, either.
            let (other, theirs) = &tenants[1 - at];
            let kept = other
                .post("/projects", json!({"code": format!("{theirs}-{at}-{round}"), "name": "K"}))
                .await;
            acknowledged[1 - at].push(kept.expect(201).json()["code"].clone());
            let taken = json!({"code": format!("{theirs}-{at}-{round}"), "name": "K"});
            other.post("/projects", taken).await.refused(409, "project.code_taken");
        }
    }
    assert!(given_up >= 20, "only {given_up} hung up");
    for ((client, prefix), acknowledged) in tenants.iter().zip(&acknowledged) {
        let seen = codes(client, prefix).await;
        let lost =
            acknowledged.iter().filter(|code| !seen.contains(&code.as_str().unwrap().to_owned()));
        assert_eq!(lost.collect::<Vec<_>>(), Vec::<&serde_json::Value>::new());
        // An abandoned request can be repeated, and has one effect.
        let body = json!({"code": format!("{prefix}-CUT-0"), "name": "Harbour"});
        client.post_once("/projects", &format!("{prefix}0"), body).await.expect(201);
        let again = codes(client, prefix).await;
        assert_eq!(again.iter().filter(|code| **code == format!("{prefix}-CUT-0")).count(), 1);
    }
    app.stop().await;
}

on_postgres! {
    health_is_told_in_exactly_these_words,
    a_request_under_way_ends_well_when_the_server_stops,
}
