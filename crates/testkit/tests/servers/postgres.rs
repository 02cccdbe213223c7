//! A private PostgreSQL, through stops, crashes and restarts.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use plinth_local_servers::{Durability, Error, Postgres};
use plinth_testkit::OwnServer;
use sqlx::{Connection, Executor, PgConnection};

use crate::scratch::{Scratch, connect, execute, kill, number};

#[tokio::test]
async fn a_stopped_server_starts_again_with_its_data() {
    let scratch = Scratch::new();

    let postgres = scratch.start_durable();
    execute(&postgres, "CREATE TABLE kept AS SELECT 42::bigint AS n").await;
    let url = postgres.url("postgres");
    postgres.stop().unwrap();
    assert!(PgConnection::connect(&url).await.is_err());

    let postgres = scratch.start_durable();
    assert_eq!(number(&postgres, "SELECT n FROM kept").await, 42);
}

#[tokio::test]
async fn it_has_the_extensions_and_text_in_utf8() {
    let scratch = Scratch::new();
    let postgres = scratch.start();

    execute(&postgres, "CREATE EXTENSION vector").await;
    execute(&postgres, "CREATE EXTENSION btree_gin").await;
    execute(&postgres, "CREATE EXTENSION pg_trgm").await;
    let folded = number(&postgres, "SELECT count(*) WHERE lower('ÄÉ') = 'äé'").await;
    assert_eq!(folded, 1, "letter case is known beyond ASCII");
    let letters =
        "SELECT count(*) WHERE cardinality(show_trgm('ä')) = 2 AND 'мост' ~ '[[:alnum:]]{4}'";
    assert_eq!(number(&postgres, letters).await, 1, "letters are known beyond ASCII");
}

#[tokio::test]
async fn a_killed_server_starts_again_with_its_data() {
    let scratch = Scratch::new();
    let postgres = scratch.start_durable();
    execute(&postgres, "CREATE TABLE kept AS SELECT 42::bigint AS n").await;

    kill(scratch.server_process());
    drop(postgres);

    let postgres = scratch.start_durable();
    assert_eq!(number(&postgres, "SELECT n FROM kept").await, 42);
}

#[tokio::test]
async fn a_crash_ends_every_session_and_loses_nothing_that_was_committed() {
    let server = OwnServer::start().await;
    let mut before = PgConnection::connect(&server.url()).await.unwrap();
    before.execute("CREATE TABLE kept (n bigint)").await.unwrap();
    before.execute("INSERT INTO kept VALUES (42)").await.unwrap();

    server.crash_and_recover();

    assert!(before.execute("SELECT 1").await.is_err());
    let mut after = PgConnection::connect(&server.url()).await.unwrap();
    let kept: i64 = sqlx::query_scalar("SELECT n FROM kept").fetch_one(&mut after).await.unwrap();
    assert_eq!(kept, 42);
}

#[tokio::test]
async fn a_stale_pid_file_with_the_number_of_another_process_does_not_block() {
    let scratch = Scratch::new();
    scratch.start().stop().unwrap();

    let file = scratch.0.join("cluster/postmaster.pid");
    let another = std::process::id();
    fs::write(&file, format!("{another}\n/nowhere\n1\n5432\n\n\n\nready\n")).unwrap();

    let postgres = scratch.start();
    assert_eq!(number(&postgres, "SELECT 1::bigint").await, 1);
}

#[tokio::test]
async fn an_initialisation_that_crashed_half_way_does_not_block() {
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.0.join("cluster.new/base")).unwrap();
    fs::write(scratch.0.join("cluster.new/PG_VERSION"), "18\n").unwrap();
    fs::set_permissions(&scratch.0, fs::Permissions::from_mode(0o755)).unwrap();

    let postgres = scratch.start();
    assert_eq!(number(&postgres, "SELECT 1::bigint").await, 1);
}

#[tokio::test]
async fn a_second_start_joins_the_server_and_the_last_stop_ends_it() {
    let scratch = Scratch::new();
    let first = scratch.start();
    let second = scratch.start();
    assert_eq!(first.port(), second.port());

    first.stop().unwrap();
    assert_eq!(number(&second, "SELECT 1::bigint").await, 1);

    let url = second.url("postgres");
    second.stop().unwrap();
    assert!(PgConnection::connect(&url).await.is_err());
}

#[tokio::test]
async fn it_requires_its_password_which_other_users_cannot_read() {
    let scratch = Scratch::new();
    let postgres = scratch.start();

    let password = scratch.0.join("password");
    assert_eq!(fs::metadata(&password).unwrap().mode() & 0o777, 0o600);
    let without =
        postgres.url("postgres").replace(&fs::read_to_string(&password).unwrap(), "a-guess");
    assert!(PgConnection::connect(&without).await.is_err());
    connect(&postgres).await.unwrap();
}

#[tokio::test]
async fn it_never_runs_as_root() {
    let scratch = Scratch::new();
    let _postgres = scratch.start();

    // The owner of its files is the user that it runs as.
    let owner = fs::metadata(scratch.0.join("cluster/postmaster.pid")).unwrap();
    assert_ne!(owner.uid(), 0);
}

#[tokio::test]
async fn data_of_another_version_is_refused_with_a_remedy() {
    let scratch = Scratch::new();
    scratch.start().stop().unwrap();
    fs::write(scratch.0.join("cluster/PG_VERSION"), "14\n").unwrap();

    let refusal = Postgres::start(scratch.options(Durability::Fast)).unwrap_err();
    assert!(matches!(refusal, Error::OtherVersion { .. }));
    assert!(refusal.to_string().contains("was made by PostgreSQL 14"));
}

#[tokio::test]
async fn a_failed_start_quotes_the_servers_log() {
    let scratch = Scratch::new();
    let mut options = scratch.options(Durability::Fast);
    options.settings = vec![("shared_buffers".to_owned(), "much".to_owned())];

    let refusal = Postgres::start(options).unwrap_err().to_string();
    assert!(refusal.contains("invalid value for parameter \"shared_buffers\""), "{refusal}");

    let postgres = scratch.start();
    assert_eq!(number(&postgres, "SELECT 1::bigint").await, 1);
}
