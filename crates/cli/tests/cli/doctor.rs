//! `plinth doctor`.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use testkit::TestDatabase;

use crate::support::Scratch;

#[tokio::test]
async fn a_good_configuration_is_well() {
    let (scratch, database) = (Scratch::new(), TestDatabase::create().await);
    let redis = testkit::redis_url();
    let variables = [
        ("DATABASE_URL", database.url()),
        ("REDIS_URL", &redis),
        ("PLINTH_SECURITY__SECRET_KEY", "a-hidden-word-of-32-characters-xx"),
        ("PLINTH_SERVER__PORT", "0"),
        ("PLINTH_DATABASE__LOCK_TIMEOUT_MS", "1234"),
    ];
    let report = scratch.run(&["doctor"], &variables).well();
    for line in [
        "[ok] database.url                             secret, from DATABASE_URL",
        "[ok] database.lock_timeout_ms                 1234, from PLINTH_DATABASE__LOCK_TIMEOUT_MS",
        "[ok] server.host                              127.0.0.1, the default",
        "[ok] telemetry.otlp_endpoint                  not set",
        "[ok] version                                  PostgreSQL ",
        "[ok] pg_trgm",
        "[ok] vector",
        "[ok] connections                              16 of ",
        "[ok] schema                                   up to date",
        "[ok] role                                     row level security binds plinth_app",
        "[ok] redis                                    it answers PING",
        "[ok] disk",
        "all is well",
    ] {
        assert!(report.contains(line), "{line} is not in: {report}");
    }
    assert!(report.is_ascii(), "no terminal, no colours and no marks: {report}");
    let password = database.url().split([':', '@']).nth(2).unwrap();
    for secret in [password, "hidden-word", &redis] {
        assert!(!report.contains(secret), "{report}");
    }
    database.drop().await;
}

#[tokio::test]
async fn an_empty_database_is_found_with_what_to_do() {
    let (scratch, database) = (Scratch::new(), TestDatabase::empty().await);
    let variables = [("DATABASE_URL", database.url()), ("PORT", "0")];
    let report = scratch.run(&["doctor"], &variables);
    assert_eq!(report.code, Some(1));
    let found = [
        "[!!] pg_trgm                                  is installed on the server, but not in this",
        "steps are missing\n        -> run `plinth migrate up`",
    ];
    for line in found {
        assert!(report.stdout.contains(line), "{line} is not in: {}", report.stdout);
    }
    database.drop().await;
}

#[test]
fn everything_that_is_away_is_named_with_what_to_do() {
    let scratch = Scratch::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let variables = [
        ("DATABASE_URL", "postgres://ada:hidden-word@127.0.0.1:1/plinth"),
        ("REDIS_URL", "redis://:hidden-word@127.0.0.1:1"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"),
        ("PORT", &port),
    ];
    let report = scratch.run(&["doctor"], &variables);
    assert_eq!(report.code, Some(1));
    for name in ["connection", "redis", "collector", "port"] {
        let line = report.stdout.lines().position(|line| line.contains(&format!("[!!] {name}")));
        let line = line.unwrap_or_else(|| panic!("{name} is not in: {}", report.stdout));
        let remedy = report.stdout.lines().nth(line + 1).unwrap();
        assert!(remedy.trim_start().starts_with("-> "), "{remedy}");
    }
    assert!(report.stdout.contains("4 things are wrong"), "{}", report.stdout);
    assert!(!report.stdout.contains("hidden-word"), "{}", report.stdout);
}

#[test]
fn wrong_settings_are_named_among_the_right_ones() {
    let scratch = Scratch::new();
    let variables = [("PORT", "eighty"), ("PLINTH_SERVR__HOST", "x"), ("REDIS_URL", "hidden-word")];
    let report = scratch.run(&["doctor"], &variables);
    assert_eq!(report.code, Some(78));
    for line in
        ["[!!] server.port", "[!!] redis.url", "[!!] PLINTH_SERVR__HOST", "[ok] server.host"]
    {
        assert!(report.stdout.contains(line), "{line} is not in: {}", report.stdout);
    }
    assert!(report.stdout.contains("3 things are wrong"), "{}", report.stdout);
    assert!(!report.stdout.contains("hidden-word"), "{}", report.stdout);
}

#[test]
fn before_the_first_start_nothing_is_made() {
    let scratch = Scratch::new();
    let report = scratch.run(&["doctor"], &[("PORT", "0")]).well();
    assert!(report.contains("made by the first `plinth dev`"), "{report}");
    assert!(!scratch.postgres().exists());
}

#[test]
fn a_port_on_which_plinth_serves_is_not_taken_by_somebody_else() {
    let scratch = Scratch::new();
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port().to_string();
    thread::spawn(move || {
        let (mut client, _) = server.accept().unwrap();
        let _ = client.read(&mut [0; 1024]);
        let body = r#"{"status":"ok","service":"plinth","version":"0.1.0"}"#;
        let _ = write!(client, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    });
    let report = scratch.run(&["doctor"], &[("PORT", &port)]).well();
    assert!(report.contains(&format!("Plinth is serving on port {port}")), "{report}");
}
