//! A temporary PostgreSQL.

use std::{
    fs::{self, File, OpenOptions},
    path::{Path, PathBuf},
};

use plinth_local_servers::{Postgres, PostgresOptions, home};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::{
    failure::{Failure, Result},
    process,
};

/// The server, durable like one in production: a commit is on the disk.
#[derive(Debug)]
pub struct Private {
    // Fields are dropped in this order: the server stops before its files go.
    postgres: Postgres,
    /// The postmaster's process.
    pub process: u32,
    /// Its version, as `15.18`.
    pub version: String,
    directory: Directory,
}

/// A directory that is removed at the end.
#[derive(Debug)]
struct Directory {
    path: PathBuf,
    /// The kernel releases it when this process ends.
    _lock: File,
}

impl Private {
    /// Starts it. What an earlier run had to leave behind goes first.
    pub async fn start() -> Result<Self> {
        let directory = Directory::take()?;
        let mut options = PostgresOptions::new(&directory.path);
        options.progress = |step| eprintln!("==> {step}");
        // What it takes to hold the data; the default suits a machine of 1998.
        options.settings = vec![("shared_buffers".to_owned(), "256MB".to_owned())];
        let postgres = Postgres::start(options)?;
        let mut connection = PgConnection::connect(&postgres.url("postgres")).await?;
        let (backend, version): (i32, String) =
            sqlx::query_as("SELECT pg_backend_pid(), current_setting('server_version')")
                .fetch_one(&mut connection)
                .await?;
        let backend = u32::try_from(backend)?;
        let process = process::parent(backend).unwrap_or_default();
        connection.close().await?;
        Ok(Self { postgres, process, version, directory })
    }

    /// The address of a database for its superuser.
    pub fn url(&self, database: &str) -> String {
        self.postgres.url(database)
    }

    /// The server itself.
    pub const fn postgres(&self) -> &Postgres {
        &self.postgres
    }

    /// Where a program may leave its files.
    pub fn directory(&self) -> &Path {
        &self.directory.path
    }

    /// Makes an empty database, and answers its address.
    pub async fn create(&self, database: &str) -> Result<String> {
        let mut connection = PgConnection::connect(&self.url("postgres")).await?;
        connection.execute(AssertSqlSafe(format!("CREATE DATABASE {database}"))).await?;
        connection.close().await?;
        Ok(self.url(database))
    }
}

impl Directory {
    fn take() -> Result<Self> {
        let path = home()?.join("benchmark");
        let lock = path.with_extension("lock");
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(lock)?;
        lock.try_lock().map_err(|_| Failure::from("another benchmark is running here"))?;
        if path.exists() {
            // Starting it stops the server that a killed run left, which its files still know.
            Postgres::start(PostgresOptions::new(&path)).and_then(Postgres::stop)?;
            fs::remove_dir_all(&path)?;
        }
        Ok(Self { path, _lock: lock })
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // The error cannot be reported; the next run removes the directory.
        let _ = fs::remove_dir_all(&self.path);
        let _ = fs::remove_file(self.path.with_extension("lock"));
    }
}
