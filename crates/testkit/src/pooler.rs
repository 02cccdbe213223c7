//! A pooler in front of the tests' PostgreSQL.

use plinth_local_servers::{PgBouncer, PgBouncerOptions, PoolMode};
use url::Url;

use crate::{TestDatabase, environment::admin_url};

/// A `PgBouncer` of one test, for every test database.
#[derive(Debug)]
pub struct Pooler(PgBouncer);

impl Pooler {
    /// Starts it. It opens at most `sessions` sessions with a database.
    ///
    /// # Panics
    /// Outside `./justw test`, and when it does not start.
    #[must_use]
    pub fn start(mode: PoolMode, sessions: u16) -> Self {
        let url = admin_url();
        let started = Url::parse(&url).map_err(|error| error.to_string()).and_then(|url| {
            let options = PgBouncerOptions {
                host: url.host_str().unwrap_or("127.0.0.1"),
                port: url.port().unwrap_or(5432),
                user: url.username(),
                password: url.password().unwrap_or_default(),
                mode,
                sessions,
            };
            PgBouncer::start(&options).map_err(|error| error.to_string())
        });
        match started {
            Ok(pooler) => Self(pooler),
            Err(error) => panic!("the tests' pooler: {error}"),
        }
    }

    /// The URL of a test database behind the pooler.
    ///
    /// # Panics
    /// When the URL of the database is malformed.
    #[must_use]
    pub fn url(&self, database: &TestDatabase) -> String {
        let url = Url::parse(database.url()).and_then(|mut url| {
            url.set_host(Some("127.0.0.1"))?;
            // Only a URL without a host has no port.
            let _ = url.set_port(Some(self.0.port()));
            Ok(url.into())
        });
        match url {
            Ok(url) => url,
            Err(error) => panic!("the URL of the tests' database: {error}"),
        }
    }
}
