//! A PostgreSQL of one test, which the test may crash.

use plinth_local_servers::Postgres;
use sqlx::{Connection, Executor, PgConnection};

/// The maximum number of connections.
const MAX_CONNECTIONS: u16 = 100;

/// A server with one migrated database, apart from the server of all other tests. It is removed with
/// the value.
#[derive(Debug)]
pub struct OwnServer(Postgres);

impl OwnServer {
    /// Starts it. What it has committed outlives [`crash_and_recover`](Self::crash_and_recover).
    ///
    /// # Panics
    /// When it does not start, and when a migration fails.
    pub async fn start() -> Self {
        match started().await {
            Ok(server) => server,
            Err(error) => panic!("a PostgreSQL of one test: {error}"),
        }
    }

    /// The URL of the database for the superuser.
    #[must_use]
    pub fn url(&self) -> String {
        self.0.url("postgres")
    }

    /// Ends the server like a crash, and returns when it accepts connections again, on the same
    /// port. Blocks.
    ///
    /// # Panics
    /// When it does not start again.
    pub fn crash_and_recover(&self) {
        if let Err(error) = self.0.crash_and_recover() {
            panic!("the PostgreSQL of one test did not recover: {error}");
        }
    }
}

async fn started() -> Result<OwnServer, Box<dyn std::error::Error>> {
    let start = || Postgres::start_temporary(MAX_CONNECTIONS, |_| ());
    let server = OwnServer(tokio::task::spawn_blocking(start).await??);
    plinth_migration::up(&server.url(), &plinth_migration::Options::default()).await?;
    // A temporary server answers a commit before it has written the log.
    let mut connection = PgConnection::connect(&server.url()).await?;
    connection.execute("ALTER DATABASE postgres SET synchronous_commit = on").await?;
    connection.close().await?;
    Ok(server)
}
