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

/// The server, durable like in production: a commit is on the disk.
#[derive(Debug)]
pub struct Private {
    // Fields are dropped in this order: the server stops before its files are removed.
    postgres: Postgres,
    /// The postmaster's process.
    pub process: u32,
    /// Its version, as `15.18`.
    pub version: String,
    directory: Directory,
}

/// A directory that is removed on drop.
#[derive(Debug)]
struct Directory {
    path: PathBuf,
    /// The kernel releases it when this process ends.
    _lock: File,
}

impl Private {
    /// Starts the server, and first removes the files of killed runs.
    pub async fn start() -> Result<Self> {
        // Enough for the data; the default of PostgreSQL is too small.
        Self::start_with(vec![("shared_buffers".to_owned(), "256MB".to_owned())]).await
    }

    /// Starts the server with little memory, past the cache of the operating system: what is not in
    /// its buffers comes from the disk. `PostgreSQL` 16 or newer.
    pub async fn start_small(buffers_mib: u32) -> Result<Self> {
        let settings = [
            ("shared_buffers", format!("{buffers_mib}MB")),
            ("debug_io_direct", "data".to_owned()),
        ];
        Self::start_with(settings.map(|(name, value)| (name.to_owned(), value)).into()).await
    }

    async fn start_with(settings: Vec<(String, String)>) -> Result<Self> {
        let directory = Directory::take()?;
        let mut options = PostgresOptions::new(&directory.path);
        options.progress = |step| eprintln!("==> {step}");
        options.settings = settings;
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

    /// The URL of a database for the superuser.
    pub fn url(&self, database: &str) -> String {
        self.postgres.url(database)
    }

    /// The running server.
    pub const fn postgres(&self) -> &Postgres {
        &self.postgres
    }

    /// A directory for the files of the measured programs.
    pub fn directory(&self) -> &Path {
        &self.directory.path
    }

    /// Creates an empty database and returns its URL.
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
            // Starting it takes over the server of a killed run, so that it can be stopped.
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
