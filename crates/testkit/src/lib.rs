//! PostgreSQL, Redis and object storage for tests, with a separate database or bucket for each test.
//!
//! `./justw test` runs the whole suite under the program `with-servers`, which starts the servers
//! (or uses those of `DATABASE_URL`, `REDIS_URL` and `S3_URL`), migrates one template database and passes
//! their URLs to the tests in environment variables:
//!
//! ```no_run
//! # async fn test() {
//! let database = plinth_testkit::TestDatabase::create().await;
//! // … use database.url() …
//! database.drop().await;
//! # }
//! ```

mod database_url;
mod environment;
#[cfg(feature = "oidc")]
mod oidc;
#[cfg(feature = "otlp")]
pub mod otlp;
mod own_server;
mod pooler;
#[cfg(feature = "provider")]
pub mod provider;
mod s3;
#[cfg(feature = "sidecar")]
pub mod sidecar;
#[cfg(feature = "smtp")]
mod smtp;
mod template;
mod test_database;

pub use environment::{
    DATABASE_URL_VARIABLE, REDIS_URL_VARIABLE, S3_URL_VARIABLE, TEMPLATE_VARIABLE, admin_url,
    redis_url, s3_url,
};
#[cfg(feature = "oidc")]
pub use oidc::IdentityProvider;
pub use own_server::OwnServer;
pub use plinth_local_servers::PoolMode;
pub use pooler::Pooler;
pub use s3::{S3, s3};
#[cfg(feature = "smtp")]
pub use smtp::SmtpServer;
pub use template::{Error, Template};
pub use test_database::TestDatabase;
