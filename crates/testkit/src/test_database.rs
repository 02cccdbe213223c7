//! A database for one test.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::database_url::with_database;
use crate::environment::{admin_url, template};
use crate::template::random_name;

/// PostgreSQL's `object_in_use`: the copied database has a connection.
const IN_USE: &str = "55006";
/// How often a copy is tried, 50 ms apart.
const ATTEMPTS: u32 = 100;

/// A new database that only this test uses. It is dropped with the value.
#[derive(Debug)]
pub struct TestDatabase {
    admin_url: String,
    url: String,
    name: String,
    exists: bool,
}

impl TestDatabase {
    /// A database with the current schema and no rows: a copy of the run's template.
    ///
    /// # Panics
    /// Outside `./justw test`, and when the server returns an error.
    pub async fn create() -> Self {
        Self::copy_of(&template()).await
    }

    /// A database with nothing in it, for the tests of the migrations themselves.
    ///
    /// # Panics
    /// Outside `./justw test`, and when the server returns an error.
    pub async fn empty() -> Self {
        Self::copy_of("template0").await
    }

    /// Its URL for the superuser, who bypasses row level security: a test of tenancy must use the
    /// application's role.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Drops the database, and ends its connections.
    pub async fn drop(mut self) {
        self.exists = false;
        drop_database(&self.admin_url, &self.name).await;
    }

    async fn copy_of(source: &str) -> Self {
        let admin_url = admin_url();
        // The template's name is the prefix, so that remaining copies can be removed after the run.
        let name = format!("{}_{}", template(), random_name(32));
        // Copying files takes 27 ms. The default, which also writes everything to the write-ahead
        // log, takes 131 ms.
        let statement = format!("CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY");
        if let Err(error) = create(&admin_url, &statement).await {
            panic!("the tests' PostgreSQL refused `{statement}`: {error}");
        }
        Self { url: with_database(&admin_url, &name), admin_url, name, exists: true }
    }
}

impl Drop for TestDatabase {
    /// For tests that panic or do not drop it themselves. Best effort: stopping the servers removes
    /// everything.
    fn drop(&mut self) {
        if !self.exists {
            return;
        }
        let (admin_url, name) = (self.admin_url.clone(), self.name.clone());
        // A separate thread, because this one may belong to a runtime that must not be blocked.
        let dropping = std::thread::spawn(move || {
            if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build()
            {
                runtime.block_on(drop_database(&admin_url, &name));
            }
        });
        let _ = dropping.join();
    }
}

/// Creates the database; retries while the copied one has a connection.
async fn create(admin_url: &str, statement: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(admin_url).await?;
    let mut attempt = 1;
    loop {
        let result = connection.execute(AssertSqlSafe(statement.to_owned())).await;
        match result {
            Err(sqlx::Error::Database(error))
                if error.code().as_deref() == Some(IN_USE) && attempt < ATTEMPTS =>
            {
                attempt += 1;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            result => {
                result?;
                return connection.close().await;
            }
        }
    }
}

async fn drop_database(admin_url: &str, name: &str) {
    if let Ok(mut connection) = PgConnection::connect(admin_url).await {
        let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        let _ = connection.execute(AssertSqlSafe(statement)).await;
        let _ = connection.close().await;
    }
}
