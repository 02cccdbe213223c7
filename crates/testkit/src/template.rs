//! The migrated database that the databases of tests are copies of.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use uuid::Uuid;

use crate::database_url::with_database;

/// Why the template cannot be created.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server cannot be reached, or its user may not create databases.
    #[error("the tests' PostgreSQL refused to {action}")]
    Database {
        /// The operation.
        action: &'static str,
        /// The error of the server.
        source: sqlx::Error,
    },
    /// A migration failed.
    #[error("the migrations failed on an empty database")]
    Migration(#[from] plinth_migration::Error),
}

/// A migrated database that refuses connections, so that a copy never has to wait.
///
/// Each run has its own name, because two runs of different code may use one server.
#[derive(Debug)]
pub struct Template {
    admin_url: String,
    name: String,
}

impl Template {
    /// Creates and migrates it on the server of `admin_url`, whose user must be a superuser.
    pub async fn create(admin_url: &str) -> Result<Self, Error> {
        let name = format!("plinth_test_{}", random_name(8));
        execute(admin_url, &format!("CREATE DATABASE {name}")).await?;
        // The names that the tests know, and not those of this run's database.
        let options = plinth_migration::Options {
            owner_role: Some("plinth_owner".to_owned()),
            backup_role: Some("plinth_backup".to_owned()),
            ..plinth_migration::Options::default()
        };
        plinth_migration::up(&with_database(admin_url, &name), &options).await?;
        let seal = format!("ALTER DATABASE {name} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false");
        execute(admin_url, &seal).await?;
        Ok(Self { admin_url: admin_url.to_owned(), name })
    }

    /// Its name, which is the prefix of every copy's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Drops it, all remaining copies, and the roles that are named after them. Needed on a server that is not stopped after the run.
    pub async fn remove(self) -> Result<(), Error> {
        let action = "drop the tests' databases";
        let failed = |source| Error::Database { action, source };
        let mut connection = PgConnection::connect(&self.admin_url).await.map_err(failed)?;
        let names: Vec<String> =
            sqlx::query_scalar("SELECT datname FROM pg_database WHERE starts_with(datname, $1)")
                .bind(&self.name)
                .fetch_all(&mut connection)
                .await
                .map_err(failed)?;
        let unseal = format!("ALTER DATABASE {} WITH IS_TEMPLATE false", self.name);
        connection.execute(AssertSqlSafe(unseal)).await.map_err(failed)?;
        for name in names {
            connection
                .execute(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)")))
                .await
                .map_err(failed)?;
        }
        // Roles that migrations of the copies made stay behind on the server.
        let roles: Vec<String> =
            sqlx::query_scalar("SELECT rolname FROM pg_roles WHERE starts_with(rolname, $1)")
                .bind(&self.name)
                .fetch_all(&mut connection)
                .await
                .map_err(failed)?;
        for role in roles {
            let drop = AssertSqlSafe(format!("DROP ROLE {role}"));
            connection.execute(drop).await.map_err(failed)?;
        }
        Ok(())
    }
}

/// The first digits of a random identity.
#[expect(
    clippy::disallowed_methods,
    reason = "names of test databases must differ between processes, and nothing replays them"
)]
pub(crate) fn random_name(digits: usize) -> String {
    let mut name = Uuid::new_v4().simple().to_string();
    name.truncate(digits);
    name
}

async fn execute(admin_url: &str, statement: &str) -> Result<(), Error> {
    let run = async {
        let mut connection = PgConnection::connect(admin_url).await?;
        connection.execute(AssertSqlSafe(statement.to_owned())).await?;
        connection.close().await
    };
    run.await.map_err(|source| Error::Database { action: "create a template database", source })
}
