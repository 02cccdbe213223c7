//! Helpers of these tests.

use std::fs;
use std::path::PathBuf;

use plinth_local_servers::{Durability, Postgres, PostgresOptions, home};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

/// A directory for one test's server, accessible to the server's user.
pub struct Scratch(pub PathBuf);

impl Scratch {
    pub fn new() -> Self {
        Self(home().unwrap().join(format!("scratch-{}", unique())))
    }

    /// Starts the server without fsync, which takes seconds on a busy disk.
    pub fn start(&self) -> Postgres {
        Postgres::start(self.options(Durability::Fast)).unwrap()
    }

    /// Starts the server like `plinth dev`.
    pub fn start_durable(&self) -> Postgres {
        Postgres::start(self.options(Durability::Durable)).unwrap()
    }

    pub fn options(&self, durability: Durability) -> PostgresOptions {
        let mut options = PostgresOptions::new(&self.0);
        options.max_connections = 10;
        options.durability = durability;
        options
    }

    /// The process id in `postmaster.pid`.
    pub fn server_process(&self) -> u32 {
        let file = fs::read_to_string(self.0.join("cluster/postmaster.pid")).unwrap();
        file.lines().next().unwrap().parse().unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[expect(clippy::disallowed_methods, reason = "these names must differ between processes")]
pub fn unique() -> String {
    Uuid::new_v4().simple().to_string()
}

pub async fn execute(postgres: &Postgres, statement: &'static str) {
    let mut connection = connect(postgres).await.unwrap();
    sqlx::query(statement).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

pub async fn number(postgres: &Postgres, query: &'static str) -> i64 {
    let mut connection = connect(postgres).await.unwrap();
    let number = sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    number
}

pub async fn connect(postgres: &Postgres) -> Result<PgConnection, sqlx::Error> {
    PgConnection::connect(&postgres.url("postgres")).await
}

/// Sends a signal that the receiver cannot catch.
pub fn kill(process: u32) {
    let status = std::process::Command::new("sh")
        .args(["-c", "kill -KILL \"$0\"", &process.to_string()])
        .status()
        .unwrap();
    assert!(status.success());
}

/// Waits up to 10 s for a condition.
pub fn eventually(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..200 {
        if condition() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("it did not come true within ten seconds that {what}");
}
