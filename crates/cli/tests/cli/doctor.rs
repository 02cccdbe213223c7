//! `plinth doctor`.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
    time::Duration,
};

use plinth_bootstrap::{PgStore, SingleProcess};
use plinth_settings::{Settings, Sources};
use plinth_testkit::TestDatabase;
use sqlx::{Connection, PgConnection};

use crate::support::{Scratch, eventually};

#[tokio::test]
async fn a_valid_configuration_has_no_problem() {
    let (scratch, database) = (Scratch::new(), TestDatabase::create().await);
    let redis = plinth_testkit::redis_url();
    let variables = [
        ("DATABASE_URL", database.url()),
        ("REDIS_URL", &redis),
        ("PLINTH_SECURITY__SECRET_KEY", "a-hidden-word-of-32-characters-xx"),
        ("PLINTH_MAIL__KIND", "none"),
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
        "[ok] btree_gin",
        "[ok] pg_trgm",
        "[ok] vector",
        "[ok] connections                              16 of ",
        "[ok] schema                                   up to date",
        "[ok] backup                                   plinth_backup reads every row: `pg_dump ",
        "[ok] storage                                  .local/blobs is made by the first start",
        "[ok] inspection",
        "[ok] role                                     row level security binds plinth_app",
        "[ok] session                                  timeouts and role are in force",
        "[ok] redis                                    it answers PING: version ",
        "[ok] replicas                                 any number: they share Redis",
        "[ok] disk",
        "no problems found",
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
async fn an_empty_database_is_reported_with_a_remedy() {
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
fn every_unreachable_dependency_is_reported_with_a_remedy() {
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
    assert!(report.stdout.contains("4 problems found"), "{}", report.stdout);
    assert!(!report.stdout.contains("hidden-word"), "{}", report.stdout);
}

#[tokio::test]
async fn in_production_the_number_of_proxies_must_be_set() {
    let (scratch, database) = (Scratch::new(), TestDatabase::create().await);
    let redis = plinth_testkit::redis_url();
    let production = [
        ("PLINTH_ENVIRONMENT", "production"),
        ("DATABASE_URL", database.url()),
        ("REDIS_URL", &redis),
        ("PLINTH_SECURITY__SECRET_KEY", "a-hidden-word-of-32-characters-xx"),
        ("PLINTH_MAIL__KIND", "none"),
        ("PLINTH_STORAGE__PATH", "blobs"),
        ("PORT", "0"),
    ];
    let report = scratch.run(&["doctor"], &production).stdout;
    assert!(report.contains("[!!] trusted proxies"), "{report}");
    assert!(report.contains("-> set PLINTH_SERVER__TRUSTED_PROXIES"), "{report}");
    for number in ["0", "2"] {
        let set = ("PLINTH_SERVER__TRUSTED_PROXIES", number);
        let report = scratch.run(&["doctor"], &[&production[..], &[set]].concat()).stdout;
        assert!(report.contains("[ok] trusted proxies"), "{report}");
    }
    database.drop().await;
}

#[test]
fn invalid_settings_are_listed_among_the_valid_ones() {
    let scratch = Scratch::new();
    let variables = [("PORT", "eighty"), ("PLINTH_SERVR__HOST", "x"), ("REDIS_URL", "hidden-word")];
    let report = scratch.run(&["doctor"], &variables);
    assert_eq!(report.code, Some(78));
    for line in
        ["[!!] server.port", "[!!] redis.url", "[!!] PLINTH_SERVR__HOST", "[ok] server.host"]
    {
        assert!(report.stdout.contains(line), "{line} is not in: {}", report.stdout);
    }
    assert!(report.stdout.contains("3 problems found"), "{}", report.stdout);
    assert!(!report.stdout.contains("hidden-word"), "{}", report.stdout);
}

#[tokio::test]
async fn a_storage_that_cannot_be_written_is_reported_with_a_remedy() {
    let (scratch, database) = (Scratch::new(), TestDatabase::create().await);
    let folder = scratch.path().join("blobs");
    let path = folder.to_str().unwrap();
    let variables =
        [("DATABASE_URL", database.url()), ("PORT", "0"), ("PLINTH_STORAGE__PATH", path)];
    std::fs::create_dir(&folder).unwrap();
    let report = scratch.run(&["doctor"], &variables).well();
    let good = format!("read, by range, too, and removed in {path}");
    assert!(report.contains(&good), "{report}");
    let left: Vec<_> = std::fs::read_dir(&folder).unwrap().collect();
    assert!(left.iter().all(|entry| entry.as_ref().unwrap().file_name() == ".uploads"), "{left:?}");

    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::write(&folder, "a file").unwrap();
    let report = scratch.run(&["doctor"], &variables);
    assert_eq!(report.code, Some(1));
    assert!(report.stdout.contains("[!!] storage"), "{}", report.stdout);
    database.drop().await;
}

#[test]
fn a_bucket_that_does_not_answer_is_reported_with_a_remedy() {
    let scratch = Scratch::new();
    let variables = [
        ("DATABASE_URL", "postgres://ada@127.0.0.1:1/plinth"),
        ("PORT", "0"),
        ("PLINTH_STORAGE__KIND", "s3"),
        ("PLINTH_STORAGE__BUCKET", "files"),
        ("PLINTH_STORAGE__ENDPOINT", "http://127.0.0.1:1"),
        ("PLINTH_STORAGE__ACCESS_KEY_ID", "key"),
        ("PLINTH_STORAGE__SECRET_ACCESS_KEY", "hidden-word"),
    ];
    let report = scratch.run(&["doctor"], &variables);
    assert_eq!(report.code, Some(1));
    let bad =
        "[!!] storage                                  the bucket files at 127.0.0.1:1 does not";
    assert!(report.stdout.contains(bad), "{}", report.stdout);
    assert!(report.stdout.contains("-> start the service"), "{}", report.stdout);
    assert!(!report.stdout.contains("hidden-word"), "{}", report.stdout);
}

#[tokio::test]
async fn an_empty_database_and_an_empty_bucket_stay_empty() {
    let (scratch, database, s3) =
        (Scratch::new(), TestDatabase::empty().await, plinth_testkit::s3().await);
    let variables = [
        ("DATABASE_URL", database.url()),
        ("PORT", "0"),
        ("PLINTH_STORAGE__KIND", "s3"),
        ("PLINTH_STORAGE__BUCKET", &s3.bucket),
        ("PLINTH_STORAGE__ENDPOINT", s3.endpoint.as_str()),
        ("PLINTH_STORAGE__REGION", s3.region),
        ("PLINTH_STORAGE__ACCESS_KEY_ID", &s3.access_key_id),
        ("PLINTH_STORAGE__SECRET_ACCESS_KEY", &s3.secret_access_key),
    ];
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    let contents = "SELECT (SELECT count(*) FROM pg_class) + (SELECT count(*) FROM pg_namespace)
        + (SELECT count(*) FROM pg_extension) + (SELECT count(*) FROM pg_proc)";
    let before: i64 = sqlx::query_scalar(contents).fetch_one(&mut connection).await.unwrap();
    let report = scratch.run(&["doctor"], &variables);
    let good = "[ok] storage                                  objects were written, at once and in \
                parts, read, by range, too, and removed in the bucket";
    assert!(report.stdout.contains(good), "{}", report.stdout);
    let after: i64 = sqlx::query_scalar(contents).fetch_one(&mut connection).await.unwrap();
    assert_eq!(after, before);
    assert_eq!(s3.keys().await, Vec::<String>::new());
    drop(connection);
    database.drop().await;
}

#[test]
fn in_production_connections_without_encryption_and_a_derived_key_get_a_warning() {
    let scratch = Scratch::new();
    let variables = [
        ("PLINTH_ENVIRONMENT", "production"),
        ("DATABASE_URL", "postgres://ada:hidden-word@192.0.2.1:1/plinth"),
        ("PLINTH_REDIS__URL", "redis://:hidden-word@192.0.2.1:1"),
        ("PLINTH_SECURITY__SECRET_KEY", "a-hidden-word-of-32-characters-xx"),
        ("PLINTH_MAIL__KIND", "none"),
        ("PORT", "0"),
    ];
    let report = scratch.run(&["doctor"], &variables);
    for line in [
        "[! ] database.url                             sslmode is `prefer, the default`",
        "[! ] redis.url                                the connection is not encrypted",
        "[! ] secrets.keys",
    ] {
        assert!(report.stdout.contains(line), "{line} is not in: {}", report.stdout);
    }
    assert!(report.stdout.contains("3 warnings"), "{}", report.stdout);
    assert!(!report.stdout.contains("hidden-word"), "{}", report.stdout);
}

/// Registers a process without Redis at the database, and keeps it registered.
async fn process_without_redis(database: &TestDatabase) -> (PgStore, SingleProcess) {
    let sources = Sources::none().with_variable("DATABASE_URL", database.url());
    let store = plinth_bootstrap::database(&Settings::load(&sources).unwrap()).unwrap();
    let announced = store.announce_single();
    for _ in 0..400 {
        if store.count_single().await.unwrap() > 0 {
            return (store, announced);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it was not announced within twenty seconds");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_process_without_redis_is_refused() {
    let (scratch, database) = (Scratch::new(), TestDatabase::create().await);
    let redis = plinth_testkit::redis_url();
    let alone = [("DATABASE_URL", database.url()), ("PORT", "0")];
    let shared = [alone[0], alone[1], ("REDIS_URL", &redis)];
    let report = scratch.run(&["doctor"], &alone).well();
    assert!(report.contains("no process serves this database yet"), "{report}");

    let first = process_without_redis(&database).await;
    let bad = "[!!] replicas                                 another process serves this database";
    let without = scratch.run(&["doctor"], &alone);
    assert_eq!(without.code, Some(1));
    assert!(without.stdout.contains(bad), "{}", without.stdout);
    assert!(without.stdout.contains("-> a second one"), "{}", without.stdout);
    // A process without Redis receives no signals of one with Redis, either.
    let with = scratch.run(&["doctor"], &shared);
    assert_eq!(with.code, Some(1));
    assert!(with.stdout.contains(bad), "{}", with.stdout);

    drop(first);
    eventually("it is forgotten", || scratch.run(&["doctor"], &alone).code == Some(0));
    scratch.run(&["doctor"], &shared).well();
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_local_process_does_not_count_as_a_second_one() {
    let (scratch, database) = (Scratch::new(), TestDatabase::create().await);
    let _first = process_without_redis(&database).await;
    let port = plinth_serves();
    let variables = [("DATABASE_URL", database.url()), ("PORT", &port)];
    let report = scratch.run(&["doctor"], &variables).well();
    assert!(report.contains(&format!("one serves without Redis, that on port {port}")), "{report}");
    database.drop().await;
}

#[test]
fn before_the_first_start_doctor_creates_nothing() {
    let scratch = Scratch::new();
    let report = scratch.run(&["doctor"], &[("PORT", "0")]).well();
    assert!(report.contains("made by the first `plinth dev`"), "{report}");
    assert!(!scratch.postgres().exists());
}

/// A port on which a server responds like Plinth.
fn plinth_serves() -> String {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port().to_string();
    thread::spawn(move || {
        for client in server.incoming() {
            let mut client = client.unwrap();
            let _ = client.read(&mut [0; 1024]);
            let body = r#"{"status":"ok","service":"plinth","version":"0.1.0"}"#;
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}", body.len());
            let _ = write!(client, "{head}\r\n\r\n{body}");
        }
    });
    port
}

#[test]
fn a_port_on_which_plinth_serves_is_no_problem() {
    let (scratch, port) = (Scratch::new(), plinth_serves());
    let report = scratch.run(&["doctor"], &[("PORT", &port)]).well();
    assert!(report.contains(&format!("Plinth is serving on port {port}")), "{report}");
}
