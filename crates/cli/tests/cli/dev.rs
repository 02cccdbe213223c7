//! `plinth dev`.

use std::{
    fs,
    io::Write,
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::Stdio,
    time::{Duration, Instant},
};

use plinth_testkit::TestDatabase;
use sqlx::Connection;

use crate::{
    running::{Running, said},
    support::{Scratch, eventually, signal},
};

/// The port of the private PostgreSQL, from `postmaster.pid` (line 4).
fn database_port(scratch: &Scratch) -> u16 {
    let file = fs::read_to_string(scratch.postgres().join("cluster/postmaster.pid")).unwrap();
    file.lines().nth(3).unwrap().trim().parse().unwrap()
}

fn listens(port: u16) -> bool {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[tokio::test]
async fn a_developers_day() {
    let scratch = Scratch::new();

    // The first start creates everything.
    let plinth = Running::start(&scratch, &[]);
    let health = plinth.get("/healthz").await;
    assert_eq!(health.status(), 200);
    assert_eq!(health.text().await.unwrap(), r#"{"status":"ok","db":"ok","redis":"in-process"}"#);
    assert!(plinth.block.contains(&format!("  Console     {}/console/", plinth.base)));
    for page in ["/console/", "/docs/", "/docs/problems"] {
        assert_eq!(plinth.get(page).await.status(), 200, "{page}");
    }
    assert_eq!(plinth.get("/api/v1/openapi.json").await.status(), 200);
    let first = plinth.projects("").await;
    assert_eq!(first["data"].as_array().unwrap().len(), 11, "one of twelve is archived");
    let cursor = plinth.projects("?limit=5").await["next_cursor"].as_str().unwrap().to_owned();
    let database = database_port(&scratch);
    assert!(listens(database));

    // Ctrl-C is a success and stops the database, too.
    assert_eq!(plinth.end("INT"), Some(0), "{}", said(&scratch));
    assert!(!listens(database));
    assert!(!scratch.postgres().join("cluster/postmaster.pid").exists());

    // The second start finds the data and adds none; even cursors stay valid.
    let plinth = Running::start(&scratch, &[]);
    assert_eq!(plinth.projects("").await, first);
    let rest = plinth.projects(&format!("?limit=50&cursor={cursor}")).await;
    assert_eq!(rest["data"].as_array().unwrap().len(), 6);

    // A killed process leaves its database running; the next start takes it over.
    assert_eq!(plinth.end("KILL"), None);
    let plinth = Running::start(&scratch, &[]);
    assert_eq!(plinth.projects("").await, first);
    let database = database_port(&scratch);

    // Another command shares the database, and leaves it running.
    let status = scratch.run(&["migrate", "status"], &[]).well();
    assert!(status.contains("applied") && !status.contains("pending"), "{status}");
    assert_eq!(plinth.get("/healthz").await.status(), 200);

    // A second signal does not wait for a slow request; the database is stopped nevertheless.
    let mut slow = TcpStream::connect(plinth.base.strip_prefix("http://").unwrap()).unwrap();
    slow.write_all(b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
        .unwrap();
    std::thread::sleep(Duration::from_millis(200));
    plinth.signal("TERM");
    std::thread::sleep(Duration::from_millis(1200));
    assert!(listens(database), "it waits: {}", said(&scratch));
    let asked_again = Instant::now();
    assert_eq!(plinth.end("TERM"), Some(0), "{}", said(&scratch));
    assert!(asked_again.elapsed() < Duration::from_secs(10));
    assert!(!listens(database));
}

#[test]
fn an_interrupted_first_start_leaves_nothing_running() {
    let scratch = Scratch::new();
    let mut child = scratch
        .plinth(&["dev", "--port", "0"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    eventually("PostgreSQL is being made", || scratch.postgres().exists());
    signal("INT", child.id());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(!scratch.postgres().join("cluster/postmaster.pid").exists());
}

#[test]
fn an_occupied_port_is_reported_before_anything_is_started() {
    let scratch = Scratch::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let started = Instant::now();
    let complaint = scratch.run(&["dev", "--port", &port.to_string()], &[]).badly(1);
    assert!(complaint.contains(&format!("port {port} is taken on 127.0.0.1")), "{complaint}");
    assert!(complaint.contains("plinth dev --port"), "it says what to do: {complaint}");
    assert!(started.elapsed() < Duration::from_secs(5));
    assert!(!scratch.postgres().exists());
}

#[tokio::test]
async fn an_empty_configured_database_is_prepared() {
    let (scratch, database) = (Scratch::new(), TestDatabase::empty().await);
    let url = [("DATABASE_URL", database.url())];
    let mut seen = Vec::new();
    for _ in 0..2 {
        let plinth = Running::start(&scratch, &url);
        seen.push(plinth.projects("").await);
        assert_eq!(plinth.end("INT"), Some(0));
    }
    assert_eq!(seen[0], seen[1]);
    assert!(!scratch.postgres().exists(), "no private one is started");
    database.drop().await;
}

#[tokio::test]
async fn a_database_that_is_in_use_gets_no_account_with_a_public_password() {
    let (scratch, database) = (Scratch::new(), TestDatabase::create().await);
    let plinth = Running::start(&scratch, &[("DATABASE_URL", database.url())]);
    assert!(!plinth.block.contains("password"), "{}", plinth.block);
    assert!(said(&scratch).contains("run `plinth seed` to add demo data"));
    assert_eq!(plinth.end("INT"), Some(0));

    let mut connection = sqlx::PgConnection::connect(database.url()).await.unwrap();
    let users: i64 =
        sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(&mut connection).await.unwrap();
    assert_eq!(users, 0);
    connection.close().await.unwrap();
    database.drop().await;
}

#[tokio::test]
async fn a_service_that_does_not_answer_is_reported_with_a_remedy() {
    let database = TestDatabase::empty().await;
    let bucket = [
        ("PLINTH_STORAGE__KIND", "s3"),
        ("PLINTH_STORAGE__BUCKET", "files"),
        ("PLINTH_STORAGE__ENDPOINT", "http://127.0.0.1:1"),
        ("PLINTH_STORAGE__ACCESS_KEY_ID", "key"),
        ("PLINTH_STORAGE__SECRET_ACCESS_KEY", "hidden-word"),
    ];
    let redis = [("REDIS_URL", "redis://:hidden-word@127.0.0.1:1")];
    for (service, what) in [
        (&redis[..], "no Redis answers at 127.0.0.1:1"),
        (&bucket[..], "the bucket files at 127.0.0.1:1 does not work"),
    ] {
        let variables = [&[("DATABASE_URL", database.url()), ("PORT", "0")], service].concat();
        let complaint = Scratch::new().run(&["dev"], &variables).badly(1);
        assert!(complaint.contains(what) && complaint.contains("\n  -> start "), "{complaint}");
        assert!(!complaint.contains("hidden-word"), "{complaint}");
    }
    database.drop().await;
}
